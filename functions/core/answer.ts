/**
 * What an answer of the exchange means. Total: every list of error texts and every transport
 * failure has a verdict, and what is not known to be harmless is `unknown`.
 *
 *     never-sent             no byte of the request left; may go again
 *     refused-before-engine  Kraken checks this before the engine acts; may go again after a look-up
 *     refused                not placed, for good; `trips` when going on would make it worse
 *     unknown                an order may exist; only the exchange can tell, by a look-up
 *
 * Sources: the error list of https://docs.kraken.com/api/docs/guides/spot-errors, the rate limits of
 * https://docs.kraken.com/api/docs/guides/spot-rest-ratelimits, and the retry rules of Kraken's own
 * Rust SDK (github.com/krakenfx/kraken-api-sdk), which never sends an AddOrder twice.
 */
import type { PlaceOutcome } from './ports.ts';

/** What came back for one request. */
export type Answer =
  /** No byte of the request left this machine. */
  | { readonly kind: 'never-sent'; readonly reason: string }
  /** The request left, wholly or in part, and nothing readable came back. */
  | { readonly kind: 'lost'; readonly reason: string }
  /** Kraken's envelope. Warnings are not among the errors. */
  | { readonly kind: 'answered'; readonly errors: readonly string[]; readonly result: unknown };

/** What error texts say about an order. */
export type Verdict = 'refused-before-engine' | 'refused' | 'refused-and-trips' | 'unknown';

interface Rule {
  readonly verdict: Verdict;
  readonly because: string;
  /** The whole text up to its end or the next colon; a text ending in a colon takes every detail. */
  readonly texts: readonly string[];
}

/**
 * Words that speak of an earlier order with our client order id. They are looked for before the
 * rules, because the text seen live, `EGeneral:Invalid arguments:cl_ord_id not unique`, begins like
 * a refusal and means that our order is there.
 */
const EARLIER_ORDER = /cl_?ord_?id|not unique|duplicate/i;

const RULES: readonly Rule[] = [
  {
    verdict: 'refused-before-engine',
    // Not `EAPI:Invalid nonce`: a lane's nonces only rise, so this answer means that somebody else
    // uses the key, or that a copy of these very bytes was accepted before (ADR 5). It is unlisted.
    because: 'limits are checked before the engine acts',
    texts: [
      'EAPI:Rate limit exceeded',
      'EAuth:Rate limit exceeded',
      'EAuth:Too many requests',
      'EGeneral:Too many requests',
      'EOrder:Rate limit exceeded',
      'EOrder:Domain rate limit exceeded',
      'EService:Throttled',
    ],
  },
  {
    verdict: 'refused-and-trips',
    because: 'the key or the account may not trade, and repeating it leads to a lock-out',
    texts: [
      'EAPI:Invalid key',
      'EAPI:Invalid signature',
      'EGeneral:Permission denied',
      'EGeneral:Temporary lockout',
      'EAuth:Account temporary disabled',
      'EAuth:Account unconfirmed',
    ],
  },
  {
    verdict: 'refused',
    because: 'the request is not one that Kraken carries out, now or for this account',
    texts: [
      'EGeneral:Invalid arguments',
      'EGeneral:Unknown method',
      'EQuery:',
      'EAccount:',
      'EBM:',
      'EService:Market in cancel_only mode',
      'EService:Market in post_only mode',
      'EService:Market in limit_only mode',
    ],
  },
  {
    verdict: 'refused',
    because: 'a rule of trading forbids the order',
    texts: [
      'EOrder:Cannot open opposing position',
      'EOrder:Cannot open position',
      'EOrder:Cost minimum not met',
      'EOrder:Insufficient funds',
      'EOrder:Insufficient initial margin',
      'EOrder:Insufficient margin',
      'EOrder:Invalid price',
      'EOrder:Margin allowance exceeded',
      'EOrder:Margin level too low',
      'EOrder:Margin position size exceeded',
      'EOrder:Order minimum not met',
      'EOrder:Orders limit exceeded',
      'EOrder:Positions limit exceeded',
      'EOrder:Post only order',
      'EOrder:Reduce only:No position exists',
      'EOrder:Reduce only:Non-PC',
      'EOrder:Scheduled orders limit exceeded',
      'EOrder:Tick size check failed',
      'EOrder:Trading agreement required',
      'EOrder:Unknown position',
    ],
  },
  {
    verdict: 'unknown',
    because: 'Kraken does not promise that nothing was placed',
    texts: [
      'EService:Unavailable',
      'EService:Busy',
      'EService:Timeout',
      'EService:Deadline elapsed',
      'EGeneral:Internal error',
      'EDatabase:Internal error',
      // A part may have filled before the position was closed.
      'EOrder:Reduce only:Position is closed',
    ],
  },
];

/** Every text that has a rule, for tables and tests; one that ends in a colon takes every detail. */
export const KNOWN_TEXTS: readonly string[] = RULES.flatMap(({ texts }) => texts);

/** The verdict on one error text and the reason for it. */
export function verdictOnText(text: string): { verdict: Verdict; because: string } {
  if (EARLIER_ORDER.test(text)) {
    return { verdict: 'unknown', because: 'it speaks of an earlier order with our id' };
  }
  const given = normal(text);
  const rule = RULES.find(({ texts }) => texts.some((known) => begins(given, normal(known))));
  return rule ?? { verdict: 'unknown', because: 'the text is not on the list' };
}

/**
 * The verdict on a list of error texts. Two refusals that contradict each other (before the engine,
 * and by the engine) conclude nothing: adding a text never makes the verdict less cautious.
 */
export function verdictOn(errors: readonly string[]): Verdict {
  const [first, ...rest] = errors.map((text) => verdictOnText(text).verdict);
  return rest.reduce(moreCautious, first ?? 'unknown');
}

/** What became of an AddOrder. */
export function placeOutcome(answer: Answer, validate: boolean): PlaceOutcome {
  if (answer.kind === 'never-sent') return { kind: 'never-sent', reason: answer.reason };
  if (answer.kind === 'lost') return { kind: 'unknown', reason: answer.reason };
  const { description, txids } = readPlacement(answer.result);
  if (answer.errors.length === 0) return success(description, txids, validate);

  const reason = explain(answer.errors);
  // Errors beside an order id contradict each other; the look-up will tell.
  if (txids.length > 0) return { kind: 'unknown', reason: `${reason}, yet with an order id` };
  const verdict = verdictOn(answer.errors);
  switch (verdict) {
    case 'unknown':
    case 'refused-before-engine':
      return { kind: verdict, reason };
    case 'refused':
    case 'refused-and-trips':
      return { kind: 'refused', reason, trips: verdict === 'refused-and-trips' };
  }
}

function success(description: string, txids: readonly unknown[], validate: boolean): PlaceOutcome {
  const [txid] = txids;
  if (txids.length === 1 && typeof txid === 'string' && txid !== '') {
    return { kind: 'placed', exchangeOrderId: txid, description };
  }
  if (validate && txids.length === 0 && description !== '') {
    return { kind: 'validated', description };
  }
  return { kind: 'unknown', reason: 'the answer names no error and not exactly one order id' };
}

/** Reads `{descr: {order}, txid: [id]}`, tolerating anything: a malformed answer is `unknown`. */
function readPlacement(result: unknown): { description: string; txids: readonly unknown[] } {
  const descr = field(result, 'descr');
  const order = field(descr, 'order');
  const txid = field(result, 'txid');
  const txids = Array.isArray(txid) ? (txid as readonly unknown[]) : [txid];
  return {
    description: typeof order === 'string' ? order : '',
    txids: txids.filter((id) => id !== undefined && id !== null),
  };
}

function field(value: unknown, name: string): unknown {
  if (typeof value !== 'object' || value === null) return undefined;
  return Object.getOwnPropertyDescriptor(value, name)?.value;
}

/** Kraken's words with our reading of each, cut to a length that a person reads. */
function explain(errors: readonly string[]): string {
  return errors
    .slice(0, 5)
    .map((text) => `${text.slice(0, 200)} (${verdictOnText(text).because})`)
    .join('; ');
}

function moreCautious(a: Verdict, b: Verdict): Verdict {
  if (a === b) return a;
  if ([a, b].includes('unknown') || [a, b].includes('refused-before-engine')) return 'unknown';
  return 'refused-and-trips';
}

/** Kraken sometimes writes `EService: Throttled: 1700000000`: blanks and case carry no meaning. */
function normal(text: string): string {
  return text.trim().toLowerCase().replace(/\s+/g, ' ').replace(/ ?: ?/g, ':');
}

function begins(given: string, known: string): boolean {
  if (!given.startsWith(known)) return false;
  return known.endsWith(':') || given.length === known.length || given[known.length] === ':';
}
