/**
 * A strategy with its position over the embedded DynamoDB and the embedded Kraken: what it says, what
 * the minute's jobs see, and what is then in the book and at the exchange.
 */
import type { Rails, Source } from '../../functions/core/config.ts';
import { decimal, plain } from '../../functions/core/decimal.ts';
import { executeOrder } from '../../functions/core/execute/execute-order.ts';
import type { OrderDeps } from '../../functions/core/execute/order-deps.ts';
import { followOrders } from '../../functions/core/follow/follow-orders.ts';
import { watchBooks } from '../../functions/core/follow/watch-books.ts';
import { reconcileOrders } from '../../functions/core/reconcile/reconcile-orders.ts';
import type { Signal, Stand, Target } from '../../functions/core/signal.ts';
import { MAIN, TEST_CONFIG, TREND } from '../core/order-fixture.ts';
import { call } from '../infra/local/kraken/raw-client.ts';
import { orderWorld } from './order-world.ts';

const REF = { on: 'kraken', account: 'main', source: 'trend', pair: 'BTC/USD' } as const;

export const FLAT: Stand = { position: 'flat' };
export const STOP = { type: 'stop-loss', price: '48000' } as const;
export const long = (size: string): Stand => ({ position: 'long', size });
export const short = (size: string): Stand => ({ position: 'short', size });
export const base = (amount: string) => ({ unit: 'base', amount }) as const;

/** The life of one strategy; `close` ends it. */
export type PositionLife = Awaited<ReturnType<typeof positionLife>>;

/** Starts the services with the market at 50000. */
export async function positionLife(source: Partial<Source> = {}, limits: Partial<Rails> = {}) {
  const world = await orderWorld();
  const { control } = world.kraken;
  /** The market goes to a price. */
  const market = (price: number): void => {
    const [bid, ask] = [String(price), `${price}.1`];
    control.setQuote('BTC/USD', { bid, ask, last: bid });
  };
  market(50_000);
  const sized: Source = { ...TREND, size: { kind: 'signal' }, maxAgeMs: 600_000, ...source };
  const rails = { ...MAIN.rails, pairs: ['BTC/USD'], maxPriceDeviation: '20', ...limits };
  const accounts = { main: { ...MAIN, rails } };
  const config = { ...TEST_CONFIG, accounts, sources: { trend: sized } };
  const over = (deps: OrderDeps): OrderDeps => ({ ...deps, config });
  const [execute, reconcile] = [over(world.execute), over(world.reconcile)];
  let nonces = 0;
  const work = async (): Promise<void> => {
    for (const { ref } of world.queue.sent.splice(0)) await executeOrder(ref, execute);
  };
  return {
    ...{ world, control, execute, market, work, close: () => world.close() },
    /** Receives a signal and carries it out. */
    send: async (signal: Partial<Signal>) => {
      await world.clock.sleep(1_000);
      const row = await world.receive(signal);
      await executeOrder(row, execute);
      return world.row(row);
    },
    /** A message that says where the strategy stands. */
    say: async (target: Target, more: Partial<Signal> = {}) => {
      await world.clock.sleep(1_000);
      const row = await world.receive({ target, action: 'buy', stop: STOP, ...more });
      await executeOrder(row, execute);
      return world.row(row);
    },
    /** What the jobs of a minute see; what they ask for is carried out. */
    follow: () => followOrders(reconcile),
    watch: () => watchBooks(reconcile, world.clock.nowMs() + 60_000),
    /** Somebody trades at the market through the account's key, beside Harpoon. */
    byHand: async (order: Readonly<Record<string, string>>): Promise<void> => {
      const { key, secret } = world.byHand;
      const params = { pair: 'XBTUSD', ordertype: 'market', ...order };
      nonces += 1;
      const nonce = String(world.clock.nowMs() * 1_000 + nonces);
      const { error } = await call(world.kraken.url, 'AddOrder', params, { key, secret, nonce });
      if (error.length > 0) throw new Error(error.join(', '));
    },
    minute: async (): Promise<void> => {
      await world.clock.sleep(60_000);
      await reconcileOrders(reconcile);
      await followOrders(reconcile);
      await work();
    },
    book: async () => {
      const { book, inFlight } = await execute.books.read(REF);
      return { ...book, inFlight };
    },
    /** What the account holds at the exchange. */
    held: async (): Promise<string> => {
      const desk = await execute.desk('main');
      const lane = await execute.lanes.take(desk.keyId, 'test');
      if (typeof lane === 'string') throw new Error(lane);
      const balances = await desk.exchange(lane).balances();
      await execute.lanes.release(lane);
      return plain(balances.get('BTC')?.total ?? decimal('0'));
    },
    /** What the account has open on margin: above zero long, below zero short. */
    open: (): string =>
      plain(
        control.state().positions.reduce((sum, { side, volume, closedVolume }) => {
          const rest = decimal(volume).minus(closedVolume);
          return side === 'buy' ? sum.plus(rest) : sum.minus(rest);
        }, decimal('0')),
      ),
    /** Stops that rest, `0.01 at 48000`, on which side. */
    resting: (): readonly string[] =>
      control
        .state()
        .orders.filter(({ status, type }) => status === 'open' && /^(stop|trail)/.test(type))
        .map(({ side, volume, executed, price }) => {
          return `${side} ${plain(decimal(volume).minus(executed))} at ${price}`;
        }),
    /** Stops of the account, with what became of them. */
    stops: () =>
      control
        .state()
        .orders.filter(({ refid }) => refid !== undefined)
        .map(({ volume, status, executed }) => ({ volume, status, executed })),
  };
}
