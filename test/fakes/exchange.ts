/**
 * An exchange in memory for the use cases: it places what it is told to, remembers every copy that
 * reached it, and answers as the test scripts it. Names and numbers are those of BTC/USD.
 */
import { decimal, type Decimal } from '../../functions/core/decimal.ts';
import { ExchangeError } from '../../functions/core/exchange-error.ts';
import { hasName, type OrderName } from '../../functions/core/identity.ts';
import type { Attempt } from '../../functions/core/order.ts';
import type { MarketMode, Pair, Ticker } from '../../functions/core/market/pair.ts';
import type { OpenLot } from '../../functions/core/open-lots.ts';
import type { AmendOutcome, OrderChange } from '../../functions/core/amending.ts';
import type {
  Balance,
  Clock,
  Exchange,
  FoundOrder,
  KeyInfo,
  MarketData,
  PlaceOutcome,
} from '../../functions/core/ports.ts';
import { DEADLINE_REST_MS } from '../../functions/core/protocol.ts';
import { amendFound } from './amend-found.ts';
import { closeOrderOf, restsOnArrival, shownName, shownOrder } from './shown-order.ts';

/** BTC/USD as Kraken describes it. */
export const BTC_USD: Pair = {
  name: 'BTC/USD',
  id: 'XXBTZUSD',
  altname: 'XBTUSD',
  wsname: 'XBT/USD',
  base: 'BTC',
  quote: 'USD',
  baseId: 'XXBT',
  quoteId: 'ZUSD',
  priceDecimals: 1,
  lotDecimals: 8,
  costDecimals: 5,
  tickSize: decimal('0.1'),
  orderMin: decimal('0.0001'),
  costMin: decimal('0.5'),
  status: 'online',
};

/** What becomes of one order: whether it is placed, and what the caller is told. */
export type Fate = (attempt: Attempt) => { readonly placed: boolean; readonly told?: PlaceOutcome };

/** What becomes of one amend: whether the order is changed, and what the caller is told. */
export interface AmendFate {
  readonly changed: boolean;
  readonly told: AmendOutcome;
}

/** The exchange under the test's hand. */
export interface FakeExchange extends Exchange {
  readonly market: MarketData;
  /** Every AddOrder that reached it, also refused ones. */
  readonly received: Attempt[];
  /** Orders that exist, by client order id. */
  readonly book: Map<string, FoundOrder[]>;
  /** Nonces in the order in which they came. */
  readonly nonces: string[];
  /** What happens to the next orders, in turn; afterwards Kraken's own rules. */
  fates: Fate[];
  /** Every AmendOrder that reached it. */
  readonly amends: { readonly exchangeOrderId: string; readonly change: OrderChange }[];
  /** What happens to the next amends, in turn; afterwards Kraken's own rules. */
  amendFates: AmendFate[];
  balance: Map<string, Balance>;
  /** What is open on margin. */
  lots: OpenLot[];
  mode: MarketMode;
  skewMs: number;
  info: KeyInfo;
  /** Reads fail while true. */
  down: boolean;
  /** Look-ups show nothing while true. */
  blind: boolean;
}

const amount = (text: string): Balance => ({ total: decimal(text), available: decimal(text) });

/** A trading key as Harpoon wants it. */
export const GOOD_KEY: KeyInfo = {
  permissions: ['query-funds', 'query-open-trades', 'query-closed-trades', 'modify-trades'],
  nonce: '0',
  nonceWindow: '0',
  seesAllTimes: true,
};

/** A working exchange with 100,000 USD on the account and BTC at 50,000. */
export function fakeExchange(clock: Clock): FakeExchange {
  const price = (text: string): Decimal => decimal(text);
  const ticker: Ticker = { ask: price('50000.5'), bid: price('49999.5'), last: price('50000') };
  const reading = <T>(value: () => T): Promise<T> =>
    fake.down
      ? Promise.reject(new ExchangeError('Kraken is away', { retryable: true }))
      : Promise.resolve().then(value);
  const all = (): FoundOrder[] => (fake.blind ? [] : [...fake.book.values()].flat());
  const fake: FakeExchange = {
    received: [],
    book: new Map(),
    nonces: [],
    fates: [],
    amends: [],
    amendFates: [],
    balance: new Map([
      ['USD', amount('100000')],
      ['BTC', amount('0')],
    ]),
    lots: [],
    mode: 'online',
    skewMs: 0,
    info: GOOD_KEY,
    down: false,
    blind: false,
    market: {
      pairs: () => reading(() => [BTC_USD]),
      tickers: (pairs) => reading(() => new Map(pairs.map(({ name }) => [name, ticker]))),
      mode: () => reading(() => fake.mode),
      skewMs: () => reading(() => fake.skewMs),
    },
    warm: () => undefined,
    async place(attempt, name) {
      if (clock.nowMs() >= attempt.deadlineMs - DEADLINE_REST_MS) {
        return { kind: 'never-sent', reason: 'its deadline was too near' };
      }
      const fate: Fate = fake.fates.shift() ?? (() => asKrakenDoes(fake, attempt, name));
      const { placed, told } = fate(attempt);
      fake.nonces.push(attempt.nonce);
      if (told?.kind === 'never-sent') return told;
      fake.received.push(attempt);
      const exchangeOrderId = `OFAKE${fake.received.length}-AAAAA-BBBBBB`;
      if (placed) {
        const { clientOrderId } = name;
        const found = foundOrder(attempt, name, exchangeOrderId, clock.nowMs());
        fake.book.set(clientOrderId, [...(fake.book.get(clientOrderId) ?? []), found]);
        const close = closeOrderOf(attempt.order, found, clock.nowMs());
        if (close !== undefined) fake.book.set(`close of ${exchangeOrderId}`, [close]);
      }
      return told ?? { kind: 'placed', exchangeOrderId, description: 'as told' };
    },
    balances: () => reading(() => fake.balance),
    positions: () => reading(() => fake.lots),
    find: (name) => reading(() => all().filter((order) => hasName(name, order))),
    tradedOrders: (sinceMs, untilMs) =>
      reading(() =>
        all()
          .filter(
            ({ openedAtMs, filled }) =>
              filled.gt('0') && openedAtMs >= sinceMs && openedAtMs <= untilMs,
          )
          .map(({ exchangeOrderId }) => exchangeOrderId),
      ),
    orders: (ids) =>
      reading(() => {
        if (ids.length > 50) throw new ExchangeError('more than 50 orders', { retryable: false });
        return all().filter(({ exchangeOrderId }) => ids.includes(exchangeOrderId));
      }),
    openOrders: () => reading(() => all().filter(({ status }) => status === 'open')),
    cancel: (exchangeOrderId) =>
      reading(() => {
        let count = 0;
        for (const [id, orders] of fake.book) {
          const left = orders.map((order) => {
            if (order.exchangeOrderId !== exchangeOrderId || order.status !== 'open') return order;
            count += 1;
            return { ...order, status: 'canceled' };
          });
          fake.book.set(id, left);
        }
        return count;
      }),
    async amend(exchangeOrderId, change) {
      if (clock.nowMs() >= change.deadlineMs - DEADLINE_REST_MS) {
        return { kind: 'not-reached', reason: 'its deadline was too near' };
      }
      const fate = fake.amendFates.shift();
      if (fate?.told.kind === 'not-reached') return fate.told;
      fake.amends.push({ exchangeOrderId, change });
      if (fate?.changed === false) return fate.told;
      let told: AmendOutcome = { kind: 'gone', reason: 'EOrder:Invalid order' };
      for (const [id, orders] of fake.book) {
        const left = orders.map((order) => {
          if (order.exchangeOrderId !== exchangeOrderId) return order;
          const next = amendFound(order, change);
          told = next.told;
          return next.order;
        });
        fake.book.set(id, left);
      }
      return fate?.told ?? told;
    },
    cancelAll: () =>
      reading(() => {
        const open = [...fake.book.values()].flat().filter(({ status }) => status === 'open');
        for (const [id, orders] of fake.book) {
          const left = orders.map((order) => ({
            ...order,
            status: order.status === 'open' ? 'canceled' : order.status,
          }));
          fake.book.set(id, left);
        }
        return open.length;
      }),
    keyInfo: () => reading(() => fake.info),
  };
  return fake;
}

/** What becomes of an order that meets no trouble. */
function asKrakenDoes(fake: FakeExchange, attempt: Attempt, name: OrderName) {
  const refused = (reason: string) =>
    ({ placed: false, told: { kind: 'unknown', reason } }) as const;
  if (fake.nonces.some((nonce) => BigInt(nonce) >= BigInt(attempt.nonce))) {
    return refused('EAPI:Invalid nonce');
  }
  const orders = fake.book.get(name.clientOrderId) ?? [];
  // Nothing is refused for its userref.
  const isOpen = name.userref === undefined && orders.some(({ status }) => status === 'open');
  if (isOpen) return refused('EGeneral:Invalid arguments:cl_ord_id not unique');
  if (!attempt.validate) return { placed: true };
  return { placed: false, told: { kind: 'validated', description: 'as told' } } as const;
}

function foundOrder(
  { order }: Attempt,
  name: OrderName,
  exchangeOrderId: string,
  openedAtMs: number,
): FoundOrder {
  const rests = restsOnArrival(order);
  return {
    exchangeOrderId,
    ...shownName(name),
    ...shownOrder(order),
    openedAtMs,
    status: rests ? 'open' : 'closed',
    filled: rests ? decimal('0') : decimal(order.volume),
  };
}
