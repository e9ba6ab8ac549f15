import { createHmac } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import type { Account } from '../../../functions/core/config.ts';
import { REDUCING_MAX_AGE_MS, REQUEUE_MS } from '../../../functions/core/protocol.ts';
import { Secret } from '../../../functions/core/secret.ts';
import { fakeClock } from '../../fakes/clock.ts';
import { BTC_USD } from '../../fakes/exchange.ts';
import {
  BODY_SECRET,
  harness,
  hookEvent,
  message,
  SIGNING_SECRET,
  TOKEN,
} from '../../functions/receive-signal/harness.ts';

const account = (secret: string): Account => ({
  exchange: 'kraken-spot',
  mode: 'live',
  secret,
  rails: { pairs: ['BTC/USD'] },
});

const minutesAgo = (minutes: number) =>
  new Date(fakeClock().nowMs() - minutes * 60_000).toISOString();

describe('an accepted signal', () => {
  it('is a row in state received with all that the worker needs, and one message', async () => {
    const { post, store, queue, clock } = harness();
    const answer = await post({ fields: { price: '98000' } });
    const row = store.rows()[0];
    expect(row).toMatchObject({
      schema: 1,
      account: 'main',
      state: 'received',
      version: 1,
      sends: 0,
      licences: 1,
      receivedAtMs: clock.nowMs(),
      expiresAtMs: clock.nowMs() - 1_000 + 60_000,
      dueAtMs: clock.nowMs() + REQUEUE_MS,
      signal: { id: 'Long-buy-long-1', source: 'btc-trend', action: 'buy', seenPrice: '98000' },
    });
    expect(row?.clientOrderId).toMatch(/^[0-9a-f-]{14}5[0-9a-f-]{21}$/);
    expect(queue.sent).toEqual([
      {
        ref: { account: 'main', orderKey: row?.orderKey },
        group: 'harpoon/main',
        dedup: row?.orderKey,
      },
    ]);
    expect(answer).toMatchObject({
      status: 200,
      body: {
        status: 'accepted',
        signal: 'Long-buy-long-1',
        accounts: [{ account: 'main', status: 'accepted' }],
      },
    });
    expect(store.notices()).toEqual([]);
  });

  it('is accepted as text/plain too, as TradingView sends what it does not take for JSON', async () => {
    const { post } = harness();
    expect(await post({ headers: { 'content-type': 'text/plain' } })).toMatchObject({
      status: 200,
    });
  });

  it('expires counted from its receipt when the clock of the sender is a little ahead', async () => {
    const { post, store, clock } = harness();
    await post({ fields: { time: new Date(clock.nowMs() + 30_000).toISOString() } });
    expect(store.rows()).toMatchObject([{ expiresAtMs: clock.nowMs() + 60_000 }]);
  });

  it('is recorded for every account of the source, each in the group of its key', async () => {
    const { post, store, queue } = harness({
      accounts: { a: account('harpoon/one'), b: account('harpoon/two') },
    });
    const answer = await post();
    expect(store.rows().map((row) => row.account)).toEqual(['a', 'b']);
    expect(new Set(store.rows().map((row) => row.clientOrderId)).size).toBe(2);
    expect(queue.sent.map(({ group }) => group).sort()).toEqual(['harpoon/one', 'harpoon/two']);
    expect(answer.body).toMatchObject({ accounts: [{ account: 'a' }, { account: 'b' }] });
  });

  it('is accepted when one account takes it, and says what became of the others', async () => {
    const pairs = { exchange: 'kraken-spot', mode: 'live', rails: { pairs: ['ETH/USD'] } } as const;
    const { post, store, queue } = harness({
      accounts: { a: account('s'), b: { ...pairs, secret: 't' }, c: account('u') },
    });
    store.setSwitch('c', 'entries', 'night');
    const answer = await post();
    expect(answer.status).toBe(200);
    expect(answer.body).toMatchObject({
      status: 'accepted',
      accounts: [{ status: 'accepted' }, { status: 'refused' }, { status: 'halted' }],
    });
    expect(queue.sent).toHaveLength(1);
    expect(store.rows().map(({ state }) => state)).toEqual(['received', 'rejected', 'suppressed']);
  });

  it.each(['none', 'unreadable'] as const)('needs no market snapshot (%s)', async (market) => {
    const { post } = harness({ market });
    expect(await post({ fields: { size: '5000' } })).toMatchObject({
      body: { status: 'accepted' },
    });
  });

  it('is judged by a market snapshot of the last hour, and by no older one', async () => {
    for (const [ageMs, status] of [
      [3_599_999, 422],
      [3_600_000, 200],
    ] as const) {
      const atMs = fakeClock().nowMs() - ageMs;
      const { post } = harness({ market: { atMs, pairs: [BTC_USD], last: new Map() } });
      expect((await post({ fields: { symbol: 'ETHUSD' } })).status).toBe(status);
    }
  });

  it('says in its log that the market snapshot cannot be read', async () => {
    const { post, log } = harness({ market: 'unreadable' });
    await post();
    expect(log.lines.join()).toContain('market-snapshot-unreadable');
  });

  it('is told with the words of the account that takes it', async () => {
    const { post, store } = harness({ accounts: { a: account('s'), b: account('t') } });
    store.setSwitch('a', 'all', 'night');
    expect((await post()).body.message).toBe('recorded and queued.');
    expect((await post()).body).toMatchObject({ status: 'duplicate' });
  });

  it('is in the log with its row, its first time and again', async () => {
    const { post, log, store } = harness();
    await post();
    await post();
    const lines = log.lines.filter((line) => line.includes('order-received'));
    const named = { account: 'main', orderKey: store.rows()[0]?.orderKey, source: 'btc-trend' };
    const seen = lines.map((line) => JSON.parse(line) as unknown);
    expect(seen).toMatchObject([
      { ...named, id: 'Long-buy-long-1', state: 'received', repeated: false },
      { ...named, id: 'Long-buy-long-1', state: 'received', repeated: true },
    ]);
  });

  it('is a conflict when one of its accounts had the id for another message', async () => {
    const { post, store, queue } = harness({ accounts: { a: account('s'), b: account('t') } });
    store.fail(1);
    expect((await post()).status).toBe(503);
    expect(store.rows().map((row) => row.account)).toEqual(['b']);
    const answer = await post({ fields: { size: '0.002' } });
    expect(answer.status).toBe(409);
    expect(answer.body).toMatchObject({
      code: 'identity-reused',
      accounts: [{ status: 'accepted' }, { status: 'conflict' }],
    });
    expect(queue.sent.filter(({ group }) => group === 't')).toHaveLength(1);
  });

  it('trades a chart of another exchange by its mapping', async () => {
    const { post } = harness();
    expect(await post({ fields: { symbol: 'BINANCE:BTCUSDT' } })).toMatchObject({ status: 200 });
  });
});

describe('a signal that is not carried out', () => {
  it('is on record with the reason of its refusal, and told', async () => {
    const { post, store, queue } = harness();
    const answer = await post({ fields: { size: '1' } });
    expect(answer).toMatchObject({
      status: 422,
      body: { code: 'above-max-order', accounts: [{ account: 'main', status: 'refused' }] },
    });
    expect(store.rows()).toMatchObject([
      { state: 'rejected', refusal: { code: 'above-max-order', numbers: { maxOrder: '500 USD' } } },
    ]);
    expect(store.rows()[0]).not.toHaveProperty('dueAtMs');
    expect(store.notices()).toMatchObject([{ urgency: 'warning', channels: ['ops'] }]);
    expect(store.notices()[0]?.text).toContain('500 USD');
    expect(queue.sent).toEqual([]);
  });

  it('is refused while its account is not armed', async () => {
    const { post, store, queue } = harness({ armed: false });
    const answer = await post();
    expect(answer).toMatchObject({ status: 422, body: { code: 'not-armed' } });
    expect(answer.body.message).toContain('npm run arm');
    expect(store.rows()).toMatchObject([{ state: 'rejected' }]);
    expect(store.notices()).toHaveLength(1);
    expect(queue.sent).toEqual([]);
  });

  it.each([
    ['entries', {}, 'halted'],
    ['all', {}, 'halted'],
    ['entries', { action: 'sell', marketPosition: 'flat' }, 'accepted'],
    ['entries', { action: 'sell' }, 'halted'],
    ['all', { action: 'sell', marketPosition: 'flat' }, 'halted'],
  ] as const)('with a switch that blocks %s, %j is %s', async (blocks, fields, word) => {
    const { post, store, queue } = harness();
    store.setSwitch('main', blocks, 'too much noise');
    const answer = await post({ fields });
    expect(answer).toMatchObject({ status: 200, body: { status: word } });
    expect(queue.sent).toHaveLength(word === 'accepted' ? 1 : 0);
    expect(store.notices()).toHaveLength(word === 'accepted' ? 0 : 1);
    if (word === 'halted') expect(answer.body.message).toContain('too much noise');
  });

  it.each([
    [{ action: 'sell', marketPosition: 'flat' }, 'accepted'],
    [{ action: 'sell', reduceOnly: true }, 'accepted'],
    [{ action: 'sell' }, 'stale'],
    [{}, 'stale'],
  ] as const)('of ten minutes ago, %j is %s: closing is not opening', async (fields, word) => {
    const { post, store, clock } = harness();
    const answer = await post({ fields: { ...fields, time: minutesAgo(10) } });
    expect(answer).toMatchObject({ status: 200, body: { status: word } });
    if (word === 'accepted') {
      const expiresAtMs = clock.nowMs() + REDUCING_MAX_AGE_MS;
      expect(store.rows()).toMatchObject([{ state: 'received', expiresAtMs }]);
    }
  });

  it('lets an order that only leaves a position pass the cap of one order', async () => {
    const { post } = harness();
    const fields = { action: 'sell', marketPosition: 'flat', size: '1' };
    expect(await post({ fields })).toMatchObject({ status: 200, body: { status: 'accepted' } });
  });

  it('tells the same unreadable message once, and another one again', async () => {
    const { post, store } = harness();
    await post({ body: 'BUY BTC' });
    await post({ body: 'BUY BTC' });
    expect(store.notices()).toHaveLength(1);
    await post({ body: 'BUY ETH' });
    expect(store.notices()).toHaveLength(2);
    expect(store.notices()[0]?.text).toContain('line 1, column 1');
  });
});

describe('what fails while a signal is received', () => {
  it('is told as 503 when the queue fails, and the resend queues what was stored', async () => {
    const { post, store, queue } = harness();
    queue.fail(1);
    expect((await post()).status).toBe(503);
    expect(store.rows()).toMatchObject([{ state: 'received' }]);
    expect(await post()).toMatchObject({ status: 200, body: { status: 'duplicate' } });
    expect(queue.sent).toHaveLength(1);
  });

  it('is told as 503 when one of two accounts fails, and the resend completes the other', async () => {
    const { post, store, queue } = harness({ accounts: { a: account('s'), b: account('t') } });
    queue.fail(1);
    expect((await post()).status).toBe(503);
    expect(store.rows()).toHaveLength(2);
    expect((await post()).status).toBe(200);
    expect(queue.sent).toHaveLength(2);
  });

  it.each([1, 2])(
    'is told as 503 when store call %i fails, and the resend is accepted',
    async (n) => {
      const { post, store, queue, log } = harness();
      const real = store.orders.receive.bind(store.orders);
      if (n === 1) store.fail(1);
      else {
        let first = true;
        store.orders.receive = (...call) => {
          if (!first) return real(...call);
          first = false;
          return Promise.reject(new Error('the store is away'));
        };
      }
      expect((await post()).status).toBe(503);
      expect(log.lines.join()).toContain('the store is away');
      expect(await post()).toMatchObject({ status: 200, body: { status: 'accepted' } });
      expect(queue.sent).toHaveLength(1);
    },
  );

  it('is told as 503 when a refusal cannot be told to the person', async () => {
    const { post, store } = harness();
    store.fail(1);
    expect((await post({ body: 'BUY BTC' })).status).toBe(503);
    expect((await post({ body: 'BUY BTC' })).status).toBe(400);
    expect(store.notices()).toHaveLength(1);
  });

  it('does not queue again a row that the worker has taken', async () => {
    const { post, store, queue, clock } = harness();
    await post();
    const [row] = store.rows();
    if (row === undefined) throw new Error('no row');
    await store.orders.move(row, 'rejected', { why: 'x', atMs: clock.nowMs(), dueAtMs: null });
    clock.advance(10 * 60_000);
    const answer = await post({ body: message({}, clock.nowMs() - 10 * 60_000) });
    expect(answer.body).toMatchObject({ status: 'duplicate' });
    expect(answer.body.message).toContain('rejected');
    expect(queue.sent).toHaveLength(1);
  });
});

describe('authentication over the whole way', () => {
  it('accepts a signed message, and its resend under a new signature as a duplicate', async () => {
    const { serve, clock, queue, store } = harness();
    const body = message({ secret: undefined, id: undefined, time: undefined }, clock.nowMs());
    const send = async () => {
      const timestamp = String(Math.floor(clock.nowMs() / 1_000));
      const key = Buffer.from(SIGNING_SECRET.slice(6), 'base64');
      const mac = createHmac('sha256', key).update(`msg_1.${timestamp}.${body}`).digest('base64');
      const headers = {
        'webhook-id': 'msg_1',
        'webhook-timestamp': timestamp,
        'webhook-signature': `v1a,xx v1,${'A'.repeat(43)}= v1,${mac}`,
      };
      const isBase64Encoded = true;
      const encoded = Buffer.from(body).toString('base64');
      const request = { source: 'custom', headers, body: encoded, isBase64Encoded };
      return serve(hookEvent(request, clock.nowMs()));
    };
    expect(JSON.parse((await send()).body)).toMatchObject({ status: 'accepted', signal: 'msg_1' });
    clock.advance(20_000);
    expect(JSON.parse((await send()).body)).toMatchObject({ status: 'duplicate' });
    expect(queue.sent).toHaveLength(1);
    expect(store.rows()).toHaveLength(1);
  });

  it('accepts the old and the new secret while they overlap, and says in the log which', async () => {
    const { clock } = harness();
    const at = clock.nowMs();
    const secrets = {
      of: async () => ({
        token: new Secret(TOKEN),
        secrets: [
          { value: new Secret('the-old-secret-of-the-source'), notAfterMs: at + 1_000 },
          { value: new Secret(BODY_SECRET), notBeforeMs: at - 1_000 },
          { value: new Secret('a-secret-of-the-far-future'), notBeforeMs: at + 3_600_000 },
        ],
      }),
    };
    const webhook = harness({ secrets });
    const status = async (secret: string) => (await webhook.post({ fields: { secret } })).status;
    expect(await status('the-old-secret-of-the-source')).toBe(200);
    expect(webhook.log.lines.join()).toContain('"credential":0');
    expect(await status(BODY_SECRET)).toBe(200);
    expect(await status('a-secret-of-the-far-future')).toBe(401);
    webhook.clock.advance(2_000);
    expect(await status('the-old-secret-of-the-source')).toBe(401);
  });

  it('accepts the addresses that the source names, however they are written', async () => {
    const { post } = harness({ source: { allowFrom: ['2001:db8::1', '203.0.113.7'] } });
    expect((await post({ sourceIp: '2001:0db8:0::1' })).status).toBe(200);
    expect((await post({ sourceIp: '203.0.113.7' })).status).toBe(200);
    expect((await post({ sourceIp: '203.0.113.8' })).status).toBe(401);
  });

  it('accepts any address when the source names none', async () => {
    const { post } = harness({ anyAddress: true });
    expect((await post({ sourceIp: '203.0.113.8' })).status).toBe(200);
  });
});
