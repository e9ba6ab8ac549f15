/**
 * What each order type needs, may have and cannot have: one table, from which messages are checked
 * and docs/messages.md is made. The words that people use for the types are here too.
 * Source: https://docs.kraken.com/api/docs/rest-api/add-order
 */
import type { OrderType, TimeInForce } from '../signal.ts';

/** A term of an order beside its side, its symbol and its size. */
export type Term =
  | 'price'
  | 'price2'
  | 'trigger'
  | 'displayVolume'
  | 'start'
  | 'expire'
  | 'postOnly'
  | 'leverage'
  | 'selfTrade';

/** What a price of an order is. */
export type PriceRole = 'limit' | 'trigger' | 'distance';

/** The terms of one order type. */
export interface OrderTerms {
  /** What the order does, for people. */
  readonly does: string;
  /** What `price` and `price2` are; absent: the type has none. */
  readonly price?: PriceRole;
  readonly price2?: PriceRole;
  /** Terms beside the prices that it must have, and that it may have. */
  readonly must: readonly Term[];
  readonly may: readonly Term[];
  /** How long it may stay. Of the types that trade at once GTC and IOC say nothing. */
  readonly timeInForce: readonly TimeInForce[];
  /** Other words for the type, in the form of `typeWord`. */
  readonly words: readonly string[];
}

const EVERY: readonly Term[] = ['start', 'leverage', 'selfTrade'];
const RESTING: readonly Term[] = [...EVERY, 'expire'];
const TRIGGERED: readonly Term[] = [...RESTING, 'trigger'];
const STAYS: readonly TimeInForce[] = ['GTC', 'GTD'];

/**
 * The table. A market order has no expiry and no use for a time in force; `postOnly` is for limit
 * orders alone; `trigger` is for the types that wait for a price.
 */
export const ORDER_TERMS: Readonly<Record<OrderType, OrderTerms>> = {
  market: {
    does: 'Trades at once at the best prices there are.',
    must: [],
    may: EVERY,
    timeInForce: [],
    words: ['mkt', 'marketorder'],
  },
  limit: {
    does: 'Trades at its price or better; rests in the book until then.',
    price: 'limit',
    must: [],
    may: [...RESTING, 'postOnly'],
    timeInForce: ['GTC', 'IOC', 'FOK', 'GTD'],
    words: ['lmt', 'limitorder'],
  },
  iceberg: {
    does: 'A limit order of which the book shows only a part at a time.',
    price: 'limit',
    must: ['displayVolume'],
    may: RESTING,
    timeInForce: STAYS,
    words: ['icebergorder'],
  },
  'stop-loss': {
    does: 'Waits until the market falls to its price (a sell) or rises to it (a buy), then trades at once.',
    price: 'trigger',
    must: [],
    may: TRIGGERED,
    timeInForce: STAYS,
    words: ['stop', 'stopmarket', 'stoporder', 'stp', 'stopmkt', 'stoplossmarket'],
  },
  'take-profit': {
    does: 'Waits until the market rises to its price (a sell) or falls to it (a buy), then trades at once.',
    price: 'trigger',
    must: [],
    may: TRIGGERED,
    timeInForce: STAYS,
    words: ['takeprofitmarket', 'marketiftouched', 'mit'],
  },
  'stop-loss-limit': {
    does: 'A stop-loss that becomes a limit order at `price2`.',
    price: 'trigger',
    price2: 'limit',
    must: [],
    may: TRIGGERED,
    timeInForce: STAYS,
    words: ['stoplimit', 'stoplmt', 'stplmt'],
  },
  'take-profit-limit': {
    does: 'A take-profit that becomes a limit order at `price2`.',
    price: 'trigger',
    price2: 'limit',
    must: [],
    may: TRIGGERED,
    timeInForce: STAYS,
    words: ['limitiftouched', 'lit'],
  },
  'trailing-stop': {
    does: 'A stop that follows the market at a distance and trades at once when it turns by that much.',
    price: 'distance',
    must: [],
    may: TRIGGERED,
    timeInForce: STAYS,
    words: ['trailing', 'trailstop', 'trailingstopmarket', 'trailingstoploss'],
  },
  'trailing-stop-limit': {
    does: 'A trailing stop that becomes a limit order at a distance from its trigger.',
    price: 'distance',
    price2: 'distance',
    must: [],
    may: TRIGGERED,
    timeInForce: STAYS,
    words: ['trailinglimit', 'trailstoplimit', 'trailingstoplosslimit'],
  },
  'settle-position': {
    does: 'Pays a margin position off with what the account owns; its side is that of the position.',
    must: ['leverage'],
    may: [],
    timeInForce: [],
    words: ['settle'],
  },
};

/** The types that a message may ask for, in the order of the table. */
export const ORDER_TYPES = Object.keys(ORDER_TERMS) as readonly OrderType[];

const TYPE_BY_WORD: ReadonlyMap<string, OrderType> = new Map(
  ORDER_TYPES.flatMap((type) =>
    [typeWord(type), ...ORDER_TERMS[type].words].map((word): [string, OrderType] => [word, type]),
  ),
);

/** Types that a source may ask for when its `allow` names none. */
export const TYPES_ALLOWED_BY_DEFAULT: readonly OrderType[] = ['market', 'limit'];

/** The type that a word means, whatever its case, blanks, dashes and underscores. */
export function typeOf(word: string): OrderType | undefined {
  return TYPE_BY_WORD.get(typeWord(word));
}

/** Whether an order of the type may (or must) have the term. */
export function mayHave(type: OrderType, term: Term): boolean {
  const terms = ORDER_TERMS[type];
  if (term === 'price' || term === 'price2') return terms[term] !== undefined;
  return terms.must.includes(term) || terms.may.includes(term);
}

/** Whether an order of the type is nothing without the term. */
export function mustHave(type: OrderType, term: Term): boolean {
  const terms = ORDER_TERMS[type];
  if (term === 'price' || term === 'price2') return terms[term] !== undefined;
  return terms.must.includes(term);
}

/** `a`, `a or b`, `a, b or c`. */
export function either(words: readonly string[]): string {
  return words.join(', ').replace(/, ([^,]*)$/, ' or $1');
}

function typeWord(word: string): string {
  return word.toLowerCase().replace(/[\s._-]+/g, '');
}
