/** A strategy's book as people look at it: beside what its sender says, and what the account holds. */
import { averageCost, type Book, type BookView } from '../../functions/core/book.ts';
import type { Config, Source } from '../../functions/core/config.ts';
import { decimal, plain, ZERO, type Decimal } from '../../functions/core/decimal.ts';
import { FLATTEN_SOURCE } from '../../functions/core/halt/flatten-source.ts';
import { clientOrderIdOf } from '../../functions/core/identity.ts';
import type { Pair } from '../../functions/core/market/pair.ts';
import type { Balance } from '../../functions/core/ports.ts';
import { standText } from '../../functions/core/signal.ts';
import { isoTime } from './times.ts';

/** Decimals of a shown price and amount of money. */
const DECIMALS = 8;

/** What an account's exchange said. */
export interface AskedAccount {
  readonly balances: ReadonlyMap<string, Balance>;
  readonly pairs: readonly Pair[];
}

/** What an account holds of an asset, and how much of it no book owns. */
export interface Holding {
  readonly account: string;
  readonly asset: string;
  readonly held: string;
  readonly books: string;
  /** Below zero: the books own more than there is. */
  readonly external: string;
}

/** Who may have books on an account: its sources, and the one that flattens. */
export function ownersOn(account: string, { sources }: Config): readonly string[] {
  const named = Object.entries(sources).filter(([, { accounts }]) => accounts.includes(account));
  return [...named.map(([name]) => name), FLATTEN_SOURCE];
}

/**
 * Whether the book is where its sender says that the strategy stands; undefined where nobody can
 * tell: the sender says no size that the book has a scale for, or the pair's smallest order is not
 * known. What is too little to be traded is no difference.
 */
export function agreesWithClaim(
  book: Book,
  source: Source | undefined,
  pair: Pair | undefined,
): boolean | undefined {
  const { claim, quantity, leverage } = book;
  if (claim === undefined) return undefined;
  const held = decimal(quantity);
  const onlyLong = leverage === undefined && source?.allow?.leverage === undefined;
  const position = claim.position === 'short' && onlyLong ? 'flat' : claim.position;
  const isDust = (left: Decimal) => left.eq('0') || (pair && left.abs().lt(pair.orderMin));
  if (position === 'flat') return isDust(held);
  const sign = position === 'long' ? '1' : '-1';
  if (!held.times(sign).gt('0')) return false;
  if (claim.size === undefined) return isDust(held) === undefined ? undefined : !isDust(held);
  const perUnit = source?.size.kind === 'signal' ? '1' : book.perUnit;
  if (perUnit === undefined) return undefined;
  return isDust(decimal(claim.size).times(perUnit).times(sign).minus(held));
}

/** `long 0.5`, and whether the book is there. */
export function claimWords({ claim }: Book, agrees: boolean | undefined): string {
  if (claim === undefined) return '-';
  const told = agrees === undefined ? '' : agrees ? ', agrees' : ', DIFFERS';
  return `${standText(claim)}${told}`;
}

/** What the account holds of each asset that a book is of, beside what its books own. */
export function holdingsOf(
  account: string,
  views: readonly BookView[],
  balances: AskedAccount['balances'],
): readonly Holding[] {
  const owned = new Map<string, Decimal>();
  for (const { book } of views) {
    const [base = ''] = book.pair.split('/');
    // A margin position is borrowed, not held.
    const quantity = book.leverage === undefined ? decimal(book.quantity) : ZERO;
    owned.set(base, (owned.get(base) ?? ZERO).plus(quantity));
  }
  return [...owned].sort().map(([asset, books]) => {
    const held = balances.get(asset)?.total ?? ZERO;
    const external = plain(held.minus(books));
    return { account, asset, held: plain(held), books: plain(books), external };
  });
}

/** `50000`, or `-` of a flat book. */
export function averageText(book: Book): string {
  return averageCost(book, DECIMALS) ?? '-';
}

/** An amount of money, short enough for a table. */
export function moneyText(text: string): string {
  return plain(decimal(text).round(DECIMALS, 1));
}

/** What a book says, in a sentence; `isWish`: it is not written. */
export function ownsLine(book: Book, { isWish }: { readonly isWish: boolean }): string {
  const { source, pair, account, quantity, result, fees } = book;
  const [base = '', quote = ''] = pair.split('/');
  const average = averageText(book);
  const at = average === '-' ? '' : ` at ${average} ${quote} on average`;
  return `The book of ${source} on ${account}, ${pair}${isWish ? ', as it would be' : ''}: owns ${quantity} ${base}${at}; result ${moneyText(result)} ${quote}, of which fees ${moneyText(fees)} ${quote}.`;
}

/** A book in JSON. */
export function bookJson({ book, inFlight }: BookView, agrees: boolean | undefined) {
  const { on, account, source, pair, quantity, cost, result, fees, version, claim } = book;
  return {
    ...{ on, account, source, pair, quantity, averageCost: averageCost(book, DECIMALS) ?? null },
    ...{ cost, result, fees, leverage: book.leverage ?? null },
    claim:
      claim === undefined
        ? null
        : {
            ...{ position: claim.position, size: claim.size ?? null, signal: claim.signalId },
            ...{ sentAt: isoTime(claim.sentAtMs), agrees: agrees ?? null },
          },
    ...{ inFlight: inFlight.map(clientOrderIdOf), version, movedAt: isoTime(book.movedAtMs) },
  };
}
