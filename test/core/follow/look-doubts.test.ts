/** What is in doubt of a row after a look, and that nothing else is. */
import { describe, expect, it } from 'vitest';
import { decimal } from '../../../functions/core/decimal.ts';
import { followOrders } from '../../../functions/core/follow/follow-orders.ts';
import { lookAtOrders, type Look } from '../../../functions/core/follow/look-at-orders.ts';
import type { OrderRow } from '../../../functions/core/order.ts';
import type { RowChange } from '../../../functions/core/ports.ts';
import { GIVE_UP_MS, SWEEP_GAP_MS } from '../../../functions/core/protocol.ts';
import type { Signal } from '../../../functions/core/signal.ts';
import { FILLED, resting, stopEntry, traded } from './stop-entry.ts';

type World = Awaited<ReturnType<typeof stopEntry>>;
type Note = World['deps']['orders']['note'];

const UNSEEN = 'was filled, and its stop for 0.01 is not shown yet';

/** One look at the row as it is now; `note`: what becomes of what it writes. */
function look(all: World, note?: Note, row: OrderRow = all.now()) {
  const { orders } = all.deps;
  const deps = { ...all.deps, orders: { ...orders, ...(note === undefined ? {} : { note }) } };
  return lookAtOrders([row], all.exchange, deps);
}

/** All of it was filled, and no stop is shown. */
async function unstopped(signal: Partial<Signal> = {}) {
  const all = await stopEntry({}, signal);
  all.show(FILLED);
  await followOrders(all.reconcileDeps);
  return all;
}

/** So late that one search has missed the stop, or may miss it now. */
async function late(all: World, searches: number) {
  all.clock.advance(GIVE_UP_MS);
  for (let search = 0; search < searches; search += 1) {
    await look(all);
    all.clock.advance(SWEEP_GAP_MS);
  }
  return all;
}

/** Worlds in which a look has something to write down. */
const WRITING: readonly [string, () => Promise<World>, string | undefined][] = [
  [
    'what traded',
    async () => {
      const all = await stopEntry();
      all.show(traded('0.004', '196'));
      all.stop('OSTOP', { volume: decimal('0.004') });
      return all;
    },
    undefined,
  ],
  [
    'a stop that was found',
    async () => {
      const all = await unstopped();
      all.stop('OSTOP');
      return all;
    },
    undefined,
  ],
  ['that a first search missed its stop', async () => late(await unstopped(), 0), UNSEEN],
  ['that a second search missed it', async () => late(await unstopped(), 1), undefined],
];

describe('a look that writes down', () => {
  it.each(WRITING)('%s, shows the row after it', async (_what, prepare, doubt) => {
    const all = await prepare();
    const before = all.now();
    const looks = await look(all);
    expect(all.now().version).toBeGreaterThan(before.version);
    const expected: Look = { row: all.now(), isShown: true, ...(doubt ? { doubt } : {}) };
    expect(looks).toStrictEqual([expected]);
  });

  it.each(WRITING)('%s, is in doubt when somebody changed the row', async (_what, prepare) => {
    const all = await prepare();
    const row = all.now();
    const looks = await look(all, async () => 'lost');
    expect(looks).toStrictEqual([{ row, isShown: true, doubt: 'has just changed' }]);
  });

  it.each(WRITING)('%s, says so in the log when it cannot', async (_what, prepare) => {
    const all = await prepare();
    const row = all.now();
    const [seen] = await look(all, () => Promise.reject(new Error('the table is away')));
    expect(seen).toStrictEqual({ row, isShown: false, doubt: 'could not be looked at' });
    const said = all.log.lines.find((line) => line.includes('"order-not-followed"'));
    expect(said).toContain(`"account":"main","orderKey":"${row.orderKey}"`);
    expect(said).toContain('the table is away');
  });
});

describe('a row whose stop searches missed', () => {
  const takeProfits = [{ price: '60000', share: '50' }];

  it.each<[string, number, Partial<Signal>, boolean, 'as before' | 'now' | 'never']>([
    ['once', 0, {}, true, 'as before'],
    ['once', 0, {}, false, 'now'],
    ['twice', 1, {}, true, 'never'],
    ['twice, with take-profits', 1, { takeProfits }, true, 'as before'],
    ['twice, with take-profits', 1, { takeProfits }, false, 'now'],
  ])('%s, is due (%i, %j, was due: %s) %s', async (_what, searches, signal, wasDue, due) => {
    const all = await late(await unstopped(signal), searches);
    const { dueAtMs, ...bare } = all.now();
    const row = wasDue && dueAtMs !== undefined ? { ...bare, dueAtMs } : bare;
    const changes: RowChange[] = [];
    await look(
      all,
      async (_row, change) => {
        changes.push(change);
        return row;
      },
      row,
    );
    const expected = { 'as before': dueAtMs, now: all.clock.nowMs(), never: null };
    expect(changes.map((change) => change.dueAtMs)).toEqual([expected[due]]);
    expect(dueAtMs).not.toBe(all.clock.nowMs());
  });

  it('is searched for a quarter of a minute before it is given up', async () => {
    const all = await late(await unstopped(), 0);
    await look(all);
    const row = all.now();
    all.clock.advance(SWEEP_GAP_MS - 1);
    expect(await look(all)).toStrictEqual([{ row, isShown: true, doubt: UNSEEN }]);
    all.clock.advance(1);
    await look(all);
    expect(all.now().closes).toMatchObject({ unseen: '0.01' });
    const said = all.log.lines.find((line) => line.includes('"close-unseen"'));
    expect(said).toContain(`"account":"main","orderKey":"${row.orderKey}","lack":"0.01"`);
  });
});

describe('what Kraken does not show', () => {
  const hidden = 'has a stop (OSTOP) that Kraken does not show';

  /** Some of it is filled, and its stop is known. */
  async function partly() {
    const all = await stopEntry();
    all.show(traded('0.004', '196'));
    all.stop('OSTOP', { volume: decimal('0.004') });
    await followOrders(all.reconcileDeps);
    return all;
  }

  it.each<[string, (all: World) => void]>([
    ['is a stop', ({ exchange }) => exchange.book.delete('OSTOP')],
    ['is a stop of that entry', ({ stop }) => stop('OSTOP', { refid: 'ANOTHER' })],
  ])('%s, though it shows the entry', async (_what, hide) => {
    const all = await partly();
    hide(all);
    const row = all.now();
    expect(await look(all)).toStrictEqual([{ row, isShown: true, doubt: hidden }]);
  });

  it('is the entry: nothing is searched by a record that may be old', async () => {
    const all = await stopEntry();
    all.show(traded('0.004', '196'));
    await followOrders(all.reconcileDeps);
    const row = all.now();
    all.exchange.book.delete(row.clientOrderId);
    const { asked, exchange } = all.count();
    const looks = await lookAtOrders([row], exchange, all.deps);
    expect(looks).toStrictEqual([{ row, isShown: false, doubt: 'is not shown by Kraken' }]);
    expect([asked.openOrders, asked.find]).toEqual([0, 0]);
  });

  it('is not searched when there is no time for it', async () => {
    const all = await unstopped();
    const { asked, exchange } = all.count();
    let left = 2;
    const looks = await lookAtOrders([all.now()], exchange, all.deps, () => left-- > 0);
    expect(looks).toHaveLength(1);
    expect(asked.openOrders).toBe(0);
  });
});

it('a stop that rests as it is on record is in no doubt', async () => {
  const all = await resting();
  const row = all.now();
  expect(await look(all)).toStrictEqual([{ row, isShown: true }]);
});
