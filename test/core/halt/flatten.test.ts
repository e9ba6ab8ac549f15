/** Selling what an account holds, after a halt. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { cancelOrders } from '../../../functions/core/halt/cancel-orders.ts';
import { decimal } from '../../../functions/core/decimal.ts';
import { executeOrder } from '../../../functions/core/execute/execute-order.ts';
import { flattenSignals } from '../../../functions/core/halt/flatten.ts';
import { FLATTEN_SOURCE, sourceOf } from '../../../functions/core/halt/flatten-source.ts';
import { applyHalt } from '../../../functions/core/halt/halt-requests.ts';
import { haltTrading } from '../../../functions/core/halt/halt-trading.ts';
import { isReducing } from '../../../functions/core/signal.ts';
import { EVERY_ACCOUNT, switchOf } from '../../../functions/core/halt/switch-board.ts';
import { NAME } from '../../../operator/config/shapes.ts';
import { world } from '../order-fixture.ts';

const REQUEST = { askedAtMs: 7, why: 'a crash', by: 'ada', flatten: true } as const;

const held = (amounts: Readonly<Record<string, string>>) =>
  new Map(
    Object.entries(amounts).map(([asset, text]) => {
      const amount = decimal(text);
      return [asset, { total: amount, available: amount }] as const;
    }),
  );

describe('what is sold', () => {
  it.each<[string, readonly string[], Readonly<Record<string, string>>, readonly string[]]>([
    ['nothing when nothing is held', ['BTC/USD'], { USD: '5' }, []],
    ['what is held', ['BTC/USD', 'ETH/USD'], { BTC: '1', ETH: '0' }, ['BTC/USD']],
    ['on the first pair of an asset', ['BTC/EUR', 'BTC/USD'], { BTC: '1' }, ['BTC/EUR']],
    ['nothing that the account does not trade', ['BTC/USD'], { SOL: '9' }, []],
    ['each asset', ['ETH/BTC', 'BTC/USD'], { BTC: '1', ETH: '2' }, ['ETH/BTC', 'BTC/USD']],
  ])('is %s', (_what, pairs, amounts, sold) => {
    expect(flattenSignals(pairs, held(amounts), REQUEST).map(({ symbol }) => symbol)).toEqual(sold);
  });

  it('is an exit, once an asset, and the same whenever the request is carried out', () => {
    const asset = fc.constantFrom('BTC', 'ETH', 'SOL', 'USD');
    const pairs = fc.array(fc.tuple(asset, asset).map(([base, quote]) => `${base}/${quote}`));
    fc.assert(
      fc.property(pairs, fc.dictionary(asset, fc.constantFrom('0', '0.5', '3')), (all, amounts) => {
        const signals = flattenSignals(all, held(amounts), REQUEST);
        expect(signals).toEqual(flattenSignals(all, held(amounts), REQUEST));
        expect(signals.every(isReducing)).toBe(true);
        const bases = signals.map(({ symbol }) => symbol.split('/')[0] ?? '');
        expect(new Set(bases).size).toBe(bases.length);
        for (const base of bases) expect(amounts[base]).not.toBe('0');
      }),
    );
  });

  it('comes from a source that harpoon.yaml cannot name', () => {
    expect(FLATTEN_SOURCE).not.toMatch(NAME.pattern);
    const { config } = world();
    const [signal] = flattenSignals(['BTC/USD'], held({ BTC: '1' }), REQUEST);
    if (signal === undefined) throw new Error('BTC is sold');
    expect(sourceOf(config, signal, 'main')).toMatchObject({ accounts: ['main'] });
    expect(sourceOf(config, { ...signal, source: 'trend' }, 'main')).toBe(config.sources['trend']);
  });
});

function flattening(changes: Parameters<typeof world>[0] = {}) {
  const all = world(changes);
  const { exchange, store, clock, config, log, queue } = all;
  const deps = { ...all.deps, board: store.board };
  exchange.balance.set('BTC', { total: decimal('0.5'), available: decimal('0.5') });
  const halt = (scope = switchOf('main')) =>
    haltTrading(
      {
        scopes: [scope],
        level: 'entries',
        cancel: false,
        flatten: true,
        why: 'a crash',
        by: 'ada',
      },
      { config, clock, log, queue, board: store.board },
    );
  const sell = async () => {
    for (const row of store.rows()) await executeOrder(row, all.deps);
  };
  const cancel = () => cancelOrders('main', deps);
  return { ...all, deps, halt, cancel, sell };
}

describe('a halt that flattens', () => {
  it.each([
    ['one account', switchOf('main')],
    ['every account', EVERY_ACCOUNT],
  ])('of %s stops entries, cancels, sells all that is held, and tells', async (_name, scope) => {
    const { halt, cancel, sell, exchange, store, deps, receive } = flattening();
    await executeOrder(await receive({ type: 'limit', price: '49500' }), deps);
    await halt(scope);
    await cancel();
    expect(await exchange.openOrders()).toEqual([]);
    expect(store.notices().at(-1)?.title).toBe(
      'Account main: 1 open order cancelled at Kraken, BTC to be sold at the market',
    );
    await sell();
    expect(exchange.received.at(-1)?.order).toMatchObject({
      ...{ pair: 'XBTUSD', side: 'sell', type: 'market', volume: '0.5' },
    });
    expect(store.notices().at(-1)?.title).toBe('sell BTC/USD on main: placed');
    const entry = await receive();
    await executeOrder(entry, deps);
    expect(store.row(entry).state).toBe('suppressed');
  });

  it('sells once, wherever its worker dies', async () => {
    for (let fails = 0; fails < 8; fails += 1) {
      const { halt, cancel, sell, exchange, deps, store, queue } = flattening();
      await halt();
      const cancelDone = () => Promise.reject(new Error('killed'));
      const dies = { ...deps, board: { ...store.board, cancelDone } };
      if (fails === 1) queue.fail(1);
      if (fails > 1) store.fail(fails - 1);
      await cancelOrders('main', fails === 0 ? dies : deps).catch(() => undefined);
      store.fail(0);
      await cancel();
      await sell();
      await cancelOrders('main', deps);
      await sell();
      expect(exchange.received).toHaveLength(1);
      expect(await store.board.cancelAsked('main')).toBeUndefined();
    }
  });

  it('sells once when a worker dies before it has written down that the halt is carried out', async () => {
    const { cancel, sell, exchange, deps, store, log, queue, clock } = flattening();
    const order = {
      ...({ scopes: [switchOf('main')], level: 'entries', cancel: true, flatten: true } as const),
      ...{ sales: '5-trend', why: 'a crash', by: 'source trend' },
    };
    await store.halts.ask('trend', order);
    const dies = { ...store.halts, done: () => Promise.reject(new Error('killed')) };
    const halting = { ...deps, log, queue, board: store.board };
    await expect(applyHalt('trend', { ...halting, halts: dies })).rejects.toThrow('killed');
    await cancel();
    await sell();
    // Meanwhile somebody went on and bought.
    clock.advance(60_000);
    exchange.balance.set('BTC', { total: decimal('0.2'), available: decimal('0.2') });
    await applyHalt('trend', { ...halting, halts: store.halts });
    await cancel();
    await sell();
    expect(store.rows().map(({ signal }) => signal.id)).toEqual(['5-trend:BTC']);
    expect(exchange.received).toHaveLength(1);
  });

  it('sells in its last round what arrived behind the first, and nothing twice', async () => {
    const { halt, cancel, sell, exchange, deps, store, receive, clock } = flattening();
    exchange.fates = [() => ({ placed: true, told: { kind: 'unknown', reason: 'reset' } })];
    await executeOrder(await receive(), deps);
    await halt();
    await cancel();
    expect(store.notices().at(-1)?.text).toContain('and what arrived is sold, once more within');
    await sell();
    // The sale has no answer yet, and is no reason for a round of its own.
    exchange.balance.set('BTC', { total: decimal('0.01'), available: decimal('0.01') });
    clock.advance(60_000);
    await cancel();
    await cancel();
    await sell();
    const sales = exchange.received.filter(({ order }) => order.side === 'sell');
    expect(sales.map(({ order }) => order.volume)).toEqual(['0.5', '0.01']);
    expect(await store.board.cancelAsked('main')).toBeUndefined();
  });

  it('waits for no sale of its own', async () => {
    const { halt, cancel, sell, exchange, deps, store } = flattening();
    await halt();
    const cancelDone = () => Promise.reject(new Error('killed'));
    const dies = { ...deps, board: { ...store.board, cancelDone } };
    await cancelOrders('main', dies).catch(() => undefined);
    exchange.fates = [() => ({ placed: false, told: { kind: 'unknown', reason: 'reset' } })];
    await sell();
    await cancel();
    expect(await store.board.cancelAsked('main')).toBeUndefined();
    expect(store.rows().map(({ state }) => state)).toEqual(['unknown']);
  });

  it('says so when nothing is held', async () => {
    const { halt, cancel, exchange, store } = flattening();
    exchange.balance.delete('BTC');
    await halt();
    await cancel();
    expect(store.rows()).toEqual([]);
    expect(store.notices().at(-1)?.title).toBe(
      'Account main: 0 open orders cancelled at Kraken, nothing is held that could be sold',
    );
  });

  it('sells nothing while a switch stops every order, and tells', async () => {
    const { halt, cancel, sell, exchange, store } = flattening();
    store.setSwitch('main', 'all');
    await halt();
    await cancel();
    await sell();
    expect(exchange.received).toEqual([]);
    expect(store.rows().map(({ state }) => state)).toEqual(['suppressed']);
  });

  it('tells of what is too little to be sold', async () => {
    const { halt, cancel, sell, exchange, store } = flattening();
    exchange.balance.set('BTC', { total: decimal('0.00001'), available: decimal('0.00001') });
    await halt();
    await cancel();
    await sell();
    expect(store.rows().map(({ state }) => state)).toEqual(['rejected']);
    expect(store.notices().at(-1)).toMatchObject({ title: 'sell BTC/USD on main: refused' });
  });
});
