/**
 * Paths of prices, drawn from the seed. A price is a whole number of halves around 200 (100.0), so
 * that whoever reads a path by itself needs no decimals. A path is a row of stretches, each with a
 * temper: it walks, stands still, swings around a level, spikes and comes back, or jumps so far that
 * a careful reader wants to see it twice.
 */
import type { Random } from '../random.ts';

/** One trade. */
export interface Print {
  readonly atMs: number;
  readonly halves: number;
  /** When the exchange shows it; later than its time where a candle is revised after its end. */
  readonly shownMs: number;
}

/** The tempers of a stretch, likelier ones more than once. */
export const TEMPERS = [
  ...(['walk', 'walk', 'walk', 'busy', 'flat', 'saw', 'saw', 'trend', 'spike', 'jump'] as const),
] as const;
export type Temper = (typeof TEMPERS)[number];

export const MINUTE_MS = 60_000;
const LOWEST = 60;
const HIGHEST = 500;
/** So many trades in a million are shown late, in a path that is revised at all. */
const LATE = 60_000;

/** What to draw. */
export interface PathWish {
  /** Trades from here on, a few in an hour; then as the tempers want it, until the end. */
  readonly historyMs: number;
  readonly fromMs: number;
  readonly toMs: number;
  readonly revised: boolean;
  readonly seen: Set<string>;
}

/** Draws the trades of one pair. */
export function drawPath(random: Random, wish: PathWish): readonly Print[] {
  const prints: Print[] = [];
  let halves = 200 + random.between(-8, 8);
  let atMs = wish.historyMs;
  const print = (gapMs: number, to: number): void => {
    atMs += gapMs;
    halves = Math.min(HIGHEST, Math.max(LOWEST, to));
    const isLate = wish.revised && random.chance(LATE);
    const shownMs = isLate ? atMs + random.between(1_000, 90_000) : atMs;
    if (isLate) wish.seen.add('path: revised');
    prints.push({ atMs, halves, shownMs });
  };
  print(0, halves);
  while (atMs < wish.fromMs - 30 * MINUTE_MS) {
    const nearer = halves > 200 ? -1 : 1;
    print(random.between(60_000, 900_000), halves + random.between(-4, 4) + nearer);
  }
  while (atMs < wish.toMs) {
    const temper = random.pick(TEMPERS);
    wish.seen.add(`path: ${temper}`);
    stretch(temper, random, { print, halves: () => halves });
    // Far from where the levels are nothing happens.
    if (halves < 170 || halves > 230) print(random.between(2_000, 120_000), 200);
  }
  return prints;
}

interface Pen {
  readonly print: (gapMs: number, to: number) => void;
  readonly halves: () => number;
}

function stretch(temper: Temper, random: Random, { print, halves }: Pen): void {
  const steps = random.between(4, 20);
  switch (temper) {
    case 'walk':
    case 'busy':
      for (let step = 0; step < steps; step += 1) {
        const gapMs =
          temper === 'busy' ? random.between(200, 6_000) : random.between(3_000, 45_000);
        print(gapMs, halves() + random.between(-3, 3));
      }
      return;
    case 'flat':
      print(random.between(60_000, 420_000), halves());
      return;
    case 'trend': {
      const step = random.pick([-2, -1, 1, 2]);
      for (let at = 0; at < steps; at += 1) print(random.between(5_000, 60_000), halves() + step);
      return;
    }
    case 'saw': {
      const level = random.pick([196, 198, 200, 202, 204]);
      for (let at = 0; at < steps; at += 1) {
        const away = random.between(0, 4) * (at % 2 === 0 ? 1 : -1);
        print(random.between(1_000, 25_000), level + away);
      }
      return;
    }
    case 'spike': {
      const from = halves();
      print(random.between(1_000, 60_000), from + random.between(6, 30) * random.pick([-1, 1]));
      print(random.between(300, 30_000), from);
      return;
    }
    case 'jump': {
      const from = halves();
      print(random.between(1_000, 60_000), from + random.between(60, 140) * random.pick([-1, 1]));
      const stays = random.between(0, 3);
      for (let at = 0; at < stays; at += 1) {
        print(random.between(1_000, 80_000), halves() + random.between(-2, 2));
      }
      print(random.between(300, 60_000), from);
    }
  }
}
