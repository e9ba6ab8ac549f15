/**
 * Reads candles within the public limits of the exchange: so many calls in a run, one in a second,
 * and none after a time at which the run should end.
 */
import { ExchangeError } from '../exchange-error.ts';
import type { Pair } from '../market/pair.ts';
import type { Clock, Log } from '../ports.ts';
import type { CompiledRule } from './compiled-rule.ts';
import { EXTREME_WINDOW_MS } from './compiled-rule.ts';
import type { Candle, PriceFeed } from './market.ts';
import { believed, type PairMemory } from './pair-memory.ts';
import { coversFives, FINE_WINDOW_MS, rangeBefore, rememberFives } from './price-range.ts';
import type { RangeBefore } from './price-range.ts';
import { UNREAD_MS_MAX } from './memory.ts';
import type { RuleState } from './state.ts';
import type { CandleRows } from './stroke.ts';

/**
 * At most so many calls in one run. No figure is documented for public calls; clients keep to one a
 * second, and a run must be over before the next one begins.
 */
export const CALLS_PER_RUN = 40;
export const CALL_EVERY_MS = 1_000;
/** No candles are asked for later than this after the run began. */
export const READ_FOR_MS = 42_000;

const KEEP_MS = EXTREME_WINDOW_MS + UNREAD_MS_MAX + 3_600_000;

/** What a pair's candles say. */
export interface PairView extends CandleRows {
  readonly range: RangeBefore;
}

/** What reading needs. */
export interface ReadDeps {
  readonly feed: PriceFeed;
  readonly clock: Clock;
  readonly log: Log;
}

/** A reader for one run. */
export interface CandleReader {
  /** Calls so far. */
  calls(): number;
  /** `spent`: not in this run any more. `failed`: not answered. */
  read(
    pair: Pair,
    memory: PairMemory,
    rules: readonly { readonly compiled: CompiledRule; readonly state: RuleState }[],
  ): Promise<PairView | 'spent' | 'failed'>;
}

/** Opens the reader of a run that began at a time. */
export function candleReader({ feed, clock, log }: ReadDeps, beganAtMs: number): CandleReader {
  let calls = 0;
  let nextAtMs = 0;
  let isRefused = false;

  async function ask(pair: Pair, minutes: number): Promise<readonly Candle[] | 'spent' | 'failed'> {
    const atMs = Math.max(nextAtMs, clock.nowMs());
    if (isRefused || calls >= CALLS_PER_RUN || atMs > beganAtMs + READ_FOR_MS) return 'spent';
    calls += 1;
    nextAtMs = atMs + CALL_EVERY_MS;
    if (atMs > clock.nowMs()) await clock.sleep(atMs - clock.nowMs());
    try {
      const rows = await feed.candles(pair, minutes);
      if (rows.length > 0) return rows;
      log.warn('candles-unread', { pair: pair.name, error: 'no candle at all' });
    } catch (error) {
      if (!(error instanceof ExchangeError)) throw error;
      log.warn('candles-unread', { pair: pair.name, error: error.message });
      // Whoever goes on after this is kept out for longer.
      isRefused = error.errors.some((text) => /rate limit|too many|throttled/i.test(text));
    }
    return 'failed';
  }

  return {
    calls: () => calls,
    async read(pair, memory, rules) {
      const rows = await ask(pair, 1);
      if (typeof rows === 'string') return rows;
      const readAtMs = clock.nowMs();
      const windows = rules.map(({ compiled, state }) =>
        backTo(compiled, state, pair.name, readAtMs),
      );
      const fromMs = Math.min(readAtMs, ...windows.map((one) => one.fromMs));
      const keepFromMs = readAtMs - KEEP_MS;
      const usable = believed(memory, rows, { minutes: 1, fromMs });
      if (!usable.isAll) log.warn('price-doubted', { pair: pair.name });
      const long = windows.some(({ isLong }) => isLong);
      if (long) rememberFives(memory.fives, usable.rows, { minutes: 1, keepFromMs });
      // A hole that is not at the end means that nobody read for hours.
      const toMs = usable.rows.at(-1)?.atMs ?? 0;
      if (long && !memory.fivesAsked && !coversFives(memory.fives, fromMs, toMs)) {
        const answer = await ask(pair, 5);
        if (typeof answer === 'string') return answer;
        const coarse = believed(memory, answer, { minutes: 5, fromMs });
        if (!coarse.isAll) return 'failed';
        rememberFives(memory.fives, coarse.rows, { minutes: 5, keepFromMs });
        memory.fivesAsked = true;
      }
      return {
        ...{ rows: usable.rows, running: usable.isAll, readAtMs },
        range: rangeBefore(usable.rows, memory.fives),
      };
    },
  };
}

/** How far back the conditions on a pair look, and whether minute candles reach that far. */
function backTo(compiled: CompiledRule, state: RuleState, pair: string, nowMs: number) {
  const markMs = state.marks[pair]?.minuteMs ?? nowMs;
  const windows = compiled.conditions.flatMap((condition) => {
    if (condition.pair !== pair) return [];
    if (condition.kind === 'extreme') return [EXTREME_WINDOW_MS];
    return condition.kind === 'move' ? [condition.windowMs] : [];
  });
  const isLong = windows.some((ms) => ms > FINE_WINDOW_MS);
  return { fromMs: markMs - Math.max(0, ...windows), isLong };
}
