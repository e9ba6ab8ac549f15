/** A look ahead says what the worker then does, and leaves nothing behind. */
import { describe, expect, it } from 'vitest';
import { decimal } from '../../../functions/core/decimal.ts';
import { ExchangeError } from '../../../functions/core/exchange-error.ts';
import { executeOrder } from '../../../functions/core/execute/execute-order.ts';
import { previewOrder, type OrderPreview } from '../../../functions/core/receive/preview-order.ts';
import type { Signal } from '../../../functions/core/signal.ts';
import { KEY_ID, MAIN, orderRow, TREND, world } from '../order-fixture.ts';

type World = ReturnType<typeof world>;
type Given = Partial<Signal>;

/** A preview of a signal that is sent now. */
function preview(
  { reconcileDeps, config, store, clock }: World,
  changed: Given = {},
): Promise<OrderPreview> {
  const { signal } = orderRow({ id: 'looked-at', sentAtMs: clock.nowMs(), ...changed }, config);
  const [source, account] = [config.sources['trend']!, config.accounts['main']!];
  const given = { signal, payloadHash: 'a'.repeat(64), config, source };
  const deps = { ...reconcileDeps, counts: store.counts };
  return previewOrder({ ...given, accountName: 'main', account }, deps);
}

/** What the worker makes of the same signal. */
async function carriedOut({ deps, receive, store, exchange }: World, changed: Given = {}) {
  const row = await receive({ id: 'looked-at', ...changed });
  await executeOrder(row, deps);
  const { refusal, decision, clientOrderId } = store.row(row);
  return { refusal, decision, clientOrderId, order: exchange.received.at(-1)?.order };
}

const exit: Given = { action: 'sell', marketPosition: 'flat' };
const limit: Given = { type: 'limit', price: '49500' };

const LIMITS = { types: ['market', 'limit'] } as const;

const CASES: readonly (readonly [string, Parameters<typeof world>[0], Given])[] = [
  ['a market order', {}, {}],
  ['a limit order', {}, limit],
  ['a stop at a distance', {}, { action: 'sell', type: 'stop-loss', price: '-2%' }],
  ['an exit', {}, exit],
  ['a symbol that means no pair', {}, { symbol: 'KRAKEN:NOPE' }],
  ['a pair that is not allowed', { account: { rails: { pairs: ['ETH/USD'] } } }, {}],
  ['a size below the minimum', { source: { size: { kind: 'base', amount: '0.00001' } } }, {}],
  ['more than the account has', { source: { size: { kind: 'base', amount: '50' } } }, {}],
  ['a side that a rail refuses', { account: { rails: { pairs: ['BTC/USD'], sides: [] } } }, {}],
  ['an order above maxOrder', { account: { rails: { ...MAIN.rails!, maxOrder: '1 USD' } } }, {}],
  ['an order above maxDaily', { account: { rails: { ...MAIN.rails!, maxDaily: '1 USD' } } }, {}],
  ['an exit above both', { account: { rails: { ...MAIN.rails!, maxOrder: '1 USD' } } }, exit],
];

describe('a preview', () => {
  it.each(CASES)('of %s is what the worker then does', async (_name, changes, signal) => {
    const one = world(changes);
    one.exchange.balance.set('BTC', { total: decimal('1'), available: decimal('1') });
    const seen = await preview(one, signal);
    const done = await carriedOut(one, signal);
    expect(seen.clientOrderId).toBe(done.clientOrderId);
    expect(seen.refusal).toEqual(done.refusal);
    if (done.refusal === undefined) {
      expect(seen.outlook).toMatchObject({ order: done.order });
      expect(seen.outlook?.steps).toEqual(done.decision?.steps);
    }
  });

  it.each([
    ['maxOrdersPerHour', { maxOrdersPerHour: 1 }],
    ['maxDaily', { maxDaily: '700 USD' }],
    ['cooldown', { cooldownMs: 60_000 }],
  ])(
    'of an order that %s does not let pass any more is refused as PREPARE does',
    async (rail, rails) => {
      const one = world({ account: { rails: { ...MAIN.rails!, ...rails } } });
      const first = await preview(one, { id: 'first' });
      expect(first.outlook?.rails.find((verdict) => verdict.rail === rail)).toMatchObject({ rail });
      expect(first.refusal).toBeUndefined();
      await carriedOut(one, { id: 'first' });
      const second = await preview(one);
      expect(second.refusal).toBeDefined();
      expect(second.refusal).toEqual((await carriedOut(one)).refusal);
    },
  );

  it('shows every rail that has a say, also behind the one that refuses', async () => {
    const rails = { ...MAIN.rails!, maxOrder: '1 USD', maxPosition: '2 USD' };
    const { outlook, refusal } = await preview(world({ account: { rails } }), limit);
    expect(refusal?.code).toBe('above-max-order');
    const said = outlook?.rails.map(({ rail, limit: most, seen, refusal: no }) => {
      return [rail, most, seen(), no?.code];
    });
    expect(said).toEqual([
      ['maxOrder', '1 USD', '500 USD', 'above-max-order'],
      ['maxPosition', '2 USD', '0.01010101 BTC worth 505.06 USD', 'above-max-position'],
      ['maxSpread', '0.5 %', '0.002 %', undefined],
      ['maxPriceDeviation', '2 %', '1 %, 49500 and 50000', undefined],
    ]);
  });

  it('says what the sender would be told: stale, halted, not armed', async () => {
    const one = world();
    const stale = await preview(one, { sentAtMs: one.clock.nowMs() - TREND.maxAgeMs - 1 });
    expect([stale.door.word, stale.outlook === undefined]).toEqual(['stale', false]);
    one.store.setSwitch('main', 'all', 'a drill');
    expect((await preview(one)).door).toEqual({
      ...{ word: 'halted', why: 'the kill switch blocks all orders: a drill' },
    });
  });

  it('of a target names what would be cancelled first, and cancels nothing', async () => {
    const one = world({ source: { target: true, size: { kind: 'signal' }, allow: LIMITS } });
    const size = { unit: 'base', amount: '0.01' } as const;
    const { clientOrderId } = await carriedOut(one, { ...limit, size, id: 'rests' });
    const target = { position: 'long', size: '0.015' } as const;
    expect((await preview(one, { target })).cancels).toEqual([
      `an earlier order of the strategy (client order id ${clientOrderId})`,
    ]);
    expect(one.exchange.book.get(clientOrderId)?.[0]?.status).toBe('open');
    expect(await preview(world(), { target: { position: 'flat' } })).not.toHaveProperty('cancels');
  });

  it('says that a signal was here before', async () => {
    const one = world();
    await carriedOut(one);
    expect(await preview(one)).toMatchObject({ before: 'placed' });
  });

  it.each<[string, (one: World) => void, RegExp]>([
    ['when Kraken is away', ({ exchange }) => (exchange.down = true), /Kraken is away/],
    ['when the clocks differ', ({ exchange }) => (exchange.skewMs = 60_000), /differ by 60000 ms/],
    [
      'with a query key that may trade',
      (one) => (one.reconcileDeps.desk = (account) => one.deps.desk(account)),
      /the query key may place orders/,
    ],
  ])('cannot be made %s, and says so', async (_name, change, why) => {
    const one = world();
    const changed = { ...one, reconcileDeps: { ...one.reconcileDeps } };
    change(changed);
    expect((await preview(changed)).unavailable).toMatch(why);
  });

  it('sends, writes, counts, trips and tells nothing, whatever it finds', async () => {
    const refusals = [
      undefined,
      new ExchangeError('no', { retryable: false, errors: ['EAPI:Invalid key'] }),
    ];
    for (const refusal of refusals) {
      const one = world({ account: { rails: { ...MAIN.rails!, maxDailyLoss: '100 USD' } } });
      const desk = await one.reconcileDeps.desk('main');
      const balances =
        refusal === undefined ? () => one.exchange.balances() : () => Promise.reject(refusal);
      const exchange = { ...desk.exchange({} as never), balances };
      one.reconcileDeps.desk = async () => ({ ...desk, exchange: () => exchange });
      const left = await preview(one);
      expect(left.refusal?.code).toBe(refusal === undefined ? undefined : 'account-not-tradable');
      const { store, exchange: market, queue } = one;
      expect([store.rows(), store.notices(), queue.sent, market.received]).toEqual([
        [],
        [],
        [],
        [],
      ]);
      expect(await store.switches.read('main')).toEqual({ kind: 'on' });
      const atMs = one.clock.nowMs();
      expect(await store.tally.equityAtDayStart('main', atMs)).toBeUndefined();
      // The query key's lane is given back.
      expect(await store.lanes.take(KEY_ID, 'the next one')).toMatchObject({ keyId: KEY_ID });
    }
  });
});

describe('what a preview does not know', () => {
  it('is not in it: neither cancels nor changes, no refusal, nothing that came before', async () => {
    const seen = await preview(world());
    const shown = ['account', 'mode', 'clientOrderId', 'orderKey', 'door', 'outlook'];
    expect(Object.keys(seen).sort()).toEqual(shown.sort());
    expect(seen.outlook?.pair).toEqual({ name: 'BTC/USD', reason: expect.any(String) as string });
    const { outlook: _none, ...others } = await preview(world(), { symbol: 'KRAKEN:NOPE' });
    expect(Object.keys(others).sort()).toEqual([...shown.slice(0, 5), 'refusal'].sort());
    expect(await preview(world(), { symbol: 'KRAKEN:NOPE' })).not.toHaveProperty('outlook');
  });

  it('is why nothing has to be traded, where that is so', async () => {
    const one = world({ source: { target: true, size: { kind: 'signal' } } });
    const target = { position: 'flat' } as const;
    const seen = await preview(one, { target, marketPosition: 'flat', action: 'sell' });
    expect(seen.unneeded).toEqual(expect.stringMatching(/\w/));
    expect(seen).not.toHaveProperty('outlook');
    expect(seen.door.word).toBeDefined();
  });
});
