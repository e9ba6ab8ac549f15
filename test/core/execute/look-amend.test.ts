/** What a look at an order says of the changes to it that went out, and that nobody settled. */
import { describe, expect, it } from 'vitest';
import {
  mayStillCome,
  orderSeen,
  settleEarlier,
} from '../../../functions/core/execute/look-amend.ts';
import type { AskedAmend, Order } from '../../../functions/core/order.ts';
import type { FoundOrder } from '../../../functions/core/ports.ts';
import { DEADLINE_MS, MAX_SKEW_MS, SETTLE_MS } from '../../../functions/core/protocol.ts';
import { BTC_USD } from '../../fakes/exchange.ts';
import { shownOrder } from '../../fakes/shown-order.ts';
import { amending, LOST } from './amend-fixture.ts';

const LICENSED_MS = 1_000;
const UNTIL_MS = LICENSED_MS + DEADLINE_MS;
const BEFORE: Order = {
  ...{ pair: 'XBTUSD', side: 'buy', type: 'limit', volume: '0.01', price: '49500' },
};
const ASKED: AskedAmend = {
  ...{ firedAtMs: 500, hash: 'hash', before: BEFORE, order: { ...BEFORE, price: '49000' } },
  ...{ adds: false, licensedAtMs: LICENSED_MS, deadlineMs: UNTIL_MS },
};
const AGAIN = { deadlineMs: UNTIL_MS + 5_000 };

describe('a change that went out', () => {
  it.each<[string, Partial<AskedAmend> | undefined, number, boolean]>([
    ['may arrive until its deadline', {}, UNTIL_MS, true],
    ['may as long as clocks may differ', {}, UNTIL_MS + MAX_SKEW_MS, true],
    ['cannot after that', {}, UNTIL_MS + MAX_SKEW_MS + 1, false],
    ['cannot once it is settled', { settledAtMs: 2_000 }, 2_000, false],
    ['may where it went out twice', { ...AGAIN, settledAtMs: 2_000 }, UNTIL_MS, true],
    ['of which there is none cannot', undefined, 2_000, false],
  ])('%s', (_what, asked, nowMs, may) => {
    const amended = asked === undefined ? {} : { asked: { ...ASKED, ...asked } };
    expect(mayStillCome({ amended }, nowMs)).toBe(may);
  });
});

describe('the order that Kraken has for good', () => {
  const shows = (price: string): FoundOrder => ({
    ...shownOrder({ ...BEFORE, price }),
    ...{ exchangeOrderId: 'O', openedAtMs: 0, status: 'open', filled: shownOrder(BEFORE).volume },
  });

  it.each([
    ['is the one that was asked for, as soon as it shows', '49000', UNTIL_MS, '49000'],
    ['is not known while reads may lag', '49500', UNTIL_MS + SETTLE_MS - 1, undefined],
    ['is the one before, once they cannot', '49500', UNTIL_MS + SETTLE_MS, '49500'],
    ['is not known where it shows none of them', '47000', UNTIL_MS + SETTLE_MS, undefined],
  ])('%s', async (_what, shown, nowMs, price) => {
    const row = { ...(await amending().placed()), amended: { now: BEFORE, asked: ASKED } };
    expect(orderSeen(row, { found: shows(shown), pair: BTC_USD }, nowMs)?.price).toBe(price);
  });
});

describe('an earlier amend that a look settles', () => {
  it('is on record, and its order is looked at when it was to be', async () => {
    const { placed, ask, amend, exchange, store, deps, why } = amending();
    const fate = { changed: false, told: LOST } as const;
    const row = await placed();
    exchange.amendFates.push(fate, fate, fate, { ...fate, changed: true });
    await ask(row, { price: '49000' });
    const orders = exchange.orders.bind(exchange);
    exchange.orders = async (ids) => (exchange.amends.length < 4 ? orders(ids) : []);
    await amend(row);
    exchange.orders = orders;
    const before = store.row(row);
    expect(before.amended?.asked).not.toHaveProperty('settledAtMs');
    expect(before.dueAtMs).toBeGreaterThan(0);
    const [found] = await exchange.orders([before.exchangeOrderId ?? '']);
    if (found === undefined) throw new Error('the order is there');
    const after = await settleEarlier(before, { found, pair: BTC_USD } as never, deps);
    expect(after).toMatchObject({ amended: { now: { price: '49000' } }, dueAtMs: before.dueAtMs });
    expect(why(row)).toMatch(/^an earlier amend is settled by a look: .* limit 49000$/);
  });
});
