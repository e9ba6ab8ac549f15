/** What an alert world is set on: when it begins, its pairs with their paths, its configuration. */
import type { Config } from '../../../functions/core/config.ts';
import { Random } from '../random.ts';
import { MarketPair } from './market.ts';
import { drawPath, MINUTE_MS } from './price-path.ts';
import { CHANNELS, SOURCE } from './rule-draw.ts';

const HOUR_MS = 60 * MINUTE_MS;
const PAIRS = ['BTC/USD', 'ETH/USD', 'ADA/USD', 'DOGE/EUR'] as const;
/** Noon; around midnight; the nights in which clocks in Berlin go back and forward; any evening. */
export const STARTS = [
  ...[Date.UTC(2026, 10, 22, 12), Date.UTC(2026, 10, 22, 12), Date.UTC(2026, 10, 22, 23, 40)],
  ...[Date.UTC(2026, 9, 25, 0, 30), Date.UTC(2026, 2, 29, 0, 30), Date.UTC(2026, 10, 22, 18, 10)],
] as const;
/** Worlds in a million with a day of prices before they begin, and with revised candles. */
const LONG = 80_000;
const REVISED = 80_000;

/** What the paths are drawn for. */
export interface PairsWish {
  readonly seed: number;
  readonly startMs: number;
  readonly horizonMs: number;
  readonly seen: Set<string>;
}

/** The pairs of a world, each with a path of its own. */
export function drawPairs(random: Random, wish: PairsWish): ReadonlyMap<string, MarketPair> {
  const { seed, startMs, horizonMs, seen } = wish;
  const isLong = random.chance(LONG);
  const historyMs = startMs - (isLong ? 27 * HOUR_MS : random.between(20, 90) * MINUTE_MS);
  const revised = random.chance(REVISED);
  if (isLong) seen.add('path: a day before');
  const path = { historyMs, fromMs: startMs, toMs: startMs + horizonMs, revised, seen };
  return new Map(
    PAIRS.slice(0, random.between(1, PAIRS.length)).map((name) => {
      const draws = new Random(seed, `path of ${name}`);
      const swings = Array.from({ length: 16 }, () => ({
        half: draws.between(0, 4),
        volume: draws.between(80, 120) * 10,
      }));
      const swing = (atMs: number) => {
        const at = Math.floor(atMs / (4 * MINUTE_MS)) % swings.length;
        return swings[at] ?? { half: 0, volume: 1_000 };
      };
      return [name, new MarketPair(drawPath(draws, path), swing)];
    }),
  );
}

/** One account, one source for the signals of rules, two channels. */
export function configOf(alerts: Config['alerts'] & object): Config {
  return {
    version: 1,
    accounts: {
      main: {
        ...{ exchange: 'kraken-spot', mode: 'live', secret: 'harpoon/main' },
        rails: { pairs: PAIRS, maxOrder: '1000 USD' },
      },
    },
    sources: {
      [SOURCE]: {
        ...{ auth: 'tradingview', secret: 'harpoon/source/alerts', accounts: ['main'] },
        ...{ size: { kind: 'base', amount: '0.01' }, maxAgeMs: 60_000, symbols: {} },
        ...{ onUnplaced: 'notify', notify: ['ops'] },
      },
    },
    ...{ channels: CHANNELS, alerts, zone: 'Europe/Berlin' },
  };
}
