import { describe, expect, it } from 'vitest';
import { cancelOrders } from '../../../functions/core/halt/cancel-orders.ts';
import { cancelRef, isCancelRef } from '../../../functions/core/halt/cancel-ref.ts';
import { ExchangeError } from '../../../functions/core/exchange-error.ts';
import { executeOrder } from '../../../functions/core/execute/execute-order.ts';
import { DEADLINE_MS, MAX_SKEW_MS } from '../../../functions/core/protocol.ts';
import { KEY_ID, world } from '../order-fixture.ts';

const REQUEST = { askedAtMs: 1, why: 'a drill', by: 'ada' };

async function cancelling(changes: Parameters<typeof world>[0] = {}) {
  const all = world(changes);
  const deps = { ...all.deps, board: all.store.board };
  await executeOrder(await all.receive({ type: 'limit', price: '49500' }), deps);
  const asked = { ...REQUEST, askedAtMs: all.clock.nowMs() };
  await all.store.board.askCancel('main', asked);
  const open = async () => (await all.exchange.openOrders()).length;
  return { ...all, deps, open, cancel: (more = {}) => cancelOrders('main', { ...deps, ...more }) };
}

describe('a cancel', () => {
  it('has a name that no order has', async () => {
    const { receive } = world();
    expect(isCancelRef(cancelRef('main'))).toBe(true);
    expect(isCancelRef(await receive())).toBe(false);
    expect(isCancelRef({ ...cancelRef('main'), account: 'other' })).toBe(false);
  });

  it('takes every open order off, tells how many, and is done', async () => {
    const { cancel, open, store } = await cancelling();
    expect(await open()).toBe(1);
    await cancel();
    expect(await open()).toBe(0);
    expect(await store.board.cancelAsked('main')).toBeUndefined();
    expect(store.notices().at(-1)).toMatchObject({
      title: 'Account main: 1 open order cancelled at Kraken',
    });
  });

  it('is done once more when an order from before whose answer is lost arrives behind it', async () => {
    const { cancel, open, store, exchange, deps, receive, clock } = await cancelling();
    // Kraken took the request, and its engine is slow: nobody sees the order yet.
    exchange.fates = [() => ({ placed: true, told: { kind: 'unknown', reason: 'reset' } })];
    const late = await receive({ type: 'limit', price: '49400' });
    await executeOrder(late, deps);
    const arriving = exchange.book.get(late.clientOrderId)!;
    exchange.book.delete(late.clientOrderId);
    await cancel();
    expect(await store.board.cancelAsked('main')).toBeDefined();
    expect(store.notices().at(-1)?.text).toContain('cancelled once more within two minutes');

    exchange.book.set(late.clientOrderId, arriving);
    expect(await open()).toBe(1);
    clock.advance(60_000);
    await cancel();
    expect(await open()).toBe(0);
    expect(await store.board.cancelAsked('main')).toBeUndefined();
    expect(store.notices().at(-1)?.title).toBe('Account main: 1 open order cancelled at Kraken');
  });

  it('is done at once when what is not known cannot arrive any more', async () => {
    const { cancel, store, exchange, deps, receive, clock } = await cancelling();
    exchange.fates = [() => ({ placed: false, told: { kind: 'unknown', reason: 'reset' } })];
    await executeOrder(await receive({ type: 'limit', price: '49400' }), deps);
    clock.advance(DEADLINE_MS + MAX_SKEW_MS);
    await cancel();
    expect(await store.board.cancelAsked('main')).toBeUndefined();
  });

  it('asks Kraken for nothing when nobody waits for it', async () => {
    const { cancel, exchange } = await cancelling();
    await cancel();
    exchange.cancelAll = () => Promise.reject(new Error('asked again'));
    await cancel();
  });

  it('gives the lane back, whatever happens', async () => {
    const { cancel, exchange, deps } = await cancelling();
    exchange.down = true;
    await expect(cancel()).rejects.toThrow('Kraken is away');
    expect(await deps.lanes.take(KEY_ID, 'next')).toMatchObject({ owner: 'next' });
  });

  it('waits for its turn when the key is in use', async () => {
    const { cancel, deps, store, open } = await cancelling();
    await deps.lanes.take(KEY_ID, 'an order');
    await expect(cancel()).rejects.toThrow('the trade key of main is busy');
    expect(await store.board.cancelAsked('main')).toBeDefined();
    expect(await open()).toBe(1);
  });

  it.each([
    ['Kraken', (w: Awaited<ReturnType<typeof cancelling>>) => (w.exchange.down = true)],
    [
      'the keys',
      (w: Awaited<ReturnType<typeof cancelling>>) => {
        w.deps.desk = () => Promise.reject(new ExchangeError('no secret', { retryable: true }));
      },
    ],
  ])('that fails at %s comes back, and tells when it lasts', async (_name, breakIt) => {
    const all = await cancelling();
    const before = all.store.notices().length;
    breakIt(all);
    await expect(all.cancel()).rejects.toThrow();
    expect(all.store.notices()).toHaveLength(before);
    all.clock.advance(60_000);
    await expect(all.cancel()).rejects.toThrow();
    await expect(all.cancel()).rejects.toThrow();
    expect(all.store.notices().slice(before)).toMatchObject([
      { title: 'Open orders of account main could not be cancelled yet' },
    ]);
    expect(await all.store.board.cancelAsked('main')).toBeDefined();
  });

  it('that dies between Kraken and its record cancels again and tells once', async () => {
    const { cancel, deps, store } = await cancelling();
    const dies = { ...deps.board, cancelDone: () => Promise.reject(new Error('killed')) };
    await expect(cancel({ board: dies })).rejects.toThrow('killed');
    const told = store.notices().length;
    await cancel();
    expect(store.notices()).toHaveLength(told);
    expect(await store.board.cancelAsked('main')).toBeUndefined();
  });

  it('of a paper account is carried out there, and told as such', async () => {
    const { cancel, store } = await cancelling({ account: { mode: 'paper' } });
    await cancel();
    expect(await store.board.cancelAsked('main')).toBeUndefined();
    const titles = store.notices().map(({ title }) => title);
    expect(titles.some((title) => title.includes('cancelled on paper'))).toBe(true);
  });

  it('of a validate account ends without Kraken', async () => {
    const { cancel, store, exchange } = await cancelling({ account: { mode: 'validate' } });
    exchange.cancelAll = () => Promise.reject(new Error('asked'));
    await cancel();
    expect(await store.board.cancelAsked('main')).toBeUndefined();
  });
});
