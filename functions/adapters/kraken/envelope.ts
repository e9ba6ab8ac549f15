/**
 * Kraken's uniform envelope, `{error: string[], result?}`. A text in `error` that begins with W is a
 * warning and not an error. Source: https://docs.kraken.com/api/docs/guides/spot-rest-intro
 */
import * as v from 'valibot';
import type { Answer } from '../../core/answer.ts';
import type { Log } from '../../core/ports.ts';
import { parseExactJson } from './exact-json.ts';
import type { Reply } from './transport.ts';

const envelope = v.object({ error: v.array(v.string()), result: v.optional(v.unknown()) });

/** What is read, and where its warnings go. */
export interface About {
  readonly path: string;
  readonly log?: Log | undefined;
  /**
   * `exact`: numbers in the result become text. `plain`: they stay numbers, for large answers whose
   * amounts are strings by Kraken's specification; a reader of amounts accepts no number anyway.
   */
  readonly numbers: 'exact' | 'plain';
}

/**
 * Reads the envelope of a reply. A body that is no envelope is `lost`: it does not say what became
 * of the request. Warnings go to the log.
 */
export function readAnswer(reply: Reply, about: About): Answer {
  if (reply.kind !== 'answered') return reply;
  let body: unknown;
  try {
    body = about.numbers === 'exact' ? parseExactJson(reply.text) : JSON.parse(reply.text);
  } catch {
    return { kind: 'lost', reason: `HTTP 200 without JSON: ${excerpt(reply.text)}` };
  }
  const read = v.safeParse(envelope, body);
  if (!read.success) {
    return { kind: 'lost', reason: `HTTP 200 without Kraken's envelope: ${excerpt(reply.text)}` };
  }
  const { error, result } = read.output;
  for (const warning of error.filter(isWarning)) {
    about.log?.warn('kraken-warning', { path: about.path, warning: warning.slice(0, 200) });
  }
  return { kind: 'answered', errors: error.filter((text) => !isWarning(text)), result };
}

function isWarning(text: string): boolean {
  return text.startsWith('W');
}

/** The beginning of an unreadable body on one line, for people. */
function excerpt(text: string): string {
  const start = text.slice(0, 80).replace(/[^\x20-\x7e]+/g, ' ');
  return start === '' ? 'an empty body' : JSON.stringify(start);
}
