/** Signs of life at the webhook: which messages count, for which time, and what they never hold up. */
import { describe, expect, it } from 'vitest';
import type { Source } from '../../../functions/core/config.ts';
import { livedAtMs } from '../../../functions/core/receive/hear-source.ts';
import { readJson } from '../../../functions/core/message/json.ts';
import {
  BODY_SECRET,
  harness,
  HALT_SECRET,
  type HarnessOptions,
  type Post,
} from '../../functions/receive-signal/harness.ts';

const HEARTBEAT = { everyMs: 3_600_000, onSilence: 'notify' } as const;
const MAP: NonNullable<Source['map']> = {
  action: { path: ['signal'], values: { ALIVE: 'buy' } },
  symbol: { always: 'KRAKEN:XBTUSD' },
  time: { path: ['at'], time: 's' },
};

function watched(source: HarnessOptions['source'] = {}, options: HarnessOptions = {}) {
  const all = harness({ ...options, source: { heartbeat: HEARTBEAT, ...source } });
  const nowMs = all.clock.nowMs();
  const heard = async () => {
    const { heardAtMs } = await all.store.watches.read('btc-trend');
    return heardAtMs === undefined ? undefined : heardAtMs - nowMs;
  };
  const ago = (seconds: number) => new Date(nowMs - seconds * 1_000).toISOString();
  const raw = (fields: Readonly<Record<string, unknown>>): Post => {
    return { body: JSON.stringify({ secret: BODY_SECRET, ...fields }) };
  };
  const beat = (fields: Readonly<Record<string, unknown>> = {}) =>
    raw({ action: 'heartbeat', time: ago(5), ...fields });
  return { ...all, heard, ago, raw, beat };
}

describe('a heartbeat', () => {
  it.each(['heartbeat', 'ping', 'alive', 'Heart Beat', 'PING'])(
    'is said as %s, trades nothing and counts for the time at which it was fired',
    async (action) => {
      const { post, beat, heard, store, queue, ago } = watched();
      expect(await post(beat({ action }))).toMatchObject({
        status: 200,
        body: {
          ...{ status: 'heard', signal: 'heartbeat', accounts: [] },
          message: `heard, as of ${ago(5)}; nothing was traded.`,
        },
      });
      expect(await heard()).toBe(-5_000);
      expect([store.rows(), queue.sent, store.notices()]).toEqual([[], [], []]);
    },
  );

  it('that is an old one again proves nothing', async () => {
    const { post, beat, heard, ago } = watched();
    await post(beat());
    expect((await post(beat({ time: ago(86_400) }))).status).toBe(200);
    expect(await heard()).toBe(-5_000);
  });

  it('by a clock that is a little ahead counts for now', async () => {
    const { post, beat, heard, ago } = watched();
    expect((await post(beat({ time: ago(-50) }))).status).toBe(200);
    expect(await heard()).toBe(0);
  });

  it('may hold what a template carries beside', async () => {
    const { post, beat } = watched();
    const fields = { symbol: 'KRAKEN:XBTUSD', id: 'x', comment: 'here', close: 1, rsi: 30 };
    expect((await post(beat(fields))).status).toBe(200);
  });

  it.each<[string, Readonly<Record<string, unknown>>, number, string, RegExp]>([
    ['without a time', { time: undefined }, 400, 'missing-field', /\{\{timenow\}\}.*old heartbeat/],
    ['with a time that is none', { time: 'now' }, 400, 'bad-field', /time is not readable/],
    ['from the future', { time: '2099-01-01T00:00:00Z' }, 422, 'future-time', /future/],
    ['with a size', { size: '1' }, 400, 'ambiguous-field', /^size does not belong to a heartbeat/],
    ['with a stop', { stopLoss: '1' }, 400, 'ambiguous-field', /^stopLoss does not belong/],
    ['with a target', { tp1: '1' }, 422, 'not-supported', /target/],
    [
      'with a take-profit',
      { takeProfit: '1' },
      400,
      'ambiguous-field',
      /takeProfit does not belong/,
    ],
  ])('%s is refused, and counts for nothing', async (_what, fields, status, code, sentence) => {
    const { post, beat, heard } = watched();
    const answer = await post(beat(fields));
    expect(answer).toMatchObject({ status, body: { code } });
    expect(answer.body.message).toMatch(sentence);
    expect(await heard()).toBeUndefined();
  });

  it('of a source that nobody watches is answered, and costs no write', async () => {
    const all = harness();
    all.store.fail(1);
    const time = new Date(all.clock.nowMs()).toISOString();
    const body = JSON.stringify({ secret: BODY_SECRET, action: 'ping', time });
    expect(await all.post({ body })).toMatchObject({
      status: 200,
      body: {
        status: 'heard',
        message: expect.stringContaining('no heartbeat in harpoon.yaml') as string,
      },
    });
    expect(await all.store.orders.read({ account: 'main', orderKey: 'x' }).catch(String)).toMatch(
      /away/,
    );
  });

  it('that could not be recorded is sent again', async () => {
    const { post, beat, heard, store } = watched();
    store.fail(1);
    expect((await post(beat())).status).toBe(503);
    expect((await post(beat())).status).toBe(200);
    expect(await heard()).toBe(-5_000);
  });

  it('is not what a map reads as the sender’s own word for a trade', async () => {
    const { post, raw, store, clock } = watched({
      map: MAP,
      size: { kind: 'quote', amount: '100', currency: 'USD' },
    });
    const at = String(clock.nowMs() / 1_000);
    await post(raw({ signal: 'ALIVE', at }));
    expect(store.rows()).toHaveLength(1);
    const own = { action: 'alive', time: new Date(clock.nowMs()).toISOString() };
    expect((await post(raw(own))).body.status).toBe('heard');
    expect(store.rows()).toHaveLength(1);
  });
});

describe('any other message', () => {
  it.each<[string, Readonly<Record<string, unknown>>, number, number]>([
    ['that is accepted', {}, 200, -1_000],
    ['that is stale', { time: undefined, timenow: 'ago' }, 200, -300_000],
    ['that is refused by a rule', { symbol: 'KRAKEN:ETHUSD' }, 422, -1_000],
    ['that cannot be read as a trade', { action: 'dance' }, 400, -1_000],
    ['whose time cannot be read', { time: 'soon' }, 400, 0],
    ['whose fields contradict each other', { qty: '7' }, 400, 0],
    ['that halts', { action: 'halt', time: undefined, id: undefined }, 200, 0],
    ['that cancels what is not there', { action: 'cancel', size: undefined }, 422, -1_000],
    ['by a clock that is ahead', { time: '2099-01-01T00:00:00Z' }, 422, 0],
  ])('%s counts', async (_what, fields, status, expected) => {
    const { post, heard, ago } = watched();
    const timed = fields['timenow'] === 'ago' ? { ...fields, timenow: ago(300) } : fields;
    const answer = await post({ fields: timed });
    expect(answer.status, answer.text).toBe(status);
    expect(await heard()).toBe(expected);
  });

  it('that comes again much later counts for when it was fired', async () => {
    const { post, heard, clock, ago } = watched();
    const fields = { time: ago(2) };
    await post({ fields });
    await clock.sleep(3_600_000);
    expect((await post({ fields })).body.status).toBe('duplicate');
    expect(await heard()).toBe(-2_000);
  });

  it('in words of the sender’s own counts for the time that the map reads', async () => {
    const { post, heard, raw, clock } = watched({
      map: MAP,
      size: { kind: 'quote', amount: '100', currency: 'USD' },
    });
    const at = String(clock.nowMs() / 1_000 - 20);
    expect((await post(raw({ signal: 'ALIVE', at }))).status).toBe(200);
    expect(await heard()).toBe(-20_000);
  });

  it('counts for the time of its signature where it says none', () => {
    const json = readJson('{"action":"buy"}');
    if (!json.ok || json.value.kind !== 'object') throw new Error('it is an object');
    const { config } = watched();
    const source = config.sources['btc-trend'];
    if (source === undefined) throw new Error('the source is configured');
    const message = { root: json.value, hasHaltSecret: false, signed: { atMs: 7 } };
    expect(livedAtMs(message, { name: 'btc-trend', source }, 9)).toBe(7);
    expect(livedAtMs(message, { name: 'btc-trend', source }, 6)).toBe(6);
  });

  it.each<[string, Post]>([
    ['that is not authenticated', { fields: { secret: 'wrong' } }],
    ['that is no JSON', { body: '{"secret"' }],
    ['with the halt secret alone', { fields: { secret: HALT_SECRET, action: 'halt' } }],
  ])('%s counts for nothing', async (_what, request) => {
    const { post, heard } = watched();
    await post(request);
    expect(await heard()).toBeUndefined();
  });

  it('is carried out as ever when the record fails, and the log says so', async () => {
    const all = watched();
    const failing = { hear: () => Promise.reject(new Error('the table is away')) };
    Object.assign(all.store.heard, failing);
    const answer = await all.post();
    expect(answer.body.status).toBe('accepted');
    expect(all.queue.sent).toHaveLength(1);
    expect(all.log.lines.join()).toContain('source-not-heard');
  });

  it('costs no write where nobody watches', async () => {
    const all = harness();
    await all.post();
    expect(await all.store.watches.read('btc-trend')).toEqual({ version: 0 });
  });
});
