/** Refusals that orders and amends share. */
import { refusal, type Refusal, type RefusalCode } from '../refusal.ts';
import { isReducing, type Signal } from '../signal.ts';

/** The account's key or one of its switches has no row yet. */
export function notArmed(account: string): Refusal {
  const sentence = `account ${account} is not armed: run npm run arm -- ${account} once its keys are stored`;
  return refusal('not-armed', sentence);
}

/** Refusals that pass by themselves: market modes, a missing price. */
const PASSING: readonly RefusalCode[] = ['pair-not-trading', 'no-market-data'];

/** What passes by itself stops no order that leaves a position: it waits. */
export function waitsOut({ code }: Refusal, signal: Signal): boolean {
  return isReducing(signal) && PASSING.includes(code);
}
