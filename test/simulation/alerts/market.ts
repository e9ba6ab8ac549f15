/**
 * What the exchange knows of its prices at a time: quotes and candles as Kraken answers them, from
 * paths of trades. A candle has a row for every minute, the last one still runs, and there are 720.
 */
import type { Candle, Quote } from '../../../functions/core/alerts/market.ts';
import { decimal, ZERO, type Decimal } from '../../../functions/core/decimal.ts';
import { MINUTE_MS, type Print } from './price-path.ts';

const DAY_MS = 24 * 60 * MINUTE_MS;
const ROWS_MAX = 720;
const JUMP = 0.1;

/** What the ticker says of one pair, in numbers that a witness can use. */
export interface Shown {
  readonly asOfMs: number;
  readonly last: number;
  readonly dayHigh: number;
  readonly dayLow: number;
  readonly dayTrades: number;
  /** Half of the spread, in halves of a unit; and the volume of 24 hours. */
  readonly half: number;
  readonly volume: number;
}

const PRICES = new Map<number, Decimal>();

/** So many halves as a price. */
export function priceOf(halves: number): Decimal {
  const known = PRICES.get(halves);
  if (known !== undefined) return known;
  const made = decimal(String(halves / 2));
  PRICES.set(halves, made);
  return made;
}

/** One pair of a world. */
export class MarketPair {
  readonly prints: readonly Print[];
  /** Some trades are shown late: a candle may change when it is over. */
  readonly isRevised: boolean;
  /** From one trade to the next it goes so far that a careful reader wants to see it twice. */
  readonly jumps: boolean;
  /** Rows that are over, by their minutes, and the first trade that is in none of them. */
  readonly #rows = new Map<number, Candle[]>();
  readonly #next = new Map<number, number>();
  /** Spread and volume change every few minutes. */
  readonly #swing: (atMs: number) => { readonly half: number; readonly volume: number };

  constructor(
    prints: readonly Print[],
    swing: (atMs: number) => { readonly half: number; readonly volume: number },
  ) {
    this.prints = prints;
    this.#swing = swing;
    this.jumps = prints.some(({ halves }, at) => {
      const before = prints[at - 1]?.halves ?? halves;
      return Math.abs(halves - before) > before * JUMP;
    });
    this.isRevised = prints.some(({ atMs, shownMs }) => shownMs !== atMs);
  }

  /** What the ticker says at a time. */
  shown(asOfMs: number): Shown {
    const midnightMs = Math.floor(asOfMs / DAY_MS) * DAY_MS;
    const past = this.#until(asOfMs);
    const last = past.at(-1)?.halves ?? 0;
    const today = past.filter(({ atMs }) => atMs >= midnightMs).map(({ halves }) => halves);
    const dayTrades = today.length;
    // Before the first trade of a day Kraken's figures of the day are the last price.
    const [dayHigh, dayLow] = dayTrades === 0 ? [last, last] : [most(today), least(today)];
    return { asOfMs, last, dayHigh, dayLow, dayTrades, ...this.#swing(asOfMs) };
  }

  /** The row of the ticker. */
  quote(shown: Shown): Quote {
    const { asOfMs, last, half, dayHigh, dayLow, dayTrades, volume } = shown;
    const hours = this.#until(asOfMs)
      .filter(({ atMs }) => atMs > asOfMs - DAY_MS)
      .map(({ halves }) => halves);
    if (hours.length === 0) hours.push(last);
    return {
      ...{ ask: priceOf(last + half), bid: priceOf(last - half), last: priceOf(last) },
      ...{ dayHigh: priceOf(dayHigh), dayLow: priceOf(dayLow), dayTrades },
      ...{ high24h: priceOf(most(hours)), low24h: priceOf(least(hours)) },
      volume24h: decimal(String(volume)),
    };
  }

  /** Candles of so many minutes at a time, oldest first; the last one runs. */
  candles(asOfMs: number, minutes: number): readonly Candle[] {
    const lengthMs = minutes * MINUTE_MS;
    const [first] = this.prints;
    if (first === undefined) return [];
    const runningMs = Math.floor(asOfMs / lengthMs) * lengthMs;
    const all = this.isRevised
      ? rowsOf(this.#until(asOfMs), lengthMs, runningMs)
      : this.#wholeRows(minutes, runningMs);
    const whole = all.slice(-(ROWS_MAX - 1));
    const inside = this.#until(asOfMs).filter(({ atMs }) => atMs >= runningMs);
    const before = whole.at(-1)?.close ?? priceOf(first.halves);
    return [...whole, rowOf(runningMs, inside, before)];
  }

  #wholeRows(minutes: number, runningMs: number): readonly Candle[] {
    const lengthMs = minutes * MINUTE_MS;
    const rows = this.#rows.get(minutes) ?? [];
    this.#rows.set(minutes, rows);
    const first = this.prints[0];
    if (first === undefined) return rows;
    const beginMs = Math.floor(first.atMs / lengthMs) * lengthMs;
    const wanted = Math.max(0, (runningMs - beginMs) / lengthMs);
    let at = this.#next.get(minutes) ?? 0;
    for (let atMs = beginMs + rows.length * lengthMs; rows.length < wanted; atMs += lengthMs) {
      const inside: Print[] = [];
      for (let next = this.prints[at]; next !== undefined && next.atMs < atMs + lengthMs;) {
        inside.push(next);
        at += 1;
        next = this.prints[at];
      }
      rows.push(rowOf(atMs, inside, rows.at(-1)?.close ?? priceOf(first.halves)));
    }
    this.#next.set(minutes, at);
    return rows.slice(0, wanted);
  }

  /** Trades that are shown at a time, in the order of their times. */
  #until(asOfMs: number): readonly Print[] {
    if (this.isRevised) return this.prints.filter(({ shownMs }) => shownMs <= asOfMs);
    let [low, high] = [0, this.prints.length];
    while (low < high) {
      const middle = (low + high) >> 1;
      if ((this.prints[middle]?.atMs ?? Infinity) <= asOfMs) low = middle + 1;
      else high = middle;
    }
    return this.prints.slice(0, low);
  }
}

/** Rows from the first trade up to the running one, which is not among them. */
function rowsOf(prints: readonly Print[], lengthMs: number, runningMs: number): Candle[] {
  const [first] = prints;
  if (first === undefined) return [];
  const rows: Candle[] = [];
  let at = 0;
  let close = priceOf(first.halves);
  for (let ms = Math.floor(first.atMs / lengthMs) * lengthMs; ms < runningMs; ms += lengthMs) {
    const inside: Print[] = [];
    for (let next = prints[at]; next !== undefined && next.atMs < ms + lengthMs;) {
      inside.push(next);
      at += 1;
      next = prints[at];
    }
    const row = rowOf(ms, inside, close);
    rows.push(row);
    close = row.close;
  }
  return rows;
}

function rowOf(atMs: number, inside: readonly Print[], before: Decimal): Candle {
  const halves = inside.map((print) => print.halves);
  const [open] = halves;
  if (open === undefined) {
    return { atMs, open: before, high: before, low: before, close: before, volume: ZERO };
  }
  const close = halves.at(-1) ?? open;
  return {
    ...{ atMs, open: priceOf(open), close: priceOf(close) },
    ...{ high: priceOf(most(halves)), low: priceOf(least(halves)) },
    volume: decimal(String(halves.length)),
  };
}

function most(list: readonly number[]): number {
  return list.reduce((best, one) => Math.max(best, one), -Infinity);
}

function least(list: readonly number[]): number {
  return list.reduce((best, one) => Math.min(best, one), Infinity);
}
