/** Rules, and a stand-in for a process that runs check-prices and may die at any call. */
import { checkPrices } from '../../../functions/core/alerts/check-prices.ts';
import { alertMemory, type AlertMemory } from '../../../functions/core/alerts/memory.ts';
import type { AlertRule, Condition } from '../../../functions/core/alerts/rule.ts';
import { fakeAlertStore } from '../../fakes/alert-store.ts';
import { fakeClock } from '../../fakes/clock.ts';
import { fakeLog } from '../../fakes/log.ts';
import { fakePriceFeed, type Tick } from '../../fakes/price-feed.ts';

export const MINUTE = 60_000;
/** Noon of the day on which the tests play. */
export const NOON = Date.UTC(2026, 10, 22, 12, 0, 0);

/** A rule with the least cooldown, no band and no other options, unless they are given. */
export function ruleOf(
  conditions: readonly Condition[],
  options: Partial<Omit<AlertRule, 'conditions'>> = {},
): AlertRule {
  return {
    ...{ id: 'r', text: 'BTC/USD crosses above 100', conditions, repeat: 'every' },
    ...{ hysteresis: '0', cooldownMs: MINUTE, zone: 'UTC', channels: [] },
    ...options,
  };
}

/** `BTC/USD crosses above 100`, or what is given instead. */
export function crossing(
  level = '100',
  side: 'above' | 'below' | 'either' = 'above',
  pair = 'BTC/USD',
): Condition {
  return { kind: 'cross', pair, side, level };
}

/** Ticks of one pair: seconds after a time, and prices. */
export function path(startMs: number, ...ticks: readonly (readonly [number, string])[]): Tick[] {
  return ticks.map(([seconds, price]) => ({ atMs: startMs + seconds * 1_000, price }));
}

/** A process with its world; `runAt` moves the clock and runs once. */
export function watching(
  rules: readonly AlertRule[],
  paths: Readonly<Record<string, readonly Tick[]>>,
  startMs = NOON,
  store = fakeAlertStore(),
) {
  const clock = fakeClock(startMs);
  const feed = fakePriceFeed(clock, paths);
  const log = fakeLog();
  let memory: AlertMemory = alertMemory();
  const run = () =>
    checkPrices({ config: { alerts: rules, zone: 'UTC' }, clock, feed, store, log, memory });
  return {
    clock,
    store,
    feed,
    log,
    run,
    /** The process dies; the next one knows what the store knows. */
    forget: () => {
      memory = alertMemory();
    },
    /** Runs at so many seconds after the start. */
    async runAt(...seconds: readonly number[]) {
      let done = undefined;
      for (const second of seconds) {
        clock.advance(startMs + second * 1_000 - clock.nowMs());
        done = await run();
      }
      return done;
    },
    titles: () => store.notices.map(({ title }) => title),
    ids: () => store.notices.map(({ id }) => id),
    /** Beginnings of the minutes in which a rule fired, in seconds after the start. */
    firedAt: (ruleId = 'r') => {
      const seqs = new Map<number, number>();
      for (const { after } of store.commits) {
        if (after.ruleId === ruleId && after.seq > 0 && !seqs.has(after.seq)) {
          seqs.set(after.seq, ((after.firedAtMs ?? NaN) - startMs) / 1_000);
        }
      }
      return [...seqs.values()];
    },
  };
}
