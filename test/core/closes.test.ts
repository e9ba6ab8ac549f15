/** Which orders in flight only guard a position. */
import { describe, expect, it } from 'vitest';
import { isGuard } from '../../functions/core/closes.ts';
import type { OrderRow } from '../../functions/core/order.ts';
import type { OrderType } from '../../functions/core/signal.ts';
import { stopEntry } from './follow/stop-entry.ts';

/** A placed order, of this type, that Harpoon sent for what another one left; or a sender's. */
async function rowOf(type: OrderType, status: 'open' | 'filled' | 'none', isOwn = true) {
  const { now } = await stopEntry();
  const { attempt, signal, ...row } = now();
  if (attempt === undefined) throw new Error('it was licensed');
  const { close: _none, ...order } = attempt.order;
  const fill = { status, volume: '0', cost: '0', fee: '0', seenAtMs: 0 };
  const covers = { orderKey: 'exit', since: 1, of: ['entry'] };
  return {
    ...row,
    attempt: { ...attempt, order: { ...order, type } },
    signal: { ...signal, ...(isOwn ? { covers } : {}) },
    ...(status === 'none' ? {} : { fill: { ...fill, status } }),
  } satisfies OrderRow;
}

describe('a stop of its own for what was left', () => {
  it.each<[OrderType, 'open' | 'filled' | 'none', boolean, boolean]>([
    ['stop-loss', 'open', true, true],
    ['trailing-stop', 'none', true, true],
    ['stop-loss', 'filled', true, false],
    // Past its trigger it went out at once: it is on its way.
    ['market', 'open', true, false],
    ['limit', 'open', true, false],
    ['stop-loss', 'open', false, false],
  ])('of type %s that is %s (own: %s) only guards: %s', async (type, status, isOwn, expected) => {
    expect(isGuard(await rowOf(type, status, isOwn))).toBe(expected);
  });
});
