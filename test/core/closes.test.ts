/** What may still trade of an entry and its close orders, and which of it only guards a position. */
import { describe, expect, it } from 'vitest';
import { isGuard, isOver, lackOf, onlyCloses, withClose } from '../../functions/core/closes.ts';
import type { CloseFill, FillStatus } from '../../functions/core/fill.ts';
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

const STOP: CloseFill = {
  ...{ exchangeOrderId: 'OSTOP', size: '0.01', status: 'open', volume: '0' },
  ...{ cost: '0', fee: '0', seenAtMs: 1 },
};

/** An entry for 0.01, filled or not, with these close orders. */
async function entryWith(status: FillStatus | 'unseen', orders: readonly CloseFill[]) {
  const { now } = await stopEntry();
  const { fill: _none, ...row } = now();
  const fill = { volume: '0.01', cost: '490', fee: '1', seenAtMs: 0 };
  return {
    ...{ ...row, closes: { orders } },
    ...(status === 'unseen' ? {} : { fill: { ...fill, status } }),
  } satisfies OrderRow;
}

describe('an entry with a stop', () => {
  const ENDED: CloseFill = { ...STOP, status: 'filled', volume: '0.01' };
  const SMALL: CloseFill = { ...STOP, size: '0.004' };
  it.each<[string, FillStatus | 'unseen', readonly CloseFill[], string, boolean, boolean]>([
    ['that nobody has seen', 'unseen', [STOP], '0', false, false],
    ['that may still fill', 'open', [STOP], '0', false, false],
    ['that is filled, its stop resting', 'filled', [STOP], '0', true, false],
    ['that is filled, its stop unknown', 'filled', [], '0.01', false, false],
    ['that is filled, its stop known in part', 'filled', [SMALL], '0.006', false, false],
    ['that is filled, and so is its stop', 'filled', [ENDED], '0', false, true],
  ])('%s', async (_, status, orders, lack, isOnlyCloses, over) => {
    const row = await entryWith(status, orders);
    expect(lackOf(row).toFixed()).toBe(lack);
    expect([onlyCloses(row), isGuard(row)]).toEqual([isOnlyCloses, isOnlyCloses]);
    expect(isOver(row)).toBe(over);
  });

  it('has no lack of stops before it is licensed, or where it asks for none', async () => {
    const { attempt, ...row } = await entryWith('filled', []);
    if (attempt === undefined) throw new Error('it was licensed');
    const { close: _unasked, ...order } = attempt.order;
    expect(lackOf(row).toFixed()).toBe('0');
    expect(lackOf({ ...row, attempt: { ...attempt, order } }).toFixed()).toBe('0');
  });

  it('keeps each stop once, as it was seen last, and what was called unseen', () => {
    const one = withClose(undefined, STOP);
    expect(one).toStrictEqual({ orders: [STOP] });
    const two = withClose({ ...one, unseen: '0.001' }, { ...STOP, exchangeOrderId: 'OTHER' });
    const seen = { ...STOP, volume: '0.003' };
    expect(withClose(two, seen)).toStrictEqual({
      ...{ orders: [seen, { ...STOP, exchangeOrderId: 'OTHER' }] },
      unseen: '0.001',
    });
  });
});

describe('a stop of its own that is not placed yet', () => {
  it('guards nothing', async () => {
    const row = await rowOf('stop-loss', 'open');
    expect(isGuard({ ...row, state: 'unknown' })).toBe(false);
    const { attempt: _never, ...unlicensed } = row;
    expect(isGuard(unlicensed)).toBe(false);
  });
});
