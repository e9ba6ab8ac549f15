/** A cancel that comes as a message: what it may say, and what is on record then. */
import { describe, expect, it } from 'vitest';
import { orderOfRecall, queueWaitingRecalls } from '../../../functions/core/execute/recalls.ts';
import {
  BODY_SECRET,
  harness,
  HALT_SECRET,
  type Post,
} from '../../functions/receive-signal/harness.ts';

const ID = 'entry-42';

function cancel(fields: Readonly<Record<string, unknown>> = {}, secret = BODY_SECRET): Post {
  return { body: JSON.stringify({ secret, action: 'cancel', id: ID, ...fields }) };
}

/** The webhook, with one signal that waits to be carried out. */
async function received() {
  const all = harness();
  await all.post({ fields: { id: ID } });
  const [row] = all.store.rows();
  if (row === undefined) throw new Error('the signal has a row');
  const recalled = () => all.queue.sent.flatMap(({ ref }) => orderOfRecall(ref) ?? []);
  return { ...all, row, recalled };
}

describe('a cancel by message', () => {
  it('puts the recall of the order on record and queues it, in a group of its own', async () => {
    const { post, store, row, queue, recalled, clock } = await received();
    expect(await post(cancel())).toMatchObject({
      status: 200,
      body: {
        status: 'accepted',
        message: 'its order is being cancelled.',
        signal: ID,
        accounts: [{ account: 'main', status: 'accepted' }],
      },
    });
    expect(await store.recalls.asked(row)).toEqual({
      ...{ account: 'main', orderKey: row.orderKey },
      ...{ source: 'btc-trend', signalId: ID, askedAtMs: clock.nowMs() },
    });
    expect(recalled()).toEqual([{ account: 'main', orderKey: row.orderKey }]);
    expect(new Set(queue.sent.map(({ group }) => group)).size).toBe(2);
    // The row itself is the worker's to change.
    expect(store.row(row)).toEqual(row);
  });

  it.each([
    ['blanks and capitals', { action: 'Cancel Order' }],
    ['what a template carries beside', { symbol: 'KRAKEN:BTCUSD', time: 'x', comment: 'out' }],
    ['fields that Harpoon does not know', { strategy: 'trend' }],
    ['fields that are not set', { stopLoss: null, leverage: 0 }],
  ])('may hold %s', async (_what, fields) => {
    const { post, recalled } = await received();
    const answer = await post(cancel(fields));
    expect(answer.status, answer.text).toBe(200);
    expect(recalled()).toHaveLength(1);
  });

  it.each<[string, Post, number, string, RegExp]>([
    [
      'without an id',
      cancel({ id: undefined }),
      400,
      'missing-field',
      /names the signal.*"entry-42"/,
    ],
    ['of an id that no signal had', cancel({ id: 'entry-43' }), 422, 'unknown-signal', /no signal/],
    ['with a size', cancel({ size: '0.5' }), 400, 'ambiguous-field', /size does not belong.*whole/],
    ['with a price', cancel({ price: '1' }), 400, 'ambiguous-field', /cancel it and send a new/],
    ['with half a placeholder', cancel({ id: '{{x' }), 400, 'bad-field', /placeholder/],
    ['with the halt secret alone', cancel({}, HALT_SECRET), 401, 'unauthenticated', /not auth/],
    ['of another source', { ...cancel(), source: 'custom' }, 401, 'unauthenticated', /not auth/],
  ])('%s is refused', async (_what, post, status, code, sentence) => {
    const all = await received();
    const answer = await all.post(post);
    expect(answer).toMatchObject({ status, body: { code } });
    expect(answer.body.message).toMatch(sentence);
    expect(all.recalled()).toEqual([]);
    expect(await all.store.recalls.waiting(10)).toEqual([]);
  });

  it.each(['rejected', 'expired', 'suppressed', 'withdrawn'] as const)(
    'of an order that is %s says so, and asks nobody for anything',
    async (state) => {
      const { post, store, row, recalled } = await received();
      await store.orders.move(row, state, { why: 'it ended', atMs: 1, dueAtMs: null });
      expect((await post(cancel())).body).toMatchObject({
        ...{ status: 'duplicate' },
        message: `its order is ${state} already: there is nothing to cancel.`,
      });
      expect(recalled()).toEqual([]);
    },
  );

  it('is asked for again when the store or the queue failed: 503, and nothing is lost', async () => {
    const { post, store, recalled } = await received();
    store.fail(1);
    expect((await post(cancel())).status).toBe(503);
    expect((await post(cancel())).status).toBe(200);
    expect((await post(cancel())).status).toBe(200);
    expect(recalled().length).toBeGreaterThan(0);
    expect(await store.recalls.waiting(10)).toHaveLength(1);
  });

  it('that lost its message is queued again by the minute’s job, once a minute', async () => {
    const { post, store, queue, clock, config, recalled } = await received();
    await post(cancel());
    queue.sent.splice(0);
    const minute = () => queueWaitingRecalls({ recalls: store.recalls, queue, clock, config });
    await minute();
    expect(recalled()).toEqual([]);
    await clock.sleep(60_000);
    await minute();
    await minute();
    expect(recalled()).toHaveLength(1);
    await clock.sleep(60_000);
    await minute();
    expect(recalled()).toHaveLength(2);
  });
});
