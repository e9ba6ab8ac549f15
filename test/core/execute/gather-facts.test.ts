import { describe, expect, it } from 'vitest';
import { gatherFacts } from '../../../functions/core/execute/gather-facts.ts';
import { decimal } from '../../../functions/core/decimal.ts';
import { MAX_SKEW_MS } from '../../../functions/core/protocol.ts';
import { balancesOf, PAIRS, TICKERS } from '../market-fixture.ts';
import { MAIN, TEST_CONFIG, world } from '../order-fixture.ts';

/** A market of many pairs, and which tickers were asked for. */
async function gathering(changes: Parameters<typeof world>[0] = {}) {
  const all = world(changes);
  const asked: string[][] = [];
  all.deps.market.pairs = async () => PAIRS;
  all.deps.market.tickers = async (pairs) => {
    asked.push(pairs.map(({ name }) => name));
    return new Map(pairs.map(({ name }) => [name, TICKERS.get(name)!]));
  };
  const row = await all.receive();
  const desk = await all.deps.desk('main');
  const facts = (deps = all.deps) => gatherFacts(row, { exchange: all.exchange, desk }, deps);
  return { ...all, row, facts, asked };
}

const LOSS = { account: { rails: { ...MAIN.rails!, maxDailyLoss: '100 USD' } } };

describe('the facts of an order', () => {
  it('are the account, its source, balances, prices and the mode of the market', async () => {
    const { facts, asked, clock } = await gathering();
    const input = { accountName: 'main', mode: 'online', nowMs: clock.nowMs() };
    expect(await facts()).toMatchObject({ kind: 'gathered', input });
    expect(asked).toEqual([['BTC/USD']]);
  });

  it.each([
    ['are counted for the rail that looks at them', { type: 'limit', price: '49000' }, 1],
    ['are not asked for by an order that never rests', {}, undefined],
    ['nor by one that leaves', { action: 'sell', reduceOnly: true, type: 'limit' }, undefined],
  ] as const)('open orders %s', async (_name, signal, count) => {
    const account = { rails: { ...MAIN.rails!, maxOpenOrders: 2 } };
    const { deps, exchange, receive } = await gathering({ account });
    const order = { pair: 'XBTUSD', side: 'buy', type: 'limit', volume: '1', price: '4' } as const;
    const nowMs = deps.clock.nowMs();
    await exchange.place(
      {
        ...{ token: 't', nonce: '1', deadlineMs: nowMs + 10_000, preparedAtMs: nowMs, order },
        ...{ keyId: 'key', fence: 1, validate: false },
      },
      { clientOrderId: 'of-somebody-else' },
    );
    const row = await receive(signal);
    const desk = await deps.desk('main');
    const facts = await gatherFacts(row, { exchange, desk }, deps);
    expect(facts.kind === 'gathered' ? facts.input.openOrders : facts).toBe(count);
  });

  it('hold the prices of what the account turns out to own, asked for once', async () => {
    const { facts, asked, exchange } = await gathering(LOSS);
    exchange.balance = new Map(balancesOf({ USD: '1000', SOL: '2' }));
    const gathered = await facts();
    expect(asked).toEqual([['BTC/USD'], ['SOL/USD']]);
    const names = gathered.kind === 'gathered' ? [...gathered.input.tickers.keys()] : [];
    expect(names).toEqual(['BTC/USD', 'SOL/USD']);
  });

  it.each([
    [MAX_SKEW_MS, 'gathered'],
    [-MAX_SKEW_MS, 'gathered'],
    [MAX_SKEW_MS + 1, 'unavailable'],
    [-MAX_SKEW_MS - 1, 'unavailable'],
  ])('with clocks that differ by %i ms are %s', async (skewMs, kind) => {
    const { facts, exchange, log } = await gathering();
    exchange.skewMs = skewMs;
    const found = await facts();
    expect(found.kind).toBe(kind);
    if (found.kind !== 'unavailable') return;
    expect(found.why).toBe(`this clock and Kraken's differ by ${skewMs} ms`);
    expect(log.lines.join()).toContain(`"clock-skew","skewMs":${skewMs}`);
  });

  it.each([
    ['source', { ...TEST_CONFIG, sources: {} }],
    ['account', { ...TEST_CONFIG, accounts: {} }],
  ])('are refused when the %s is not configured any more', async (_name, config) => {
    const { facts, deps, asked } = await gathering();
    const found = await facts({ ...deps, config });
    expect(found).toMatchObject({ kind: 'refused', refusal: { code: 'account-not-tradable' } });
    expect(found.kind === 'refused' && found.refusal.sentence).toContain('harpoon.yaml');
    expect(asked).toEqual([]);
  });

  it('that cannot be read are in the log with the order', async () => {
    const { facts, row, exchange, log } = await gathering();
    exchange.down = true;
    expect(await facts()).toEqual({ kind: 'unavailable', why: 'Kraken is away' });
    const line = `"facts-unavailable","account":"main","orderKey":"${row.orderKey}","why":`;
    expect(log.lines.join()).toContain(line);
  });
});

describe('the equity at the start of the day', () => {
  it('is that of the first order, and stays', async () => {
    const { facts, exchange, store, clock } = await gathering(LOSS);
    exchange.balance = new Map(balancesOf({ USD: '1000' }));
    const first = await facts();
    exchange.balance = new Map(balancesOf({ USD: '900' }));
    const second = await facts();
    for (const found of [first, second]) {
      const start = found.kind === 'gathered' ? found.input.equityAtDayStart : undefined;
      expect(start?.toFixed()).toBe('1000');
    }
    const kept = await store.tally.equityAtDayStart('main', clock.nowMs());
    expect(kept?.eq(decimal('1000'))).toBe(true);
  });

  it.each([
    ['no rail looks at it', {}, '1000'],
    ['the first order is refused', LOSS, '1'],
  ])('is not kept when %s', async (_name, changes, dollars) => {
    const { facts, exchange, store, clock } = await gathering(changes);
    exchange.balance = new Map(balancesOf({ USD: dollars }));
    const found = await facts();
    expect(found).toMatchObject({ kind: 'gathered' });
    expect(found).not.toHaveProperty('input.equityAtDayStart');
    expect(await store.tally.equityAtDayStart('main', clock.nowMs())).toBeUndefined();
  });

  it('is unknown on an account without rails', async () => {
    const { facts, deps, config } = await gathering();
    const { rails: _none, ...bare } = MAIN;
    const found = await facts({ ...deps, config: { ...config, accounts: { main: bare } } });
    expect(found).toMatchObject({ kind: 'gathered' });
    expect(found).not.toHaveProperty('input.equityAtDayStart');
  });
});
