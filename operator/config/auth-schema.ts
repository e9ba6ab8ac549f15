/** The part of the schema that says how a source's messages prove who sent them. */
import * as v from 'valibot';
import type { Auth } from '../../functions/core/config.ts';
import { fieldOf } from '../../functions/core/message/message-fields.ts';
import { AssertionError, err, ok, type Result } from '../../functions/core/result.ts';
import { nearest } from '../../functions/core/suggest.ts';
import type { Said } from './fault.ts';
import { isWhat, message } from './said.ts';
import { exactlyOne, scalar, section, write } from './shapes.ts';

const WORDS = ['tradingview', 'standard-webhooks'] as const;

const MAPS = [
  { stripe: 'x-signature' },
  { github: 'x-signature' },
  { tokenHeader: 'x-api-key' },
  { tokenField: 'token' },
];

/** What people write for a map, by the map that they mean. */
const MEANT: Readonly<Record<string, (typeof MAPS)[number][]>> = {
  stripe: MAPS.slice(0, 1),
  github: MAPS.slice(1, 2),
  hmac: MAPS.slice(0, 2),
  token: MAPS.slice(2),
  bearer: [{ tokenHeader: 'authorization' }],
};

function readWord(text: string): Result<(typeof WORDS)[number], Said> {
  const word = WORDS.find((one) => one === text);
  if (word !== undefined) return ok(word);
  const problem = isWhat(text);
  const meant = Object.hasOwn(MEANT, text) ? MEANT[text] : undefined;
  if (meant !== undefined) return err({ problem, remedy: write(meant) });
  const near = nearest(text, WORDS);
  const remedy = near === undefined ? write([...WORDS, ...MAPS]) : `Did you mean ${near}?`;
  return err({ problem, remedy });
}

const HEADER = /^[a-z][a-z0-9-]{0,63}$/;

/**
 * Headers that say something else, or never arrive under their name: API Gateway hands cookies over
 * apart from the headers. Source: AWS guide, payload format version 2.0.
 */
const NEVER = /^(?:cookie|host|connection|content-.*|transfer-encoding|x-forwarded-.*)$/;

/** A header's name, in lower case however it is written. */
function readHeader(text: string): Result<string, Said> {
  const name = text.toLowerCase();
  if (HEADER.test(name) && !NEVER.test(name)) return ok(name);
  const why = NEVER.test(name) ? 'that header proves nothing' : 'not the name of a header';
  return err({
    problem: text === '' ? 'is empty' : `${isWhat(text)}: ${why}`,
    remedy: 'Write the name of the header alone, such as x-signature.',
  });
}

const FIELD = /^[A-Za-z_][A-Za-z0-9_.-]{0,63}$/;

/** A field of the message that says nothing else. */
function readField(text: string): Result<string, Said> {
  const field = fieldOf(text);
  const means = field === undefined || field === 'secret' ? undefined : field;
  if (FIELD.test(text) && means === undefined) return ok(text);
  const why = means === undefined ? 'not the name of a field' : `that field means ${means}`;
  return err({
    problem: text === '' ? 'is empty' : `${isWhat(text)}: ${why}`,
    remedy: 'Write the field at the top of the message that holds the secret, such as token.',
  });
}

const header = (description: string, example: string) =>
  v.exactOptional(
    scalar(
      { description, examples: [example], pattern: '^[A-Za-z][A-Za-z0-9-]{0,63}$' },
      readHeader,
    ),
  );

const inRequest = v.pipe(
  section('How its messages prove who sent them.', {
    stripe: header('Header with t= and v1=: HMAC-SHA256 in hex over time and body.', 'x-signature'),
    github: header('Header with sha256=: HMAC-SHA256 in hex over the body.', 'x-signature'),
    tokenHeader: header('Header with a fixed secret; authorization means Bearer.', 'x-api-key'),
    tokenField: v.exactOptional(
      scalar(
        {
          description: 'Field at the top of the message with a fixed secret.',
          examples: ['token'],
          pattern: FIELD.source,
        },
        readField,
      ),
    ),
  }),
  exactlyOne({ problem: 'names no way to prove a sender, or more than one', remedy: write(MAPS) }),
  v.metadata({ minProperties: 1, maxProperties: 1 }),
  v.transform((said): Auth => {
    if (said.stripe !== undefined) return { kind: 'stripe', header: said.stripe };
    if (said.github !== undefined) return { kind: 'github', header: said.github };
    if (said.tokenHeader !== undefined) return { kind: 'token', header: said.tokenHeader };
    if (said.tokenField !== undefined) return { kind: 'token', field: said.tokenField };
    throw new AssertionError('expected that auth has exactly one key');
  }),
);

const word = scalar(
  {
    description: 'tradingview: a secret in the message; standard-webhooks: signed headers.',
    examples: ['tradingview'],
    enum: WORDS,
  },
  readWord,
);

/** How a source's messages prove who sent them. */
export const auth = v.pipe(
  v.union([word, inRequest], (issue) =>
    message({ problem: `${isWhat(issue.input)}, not a way to sign`, remedy: write(MAPS) }),
  ),
  v.metadata({
    description: 'How its messages prove who sent them.',
    examples: [...WORDS, ...MAPS],
  }),
);

/** The way to sign in a few words. */
export function authText(auth: Auth): string {
  if (typeof auth === 'string') return auth;
  if (auth.kind !== 'token') return `${auth.kind} style in ${auth.header}`;
  return 'header' in auth ? `token in header ${auth.header}` : `token in field ${auth.field}`;
}
