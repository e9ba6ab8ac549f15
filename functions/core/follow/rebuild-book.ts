/**
 * Makes a book again: from its entries, and from what the exchange shows of the orders that moved it.
 * What is missing is appended as an entry for the order that lacks it, never written over; where the
 * exchange shows no order, or less than is on record, the record stays and is told of. Pure.
 *
 * A stop that Kraken opened from an entry is an order of its own here, named by the entry and its id.
 *
 * An order that is still followed is held to what its row has on record, not to what the exchange
 * shows by now: its next look books the rest, and would book it twice.
 */
import {
  afterFill,
  replay,
  type Book,
  type BookEntry,
  type BookView,
  type FillTerms,
} from '../book.ts';
import { decimal, plain, ZERO } from '../decimal.ts';
import { tradedSince, type Fill, type Traded } from '../fill.ts';
import { assert } from '../result.ts';
import { BY_HAND, type BookMove } from './correct-book.ts';

/** What an order came to, in text: base units, and the quote currency for the other two. */
export interface Amounts {
  readonly volume: string;
  readonly cost: string;
  readonly fee: string;
}

/** An order that may have moved the book. */
export interface BookOrder extends Omit<FillTerms, 'atMs'> {
  /** What its row has on record; absent: nothing yet. */
  readonly recorded?: Fill;
  /** More of it may trade, and the looks that book it count on from `recorded`. */
  readonly isFollowed: boolean;
  /** As the exchange shows it now; absent: it does not show it. */
  readonly shown?: Fill;
}

/** Names an order of a book; `closeId`: of the stop that Kraken opened from it. */
export interface BookOrderName {
  readonly orderKey: string;
  readonly closeId?: string;
}

/** What does not agree. */
export type BookFinding =
  /** Traded and not in the log: it gets an entry. */
  | ({ readonly kind: 'missing'; readonly side: string } & BookOrderName & Amounts)
  /** Traded since the last look at an order that is followed: the next one books it. */
  | ({ readonly kind: 'ahead' } & BookOrderName & Amounts)
  /** More is on record than is shown; the record stays. */
  | ({ readonly kind: 'excess'; readonly log: Amounts; readonly shown: Amounts } & BookOrderName)
  /** Not shown, or its row is gone; what is on record stays. */
  | ({ readonly kind: 'not-shown' } & BookOrderName)
  /** Entries of these versions are not there. */
  | { readonly kind: 'gap'; readonly from: number; readonly to: number }
  /** The book says something else than what it is made from. */
  | {
      readonly kind: 'book';
      readonly field: (typeof FIELDS)[number];
      readonly was: string;
      readonly is: string;
    }
  /** The log lacks entries, and what is shown does not lead to what the book owns. */
  | { readonly kind: 'contradiction' };

/** The book made again. */
export interface RebuiltBook {
  readonly book: Book;
  /** From the book that is there to this one, in turn; none: there is nothing to write. */
  readonly moves: readonly BookMove[];
  readonly findings: readonly BookFinding[];
}

/** Stands for an order in the entry of a book that was written anew though no order lacked anything. */
export const REBUILT = 'rebuilt';

/** Whether an entry is of an order, and not of what was written without one. */
export function isOrder({ orderKey }: Pick<BookEntry, 'orderKey'>): boolean {
  return orderKey !== REBUILT && orderKey !== BY_HAND;
}

const FIELDS = ['quantity', 'cost', 'result', 'fees', 'perUnit', 'leverage', 'stopped'] as const;

const TRADELESS: Traded = { volume: ZERO, cost: ZERO, fee: ZERO };

const NOTHING: Amounts = { volume: '0', cost: '0', fee: '0' };

/** Makes it. `entries`: by version; `orders`: in the order in which they were sent. */
export function rebuildBook(
  live: Book,
  entries: readonly BookEntry[],
  orders: readonly BookOrder[],
  atMs: number,
): RebuiltBook {
  const logged = sums(entries);
  const known = new Set(orders.map(keyOf));
  // One that ended unplaced moved nothing, though it may have shown that what was sold was not owned.
  const rowless = [...logged].filter(
    ([key, { amounts }]) => !known.has(key) && !isSame(amounts, NOTHING),
  );
  const gaps = gapsOf(entries, live.version);
  const findings: BookFinding[] = [
    ...gaps,
    ...rowless.map(([, { name }]) => ({ kind: 'not-shown', ...name }) as const),
  ];
  const moves: BookMove[] = [];
  let book = fromLog(live, entries);
  const judgements = orders.map((order) => {
    return { order, ...judge(order, logged.get(keyOf(order))?.amounts ?? NOTHING) };
  });
  findings.push(...judgements.flatMap((judged) => judged.findings));
  const lacking = judgements.filter(({ missing }) => missing !== undefined);
  const isSettled = orders.every(({ isFollowed }) => !isFollowed);
  for (const { order, missing = TRADELESS } of lacking) {
    const isLast = isSettled && order === lacking.at(-1)?.order;
    const terms = { ...order, atMs, ...(isLast ? { alone: true as const } : {}) };
    const move = afterFill(book, missing, terms);
    moves.push(move);
    book = move.to;
  }
  const differences = differencesOf(live, book);
  findings.push(...differences);
  // Without some of its entries the log alone proves nothing against the book.
  const isContradicted = differences.some(({ field }) => field === 'quantity' || field === 'fees');
  if (live.version > 0 && gaps.length > 0 && isContradicted) {
    return { book: live, moves: [], findings: [...findings, { kind: 'contradiction' }] };
  }
  if (moves.length === 0 && differences.length > 0) {
    const move = anew(book, atMs);
    return { book: move.to, moves: [move], findings };
  }
  return { book, moves, findings };
}

/** Orders that may still move the book, and of which it does not know. */
export function unheld({ inFlight }: BookView, open: readonly string[]): readonly string[] {
  return open.filter((orderKey) => !inFlight.includes(orderKey));
}

/** What the entries say, with the version from which the book goes on: no entry is written twice. */
function fromLog(live: Book, entries: readonly BookEntry[]): Book {
  const made = replay(live, entries);
  return {
    ...made,
    version: Math.max(live.version, made.version),
    ...(live.claim === undefined ? {} : { claim: live.claim }),
  };
}

/** Without an order the side says nothing: no amount is moved. */
function anew(book: Book, atMs: number): BookMove {
  return afterFill(book, TRADELESS, { side: 'buy', orderKey: REBUILT, atMs });
}

function judge(
  order: BookOrder,
  log: Amounts,
): { readonly findings: readonly BookFinding[]; readonly missing?: Traded } {
  const { recorded, shown, isFollowed, side } = order;
  const name = nameOf(order);
  const isHidden = shown === undefined;
  const hidden: readonly BookFinding[] = isHidden ? [{ kind: 'not-shown', ...name }] : [];
  const due: Amounts = (isFollowed ? recorded : (shown ?? recorded)) ?? (isHidden ? log : NOTHING);
  const more = isFollowed && shown !== undefined ? difference(due, shown) : undefined;
  const ahead: readonly BookFinding[] =
    more === undefined || isNothing(more) ? [] : [{ kind: 'ahead', ...name, ...textOf(more) }];
  const missing = difference(log, due);
  if (missing === undefined) {
    const excess = { kind: 'excess', ...name, log, shown: amountsOf(due) } as const;
    return { findings: [...hidden, ...ahead, excess] };
  }
  if (isNothing(missing)) return { findings: [...hidden, ...ahead] };
  const found = { kind: 'missing', ...name, side, ...textOf(missing) } as const;
  return { findings: [...hidden, ...ahead, found], missing };
}

/** What each order came to by the log. */
function sums(entries: readonly BookEntry[]): ReadonlyMap<string, Sum> {
  const all = new Map<string, Sum>();
  for (const entry of entries) {
    if (!isOrder(entry)) continue;
    const before = all.get(keyOf(entry))?.amounts ?? NOTHING;
    const amounts = {
      volume: plain(decimal(before.volume).plus(entry.volume)),
      cost: plain(decimal(before.cost).plus(entry.cost)),
      fee: plain(decimal(before.fee).plus(entry.fee)),
    };
    all.set(keyOf(entry), { name: nameOf(entry), amounts });
  }
  return all;
}

interface Sum {
  readonly name: BookOrderName;
  readonly amounts: Amounts;
}

function nameOf({ orderKey, closeId }: BookOrderName): BookOrderName {
  return { orderKey, ...(closeId === undefined ? {} : { closeId }) };
}

function keyOf({ orderKey, closeId = '' }: BookOrderName): string {
  return `${orderKey} ${closeId}`;
}

/** Versions up to the book's own that have no entry. */
function gapsOf(entries: readonly BookEntry[], version: number): readonly BookFinding[] {
  const gaps: BookFinding[] = [];
  let next = 1;
  for (const entry of entries) {
    assert(entry.version >= next, 'entries come by version, each once');
    if (entry.version > next) gaps.push({ kind: 'gap', from: next, to: entry.version - 1 });
    next = entry.version + 1;
  }
  if (version >= next) gaps.push({ kind: 'gap', from: next, to: version });
  return gaps;
}

function differencesOf(live: Book, made: Book): Extract<BookFinding, { kind: 'book' }>[] {
  return FIELDS.flatMap((field) => {
    const [was, is] = [String(live[field] ?? '-'), String(made[field] ?? '-')];
    return was === is ? [] : [{ kind: 'book', field, was, is } as const];
  });
}

function difference(from: Amounts, to: Amounts): Traded | undefined {
  const seen = { status: 'open', seenAtMs: 0 } as const;
  return tradedSince({ ...seen, ...from }, { ...seen, ...to });
}

function isNothing({ volume, cost, fee }: Traded): boolean {
  return volume.eq('0') && cost.eq('0') && fee.eq('0');
}

function isSame(a: Amounts, b: Amounts): boolean {
  return a.volume === b.volume && a.cost === b.cost && a.fee === b.fee;
}

function textOf({ volume, cost, fee }: Traded): Amounts {
  return { volume: plain(volume), cost: plain(cost), fee: plain(fee) };
}

function amountsOf({ volume, cost, fee }: Amounts): Amounts {
  return { volume, cost, fee };
}
