import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { orderTimes } from '../../../functions/core/decide/order-times.ts';
import type { Signal } from '../../../functions/core/signal.ts';
import { BUY } from '../market-fixture.ts';

/** 2026-01-31T12:00:00Z and a half. */
const NOW_MS = Date.UTC(2026, 0, 31, 12, 0, 0, 500);
const DAY_MS = 86_400_000;

function times(signal: Partial<Signal>) {
  const made = orderTimes({ ...BUY, ...signal }, NOW_MS);
  return made.ok ? made.value : made.error.sentence;
}

describe('the times of an order', () => {
  it.each<[string, Partial<Signal>, unknown]>([
    ['none', {}, {}],
    ['as long as it takes', { timeInForce: 'GTC' }, { timeInForce: 'GTC' }],
    ['at once or not', { timeInForce: 'IOC' }, { timeInForce: 'IOC' }],
    [
      'an end, never later than was asked for',
      { expireAtMs: NOW_MS + 60_999 },
      { timeInForce: 'GTD', expireAtMs: NOW_MS + 60_500 },
    ],
    [
      'a start, never earlier than was asked for',
      { startAtMs: NOW_MS + 60_000 },
      { startAtMs: NOW_MS + 60_500 },
    ],
    ['a start that has passed is now', { startAtMs: NOW_MS }, {}],
    [
      'the nearest end',
      { expireAtMs: NOW_MS + 10_500 },
      { timeInForce: 'GTD', expireAtMs: NOW_MS + 10_500 },
    ],
    [
      'an end as near to its start',
      { startAtMs: NOW_MS + 60_500, expireAtMs: NOW_MS + 70_500 },
      { startAtMs: NOW_MS + 60_500, expireAtMs: NOW_MS + 70_500, timeInForce: 'GTD' },
    ],
    [
      'both',
      { startAtMs: NOW_MS + 500, expireAtMs: NOW_MS + DAY_MS + 500, timeInForce: 'GTD' },
      { startAtMs: NOW_MS + 500, expireAtMs: NOW_MS + DAY_MS - 500 + 1_000, timeInForce: 'GTD' },
    ],
  ])('%s', (_, signal, expected) => {
    expect(times(signal)).toStrictEqual(expected);
  });

  it.each<[string, Partial<Signal>, string]>([
    [
      'GTD without its date',
      { timeInForce: 'GTD' },
      'an order that is good till a date (GTD) needs that date: write "expire".',
    ],
    [
      'an end of an order that may not rest',
      { timeInForce: 'FOK', expireAtMs: NOW_MS + DAY_MS },
      'an order that may not rest (FOK) has no end: leave "expire" out.',
    ],
    [
      'an end of an order that is filled at once or not at all',
      { timeInForce: 'IOC', expireAtMs: NOW_MS + DAY_MS },
      'an order that may not rest (IOC) has no end: leave "expire" out.',
    ],
    [
      'an end that is here already',
      { expireAtMs: NOW_MS + 10_000 },
      'the order would end at 2026-01-31T12:00:10Z, less than 10 s from now: write a later "expire".',
    ],
    [
      'an end before its start',
      { startAtMs: NOW_MS + 60_000, expireAtMs: NOW_MS + 60_000 },
      'the order would end at 2026-01-31T12:01:00Z, less than 10 s from its start at 2026-01-31T12:01:01Z: write a later "expire".',
    ],
    [
      'an end after more than a month',
      { expireAtMs: NOW_MS + 29 * DAY_MS },
      '"expire" is 2026-03-01T12:00:00Z, and Kraken keeps an order for at most a month: write an earlier one.',
    ],
    [
      'a start after more than a month',
      { startAtMs: NOW_MS + 29 * DAY_MS },
      '"start" is 2026-03-01T12:00:01Z, and Kraken keeps an order for at most a month: write an earlier one.',
    ],
  ])('%s is refused', (_, signal, sentence) => {
    expect(times(signal)).toBe(sentence);
  });

  it('may be a month away, to the second', () => {
    const nowMs = NOW_MS - 500;
    const last = nowMs + 28 * DAY_MS;
    const at = (signal: Partial<Signal>) => orderTimes({ ...BUY, ...signal }, nowMs).ok;
    expect([at({ startAtMs: last }), at({ startAtMs: last + 1 })]).toEqual([true, false]);
    expect([at({ expireAtMs: last }), at({ expireAtMs: last + 1_000 })]).toEqual([true, false]);
  });

  it('are whole seconds inside of what was asked for', () => {
    const offset = fc.integer({ min: -DAY_MS, max: 28 * DAY_MS });
    fc.assert(
      fc.property(offset, offset, (start, end) => {
        const [startAtMs, expireAtMs] = [NOW_MS + start, NOW_MS + end];
        const made = orderTimes({ ...BUY, startAtMs, expireAtMs }, NOW_MS);
        if (!made.ok) return;
        const { startAtMs: starts = NOW_MS, expireAtMs: ends = 0 } = made.value;
        expect([starts - NOW_MS === 0 || starts % 1_000 === 0, ends % 1_000]).toEqual([true, 0]);
        expect(starts >= startAtMs && ends <= expireAtMs && ends > starts).toBe(true);
      }),
    );
  });
});
