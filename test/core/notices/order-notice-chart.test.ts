import { describe, expect, it } from 'vitest';
import { orderNotice, unknownNotice } from '../../../functions/core/notices/order-notice.ts';
import type { OrderRow } from '../../../functions/core/order.ts';
import { orderRow } from '../order-fixture.ts';
import { context, SENT_AT_MS, sentRow, ZONED } from './notice-fixture.ts';

describe('the picture of an order', () => {
  const limit = { pair: 'XBTUSD', side: 'buy', type: 'limit', volume: '0.01' } as const;
  const withOrder = (order: Partial<NonNullable<OrderRow['attempt']>['order']>, signal = {}) => {
    const row = sentRow(signal);
    const attempt = row.attempt && { ...row.attempt, order: { ...limit, ...order } };
    return orderNotice({ ...row, ...(attempt && { attempt }) }, 'placed', 'so', context)?.chart;
  };

  it('is about the moment of the decision, in the zone of the person', () => {
    expect(withOrder({ type: 'market' })).toEqual({
      pair: 'BTC/USD',
      atMs: SENT_AT_MS + 1_000,
      price: '50005',
      zone: 'Europe/Berlin',
      levels: [{ role: 'entry', label: 'about', price: '50005' }],
    });
  });

  it.each([
    ['a limit', { type: 'limit', price: '49000' }, [['entry', '49000']]],
    ['a stop', { type: 'stop-loss', price: '48000' }, [['stop', '48000']]],
    [
      'a target',
      { type: 'take-profit-limit', price: '60000', price2: '+5' },
      [['target', '60000']],
    ],
    ['a distance', { type: 'trailing-stop', price: '+2%' }, []],
  ] as const)('has a line for %s', (_what, order, lines) => {
    const levels = withOrder(order)?.levels.map(({ role, price }) => [role, price]);
    expect(levels).toEqual(lines);
  });

  it('shows the stop that sized the order, and that it is not set', () => {
    expect(withOrder({ type: 'market' }, { riskStop: '47000' })?.levels[1]).toEqual({
      ...{ role: 'stop', label: 'stop, not set', price: '47000' },
    });
    expect(withOrder({ type: 'market' }, { riskStop: '-2%' })?.levels).toHaveLength(1);
    // An order that is itself a way out has no other one.
    const out = withOrder({ type: 'stop-loss', price: '48000' }, { riskStop: '47000' });
    expect(out?.levels).toEqual([{ role: 'stop', label: 'stop', price: '48000' }]);
  });

  it('has a line for each take-profit of an entry, and for the one that an order takes', () => {
    const profits = (...prices: readonly string[]) => {
      const row = sentRow();
      const takeProfits = prices.map((price) => ({ price, share: '30' }));
      const decision = row.decision && { ...row.decision, takeProfits };
      const chart = orderNotice({ ...row, ...(decision && { decision }) }, 'placed', 'so', context);
      return chart?.chart?.levels.slice(1);
    };
    expect(profits('51000')).toEqual([{ role: 'target', label: 'target', price: '51000' }]);
    expect(profits('51000', '53000')).toEqual([
      { role: 'target', label: 'target 1', price: '51000' },
      { role: 'target', label: 'target 2', price: '53000' },
    ]);
    const takes = { orderKey: 'k', number: 2, price: '53000' };
    expect(withOrder({ type: 'market' }, { takes })?.levels[1]).toEqual({
      ...{ role: 'target', label: 'target 2', price: '53000' },
    });
  });

  it('shows what was asked for where no order is on record', () => {
    const { attempt: _none, ...decided } = sentRow();
    expect(orderNotice(decided, 'needs-human', 'so', context)?.chart).toMatchObject({
      ...{ atMs: SENT_AT_MS, levels: [{ role: 'entry', label: 'about', price: '50005' }] },
    });
    const stop = { ...decided, signal: { ...decided.signal, type: 'stop-loss' } } as const;
    expect(orderNotice(stop, 'needs-human', 'so', context)?.chart?.levels).toEqual([]);
  });

  it('is none while nothing was decided', () => {
    const row = orderRow({ sentAtMs: SENT_AT_MS }, ZONED);
    expect(orderNotice(row, 'needs-human', 'so', context)).not.toHaveProperty('chart');
    expect(unknownNotice(row, 'so', context)).not.toHaveProperty('chart');
  });
});
