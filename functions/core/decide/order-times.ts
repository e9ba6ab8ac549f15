/**
 * When an order starts and ends. Kraken counts whole seconds: an end is never later than was asked
 * for, a start never earlier.
 * Source: https://docs.kraken.com/api/docs/rest-api/add-order (`starttm`, `expiretm`)
 */
import type { Order } from '../order.ts';
import { refusal, type Refusal } from '../refusal.ts';
import { err, ok, type Result } from '../result.ts';
import type { Signal } from '../signal.ts';

/** How long an order rests, and from when on. */
export type OrderTimes = Pick<Order, 'timeInForce' | 'startAtMs' | 'expireAtMs'>;

/** Kraken takes no end nearer than 5 s (`+5`); sending it takes a part of the rest. */
const SHORTEST_MS = 10_000;

/** A month, as long as the shortest of them. */
const LONGEST_MS = 28 * 86_400_000;

/** The times as they go out, or why Kraken would not take them. */
export function orderTimes(signal: Signal, nowMs: number): Result<OrderTimes, Refusal> {
  const { timeInForce, startAtMs: start, expireAtMs: expire } = signal;
  // A start that has passed while the signal waited is now.
  const startAtMs = start === undefined || start <= nowMs ? undefined : wholeSeconds(start, 'up');
  if (startAtMs !== undefined && startAtMs > nowMs + LONGEST_MS) {
    return err(tooFar('start', startAtMs));
  }
  const starts = startAtMs === undefined ? {} : { startAtMs };
  if (expire === undefined) {
    if (timeInForce === 'GTD') {
      const sentence = 'an order that is good till a date (GTD) needs that date: write "expire".';
      return err(refusal('missing-field', sentence));
    }
    return ok({ ...starts, ...(timeInForce === undefined ? {} : { timeInForce }) });
  }
  if (timeInForce === 'IOC' || timeInForce === 'FOK') {
    const sentence = `an order that may not rest (${timeInForce}) has no end: leave "expire" out.`;
    return err(refusal('bad-field', sentence));
  }
  const expireAtMs = wholeSeconds(expire, 'down');
  if (expireAtMs < (startAtMs ?? nowMs) + SHORTEST_MS) return err(tooNear(expireAtMs, startAtMs));
  if (expireAtMs > nowMs + LONGEST_MS) return err(tooFar('expire', expireAtMs));
  return ok({ ...starts, expireAtMs, timeInForce: 'GTD' });
}

function wholeSeconds(atMs: number, way: 'up' | 'down'): number {
  return (way === 'up' ? Math.ceil(atMs / 1_000) : Math.floor(atMs / 1_000)) * 1_000;
}

function tooNear(expireAtMs: number, startAtMs: number | undefined): Refusal {
  const from = startAtMs === undefined ? 'now' : `its start at ${instant(startAtMs)}`;
  const sentence = `the order would end at ${instant(expireAtMs)}, less than ${SHORTEST_MS / 1_000} s from ${from}: write a later "expire".`;
  return refusal('bad-field', sentence, { expire: instant(expireAtMs) });
}

function tooFar(field: 'start' | 'expire', atMs: number): Refusal {
  const sentence = `"${field}" is ${instant(atMs)}, and Kraken keeps an order for at most a month: write an earlier one.`;
  return refusal('bad-field', sentence, { [field]: instant(atMs) });
}

function instant(atMs: number): string {
  return new Date(atMs).toISOString().replace('.000Z', 'Z');
}
