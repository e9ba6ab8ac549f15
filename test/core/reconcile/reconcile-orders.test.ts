import { describe, expect, it } from 'vitest';
import { executeOrder } from '../../../functions/core/execute/execute-order.ts';
import { decimal } from '../../../functions/core/decimal.ts';
import type { OrderRow } from '../../../functions/core/order.ts';
import {
  GIVE_UP_MS,
  LOOK_AGAIN_MS,
  PREPARED_STALE_MS,
  SETTLE_MS,
  SWEEP_GAP_MS,
} from '../../../functions/core/protocol.ts';
import { reconcileOrders } from '../../../functions/core/reconcile/reconcile-orders.ts';
import type { PlaceOutcome } from '../../../functions/core/ports.ts';
import type { Source } from '../../../functions/core/config.ts';
import { world } from '../order-fixture.ts';

const MINUTE_MS = 60_000;
const RESET: PlaceOutcome = { kind: 'unknown', reason: 'connection reset' };
const EARLY: PlaceOutcome = { kind: 'refused-before-engine', reason: 'EAPI:Rate limit exceeded' };

/** A world in which one order went out with an unknown outcome. */
async function sent(
  placed: boolean,
  options: { readonly told?: PlaceOutcome; readonly source?: Partial<Source> } = {},
) {
  const all = world(options.source === undefined ? {} : { source: options.source });
  all.exchange.fates = [() => ({ placed, told: options.told ?? RESET })];
  const ref = await all.receive();
  await executeOrder(ref, all.deps);
  const row = (): OrderRow => all.store.row(ref);
  /** Lets minutes pass, with the job running in each. */
  const minutes = async (count: number): Promise<void> => {
    for (let minute = 0; minute < count; minute += 1) {
      all.clock.advance(MINUTE_MS);
      await reconcileOrders(all.reconcileDeps);
    }
  };
  /** Carries out what was queued again. */
  const drain = async (): Promise<void> => {
    for (const { ref: queued } of all.queue.sent.splice(0)) await executeOrder(queued, all.deps);
  };
  return { ...all, row, minutes, drain };
}

describe('an order whose answer was lost', () => {
  it('is adopted in the next minute when Kraken has it', async () => {
    const { row, minutes, exchange, store } = await sent(true);
    expect(row().state).toBe('unknown');
    await minutes(1);
    expect(row()).toMatchObject({ state: 'placed', exchangeOrderId: 'OFAKE1-AAAAA-BBBBBB' });
    expect(exchange.received).toHaveLength(1);
    expect(store.notices().map(({ title }) => title)).toEqual(['buy BTC/USD on main: placed']);
  });

  it('is adopted after its worker died before writing anything down', async () => {
    const all = world();
    const ref = await all.receive();
    const orders = { ...all.store.orders };
    all.store.orders.move = () => Promise.reject(new Error('the worker died'));
    await executeOrder(ref, all.deps);
    Object.assign(all.store.orders, orders);
    expect(all.store.row(ref).state).toBe('prepared');

    all.clock.advance(PREPARED_STALE_MS);
    await reconcileOrders(all.reconcileDeps);
    expect(all.store.row(ref).state).toBe('placed');
    expect(all.exchange.received).toHaveLength(1);
  });

  it('is not given up while Kraken may still show it', async () => {
    const { row, exchange, clock, reconcileDeps } = await sent(true);
    exchange.blind = true;
    clock.advance(SETTLE_MS - 1_000);
    await reconcileOrders(reconcileDeps);
    clock.advance(SWEEP_GAP_MS);
    await reconcileOrders(reconcileDeps);
    expect(row().state).toBe('unknown');
    exchange.blind = false;
    clock.advance(SWEEP_GAP_MS);
    await reconcileOrders(reconcileDeps);
    expect(row().state).toBe('placed');
  });
});

describe('an order that never reached Kraken', () => {
  it('is proved absent by two sweeps, and the person is told', async () => {
    const { row, minutes, store, exchange } = await sent(false);
    await minutes(5);
    expect(row()).toMatchObject({ state: 'unplaced' });
    expect(row().absences).toHaveLength(2);
    expect(exchange.received).toHaveLength(1);
    const [notice] = store.notices();
    expect(notice).toMatchObject({ urgency: 'page', title: 'buy BTC/USD on main: not at Kraken' });
  });

  it('is not proved absent by a key that does not see an order known to exist', async () => {
    const { row, minutes, store, exchange } = await sent(false);
    await store.tally.placed('main', 'OKNOWN-AAAAA-BBBBBB');
    await minutes(GIVE_UP_MS / MINUTE_MS + 1);
    expect(row().state).toBe('needs-human');
    expect(row().outcome).toContain('does not see an order');
    expect(await store.switches.read('main')).toMatchObject({ kind: 'off', blocks: 'entries' });
    expect(exchange.received).toHaveLength(1);
  });

  it.each([
    [
      'a query window',
      (all: Awaited<ReturnType<typeof sent>>) => {
        all.exchange.info = { ...all.exchange.info, seesAllTimes: false };
      },
    ],
    [
      'maintenance',
      (all: Awaited<ReturnType<typeof sent>>) => {
        all.exchange.mode = 'maintenance';
      },
    ],
    [
      'failing reads',
      (all: Awaited<ReturnType<typeof sent>>) => {
        all.exchange.down = true;
      },
    ],
  ])(
    'is not proved absent during %s; after a quarter of an hour a person is called',
    async (_name, spoil) => {
      const all = await sent(false);
      spoil(all);
      await all.minutes(10);
      expect(all.row().state).toBe('unknown');
      await all.minutes(6);
      expect(all.row().state).toBe('needs-human');
      expect(all.store.notices().some(({ title }) => title.includes('NEEDS YOU'))).toBe(true);
    },
  );

  it('is still found after a person was called', async () => {
    const { row, minutes, exchange, clock, reconcileDeps } = await sent(true);
    exchange.down = true;
    await minutes(GIVE_UP_MS / MINUTE_MS + 1);
    expect(row().state).toBe('needs-human');
    exchange.down = false;
    clock.advance(LOOK_AGAIN_MS);
    await reconcileOrders(reconcileDeps);
    expect(row().state).toBe('placed');
  });

  it('goes out a second time only where the source wishes it, within its age, and never a third', async () => {
    const source = { onUnplaced: 'resend', maxAgeMs: 600_000 } as const;
    const { row, minutes, drain, exchange } = await sent(false, { source });
    exchange.fates = [() => ({ placed: false, told: RESET })];
    for (let round = 0; round < 12; round += 1) {
      await minutes(1);
      await drain();
    }
    expect(exchange.received).toHaveLength(2);
    expect(new Set(exchange.nonces).size).toBe(2);
    expect(row().state).toBe('unplaced');
  });

  it('does not go out a second time once its signal is stale', async () => {
    const { row, minutes, drain, exchange } = await sent(false, {
      source: { onUnplaced: 'resend' },
    });
    await minutes(6);
    await drain();
    expect(exchange.received).toHaveLength(1);
    expect(row().state).toBe('unplaced');
  });
});

describe('an order that Kraken refused before its engine', () => {
  it('goes out once more after its deadline and a clean look-up', async () => {
    const source = { maxAgeMs: 300_000 };
    const { row, minutes, drain, exchange } = await sent(false, { told: EARLY, source });
    await minutes(1);
    expect(row()).toMatchObject({ state: 'queued', licences: 2, sends: 1 });
    await drain();
    expect(row()).toMatchObject({ state: 'placed', sends: 2 });
    expect(exchange.received).toHaveLength(2);
    const [first, second] = exchange.nonces;
    expect(BigInt(second ?? 0)).toBeGreaterThan(BigInt(first ?? 0));
  });

  it('does not go out again when Kraken has it all the same', async () => {
    const source = { maxAgeMs: 300_000 };
    const { row, minutes, drain, exchange } = await sent(true, { told: EARLY, source });
    await minutes(1);
    await drain();
    expect(row().state).toBe('placed');
    expect(exchange.received).toHaveLength(1);
  });
});

describe('contradictions call a person and block new entries', () => {
  it('two orders with our id', async () => {
    const { row, minutes, exchange, store } = await sent(true);
    const [[id, found]] = [...exchange.book] as [[string, never[]]];
    exchange.book.set(id, [...found, ...found]);
    await minutes(1);
    expect(row().state).toBe('needs-human');
    expect(await store.switches.read('main')).toMatchObject({ kind: 'off' });
  });

  it('an order with our id and another volume', async () => {
    const { row, minutes, exchange } = await sent(true);
    for (const [id, orders] of exchange.book) {
      exchange.book.set(
        id,
        orders.map((order) => ({ ...order, volume: decimal('7') })),
      );
    }
    await minutes(1);
    expect(row().state).toBe('needs-human');
  });

  it('an order with our id from another day', async () => {
    const { row, minutes, exchange } = await sent(true);
    for (const [id, orders] of exchange.book) {
      exchange.book.set(
        id,
        orders.map((order) => ({ ...order, openedAtMs: order.openedAtMs - 86_400_000 })),
      );
    }
    await minutes(1);
    expect(row().state).toBe('needs-human');
  });
});

describe('an order that nobody carried out', () => {
  it('is queued again under another name, and then placed once', async () => {
    const { clock, deps, reconcileDeps, queue, receive, store, exchange } = world();
    const ref = await receive();
    clock.advance(20_000);
    await reconcileOrders(reconcileDeps);
    expect(queue.sent).toHaveLength(1);
    expect(queue.sent[0]?.dedup).not.toBe(ref.orderKey);
    await executeOrder(ref, deps);
    expect(store.row(ref).state).toBe('placed');
    expect(exchange.received).toHaveLength(1);
  });

  it('expires when it was too old by then', async () => {
    const { clock, reconcileDeps, receive, store } = world();
    const ref = await receive();
    clock.advance(61_000);
    await reconcileOrders(reconcileDeps);
    expect(store.row(ref).state).toBe('expired');
    expect(store.notices()).toHaveLength(1);
  });

  it("does not stop another row's settlement when it cannot be handled", async () => {
    const { clock, reconcileDeps, receive, store, queue } = world();
    const first = await receive();
    const second = await receive();
    queue.fail(1);
    clock.advance(20_000);
    const report = await reconcileOrders(reconcileDeps);
    expect(report).toEqual({ looked: 2, failed: 1 });
    expect(queue.sent).toHaveLength(1);
    expect([store.row(first).state, store.row(second).state]).toEqual(['received', 'received']);
  });
});

describe('a person who lifted the switch', () => {
  it('is not overruled by the same contradiction', async () => {
    const { row, minutes, exchange, store, clock, reconcileDeps } = await sent(true);
    for (const [id, orders] of exchange.book) exchange.book.set(id, [...orders, ...orders]);
    await minutes(1);
    expect(row().state).toBe('needs-human');
    store.setSwitch('main', 'nothing', 'lifted by the operator');
    clock.advance(LOOK_AGAIN_MS);
    await reconcileOrders(reconcileDeps);
    expect(await store.switches.read('main')).toEqual({ kind: 'on' });
  });
});

describe('an order that was licensed twice', () => {
  it('is found by its first attempt when that one was hidden', async () => {
    const source = { onUnplaced: 'resend', maxAgeMs: 900_000 } as const;
    const { row, minutes, drain, exchange } = await sent(true, { source });
    exchange.blind = true;
    exchange.fates = [() => ({ placed: false, told: RESET })];
    await minutes(4);
    await drain();
    expect(row()).toMatchObject({ state: 'unknown', sends: 2 });
    exchange.blind = false;
    await minutes(1);
    expect(row()).toMatchObject({ state: 'placed', exchangeOrderId: 'OFAKE1-AAAAA-BBBBBB' });
  });
});

describe('many uncertain orders of one account', () => {
  it('are looked up a few a minute, oldest first, and all are settled', async () => {
    const all = world();
    const refs: OrderRow[] = [];
    all.exchange.fates = Array.from({ length: 20 }, () => () => ({ placed: true, told: RESET }));
    for (let order = 0; order < 20; order += 1) {
      const ref = await all.receive();
      await executeOrder(ref, { ...all.deps, tally: { ...all.deps.tally, failed: async () => 1 } });
      refs.push(ref);
    }
    const unknown = (): number =>
      refs.filter((ref) => all.store.row(ref).state === 'unknown').length;
    const left = [unknown()];
    for (let minute = 0; minute < 3; minute += 1) {
      all.clock.advance(MINUTE_MS);
      await reconcileOrders(all.reconcileDeps);
      left.push(unknown());
    }
    expect(left).toEqual([20, 12, 4, 0]);
  });
});
