/** What people are told while orders are carried out and looked up: once, and with its numbers. */
import { describe, expect, it } from 'vitest';
import { executeOrder } from '../../../functions/core/execute/execute-order.ts';
import { reconcileOrders } from '../../../functions/core/reconcile/reconcile-orders.ts';
import { LANE_REST_MS, REQUEUE_MS, UNKNOWN_TOLD_MS } from '../../../functions/core/protocol.ts';
import { world } from '../order-fixture.ts';

type World = ReturnType<typeof world>;

const MINUTE_MS = 60_000;
const told = ({ store }: World) =>
  store.notices().map(({ id }) => id.split(':').slice(0, -1).join(':'));

async function minutes(all: World, count: number): Promise<void> {
  for (let minute = 0; minute < count; minute += 1) {
    all.clock.advance(MINUTE_MS);
    await reconcileOrders(all.reconcileDeps);
  }
}

describe('an order that is placed', () => {
  it('is told with Kraken’s id, its numbers and its picture', async () => {
    const all = world();
    await executeOrder(await all.receive(), all.deps);
    const [notice] = all.store.notices();
    const facts = Object.fromEntries(
      (notice?.facts ?? []).map(({ label, value }) => [label, value]),
    );
    expect(facts).toMatchObject({
      'Kraken order id': 'OFAKE1-AAAAA-BBBBBB',
      Price: 'market, about 50000.5 USD',
    });
    expect(facts['Volume']).toMatch(/^0\.00[0-9]+ BTC$/);
    expect(notice?.chart?.levels).toEqual([{ role: 'entry', label: 'about', price: '50000.5' }]);
  });

  it('is told with the numbers of its refusal when it is not', async () => {
    const all = world({ source: { size: { kind: 'base', amount: '0.00001' } } });
    await executeOrder(await all.receive(), all.deps);
    const facts = (all.store.notices()[0]?.facts ?? []).map(({ label }) => label);
    expect(facts).toEqual(expect.arrayContaining(['Requested', 'Smallest volume', 'Would pass']));
  });
});

describe('an order of which nobody knows', () => {
  const lost = async () => {
    const all = world();
    all.exchange.fates.push(() => ({ placed: false, told: { kind: 'unknown', reason: 'reset' } }));
    await executeOrder(await all.receive(), all.deps);
    all.exchange.down = true;
    return all;
  };

  it('is told once when look-ups tell nothing for some minutes, before a person is called', async () => {
    const all = await lost();
    await minutes(all, UNKNOWN_TOLD_MS / MINUTE_MS - 1);
    expect(told(all)).toEqual([]);
    await minutes(all, 4);
    expect(told(all)).toEqual(['unknown']);
    await minutes(all, 10);
    expect(told(all).filter((kind) => kind === 'unknown')).toHaveLength(1);
    expect(all.store.rows()[0]?.state).toBe('needs-human');
  });

  it('is not told when it is settled in time', async () => {
    const all = await lost();
    await minutes(all, 1);
    all.exchange.down = false;
    await minutes(all, 6);
    expect(told(all)).not.toContain('unknown');
    expect(all.store.rows()[0]?.state).toBe('unplaced');
  });
});

describe('a key', () => {
  it('that cannot be read is told once an order has waited for it, and once a day', async () => {
    const all = world({ source: { maxAgeMs: 3_600_000 } });
    const deps = { ...all.deps, desk: async () => Promise.reject(new Error('the-secret-itself')) };
    const row = await all.receive();
    await executeOrder(row, deps);
    expect(all.clock.nowMs() - row.receivedAtMs).toBeLessThan(REQUEUE_MS);
    expect(all.store.notices()).toEqual([]);
    for (let time = 0; time < 3; time += 1) {
      all.clock.advance(REQUEUE_MS);
      await executeOrder(row, deps);
    }
    const keys = all.store.notices().filter(({ subject }) => subject === 'account');
    expect(keys.map(({ title }) => title)).toEqual(['The trade key of main cannot be used']);
    expect(JSON.stringify(all.store.notices())).not.toContain('the-secret-itself');
  });

  it.each([
    [REQUEUE_MS - 1, 0],
    [REQUEUE_MS, 1],
  ])(
    'that cannot be read when an order has waited for %i ms is told %i times',
    async (ms, times) => {
      const all = world();
      const deps = { ...all.deps, desk: async () => Promise.reject(new Error('no such secret')) };
      const row = await all.receive();
      all.clock.advance(ms);
      // One round, and no time for another.
      await executeOrder(row, deps, all.clock.nowMs() + LANE_REST_MS + 1);
      expect(all.store.notices()).toHaveLength(times);
    },
  );

  it.each([
    [{ nonceWindow: '10' }, 'nonce window of 10'],
    [{ seesAllTimes: false }, 'query window'],
    [{ permissions: ['withdraw-funds'] }, 'withdraw-funds'],
  ])('that may not be used to look orders up is told once a day: %o', async (fault, words) => {
    const all = world();
    all.exchange.fates.push(() => ({ placed: false, told: { kind: 'unknown', reason: 'reset' } }));
    await executeOrder(await all.receive(), all.deps);
    all.exchange.info = { ...all.exchange.info, ...fault };
    await minutes(all, 3);
    const keys = all.store.notices().filter(({ subject }) => subject === 'account');
    expect(keys).toHaveLength(1);
    expect(keys[0]).toMatchObject({
      urgency: 'page',
      title: 'The query key of main cannot be used',
    });
    expect(keys[0]?.text).toContain(words);
  });
});
