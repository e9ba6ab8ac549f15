/** An entry with a stop that rests, and what the exchange shows of it and of the stops it opened. */
import { executeOrder } from '../../../functions/core/execute/execute-order.ts';
import { followOrders } from '../../../functions/core/follow/follow-orders.ts';
import type { Source } from '../../../functions/core/config.ts';
import { decimal } from '../../../functions/core/decimal.ts';
import type { OrderRow } from '../../../functions/core/order.ts';
import type { FoundOrder } from '../../../functions/core/ports.ts';
import type { Signal } from '../../../functions/core/signal.ts';
import { world } from '../order-fixture.ts';

/** The book that it moves. */
export const REF = { on: 'kraken', account: 'main', source: 'trend', pair: 'BTC/USD' } as const;

/** What traded of an order, as the exchange shows it. */
export const traded = (volume: string, cost: string, fee = '0'): Partial<FoundOrder> => {
  return { filled: decimal(volume), cost: decimal(cost), fee: decimal(fee) };
};

/** A limit order with a stop, of which nothing is filled. */
export async function stopEntry(source: Partial<Source> = {}, signal: Partial<Signal> = {}) {
  const types = ['market', 'limit', 'stop-loss'] as const;
  const all = world({ source: { allow: { types }, ...source } });
  const stop = { type: 'stop-loss', price: '45000' } as const;
  const ref = await all.receive({ type: 'limit', price: '49000', stop, ...signal });
  await executeOrder(ref, all.deps);
  const { book } = all.exchange;
  const now = (): OrderRow => all.store.row(ref);
  const { clientOrderId } = now();
  const parent = (): FoundOrder => {
    const [order] = book.get(clientOrderId) ?? [];
    if (order === undefined) throw new Error('the order is there');
    return order;
  };
  return {
    ...{ ...all, ref, now, parent },
    /** The exchange shows the entry otherwise. */
    show: (changes: Partial<FoundOrder>): void => {
      book.set(clientOrderId, [{ ...parent(), ...changes }]);
    },
    /** It has opened a stop of this id, or shows it otherwise. */
    stop: (id: string, changes: Partial<FoundOrder> = {}): FoundOrder => {
      const { exchangeOrderId, userref, pair, openedAtMs } = parent();
      const opened: FoundOrder = {
        ...{ exchangeOrderId: id, refid: exchangeOrderId, pair, side: 'sell', type: 'stop-loss' },
        ...(userref === undefined ? {} : { userref }),
        ...{ volume: decimal('0.01'), price: decimal('45000'), openedAtMs, status: 'open' },
        filled: decimal('0'),
      };
      const [before = opened] = book.get(id) ?? [];
      const order = { ...before, ...changes };
      book.set(id, [order]);
      return order;
    },
    fills: () => all.store.notices().filter(({ id }) => id.startsWith('fill:')),
    notices: () => all.store.notices(),
    view: () => all.store.books.read(REF),
    /** Exchange ids that were asked for by id, and how often the other reads were made. */
    count: () => counted(all.exchange),
  };
}

/** A position of 0.01 whose stop OSTOP rests for all of it, and holds it. */
export async function stoppedPosition() {
  const size = { unit: 'base', amount: '0.01' } as const;
  const all = await stopEntry({ size: { kind: 'signal' }, maxAgeMs: 3_600_000 }, { size });
  all.show({ ...traded('0.01', '490'), status: 'closed' });
  all.stop('OSTOP');
  await followOrders(all.reconcileDeps);
  const free = (available: string): void => {
    all.exchange.balance.set('BTC', { total: decimal('0.01'), available: decimal(available) });
  };
  free('0');
  return { ...all, free };
}

function counted(exchange: ReturnType<typeof world>['exchange']) {
  const asked = { orders: [] as string[][], openOrders: 0, find: 0 };
  return {
    asked,
    exchange: {
      ...exchange,
      orders: (ids: readonly string[]) => {
        asked.orders.push([...ids]);
        return exchange.orders(ids);
      },
      openOrders: () => {
        asked.openOrders += 1;
        return exchange.openOrders();
      },
      find: (...given: Parameters<typeof exchange.find>) => {
        asked.find += 1;
        return exchange.find(...given);
      },
    },
  };
}

/** All of the entry has traded. */
export const FILLED = { ...traded('0.01', '490', '1'), status: 'closed' };

/** An entry that is filled, whose stop is known. */
export async function resting(source: Partial<Source> = {}) {
  const entry = await stopEntry(source);
  entry.show(FILLED);
  entry.stop('OSTOP');
  await followOrders(entry.reconcileDeps);
  return entry;
}
