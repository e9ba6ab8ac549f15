/** What a person says of an order in `needs-human`, and what becomes of it then. */
import { describe, expect, it } from 'vitest';
import { decimal } from '../../../functions/core/decimal.ts';
import { recallOrder } from '../../../functions/core/execute/recall-order.ts';
import { executeOrder } from '../../../functions/core/execute/execute-order.ts';
import { followOrders } from '../../../functions/core/follow/follow-orders.ts';
import type { FoundOrder } from '../../../functions/core/ports.ts';
import {
  GIVE_UP_MS,
  LOOK_AGAIN_MS,
  LOOK_AGAIN_UNTIL_MS,
} from '../../../functions/core/protocol.ts';
import { reconcileOrders } from '../../../functions/core/reconcile/reconcile-orders.ts';
import {
  placedDoubts,
  placedFault,
  settleAbsent,
  settlePlaced,
  shownOf,
} from '../../../functions/core/reconcile/settle-by-hand.ts';
import type { Signal } from '../../../functions/core/signal.ts';
import { BTC_USD } from '../../fakes/exchange.ts';
import { REF } from '../follow/stop-entry.ts';
import { uncertain, WORD } from './uncertain-fixture.ts';

/** An order of which nobody could tell, because Kraken was away; `placed`: it is there. */
async function stuck({ placed = false } = {}) {
  const all = await uncertain({ placed });
  all.exchange.down = true;
  await all.settleAt(GIVE_UP_MS);
  expect(all.row().state).toBe('needs-human');
  all.exchange.down = false;
  const found = [...all.exchange.book.values()].flat()[0] as FoundOrder;
  const look = async () => shownOf(all.row(), await all.open(), all.deps);
  const later = async (ms: number) => {
    all.clock.advance(ms);
    return reconcileOrders(all.reconcileDeps);
  };
  const inFlight = async () => (await all.store.books.read(REF)).inFlight;
  return { ...all, found, look, later, inFlight };
}

describe('an order that a person says is placed', () => {
  it('is that order from then on, recorded as whose word it was, and told', async () => {
    const { row, found, deps, whys, store, clock } = await stuck({ placed: true });
    const moved = await settlePlaced(row(), found, WORD, deps);
    const { exchangeOrderId } = found;
    expect(moved).toEqual(row());
    expect(row()).toMatchObject({
      ...{ state: 'placed', exchangeOrderId, dueAtMs: clock.nowMs() },
      settled: { says: 'placed', ...WORD, atMs: clock.nowMs() },
    });
    const said = `ann says that it is ${exchangeOrderId} (closed): looked at Kraken`;
    expect(whys().at(-1)).toBe(said);
    expect(store.notices().at(-1)).toMatchObject({
      urgency: 'warning',
      title: 'buy BTC/USD on main: taken for placed, on a person’s word',
      text: expect.stringContaining('Ann says that it is') as string,
    });
  });

  it('is followed to its end, so that its book gets what it traded', async () => {
    const { row, found, deps, reconcileDeps, store, inFlight } = await stuck({ placed: true });
    await settlePlaced(row(), found, WORD, deps);
    await followOrders(reconcileDeps);
    expect(row().fill).toMatchObject({ status: 'filled' });
    const { book } = await store.books.read(REF);
    expect(decimal(book.quantity).eq(row().attempt?.order.volume ?? '')).toBe(true);
    expect(await inFlight()).toEqual([]);
  });

  it('is settled once, whoever comes first: a look-up, or the person', async () => {
    const { row, found, deps, later, store, ref } = await stuck({ placed: true });
    const before = row();
    await later(LOOK_AGAIN_MS);
    expect(row().state).toBe('placed');
    const version = row().version;
    expect(await settlePlaced(before, found, WORD, deps)).toBe('lost');
    expect(await settleAbsent(before, WORD, deps)).toBe('lost');
    expect(row()).toMatchObject({ state: 'placed', version });
    expect(row().settled).toBeUndefined();
    expect(store.audit(ref).map(({ to }) => to)).not.toContain('unplaced');
  });

  it.each<[string, Partial<FoundOrder>, RegExp]>([
    ['of another pair', { pair: 'ETHUSD' }, /of ETHUSD, and BTC\/USD was sent/],
    ['of the other side', { side: 'sell' }, /is a sell, and a buy was sent/],
    ['a stop that Kraken opened', { refid: 'OENTRY' }, /the stop that Kraken opened from OENTRY/],
    ['somebody else’s', { clientOrderId: 'other' }, /not bear the name that was sent.* but other/],
    ['from before the signal', { openedAtMs: 1 }, /was opened at 1970.*, before the signal came/],
  ])('is not one that is %s', async (_name, changed, why) => {
    const { row, found, look } = await stuck({ placed: true });
    const shown = await look();
    expect(placedFault(row(), found, { pair: BTC_USD, shown })).toBeUndefined();
    const other = { ...found, ...changed };
    expect(placedFault(row(), other, { pair: BTC_USD, shown })).toMatch(why);
  });

  it('bears the name that was sent, or is found by it', async () => {
    const { row, found, look } = await stuck({ placed: true });
    const shown = await look();
    const { clientOrderId: _name, ...nameless } = found;
    expect(placedFault(row(), nameless, { pair: BTC_USD, shown })).toBeUndefined();
    const nothing = { orders: [] };
    expect(placedFault(row(), found, { pair: BTC_USD, shown: nothing })).toBeUndefined();
    const fault = placedFault(row(), nameless, { pair: BTC_USD, shown: nothing });
    expect(fault).toContain('but none: Harpoon did not place it');
  });

  it('may differ in the rest, which is said', async () => {
    const { row, found } = await stuck({ placed: true });
    expect(placedDoubts(row(), found, BTC_USD)).toEqual([]);
    const late = { ...found, volume: decimal('7'), openedAtMs: found.openedAtMs + GIVE_UP_MS };
    expect(placedDoubts(row(), late, BTC_USD)).toEqual([
      expect.stringContaining('its volume is 7'),
      expect.stringContaining('after its deadline'),
    ]);
  });
});

describe('an order that a person says is absent', () => {
  it('is unplaced, recorded as whose word it was, told, and out of its book', async () => {
    const { row, deps, whys, store, clock, inFlight } = await stuck();
    expect(await inFlight()).toEqual([row().orderKey]);
    await settleAbsent(row(), WORD, deps);
    expect(row()).toMatchObject({
      ...{ state: 'unplaced', dueAtMs: clock.nowMs() + LOOK_AGAIN_MS },
      settled: { says: 'absent', ...WORD },
    });
    expect(whys().at(-1)).toBe('ann says that it is not at Kraken: looked at Kraken');
    expect(store.notices().at(-1)).toMatchObject({
      title: 'buy BTC/USD on main: closed as not at Kraken, on a person’s word',
      text: expect.stringContaining('you are paged if it turns up') as string,
    });
    expect(await inFlight()).toEqual([]);
  });

  it('is never sent again, whoever asks', async () => {
    const { row, ref, deps, exchange, later, queue } = await stuck();
    await settleAbsent(row(), WORD, deps);
    const sent = exchange.received.length;
    const queued = queue.sent.length;
    await executeOrder(ref, deps);
    await later(LOOK_AGAIN_MS);
    await executeOrder(ref, deps);
    expect(exchange.received).toHaveLength(sent);
    expect(queue.sent).toHaveLength(queued);
    expect(row().state).toBe('unplaced');
  });

  it('is looked for a week longer, and then no more', async () => {
    const { row, deps, later, whys, store } = await stuck();
    await settleAbsent(row(), WORD, deps);
    const told = store.notices().length;
    await later(LOOK_AGAIN_MS);
    expect(whys().at(-1)).toBe('still not at Kraken');
    expect(row().dueAtMs).toBe((row().settled?.atMs ?? 0) + 2 * LOOK_AGAIN_MS);
    await later(LOOK_AGAIN_UNTIL_MS - 2 * LOOK_AGAIN_MS);
    expect(row().dueAtMs).toBeDefined();
    await later(LOOK_AGAIN_MS);
    expect(row()).toMatchObject({ state: 'unplaced' });
    expect(row().dueAtMs).toBeUndefined();
    expect(store.notices()).toHaveLength(told);
  });

  it('is told when the last look proves nothing either', async () => {
    const { row, deps, later, store, exchange } = await stuck();
    await settleAbsent(row(), WORD, deps);
    const told = store.notices().length;
    exchange.down = true;
    await later(LOOK_AGAIN_UNTIL_MS - 1);
    expect(store.notices()).toHaveLength(told);
    await later(LOOK_AGAIN_MS);
    expect(row().dueAtMs).toBeUndefined();
    expect(store.notices()).toHaveLength(told + 1);
    expect(store.notices().at(-1)).toMatchObject({
      urgency: 'warning',
      title: 'buy BTC/USD on main: not looked for any more, and not proved absent',
      text: expect.stringContaining('called absent by ann. The last look for it proved') as string,
    });
  });

  it.each<
    [string, Partial<Signal>, 'follow' | 'flatten' | 'notify' | undefined, RegExp | undefined]
  >([
    ['a take-profit', { takes: { orderKey: 'e', number: 1, price: '1' } }, undefined, /sold twice/],
    ['a source that follows drift', {}, 'follow', /onDrift: follow, which trades .* traded twice/],
    ['a source that flattens drift', {}, 'flatten', /onDrift: flatten/],
    ['a source that tells of drift', {}, 'notify', undefined],
    ['any other', {}, undefined, undefined],
  ])('of %s says whether Harpoon trades it again', async (_what, signal, onDrift, words) => {
    const { row, deps, store, config } = await stuck();
    Object.assign(config.sources['trend'] ?? {}, onDrift === undefined ? {} : { onDrift });
    const before = row();
    await settleAbsent({ ...before, signal: { ...before.signal, ...signal } }, WORD, deps);
    const { text = '' } = store.notices().at(-1) ?? {};
    expect(text).toContain('Nothing is sent again under its id.');
    if (words === undefined) expect(text).not.toContain('twice');
    else expect(text).toMatch(words);
  });

  it('says why it could not be looked for, and goes on', async () => {
    const { row, deps, later, whys, exchange } = await stuck();
    await settleAbsent(row(), WORD, deps);
    exchange.down = true;
    await later(LOOK_AGAIN_MS);
    expect(whys().at(-1)).toContain('not looked for: ');
    expect(row()).toMatchObject({ state: 'unplaced', dueAtMs: expect.any(Number) as number });
  });

  it('is looked for a week from the time on at which it was to start', async () => {
    const { row, attempt, deps, clock } = await stuck();
    const startAtMs = clock.nowMs() + 30 * 86_400_000;
    const order = { ...attempt.order, startAtMs };
    await settleAbsent({ ...row(), attempt: { ...attempt, order } }, WORD, deps);
    clock.advance(startAtMs + LOOK_AGAIN_UNTIL_MS - 1 - clock.nowMs());
    await reconcileOrders(deps);
    expect(row().dueAtMs).toBeDefined();
  });
});

describe('an order that turns up after it was called absent', () => {
  it('is paged, blocks entries, is followed, and is in its book again', async () => {
    const all = await stuck({ placed: true });
    const { row, deps, later, store, exchange, inFlight, whys, found } = all;
    exchange.blind = true;
    await settleAbsent(row(), WORD, deps);
    store.setSwitch('main', 'nothing', 'lifted');
    await later(LOOK_AGAIN_MS);
    expect(row().state).toBe('unplaced');
    exchange.blind = false;
    await later(LOOK_AGAIN_MS);
    const { exchangeOrderId } = found;
    expect(row()).toMatchObject({ state: 'placed', exchangeOrderId });
    expect(whys().at(-1)).toBe(
      `called absent by ann, and found at Kraken as ${exchangeOrderId} (closed)`,
    );
    expect(store.notices().at(-1)).toMatchObject({
      urgency: 'page',
      title: 'buy BTC/USD on main: IT IS AT KRAKEN AFTER ALL',
      text: expect.stringContaining('It is followed now') as string,
    });
    expect(await store.switches.read('main')).toMatchObject({ blocks: 'entries' });
    expect(await inFlight()).toEqual([row().orderKey]);
    expect(await store.tally.lastPlaced('main')).toBe(exchangeOrderId);
    await followOrders(all.reconcileDeps);
    expect(row().fill).toMatchObject({ status: 'filled' });
    expect(await inFlight()).toEqual([]);
  });

  it('is told with the cancel that was asked for and not carried out', async () => {
    const { row, ref, deps, later, store, exchange } = await stuck({ placed: true });
    const { account, orderKey } = ref;
    const { source, id: signalId } = row().signal;
    const recall = { account, orderKey, source, signalId, askedAtMs: deps.clock.nowMs() };
    await store.recalls.ask(recall);
    exchange.blind = true;
    await settleAbsent(row(), WORD, deps);
    const { dueAtMs } = row();
    await recallOrder(ref, { ...deps, recalls: store.recalls });
    expect(await store.recalls.asked(ref)).toBeUndefined();
    expect(row()).toMatchObject({ state: 'unplaced', dueAtMs, settled: { recalled: true } });
    exchange.blind = false;
    await later(LOOK_AGAIN_MS);
    expect(row().state).toBe('placed');
    const { text } = store.notices().at(-1) ?? {};
    expect(text).toContain('A cancel of it was asked for and not carried out');
  });

  it('is a person’s matter again where it is not what was sent', async () => {
    const { row, deps, later, store, exchange, inFlight, found } = await stuck({ placed: true });
    exchange.blind = true;
    await settleAbsent(row(), WORD, deps);
    exchange.blind = false;
    exchange.book.set(found.clientOrderId ?? '', [{ ...found, volume: decimal('7') }]);
    store.setSwitch('main', 'nothing', 'lifted');
    await later(LOOK_AGAIN_MS);
    expect(row().state).toBe('needs-human');
    expect(row().outcome).toContain('called absent by ann, and Kraken has an order of its name');
    expect(store.notices().at(-1)).toMatchObject({
      urgency: 'page',
      text: expect.stringContaining(`npx harpoon settle ${row().clientOrderId}`) as string,
    });
    expect(await store.switches.read('main')).toMatchObject({ blocks: 'entries' });
    expect(await inFlight()).toEqual([row().orderKey]);
    expect(row().dueAtMs).toBeDefined();
  });
});

it('only what Harpoon cannot settle is settled by hand', async () => {
  const { row, deps } = await uncertain();
  await expect(async () => settleAbsent(row(), WORD, deps)).rejects.toThrow('only what Harpoon');
});

it('an order that was proved absent is not looked for', async () => {
  const { settleAt, row, deps, clock } = await uncertain();
  await settleAt(200_000);
  await settleAt(300_000);
  expect(row().state).toBe('unplaced');
  const atMs = clock.nowMs();
  await deps.orders.note(row(), { why: 'by mistake', atMs, dueAtMs: atMs });
  expect(await reconcileOrders(deps)).toMatchObject({ failed: 1 });
  expect(row().state).toBe('unplaced');
});
