/** The stops of an entry that rest at the exchange, as an order that comes next meets them. */
import { describe, expect, it } from 'vitest';
import type { CloseFill } from '../../functions/core/fill.ts';
import type { OrderRow } from '../../functions/core/order.ts';
import { restingStops } from '../../functions/core/resting.ts';
import { stopEntry } from './follow/stop-entry.ts';

const entry = await stopEntry();
const ROW = entry.now();

const STOP: CloseFill = {
  ...{ exchangeOrderId: 'OSTOP', size: '0.01', status: 'open', volume: '0.002' },
  ...{ cost: '90', fee: '0', seenAtMs: 1 },
};

/** The entry, or one that sells, with this stop. */
function withStop(changes: Partial<CloseFill> = {}, side: 'buy' | 'sell' = 'buy'): OrderRow {
  if (ROW.attempt === undefined) throw new Error('it was licensed');
  const { attempt } = ROW;
  return {
    ...{ ...ROW, attempt: { ...attempt, order: { ...attempt.order, side } } },
    closes: { orders: [{ ...STOP, ...changes }] },
  };
}

describe('the stops of an entry that rest', () => {
  it('close what it opened, for what of them has not traded', () => {
    const [stop] = restingStops(withStop());
    expect(stop).toMatchObject({ exchangeOrderId: 'OSTOP', side: 'sell', orderKey: ROW.orderKey });
    expect([stop?.traded.toFixed(), stop?.rest.toFixed()]).toEqual(['0.002', '0.008']);
    expect(stop?.of).toEqual([ROW.orderKey]);
    expect(stop?.terms).toEqual(ROW.attempt?.order.close);
    expect(restingStops(withStop({}, 'sell'))).toMatchObject([{ side: 'buy' }]);
  });

  it('are as small as they were made, and where they were moved to', () => {
    const movedTo = { type: 'stop-loss', price: '49000' } as const;
    const [stop] = restingStops(withStop({ cut: '0.005', movedTo }));
    expect([stop?.rest.toFixed(), stop?.terms]).toEqual(['0.003', movedTo]);
  });

  it('say until when a change of them is in doubt, and only then', () => {
    expect(restingStops(withStop({ changingUntilMs: 7 }))).toMatchObject([{ changingUntilMs: 7 }]);
    expect(restingStops(withStop())[0]).not.toHaveProperty('changingUntilMs');
  });

  it('are none where they ended, where none was asked for, and before anything was licensed', () => {
    expect(restingStops(withStop({ status: 'cancelled' }))).toEqual([]);
    const row = withStop();
    if (row.attempt === undefined) throw new Error('it was licensed');
    const { close: _unasked, ...order } = row.attempt.order;
    expect(restingStops({ ...row, attempt: { ...row.attempt, order } })).toEqual([]);
    const { attempt: _never, ...unlicensed } = row;
    expect(restingStops(unlicensed)).toEqual([]);
  });
});
