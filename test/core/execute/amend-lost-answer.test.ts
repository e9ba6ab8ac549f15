/** Amends of which an answer got lost: what the record says afterwards is what Kraken has. */
import { describe, expect, it } from 'vitest';
import { ordersShown } from '../../../functions/core/order-now.ts';
import type { OrderRow } from '../../../functions/core/order.ts';
import { amending, LOST, NOT_MADE } from './amend-fixture.ts';

const NO_FUNDS = {
  changed: false,
  told: { kind: 'refused', reason: 'EOrder:Insufficient funds', trips: false },
} as const;
const GONE = { changed: false, told: { kind: 'gone', reason: 'EOrder:Unknown order' } } as const;
const MADE = { changed: true, told: LOST } as const;
/** As many as one invocation sends. */
const NEVER_MADE = [NOT_MADE, NOT_MADE, NOT_MADE, NOT_MADE];

/** An order at 49500, and reads that may lag behind what becomes of it. */
async function resting() {
  const all = amending();
  const { exchange, clock, store, ask, amend } = all;
  const row = await all.placed();
  const orders = exchange.orders.bind(exchange);
  /** From now on reads show the order as it is now. */
  const lag = async () => {
    const before = await orders([store.row(row).exchangeOrderId ?? '']);
    exchange.orders = () => Promise.resolve(before);
  };
  const catchUp = () => (exchange.orders = orders);
  const prices = (ofRow: OrderRow, atMs: number) =>
    new Set(ordersShown(ofRow, atMs).map(({ price }) => price));
  /** What Kraken may show without a difference, now and once reads have caught up. */
  const known = () => prices(store.row(row), clock.nowMs());
  const knownLater = () => prices(store.row(row), clock.nowMs() + 90_000);
  /** Asks for the price once nothing from before can arrive any more, and carries it out. */
  const change = async (price: string, afterMs = 13_000) => {
    await clock.sleep(afterMs);
    await ask(row, { price });
    await amend(row);
  };
  return { ...all, row, lag, catchUp, known, knownLater, change };
}

describe('a second copy of an amend, of which the first got lost,', () => {
  it.each([
    ['refused', NO_FUNDS],
    ['told that the order is gone', GONE],
  ])('%s, is no proof: the first one was made, as a look tells', async (_what, fate) => {
    const { lag, catchUp, change, amend, row, exchange, waits, last, knownLater } = await resting();
    await lag();
    exchange.amendFates.push(MADE, fate);
    await change('49000');
    expect(exchange.amends).toHaveLength(2);
    expect(await waits()).toBe(1);
    catchUp();
    await amend(row);
    expect(exchange.amends).toHaveLength(2);
    expect(await waits()).toBe(0);
    expect(last()?.title).toBe('buy BTC/USD on main: changed');
    expect(knownLater()).toEqual(new Set(['49000']));
  });

  it.each([
    ['refused', NO_FUNDS, 'not changed', /refused the amend.*EOrder:Insufficient funds/],
    ['told that the order is gone', GONE, 'nothing left to change', /not open at Kraken any more/],
  ])('%s, ends so once reads have caught up', async (_what, fate, happened, why) => {
    const { change, amend, row, exchange, waits, last, known, knownLater, clock } = await resting();
    exchange.amendFates.push(NOT_MADE, fate);
    await change('49000');
    await clock.sleep(90_000);
    await amend(row);
    expect(await waits()).toBe(1);
    expect(known()).toEqual(new Set(['49500', '49000']));
    await clock.sleep(10_000);
    await amend(row);
    expect(exchange.amends).toHaveLength(2);
    expect(await waits()).toBe(0);
    expect(last()?.title).toBe(`buy BTC/USD on main: ${happened}`);
    expect(last()?.text).toMatch(why);
    expect(knownLater()).toEqual(new Set(['49500']));
  });

  it('that shows a bad key trips the switch at once', async () => {
    const { change, exchange, store } = await resting();
    exchange.amendFates.push(NOT_MADE, { ...NO_FUNDS, told: { ...NO_FUNDS.told, trips: true } });
    await change('49000');
    expect(await store.switches.read('main')).toMatchObject({ kind: 'off', blocks: 'all' });
  });
});

describe('an amend after one of which nobody knows', () => {
  it('begins from that one where Kraken shows it, also when it is then refused', async () => {
    const { lag, catchUp, change, exchange, store, row, known, knownLater } = await resting();
    await lag();
    exchange.amendFates.push(MADE, ...NEVER_MADE);
    await change('49000');
    catchUp();
    exchange.amendFates = [NO_FUNDS];
    await change('48000');
    expect(known()).toEqual(new Set(['49000', '49500']));
    expect(knownLater()).toEqual(new Set(['49000']));
    expect(store.audit(row).map(({ why }) => why)).toContain(
      'an earlier amend is settled by a look: the order is 0.01010101 at limit 49000',
    );
    exchange.amendFates = [NOT_MADE];
    await change('47000');
    expect(store.row(row).amended?.asked?.before.price).toBe('49000');
  });

  it('that is refused leaves that one unsettled while reads may lag', async () => {
    const { lag, change, exchange, knownLater } = await resting();
    await lag();
    exchange.amendFates.push(MADE, ...NEVER_MADE);
    await change('49000');
    exchange.amendFates = [NO_FUNDS];
    await change('48000');
    expect(knownLater()).toEqual(new Set(['49500', '49000']));
  });

  it('that gets lost as well leaves every version known, until a look tells which it is', async () => {
    const { lag, catchUp, change, amend, exchange, clock, row, waits, last, ...all } =
      await resting();
    await lag();
    exchange.amendFates.push(MADE, ...NEVER_MADE);
    await change('49000');
    exchange.amendFates = [...NEVER_MADE];
    await change('48000');
    exchange.amendFates = [...NEVER_MADE];
    await change('47000');
    expect(all.knownLater()).toEqual(new Set(['49500', '49000', '48000', '47000']));
    catchUp();
    await clock.sleep(110_000);
    await amend(row);
    expect(await waits()).toBe(0);
    expect(last()?.text).toMatch(/Kraken shows it without the change/);
    expect(all.known()).toEqual(new Set(['49000', '49500', '48000']));
    expect(all.knownLater()).toEqual(new Set(['49000']));
  });

  it('goes out also to what the order was before, as it may not be so any more', async () => {
    const { lag, change, exchange, shown, last, waits, knownLater } = await resting();
    await lag();
    exchange.amendFates.push(MADE, ...NEVER_MADE);
    await change('49000');
    expect(await shown()).toEqual(['49000']);
    exchange.amendFates = [];
    await change('49500');
    expect(await shown()).toEqual(['49500']);
    expect(last()?.title).toBe('buy BTC/USD on main: changed');
    expect(await waits()).toBe(0);
    expect(knownLater()).toEqual(new Set(['49500']));
  });

  it('back to what the order was is not made because reads that lag show that', async () => {
    const { lag, catchUp, change, amend, exchange, clock, row, ...all } = await resting();
    await lag();
    exchange.amendFates.push(MADE, ...NEVER_MADE);
    await change('49000');
    exchange.amendFates = [...NEVER_MADE];
    await change('49500');
    expect(await all.waits()).toBe(1);
    expect(all.knownLater()).toEqual(new Set(['49500', '49000']));
    catchUp();
    await clock.sleep(110_000);
    await amend(row);
    expect(all.last()?.text).toMatch(/Kraken shows it without the change/);
    expect(all.knownLater()).toEqual(new Set(['49000']));
  });

  it('back to what the order was is made once reads that cannot lag show that', async () => {
    const { lag, catchUp, change, amend, exchange, clock, row, ...all } = await resting();
    await lag();
    exchange.amendFates.push(MADE, ...NEVER_MADE);
    await change('49000');
    exchange.amendFates = [MADE, ...NEVER_MADE];
    await change('49500');
    expect(await all.waits()).toBe(1);
    catchUp();
    await clock.sleep(110_000);
    await amend(row);
    expect(all.last()?.title).toBe('buy BTC/USD on main: changed');
    expect(all.knownLater()).toEqual(new Set(['49500']));
  });

  it('settles it as not made, once no copy can arrive and reads have caught up', async () => {
    const { change, exchange, clock, store, row, last } = await resting();
    exchange.amendFates.push(...NEVER_MADE);
    await change('49000');
    await clock.sleep(110_000);
    exchange.amendFates = [];
    await change('49500');
    expect(last()?.text).toMatch(/it is so already/i);
    expect(store.row(row).amended?.asked?.settledAtMs).toBeDefined();
  });

  it.each([
    ['may still arrive', NEVER_MADE, 7_000, 0],
    ['may still arrive by the clock of the engine, which is behind', NEVER_MADE, 9_400, 0],
    ['cannot arrive any more', NEVER_MADE, 12_100, 1],
    ['was answered, but may come of its first copy', [NOT_MADE], 9_000, 0],
    ['was answered at once', [], 1_000, 1],
  ])('goes out when that one %s: %#', async (_what, fates, afterMs, goesOut) => {
    const { change, exchange, row, amend, clock, store, waits, shown } = await resting();
    exchange.amendFates.push(...fates);
    await change('49000');
    const { deadlineMs = 0, licensedAtMs = 0 } = store.row(row).amended?.asked ?? {};
    const before = exchange.amends.length;
    exchange.amendFates = [];
    // Counted from the licence of the copy that went out last.
    const lastMs = deadlineMs - 10_000;
    expect(lastMs).toBeGreaterThanOrEqual(licensedAtMs);
    await change('48000', lastMs + afterMs - clock.nowMs());
    expect(exchange.amends.length - before).toBe(goesOut);
    expect(await waits()).toBe(1 - goesOut);
    await clock.sleep(12_000);
    await amend(row);
    expect(await shown()).toEqual(['48000']);
    expect(await waits()).toBe(0);
  });

  it('begins anew when somebody else moved the row meanwhile', async () => {
    const { change, exchange, store, lag, catchUp, shown } = await resting();
    await lag();
    exchange.amendFates.push(MADE, ...NEVER_MADE);
    await change('49000');
    catchUp();
    exchange.amendFates = [];
    const note = store.orders.note.bind(store.orders);
    let calls = 0;
    store.orders.note = (row, to) => ((calls += 1) === 1 ? Promise.resolve('lost') : note(row, to));
    await change('48000');
    expect(await shown()).toEqual(['48000']);
  });
});

describe('a clock that is off', () => {
  it.each([2_001, -2_001])(
    'by %i ms neither sends an amend nor believes a look',
    async (skewMs) => {
      const { lag, catchUp, change, amend, row, clock, exchange, waits, last } = await resting();
      await lag();
      exchange.amendFates.push(MADE, MADE, MADE, MADE);
      await change('49000');
      const sent = exchange.amends.length;
      exchange.skewMs = skewMs;
      await amend(row);
      expect(exchange.amends).toHaveLength(sent);
      // By this clock no change can come any more, and what reads show is final.
      await clock.sleep(10 * 60_000);
      await amend(row);
      expect(await waits()).toBe(1);
      expect(last()?.text).toMatch(new RegExp(`differ by ${skewMs} ms`));
      exchange.skewMs = Math.sign(skewMs) * 2_000;
      catchUp();
      await amend(row);
      expect(last()?.title).toBe('buy BTC/USD on main: changed');
    },
  );
});
