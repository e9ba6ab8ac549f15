/** An entry with take-profits, in a market whose price a test says. */
import { executeOrder } from '../../../functions/core/execute/execute-order.ts';
import { decimal } from '../../../functions/core/decimal.ts';
import type { OrderDeps } from '../../../functions/core/execute/order-deps.ts';
import { followOrders } from '../../../functions/core/follow/follow-orders.ts';
import { watchProfits } from '../../../functions/core/follow/watch-profits.ts';
import type { OrderRow } from '../../../functions/core/order.ts';
import type { Signal } from '../../../functions/core/signal.ts';
import { stopEntry, traded } from './stop-entry.ts';

/** Half of it at one price, and three tenths at the next. */
export const TWO: Partial<Signal> = {
  takeProfits: [
    { price: '51000', share: '50' },
    { price: '53000', share: '30' },
  ],
};

/** An entry at 49000 of which `filled` is filled and seen. */
export async function entered(signal: Partial<Signal> = TWO, filled = '0.01') {
  const all = await stopEntry({}, signal);
  const cost = decimal(filled).times('49000').toFixed();
  const isAll = filled === '0.01';
  all.show({ ...traded(filled, cost), ...(isAll ? { status: 'closed' } : {}) });
  all.stop('OSTOP', { volume: decimal(filled) });
  let price = '50000';
  const market: OrderDeps['market'] = {
    ...all.deps.market,
    tickers: (pairs) => {
      const at = { bid: decimal(price), ask: decimal(price).plus('0.1'), last: decimal(price) };
      return Promise.resolve(new Map(pairs.map(({ name }) => [name, at])));
    },
  };
  const deps: OrderDeps = { ...all.reconcileDeps, market };
  const follow = () => followOrders(deps);
  await follow();
  const sales = (): readonly OrderRow[] =>
    all.store.rows().filter(({ signal: { takes } }) => takes !== undefined);
  return {
    ...{ ...all, deps, sales, follow },
    to: (next: string) => {
      price = next;
    },
    watch: () => watchProfits([all.now()], deps),
    /** What was recorded, `1: sell 0.005, signal-1#profit1.1`. */
    words: () =>
      sales().map(({ signal: { id, action, size, takes } }) => {
        return `${takes?.number ?? ''}: ${action} ${size?.amount ?? ''}, ${id}`;
      }),
    work: async (row: OrderRow | undefined) => {
      if (row !== undefined) await executeOrder(row, { ...all.deps, market });
    },
  };
}
