/**
 * What one run of check-prices costs for many rules: processor time and memory, with a store and a
 * feed that cost nothing. Time is the processor's, not the clock's, so that pacing does not count.
 */
import { checkPrices } from '../../functions/core/alerts/check-prices.ts';
import type { CheckPricesDeps } from '../../functions/core/alerts/check-run.ts';
import type { Candle, PriceFeed, Quote } from '../../functions/core/alerts/market.ts';
import { alertMemory } from '../../functions/core/alerts/memory.ts';
import type { AlertStore } from '../../functions/core/alerts/ports.ts';
import type { AlertRule, Condition } from '../../functions/core/alerts/rule.ts';
import type { RuleState } from '../../functions/core/alerts/state.ts';
import { decimal } from '../../functions/core/decimal.ts';
import { fakeClock, type FakeClock } from '../fakes/clock.ts';
import { fakeLog } from '../fakes/log.ts';
import { pairNamed } from '../fakes/price-feed.ts';
import { median } from './bundles.ts';
import type { Figure } from './sign.ts';

const PAIRS_MAX = 1_000;
const MINUTE_MS = 60_000;
const STEADY_RUNS = 7;
/** Milliseconds of a steady run, of a run in which one in a hundred fires, and megabytes. */
const BUDGETS: readonly (readonly [rules: number, steady: number, firing: number, mb: number])[] = [
  [100, 50, 50, 256],
  [1_000, 200, 250, 256],
  [10_000, 500, 1_000, 256],
  [100_000, 5_000, 10_000, 1_024],
];

/** Figures for growing numbers of rules. */
export async function benchCheckPrices(): Promise<readonly Figure[]> {
  const figures: Figure[] = [];
  for (const [count, steady, firing, megabytes] of BUDGETS) {
    const figure = (what: string, value: number, unit: string, budget: number) => {
      figures.push({
        name: `${count.toLocaleString('en')} alert rules, ${what}`,
        value,
        unit,
        budget,
      });
    };
    const world = worldOf(count);
    await world.run();
    const runs: number[] = [];
    for (let at = 0; at < STEADY_RUNS; at += 1) runs.push(await world.run());
    figure('a steady run', median(runs), 'ms', steady);
    figure('writes of a steady run', world.writes(), 'writes', 0);
    world.jump();
    figure('a run in which 1 % fire', await world.run(), 'ms', firing);
    figure('of 100 firings, not told at once', 100 - (world.writes() * 10_000) / count, '%', 0);
    figure('memory', process.memoryUsage().heapUsed / 1_048_576, 'MB', megabytes);
  }
  return figures;
}

function worldOf(count: number) {
  const names = Array.from({ length: Math.min(count, PAIRS_MAX) }, (_, at) => `C${at}/USD`);
  const clock = fakeClock();
  const market = { last: 100, trades: 0, high: 101 };
  const { store, writes } = storeOf();
  const rules = Array.from({ length: count }, (_, at) =>
    ruleOf(at, names[at % names.length] ?? ''),
  );
  const deps: CheckPricesDeps = {
    ...{ config: { alerts: rules }, clock, store, feed: feedOf(names, clock, market) },
    ...{ log: fakeLog(), memory: alertMemory() },
  };
  return {
    writes: () => writes.count,
    /** The price that one rule in a hundred waits for. */
    jump: () => {
      market.last = 101.6;
      market.high = 101.6;
    },
    /** One run; its processor time. */
    run: async () => {
      clock.advance(Math.max(0, MINUTE_MS - (clock.nowMs() % MINUTE_MS)));
      market.trades += 1;
      writes.count = 0;
      const before = process.cpuUsage();
      const done = await checkPrices(deps);
      const { user, system } = process.cpuUsage(before);
      if (!done.whole || done.rules === 0) throw new Error('the run was not whole');
      return (user + system) / 1_000;
    },
  };
}

/** One in a hundred waits for 101.5; of the others some lie within the day's range, most beyond. */
function ruleOf(at: number, pair: string): AlertRule {
  const offset = [2, 4, 6, 8, 10][at % 5] ?? 0;
  const within: Condition = { kind: 'level', pair, side: 'below', level: '99.5', forMs: 600_000 };
  const beyond: Condition = { kind: 'cross', pair, side: 'either', level: String(100 + offset) };
  const waiting: Condition = { kind: 'cross', pair, side: 'above', level: '101.5' };
  const condition = at % 100 === 0 ? waiting : at % 10 === 1 ? within : beyond;
  return {
    ...{ id: `rule-${at}`, text: 'a rule', conditions: [condition], repeat: 'every' },
    ...{ hysteresis: '0.2', cooldownMs: 900_000, zone: 'Europe/Berlin', channels: [] },
  };
}

function feedOf(
  names: readonly string[],
  clock: FakeClock,
  market: { readonly last: number; readonly trades: number; readonly high: number },
): PriceFeed {
  const pairs = names.map(pairNamed);
  const rows: Candle[] = [];
  const rowAt = (atMs: number, close: number): Candle => {
    const price = decimal(String(close));
    return {
      atMs,
      open: decimal('100'),
      high: price,
      low: decimal('99'),
      close: price,
      volume: decimal('5'),
    };
  };
  return {
    pairs: async () => pairs,
    mode: async () => 'online',
    quotes: async (asked) => {
      // As from the wire: every number is read anew.
      const quote = (): Quote => ({
        ...{ ask: decimal(`${market.last}1`), bid: decimal(String(market.last)) },
        ...{ last: decimal(String(market.last)), dayHigh: decimal(String(market.high)) },
        ...{
          dayLow: decimal('99'),
          dayTrades: market.trades,
          high24h: decimal(String(market.high)),
        },
        ...{ low24h: decimal('98'), volume24h: decimal('12345.6789') },
      });
      return new Map(asked.map(({ name }) => [name, quote()]));
    },
    candles: async () => {
      const newestMs = Math.floor(clock.nowMs() / MINUTE_MS) * MINUTE_MS;
      const fromMs = (rows.at(-1)?.atMs ?? newestMs - 720 * MINUTE_MS) + MINUTE_MS;
      for (let ms = fromMs; ms <= newestMs; ms += MINUTE_MS) rows.push(rowAt(ms, 100));
      return [...rows.slice(-720, -1), rowAt(newestMs, market.last)];
    },
  };
}

/** A store that only counts and keeps states. */
function storeOf() {
  const states = new Map<string, RuleState>();
  const writes = { count: 0 };
  const store: AlertStore = {
    revision: async () => 1,
    rules: async () => [],
    add: async () => true,
    remove: async () => true,
    mute: async () => undefined,
    mutes: async () => new Map(),
    states: async () => [...states.values()],
    state: async (ruleId) => states.get(ruleId),
    commit: async ({ after }) => {
      writes.count += 1;
      states.set(after.ruleId, after);
      return 'done';
    },
    feed: async () => undefined,
    commitFeed: async () => 'done',
    raised: async () => [],
    handedOver: async () => undefined,
    beat: async () => undefined,
    lastBeat: async () => undefined,
  };
  return { store, writes };
}
