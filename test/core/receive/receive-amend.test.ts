/** An amend that comes as a message: what it may say, and what is on record then. */
import { describe, expect, it } from 'vitest';
import { orderOfAmend, queueWaitingAmends } from '../../../functions/core/execute/amends.ts';
import {
  BODY_SECRET,
  harness,
  HALT_SECRET,
  type Post,
} from '../../functions/receive-signal/harness.ts';

const ID = 'entry-42';

async function received(
  options: Parameters<typeof harness>[0] = {},
  terms: Readonly<Record<string, unknown>> = {},
) {
  const all = harness(options);
  await all.post({ fields: { id: ID, type: 'limit', price: '99000', ...terms } });
  const [row] = all.store.rows();
  if (row === undefined) throw new Error('the signal has a row');
  const amended = () => all.queue.sent.flatMap(({ ref }) => orderOfAmend(ref) ?? []);
  const amend = (
    fields: Readonly<Record<string, unknown>> = {},
    { agoMs = 0, secret = BODY_SECRET } = {},
  ): Post => ({
    body: JSON.stringify({
      ...{ secret, action: 'amend', id: ID, time: String(all.clock.nowMs() - agoMs) },
      ...{ price: '98000', ...fields },
    }),
  });
  return { ...all, row, amended, amend };
}

describe('an amend by message', () => {
  it('is put on record and queued behind the orders of its key', async () => {
    const { post, amend, store, row, queue, amended, clock } = await received();
    const answer = await post(amend({ size: '0.002' }));
    expect(answer).toMatchObject({
      status: 200,
      body: { status: 'accepted', message: 'its order is being changed.', signal: ID },
    });
    expect(await store.amends.asked(row)).toMatchObject({
      ...{ account: 'main', orderKey: row.orderKey, source: 'btc-trend', signalId: ID },
      wish: { volume: '0.002', price: '98000' },
      ...{ firedAtMs: clock.nowMs(), askedAtMs: clock.nowMs(), untilMs: clock.nowMs() + 60_000 },
    });
    expect(amended()).toEqual([{ account: 'main', orderKey: row.orderKey }]);
    expect(new Set(queue.sent.map(({ group }) => group)).size).toBe(1);
    expect(store.row(row)).toEqual(row);
  });

  it.each([
    ['blanks and capitals', { action: 'Amend Order' }],
    ['what a template carries beside', { symbol: 'KRAKEN:BTCUSD', comment: 'up', close: '1' }],
    ['a distance', { price: '-1%' }],
  ])('may hold %s', async (_what, fields) => {
    const { post, amend, amended } = await received();
    const answer = await post(amend(fields));
    expect(answer.status, answer.text).toBe(200);
    expect(amended()).toHaveLength(1);
  });

  it('may hold a trigger and a limit, each at its place', async () => {
    const stop = { type: 'stop-loss-limit', triggerPrice: '101000', limitPrice: '101100' };
    const { post, amend, store, row } = await received(
      { source: { allow: { types: ['stop-loss-limit'] } } },
      { ...stop, price: undefined },
    );
    await post(amend({ price: undefined, triggerPrice: '102000', limitPrice: '102100' }));
    expect((await store.amends.asked(row))?.wish).toEqual({ price: '102000', price2: '102100' });
  });

  it('of two names for one price the newer amend’s counts, and nothing is unclear', async () => {
    const { post, amend, store, row, clock } = await received();
    await post(amend({ size: '0.002' }));
    await clock.sleep(1_000);
    await post(amend({ price: undefined, limitPrice: '97000' }));
    expect((await store.amends.asked(row))?.wish).toEqual({ volume: '0.002', price: '97000' });
  });

  it('of a price that its order does not have is refused at once, and is not on record', async () => {
    const { post, amend, store } = await received();
    const answer = await post(amend({ triggerPrice: '97000' }));
    expect(answer).toMatchObject({ status: 400, body: { code: 'ambiguous-field' } });
    expect(answer.text).toMatch(/limit has no \\"triggerPrice\\"/);
    expect(await store.amends.waiting(10)).toEqual([]);
  });

  it.each<[string, Record<string, unknown>, number, string, RegExp]>([
    ['without an id', { id: undefined }, 400, 'missing-field', /names the signal/],
    ['without a time', { time: undefined }, 400, 'missing-field', /"time": "\{\{timenow\}\}"/],
    ['that changes nothing', { price: undefined }, 400, 'missing-field', /changes nothing/],
    ['of an id that no signal had', { id: 'entry-43' }, 422, 'unknown-signal', /no signal/],
    ['of another type', { type: 'market' }, 400, 'ambiguous-field', /type cannot be changed/],
    ['of an end', { expire: '+1h' }, 400, 'ambiguous-field', /cancel the order and send/],
    ['of a share', { size: '10%' }, 400, 'bad-field', /whole size.*"0\.5"/],
    ['of a size in money', { size: '100 USD' }, 400, 'bad-field', /in the base asset/],
    ['of a size of zero', { size: '0' }, 422, 'bad-size', /above zero/],
    ['of a price below zero', { price: '-5' }, 422, 'bad-price', /above zero/],
    ['of no price', { price: 'NaN' }, 400, 'bad-field', /not readable/],
    ['from the future', { time: '2999-01-01T00:00:00Z' }, 422, 'future-time', /future/],
    ['with half a placeholder', { price: '{{plot_0}}' }, 400, 'bad-field', /placeholder/],
  ])('%s is refused', async (_what, fields, status, code, sentence) => {
    const all = await received();
    const answer = await all.post(all.amend(fields));
    expect(answer).toMatchObject({ status, body: { code } });
    expect(answer.body.message).toMatch(sentence);
    expect(all.amended()).toEqual([]);
    expect(await all.store.amends.waiting(10)).toEqual([]);
  });

  it('of a size is refused where harpoon.yaml sets the size', async () => {
    const source = { size: { kind: 'base', amount: '0.001' } } as const;
    const all = await received({ source });
    const answer = await all.post(all.amend({ size: '5' }));
    expect(answer).toMatchObject({ status: 422, body: { code: 'not-supported' } });
    expect((await all.post(all.amend())).status).toBe(200);
  });

  it('needs the source’s own secret: the halt secret changes no order', async () => {
    const all = await received();
    expect((await all.post(all.amend({}, { secret: HALT_SECRET }))).status).toBe(401);
    expect(await all.store.amends.waiting(10)).toEqual([]);
  });

  it('that came before changes nothing more; an older one neither; a newer one takes over', async () => {
    const { post, amend, store, row, clock } = await received();
    const first = amend({ size: '0.002' });
    await clock.sleep(5_000);
    const second = amend({ price: '97000' });
    const third = amend({ price: '96000' }, { agoMs: 2_000 });
    await post(first);
    await post(second);
    expect((await post(second)).body).toMatchObject({ status: 'duplicate' });
    expect((await post(first)).body).toMatchObject({ status: 'duplicate' });
    expect((await post(third)).body.message).toMatch(/a newer amend/);
    // What waits and is older goes out with the newer one.
    expect((await store.amends.asked(row))?.wish).toEqual({ volume: '0.002', price: '97000' });
    const clash = await post(amend({ price: '95000' }));
    expect(clash).toMatchObject({ status: 409, body: { code: 'identity-reused' } });
  });

  it('that is too old is not on record, and somebody hears of it', async () => {
    const { post, amend, store, clock } = await received();
    await clock.sleep(1_000);
    const answer = await post(amend({}, { agoMs: 60_001 }));
    expect(answer).toMatchObject({ status: 200, body: { status: 'stale' } });
    expect(await store.amends.waiting(10)).toEqual([]);
    expect(store.notices().at(-1)?.title).toMatch(/not changed in time/);
  });

  it('that comes once more when it is too old says nothing of the one that waits, or has ended', async () => {
    const { post, amend, store, row, clock } = await received();
    const older = amend({ price: '97000' }, { agoMs: 5 });
    const first = amend();
    await post(first);
    await clock.sleep(60_000);
    const told = store.notices().length;
    for (const again of [first, older]) {
      expect((await post(again)).body).toMatchObject({
        ...{ status: 'duplicate', message: 'this amend or a newer one came before.' },
      });
    }
    const waits = await store.amends.asked(row);
    if (waits === undefined) throw new Error('it waits');
    const { firedAtMs, hash } = waits;
    const set = { amended: { ended: { firedAtMs, hash } } };
    await store.orders.note(row, { why: 'amend made', atMs: 1, set, dueAtMs: null });
    await store.amends.done(waits);
    expect((await post(first)).body).toMatchObject({ status: 'duplicate' });
    expect(store.notices()).toHaveLength(told);
    // A newer one that never came before is told, and masks no other notice.
    await clock.sleep(60_000);
    expect((await post(amend({}, { agoMs: 60_001 }))).body).toMatchObject({ status: 'stale' });
    expect(store.notices().at(-1)?.id).toMatch(/^amend-late:/);
  });

  it.each(['rejected', 'expired', 'suppressed', 'withdrawn'] as const)(
    'of an order that is %s says so',
    async (state) => {
      const { post, amend, store, row, amended } = await received();
      await store.orders.move(row, state, { why: 'it ended', atMs: 1, dueAtMs: null });
      expect((await post(amend())).body).toMatchObject({
        ...{ status: 'duplicate' },
        message: `its order is ${state} already: there is nothing to change.`,
      });
      expect(amended()).toEqual([]);
    },
  );

  it('is asked for again when the store failed: 503, and nothing is lost', async () => {
    const { post, amend, store, amended } = await received();
    store.fail(1);
    expect((await post(amend())).status).toBe(503);
    expect((await post(amend())).status).toBe(200);
    expect(amended().length).toBeGreaterThan(0);
  });

  it('that lost its message is queued again by the minute’s job, once a minute', async () => {
    const { post, amend, store, queue, clock, config, amended } = await received();
    await post(amend());
    queue.sent.splice(0);
    const minute = () => queueWaitingAmends({ amends: store.amends, queue, clock, config });
    await minute();
    expect(amended()).toEqual([]);
    await clock.sleep(60_000);
    await minute();
    await minute();
    expect(amended()).toHaveLength(1);
  });
});
