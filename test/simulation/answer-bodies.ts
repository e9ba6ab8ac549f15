/**
 * Answers to an order as they come over the wire, whole and broken, read by the product's own
 * reader of envelopes.
 */
import { readAnswer } from '../../functions/adapters/kraken/envelope.ts';
import type { Answer } from '../../functions/core/answer.ts';
import type { Random } from './random.ts';

const ABOUT = { path: '/0/private/AddOrder', numbers: 'exact' } as const;

/** Bodies that are no answer, each made from the one that would have come. */
const BROKEN = {
  HTML: () => '<html><head><title>502 Bad Gateway</title></head></html>',
  'cut JSON': (body: string, random: Random) => body.slice(0, random.between(1, body.length - 1)),
  empty: () => '',
  'no envelope': () => '{"message":"no healthy upstream"}',
  'another type': () => '{"error":"EService:Busy","result":null}',
  'two order ids': (body: string) => body.replace(/"txid":\["(\w+)"\]/, '"txid":["$1","OTHER"]'),
  'an error and an order id': (body: string) =>
    body.replace('"error":[]', '"error":["EService:Busy"]'),
} as const satisfies Record<string, (body: string, random: Random) => string>;

/** Statuses of trouble on the way; the transport reads none of their bodies. */
const STATUSES = [502, 504, 520, 421, 307] as const;

/** Every class of an unreadable answer. */
export const UNREADABLE: readonly string[] = [
  ...Object.keys(BROKEN),
  ...STATUSES.map((status) => `HTTP ${status}`),
];

/** A whole answer. */
export function whole(errors: readonly string[], result?: unknown): Answer {
  return readAnswer({ kind: 'answered', text: bodyOf(errors, result) }, ABOUT);
}

/** One that says less than it should. */
export function unreadable(result: unknown, random: Random): { kind: string; answer: Answer } {
  const kind = random.pick(UNREADABLE);
  const breaks = Object.entries(BROKEN).find(([name]) => name === kind)?.[1];
  if (breaks === undefined) return { kind, answer: { kind: 'lost', reason: kind } };
  const text = breaks(bodyOf([], result), random);
  return { kind, answer: readAnswer({ kind: 'answered', text }, ABOUT) };
}

function bodyOf(errors: readonly string[], result: unknown): string {
  return JSON.stringify({ error: errors, ...(result === undefined ? {} : { result }) });
}
