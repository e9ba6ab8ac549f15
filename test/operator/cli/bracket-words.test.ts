/** What a person reads of the orders that an entry's take-profits led to. */
import { describe, expect, it } from 'vitest';
import { followOrders } from '../../../functions/core/follow/follow-orders.ts';
import type { OrderRow } from '../../../functions/core/order.ts';
import { bracketFacts } from '../../../operator/cli/bracket-words.ts';
import { stateText } from '../../../operator/cli/fill-words.ts';
import { stopEntry, traded } from '../../core/follow/stop-entry.ts';

const PROFITS = [
  { price: '51000', share: '50' },
  { price: '53000', share: '30' },
] as const;

/** A filled entry whose first take-profit was reached. */
async function reached(done: boolean): Promise<OrderRow> {
  const entry = await stopEntry({}, { takeProfits: [...PROFITS] });
  entry.show({ ...traded('0.01', '490', '1'), status: 'closed' });
  await followOrders(entry.reconcileDeps);
  const tried = { number: 1, tries: 1, atMs: 0, ...(done ? { done: true as const } : {}) };
  return { ...entry.now(), profits: { tries: [tried] } };
}

/** The order of that take-profit. */
function sale(row: OrderRow, change: Partial<OrderRow>): OrderRow {
  const takes = { orderKey: row.orderKey, number: 1, price: '51000' };
  const order = { ...row.attempt!.order, side: 'sell' as const };
  return {
    ...{ ...row, signal: { ...row.signal, takes }, attempt: { ...row.attempt!, order } },
    ...change,
  };
}

const words = (row: OrderRow, ...followers: OrderRow[]) =>
  bracketFacts(row, followers, stateText).map(([label, value]) => `${label}: ${value}`);

describe('the line of a take-profit', () => {
  it('has what was sold for it, at which price, and by which order', async () => {
    const row = await reached(true);
    const fill = { ...row.fill!, volume: '0.005', cost: '255.5', fee: '0.6' };
    expect(words(row, sale(row, { fill }))).toEqual([
      `Take-profit 1: 50% at 51000: reached 1970-01-01 00:00:00.000 UTC: sold 0.005 BTC at 51100 USD, fee 0.6, order ${row.clientOrderId.slice(0, 13)}`,
      'Take-profit 2: 30% at 53000: waits for the market',
    ]);
    const order = { ...row.attempt!.order, side: 'buy' as const };
    const attempt = { ...row.attempt!, order };
    expect(words(row, sale(row, { fill, attempt }))[0]).toContain(': bought 0.005 BTC at');
  });

  it('says how its order stands while it has sold nothing, and why', async () => {
    const row = await reached(false);
    const { fill: _none, ...bare } = sale(row, { state: 'rejected', outcome: 'no funds' });
    expect(words(row, bare)[0]).toContain(
      ': tried 1970-01-01 00:00:00.000 UTC: rejected (no funds), order ',
    );
    expect(words(row, { ...bare, state: 'placed' })[0]).toContain(' UTC: placed, order ');
    expect(words(row)[0]).toMatch(/tried 1970-01-01 00:00:00.000 UTC$/);
  });

  it('is followed by a stop that had to be placed anew', async () => {
    const row = await reached(false);
    const { fill: _none, ...bare } = row;
    const covers = { orderKey: row.orderKey, since: 1, of: [row.orderKey] };
    const stop: OrderRow = { ...bare, signal: { ...row.signal, covers } };
    expect(words(row, stop)[2]).toBe(`Stop anew: placed, order ${row.clientOrderId.slice(0, 13)}`);
  });
});
