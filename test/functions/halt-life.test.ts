/** A halt from the first word to the next trade, over the embedded DynamoDB and the embedded Kraken. */
import { PutCommand } from '@aws-sdk/lib-dynamodb';
import { afterEach, describe, expect, it } from 'vitest';
import { accountSwitch } from '../../functions/adapters/dynamo/keys.ts';
import { bookEntries } from '../../functions/adapters/dynamo/rewrite-book.ts';
import { dynamoSwitchBoard } from '../../functions/adapters/dynamo/switch-board.ts';
import { randomIds } from '../../functions/adapters/random-ids.ts';
import { cancelOrders } from '../../functions/core/halt/cancel-orders.ts';
import { isCancelRef } from '../../functions/core/halt/cancel-ref.ts';
import { executeOrder } from '../../functions/core/execute/execute-order.ts';
import type { Desk } from '../../functions/core/execute/order-deps.ts';
import { decimal } from '../../functions/core/decimal.ts';
import { followOrders } from '../../functions/core/follow/follow-orders.ts';
import { FLATTEN_SOURCE } from '../../functions/core/halt/flatten-source.ts';
import { openAtKraken } from '../../functions/core/halt/open-orders.ts';
import { EVERY_ACCOUNT, switchOf } from '../../functions/core/halt/switch-board.ts';
import { switchTools } from '../../operator/switch.ts';
import { TEST_CONFIG } from '../core/order-fixture.ts';
import { orderWorld } from './order-world.ts';

const MAIN = switchOf('main');
const WHO = { why: 'a drill', by: 'ada' };
const LIMIT = { type: 'limit', price: '49500' } as const;

let world: Awaited<ReturnType<typeof orderWorld>>;
afterEach(() => world.close());

async function start() {
  world = await orderWorld();
  world.kraken.control.setPrice('BTC/USD', '50000');
  const { table, clock, log, queue, execute, reconcile } = world;
  const board = dynamoSwitchBoard(table);
  const openAt = (account: string) => openAtKraken(account, reconcile);
  const common = { config: TEST_CONFIG, table, clock, log, ids: randomIds };
  const tools = switchTools({ ...common, queue, openAt });
  const work = async (): Promise<void> => {
    for (const { ref } of queue.sent.splice(0)) {
      if (isCancelRef(ref)) await cancelOrders(ref.account, { ...execute, board });
    }
  };
  const place = async (signal: Parameters<typeof world.receive>[0] = {}) => {
    const row = await world.receive(signal);
    await executeOrder(row, execute);
    return (await world.row(row)).state;
  };
  return { tools, work, place, openAt, common };
}

describe('a halt and what follows', () => {
  it('stops entries, cancels what rests, shows it, and goes on after two steps', async () => {
    const { tools, work, place, openAt } = await start();
    expect(await place(LIMIT)).toBe('placed');
    expect(await openAt('main')).toEqual([
      expect.stringMatching(/^buy 0\.0\d+ XBTUSD, limit at 49500 \(Kraken order id O/),
    ]);
    await tools.halt({ scopes: [MAIN], level: 'entries', cancel: true, ...WHO });
    expect(await place()).toBe('suppressed');
    const before = await tools.status();
    expect(before.switches.map(({ state }) => state?.blocks)).toEqual(['nothing', 'entries']);
    expect(before.switches[1]?.cancel).toMatchObject({ by: 'ada' });
    expect(before.switches.map(({ fault }) => fault)).toEqual([undefined, undefined]);
    await work();
    expect(await openAt('main')).toEqual([]);
    expect((await tools.status()).switches[1]?.cancel).toBeUndefined();

    const view = await tools.requestResume(MAIN);
    if (view.kind !== 'offered') throw new Error(view.kind);
    expect(view).toMatchObject({ state: { why: 'a drill', by: 'ada' }, unsettled: [] });
    expect(view.open).toEqual({ main: [] });
    const wish = { why: 'over', by: 'ada' };
    expect(await tools.confirmResume(MAIN, { ...wish, code: 'wrong' })).toBe('wrong-code');
    expect(await place()).toBe('suppressed');
    expect(await tools.confirmResume(MAIN, { ...wish, code: view.offer.code })).toBe('resumed');
    expect(await place()).toBe('placed');
    expect((await tools.status()).entries.map(({ from, to, by }) => [from, to, by])).toEqual([
      ['entries', 'nothing', 'ada'],
      ['nothing', 'entries', 'ada'],
    ]);
  });

  it('shows a switch that was written by hand, past the record', async () => {
    const { tools } = await start();
    await tools.halt({ scopes: [MAIN], level: 'all', cancel: false, ...WHO });
    const Item = { ...accountSwitch('main'), blocks: 'nothing', why: 'quickly' };
    await world.table.client.send(new PutCommand({ TableName: world.table.name, Item }));
    expect((await tools.status()).switches[1]).toMatchObject({
      fault: 'the switch was written past its record',
    });
    // It is turned like any other.
    await tools.halt({ scopes: [MAIN], level: 'entries', cancel: false, ...WHO });
    expect((await tools.status()).switches[1]?.state).toMatchObject({ blocks: 'entries' });
  });

  it('of every account says what could not be asked', async () => {
    const { tools, place, common } = await start();
    await tools.halt({ scopes: [EVERY_ACCOUNT], level: 'all', cancel: false, ...WHO });
    expect(await place()).toBe('suppressed');
    const blind = await switchTools(common).requestResume(EVERY_ACCOUNT);
    expect(blind).toMatchObject({ open: { main: 'not asked: look at Kraken' } });
    const openAt = () => Promise.reject(new Error('Kraken is away'));
    const away = await switchTools({ ...common, openAt }).requestResume(EVERY_ACCOUNT);
    expect(away).toMatchObject({ open: { main: 'Error: Kraken is away' } });
  });

  it('shows orders whose outcome is not known', async () => {
    const { tools } = await start();
    const { execute } = world;
    const row = await world.receive();
    const desk = await execute.desk('main');
    const silent: Desk = {
      ...desk,
      exchange: (lane) => ({
        ...desk.exchange(lane),
        place: async () => ({ kind: 'unknown', reason: 'no answer came' }),
      }),
    };
    await executeOrder(row, { ...execute, desk: async () => silent });
    await tools.halt({ scopes: [MAIN], level: 'entries', cancel: false, ...WHO });
    expect(await tools.requestResume(MAIN)).toMatchObject({
      unsettled: [`buy BTC/USD on main is unknown (client order id ${row.clientOrderId})`],
    });
  });

  it('that sells takes what it sold out of the book of the strategy, at its price', async () => {
    const { tools, work, place } = await start();
    const { execute, reconcile, queue, kraken, table } = world;
    const ref = { on: 'kraken', account: 'main', source: 'trend', pair: 'BTC/USD' } as const;
    expect(await place()).toBe('placed');
    await followOrders(reconcile);
    const { book: before } = await reconcile.books.read(ref);
    expect(before.quantity).toMatch(/^0\.0/);
    kraken.control.setPrice('BTC/USD', '60000');
    await tools.halt({ scopes: [MAIN], level: 'entries', cancel: false, flatten: true, ...WHO });
    await work();
    const [sale] = queue.sent.splice(0);
    if (sale === undefined) throw new Error('a sale is queued');
    await executeOrder(sale.ref, execute);
    await followOrders(reconcile);
    const { fill } = await world.row(sale.ref);
    expect(fill).toMatchObject({ status: 'filled', volume: before.quantity });
    const { book, inFlight } = await reconcile.books.read(ref);
    expect(book).toMatchObject({ quantity: '0', cost: '0', stopped: 'long' });
    const made = decimal(fill?.cost ?? '0')
      .minus(before.cost)
      .minus(book.fees);
    expect(decimal(book.result).eq(made)).toBe(true);
    expect(inFlight).toEqual([]);
    const entry = { cause: 'flatten', volume: fill?.volume, cost: fill?.cost, fee: fill?.fee };
    expect((await bookEntries(table, ref)).at(-1)).toMatchObject(entry);
    expect(await bookEntries(table, { ...ref, source: FLATTEN_SOURCE })).toEqual([]);
  });

  it('of an account that is not configured is an error, for nothing would be stopped', async () => {
    const { tools } = await start();
    const order = { scopes: [switchOf('mian')], level: 'all', cancel: false, ...WHO } as const;
    expect(() => tools.halt(order)).toThrow('account mian is not in harpoon.yaml');
  });
});
