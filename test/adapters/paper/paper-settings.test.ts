import { afterEach, describe, expect, it, vi } from 'vitest';
import { paperDesks } from '../../../functions/adapters/paper/paper-desks.ts';
import { withFees } from '../../../functions/adapters/paper/paper-prices.ts';
import type { PaperSettings } from '../../../functions/core/config.ts';
import { plain } from '../../../functions/core/decimal.ts';
import { BTC_USD } from '../../fakes/exchange.ts';
import { fakeLog } from '../../fakes/log.ts';
import { TEST_CONFIG } from '../../core/order-fixture.ts';
import { attempt } from '../kraken/exchange-under-test.ts';
import { paperWorld } from './paper-under-test.ts';

type World = Awaited<ReturnType<typeof paperWorld>>;

let opened: World[] = [];
afterEach(async () => {
  vi.unstubAllEnvs();
  for (const world of opened) await world.close();
  opened = [];
});

async function open(): Promise<World> {
  const world = await paperWorld();
  opened.push(world);
  vi.stubEnv('KRAKEN_SPOT_URL', world.kraken.url);
  return world;
}

/** The exchange of a paper account with these settings, as the functions open it. */
function account(world: World, paper: PaperSettings) {
  const accounts = { toy: { exchange: 'kraken-spot', mode: 'paper', paper } } as const;
  const { table, clock, market } = world;
  const options = { half: 'trade', table, clock, log: fakeLog(), market } as const;
  const desk = paperDesks({ ...options, config: { ...TEST_CONFIG, accounts } })('toy');
  const lease = {
    ...{ keyId: desk.keyId, owner: 'test', fence: 1, untilMs: 0 },
    nextNonce: () => '1',
  };
  return desk.exchange(lease);
}

const totals = async (exchange: ReturnType<typeof account>) =>
  Object.fromEntries(
    [...(await exchange.balances())].map(([asset, { total }]) => [asset, plain(total)]),
  );

const uuid = (n: number) => `6b1e3a7c-52a4-5e0d-9f43-${String(n).padStart(12, '0')}`;

describe('what a paper account begins with', () => {
  it('is what its settings say, and stays what the book says once it traded', async () => {
    const world = await open();
    const first = account(world, { funds: { USD: '5000', BTC: '0.1' } });
    expect(await totals(first)).toEqual({ USD: '5000', BTC: '0.1' });
    // Nothing is written yet: another amount in the file counts.
    const changed = { funds: { USD: '7000', BTC: '0.1' }, fees: { taker: '0' } };
    expect(await totals(account(world, changed))).toEqual({ USD: '7000', BTC: '0.1' });
    const sale = attempt(world, { side: 'sell', volume: '0.1' });
    expect(await account(world, changed).place(sale, { clientOrderId: uuid(1) })).toMatchObject({
      kind: 'placed',
    });
    const after = await totals(account(world, changed));
    expect(after['BTC']).toBe('0');
    expect(await totals(first)).toEqual(after);
  });
});

describe('what a paper trade costs', () => {
  it.each([
    [{}, { taker: '0.26', maker: '0.16' }],
    [{ taker: '0.1' }, { taker: '0.1', maker: '0.16' }],
    [{ maker: '0' }, { taker: '0.26', maker: '0' }],
    [
      { taker: '1', maker: '2' },
      { taker: '1', maker: '2' },
    ],
  ])('%o instead of the first tier', async (own, expected) => {
    const { prices } = await open();
    const { taker, maker } = await withFees(prices, own).fees(BTC_USD);
    expect({ taker: plain(taker), maker: plain(maker) }).toEqual(expected);
  });

  it('is paid by the next fill', async () => {
    const world = await open();
    const exchange = account(world, { funds: { USD: '5000' }, fees: { taker: '1', maker: '1' } });
    await exchange.place(attempt(world, { volume: '0.01' }), { clientOrderId: uuid(1) });
    const [order] = await exchange.orders(await exchange.tradedOrders(1, world.nowMs()));
    // One hundredth of 0.01 BTC at the ask of 50,000.1 USD.
    expect(order?.fee && plain(order.fee)).toBe('5.00001');
  });
});
