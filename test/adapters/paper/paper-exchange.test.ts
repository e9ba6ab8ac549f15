import { afterEach, describe, expect, it } from 'vitest';
import { plain } from '../../../functions/core/decimal.ts';
import { ExchangeError } from '../../../functions/core/exchange-error.ts';
import type { Order } from '../../../functions/core/order.ts';
import { paperExchange } from '../../../functions/adapters/paper/paper-exchange.ts';
import type { PaperStore } from '../../../functions/adapters/paper/paper-store.ts';
import type { FoundOrder, PlaceOutcome } from '../../../functions/core/ports.ts';
import { attempt } from '../kraken/exchange-under-test.ts';
import { paperWorld } from './paper-under-test.ts';

type World = Awaited<ReturnType<typeof paperWorld>>;

let opened: World[] = [];
async function open(): Promise<World> {
  const world = await paperWorld();
  opened.push(world);
  return world;
}
afterEach(async () => {
  for (const world of opened) await world.close();
  opened = [];
});

const uuid = (n: number) => `6b1e3a7c-52a4-5e0d-9f43-${String(n).padStart(12, '0')}`;
/** What the embedded exchange trades whenever its price is set. */
const A_TRADE = '0.001';
const LIMIT = { type: 'limit', price: '49000' } as const;

async function place(world: World, order: Partial<Order>, n = 1) {
  const outcome = await world.exchange.place(attempt(world, order), { clientOrderId: uuid(n) });
  if (outcome.kind !== 'placed') throw new Error(JSON.stringify(outcome));
  return outcome.exchangeOrderId;
}

/** Lets time pass while the price stands there. */
function priceFor(world: World, price: string, ms: number): void {
  world.kraken.control.setPrice('BTC/USD', price);
  world.clock.advance(ms);
}

describe('an order that a look-up did not find', () => {
  it('is not written afterwards by a function that stood still meanwhile', async () => {
    const world = await open();
    let placed: Promise<PlaceOutcome> | undefined;
    let goesOn = (): void => undefined;
    const frozen = new Promise<void>((resolve) => (goesOn = resolve));
    const arrived = new Promise<void>((resolve) => {
      const store: PaperStore = {
        ...world.store,
        async write(was, change) {
          if (change.opened === undefined) return world.store.write(was, change);
          resolve();
          await frozen;
          return world.store.write(was, change);
        },
      };
      const { prices, clock } = world;
      const worker = paperExchange({ account: 'main', half: 'trade', store, prices, clock });
      placed = worker.place(attempt(world, LIMIT), { clientOrderId: uuid(1) });
    });
    await arrived;
    expect(await world.query.find({ clientOrderId: uuid(1) }, 0)).toEqual([]);
    goesOn();
    expect(await placed).toMatchObject({ kind: 'never-sent' });
    expect(await world.query.find({ clientOrderId: uuid(1) }, 0)).toEqual([]);
  });
});

describe('an order that rests on paper', () => {
  it('is filled by a price that came and went while nobody looked', async () => {
    const world = await open();
    const id = await place(world, { ...LIMIT, volume: A_TRADE });
    world.clock.advance(60_000);
    priceFor(world, '48000', 60_000);
    priceFor(world, '50000', 60_000);
    const [found] = await world.query.orders([id]);
    expect(found).toMatchObject({ status: 'closed', exchangeOrderId: id });
    expect(found?.averagePrice && plain(found.averagePrice)).toBe('49000');
    expect(await world.exchange.openOrders()).toEqual([]);
    expect((await world.exchange.balances()).get('BTC')?.total.toFixed()).toBe('1.001');
  });

  it('ends with its stop beside many others at one look', async () => {
    const world = await open();
    const close = { type: 'stop-loss', price: '48000' } as const;
    for (let n = 1; n <= 48; n += 1) {
      const order = { ...LIMIT, volume: '0.0001', close };
      const name = { clientOrderId: uuid(n), userref: n };
      expect(await world.exchange.place(attempt(world, order), name)).toMatchObject({
        kind: 'placed',
      });
    }
    world.clock.advance(60_000);
    for (let trade = 0; trade < 30; trade += 1) priceFor(world, '48500', 1_000);
    world.clock.advance(30_000);
    priceFor(world, '47000', 120_000);
    expect(await world.exchange.openOrders()).toEqual([]);
    for (let n = 1; n <= 48; n += 1) {
      const found = await world.query.find({ clientOrderId: uuid(n), userref: n }, 0);
      expect(found.map(({ status }) => status)).toEqual(['closed', 'closed']);
    }
    expect((await world.exchange.balances()).get('BTC')?.total.toFixed()).toBe('1');
  });

  it('stays while the price stays away, also past a second look', async () => {
    const world = await open();
    const id = await place(world, LIMIT);
    for (let look = 0; look < 3; look += 1) {
      priceFor(world, '49500', 90_000);
      expect(await world.exchange.openOrders()).toMatchObject([{ exchangeOrderId: id }]);
    }
  });

  it('is not filled by a price from before it was placed', async () => {
    const world = await open();
    priceFor(world, '48000', 60_000);
    priceFor(world, '50000', 60_000);
    await place(world, LIMIT);
    world.clock.advance(180_000);
    expect(await world.exchange.openOrders()).toHaveLength(1);
  });

  it('does not trade while the exchange is halted', async () => {
    const world = await open();
    await place(world, LIMIT);
    world.kraken.control.setPrice('BTC/USD', '48000');
    world.kraken.control.setMode('cancel_only');
    expect(await world.exchange.openOrders()).toHaveLength(1);
    world.kraken.control.setMode('online');
    expect(await world.exchange.openOrders()).toEqual([]);
  });
});

describe('an order that is larger than the market', () => {
  const asked = (found: FoundOrder | undefined) => ({
    status: found?.status,
    filled: found && plain(found.filled),
  });
  const find = async (world: World, id: string) => asked((await world.query.orders([id]))[0]);

  it('fills in parts while it rests, with what each minute traded beyond it', async () => {
    const world = await open();
    const id = await place(world, { ...LIMIT, volume: '0.0025' });
    for (const filled of ['0.001', '0.002']) {
      world.clock.advance(60_000);
      priceFor(world, '48000', 60_000);
      priceFor(world, '50000', 60_000);
      expect(await find(world, id)).toEqual({ status: 'open', filled });
    }
    expect(await world.query.tradedOrders(1, world.nowMs())).toEqual([id]);
    const usd = (await world.exchange.balances()).get('USD');
    // 0.0005 at 49,000 with the maker fee of 0.16 %.
    expect(usd && plain(usd.total.minus(usd.available))).toBe('24.5392');
    expect(await world.exchange.cancel(id)).toBe(1);
    expect(await find(world, id)).toEqual({ status: 'canceled', filled: '0.002' });
  });

  it('takes what the order book has now, and no more of it in the same minute', async () => {
    const world = await open();
    const setPrice = (price: string, liquidity: string) =>
      world.kraken.control.setPrice('BTC/USD', price, { liquidity });
    const id = await place(world, { ...LIMIT, volume: '5', price: '19000' });
    // The levels behind the best one hold 2, 3, 4 ... at each tick further.
    setPrice('18999.8', '0.5');
    expect(await find(world, id)).toEqual({ status: 'open', filled: '2.5' });
    expect(await find(world, id)).toEqual({ status: 'open', filled: '2.5' });
    world.clock.advance(60_000);
    expect(await find(world, id)).toEqual({ status: 'closed', filled: '5' });
  });

  it('pays what the levels behind the best one cost', async () => {
    const world = await open();
    world.kraken.control.setPrice('BTC/USD', '50000', { liquidity: '0.5' });
    const id = await place(world, { volume: '1' });
    const [found] = await world.query.orders([id]);
    expect(found?.cost && plain(found.cost)).toBe('50000.15');
    expect(asked(found)).toEqual({ status: 'closed', filled: '1' });
  });

  it('keeps of IOC what was there at once', async () => {
    const world = await open();
    world.kraken.control.setPrice('BTC/USD', '50000', { liquidity: '0.5' });
    const ioc = { ...LIMIT, timeInForce: 'IOC', price: '50000.1', volume: '1' } as const;
    const id = await place(world, ioc);
    expect(await find(world, id)).toEqual({ status: 'canceled', filled: '0.5' });
    expect(await world.exchange.openOrders()).toEqual([]);
  });
});

describe('a look at a paper account', () => {
  it('writes nothing where nothing happened since the last one', async () => {
    const world = await open();
    await place(world, LIMIT);
    const { version } = await world.store.read();
    await world.query.openOrders();
    await world.query.openOrders();
    expect((await world.store.read()).version).toBe(version);
  });
});

describe('a cancel on paper', () => {
  it('ends one order, or all of them, and nothing twice', async () => {
    const world = await open();
    const [first] = [await place(world, LIMIT, 1), await place(world, LIMIT, 2)];
    await place(world, LIMIT, 3);
    expect(await world.exchange.cancel(first)).toBe(1);
    expect(await world.exchange.cancel(first)).toBe(0);
    expect(await world.exchange.cancelAll()).toBe(2);
    expect(await world.exchange.cancelAll()).toBe(0);
    expect(await world.query.orders([first])).toMatchObject([{ status: 'canceled' }]);
    const usd = (await world.exchange.balances()).get('USD');
    expect(usd?.available.toFixed()).toBe('100000');
  });
});

describe('the query half of a paper account', () => {
  it('sees everything and changes nothing', async () => {
    const world = await open();
    const id = await place(world, LIMIT);
    expect(await world.query.openOrders()).toMatchObject([{ exchangeOrderId: id }]);
    expect((await world.query.keyInfo()).permissions).not.toContain('modify-trades');
    expect(await world.query.place(attempt(world, {}), { clientOrderId: uuid(2) })).toMatchObject({
      kind: 'refused',
      trips: true,
    });
    await expect(world.query.cancelAll()).rejects.toThrow(ExchangeError);
    await expect(world.query.cancel(id)).rejects.toThrow(ExchangeError);
    expect(await world.query.openOrders()).toHaveLength(1);
  });
});

describe('a paper order id', () => {
  it('is taken once and for all, also when the order has ended and when it is refused', async () => {
    const world = await open();
    const id = await place(world, {});
    for (const order of [{}, { volume: '100' }]) {
      const again = await world.exchange.place(attempt(world, order), { clientOrderId: uuid(1) });
      expect(again.kind).toBe('unknown');
    }
    expect(await world.exchange.tradedOrders(world.nowMs() - 1_000, world.nowMs())).toEqual([id]);
  });

  it('is won by one of many that place it at once, and paid for once', async () => {
    const world = await open();
    const asked = Array.from({ length: 5 }, () =>
      world.exchange.place(attempt(world, {}), { clientOrderId: uuid(1) }),
    );
    const kinds = (await Promise.all(asked)).map(({ kind }) => kind);
    expect(kinds.filter((kind) => kind === 'placed')).toHaveLength(1);
    expect((await world.exchange.balances()).get('BTC')?.total.toFixed()).toBe('1.01');
  });
});

describe('trades on paper', () => {
  it('are not told for a time of which some are forgotten', async () => {
    const world = await open();
    const kept = await world.store.read();
    await world.store.write(kept, { book: { ...kept.book, forgottenMs: 1_000 } });
    await expect(world.query.tradedOrders(1_000, 2_000)).rejects.toThrow(/remembers/);
    expect(await world.query.tradedOrders(1_001, 2_000)).toEqual([]);
  });
});
