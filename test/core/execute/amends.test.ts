/** Amends on record: which of two stands, and what is handed to the worker once a minute. */
import { describe, expect, it } from 'vitest';
import { joined, queueWaitingAmends, type Amend } from '../../../functions/core/execute/amends.ts';
import { REQUEUE_MS } from '../../../functions/core/protocol.ts';
import { amending } from './amend-fixture.ts';

const BEFORE: Amend = {
  ...{ account: 'main', orderKey: 'order', source: 'trend', signalId: 'signal' },
  ...{ firedAtMs: 1_000, hash: 'before', askedAtMs: 1_000, untilMs: 61_000 },
  wish: { volume: '0.02', price: '49000' },
};
const NEWER: Amend = {
  ...{ ...BEFORE, firedAtMs: 2_000, hash: 'newer', askedAtMs: 2_000, untilMs: 62_000 },
  wish: { price: '48000' },
};

describe('an amend of an order', () => {
  const both = { volume: '0.02', price: '48000' };

  it.each<[string, boolean, Partial<Amend>, Amend['wish']]>([
    ['says what an older one says alone, while that waits', true, {}, both],
    ['says only its own once the older one is carried out', false, {}, NEWER.wish],
    [
      'says the older one’s until its time is over',
      ...([true, { askedAtMs: BEFORE.untilMs - 1 }, both] as const),
    ],
    [
      'says only its own where the time of the older one is over',
      ...([true, { askedAtMs: BEFORE.untilMs }, NEWER.wish] as const),
    ],
  ])('%s', (_what, waits, more, wish) => {
    const amend = { ...NEWER, ...more };
    expect(joined(amend, { amend: BEFORE, waits })).toEqual({ ...amend, wish });
  });

  it.each([
    ['older', { firedAtMs: 999 }],
    ['repeated', { firedAtMs: 1_000, hash: 'before' }],
    ['clash', { firedAtMs: 1_000 }],
  ])('is %s beside one on record', (what, more) => {
    expect(joined({ ...NEWER, ...more }, { amend: BEFORE, waits: true })).toBe(what);
  });
});

describe('the minute’s job', () => {
  it('hands over what has waited for a while, once a minute', async () => {
    const { ask, receive, queue, store, config, clock } = amending();
    const row = await receive();
    await ask(row, { price: '49000' });
    const run = () => queueWaitingAmends({ amends: store.amends, queue, config, clock });
    const names = () => queue.sent.map(({ dedup }) => dedup);
    clock.advance(REQUEUE_MS - 1);
    await run();
    expect(names()).toEqual([]);
    clock.advance(1);
    await run();
    expect(names()).toHaveLength(1);
    clock.advance(10_000);
    await run();
    const name = `amend-${row.orderKey}`;
    const minute = Math.floor(clock.nowMs() / 60_000);
    expect(names()).toEqual([`${name}-${minute}`]);
    clock.advance(60_000);
    await run();
    expect(names()).toEqual([`${name}-${minute}`, `${name}-${minute + 1}`]);
    expect(queue.sent[0]?.ref).toEqual({ account: 'main', orderKey: name });
  });
});
