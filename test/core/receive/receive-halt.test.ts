import { describe, expect, it } from 'vitest';
import { cancelRef } from '../../../functions/core/halt/cancel-ref.ts';
import { applyHalt, haltRef, isHaltRef } from '../../../functions/core/halt/halt-requests.ts';
import { EVERY_ACCOUNT, switchOf } from '../../../functions/core/halt/switch-board.ts';
import { watchSwitches } from '../../../functions/core/halt/switch-watch.ts';
import {
  BODY_SECRET,
  HALT_SECRET,
  harness,
  SECRETS,
  type Post,
} from '../../functions/receive-signal/harness.ts';

/** A message that says nothing but what is given. */
function halt(fields: Readonly<Record<string, unknown>> = {}, secret = BODY_SECRET): Post {
  return { body: JSON.stringify({ secret, action: 'halt', ...fields }) };
}

/** The webhook, and the worker that carries out what was queued. */
function halting() {
  const all = harness();
  const { config, clock, log, queue, store } = all;
  const deps = { config, clock, log, queue, board: store.board, halts: store.halts };
  const work = async (): Promise<void> => {
    for (const { ref } of queue.sent) if (isHaltRef(ref)) await applyHalt(ref.account, deps);
  };
  const post = async (request?: Post) => {
    const answer = await all.post(request);
    await work();
    return answer;
  };
  return { ...all, deps, post };
}

const blocksOf = async (
  { store }: Pick<ReturnType<typeof harness>, 'store'>,
  scope = switchOf('main'),
) => (await store.board.read(scope))?.blocks;

describe('a halt by message', () => {
  it('with the ordinary secret stops the accounts of the source', async () => {
    const all = halting();
    const answer = await all.post(halt());
    const asked = { level: 'warn', source: 'btc-trend', blocks: 'entries' };
    expect(all.log.of('halt-asked')).toMatchObject([asked]);
    expect(answer).toMatchObject({
      status: 200,
      body: {
        status: 'halted',
        message:
          'account main is being halted: orders that open or add to a position are stopped within seconds. Only a person can resume.',
        accounts: [{ account: 'main', status: 'halted' }],
      },
    });
    expect(await all.store.board.read(switchOf('main'))).toMatchObject({
      ...{ blocks: 'entries', by: 'source btc-trend', why: 'a message said halt' },
    });
    expect(all.store.rows()).toEqual([]);
    expect((await all.post()).body.status).toBe('halted');
  });

  it.each<[string, Readonly<Record<string, unknown>>, object]>([
    ['a level', { level: 'all' }, { blocks: 'all' }],
    ['an account', { account: 'main' }, { blocks: 'entries' }],
    ['a reason', { why: 'the feed is broken' }, { why: 'the feed is broken' }],
    ['its action in capitals', { action: ' HALT ' }, { blocks: 'entries' }],
    ['fields that mean nothing to it', { price: 'x', id: 7 }, { blocks: 'entries' }],
    ['no id and no time', { id: null, time: null }, { blocks: 'entries' }],
  ])('may say %s', async (_name, fields, state) => {
    const { post, store } = halting();
    expect((await post(halt(fields))).status).toBe(200);
    expect(await store.board.read(switchOf('main'))).toMatchObject(state);
  });

  it('may ask for a cancel of what is open', async () => {
    const { post, store, queue } = halting();
    const answer = await post(halt({ cancel: true }));
    expect(answer.body.message).toContain('Open orders are being cancelled.');
    expect(await store.board.cancelAsked('main')).toMatchObject({ by: 'source btc-trend' });
    expect(queue.sent).toMatchObject([
      { ref: haltRef('btc-trend'), group: 'halt-btc-trend' },
      { ref: cancelRef('main') },
    ]);
  });

  it('may write its names in capitals', async () => {
    const { post, store } = halting();
    const answer = await post(halt({ level: 'all', Level: 'all', CANCEL: true }));
    expect(answer.body.message).toContain('Open orders are being cancelled.');
    expect(await store.board.read(switchOf('main'))).toMatchObject({ blocks: 'all' });
  });

  it('may sell what is held where its source is allowed to', async () => {
    const all = harness({ source: { allow: { flatten: true } } });
    const answer = await all.post(halt({ flatten: true }));
    expect(answer.body.message).toBe(
      'account main is being halted: orders that open or add to a position are stopped within seconds. Open orders are being cancelled. Then what is held is sold. Only a person can resume.',
    );
    expect(await all.store.halts.asked('btc-trend')).toMatchObject({
      orders: [{ level: 'entries', flatten: true, sales: `${all.clock.nowMs()}-btc-trend` }],
    });
    // A halt that asks for less takes nothing back.
    await all.post(halt());
    expect(await all.store.halts.asked('btc-trend')).toMatchObject({
      orders: [{ flatten: true }],
    });
  });

  it('may come again, and is on record once', async () => {
    const { post, store } = halting();
    await post(halt());
    expect((await post(halt())).status).toBe(200);
    expect(await store.board.entries(9)).toHaveLength(1);
  });

  it.each<[string, Readonly<Record<string, unknown>>, number, string]>([
    ['another level', { level: 'exits' }, 400, '"level" of a halt is "exits": write "entries"'],
    ['two levels', { level: 'all', Level: 'entries' }, 400, '"all" and "entries": write it once'],
    ['a cancel that is no yes or no', { cancel: 'maybe' }, 400, '"cancel" of a halt is "maybe"'],
    ['a level that is a list', { level: ['all'] }, 400, '"level" of a halt is "(not a single'],
    ['a sale that is no yes or no', { flatten: 'half' }, 400, '"flatten" of a halt is "half"'],
    ['a sale that it would stop', { flatten: true, level: 'all' }, 400, 'stop the sales too'],
    ['a sale that it may not ask for', { flatten: true }, 422, 'write flatten: true at sources.'],
    ['another scope', { scope: 'main' }, 400, '"scope" of a halt is "main": write "global"'],
    ['a foreign account', { account: 'other' }, 422, 'source btc-trend may halt main'],
    ['every account', { scope: 'global' }, 422, "needs the source's halt secret"],
    ['the opposite', { action: 'resume' }, 422, 'no message resumes trading'],
  ])('may not say %s: it is refused and told', async (_name, fields, status, words) => {
    const all = halting();
    const answer = await all.post(halt(fields));
    expect(answer.status).toBe(status);
    expect(answer.body.message).toContain(words);
    expect(all.store.notices()).toHaveLength(1);
    expect(await blocksOf(all)).toBe('nothing');
    expect(await blocksOf(all, EVERY_ACCOUNT)).toBe('nothing');
  });

  it('fails when its request cannot be stored, and works when it comes again', async () => {
    const all = halting();
    all.queue.fail(1);
    expect((await all.post(halt({ cancel: true }))).status).toBe(503);
    expect((await all.post(halt({ cancel: true }))).status).toBe(200);
    expect(await blocksOf(all)).toBe('entries');
    expect(all.queue.sent).toHaveLength(2);
  });

  it('turns no switch by itself: the minute’s job does when the worker does not', async () => {
    const all = halting();
    all.queue.enqueue = async () => undefined;
    await all.post(halt());
    expect(await blocksOf(all)).toBe('nothing');
    await watchSwitches(all.deps);
    expect(await blocksOf(all)).toBe('entries');
    expect(await all.store.halts.asked('btc-trend')).toBeUndefined();
  });

  it('that the worker dropped halfway is carried out anew', async () => {
    const all = halting();
    const done = () => Promise.reject(new Error('killed'));
    await all.store.halts.ask('btc-trend', {
      ...{ scopes: [switchOf('main')], level: 'all', cancel: false, why: 'x', by: 'y' },
    });
    const dies = { ...all.deps, halts: { ...all.store.halts, done } };
    await expect(applyHalt('btc-trend', dies)).rejects.toThrow('killed');
    await applyHalt('btc-trend', all.deps);
    expect(await blocksOf(all)).toBe('all');
    expect(await all.store.board.entries(9)).toHaveLength(1);
    expect(await applyHalt('btc-trend', all.deps)).toEqual([]);
  });
});

describe('the halt secret', () => {
  it('halts', async () => {
    const all = halting();
    expect((await all.post(halt({}, HALT_SECRET))).status).toBe(200);
    expect(await blocksOf(all)).toBe('entries');
  });

  it('halts every account, which the ordinary one may not', async () => {
    const all = halting();
    const answer = await all.post(halt({ scope: 'global', level: 'all' }, HALT_SECRET));
    expect(answer.body).toMatchObject({ status: 'halted', accounts: [] });
    expect(await blocksOf(all, EVERY_ACCOUNT)).toBe('all');
    expect((await all.post()).body.status).toBe('halted');
  });

  it('halts a source that signs its messages', async () => {
    const all = halting();
    const answer = await all.post({ ...halt({}, HALT_SECRET), source: 'custom' });
    expect(answer.status).toBe(200);
    expect(await all.store.board.read(switchOf('main'))).toMatchObject({ by: 'source custom' });
  });

  it.each([
    ['trades nothing', { action: 'buy' }],
    ['resumes nothing', { action: 'resume' }],
  ])('%s', async (_name, fields) => {
    const all = halting();
    const answer = await all.post({ fields: { ...fields, secret: HALT_SECRET } });
    expect(answer).toMatchObject({ status: 401, body: { message: 'not authenticated.' } });
    expect(all.store.rows()).toEqual([]);
    expect(all.store.notices()).toEqual([]);
  });

  it.each(['', 'wrong-secret-of-btc-trend-0123456789', BODY_SECRET])(
    'is none of %j at a source that signs',
    async (secret) => {
      const all = halting();
      expect((await all.post({ ...halt({}, secret), source: 'custom' })).status).toBe(401);
      expect(await blocksOf(all)).toBe('nothing');
    },
  );

  it('is in no answer, notice or log line', async () => {
    const all = halting();
    const answer = await all.post(halt({ why: 'x' }, HALT_SECRET));
    const seen = [answer.text, JSON.stringify(all.store.notices()), all.log.lines.join()].join();
    for (const secret of SECRETS) expect(seen).not.toContain(secret);
  });
});
