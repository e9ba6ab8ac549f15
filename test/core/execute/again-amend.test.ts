/** When an amend whose answer got lost goes out again, and when nobody can tell what became of it. */
import { describe, expect, it } from 'vitest';
import { decimal } from '../../../functions/core/decimal.ts';
import { amending, NOT_MADE, ONE_ROUND_MS } from './amend-fixture.ts';

const DAY_MS = 24 * 3_600_000;
const HOUR_MS = 3_600_000;

/** An amend of which one copy went out and got lost. */
async function lost(forMs = 60_000) {
  const all = amending();
  const row = await all.placed();
  all.exchange.amendFates.push(NOT_MADE);
  const askedAtMs = all.clock.nowMs();
  await all.ask(row, { price: '49000' }, { untilMs: askedAtMs + forMs });
  /** One round at that time after it was asked for. */
  const roundAt = async (afterMs: number) => {
    await all.clock.sleep(askedAtMs + afterMs - all.clock.nowMs());
    await all.amend(row, all.clock.nowMs() + ONE_ROUND_MS);
  };
  await roundAt(0);
  return { ...all, row, roundAt };
}

describe('an amend whose answer got lost', () => {
  it.each([
    [HOUR_MS - 4_501, 2, 0, 'changed'],
    [HOUR_MS - 4_500, 1, 1, 'placed'],
    [HOUR_MS - 1, 1, 1, 'placed'],
    [HOUR_MS, 1, 0, 'not changed'],
  ])(
    'goes out again as long as its time lasts, and then a look settles it: after %i ms',
    async (afterMs, copies, count, happened) => {
      const { exchange, roundAt, waits, store } = await lost(HOUR_MS);
      await roundAt(afterMs);
      expect(exchange.amends).toHaveLength(copies);
      expect(await waits()).toBe(count);
      const told = store.notices().filter(({ id }) => !id.startsWith('amend-waits:'));
      expect(told.at(-1)?.title).toBe(`buy BTC/USD on main: ${happened}`);
    },
  );

  it.each([
    [100_000 - 1, 1, 'whether Kraken changed it is not known'],
    [100_000, 1, 'Kraken shows neither the order as it was nor as asked'],
    [DAY_MS - 1, 1, 'Kraken shows neither the order as it was nor as asked'],
    [DAY_MS, 0, undefined],
  ])(
    'and whose order was changed by hand is looked at for a day, and then told: after %i ms',
    async (afterMs, count, why) => {
      const { exchange, store, row, roundAt, waits, whyWaits, last, log } = await lost();
      const { clientOrderId } = store.row(row);
      const [order] = exchange.book.get(clientOrderId) ?? [];
      if (order === undefined) throw new Error('the order is there');
      exchange.book.set(clientOrderId, [{ ...order, price: decimal('48000') }]);
      log.lines.length = 0;
      await roundAt(afterMs);
      expect(await waits()).toBe(count);
      expect(whyWaits()).toBe(why);
      const isTold = last()?.title.includes('NEEDS YOU, whether it was changed is not known');
      expect(isTold).toBe(count === 0);
    },
  );

  it.each([
    [DAY_MS - 1, 1],
    [DAY_MS, 0],
  ])('and whose order is hidden waits for a day: after %i ms %i wait', async (afterMs, count) => {
    const { exchange, roundAt, waits } = await lost();
    exchange.blind = true;
    await roundAt(afterMs);
    expect(await waits()).toBe(count);
  });
});
