/**
 * Minutes of a path as the plain reading of a rule takes them, made from the trades themselves. It
 * shares no code with the product.
 */
import type { Print } from './price-path.ts';

const MINUTE = 60_000;

/** One minute of a pair. `top` and `bottom` are of the whole minute, also before the rule began. */
export interface Bar {
  readonly at: number;
  readonly start: number;
  readonly high: number;
  readonly low: number;
  readonly close: number;
  readonly top: number;
  readonly bottom: number;
}

/** When a rule begins, and what the ticker said then. */
export interface Beginning {
  readonly atMs: number;
  readonly looks: ReadonlyMap<
    string,
    { readonly last: number; readonly dayHigh: number; readonly dayLow: number }
  >;
}

/** Every minute from the first trade on. */
export function barsOf(prints: readonly Print[], endMs: number): readonly Bar[] {
  const bars: Bar[] = [];
  let at = Math.floor((prints[0]?.atMs ?? 0) / MINUTE) * MINUTE;
  let close = prints[0]?.halves ?? 0;
  for (let next = 0; at <= endMs; at += MINUTE) {
    const inside: number[] = [];
    for (; (prints[next]?.atMs ?? Infinity) < at + MINUTE; next += 1) {
      inside.push(prints[next]?.halves ?? 0);
    }
    const start = close;
    close = inside.at(-1) ?? close;
    const all = inside.length > 0 ? inside : [start];
    const [high, low] = [Math.max(...all), Math.min(...all)];
    bars.push({ at, start, high, low, close, top: high, bottom: low });
  }
  return bars;
}

/** The minute in which a rule begins holds what came after: prices that the day had not seen, and the last. */
export function begunAt(
  bars: readonly Bar[],
  pair: string,
  { atMs, looks }: Beginning,
): readonly Bar[] {
  const look = looks.get(pair);
  if (look === undefined) return [];
  const { last } = look;
  const first = Math.floor(atMs / MINUTE) * MINUTE;
  return bars.map((bar) => {
    if (bar.at !== first) return bar;
    if (first === atMs)
      return { ...bar, start: bars.find((b) => b.at === first - MINUTE)?.close ?? last };
    const high = bar.high > Math.max(look.dayHigh, last) ? bar.high : Math.max(last, bar.close);
    const low = bar.low < Math.min(look.dayLow, last) ? bar.low : Math.min(last, bar.close);
    return { ...bar, start: last, high, low };
  });
}
