/** The part of the schema that says where the fields of a sender's messages stand. */
import * as v from 'valibot';
import { MAPPED_FIELDS } from '../../functions/core/message/map-message.ts';
import type { MappedField } from '../../functions/core/message/message-map.ts';
import { err, ok, type Result } from '../../functions/core/result.ts';
import { choice } from './account-schema.ts';
import type { Said } from './fault.ts';
import { isWhat, message } from './said.ts';
import { named, scalar, section, write, type KeyForm } from './shapes.ts';

const FORMS = [{ path: 'data.side' }, { always: 'market' }];

/** Levels that a message may have; a longer path leads nowhere. */
const PATH_KEYS_MAX = 4;

/** `data.orders.0.side`. */
function readPath(text: string): Result<readonly string[], Said> {
  const keys = text.split('.');
  const isUsable = keys.every((key) => key !== '' && key === key.trim());
  if (isUsable && keys.length <= PATH_KEYS_MAX) return ok(keys);
  const problem = isUsable ? `more than ${PATH_KEYS_MAX} keys deep` : 'not a path';
  return err({
    problem: `${isWhat(text)}: ${problem}`,
    remedy: 'Write the keys with a point between them, such as data.side.',
  });
}

function readText(text: string): Result<string, Said> {
  if (text.trim() !== '') return ok(text);
  return err({ problem: 'is empty', remedy: 'Write the text that it stands for, such as buy.' });
}

const VALUE: KeyForm = {
  pattern: /^[^\u0000-\u001f]{1,64}$/,
  remedy: "Write the sender's value in at most 64 characters, such as ENTER_LONG.",
};

const mappedField = v.pipe(
  section('Where one field stands, or what it always is.', {
    path: v.exactOptional(
      scalar(
        {
          description: 'Keys from the root of the message; a whole number is a place in a list.',
          examples: ['data.side', 'orders.0.side'],
        },
        readPath,
      ),
    ),
    values: v.exactOptional(
      named(
        { description: "What the sender's values mean.", key: VALUE, most: 200 },
        scalar({ description: 'One of our words.', examples: ['buy'] }, readText),
      ),
    ),
    time: v.exactOptional(choice('What a number counts since 1970.', ['s', 'ms', 'us', 'ns'])),
    always: v.exactOptional(
      scalar({ description: 'The same for every message.', examples: ['market'] }, readText),
    ),
  }),
  v.rawTransform(({ dataset, addIssue, NEVER }): MappedField => {
    const { path, always, ...more } = dataset.value;
    if (path !== undefined && always === undefined) return { path, ...more };
    if (path === undefined && always !== undefined && Object.keys(more).length === 0) {
      return { always };
    }
    const problem = path === undefined ? 'has no path' : 'has a path and is always the same';
    addIssue({ message: message({ problem, remedy: write(FORMS) }) });
    return NEVER;
  }),
);

const FIELD: KeyForm = {
  pattern: new RegExp(`^(?:${MAPPED_FIELDS.join('|')})$`),
  remedy: `Write one of ${MAPPED_FIELDS.join(', ')}.`,
};

/** Where the fields of a source's messages stand. */
export const map = named(
  {
    description: 'Where the fields of its messages stand, by our names; nothing else is read.',
    key: FIELD,
    most: MAPPED_FIELDS.length,
  },
  mappedField,
);
