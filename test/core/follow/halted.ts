/** A halt that has sold what two strategies own, of which nobody has seen anything yet. */
import { decimal } from '../../../functions/core/decimal.ts';
import { executeOrder } from '../../../functions/core/execute/execute-order.ts';
import { followOrders } from '../../../functions/core/follow/follow-orders.ts';
import { FLATTEN_SOURCE } from '../../../functions/core/halt/flatten-source.ts';
import { flatten } from '../../../functions/core/halt/flatten.ts';
import type { OrderRow } from '../../../functions/core/order.ts';
import type { FoundOrder } from '../../../functions/core/ports.ts';
import type { Fate } from '../../fakes/exchange.ts';
import { TREND, world } from '../order-fixture.ts';

export const REF = { on: 'kraken', account: 'main', source: 'trend', pair: 'BTC/USD' } as const;
export const OTHER = { ...REF, source: 'other' };
export const HALT = { ...REF, source: FLATTEN_SOURCE };

/** What happens between the look at the entries and the halt. */
type Before = (
  at: ReturnType<typeof world> & {
    readonly fill: (row: OrderRow, changes: Partial<FoundOrder>) => void;
    readonly traded: (volume: string, cost: string, fee: string) => Partial<FoundOrder>;
  },
) => Promise<void>;

/** Two strategies that bought 0.01 each at 50,000, somebody's coins beside them, and the halt's sale. */
export async function halted(held = '0.02', fate?: ReturnType<Fate>, before?: Before) {
  const all = world();
  const { config, deps, reconcileDeps, exchange, store, clock } = all;
  Object.assign(config.sources, { other: TREND });
  const fill = (row: OrderRow, changes: Partial<FoundOrder>): void => {
    const { clientOrderId } = store.row(row);
    const [order] = exchange.book.get(clientOrderId) ?? [];
    if (order === undefined) throw new Error('the order is there');
    exchange.book.set(clientOrderId, [{ ...order, ...changes }]);
  };
  const traded = (volume: string, cost: string, fee: string): Partial<FoundOrder> => {
    return { filled: decimal(volume), cost: decimal(cost), fee: decimal(fee) };
  };
  for (const owner of ['trend', 'other']) {
    const takeProfits = [{ price: '60000', share: '50' }];
    const row = await all.receive({ type: 'limit', price: '50000', owner, takeProfits });
    await executeOrder(row, deps);
    fill(row, { ...traded('0.01', '500', '1'), status: 'closed' });
  }
  await followOrders(reconcileDeps);
  await before?.({ ...all, fill, traded });
  exchange.balance.set('BTC', { total: decimal(held), available: decimal(held) });
  const request = { askedAtMs: clock.nowMs(), why: 'a crash', by: 'ada', flatten: true } as const;
  await flatten('main', request, await exchange.balances(), deps);
  const sale = () => {
    const row = store.rows().find(({ signal }) => signal.source === FLATTEN_SOURCE);
    if (row === undefined) throw new Error('the sale is there');
    return row;
  };
  if (fate !== undefined) exchange.fates = [() => fate];
  await executeOrder(sale(), deps);
  const expected = fate === undefined ? 'placed' : 'unknown';
  if (sale().state !== expected) throw new Error(`the sale is ${sale().state}`);
  const show = (changes: Partial<FoundOrder>): void => fill(sale(), changes);
  const shown = (): FoundOrder => (exchange.book.get(sale().clientOrderId) ?? [])[0] as FoundOrder;
  const follow = () => followOrders(reconcileDeps);
  const books = () => [REF, OTHER, HALT].map((ref) => store.bookRow(ref).book);
  const quantities = () => books().map(({ quantity }) => quantity);
  return { ...all, fill, sale, show, shown, follow, traded, books, quantities };
}
