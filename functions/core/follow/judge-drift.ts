/**
 * Whether a strategy stands where it says it does: its claim, its book, and what the account holds.
 * Pure. What is on its way is no drift, and neither is what Kraken would not trade.
 */
import type { Book, BookView, Claim } from '../book.ts';
import type { Source } from '../config.ts';
import type { Balances } from '../decide/equity.ts';
import { planTarget } from '../decide/plan-target.ts';
import { decimal, plain, ZERO, type Decimal } from '../decimal.ts';
import type { Pair } from '../market/pair.ts';
import { standText, type Signal } from '../signal.ts';

/** A claim and a book have so long to come together; look-ups of lost answers take about as long. */
export const DRIFT_AFTER_MS = 5 * 60_000;

/** What a book is held against. */
export interface DriftInput {
  readonly view: BookView;
  readonly source: Source;
  readonly pair: Pair;
  readonly balances: Balances;
  /** What is open on margin of the pair, where book or claim is on margin. */
  readonly open?: Decimal;
  readonly nowMs: number;
}

/** The three numbers, where they do not agree. */
export interface Drift {
  readonly claim: string;
  readonly book: string;
  /** What the account holds of the base asset, or has open on margin, whoever bought it. */
  readonly held: string;
  /** What would bring the book to the claim, in words. */
  readonly missing: string;
}

/** The drift between claim and book; undefined where there is none, or none yet. */
export function judgeDrift(input: DriftInput): Drift | undefined {
  const { view, source, pair, balances, open, nowMs } = input;
  const { book, inFlight } = view;
  const { claim } = book;
  if (claim === undefined || inFlight.length > 0) return undefined;
  const lastMs = Math.max(claim.sentAtMs, book.movedAtMs ?? 0);
  if (nowMs < lastMs + DRIFT_AFTER_MS) return undefined;
  const market = { source, pair, book, balances };
  const plan = planTarget({ ...market, signal: claimedSignal(book), nowMs, sinceMs: lastMs });
  if (!plan.ok || plan.value.kind !== 'order') return undefined;
  const { signal } = plan.value;
  // What a stop, a take-profit or a halt closed is out until the strategy comes from flat.
  if (book.stopped === claim.position && signal.reduceOnly !== true) return undefined;
  const size = signal.size === undefined ? 'a position' : `${signal.size.amount} ${pair.base}`;
  return {
    claim: standText(claim),
    book: `${plain(decimal(book.quantity))} ${pair.base}`,
    held:
      open === undefined
        ? `${plain(balances.get(pair.base)?.total ?? ZERO)} ${pair.base}`
        : `${plain(open)} ${pair.base} on margin`,
    missing: `${signal.action} ${size}`,
  };
}

/** The claim of a book as a message says it, so that it is planned as any other. */
export function claimedSignal({ claim, source, pair }: Book): Signal {
  const none: Claim = { position: 'flat', signalId: '', sentAtMs: 0 };
  const { signalId, sentAtMs, position, size, prev, second: _done, ...more } = claim ?? none;
  const target = {
    position,
    ...(size === undefined ? {} : { size }),
    ...(prev === undefined ? {} : { prev }),
  };
  return {
    ...{ id: signalId, source, sentAtMs, symbol: pair, type: 'market' },
    action: target.position === 'long' ? 'buy' : 'sell',
    target,
    ...more,
  };
}

/** Books that own more of an asset than the account holds. */
export interface Shortage {
  readonly account: string;
  readonly asset: string;
  readonly owned: Decimal;
  readonly held: Decimal;
  readonly books: readonly Book[];
}

/**
 * What strategies own by their books and the account does not hold: it was sold or moved by hand.
 * Margin positions are not held. `least`: differences below it are no matter, by asset.
 */
export function shortagesOf(
  books: readonly Book[],
  balances: Balances,
  least: (asset: string) => Decimal,
): readonly Shortage[] {
  const byAsset = new Map<string, Book[]>();
  for (const book of books) {
    const isHeld = book.leverage === undefined && decimal(book.quantity).gt('0');
    const [asset = ''] = book.pair.split('/');
    if (isHeld) byAsset.set(asset, [...(byAsset.get(asset) ?? []), book]);
  }
  return [...byAsset].flatMap(([asset, all]) => {
    const owned = all.reduce((sum, { quantity }) => sum.plus(quantity), ZERO);
    const held = balances.get(asset)?.total ?? ZERO;
    const isShort = owned.minus(held).gt(least(asset));
    const [first] = all;
    return isShort && first ? [{ account: first.account, asset, owned, held, books: all }] : [];
  });
}
