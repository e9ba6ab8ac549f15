/** By when an order must have been opened to be the one of a row, and what a settlement leaves. */
import { describe, expect, it } from 'vitest';
import { userrefOf } from '../../../functions/core/identity.ts';
import type { FoundOrder } from '../../../functions/core/ports.ts';
import { GIVE_UP_MS } from '../../../functions/core/protocol.ts';
import {
  placedDoubts,
  placedFault,
  settleAbsent,
  settlePlaced,
} from '../../../functions/core/reconcile/settle-by-hand.ts';
import { OPENED_TOLERANCE_MS } from '../../../functions/core/reconcile/whose-order.ts';
import { BTC_USD } from '../../fakes/exchange.ts';
import { REF } from '../follow/stop-entry.ts';
import { uncertain, WORD } from './uncertain-fixture.ts';

/** An order that is at Kraken and that only a person can settle, sent a second after it was received. */
async function stuck() {
  const all = await uncertain({ placed: true, waitedMs: 1_000 });
  all.exchange.down = true;
  await all.settleAt(GIVE_UP_MS);
  all.exchange.down = false;
  const found = [...all.exchange.book.values()].flat()[0];
  if (found === undefined) throw new Error('it is at Kraken');
  const shown = { orders: [found] };
  const openedAt = (openedAtMs: number): FoundOrder => ({ ...found, openedAtMs });
  const inFlight = async () => (await all.store.books.read(REF)).inFlight;
  return { ...all, found, shown, openedAt, inFlight };
}

describe('an order at Kraken', () => {
  it('may be the one of a row from its receipt on, less what clocks may differ', async () => {
    const { row, shown, openedAt } = await stuck();
    const firstMs = row().receivedAtMs - OPENED_TOLERANCE_MS;
    const faultAt = (openedAtMs: number) =>
      placedFault(row(), openedAt(openedAtMs), { pair: BTC_USD, shown });
    expect(faultAt(firstMs)).toBeUndefined();
    expect(faultAt(firstMs - 1)).toMatch(/before the signal came/);
  });

  it('may be that of an earlier attempt, which left after its sender’s time', async () => {
    const { row, shown, openedAt } = await stuck();
    const sentAtMs = row().receivedAtMs - 60_000;
    const twice = { ...row(), sends: 2, signal: { ...row().signal, sentAtMs } };
    const faultAt = (openedAtMs: number) =>
      placedFault(twice, openedAt(openedAtMs), { pair: BTC_USD, shown });
    expect(faultAt(sentAtMs - OPENED_TOLERANCE_MS)).toBeUndefined();
    expect(faultAt(sentAtMs - OPENED_TOLERANCE_MS - 1)).toMatch(/before the signal came/);
  });

  it('is doubted where it was opened after its deadline by more than clocks may differ', async () => {
    const { row, attempt, openedAt } = await stuck();
    const lastMs = attempt.deadlineMs + OPENED_TOLERANCE_MS;
    expect(placedDoubts(row(), openedAt(lastMs), BTC_USD)).toEqual([]);
    const doubts = placedDoubts(row(), openedAt(lastMs + 1), BTC_USD);
    expect(doubts).toEqual([expect.stringContaining('after its deadline')]);
  });

  it('that was not found by the name that was sent is said with that name', async () => {
    const { row, attempt, found } = await stuck();
    const close = { type: 'stop-loss', price: '45000' } as const;
    const stopped = { ...row(), attempt: { ...attempt, order: { ...attempt.order, close } } };
    const { clientOrderId: _ours, ...nameless } = found;
    const other = { ...nameless, exchangeOrderId: 'OTHER' };
    const at = { pair: BTC_USD, shown: { orders: [found] } };
    expect(placedFault(row(), other, at)).toContain(`(${row().clientOrderId}), but none`);
    const userref = userrefOf(row().orderKey);
    expect(placedFault(stopped, other, at)).toContain(`(${userref}), but none`);
  });
});

describe('what a person settled', () => {
  it('as placed stays in flight of its book until it was followed, and is logged', async () => {
    const { row, found, deps, log, inFlight } = await stuck();
    await settlePlaced(row(), found, WORD, deps);
    expect(await inFlight()).toEqual([row().orderKey]);
    const { account, orderKey } = row();
    const said = { account, orderKey, says: 'placed', by: 'ann' };
    expect(log.of('settled-by-hand')).toMatchObject([said]);
  });

  it('as absent gets no id of Kraken', async () => {
    const { row, deps, log } = await stuck();
    await settleAbsent(row(), WORD, deps);
    expect(row()).not.toHaveProperty('exchangeOrderId');
    expect(log.of('settled-by-hand')).toMatchObject([{ says: 'absent' }]);
  });
});
