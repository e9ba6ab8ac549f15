import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { CHECKED_MAX, checkOrders } from '../../../functions/core/reconcile/check-orders.ts';
import { TRADED_MS } from '../../../functions/core/reconcile/check-trades.ts';
import type { Config } from '../../../functions/core/config.ts';
import { decimal, plain } from '../../../functions/core/decimal.ts';
import type { OrderDeps } from '../../../functions/core/execute/order-deps.ts';
import { ORDER_STATES, isFinal } from '../../../functions/core/order-state.ts';
import type { OrderRow } from '../../../functions/core/order.ts';
import type { FoundOrder } from '../../../functions/core/ports.ts';
import { SETTLE_MS } from '../../../functions/core/protocol.ts';
import { clientOrderIdOf } from '../../../functions/core/identity.ts';
import { MAIN, TEST_CONFIG, orderRow, world } from '../order-fixture.ts';

const HOUR_MS = 3_600_000;

type World = ReturnType<typeof world>;

/** A row on record as placed, `ageMs` ago, with its order at the exchange. */
function placed(
  { exchange, clock }: World,
  id: string,
  {
    ageMs = HOUR_MS,
    state = 'placed',
    atKraken = {},
  }: {
    readonly ageMs?: number;
    readonly state?: OrderRow['state'];
    readonly atKraken?: Partial<FoundOrder>;
  } = {},
): { readonly row: OrderRow; readonly order: FoundOrder } {
  const sentAtMs = clock.nowMs() - ageMs;
  const fresh = orderRow({ id, sentAtMs }, TEST_CONFIG);
  const { dueAtMs: _due, ...settled } = fresh;
  const exchangeOrderId = `O${id}`;
  const order = { pair: 'XBTUSD', side: 'buy', type: 'market', volume: '0.01' } as const;
  const row: OrderRow = {
    ...settled,
    ...{ state, exchangeOrderId },
    decision: {
      ...{ pair: 'BTC/USD', pairReason: '', steps: [], notional: '500', atPrice: '50000' },
      reducing: false,
    },
    attempt: {
      ...{ token: 't', nonce: '1', keyId: 'k', fence: 1, validate: false, order },
      ...{ deadlineMs: sentAtMs + 10_000, preparedAtMs: sentAtMs },
    },
  };
  const found: FoundOrder = {
    ...{ exchangeOrderId, clientOrderId: row.clientOrderId, pair: 'XBTUSD', side: 'buy' },
    ...{ type: 'market', volume: decimal('0.01'), filled: decimal('0.01'), status: 'closed' },
    openedAtMs: sentAtMs,
    cost: decimal('500.1'),
    fee: decimal('1.3'),
    averagePrice: decimal('50010'),
    ...atKraken,
  };
  exchange.book.set(row.clientOrderId, [found]);
  return { row, order: found };
}

const check = (
  all: World,
  rows: readonly OrderRow[],
  change: { readonly deps?: Partial<OrderDeps>; readonly leftMs?: number } = {},
) =>
  checkOrders(
    {
      received: rows,
      placed: rows.filter(({ state }) => state === 'placed'),
      untilMs: all.clock.nowMs() + (change.leftMs ?? 60_000),
    },
    { ...all.reconcileDeps, ...change.deps },
  );

describe('the daily comparison with Kraken', () => {
  it('finds nothing when the record is right, and brings what Kraken says of each order', async () => {
    const all = world();
    const rows = ['A', 'B', 'C'].map((id) => placed(all, id).row);
    const result = await check(all, rows);
    expect(result).toMatchObject({ checked: 3, differences: [], external: [], unchecked: [] });
    const found = result.found.get(rows[0]?.clientOrderId ?? '');
    const figures = [found?.cost, found?.fee, found?.averagePrice];
    expect(figures.map((one) => one && plain(one))).toEqual(['500.1', '1.3', '50010']);
  });

  it.each<[string, Partial<FoundOrder>, string]>([
    ['another side', { side: 'sell' }, 'its side is sell, and buy was sent'],
    ['another type', { type: 'limit' }, 'its type is limit, and market was sent'],
    ['another volume', { volume: decimal('0.02') }, 'its volume is 0.02, and 0.01 was sent'],
    ['another pair', { pair: 'ETHUSD' }, 'its pair is ETHUSD, and XBTUSD was sent'],
    ['another name', { clientOrderId: 'x' }, 'under the client order id x'],
  ])('finds %s', async (_what, atKraken, words) => {
    const all = world();
    const { row } = placed(all, 'A', { atKraken });
    const { differences, checked } = await check(all, [row]);
    expect(checked).toBe(1);
    expect(differences).toHaveLength(1);
    expect(differences[0]).toContain(words);
    expect(differences[0]).toContain(
      `buy 0.01 BTC/USD on main (client order id ${row.clientOrderId})`,
    );
  });

  it.each<[string, string, number | undefined, number]>([
    ['the new one, while that is not settled', '0.02', undefined, 0],
    ['the old one, while that is not settled', '0.01', undefined, 0],
    ['another one, while that is not settled', '0.03', undefined, 1],
    ['the new one', '0.02', HOUR_MS, 0],
    ['the old one still, as reads lag', '0.01', SETTLE_MS - 1, 0],
    ['the old one, long after', '0.01', SETTLE_MS, 1],
  ])('of an amended order that Kraken shows as %s', async (_what, volume, agoMs, count) => {
    const all = world();
    const { row } = placed(all, 'A', { atKraken: { volume: decimal(volume) } });
    const before = row.attempt?.order;
    if (before === undefined) throw new Error('it was sent');
    const order = { ...before, volume: '0.02' };
    const nowMs = all.clock.nowMs();
    const times = { licensedAtMs: nowMs - HOUR_MS, deadlineMs: nowMs - HOUR_MS };
    const asked = { firedAtMs: 1, hash: 'h', before, order, adds: true, ...times };
    const amended =
      agoMs === undefined
        ? { asked }
        : { now: order, asked: { ...asked, settledAtMs: nowMs - agoMs } };
    const { differences } = await check(all, [{ ...row, amended }]);
    expect(differences).toHaveLength(count);
  });

  it('finds an order that Kraken does not show, unless it is too young to be missed', async () => {
    const all = world();
    const old = placed(all, 'A').row;
    const young = placed(all, 'B', { ageMs: SETTLE_MS - 1 }).row;
    all.exchange.book.clear();
    const { differences, checked } = await check(all, [old, young]);
    expect(checked).toBe(1);
    expect(differences).toEqual([expect.stringContaining('Kraken does not show it')]);
  });

  it('tells whose orders traded: others’, and those that Harpoon gave up', async () => {
    const all = world();
    const rows = [
      placed(all, 'A').row,
      placed(all, 'B', { state: 'unplaced' }).row,
      placed(all, 'C', { state: 'unknown' }).row,
    ];
    const foreign = { ...placed(all, 'D').order, exchangeOrderId: 'OHAND', clientOrderId: 'hand' };
    const { clientOrderId: _none, ...unnamed } = { ...foreign, exchangeOrderId: 'OBARE' };
    all.exchange.book.clear();
    for (const { row, order } of [placed(all, 'A'), placed(all, 'B'), placed(all, 'C')]) {
      all.exchange.book.set(row.clientOrderId, [order]);
    }
    all.exchange.book.set('others', [foreign, unnamed]);
    const { differences, external } = await check(all, rows);
    expect(differences).toEqual([expect.stringMatching(/OB\).*on record as unplaced$/)]);
    expect(external.map((one) => /order id (\w+)/.exec(one)?.[1])).toEqual(['OHAND', 'OBARE']);
  });

  it('judges no order that was opened before its time: its row is not read', async () => {
    const all = world();
    placed(all, 'A', { ageMs: TRADED_MS + 1_000 });
    all.exchange.tradedOrders = async () => ['OA'];
    const { external, differences, unchecked } = await check(all, []);
    expect({ external, differences, unchecked }).toEqual({
      ...{ external: [], differences: [], unchecked: [] },
    });
  });

  it('says what it could not look at: more orders than it may, trades that cannot be read', async () => {
    const all = world();
    const rows = Array.from({ length: CHECKED_MAX + 7 }, (_, n) => placed(all, `N${n}`).row);
    const reads: number[] = [];
    const orders = all.exchange.orders.bind(all.exchange);
    const query = {
      ...all.exchange,
      keyInfo: async () => ({ ...all.exchange.info, permissions: READ }),
      orders: (ids: readonly string[]) => {
        reads.push(ids.length);
        return orders(ids);
      },
      tradedOrders: async () => ['OGONE'],
    };
    const desk = async () => ({ ...(await all.deps.desk('main')), exchange: () => query });
    const result = await check(all, rows, { deps: { desk } });
    expect(result.checked).toBe(CHECKED_MAX);
    expect(result.unchecked).toEqual([
      'main: 7 older orders were not compared',
      'main: 1 orders that traded cannot be read',
    ]);
    expect(Math.max(...reads)).toBeLessThanOrEqual(50);
    expect(reads).toHaveLength(4);
  });

  it('calls foreign what has the name of an order of another key’s account', async () => {
    const all = world();
    const { row } = placed(all, 'elsewhere');
    const { external } = await check(all, [{ ...row, account: 'elsewhere' }]);
    expect(external).toEqual([expect.stringContaining('(Kraken order id Oelsewhere)')]);
  });
});

const READ = ['query-funds', 'query-open-trades', 'query-closed-trades'];

describe('an exchange that refuses a whole question for one id that it does not know', () => {
  const strict = (all: World, calls: number[]) => {
    const orders = all.exchange.orders.bind(all.exchange);
    all.exchange.orders = async (ids) => {
      calls.push(ids.length);
      const found = await orders(ids);
      return found.length === ids.length ? found : [];
    };
    const keyInfo = async () => ({ ...all.exchange.info, permissions: READ });
    const desk = async () => ({
      ...(await all.reconcileDeps.desk('main')),
      exchange: () => ({ ...all.exchange, keyInfo }),
    });
    return { desk };
  };

  it('is asked for halves, until it is clear which order is missing', async () => {
    const all = world();
    const rows = Array.from({ length: 32 }, (_, n) => placed(all, `N${n}`).row);
    all.exchange.book.delete(rows[13]?.clientOrderId ?? '');
    const calls: number[] = [];
    const result = await check(all, rows, { deps: strict(all, calls) });
    expect(result.checked).toBe(32);
    expect(result.differences).toEqual([expect.stringContaining('(Kraken order id ON13)')]);
    expect(result.found.size).toBe(31);
    expect(calls.length).toBeLessThanOrEqual(11);
  });

  it('is not asked without end', async () => {
    const all = world();
    const rows = Array.from({ length: 50 }, (_, n) => placed(all, `N${n}`).row);
    all.exchange.book.clear();
    const calls: number[] = [];
    const result = await check(all, rows, { deps: strict(all, calls) });
    expect(result.unchecked).toEqual([expect.stringContaining('too few of the orders')]);
    expect(result.differences).toEqual([]);
    expect(calls.length).toBeLessThanOrEqual(15);
  });
});

describe('a comparison that fails says so', () => {
  it.each<[string, (all: World) => Partial<OrderDeps> | void, string]>([
    ['Kraken is away', (all) => void (all.exchange.down = true), 'Kraken is away'],
    [
      'the key may withdraw',
      (all) => void (all.exchange.info = { ...all.exchange.info, permissions: ['withdraw-funds'] }),
      'may withdraw-funds',
    ],
    ['the secret is gone', () => ({ desk: async () => Promise.reject(new Error('x')) }), 'secret'],
    [
      'the lane is taken',
      ({ deps }) => ({ lanes: { ...deps.lanes, take: async () => 'busy' as const } }),
      'in use',
    ],
  ])('%s', async (_what, break_, words) => {
    const all = world();
    const { row } = placed(all, 'A');
    const deps = break_(all) ?? {};
    const result = await check(all, [row], { deps });
    expect(result.checked).toBe(0);
    expect(result.unchecked).toHaveLength(1);
    expect(result.unchecked[0]).toMatch(/^main: /);
    expect(result.unchecked[0]).toContain(words);
  });

  it('one of two reads fails: the other is still made, and the lane is given back', async () => {
    const all = world();
    const { row } = placed(all, 'A');
    const fails = async () => Promise.reject(new Error('too many trades'));
    const desk = async () => ({
      ...(await all.reconcileDeps.desk('main')),
      exchange: () => ({
        ...all.exchange,
        keyInfo: async () => ({ ...all.exchange.info, permissions: READ }),
        tradedOrders: fails,
      }),
    });
    const result = await check(all, [row], { deps: { desk } });
    expect(result).toMatchObject({ checked: 1, differences: [] });
    expect(result.unchecked).toEqual(['main: trades could not be compared: too many trades']);
    expect(await check(all, [row])).toMatchObject({ checked: 1, unchecked: [] });
  });

  it('no time is left', async () => {
    const all = world();
    const { row } = placed(all, 'A');
    const { unchecked } = await check(all, [row], { leftMs: 0 });
    expect(unchecked).toEqual(['main: there was no time left for it in this run']);
  });

  it('asks nothing that could outlast the lane', async () => {
    const all = world();
    const { row } = placed(all, 'A');
    const slow = async () => {
      await all.clock.sleep(15_000);
      return { ...all.exchange.info, permissions: READ };
    };
    const desk = async () => ({
      ...(await all.reconcileDeps.desk('main')),
      exchange: () => ({ ...all.exchange, keyInfo: slow }),
    });
    const { unchecked, checked } = await check(all, [row], { deps: { desk } });
    expect(checked).toBe(0);
    expect(unchecked).toHaveLength(2);
    expect(unchecked[0]).toContain('too slowly');
  });

  it('the account is gone from harpoon.yaml', async () => {
    const all = world();
    const row = { ...placed(all, 'A').row, account: 'old' };
    const { unchecked, checked } = await check(all, [row]);
    expect(checked).toBe(0);
    expect(unchecked).toEqual([expect.stringMatching(/^old: the account is not in harpoon.yaml/)]);
  });
});

describe('which keys are asked', () => {
  const asked = async (accounts: Config['accounts'], rows: readonly OrderRow[] = []) => {
    const all = world();
    const names: string[] = [];
    const desk = async (account: string) => {
      names.push(account);
      return all.reconcileDeps.desk(account);
    };
    await check(all, rows, { deps: { desk, config: { ...TEST_CONFIG, accounts } } });
    return names;
  };

  it('those of live accounts, once where accounts share one', async () => {
    const other = { ...MAIN, secret: 'harpoon/other' };
    expect(await asked({ main: MAIN, again: MAIN, other })).toEqual(['main', 'other']);
  });

  it('not those of accounts that place nothing', async () => {
    expect(await asked({ main: { ...MAIN, mode: 'validate' } })).toEqual([]);
  });

  it('each paper account by itself, which needs no secret and uses none', async () => {
    const paper = { exchange: 'kraken-spot', mode: 'paper' } as const;
    const named = { ...MAIN, mode: 'paper' } as const;
    expect(await asked({ main: MAIN, paper, named })).toEqual(['main', 'paper', 'named']);
  });

  it('says how many orders went out before the account changed to paper', async () => {
    const all = world();
    const { row } = placed(all, 'A');
    const accounts = { main: { ...MAIN, mode: 'paper' } } as const;
    const config = { ...TEST_CONFIG, accounts };
    const { unchecked, checked } = await check(all, [row], { deps: { config } });
    expect(checked).toBe(0);
    expect(unchecked).toEqual(['main: 1 went out before the account changed to or from paper']);
  });

  it('that of an account that was live when it placed an order', async () => {
    const { row } = placed(world(), 'A');
    expect(await asked({ main: { ...MAIN, mode: 'validate' } }, [row])).toEqual(['main']);
  });
});

describe('any comparison', () => {
  it('finds a difference exactly where the record and Kraken differ', async () => {
    const one = fc.record({
      state: fc.constantFrom(...ORDER_STATES),
      there: fc.boolean(),
      volume: fc.constantFrom('0.01', '0.02'),
    });
    await fc.assert(
      fc.asyncProperty(fc.array(one, { maxLength: 12 }), async (orders) => {
        const all = world();
        const rows = orders.map(({ state, there, volume }, n) => {
          const atKraken = { volume: decimal(volume) };
          const { row } = placed(all, `N${n}`, { state, atKraken });
          if (!there) all.exchange.book.delete(row.clientOrderId);
          return row;
        });
        const wrong = orders.filter(({ state, there, volume }) =>
          state === 'placed' ? !there || volume !== '0.01' : there && isFinal(state),
        );
        const result = await check(all, rows);
        expect(result.differences).toHaveLength(wrong.length);
        expect(result.checked).toBe(orders.filter(({ state }) => state === 'placed').length);
        expect(result.external).toEqual([]);
        expect(new Set(rows.map(({ orderKey }) => clientOrderIdOf(orderKey)))).toEqual(
          new Set(rows.map(({ clientOrderId }) => clientOrderId)),
        );
      }),
      { numRuns: 60 },
    );
  });
});
