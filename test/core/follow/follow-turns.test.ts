/** Which orders one run looks at: those whose turn it is, that may trade yet, while there is time. */
import { describe, expect, it } from 'vitest';
import { executeOrder } from '../../../functions/core/execute/execute-order.ts';
import type { OrderDeps } from '../../../functions/core/execute/order-deps.ts';
import { followOrders } from '../../../functions/core/follow/follow-orders.ts';
import type { OrderRef, OrderRow } from '../../../functions/core/order.ts';
import { LANE_REST_MS } from '../../../functions/core/protocol.ts';
import { MAIN, world } from '../order-fixture.ts';

/** One order that rests, and what a run asks for. */
async function placed() {
  const all = world();
  const ref = await all.receive({ type: 'limit', price: '49500' });
  await executeOrder(ref, all.deps);
  const asked: string[][] = [];
  const query = await all.reconcileDeps.desk('main');
  const deps: OrderDeps = {
    ...all.reconcileDeps,
    desk: async () => ({
      ...query,
      exchange: (lease) => ({
        ...query.exchange(lease),
        orders: (ids) => {
          asked.push([...ids]);
          return all.exchange.orders(ids);
        },
      }),
    }),
  };
  const row = all.store.row(ref);
  /** A run in which the index shows these refs, and these rows are behind them. */
  const run = (refs: readonly OrderRef[], rows: readonly OrderRow[], more = {}) => {
    const read = async ({ orderKey }: OrderRef) => rows.find((one) => one.orderKey === orderKey);
    const orders = { ...deps.orders, followed: async () => refs, read };
    return followOrders({ ...deps, orders, ...more });
  };
  return { ...all, deps, row, run, asked };
}

describe('orders of one key', () => {
  it.each([1, 250, 251, 500, 760])('come each once as often as the others: %i', async (count) => {
    const { deps, clock } = await placed();
    const refs = Array.from({ length: count }, (_, at) => {
      return { account: 'main', orderKey: String(at) };
    });
    const reads: string[] = [];
    const orders: OrderDeps['orders'] = {
      ...deps.orders,
      followed: async () => refs,
      read: async ({ orderKey }) => {
        reads.push(orderKey);
        return undefined;
      },
    };
    const minutes = Math.ceil(count / 250);
    for (let minute = 0; minute < minutes; minute += 1) {
      const before = reads.length;
      await followOrders({ ...deps, orders });
      const isMost = minutes === 1 ? count : 250;
      expect(reads.length - before).toBeLessThanOrEqual(isMost);
      await clock.sleep(60_000);
    }
    expect(reads.toSorted()).toEqual(refs.map(({ orderKey }) => orderKey).toSorted());
  });

  it.each<[string, number, boolean]>([
    ['while its lane is theirs for long enough', LANE_REST_MS + 1, true],
    ['not when it is nearly over', LANE_REST_MS, false],
  ])('are asked for %s', async (_what, leftMs, isAsked) => {
    const { row, run, asked, deps, clock } = await placed();
    const { lanes } = deps;
    const take: typeof lanes.take = async (...given) => {
      const lease = await lanes.take(...given);
      return typeof lease === 'string' ? lease : { ...lease, untilMs: clock.nowMs() + leftMs };
    };
    const report = await run([row], [row], { lanes: { ...lanes, take } });
    expect(report).toEqual({ looked: isAsked ? 1 : 0, failed: 0 });
    expect(asked).toEqual(isAsked ? [[row.exchangeOrderId]] : []);
  });

  it('of which the index shows what is not to be followed any more are not asked for', async () => {
    const { row, run, asked } = await placed();
    const { dueAtMs: _due, ...over } = { ...row, orderKey: 'over' };
    const unknown: OrderRow = { ...row, orderKey: 'unknown', state: 'unknown' };
    const report = await run([over, unknown], [over, unknown]);
    expect([report, asked]).toEqual([{ looked: 0, failed: 0 }, []]);
    const both = await run([over, row, unknown], [over, row, unknown]);
    expect([both, asked]).toEqual([{ looked: 1, failed: 0 }, [[row.exchangeOrderId]]]);
  });

  it('of an account that is not in harpoon.yaml any more are followed while its key is there', async () => {
    const { row, run, config } = await placed();
    const gone = { ...config, accounts: {} };
    expect(await run([row], [row], { config: gone })).toEqual({ looked: 1, failed: 0 });
  });
});

describe('the log', () => {
  it('names the accounts of a key that cannot be used, and why', async () => {
    const { row, deps, run, exchange, log } = await placed();
    const other = { ...row, account: 'second', orderKey: 'other' };
    const config = { ...deps.config, accounts: { main: MAIN, second: MAIN } };
    exchange.down = true;
    const report = await run([row, other, row], [row, other], { config });
    expect(report).toEqual({ looked: 0, failed: 1 });
    const said = log.lines.find((line) => line.includes('"orders-not-followed"'));
    expect(said).toContain('"accounts":"main, second"');
    expect(said).toContain('Kraken is away');
  });

  it('names a row that cannot be read, and why', async () => {
    const { row, deps, log } = await placed();
    const read = () => Promise.reject(new Error('of another version'));
    await followOrders({ ...deps, orders: { ...deps.orders, read } });
    const said = log.lines.find((line) => line.includes('"order-not-read"'));
    expect(said).toContain(`"account":"main","orderKey":"${row.orderKey}"`);
    expect(said).toContain('of another version');
  });
});
