/** The part of the schema that says where the fields of a sender's messages stand. */
import * as v from 'valibot';
import { MAPPED_FIELDS } from '../../functions/core/message/map-message.ts';
import type { MappedField } from '../../functions/core/message/message-map.ts';
import { err, ok, type Result } from '../../functions/core/result.ts';
import { choice } from './account-schema.ts';
import type { Said } from './fault.ts';
import { isWhat, message } from './said.ts';
import { named, scalar, section, type KeyForm } from './shapes.ts';

const FORMS = 'Write { path: data.side }, { always: market } or { flags: { isBuy: buy } }.';

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

const FLAG: KeyForm = {
  pattern: /^[^\u0000-\u001f.]{1,64}(?:\.[^\u0000-\u001f.]{1,64}){0,3}$/,
  remedy: 'Write the path of a member that is true or false, such as order.isBuy.',
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
    flags: v.exactOptional(
      named(
        {
          description: 'Members of which one at most is true, and what each means.',
          key: FLAG,
          most: 20,
        },
        scalar({ description: 'One of our words.', examples: ['buy'] }, readText),
      ),
    ),
  }),
  v.rawTransform(({ dataset, addIssue, NEVER }): MappedField => {
    const { path, always, flags, ...more } = dataset.value;
    const given = [path, always, flags].filter((one) => one !== undefined).length;
    const isAlone = given === 1 && Object.keys(more).length === 0;
    if (given === 1 && path !== undefined) return { path, ...more };
    if (isAlone && always !== undefined) return { always };
    if (isAlone && flags !== undefined) return { flags };
    const problem =
      given === 1
        ? 'has a key that only belongs to a path'
        : `has ${given === 0 ? 'none' : 'more than one'} of path, always and flags`;
    addIssue({ message: message({ problem, remedy: FORMS }) });
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
