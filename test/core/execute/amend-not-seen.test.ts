/** An amend that went out, and whose order cannot be looked at any more. */
import { describe, expect, it } from 'vitest';
import { REDUCING_MAX_AGE_MS } from '../../../functions/core/protocol.ts';
import { ordersShown } from '../../../functions/core/order-now.ts';
import { KEY_ID } from '../order-fixture.ts';
import { amending, LOST } from './amend-fixture.ts';

const DAY_MS = 24 * 3_600_000;

/** An amend whose answers got lost until its time was over. */
async function lost() {
  const all = amending();
  const row = await all.placed();
  const fate = { changed: false, told: LOST } as const;
  all.exchange.amendFates.push(fate, fate, fate, fate);
  const { askedAtMs } = await all.ask(row, { price: '49000' });
  await all.amend(row);
  await all.clock.sleep(60_000);
  const sleepUntil = (atMs: number) => all.clock.sleep(atMs - all.clock.nowMs());
  return { ...all, row, askedAtMs, sleepUntil };
}

type Lost = Awaited<ReturnType<typeof lost>>;

describe('an amend that went out, of an order that cannot be looked at,', () => {
  it.each<[string, (all: Lost) => unknown, RegExp]>([
    [
      'as its account was removed',
      ({ deps, config }) => Object.assign(deps, { config: { ...config, accounts: {} } }),
      /main is not in harpoon\.yaml any more/,
    ],
    [
      'as its keys cannot be read',
      ({ deps }) => Object.assign(deps, { desk: () => Promise.reject(new Error('key is sEcReT')) }),
      /he keys of account main cannot be read/,
    ],
    [
      'as its order is hidden',
      ({ exchange }) => (exchange.blind = true),
      /does not show the order just now/,
    ],
    [
      'as its key is not armed',
      ({ deps }) => (deps.lanes.take = () => Promise.resolve('not-armed')),
      /he trade key of main is not-armed/,
    ],
  ])('%s, waits for a day and is then told as not known', async (_what, trouble, why) => {
    const all = await lost();
    const { row, amend, askedAtMs, sleepUntil, clock, waits, last, store } = all;
    trouble(all);
    await sleepUntil(askedAtMs + DAY_MS - 40_000);
    await amend(row);
    expect(await waits()).toBe(1);
    await sleepUntil(askedAtMs + DAY_MS);
    await amend(row);
    expect(await waits()).toBe(0);
    expect(last()).toMatchObject({
      urgency: 'page',
      title: 'buy BTC/USD on main: NEEDS YOU, whether it was changed is not known',
    });
    expect(last()?.text).toMatch(why);
    expect(
      store
        .notices()
        .map(({ text }) => text)
        .join(),
    ).not.toContain('sEcReT');
    // What nobody knows stays told as unknown: either order is taken for ours.
    const shown = ordersShown(store.row(row), clock.nowMs() + DAY_MS);
    expect(shown.map(({ price }) => price)).toContain('49000');
    expect(shown.map(({ price }) => price)).toContain('49500');
  });

  it('is not given up while a copy of it may still arrive', async () => {
    const all = amending();
    const { row, amend, clock, waits, exchange, ask } = { ...all, row: await all.placed() };
    await ask(row, { price: '49000' }, { untilMs: clock.nowMs() + REDUCING_MAX_AGE_MS });
    await clock.sleep(DAY_MS - 20_000);
    const fate = { changed: false, told: LOST } as const;
    exchange.amendFates.push(fate, fate, fate, fate);
    await amend(row);
    exchange.blind = true;
    await clock.sleep(60_000);
    await amend(row);
    expect(await waits()).toBe(1);
    await clock.sleep(60_000);
    await amend(row);
    expect(await waits()).toBe(0);
  });

  it('gives the lane back', async () => {
    const { row, amend, store, exchange } = await lost();
    exchange.blind = true;
    await amend(row);
    expect(await store.lanes.take(KEY_ID, 'next')).toMatchObject({ owner: 'next' });
  });
});
