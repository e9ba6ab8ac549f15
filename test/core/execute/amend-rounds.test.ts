/** How often an amend is tried in one invocation, what ends it in time, and what follows from none. */
import { describe, expect, it } from 'vitest';
import { amendOrder } from '../../../functions/core/execute/amend-order.ts';
import { endAmend, isEnded } from '../../../functions/core/execute/end-amend.ts';
import type { AmendName, AmendRecord } from '../../../functions/core/order.ts';
import { amending, LIMIT, NOT_MADE, ONE_ROUND_MS } from './amend-fixture.ts';

/** An order that rests, with an amend that waits. */
async function asked() {
  const all = amending();
  const row = await all.placed();
  const amend = await all.ask(row, { price: '49000' });
  const carryOut = (forMs: number) => all.amend(row, all.clock.nowMs() + forMs);
  return { ...all, row, asked: amend, carryOut };
}

describe('the rounds of an amend', () => {
  it('are four, with longer pauses from one to the next', async () => {
    const { exchange, clock, carryOut, waits, asked: amend } = await asked();
    let looks = 0;
    exchange.orders = () => Promise.reject(new Error(`away ${(looks += 1)}`));
    await carryOut(60_000);
    expect(looks).toBe(4);
    expect(clock.nowMs() - amend.askedAtMs).toBe(400 + 800 + 1_200 + 1_600);
    expect(await waits()).toBe(1);
  });

  it.each([
    [9_000, 1, 'too little time in the invocation'],
    [9_001, 0, undefined],
  ])('need more than 9 s each: in %i ms %i wait', async (forMs, count, why) => {
    const { carryOut, waits, whyWaits } = await asked();
    await carryOut(forMs);
    expect(await waits()).toBe(count);
    expect(whyWaits()).toBe(why);
  });

  it('hold nobody up where only time can help: the order has not gone out', async () => {
    const { receive, ask, amend, clock, whyWaits } = amending();
    const row = await receive(LIMIT);
    const { askedAtMs } = await ask(row, { price: '49000' });
    await amend(row, askedAtMs + 60_000);
    expect(clock.nowMs()).toBe(askedAtMs);
    expect(whyWaits()).toBe('its order has not gone out yet');
  });

  it('go on after the store was away, and say so', async () => {
    const { store, carryOut, waits, whyWaits } = await asked();
    const license = store.orders.licenseAmend.bind(store.orders);
    store.orders.licenseAmend = () => Promise.reject(new Error('the store is away'));
    await carryOut(ONE_ROUND_MS);
    expect(await waits()).toBe(1);
    expect(whyWaits()).toBe('the store is away');
    store.orders.licenseAmend = license;
    await carryOut(ONE_ROUND_MS);
    expect(await waits()).toBe(0);
  });

  it.each([0, 60_000])('of no amend at all read no order, in %i ms', async (forMs) => {
    const { placed, deps, clock, whyWaits } = amending();
    const row = await placed();
    const reads: string[] = [];
    const read: typeof deps.orders.read = (ref) => {
      reads.push(ref.orderKey);
      return deps.orders.read(ref);
    };
    await amendOrder(row, { ...deps, orders: { ...deps.orders, read } }, clock.nowMs() + forMs);
    expect(reads).toEqual([]);
    expect(whyWaits()).toBeUndefined();
  });
});

describe('an amend that has not gone out', () => {
  it.each([
    [59_999, 1],
    [60_000, 0],
  ])('ends with its time, also where its order is hidden: after %i ms', async (afterMs, count) => {
    const { exchange, clock, carryOut, waits, last, whyWaits } = await asked();
    exchange.blind = true;
    await clock.sleep(afterMs);
    await carryOut(ONE_ROUND_MS);
    expect(await waits()).toBe(count);
    if (count === 1) expect(whyWaits()).toBe('Kraken does not show the order just now');
    else expect(last()?.text).toMatch(/^Its time was over before it could go out/);
  });

  it('is another one than what went out at the same time, and waits for that', async () => {
    const { exchange, clock, carryOut, store, whyWaits, asked: amend } = await asked();
    exchange.amendFates.push(NOT_MADE);
    await carryOut(ONE_ROUND_MS);
    await clock.sleep(1_000);
    // As a table that was restored has it: it has forgotten what went out.
    store.amends.asked = () => Promise.resolve({ ...amend, hash: 'another' });
    await carryOut(ONE_ROUND_MS);
    expect(exchange.amends).toHaveLength(1);
    expect(whyWaits()).toBe('an earlier amend may still arrive');
  });
});

describe('an amend has ended', () => {
  const amend: AmendName = { firedAtMs: 20, hash: 'this' };
  const at = (firedAtMs: number, hash = 'another'): AmendName => ({ firedAtMs, hash });
  const asking = (name: AmendName): AmendRecord => ({ asked: name as never });

  it.each<[string, boolean, AmendRecord | undefined]>([
    ['it has, on record', true, { ended: amend }],
    ['a newer one has', true, { ended: at(21) }],
    ['a newer one went out', true, { ended: at(19), ...asking(at(21)) }],
    ['nothing is on record', false, undefined],
    ['an older one has', false, { ended: at(19) }],
    ['another one of the same time has', false, { ended: at(20) }],
    ['an older one went out', false, asking(at(19))],
    ['it went out itself', false, asking(amend)],
  ])('when %s: %s', async (_what, is, amended) => {
    const row = await amending().receive();
    expect(isEnded({ ...row, ...(amended ? { amended } : {}) }, amend)).toBe(is);
  });
});

describe('what is on record of an amend that ends', () => {
  it('names the order only where it was changed', async () => {
    const { row, carryOut, clock, ask, deps, store, why } = await asked();
    await carryOut(ONE_ROUND_MS);
    expect(why(row)).toMatch(/^amend made: 0\.01010101 at limit 49000: changed in place/);
    await clock.sleep(1_000);
    const amend = await ask(row, { price: '48000' });
    const how = { kind: 'too-late', why: 'its time was over' } as const;
    await endAmend({ amend, row: store.row(row), how }, deps);
    expect(why(row)).toBe('amend too late: its time was over');
  });
});

describe('an amend that waits', () => {
  it.each([
    [119_999, 0],
    [120_000, 1],
  ])('is told to a person from two minutes on: after %i ms', async (afterMs, count) => {
    const { clock, carryOut, store } = await asked();
    await clock.sleep(afterMs);
    await carryOut(0);
    const told = store.notices().filter(({ id }) => id.startsWith('amend-waits:'));
    expect(told).toHaveLength(count);
  });

  it('for an order that the table has forgotten is told to nobody', async () => {
    const { receive, ask, amend, clock, store } = amending();
    const gone = { ...(await receive()), orderKey: 'f'.repeat(64) };
    await ask(gone, { price: '49000' });
    await clock.sleep(600_000);
    await amend(gone, clock.nowMs());
    expect(store.notices()).toEqual([]);
  });
});
