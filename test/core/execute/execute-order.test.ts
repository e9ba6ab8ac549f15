import { describe, expect, it } from 'vitest';
import { brokenLink } from '../../../functions/core/audit.ts';
import { executeOrder } from '../../../functions/core/execute/execute-order.ts';
import { ExchangeError } from '../../../functions/core/exchange-error.ts';
import type { OrderState } from '../../../functions/core/order-state.ts';
import type { PlaceOutcome } from '../../../functions/core/ports.ts';
import { ROUNDS_MAX } from '../../../functions/core/execute/round.ts';
import {
  REDUCING_MAX_AGE_MS,
  REQUEUE_MS,
  WAITS_LONG_MS,
} from '../../../functions/core/protocol.ts';
import { GOOD_KEY, type Fate } from '../../fakes/exchange.ts';
import { decimal } from '../../../functions/core/decimal.ts';
import { MAIN, orderRow, world } from '../order-fixture.ts';

const GOOD_BALANCE = { total: decimal('1'), available: decimal('1') };
const RAILS = MAIN.rails!;

const lost = (placed: boolean): Fate => {
  return () => ({ placed, told: { kind: 'unknown', reason: 'connection reset' } });
};

describe('an order that is carried out', () => {
  it('is placed once, with its numbers, and its row says so', async () => {
    const { deps, receive, exchange, store } = world();
    const ref = await receive();
    await executeOrder(ref, deps);

    const row = store.row(ref);
    expect(row).toMatchObject({
      state: 'placed',
      sends: 1,
      exchangeOrderId: 'OFAKE1-AAAAA-BBBBBB',
    });
    expect(row.decision).toMatchObject({ pair: 'BTC/USD', reducing: false });
    expect(row.decision?.steps.length).toBeGreaterThan(0);
    expect(exchange.received).toHaveLength(1);
    expect(exchange.received[0]).toMatchObject({
      validate: false,
      order: { pair: 'XBTUSD', side: 'buy', type: 'market' },
    });
    // Nobody has to settle it; what trades of it is followed.
    expect(await store.orders.due(Infinity, 10)).toEqual([]);
    expect(await store.orders.followed(10)).toEqual([
      { account: row.account, orderKey: row.orderKey },
    ]);
  });

  it('is licensed before it is sent, by the attempt that is sent', async () => {
    const { deps, receive, exchange, store } = world();
    const ref = await receive();
    let atSending: unknown;
    exchange.fates = [
      (attempt) => {
        atSending = [store.row(ref).state, store.row(ref).attempt];
        return {
          placed: true,
          told: { kind: 'placed', exchangeOrderId: attempt.token, description: '' },
        };
      },
    ];
    await executeOrder(ref, deps);
    expect(atSending).toEqual(['prepared', exchange.received[0]]);
  });

  it('is sent once however often its message is delivered', async () => {
    const { deps, receive, exchange } = world();
    const ref = await receive();
    for (let delivery = 0; delivery < 5; delivery += 1) await executeOrder(ref, deps);
    expect(exchange.received).toHaveLength(1);
  });

  it('is sent once when fifty workers have its message at the same time', async () => {
    const { deps, receive, exchange, store, clock } = world();
    const ref = await receive();
    // Fifty sleepers share one clock here, so each moves it a little only.
    clock.sleep = async () => clock.advance(1);
    await Promise.all(Array.from({ length: 50 }, () => executeOrder(ref, deps)));
    expect(exchange.received).toHaveLength(1);
    expect(store.row(ref).state).toBe('placed');
  });

  it('keeps an unbroken audit chain and tells a person', async () => {
    const { deps, receive, store } = world();
    const ref = await receive();
    await executeOrder(ref, deps);
    const audit = store.audit(ref);
    expect(audit.map(({ from, to }) => `${from} -> ${to}`)).toEqual([
      'none -> received',
      'received -> prepared',
      'prepared -> placed',
    ]);
    expect(brokenLink(audit, store.row(ref).auditHash)).toBeUndefined();
    expect(store.notices()).toHaveLength(1);
    expect(store.notices()[0]).toMatchObject({ title: 'buy BTC/USD on main: placed' });
  });

  it('uses nonces that only rise over many orders', async () => {
    const { deps, receive, exchange } = world();
    for (let order = 0; order < 5; order += 1) await executeOrder(await receive(), deps);
    const nonces = exchange.nonces.map(BigInt);
    expect(nonces).toHaveLength(5);
    expect(nonces.every((nonce, at) => at === 0 || nonce > (nonces[at - 1] ?? 0n))).toBe(true);
  });
});

describe('what Kraken answers decides the row', () => {
  const answers: [string, PlaceOutcome, OrderState][] = [
    [
      'placed',
      { kind: 'placed', exchangeOrderId: 'OAAAAA-BBBBB-CCCCCC', description: 'x' },
      'placed',
    ],
    ['checked only', { kind: 'validated', description: 'x' }, 'validated'],
    ['refused', { kind: 'refused', reason: 'EOrder:Insufficient funds', trips: false }, 'rejected'],
    [
      'refused early',
      { kind: 'refused-before-engine', reason: 'EAPI:Rate limit exceeded' },
      'unknown',
    ],
    ['unknown', { kind: 'unknown', reason: 'HTTP 502' }, 'unknown'],
  ];
  it.each(answers)('%s', async (_name, told, state) => {
    const { deps, receive, exchange, store } = world();
    exchange.fates = [() => ({ placed: told.kind === 'placed', told })];
    const ref = await receive();
    await executeOrder(ref, deps);
    expect(store.row(ref).state).toBe(state);
    expect(exchange.received).toHaveLength(1);
  });

  it('an unknown outcome is never sent again, by this or any later delivery', async () => {
    const { deps, receive, exchange, store, clock } = world();
    exchange.fates = [lost(true)];
    const ref = await receive();
    await executeOrder(ref, deps);
    clock.advance(30_000);
    await executeOrder(ref, deps);
    expect(exchange.received).toHaveLength(1);
    expect(store.row(ref)).toMatchObject({ state: 'unknown', sends: 1 });
  });

  it('an order that never left goes again at once, with another nonce, and is placed once', async () => {
    const { deps, receive, exchange, store } = world();
    exchange.fates = [
      () => ({ placed: false, told: { kind: 'never-sent', reason: 'ECONNREFUSED' } }),
    ];
    const ref = await receive();
    await executeOrder(ref, deps);
    expect(store.row(ref)).toMatchObject({ state: 'placed', sends: 1 });
    expect(new Set(exchange.nonces).size).toBe(2);
    expect([...exchange.book.values()].flat()).toHaveLength(1);
  });

  it('an order that can never leave is queued again, not lost', async () => {
    const { deps, receive, exchange, store, queue } = world();
    exchange.fates = Array.from({ length: 9 }, () => () => {
      return { placed: false, told: { kind: 'never-sent', reason: 'ENOTFOUND' } as const };
    });
    const ref = await receive();
    await executeOrder(ref, deps);
    expect(store.row(ref)).toMatchObject({ state: 'queued', sends: 0 });
    expect(queue.sent.map((message) => message.ref.orderKey)).toEqual([ref.orderKey]);
  });
});

describe('an order that must not be sent', () => {
  it.each([
    ['goes out within the age of its source', 59_998, 'placed'],
    ['expires where reading what it is decided from took it past that', 59_999, 'expired'],
  ])('of a smaller target that opens all the same %s', async (_what, ageMs, state) => {
    const { deps, receive, exchange, store, clock } = world();
    const prev = { position: 'long', size: '0.03' } as const;
    const ref = await receive({ target: { position: 'long', size: '0.02', prev } });
    const balances = exchange.balances.bind(exchange);
    exchange.balances = () => {
      clock.advance(1);
      return balances();
    };
    clock.advance(ageMs);
    await executeOrder(ref, deps);
    expect(store.row(ref)).toMatchObject({ state });
  });

  it('expires when its signal is too old, and says so', async () => {
    const { deps, receive, exchange, store, clock } = world();
    const ref = await receive();
    clock.advance(60_001);
    await executeOrder(ref, deps);
    expect(store.row(ref)).toMatchObject({ state: 'expired' });
    expect(exchange.received).toHaveLength(0);
    expect(store.notices()).toHaveLength(1);
  });

  it.each(['entries', 'all'] as const)('is stopped by a switch that blocks %s', async (blocks) => {
    const { deps, receive, exchange, store } = world();
    store.setSwitch('main', blocks, 'the operator said so');
    const ref = await receive();
    await executeOrder(ref, deps);
    expect(store.row(ref).state).toBe('suppressed');
    expect(store.row(ref).outcome).toContain('the operator said so');
    expect(exchange.received).toHaveLength(0);
  });

  it('passes a switch that blocks entries when it only leaves a position', async () => {
    const { deps, receive, exchange, store } = world();
    exchange.balance.set('BTC', GOOD_BALANCE);
    store.setSwitch('global', 'entries');
    const ref = await receive({ action: 'sell', marketPosition: 'flat' });
    await executeOrder(ref, deps);
    expect(store.row(ref).state).toBe('placed');
  });

  it('is refused while the account is not armed', async () => {
    const { deps, receive, exchange, store } = world();
    deps.lanes.take = async () => 'not-armed';
    const ref = await receive();
    await executeOrder(ref, deps);
    expect(store.row(ref)).toMatchObject({ state: 'rejected', refusal: { code: 'not-armed' } });
    expect(exchange.received).toHaveLength(0);
  });

  it.each([
    ['paper', false],
    ['validate', true],
    ['live', false],
  ] as const)('goes to its exchange in mode %s; only checked: %s', async (mode, validate) => {
    const { receive, exchange, deps } = world({ account: { mode } });
    await executeOrder(await receive(), deps);
    expect(exchange.received.map((attempt) => attempt.validate)).toEqual([validate]);
  });

  it('is refused, and the account blocked, when the key could withdraw', async () => {
    const { deps, receive, exchange, store } = world();
    exchange.info = { ...GOOD_KEY, permissions: [...GOOD_KEY.permissions, 'withdraw-funds'] };
    const ref = await receive();
    await executeOrder(ref, deps);
    expect(exchange.received).toHaveLength(0);
    expect(store.row(ref).refusal?.sentence).toContain('withdraw-funds');
    expect(await store.switches.read('main')).toMatchObject({ kind: 'off', blocks: 'all' });
  });

  it('is not prepared while the clocks differ by more than two seconds', async () => {
    const { deps, receive, exchange, store } = world();
    exchange.skewMs = 5_000;
    const ref = await receive();
    await executeOrder(ref, deps);
    expect(store.row(ref)).toMatchObject({ state: 'received', sends: 0 });
    expect(exchange.received).toHaveLength(0);
  });

  it('waits, and is queued again, while Kraken cannot be read', async () => {
    const { deps, receive, exchange, store, queue } = world();
    exchange.down = true;
    const ref = await receive();
    await executeOrder(ref, deps);
    expect(store.row(ref).state).toBe('received');
    expect(queue.sent).toHaveLength(1);
    exchange.down = false;
    await executeOrder(ref, deps);
    expect(store.row(ref).state).toBe('placed');
  });

  it('is tried in rounds at first, and once a minute after a quarter of an hour', async () => {
    const { deps, config, exchange, store, queue, log, clock } = world();
    exchange.down = true;
    const sentAtMs = clock.nowMs();
    const written = orderRow({ action: 'sell', marketPosition: 'flat', sentAtMs }, config);
    const exit = { ...written, expiresAtMs: sentAtMs + REDUCING_MAX_AGE_MS };
    await store.orders.receive(exit, 'received');
    const failures = (): number =>
      log.lines.filter((line) => line.includes('facts-unavailable')).length;
    await executeOrder(exit, deps);
    expect([failures(), queue.sent.length]).toEqual([ROUNDS_MAX, 1]);
    clock.advance(WAITS_LONG_MS);
    await executeOrder(exit, deps);
    expect([failures(), queue.sent.length]).toEqual([ROUNDS_MAX + 1, 1]);
    expect(store.row(exit)).toMatchObject({
      state: 'received',
      dueAtMs: clock.nowMs() + REQUEUE_MS,
    });
  });

  it('the order after the last allowed one of the day is refused with the cap', async () => {
    const { deps, receive, exchange, store } = world({
      account: { rails: { ...RAILS, maxDaily: '1100 USD' } },
    });
    const refs = [await receive(), await receive(), await receive()];
    for (const ref of refs) await executeOrder(ref, deps);
    expect(refs.map((ref) => store.row(ref).state)).toEqual(['placed', 'placed', 'rejected']);
    expect(store.row(refs[2]!).refusal).toMatchObject({ code: 'above-max-daily' });
    expect(exchange.received).toHaveLength(2);
  });

  it('the order after the last allowed one of the hour is refused with the cap', async () => {
    const { deps, receive, store } = world({
      account: { rails: { ...RAILS, maxOrdersPerHour: 1 } },
    });
    const refs = [await receive(), await receive()];
    for (const ref of refs) await executeOrder(ref, deps);
    expect(store.row(refs[1]!).refusal).toMatchObject({ code: 'too-many-orders' });
  });

  it('a message that names no row is reported and trades nothing', async () => {
    const { deps, exchange, store } = world();
    await executeOrder({ account: 'main', orderKey: 'f'.repeat(64) }, deps);
    expect(exchange.received).toHaveLength(0);
    expect(store.notices()[0]).toMatchObject({ urgency: 'page' });
  });
});

describe('failures in a row', () => {
  it('trip the switch at the rail, and a placed order ends the row', async () => {
    const { deps, receive, exchange, store } = world();
    const refused: Fate = () => ({
      placed: false,
      told: { kind: 'refused', reason: 'EOrder:Insufficient funds', trips: false },
    });
    exchange.fates = [refused, refused, () => ({ placed: true }), refused, refused, refused];
    for (let order = 0; order < 5; order += 1) await executeOrder(await receive(), deps);
    expect(await store.switches.read('main')).toEqual({ kind: 'on' });
    await executeOrder(await receive(), deps);
    expect(await store.switches.read('main')).toMatchObject({ kind: 'off', blocks: 'entries' });
    const last = await receive();
    await executeOrder(last, deps);
    expect(store.row(last).state).toBe('suppressed');
  });

  it('a key that Kraken does not accept blocks everything at once', async () => {
    const { deps, receive, exchange, store } = world();
    exchange.fates = [
      () => ({ placed: false, told: { kind: 'refused', reason: 'EAPI:Invalid key', trips: true } }),
    ];
    await executeOrder(await receive(), deps);
    expect(await store.switches.read('main')).toMatchObject({ kind: 'off', blocks: 'all' });
    expect(store.notices().some(({ urgency }) => urgency === 'page')).toBe(true);
  });
});

describe('an order that cannot be carried out now', () => {
  it('says why it waits, and so does its notice when it expires', async () => {
    const { deps, receive, exchange, store, clock } = world();
    exchange.down = true;
    const ref = await receive();
    await executeOrder(ref, deps);
    expect(store.row(ref).outcome).toContain('Kraken is away');
    clock.advance(60_000);
    await executeOrder(ref, deps);
    expect(store.row(ref).state).toBe('expired');
    expect(store.notices()[0]?.text).toContain('it waited because Kraken is away');
  });

  it('waits without a word for two minutes, then tells a person once', async () => {
    const { deps, receive, exchange, store, clock } = world({ source: { maxAgeMs: 3_600_000 } });
    exchange.down = true;
    const ref = await receive();
    await executeOrder(ref, deps);
    expect(store.notices()).toEqual([]);
    for (let minute = 0; minute < 4; minute += 1) {
      clock.advance(60_000);
      await executeOrder(ref, deps);
    }
    expect(store.notices().map(({ title }) => title)).toEqual([
      'buy KRAKEN:XBTUSD on main: still waiting',
    ]);
  });

  it('is queued at most once in ten seconds, however often it is tried', async () => {
    const { deps, receive, exchange, queue, clock } = world();
    exchange.down = true;
    clock.sleep = async () => undefined;
    const ref = await receive();
    for (let time = 0; time < 20; time += 1) await executeOrder(ref, deps);
    expect(queue.sent).toHaveLength(1);
  });

  it('is refused, and everything blocked, when Kraken does not accept the key for a read', async () => {
    const { deps, receive, exchange, store } = world();
    let reads = 0;
    exchange.balances = async () => {
      reads += 1;
      const errors = ['EAPI:Invalid key'];
      throw new ExchangeError('BalanceEx was refused: EAPI:Invalid key', {
        retryable: false,
        errors,
      });
    };
    const ref = await receive();
    await executeOrder(ref, deps);
    expect(store.row(ref).state).toBe('rejected');
    expect(await store.switches.read('main')).toMatchObject({ blocks: 'all' });
    expect(reads).toBe(1);
  });

  it('takes no licence when the invocation could not send and write in time', async () => {
    const { deps, receive, exchange, store, clock } = world();
    const ref = await receive();
    const real = { ...exchange };
    exchange.balances = async () => {
      clock.advance(7_000);
      return real.balances();
    };
    await executeOrder(ref, deps, clock.nowMs() + 15_000);
    expect(exchange.received).toHaveLength(0);
    expect(store.row(ref)).toMatchObject({ state: 'received', sends: 0 });
  });

  it('waits when it leaves a position and the market is closed for a while', async () => {
    const { deps, receive, exchange, store } = world();
    exchange.balance.set('BTC', GOOD_BALANCE);
    exchange.mode = 'maintenance';
    const exit = await receive({ action: 'sell', marketPosition: 'flat' });
    const entry = await receive();
    for (const ref of [exit, entry]) await executeOrder(ref, deps);
    expect([store.row(exit).state, store.row(entry).state]).toEqual(['received', 'rejected']);
    exchange.mode = 'online';
    await executeOrder(exit, deps);
    expect(store.row(exit).state).toBe('placed');
  });
});

describe('what is not a matter of the order itself', () => {
  it('a switch that cannot be tripped leaves the row to be looked at again', async () => {
    const { deps, receive, exchange, store } = world();
    exchange.fates = [
      () => ({ placed: false, told: { kind: 'refused', reason: 'EAPI:Invalid key', trips: true } }),
    ];
    deps.switches.trip = () => Promise.reject(new Error('the store is away'));
    const ref = await receive();
    await executeOrder(ref, deps);
    expect(store.row(ref).state).toBe('prepared');
    expect(store.notices().some(({ title }) => title.includes('tripped'))).toBe(true);
  });

  it('a tally that cannot be written does not undo a placed order', async () => {
    const { deps, receive, store } = world();
    deps.tally.placed = () => Promise.reject(new Error('the store is away'));
    const ref = await receive();
    await executeOrder(ref, deps);
    expect(store.row(ref).state).toBe('placed');
  });
});
