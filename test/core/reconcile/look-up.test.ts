import { describe, expect, it } from 'vitest';
import { look } from '../../../functions/core/reconcile/look-up.ts';
import type { Exchange, FoundOrder } from '../../../functions/core/ports.ts';
import { DEADLINE_MS, MAX_SKEW_MS } from '../../../functions/core/protocol.ts';
import { uncertain, type Uncertain } from './uncertain-fixture.ts';

/** Clocks may differ by MAX_SKEW_MS, and Kraken's stamps may lag by 3 s. */
const TOLERANCE_MS = MAX_SKEW_MS + 3_000;

/** An order of unknown outcome, and one look at it through a changed exchange. */
async function looked(given: Uncertain = {}) {
  const all = await uncertain(given);
  all.clock.advance(60_000);
  const seen = async (changes: Partial<Exchange> = {}) => {
    const exchange = { ...(await all.open()), ...changes };
    return look(all.row(), all.attempt, async () => exchange, all.deps);
  };
  return { ...all, seen };
}

describe('an order whose account changed since', () => {
  it.each(['paper', 'live'] as const)('to mode %s proves nothing there', async (mode) => {
    const all = await looked({ placed: true });
    const keyId = mode === 'paper' ? 'key-of-main' : 'paper:main:trade';
    const main = { ...all.deps.config.accounts['main']!, mode };
    const deps = { ...all.deps, config: { ...all.deps.config, accounts: { main } } };
    const sight = await look(all.row(), { ...all.attempt, keyId }, all.open, deps);
    expect(sight).toMatchObject({
      kind: 'no-proof',
      why: expect.stringContaining('between paper and Kraken') as string,
    });
  });
});

describe('an order that is found by its id', () => {
  it('is the one that was sent', async () => {
    const { seen } = await looked({ placed: true });
    expect(await seen()).toMatchObject({ kind: 'found', order: { side: 'buy' } });
  });

  it.each([
    ['long before the receipt', -TOLERANCE_MS - 1, 'contradiction'],
    ['a little before the receipt', -TOLERANCE_MS, 'found'],
    ['a little after the deadline', 7_000 + DEADLINE_MS + TOLERANCE_MS, 'found'],
    ['long after the deadline', 7_000 + DEADLINE_MS + TOLERANCE_MS + 1, 'contradiction'],
  ])('and was opened %s, is %3$s', async (_name, sinceReceiptMs, kind) => {
    const { seen, exchange, row } = await looked({ placed: true, waitedMs: 7_000 });
    const [[id, [order]]] = [...exchange.book] as [[string, FoundOrder[]]];
    const openedAtMs = row().receivedAtMs + sinceReceiptMs;
    exchange.book.set(id, [{ ...order!, openedAtMs }]);
    const sight = await seen();
    expect(sight.kind).toBe(kind);
    if (sight.kind === 'contradiction') {
      expect(sight.why).toContain(new Date(openedAtMs).toISOString());
    }
  });

  it('contradicts itself when there are two, and both are named', async () => {
    const { seen, exchange } = await looked({ placed: true });
    const [[id, [order]]] = [...exchange.book] as [[string, FoundOrder[]]];
    exchange.book.set(id, [order!, { ...order!, exchangeOrderId: 'OOTHER-AAAAA-BBBBBB' }]);
    expect(await seen()).toMatchObject({
      kind: 'contradiction',
      why: expect.stringContaining('OFAKE1-AAAAA-BBBBBB, OOTHER-AAAAA-BBBBBB') as string,
    });
  });

  it('proves nothing while its pair cannot be read', async () => {
    const { seen, deps } = await looked({ placed: true });
    deps.market.pairs = async () => [];
    expect(await seen()).toEqual({ kind: 'no-proof', why: 'pair XBTUSD is unknown' });
  });
});

describe('trades since the attempt', () => {
  it.each([
    ['its own time', 0, 1],
    ['the receipt, when it was licensed twice', 7_000, 2],
  ])('are asked for from %s', async (_name, earlierMs, sends) => {
    const { attempt, deps, open, row } = await looked({ waitedMs: 7_000 });
    const asked: number[] = [];
    const exchange: Exchange = {
      ...(await open()),
      tradedOrders: async (sinceMs, untilMs) => {
        asked.push(attempt.preparedAtMs - sinceMs, untilMs - attempt.deadlineMs);
        return [];
      },
    };
    await look({ ...row(), sends }, attempt, async () => exchange, deps);
    expect(asked).toEqual([earlierMs + TOLERANCE_MS, TOLERANCE_MS]);
  });

  it('prove nothing when the order of one cannot be read', async () => {
    const { seen } = await looked();
    const sight = await seen({ tradedOrders: async () => ['OHIDDN-AAAAA-BBBBBB'] });
    expect(sight).toEqual({
      kind: 'no-proof',
      why: 'a recent trade belongs to an order that cannot be read',
    });
  });

  it('show the order that its own id does not find', async () => {
    const { seen } = await looked({ placed: true });
    expect(await seen({ find: async () => [] })).toMatchObject({ kind: 'found' });
  });

  it('of other orders do not matter, and are read fifty at a time', async () => {
    const { seen, exchange } = await looked({ placed: true });
    const [[, [order]]] = [...exchange.book] as [[string, FoundOrder[]]];
    const calls: number[] = [];
    const sight = await seen({
      find: async () => [],
      tradedOrders: async () => Array.from({ length: 120 }, (_, index) => `O${index}`),
      orders: async (ids) => {
        calls.push(ids.length);
        return ids.map((exchangeOrderId) => ({ ...order!, exchangeOrderId, clientOrderId: 'x' }));
      },
    });
    expect(sight.kind).toBe('nothing');
    expect(calls).toEqual([50, 50, 20]);
  });

  it('that fill one call make one call', async () => {
    const { seen, exchange } = await looked({ placed: true });
    const [[, [order]]] = [...exchange.book] as [[string, FoundOrder[]]];
    let calls = 0;
    await seen({
      find: async () => [],
      tradedOrders: async () => Array.from({ length: 50 }, (_, index) => `O${index}`),
      orders: async (ids) => {
        calls += 1;
        return ids.map((exchangeOrderId) => ({ ...order!, exchangeOrderId, clientOrderId: 'x' }));
      },
    });
    expect(calls).toBe(1);
  });
});

describe('a settlement that is not found', () => {
  const settling = async (refusedBeforeEngine?: true) => {
    const { attempt, row, open, deps } = await looked();
    const order = { ...attempt.order, type: 'settle-position', leverage: '2' } as const;
    const told = refusedBeforeEngine === undefined ? {} : { refusedBeforeEngine };
    return look({ ...row(), ...told }, { ...attempt, order }, open, deps);
  };

  it('may have been made all the same, so that it is never sent again for that', async () => {
    expect(await settling()).toEqual({
      kind: 'no-proof',
      why: 'a settlement may not be shown: compare what is open at Kraken',
    });
  });

  it('and that Kraken refused before its engine was not made', async () => {
    expect(await settling(true)).toMatchObject({ kind: 'nothing' });
  });
});

describe('that nothing is found', () => {
  const KNOWN = 'OKNOWN-AAAAA-BBBBBB';

  it('counts when the key sees an order that is known to exist', async () => {
    const { seen, exchange, store, clock } = await looked({ placed: true });
    const [[id, [order]]] = [...exchange.book] as [[string, FoundOrder[]]];
    exchange.book.delete(id);
    exchange.book.set('another', [
      { ...order!, exchangeOrderId: KNOWN, clientOrderId: 'another', openedAtMs: 0 },
    ]);
    await store.tally.placed('main', KNOWN);
    const sweep = { atMs: clock.nowMs(), control: `order ${KNOWN} is seen` };
    expect(await seen()).toEqual({ kind: 'nothing', sweep });
  });

  it('does not count when the key does not see it', async () => {
    const { seen, store } = await looked();
    await store.tally.placed('main', KNOWN);
    expect(await seen()).toMatchObject({ kind: 'no-proof' });
  });

  it('does not count during maintenance or after a failed call', async () => {
    const { seen, exchange } = await looked();
    exchange.mode = 'maintenance';
    expect(await seen()).toEqual({ kind: 'no-proof', why: 'Kraken is in maintenance' });
    exchange.down = true;
    expect(await seen()).toEqual({ kind: 'no-proof', why: 'Kraken is away' });
  });

  it.each([
    [-90_000, 'nothing'],
    [-89_999, 'no-proof'],
    [86_400_000, 'no-proof'],
  ])('does not count before the order has started: a start in %i ms is %s', async (inMs, kind) => {
    const { attempt, clock, open, deps, row } = await looked();
    const order = { ...attempt.order, startAtMs: clock.nowMs() + inMs };
    expect((await look(row(), { ...attempt, order }, open, deps)).kind).toBe(kind);
  });
});
