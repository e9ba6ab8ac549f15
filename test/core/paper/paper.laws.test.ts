/**
 * Laws of a paper account, whatever is ordered and whatever the market does: an account lives through
 * orders, finished candles, order books and cancels, and the test keeps books of its own.
 */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { decimal, plain, ZERO, type Decimal } from '../../../functions/core/decimal.ts';
import type { Order } from '../../../functions/core/order.ts';
import { isReachedBy, matchBook } from '../../../functions/core/paper/match-paper.ts';
import {
  availableOf,
  openingBook,
  totalOf,
  withOrder,
  type PaperBook,
  type PaperOrder,
} from '../../../functions/core/paper/paper-book.ts';
import { pathOf, type PaperQuote } from '../../../functions/core/paper/paper-price.ts';
import { BTC_USD } from '../../fakes/exchange.ts';
import { bookAt, MARKET, placed, type Levels } from './paper-fixture.ts';

const MINUTE_MS = 60_000;
const FUNDS = { USD: '3000', BTC: '0.05' };

const tick = (price: number) => (price / 10).toFixed(1);
/** Around 50,000 USD, in tenths. */
const price = fc.integer({ min: 499_000, max: 501_000 });
const lots = fc.integer({ min: 1, max: 60_000 }).map((volume) => (volume / 1e6).toFixed(6));

const levels = (best: number, step: 1 | -1) =>
  fc
    .array(fc.tuple(fc.integer({ min: 0, max: 300 }), lots), { maxLength: 5 })
    .map((rows): Levels => {
      let at = best;
      return rows.map(([gap, volume]) => {
        at += step * gap;
        const level = [tick(at), volume] as const;
        at += step;
        return level;
      });
    });

const orderBook = price.chain((mid) => fc.tuple(levels(mid + 1, 1), levels(mid - 1, -1)));

const candle = fc
  .tuple(fc.array(price, { minLength: 4, maxLength: 4 }), lots)
  .map(([prices, volume]) => {
    const [low, second, third, high] = prices.toSorted((a, b) => a - b).map(tick);
    const ends = { open: decimal(second!), close: decimal(third!) };
    return { low: decimal(low!), high: decimal(high!), ...ends, volume: decimal(volume) };
  });

const order: fc.Arbitrary<Partial<Order>> = fc
  .record({
    side: fc.constantFrom<Order['side']>('buy', 'sell'),
    volume: fc.integer({ min: 100, max: 60_000 }).map((volume) => (volume / 1e6).toFixed(6)),
    at: price,
    away: fc.integer({ min: 1, max: 900 }),
    kind: fc.constantFrom(
      'market',
      'spend',
      'limit',
      'IOC',
      'FOK',
      'GTD',
      'stop',
      'trail',
      'stop-limit',
    ),
  })
  .map(({ side, volume, at, away, kind }): Partial<Order> => {
    const limit = { side, volume, type: 'limit', price: tick(at) } as const;
    switch (kind) {
      case 'market':
        return { side, volume };
      case 'spend':
        return { side: 'buy', volume: String(away), volumeInQuote: true };
      case 'stop':
        return { ...limit, type: 'stop-loss' };
      case 'trail':
        return { side, volume, type: 'trailing-stop', price: `+${tick(away)}` };
      case 'stop-limit':
        return {
          ...limit,
          type: 'stop-loss-limit',
          price2: `${side === 'buy' ? '+' : '-'}${tick(away)}`,
        };
      case 'IOC':
      case 'FOK':
        return { ...limit, timeInForce: kind };
      case 'GTD':
        return { ...limit, timeInForce: 'GTD', expireAtMs: 6 * MINUTE_MS };
      case 'limit':
        return limit;
    }
  });

const event = fc.oneof(
  { weight: 3, arbitrary: fc.record({ order, book: orderBook }) },
  { weight: 3, arbitrary: fc.record({ candle }) },
  {
    weight: 2,
    arbitrary: fc.record({ book: orderBook, seconds: fc.integer({ min: 0, max: 40 }) }),
  },
  { weight: 1, arbitrary: fc.record({ cancel: fc.nat(5) }) },
);

const percent = fc
  .integer({ min: 0, max: 100 })
  .map((hundredths) => decimal((hundredths / 100).toFixed(2)));
const life = fc.record({
  fees: fc.record({ taker: percent, maker: percent }),
  events: fc.array(event, { minLength: 3, maxLength: 25 }),
});

type Life = typeof life extends fc.Arbitrary<infer T> ? T : never;
type Event = Life['events'][number];

/** An account with every order that it ever had, and the time. */
interface World {
  readonly book: PaperBook;
  readonly orders: ReadonlyMap<string, PaperOrder>;
  readonly nowMs: number;
}

const execOf = (one: PaperOrder | undefined): Decimal => decimal(one?.fill?.volume ?? '0');
const sum = (amounts: readonly Decimal[]): Decimal => amounts.reduce((a, b) => a.plus(b), ZERO);

/** The world after matching these quotes. */
function matched(world: World, market: typeof MARKET, quotes: readonly PaperQuote[]): World {
  const step = matchBook(world.book, market, { quotes, candlesToMs: 0 });
  const changed = [...step.book.open, ...step.ended].map((one) => [one.id, one] as const);
  return { ...world, book: step.book, orders: new Map([...world.orders, ...changed]) };
}

/** One event; `offered`: the most that it may fill by side, where the market says so. */
function after(world: World, event: Event, market: typeof MARKET): World {
  const { book, orders, nowMs } = world;
  if ('order' in event) {
    const id = `PAPER-${orders.size}`;
    const quote = bookAt(...event.book, nowMs);
    try {
      const step = placed(event.order, { book, quote, market, id });
      return { ...world, book: step.book, orders: new Map([...orders, [id, step.order]]) };
    } catch {
      // Refused by Kraken's rules: nothing changes.
      return world;
    }
  }
  if ('candle' in event) {
    const atMs = Math.ceil(nowMs / MINUTE_MS) * MINUTE_MS;
    const past = { minutes: 1, nowMs: atMs + MINUTE_MS, tick: BTC_USD.tickSize };
    const quotes = pathOf([{ ...event.candle, atMs }], past);
    return { ...matched(world, market, quotes), nowMs: atMs + MINUTE_MS };
  }
  if ('book' in event) {
    const laterMs = nowMs + event.seconds * 1_000;
    return { ...matched(world, market, [bookAt(...event.book, laterMs)]), nowMs: laterMs };
  }
  const one = book.open[event.cancel];
  if (one === undefined) return world;
  const ended: PaperOrder = { ...one, status: 'canceled' };
  return { ...world, book: withOrder(book, ended), orders: new Map([...orders, [one.id, ended]]) };
}

/** Lives through everything; `look` sees each step. */
function live(
  { fees, events }: Life,
  look: (now: World, before: World, event: Event) => void,
): World {
  const market = { ...MARKET, fees };
  let world: World = {
    book: openingBook({ paper: { funds: FUNDS } }),
    orders: new Map(),
    nowMs: 0,
  };
  for (const one of events) {
    const before = world;
    world = after(before, one, market);
    look(world, before, one);
  }
  return world;
}

const RUNS = { numRuns: 500 };

describe('a paper account, whatever happens', () => {
  it('neither makes nor loses money: amounts, what was traded and the fees add up', () => {
    fc.assert(
      fc.property(life, (given) => {
        live(given, ({ book, orders }) => {
          const all = [...orders.values()];
          const traded = (side: Order['side']) =>
            all.filter(({ order: { side: is } }) => is === side);
          const of = (side: Order['side'], what: 'volume' | 'cost' | 'fee') =>
            sum(traded(side).map(({ fill }) => decimal(fill?.[what] ?? '0')));
          const fees = of('buy', 'fee').plus(of('sell', 'fee'));
          const btc = decimal(FUNDS.BTC).plus(of('buy', 'volume')).minus(of('sell', 'volume'));
          const usd = decimal(FUNDS.USD).minus(of('buy', 'cost')).plus(of('sell', 'cost'));
          expect(plain(totalOf(book, 'BTC'))).toBe(plain(btc));
          expect(plain(totalOf(book, 'USD'))).toBe(plain(usd.minus(fees)));
        });
      }),
      RUNS,
    );
  });

  it('never holds less than nothing nor more than there is', () => {
    fc.assert(
      fc.property(life, (given) => {
        live(given, ({ book }) => {
          expect(book.open.filter(({ hold }) => decimal(hold.amount).lt('0'))).toEqual([]);
          for (const asset of ['USD', 'BTC']) {
            expect(plain(availableOf(book, asset))).not.toMatch(/^-/);
            expect(availableOf(book, asset).lte(totalOf(book, asset))).toBe(true);
          }
        });
      }),
      RUNS,
    );
  });

  it('fills no order beyond its volume, takes no fill back, and says how each order stands', () => {
    const seen = { open: 0, canceled: 0, closed: 0 };
    fc.assert(
      fc.property(life, (given) => {
        const end = live(given, ({ book, orders }, before) => {
          for (const [id, one] of orders) {
            const grown = execOf(one).minus(execOf(before.orders.get(id)));
            expect(plain(grown)).not.toMatch(/^-/);
            const newFills = book.fills.filter((fill) => fill.id === id).length;
            const oldFills = before.book.fills.filter((fill) => fill.id === id).length;
            // A fill for what grew, and none without.
            expect(newFills > oldFills).toBe(grown.gt('0'));
            expect(execOf(one).lte(one.volume)).toBe(true);
            expect(one.status === 'closed').toBe(execOf(one).eq(one.volume));
            const isOpen = one.status === 'open' || one.status === 'pending';
            expect(book.open.some((open) => open.id === id)).toBe(isOpen);
          }
        });
        for (const { status, fill } of end.orders.values()) {
          if (fill !== undefined && Object.hasOwn(seen, status)) seen[status as 'open'] += 1;
        }
      }),
      RUNS,
    );
    // The law would hold of an account where nothing happens.
    expect(Math.min(...Object.values(seen))).toBeGreaterThan(0);
  });

  it('trades at its limit or better', () => {
    fc.assert(
      fc.property(life, (given) => {
        const { orders } = live(given, () => undefined);
        for (const { order: sent, fill } of orders.values()) {
          if (sent.type !== 'limit' || fill === undefined) continue;
          const atLimit = decimal(fill.volume).times(sent.price ?? '0');
          const cost = decimal(fill.cost);
          // Each cost is rounded down to five decimals.
          if (sent.side === 'buy') expect(cost.lte(atLimit)).toBe(true);
          else expect(cost.plus('0.001').gte(atLimit)).toBe(true);
        }
      }),
      RUNS,
    );
  });

  it('is served no more than a candle traded, and than an order book holds within the limit', () => {
    fc.assert(
      fc.property(life, (given) => {
        live(given, (now, before, event) => {
          for (const side of ['buy', 'sell'] as const) {
            const limited = [...now.orders].filter(
              ([, { order: is }]) =>
                is.side === side && (is.type === 'limit' || is.price2 !== undefined),
            );
            const grown = limited.map(([id, one]) =>
              execOf(one).minus(execOf(before.orders.get(id))),
            );
            const offered =
              'candle' in event
                ? event.candle.volume
                : sum(
                    ('book' in event ? event.book[side === 'buy' ? 0 : 1] : []).map(([, volume]) =>
                      decimal(volume),
                    ),
                  );
            expect(sum(grown).lte(offered)).toBe(true);
          }
        });
      }),
      RUNS,
    );
  });

  it('asks for an order book wherever one would serve an order', () => {
    fc.assert(
      fc.property(life, (given) => {
        live(given, (now, before, event) => {
          if (!('book' in event) || 'order' in event) return;
          const { depth: _asked, ...ticker } = bookAt(...event.book, now.nowMs);
          for (const one of before.book.open) {
            const isServed = !execOf(now.orders.get(one.id)).eq(execOf(one));
            if (isServed) expect(isReachedBy(one, ticker)).toBe(true);
          }
        });
      }),
      RUNS,
    );
  });
});
