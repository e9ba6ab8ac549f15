/** Looks for an order with an attached close, which the exchange knows by a userref alone. */
import { describe, expect, it } from 'vitest';
import { decimal } from '../../../functions/core/decimal.ts';
import { userrefOf } from '../../../functions/core/identity.ts';
import type { Exchange, FoundOrder } from '../../../functions/core/ports.ts';
import { MAX_SKEW_MS } from '../../../functions/core/protocol.ts';
import { look } from '../../../functions/core/reconcile/look-up.ts';
import { closeOrderOf, shownOrder } from '../../fakes/shown-order.ts';
import { uncertain } from './uncertain-fixture.ts';

const CLOSE = { type: 'stop-loss', price: '48000' } as const;
const TOLERANCE_MS = MAX_SKEW_MS + 3_000;

/** An attempt with a stop whose outcome is unknown, and what the exchange shows of it. */
async function looked() {
  const all = await uncertain();
  all.clock.advance(60_000);
  const attempt = { ...all.attempt, order: { ...all.attempt.order, close: CLOSE } };
  const userref = userrefOf(all.row().orderKey);
  const entry: FoundOrder = {
    ...{ exchangeOrderId: 'OENTRY', userref, ...shownOrder(attempt.order) },
    ...{ openedAtMs: attempt.preparedAtMs, status: 'closed' },
    filled: decimal(attempt.order.volume),
  };
  const stop = closeOrderOf(attempt.order, entry, attempt.preparedAtMs) as FoundOrder;
  const seen = (shown: readonly FoundOrder[], changes: Partial<Exchange> = {}) => {
    all.exchange.book.clear();
    shown.forEach((order, at) => all.exchange.book.set(String(at), [order]));
    const exchange = { ...all.exchange, ...changes };
    return look(all.row(), attempt, async () => exchange, all.deps);
  };
  return { ...all, attempt, userref, entry, stop, seen };
}

const late = (openedAtMs: number) => ({ openedAtMs: openedAtMs + 10_000 + TOLERANCE_MS + 1 });

describe('an order with an attached close', () => {
  it('is asked for by its userref, and found by it', async () => {
    const { seen, entry, userref, exchange } = await looked();
    const asked: unknown[] = [];
    const find: Exchange['find'] = (name, sinceMs) => {
      asked.push(name.userref);
      return exchange.find(name, sinceMs);
    };
    expect(await seen([entry], { find })).toMatchObject({ kind: 'found', order: entry });
    expect(asked).toEqual([userref]);
  });

  it('is not mistaken for the close order that it opened, which has its userref', async () => {
    const { seen, entry, stop } = await looked();
    expect(await seen([stop, entry])).toMatchObject({ kind: 'found', order: entry });
  });

  it('is found through its close order where it is not shown itself', async () => {
    const { seen, entry, stop, exchange } = await looked();
    const find: Exchange['find'] = async () => [stop];
    const orders: Exchange['orders'] = async (ids) => {
      return ids.includes(entry.exchangeOrderId) ? [entry] : exchange.orders(ids);
    };
    expect(await seen([stop], { find, orders })).toMatchObject({ kind: 'found', order: entry });
  });

  it('is neither found nor absent while a close order stands there without its parent', async () => {
    const { seen, stop } = await looked();
    const sight = await seen([stop]);
    expect(sight).toMatchObject({ kind: 'no-proof' });
    expect(sight.kind === 'no-proof' && sight.why).toContain('the order that opened it is not');
  });

  it.each<[string, (order: FoundOrder) => Partial<FoundOrder>]>([
    ['older', ({ openedAtMs }) => ({ openedAtMs: openedAtMs - TOLERANCE_MS - 1 })],
    [
      'later, and another one',
      ({ openedAtMs }) => ({ ...late(openedAtMs), volume: decimal('0.5') }),
    ],
    ['of another pair', () => ({ pair: 'ETHUSD' })],
    ['on the other side', () => ({ side: 'sell' })],
    ['that another order opened', () => ({ refid: 'OPARENT' })],
  ])('is not somebody else’s order of the same userref that is %s', async (_name, change) => {
    const { seen, entry } = await looked();
    const other = { ...entry, exchangeOrderId: 'OOTHER', ...change(entry) };
    const parent = { ...entry, exchangeOrderId: 'OPARENT', userref: 1, pair: 'ETHUSD' };
    expect(await seen([other, parent])).toMatchObject({ kind: 'nothing' });
    expect(await seen([other, parent, entry])).toMatchObject({ kind: 'found', order: entry });
  });

  it('is not called absent when it was opened after its deadline, which Kraken excludes', async () => {
    const { seen, entry } = await looked();
    expect(await seen([{ ...entry, ...late(entry.openedAtMs) }])).toMatchObject({
      kind: 'contradiction',
      why: expect.stringContaining('outside of the attempt') as string,
    });
  });

  it('is found up to the edges of its attempt', async () => {
    const { seen, entry } = await looked();
    for (const ms of [-TOLERANCE_MS, 10_000 + TOLERANCE_MS]) {
      const edge = { ...entry, openedAtMs: entry.openedAtMs + ms };
      expect((await seen([edge])).kind).toBe('found');
    }
  });

  it.each<[string, Partial<FoundOrder>]>([
    ['another close', { closes: 'close position @ stop loss 47000.0' }],
    ['another volume', { volume: decimal('0.5') }],
    ['another type', { type: 'limit', price: decimal('50000') }],
  ])('contradicts what was sent with %s', async (_name, change) => {
    const { seen, entry } = await looked();
    expect(await seen([{ ...entry, ...change }])).toMatchObject({
      kind: 'contradiction',
      why: expect.stringContaining('OENTRY: its') as string,
    });
  });

  it('contradicts what was sent without any close', async () => {
    const { seen, entry } = await looked();
    const { closes: _closes, ...bare } = entry;
    expect(await seen([bare])).toMatchObject({
      kind: 'contradiction',
      why: 'OENTRY: its attached close is none, and stop-loss 48000 was sent',
    });
  });

  it('contradicts itself when two of its userref fit', async () => {
    const { seen, entry } = await looked();
    const sight = await seen([entry, { ...entry, exchangeOrderId: 'OTWICE' }]);
    expect(sight).toMatchObject({ kind: 'contradiction' });
    expect(sight.kind === 'contradiction' && sight.why).toContain('OENTRY, OTWICE');
  });

  it('is found behind its trade where it does not show by its userref', async () => {
    const { seen, entry } = await looked();
    const find: Exchange['find'] = async () => [];
    expect(await seen([entry], { find })).toMatchObject({ kind: 'found', order: entry });
  });

  it('is not proved absent by trades of others', async () => {
    const { seen, entry, userref } = await looked();
    const other = { ...entry, exchangeOrderId: 'OOTHER', userref: userref - 1 };
    expect(await seen([other])).toMatchObject({ kind: 'nothing' });
  });
});
