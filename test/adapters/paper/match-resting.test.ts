import { afterEach, describe, expect, it, vi } from 'vitest';
import { paperMatcher } from '../../../functions/adapters/paper/match-resting.ts';
import {
  dynamoPaperStore,
  restingAccounts,
} from '../../../functions/adapters/paper/paper-store.ts';
import type { Account } from '../../../functions/core/config.ts';
import { plain } from '../../../functions/core/decimal.ts';
import { openingBook } from '../../../functions/core/paper/paper-book.ts';
import { TEST_CONFIG } from '../../core/order-fixture.ts';
import { fakeLog } from '../../fakes/log.ts';
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

const PAPER = { exchange: 'kraken-spot', mode: 'paper' } as const;

/** The minute's matching, and every command that it sent to the table. */
function matcher(world: World, accounts: Readonly<Record<string, Account>> = { main: PAPER }) {
  const { clock, market } = world;
  const sent: string[] = [];
  const client = new Proxy(world.table.client, {
    get(target, name, receiver) {
      if (name !== 'send') return Reflect.get(target, name, receiver) as unknown;
      return (command: Parameters<typeof target.send>[0]) => {
        sent.push(command.constructor.name);
        return target.send(command);
      };
    },
  });
  const log = fakeLog();
  const table = { ...world.table, client };
  const run = paperMatcher({ config: { ...TEST_CONFIG, accounts }, table, clock, log, market });
  return { run, sent, log };
}

const UUID = '6b1e3a7c-52a4-5e0d-9f43-000000000001';
const LIMIT = { type: 'limit', price: '49000', volume: '0.001' } as const;

describe('the minute’s look at paper accounts', () => {
  it('fills what rests, though nobody asks about the account', async () => {
    const world = await open();
    await world.exchange.place(attempt(world, LIMIT), { clientOrderId: UUID });
    const { run } = matcher(world);
    expect(await run()).toEqual({ looked: 1, failed: 0 });
    world.clock.advance(60_000);
    world.kraken.control.setPrice('BTC/USD', '48000');
    expect(await run()).toEqual({ looked: 1, failed: 0 });
    const { book } = await world.store.read();
    expect([book.open, book.balances['BTC']]).toEqual([[], '1.001']);
    expect(await run()).toEqual({ looked: 0, failed: 0 });
  });

  it('reads no account where nothing rests, and nothing where none is on paper', async () => {
    const world = await open();
    await world.exchange.place(attempt(world, { volume: '0.001' }), { clientOrderId: UUID });
    const one = matcher(world);
    expect(await one.run()).toEqual({ looked: 0, failed: 0 });
    expect(one.sent).toEqual(['QueryCommand']);
    await world.exchange.place(attempt(world, LIMIT), { clientOrderId: UUID.replace(/1$/, '2') });
    const none = matcher(world, { main: { ...PAPER, mode: 'live' } });
    expect(await none.run()).toEqual({ looked: 0, failed: 0 });
    expect(none.sent).toEqual([]);
  });

  it('goes on to the others when one account cannot be looked at', async () => {
    const world = await open();
    await world.exchange.place(attempt(world, LIMIT), { clientOrderId: UUID });
    const { book } = await world.store.read();
    const broken = book.open.map((one) => ({ ...one, candlesFromMs: 0, volume: 'much' }));
    const other = dynamoPaperStore(world.table, 'other', openingBook({}));
    await other.write(await other.read(), { book: { ...book, open: broken } });
    expect([...(await restingAccounts(world.table))].sort()).toEqual(['main', 'other']);
    world.clock.advance(60_000);
    world.kraken.control.setPrice('BTC/USD', '48000');
    const { run, log } = matcher(world, { main: PAPER, other: PAPER });
    expect(await run()).toEqual({ looked: 2, failed: 1 });
    expect(log.lines.join()).toContain('"paper-not-matched","account":"other"');
    expect(plain((await world.exchange.balances()).get('BTC')!.total)).toBe('1.001');
    expect((await world.store.read()).book.open).toEqual([]);
  });

  it('takes what rests out of the index when it is cancelled', async () => {
    const world = await open();
    await world.exchange.place(attempt(world, LIMIT), { clientOrderId: UUID });
    expect(await restingAccounts(world.table)).toEqual(['main']);
    await world.exchange.cancelAll();
    expect(await restingAccounts(world.table)).toEqual([]);
  });
});
