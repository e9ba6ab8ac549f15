/**
 * What an answer to AmendOrder means, by the same table of error texts as an order's (answer.ts). A
 * change has absolute values: asked for again it does no harm, so that what is unknown may go again
 * within its time.
 * Sources: https://docs.kraken.com/api/docs/rest-api/amend-order and the error texts of Kraken's own
 * Rust SDK (github.com/krakenfx/kraken-api-sdk).
 */
import { verdictOn, verdictOnText, type Answer } from './answer.ts';
import type { AmendOutcome } from './amending.ts';

/** Kraken's words for a change to what the order is already. */
const NOTHING_TO_CHANGE = /^EOrder: ?No amendable parameters/i;

/** Kraken's words for an order that is filled, cancelled or expired, and for one that never was. */
const NO_SUCH_ORDER = /^EOrder: ?(?:Unknown|Invalid) order/i;

/** What became of an AmendOrder. */
export function amendOutcome(answer: Answer): AmendOutcome {
  if (answer.kind === 'never-sent') return { kind: 'not-reached', reason: answer.reason };
  if (answer.kind === 'lost') return { kind: 'unknown', reason: answer.reason };
  const { errors, result } = answer;
  if (errors.length === 0) return amended(result);
  const reason = errors
    .slice(0, 5)
    .map((text) => text.slice(0, 200))
    .join('; ');
  const all = (pattern: RegExp): boolean => errors.every((text) => pattern.test(text));
  if (all(NOTHING_TO_CHANGE)) return { kind: 'amended', description: 'it was so already' };
  if (all(NO_SUCH_ORDER)) return { kind: 'gone', reason };
  const verdict = verdictOn(errors);
  switch (verdict) {
    case 'refused-before-engine':
      return { kind: 'not-reached', reason };
    case 'refused':
    case 'refused-and-trips':
      return { kind: 'refused', reason, trips: verdict === 'refused-and-trips' };
    case 'unknown': {
      const [first = ''] = errors;
      return { kind: 'unknown', reason: `${reason} (${verdictOnText(first).because})` };
    }
  }
}

/** Kraken answers with the id of the change; without one nothing is proved. */
function amended(result: unknown): AmendOutcome {
  const id =
    typeof result === 'object' && result !== null
      ? (Object.getOwnPropertyDescriptor(result, 'amend_id')?.value as unknown)
      : undefined;
  return typeof id === 'string' && id !== ''
    ? { kind: 'amended', description: `amend ${id}` }
    : { kind: 'unknown', reason: 'the answer names no error and no amend' };
}
