/**
 * Prices of the hours before an exchange is opened, so that its candles have a past. A walk that is
 * the same for every pair's name and ends at the pair's first price; nothing trades on it.
 */
import { createHash } from 'node:crypto';
import { decimal } from '../../../functions/core/decimal.ts';
import { PAIRS } from './catalogue.ts';
import { around } from './commands.ts';
import type { Turn } from './turn.ts';

const MINUTE_MS = 60_000;
const PER_MINUTE = 2;
/** Largest step in parts of a million of the price. */
const STEP_MILLIONTHS = 700;

/** Gives every pair that has no market yet a past of so many whole minutes. */
export function addPast(turn: Turn, minutes: number): void {
  const count = minutes * PER_MINUTE;
  const firstMs = (Math.floor(turn.nowMs / MINUTE_MS) - minutes) * MINUTE_MS;
  for (const pair of PAIRS.values()) {
    if (turn.state.markets.has(pair.id)) continue;
    const steps = Array.from({ length: count }, (_, at) => step(`${pair.id}:${at}`));
    const drift = steps.reduce((sum, one) => sum + one, 0) / Math.max(1, count);
    let walked = 0;
    for (const [at, one] of steps.entries()) {
      // Without its drift the walk ends where it began.
      walked += one - drift;
      const price = decimal(pair.startPrice).times(String(1_000_000 + Math.round(walked)));
      const { bid, ask, last } = around(pair, price.div('1000000'));
      turn.emit({
        ...{ kind: 'quote', pair: pair.id, atMs: firstMs + (at * MINUTE_MS) / PER_MINUTE },
        ...{ bid, ask, last, liquidity: null },
      });
    }
  }
}

function step(name: string): number {
  const drawn = createHash('sha256').update(`past:${name}`).digest().readUInt32BE(0);
  return (drawn % (2 * STEP_MILLIONTHS + 1)) - STEP_MILLIONTHS;
}
