/** How often a recall is tried, when a person hears of it, and what ended orders have on record. */
import { describe, expect, it } from 'vitest';
import { executeOrder } from '../../../functions/core/execute/execute-order.ts';
import type { OrderRow, Settlement } from '../../../functions/core/order.ts';
import { WAITS_LONG_MS } from '../../../functions/core/protocol.ts';
import { LIMIT, recalling } from './recall-fixture.ts';

const DAY_MS = 24 * 60 * 60_000;
/** Time of an invocation in which one round begins. */
const ONE_ROUND_MS = 8_000;

/** An order whose cancel was asked for: at Kraken, or of which no answer came. */
async function asked({ isKnown = true } = {}) {
  const all = recalling();
  const told = { kind: 'unknown', reason: 'no answer' } as const;
  if (!isKnown) all.exchange.fates.push(() => ({ placed: false, told }));
  const row = await all.receive(LIMIT);
  await executeOrder(row, all.deps);
  await all.ask(row);
  const askedAtMs = all.clock.nowMs();
  const recall = (forMs: number) => all.recall(row, all.clock.nowMs() + forMs);
  const whyWaits = () => all.log.of('recall-waits').at(-1)?.['why'];
  return { ...all, row, askedAtMs, recall, whyWaits };
}

describe('the rounds of a recall', () => {
  it('are four, with longer pauses from one to the next', async () => {
    const { exchange, clock, recall, waits, askedAtMs } = await asked();
    let tries = 0;
    exchange.cancel = () => Promise.reject(new Error(`away ${(tries += 1)}`));
    await recall(60_000);
    expect(tries).toBe(4);
    expect(clock.nowMs() - askedAtMs).toBe(400 + 800 + 1_200 + 1_600);
    expect(await waits()).toBe(1);
  });

  it.each([
    [WAITS_LONG_MS - 60_000, 4],
    [WAITS_LONG_MS, 1],
  ])('are one where it waits long: %i ms after it was asked for, %i', async (afterMs, rounds) => {
    const { exchange, clock, recall } = await asked();
    let tries = 0;
    exchange.cancel = () => Promise.reject(new Error(`away ${(tries += 1)}`));
    await clock.sleep(afterMs);
    const beganAtMs = clock.nowMs();
    await recall(60_000);
    expect(tries).toBe(rounds);
    if (rounds === 1) expect(clock.nowMs()).toBe(beganAtMs);
  });

  it.each([
    [7_999, 1],
    [8_000, 0],
  ])('need 8 s each: in %i ms %i orders stay open', async (forMs, left) => {
    const { recall, open, waits, whyWaits } = await asked();
    await recall(forMs);
    expect(await open()).toBe(left);
    expect(await waits()).toBe(left);
    expect(whyWaits()).toBe(left === 1 ? 'too little time in the invocation' : undefined);
  });

  it('end with one line in the log, which says what became of the order', async () => {
    const { recall, log, row } = await asked();
    await recall(ONE_ROUND_MS);
    const { account, orderKey } = row;
    const what = 'cancelled at Kraken; what was filled before stays';
    expect(log.of('order-recalled')).toMatchObject([{ account, orderKey, what }]);
  });

  it('go on where a placed order has no id of Kraken, as it may be open', async () => {
    const { recall, waits, store, whyWaits, open } = await asked();
    const read = store.orders.read.bind(store.orders);
    store.orders.read = async (ref) => {
      const { exchangeOrderId: _none, ...row } = (await read(ref)) ?? store.row(ref);
      return row;
    };
    await recall(ONE_ROUND_MS);
    expect(await waits()).toBe(1);
    expect(await open()).toBe(1);
    expect(whyWaits()).toMatch(/a placed order has an id of Kraken/);
  });

  it('go on where somebody else moves an order that had not gone out', async () => {
    const { receive, ask, recall, waits, store, clock } = recalling();
    const row = await receive(LIMIT);
    await ask(row);
    store.orders.move = () => Promise.resolve('lost');
    await recall(row, clock.nowMs() + ONE_ROUND_MS);
    expect(await waits()).toBe(1);
    expect(store.row(row).state).toBe('received');
  });
});

describe('a recall that is not carried out', () => {
  it.each([
    [59_999, 0],
    [60_000, 1],
  ])('is told to a person from a minute on: after %i ms %i notices', async (afterMs, count) => {
    const { recall, clock, store, row } = await asked();
    await clock.sleep(afterMs);
    await recall(0);
    const told = store.notices().filter(({ id }) => id.startsWith('recall-waits:'));
    expect(told).toHaveLength(count);
    if (count === 1) expect(told[0]?.text).toContain(row.clientOrderId);
  });

  it('of an order that the table has forgotten is told to nobody', async () => {
    const { receive, ask, recall, clock, titles, waits } = recalling();
    const gone = { ...(await receive()), orderKey: 'f'.repeat(64) };
    await ask(gone);
    await clock.sleep(DAY_MS);
    await recall(gone, clock.nowMs());
    expect(titles()).toEqual([]);
    expect(await waits()).toBe(1);
  });

  it.each([
    [DAY_MS - 1, 1],
    [DAY_MS, 0],
  ])('for want of an answer waits a day: after %i ms %i wait', async (afterMs, count) => {
    const { recall, clock, waits, whyWaits } = await asked({ isKnown: false });
    await clock.sleep(afterMs);
    await recall(ONE_ROUND_MS);
    expect(await waits()).toBe(count);
    expect(whyWaits()).toBe(count === 1 ? 'its order is unknown' : undefined);
  });
});

describe('the recall of an order that was not placed', () => {
  const ABSENT: Settlement = { says: 'absent', by: 'ops', why: 'looked', atMs: 1 };

  /** An order that is called absent, by a person or after a look. */
  const unplaced = async (settled: Settlement | undefined, dueAtMs: number | null) => {
    const all = await asked({ isKnown: false });
    const set = settled === undefined ? {} : { settled };
    const change = { why: 'not there', atMs: 2, set, dueAtMs };
    const before = await all.deps.orders.move(all.store.row(all.row), 'unplaced', change);
    if (before === 'lost') throw new Error('the row is as it was');
    const isSame = (row: OrderRow) => expect(all.store.row(all.row)).toEqual(row);
    return { ...all, before, isSame };
  };

  it('is on record where a person called it absent, as it may turn up', async () => {
    const { recall, store, row, waits } = await unplaced(ABSENT, 7_000);
    await recall(ONE_ROUND_MS);
    expect(store.row(row)).toMatchObject({
      ...{ state: 'unplaced', settled: { ...ABSENT, recalled: true }, dueAtMs: 7_000 },
    });
    expect(store.audit(row).at(-1)?.why).toMatch(/^a cancel was asked for; it is not carried out/);
    expect(store.notices().at(-1)?.text).toBe('It was unplaced already.');
    expect(await waits()).toBe(0);
  });

  it.each<[string, Settlement | undefined, number | null]>([
    ['as a look showed it', undefined, 7_000],
    ['as a person says, of whom it is on record already', { ...ABSENT, recalled: true }, 7_000],
    ['as a person says, and nobody looks for it any more', ABSENT, null],
    ['and a person says otherwise', { ...ABSENT, says: 'placed' }, 7_000],
  ])('%s, writes nothing on its row', async (_what, settled, dueAtMs) => {
    const { recall, before, isSame, store, waits } = await unplaced(settled, dueAtMs);
    await recall(ONE_ROUND_MS);
    isSame(before);
    expect(store.notices().at(-1)?.text).toBe('It was unplaced already.');
    expect(await waits()).toBe(0);
  });

  it('waits where somebody else moved its row, and nobody is told yet', async () => {
    const { recall, store, waits, whyWaits } = await unplaced(ABSENT, 7_000);
    store.orders.note = () => Promise.resolve('lost');
    const before = store.notices().length;
    await recall(ONE_ROUND_MS);
    expect(await waits()).toBe(1);
    expect(store.notices()).toHaveLength(before);
    expect(whyWaits()).toBe('its order has just changed');
  });
});
