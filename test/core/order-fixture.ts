/** A configured account, a received order row, and everything that the use cases need, in memory. */
import type { Account, Config, Source } from '../../functions/core/config.ts';
import type { OrderDeps } from '../../functions/core/execute/order-deps.ts';
import { clientOrderIdOf, orderKeyOf } from '../../functions/core/identity.ts';
import type { OrderRow } from '../../functions/core/order.ts';
import type { Exchange } from '../../functions/core/ports.ts';
import type { Signal } from '../../functions/core/signal.ts';
import { fakeClock } from '../fakes/clock.ts';
import { fakeExchange } from '../fakes/exchange.ts';
import { fakeIds } from '../fakes/ids.ts';
import { fakeLog } from '../fakes/log.ts';
import { fakeQueue } from '../fakes/queue.ts';
import { fakeStore } from '../fakes/store.ts';

/** Name of the one key in these tests. */
export const KEY_ID = 'key-of-main';

/** A live account with every rail, wide enough for the orders of these tests. */
export const MAIN: Account = {
  exchange: 'kraken-spot',
  mode: 'live',
  secret: 'harpoon/main',
  rails: {
    pairs: ['BTC/USD'],
    maxOrder: '1000 USD',
    maxPosition: '50000 USD',
    maxDaily: '50000 USD',
    maxOrdersPerHour: 100,
    maxSpread: '0.5',
    maxPriceDeviation: '2',
    maxConsecutiveFailures: 3,
  },
};

/** A source that buys for 500 USD. */
export const TREND: Source = {
  auth: 'tradingview',
  secret: 'harpoon/sources/trend',
  accounts: ['main'],
  size: { kind: 'quote', amount: '500', currency: 'USD' },
  maxAgeMs: 60_000,
  symbols: {},
  onUnplaced: 'notify',
  notify: ['ops'],
};

/** One account, one source, one channel. */
export const TEST_CONFIG: Config = {
  version: 1,
  accounts: { main: MAIN },
  sources: { trend: TREND },
  channels: { ops: { slack: 'harpoon/slack' } },
};

/** A world with one account and one source; `account` and `source` change them. */
export function world(
  changes: { readonly account?: Partial<Account>; readonly source?: Partial<Source> } = {},
) {
  const clock = fakeClock();
  const config: Config = {
    ...TEST_CONFIG,
    accounts: { main: { ...MAIN, ...changes.account } },
    sources: { trend: { ...TREND, ...changes.source } },
  };
  const store = fakeStore(clock);
  store.arm('main', KEY_ID);
  const exchange = fakeExchange(clock);
  const queue = fakeQueue(clock);
  const log = fakeLog();
  const desk = async () => ({
    keyId: KEY_ID,
    exchange: () => exchange,
    keyInfo: () => exchange.keyInfo(),
  });
  const deps: OrderDeps = {
    config,
    clock,
    ids: fakeIds(),
    log,
    orders: store.orders,
    books: store.books,
    lanes: store.lanes,
    switches: store.switches,
    tally: store.tally,
    outbox: store.outbox,
    queue,
    market: exchange.market,
    desk,
  };
  // reconcile-orders looks through the query key, which may place nothing.
  const query: Exchange = {
    ...exchange,
    keyInfo: async () => {
      const info = await exchange.keyInfo();
      const permissions = info.permissions.filter((name) => name !== 'modify-trades');
      return { ...info, permissions };
    },
  };
  const queryDesk = async () => ({ ...(await desk()), exchange: () => query });
  const reconcileDeps: OrderDeps = { ...deps, desk: queryDesk };
  let count = 0;
  const receive = async (changed: Partial<Signal> = {}): Promise<OrderRow> => {
    count += 1;
    const row = orderRow({ id: `signal-${count}`, sentAtMs: clock.nowMs(), ...changed }, config);
    await store.orders.receive(row, 'received');
    return store.row(row);
  };
  return { clock, config, store, exchange, queue, log, deps, reconcileDeps, receive };
}

/** A received row for a signal. */
export function orderRow(changed: Partial<Signal>, config: Config): OrderRow {
  const signal: Signal = {
    id: 'signal',
    source: 'trend',
    sentAtMs: 0,
    symbol: 'KRAKEN:XBTUSD',
    action: 'buy',
    type: 'market',
    ...changed,
  };
  const orderKey = orderKeyOf({ source: 'trend', account: 'main', signalId: signal.id });
  return {
    schema: 1,
    account: 'main',
    orderKey,
    state: 'received',
    version: 1,
    clientOrderId: clientOrderIdOf(orderKey),
    payloadHash: 'a'.repeat(64),
    signal,
    receivedAtMs: signal.sentAtMs,
    expiresAtMs: signal.sentAtMs + (config.sources['trend']?.maxAgeMs ?? 0),
    sends: 0,
    licences: 1,
    dueAtMs: signal.sentAtMs + 20_000,
    auditHash: '',
  };
}
