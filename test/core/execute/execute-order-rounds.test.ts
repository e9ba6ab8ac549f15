/** How executeOrder spends its invocation: rounds, pauses, licences, and what is counted. */
import { describe, expect, it } from 'vitest';
import type { Config } from '../../../functions/core/config.ts';
import { decimal } from '../../../functions/core/decimal.ts';
import { executeOrder } from '../../../functions/core/execute/execute-order.ts';
import type { Preparation, PrepareResult } from '../../../functions/core/ports.ts';
import { LANE_REST_MS, PREPARED_STALE_MS } from '../../../functions/core/protocol.ts';
import { KEY_ID, MAIN, TREND, world } from '../order-fixture.ts';

/** A world that notes every pause, every licence asked for, and how often the keys were opened. */
function watched(changes: Parameters<typeof world>[0] = {}) {
  const all = world(changes);
  const sleeps: number[] = [];
  const sleep = all.clock.sleep.bind(all.clock);
  all.clock.sleep = async (ms) => {
    sleeps.push(ms);
    await sleep(ms);
  };
  const preparations: Preparation[] = [];
  const prepare = all.store.orders.prepare.bind(all.store.orders);
  all.deps.orders.prepare = async (row, preparation) => {
    preparations.push(preparation);
    return prepare(row, preparation);
  };
  let desks = 0;
  const desk = all.deps.desk.bind(all.deps);
  const deps = {
    ...all.deps,
    desk: async (account: string) => {
      desks += 1;
      return desk(account);
    },
  };
  return { ...all, deps, sleeps, preparations, desks: () => desks };
}

const NEVER_SENT = { kind: 'never-sent', reason: 'ECONNREFUSED' } as const;

describe('an invocation', () => {
  it('tries an order four times, with longer and longer pauses', async () => {
    const { deps, receive, exchange, sleeps, desks } = watched();
    exchange.down = true;
    await executeOrder(await receive(), deps);
    expect(sleeps).toEqual([400, 800, 1_200, 1_600]);
    expect(desks()).toBe(4);
  });

  it('waits for nothing once the order is placed', async () => {
    const { deps, receive, sleeps, desks } = watched();
    await executeOrder(await receive(), deps);
    expect(sleeps).toEqual([]);
    expect(desks()).toBe(1);
  });

  it('asks nothing of Kraken for a row that somebody else carries out', async () => {
    const { deps, receive, exchange, desks, log } = watched();
    exchange.fates = [() => ({ placed: true, told: { kind: 'unknown', reason: 'reset' } })];
    const ref = await receive();
    await executeOrder(ref, deps);
    const before = log.lines.length;
    await executeOrder(ref, deps);
    expect(desks()).toBe(1);
    expect(log.lines).toHaveLength(before);
  });

  it.each([
    [LANE_REST_MS, 'received'],
    [LANE_REST_MS + 1, 'placed'],
  ])('with %i ms left leaves an order %s', async (leftMs, state) => {
    const { deps, receive, store, clock } = watched();
    const ref = await receive();
    await executeOrder(ref, deps, clock.nowMs() + leftMs);
    expect(store.row(ref).state).toBe(state);
  });

  it('that has too little time says so, and queues the order again', async () => {
    const { deps, receive, store, queue, clock } = watched();
    const ref = await receive();
    await executeOrder(ref, deps, clock.nowMs() + 1_000);
    expect(store.row(ref).outcome).toBe('too little time in the invocation');
    expect(queue.sent).toHaveLength(1);
  });

  it('does not begin with an order in the moment in which it expires', async () => {
    const { deps, receive, store, clock, sleeps } = watched();
    const ref = await receive();
    clock.advance(TREND.maxAgeMs);
    await executeOrder(ref, deps);
    expect(store.row(ref).state).toBe('expired');
    expect(sleeps).toEqual([]);
  });

  it.each(['settled by somebody else', 'gone'])(
    'queues no order again that is %s after its last round',
    async (what) => {
      const { deps, receive, exchange, store, queue, clock, sleeps } = watched();
      exchange.down = true;
      const ref = await receive();
      const sleep = clock.sleep.bind(clock);
      clock.sleep = async (ms) => {
        await sleep(ms);
        if (sleeps.length < 4) return;
        const row = store.row(ref);
        const atMs = clock.nowMs();
        if (what === 'gone') deps.orders.read = async () => undefined;
        else await deps.orders.move(row, 'suppressed', { why: 'so', atMs, dueAtMs: null });
      };
      await executeOrder(ref, deps);
      expect(queue.sent).toEqual([]);
      expect(store.notices()).toEqual([]);
    },
  );
});

describe('an order waits, and its row says why,', () => {
  it('while the keys of its account cannot be read', async () => {
    const { deps, receive, store, log } = watched();
    const ref = await receive();
    deps.desk = () => Promise.reject(new Error('no such secret'));
    await executeOrder(ref, deps);
    expect(store.row(ref)).toMatchObject({ state: 'received' });
    expect(store.row(ref).outcome).toContain('keys of account main cannot be read');
    expect(log.lines[0]).toContain('"keys-unreadable","account":"main","error":"Error: no such');
  });

  it('while somebody else uses the key', async () => {
    const { deps, receive, store, exchange } = watched();
    const ref = await receive();
    await deps.lanes.take(KEY_ID, 'somebody else');
    await executeOrder(ref, deps);
    expect(store.row(ref)).toMatchObject({ state: 'received' });
    expect(store.row(ref).outcome).toContain('the key of account main is in use');
    expect(exchange.received).toEqual([]);
  });

  it.each(['lost', 'busy', 'lane-lost'] as const)('when its licence is %s', async (kind) => {
    const { deps, receive, store, exchange } = watched();
    const ref = await receive();
    deps.orders.prepare = async (): Promise<PrepareResult> => ({ kind });
    await executeOrder(ref, deps);
    expect(store.row(ref)).toMatchObject({ state: 'received' });
    expect(store.row(ref).outcome).toBe(`the licence was not given: ${kind}`);
    expect(exchange.received).toEqual([]);
  });

  it('when the store fails, and the log names it', async () => {
    const { deps, receive, store, log } = watched();
    const ref = await receive();
    deps.lanes.take = () => Promise.reject(new Error('throttled'));
    await executeOrder(ref, deps);
    expect(store.row(ref)).toMatchObject({ state: 'received', outcome: 'throttled' });
    const named = `"round-failed","account":"main","orderKey":"${ref.orderKey}","why":"throttled"`;
    expect(log.lines[0]).toContain(named);
  });
});

describe('an order is refused', () => {
  const without: Config['accounts'] = {};
  it.each([['gone', without, 'is not in harpoon.yaml any more']])(
    'when its account is %s, with the reason',
    async (_name, accounts, sentence) => {
      const { deps, config, receive, store, desks } = watched();
      const ref = await receive();
      await executeOrder(ref, { ...deps, config: { ...config, accounts } });
      expect(store.row(ref).refusal).toMatchObject({ code: 'account-not-tradable' });
      expect(store.row(ref).refusal?.sentence).toContain(sentence);
      expect(desks()).toBe(0);
    },
  );

  it.each<[Exclude<PrepareResult, { kind: 'prepared' }>, string, string]>([
    [
      { kind: 'not-armed' },
      'not-armed',
      'account main is not armed: run npm run arm -- main once its keys are stored',
    ],
    [
      { kind: 'daily-cap', counted: '49800' },
      'above-max-daily',
      'at most 200 USD more passes today',
    ],
    [{ kind: 'hourly-cap' }, 'too-many-orders', 'account main had its 100 orders of this hour'],
  ])(
    'when its licence is refused as %o, with what to do or the figure',
    async (result, code, words) => {
      const { deps, receive, store } = watched();
      const ref = await receive();
      deps.orders.prepare = async () => result;
      await executeOrder(ref, deps);
      expect(store.row(ref).refusal?.code).toBe(code);
      expect(store.row(ref).refusal?.sentence).toContain(words);
    },
  );
});

describe('a licence', () => {
  it('asks a validate account to check only, and a live one to trade', async () => {
    for (const [mode, state] of [
      ['validate', 'validated'],
      ['live', 'placed'],
    ] as const) {
      const { deps, receive, store, preparations } = watched({ account: { mode } });
      const ref = await receive();
      await executeOrder(ref, deps);
      expect(preparations[0]?.attempt.validate).toBe(mode === 'validate');
      expect(store.row(ref).state).toBe(state);
    }
  });

  it('is looked at again once its worker must be dead', async () => {
    const { deps, receive, preparations, clock } = watched();
    await executeOrder(await receive(), deps);
    expect(preparations[0]?.dueAtMs).toBe(clock.nowMs() + PREPARED_STALE_MS);
  });
});

describe('an order that goes out again because it was never sent', () => {
  const neverSent = () => ({ placed: false, told: NEVER_SENT });

  it('is counted once, in the day and in the hour', async () => {
    const { deps, receive, exchange, preparations } = watched();
    exchange.fates = [neverSent];
    await executeOrder(await receive(), deps);
    const [first, second] = preparations.map(({ risk }) => risk);
    expect(preparations).toHaveLength(2);
    expect(first).toMatchObject({ count: { cap: 100 }, notional: { cap: '50000' } });
    expect(Object.keys(second ?? {})).toEqual(['atMs']);
  });

  it('is counted with what it grew by, and not with what it shrank by', async () => {
    for (const [then, grows] of [
      ['60000', true],
      ['40000', false],
    ] as const) {
      const size = { kind: 'base', amount: '0.01' } as const;
      const { deps, receive, exchange, preparations } = watched({ source: { size } });
      const price = decimal(then);
      exchange.fates = [
        () => {
          const ticker = { ask: price, bid: price, last: price };
          deps.market.tickers = async () => new Map([['BTC/USD', ticker]]);
          return { placed: false, told: NEVER_SENT };
        },
      ];
      await executeOrder(await receive(), deps);
      const [first, second] = preparations.map(({ risk }) => risk.notional);
      expect(preparations).toHaveLength(2);
      const grown = decimal('600').minus(first?.add ?? '0');
      expect(second).toEqual(grows ? { add: grown.toFixed(), cap: '50000' } : undefined);
    }
  });

  it('is counted in no day where no rail counts', async () => {
    const { maxDaily: _none, ...rails } = MAIN.rails!;
    const { deps, receive, exchange, preparations } = watched({ account: { rails } });
    exchange.fates = [neverSent];
    await executeOrder(await receive(), deps);
    const [first, second] = preparations.map(({ risk }) => risk);
    expect(Object.keys(first ?? {}).sort()).toEqual(['atMs', 'count']);
    expect(Object.keys(second ?? {})).toEqual(['atMs']);
  });

  it('is counted whole when the rail came between', async () => {
    const { maxDaily: _none, ...bare } = MAIN.rails!;
    const { deps, config, receive, exchange, preparations } = watched({
      account: { rails: bare },
    });
    const later: Config = { ...config, accounts: { main: MAIN } };
    exchange.fates = Array.from({ length: 4 }, () => neverSent);
    const ref = await receive();
    await executeOrder(ref, deps);
    await executeOrder(ref, { ...deps, config: later });
    expect(preparations[0]?.risk.notional).toBeUndefined();
    expect(preparations[4]?.risk.notional?.add).toMatch(/^49\d\.|^500/);
  });
});
