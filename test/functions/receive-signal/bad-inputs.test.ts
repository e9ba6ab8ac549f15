/** Every hostile or broken input to the webhook, by its number in the table of bad inputs. */
import { createHmac } from 'node:crypto';
import fc from 'fast-check';
import { afterEach, describe, expect, it } from 'vitest';
import {
  BODY_SECRET,
  harness,
  hookEvent,
  message,
  SECRETS,
  SENDER,
  SIGNING_SECRET,
  TOKEN,
  type Post,
} from './harness.ts';

type Harness = ReturnType<typeof harness>;

let seen: string[] = [];

async function post(webhook: Harness, request: Post) {
  const answer = await webhook.post(request);
  seen.push(answer.text);
  return answer;
}

function expectNothingTraded({ store, queue }: Harness): void {
  expect(queue.sent).toEqual([]);
  expect(store.rows().filter(({ state }) => state === 'received')).toEqual([]);
}

/** #82: no secret in any answer, notice or log line of any case in this file. */
function collect({ log, store }: Harness): void {
  seen.push(...log.lines, JSON.stringify(store.notices()), JSON.stringify(store.rows()));
}

afterEach(() => {
  const all = seen.join('\n');
  for (const secret of SECRETS) expect(all).not.toContain(secret);
  seen = [];
});

interface Case {
  readonly title: string;
  readonly request: Post;
  readonly status: number;
  readonly code: string;
  /** Part of the sentence. */
  readonly says: string;
  /** Whether the person is told; only of requests with the right token. */
  readonly told?: boolean;
}

const unauthenticated = { status: 401, code: 'unauthenticated', says: 'not authenticated.' };
const unreadable = { status: 400, code: 'unreadable-body', told: true };
const badField = { status: 400, code: 'bad-field', told: true };
const refused = { status: 422, told: true };
const get = { status: 405, code: 'method-not-allowed', says: 'POST' };
const media = { status: 415, code: 'unsupported-media' };

const signedAtMs = Date.UTC(2026, 10, 22, 12);

function signed(change: Partial<Record<'id' | 'time' | 'signature' | 'body', string>> = {}): Post {
  const body = message({ secret: undefined, id: undefined }, signedAtMs);
  const id = change.id ?? 'msg_1';
  const time = change.time ?? String(signedAtMs / 1_000);
  const key = Buffer.from(SIGNING_SECRET.slice(6), 'base64');
  const signature = createHmac('sha256', key).update(`${id}.${time}.${body}`).digest('base64');
  const headers = {
    'webhook-id': id,
    'webhook-timestamp': time,
    'webhook-signature': change.signature ?? `v1,${signature}`,
  };
  return { source: 'custom', headers, body: change.body ?? body };
}

const cases: readonly Case[] = [
  ...['GET', 'PUT', 'DELETE', 'PATCH', 'HEAD', 'OPTIONS'].map((method) => ({
    title: `#1 ${method} on the hook`,
    request: { method },
    ...get,
  })),
  ...['/', '/hook', '/hook/btc-trend', '/hook/a/b/c', '/hook/%2e/x', '/Hook/btc-trend/x'].map(
    (path) => ({
      title: `#1 the path ${path}`,
      request: { path },
      ...{ status: 404, code: 'not-found', says: 'nothing here' },
    }),
  ),
  { title: '#2 unknown path token', request: { token: 'x'.repeat(40) }, ...unauthenticated },
  { title: '#2 path token too short', request: { token: TOKEN.slice(0, 31) }, ...unauthenticated },
  { title: '#2 path token with one more', request: { token: `${TOKEN}x` }, ...unauthenticated },
  {
    title: '#2 path token in capitals',
    request: { token: TOKEN.toUpperCase() },
    ...unauthenticated,
  },
  { title: '#57 a source that is not there', request: { source: 'other' }, ...unauthenticated },
  { title: '#57 a name of an object', request: { source: '__proto__' }, ...unauthenticated },
  { title: '#3 wrong body secret', request: { fields: { secret: 'no' } }, ...unauthenticated },
  { title: '#3 no body secret', request: { fields: { secret: null } }, ...unauthenticated },
  { title: '#3 empty body secret', request: { fields: { secret: '' } }, ...unauthenticated },
  { title: '#3 two body secrets', request: { fields: { password: 'x' } }, ...unauthenticated },
  { title: '#3 the token as secret', request: { fields: { secret: TOKEN } }, ...unauthenticated },
  { title: '#6 secret of one character', request: { fields: { secret: 'b' } }, ...unauthenticated },
  {
    title: '#6 secret of 10,000 characters',
    request: { fields: { secret: BODY_SECRET.padEnd(10_000, 'x') } },
    ...unauthenticated,
  },
  { title: '#11 another sender address', request: { sourceIp: '203.0.113.9' }, ...unauthenticated },
  { title: '#11 an IPv6 address', request: { sourceIp: '2001:db8::1' }, ...unauthenticated },
  { title: '#11 no address at all', request: { sourceIp: '' }, ...unauthenticated },
  {
    title: '#11 X-Forwarded-For with an accepted address',
    request: { sourceIp: '203.0.113.9', headers: { 'x-forwarded-for': SENDER } },
    ...unauthenticated,
  },
  { title: '#14 signed body changed', request: signed({ body: '{"a":1}' }), ...unauthenticated },
  { title: '#16 signed without id', request: signed({ id: '' }), ...unauthenticated },
  { title: '#16 signed id with a point', request: signed({ id: 'a.b' }), ...unauthenticated },
  {
    title: '#17 signature of another secret',
    request: signed({ signature: `v1,${createHmac('sha256', 'x').digest('base64')}` }),
    ...unauthenticated,
  },
  {
    title: '#17 only a v1a signature',
    request: signed({ signature: 'v1a,AAAA' }),
    ...unauthenticated,
  },
  { title: '#17 no signature', request: signed({ signature: '' }), ...unauthenticated },
  {
    title: '#18 a thousand signatures',
    request: signed({
      signature: Array(1_000)
        .fill(`v1,${'A'.repeat(43)}=`)
        .join(' '),
    }),
    ...unauthenticated,
  },
  {
    title: '#18 the right signature as the sixth',
    request: (() => {
      const right = signed();
      const wrong = `v1,${'A'.repeat(43)}= `.repeat(5);
      const signature = `${wrong}${right.headers?.['webhook-signature']}`;
      return signed({ signature });
    })(),
    ...unauthenticated,
  },
  {
    title: 'a signature of six minutes ago',
    request: signed({ time: String(signedAtMs / 1_000 - 360) }),
    ...unauthenticated,
  },
  {
    title: 'a signature of six minutes ahead',
    request: signed({ time: String(signedAtMs / 1_000 + 360) }),
    ...unauthenticated,
  },
  {
    title: 'a body secret where a signature is wanted',
    request: { source: 'custom' },
    ...unauthenticated,
  },
  {
    title: '#24 neither id nor time',
    request: { fields: { id: null, time: null } },
    ...{ status: 400, code: 'missing-identity', says: '"time": "{{timenow}}"', told: true },
  },
  {
    title: '#25 no time field',
    request: { fields: { time: null } },
    ...{ status: 400, code: 'missing-field', says: '"time": "{{timenow}}"', told: true },
  },
  {
    title: '#27 one hour in the future',
    request: { fields: { time: new Date(signedAtMs + 3_600_000).toISOString() } },
    ...{ ...refused, code: 'future-time', says: 'clock' },
  },
  {
    title: '#29 a body of 16 KiB and one byte',
    request: { body: 'x'.repeat(16 * 1_024 + 1) },
    ...{ status: 413, code: 'too-large', says: '16384' },
  },
  {
    title: '#29 a body of 10 MB',
    request: { body: 'x'.repeat(10_000_000) },
    ...{ status: 413, code: 'too-large', says: '16384' },
  },
  {
    title: '#29 a large body in Base64',
    request: { body: Buffer.alloc(17_000).toString('base64'), isBase64Encoded: true },
    ...{ status: 413, code: 'too-large', says: '16384' },
  },
  { title: '#30 BUY BTC', request: { body: 'BUY BTC' }, ...unreadable, says: 'line 1, column 1' },
  { title: '#30 an empty body', request: { body: '' }, ...unreadable, says: 'empty' },
  { title: '#30 a number', request: { body: '1' }, ...unreadable, says: 'JSON object' },
  { title: '#30 a list', request: { body: '[{}]' }, ...unreadable, says: 'JSON object' },
  { title: '#30 null', request: { body: 'null' }, ...unreadable, says: 'JSON object' },
  {
    title: '#30 a form',
    request: { body: 'action=buy&size=1' },
    ...{ ...unreadable, says: 'not JSON' },
  },
  ...[
    'application/xml',
    'multipart/form-data; boundary=x',
    'text/html',
    '',
    'application/jsonx',
  ].map((type) => ({
    title: `#32 content type "${type}"`,
    request: { headers: { 'content-type': type } },
    ...{ ...media, says: 'content-type' },
  })),
  {
    title: '#32 another charset',
    request: { headers: { 'content-type': 'application/json; charset=utf-16' } },
    ...{ ...media, says: 'UTF-8' },
  },
  {
    title: '#33 invalid UTF-8',
    request: { body: Buffer.from([0x7b, 0xc3, 0x28]).toString('base64'), isBase64Encoded: true },
    ...{ ...unreadable, says: 'UTF-8' },
  },
  {
    title: '#33 overlong UTF-8',
    request: { body: Buffer.from([0x7b, 0xc0, 0xa2]).toString('base64'), isBase64Encoded: true },
    ...{ ...unreadable, says: 'UTF-8' },
  },
  {
    title: '#33 a lone surrogate',
    request: { body: '{"comment":"\ud800"}' },
    ...{ ...unreadable, says: 'UTF-8' },
  },
  {
    title: '#33 an escaped lone surrogate',
    request: { body: '{"comment":"\\ud800"}' },
    ...{ ...unreadable, says: 'Unicode' },
  },
  {
    title: '#33 a byte order mark',
    request: { body: `\ufeff${message({}, signedAtMs)}` },
    ...{ ...unreadable, says: 'byte order mark' },
  },
  {
    title: '#34 gzip',
    request: { headers: { 'content-encoding': 'gzip' } },
    ...{ ...media, says: 'content-encoding' },
  },
  {
    title: '#35 garbage under the Base64 flag',
    request: { body: '{"not":"base64"}', isBase64Encoded: true },
    ...{ ...unreadable, says: 'UTF-8' },
  },
  {
    title: '#36 200,000 lists in each other',
    request: { body: '['.repeat(200_000) },
    ...{ status: 413, code: 'too-large', says: '16384' },
  },
  {
    title: '#36 16,000 lists in each other',
    request: { body: '['.repeat(16_000) },
    ...{ ...unreadable, says: 'levels deep' },
  },
  {
    title: '#39 __proto__',
    request: { body: '{"__proto__":{"action":"buy"}}' },
    ...{ ...unreadable, says: 'reserved' },
  },
  {
    title: '#39 constructor.prototype',
    request: { body: '{"constructor":{"prototype":{}}}' },
    ...{ ...unreadable, says: 'reserved' },
  },
  {
    title: 'a key twice',
    request: { body: '{"action":"buy","action":"sell"}' },
    ...{ ...unreadable, says: 'once' },
  },
  {
    title: '#40 an unknown field that would change the trade',
    request: { fields: { takeProfit1: '90000' } },
    ...{ ...refused, code: 'not-supported', says: 'takeProfit1' },
  },
  {
    title: '#44 NaN as JSON has none',
    request: { body: message({}, signedAtMs).replace('"0.001"', 'NaN') },
    ...{ ...unreadable, says: 'NaN' },
  },
  ...['"1e309"', '1e309', '"1e-400"', '"1e3"', '1e3'].map((text) => numberCase('#43', text)),
  ...['"NaN"', '"Infinity"', '"-Infinity"', 'true', '[]'].map((text) => numberCase('#44', text)),
  ...['"0x10"', '"1_000"', '"1,5"', '" 1 "', '"+1"', '".5"', '"1."'].map((text) =>
    numberCase('#45', text),
  ),
  ...['"\uff11"', '"\u0661"', '"\u06f1.5"'].map((text) => numberCase('#46', text)),
  {
    title: '#48 a size below the minimum',
    request: { fields: { size: '0.00009' } },
    ...{ ...refused, code: 'too-small', says: '0.0001 BTC' },
  },
  {
    title: '#48 a cost below the minimum',
    request: { fields: { size: '0.4 USD' } },
    ...{ ...refused, code: 'too-small', says: '0.5 USD' },
  },
  {
    title: '#49 a size above the cap of one order',
    request: { fields: { size: '0.01' } },
    ...{ ...refused, code: 'above-max-order', says: '500 USD' },
  },
  {
    title: '#49 a value above the cap of one order',
    request: { fields: { size: '501 USD' } },
    ...{ ...refused, code: 'above-max-order', says: '500 USD' },
  },
  {
    title: '#52 price 0',
    request: { fields: { type: 'limit', price: '0' } },
    ...{ ...refused, code: 'bad-price', says: 'above zero' },
  },
  {
    title: '#52 a negative price',
    request: { fields: { type: 'limit', price: -1 } },
    ...{ ...refused, code: 'bad-price', says: 'above zero' },
  },
  {
    title: '#52 a price 100 times above the market',
    request: { fields: { type: 'limit', price: '10000000' } },
    ...{ ...refused, code: 'bad-price', says: '10 times away' },
  },
  {
    title: '#52 a price 100 times below the market',
    request: { fields: { type: 'limit', price: '1000' } },
    ...{ ...refused, code: 'bad-price', says: '10 times away' },
  },
  {
    title: '#52 size 0',
    request: { fields: { size: 0 } },
    ...{ ...refused, code: 'bad-size', says: 'above zero' },
  },
  {
    title: 'a pair that the rails do not list',
    request: { fields: { symbol: 'KRAKEN:ETHUSD' } },
    ...{ ...refused, code: 'pair-not-allowed', says: 'BTC/USD' },
  },
  {
    title: 'a chart of another exchange without a mapping',
    request: { fields: { symbol: 'COINBASE:BTCUSD' } },
    ...{ ...refused, code: 'foreign-chart', says: 'COINBASE' },
  },
  {
    title: '#62 a placeholder that nobody replaced',
    request: { fields: { price: '{{close}}' } },
    ...{ ...badField, says: '{{close}}' },
  },
];

function numberCase(number: string, text: string): Case {
  const body = message({}, signedAtMs).replace('"0.001"', () => text);
  return { title: `${number} the size ${text}`, request: { body }, ...badField, says: 'size' };
}

describe('a bad input', () => {
  it.each(cases)('$title is answered $status and trades nothing', async (one) => {
    const webhook = harness();
    const answer = await post(webhook, one.request);
    collect(webhook);
    expect(answer.status).toBe(one.status);
    expect(answer.body.code).toBe(one.code);
    expect(answer.body.message).toContain(one.says);
    expectNothingTraded(webhook);
    expect(webhook.store.notices()).toHaveLength(one.told === true ? 1 : 0);
  });

  it('#2 #3 #11 gives one answer for every cause of 401', async () => {
    const webhook = harness();
    const causes = cases.filter(({ status }) => status === 401);
    const answers = await Promise.all(causes.map(({ request }) => post(webhook, request)));
    expect(new Set(answers.map(({ text }) => text)).size).toBe(1);
  });

  it('#2 asks for no secret when the token cannot be one or the source is unknown', async () => {
    const asked: string[] = [];
    const secrets = {
      of: (name: string) => {
        asked.push(name);
        return Promise.reject(new Error('asked'));
      },
    };
    const webhook = harness({ secrets });
    for (const request of [{ token: 'short' }, { token: `${'x'.repeat(40)}!` }, { source: 'no' }]) {
      expect((await post(webhook, request)).status).toBe(401);
    }
    expect(asked).toEqual([]);
  });

  it('#19 an exact replay is a duplicate and queues nothing new', async () => {
    const webhook = harness();
    expect(await post(webhook, {})).toMatchObject({ status: 200, body: { status: 'accepted' } });
    expect(await post(webhook, {})).toMatchObject({ status: 200, body: { status: 'duplicate' } });
    webhook.clock.advance(365 * 24 * 3_600_000);
    const body = message({}, signedAtMs);
    expect(await post(webhook, { body })).toMatchObject({ body: { status: 'duplicate' } });
    expect(webhook.store.rows()).toHaveLength(1);
    collect(webhook);
  });

  it('#21 the same id with another size is a conflict, told as a page', async () => {
    const webhook = harness();
    await post(webhook, {});
    const answer = await post(webhook, { fields: { size: '0.002' } });
    expect(answer).toMatchObject({ status: 409, body: { code: 'identity-reused' } });
    expect(webhook.queue.sent).toHaveLength(1);
    expect(webhook.store.rows().map(({ signal }) => signal.size)).toEqual([
      { unit: 'base', amount: '0.001' },
    ]);
    expect(webhook.store.notices()).toMatchObject([{ urgency: 'page', channels: ['ops'] }]);
    collect(webhook);
  });

  it('#22 another order of keys and other blanks make a duplicate', async () => {
    const webhook = harness();
    await post(webhook, {});
    const fields = JSON.parse(message({}, signedAtMs)) as Record<string, unknown>;
    const reversed = Object.fromEntries(Object.entries(fields).reverse());
    const answer = await post(webhook, { body: JSON.stringify(reversed, null, 2) });
    expect(answer).toMatchObject({ status: 200, body: { status: 'duplicate' } });
    expect(webhook.queue.sent).toHaveLength(1);
  });

  it('#23 of fifty identical posts at once one is accepted', async () => {
    const webhook = harness();
    const answers = await Promise.all(Array.from({ length: 50 }, () => post(webhook, {})));
    const words = answers.map(({ body }) => body.status);
    expect(words.filter((word) => word === 'accepted')).toHaveLength(1);
    expect(words.filter((word) => word === 'duplicate')).toHaveLength(49);
    expect(webhook.store.rows()).toHaveLength(1);
    expect(webhook.queue.sent).toHaveLength(1);
  });

  it('#26 a signal ten minutes old is stale, on record, and told', async () => {
    const webhook = harness();
    const time = new Date(signedAtMs - 600_000).toISOString();
    const answer = await post(webhook, { fields: { time } });
    expect(answer).toMatchObject({ status: 200, body: { status: 'stale' } });
    expect(answer.body.message).toContain('600 s old');
    expectNothingTraded(webhook);
    expect(webhook.store.rows()).toMatchObject([{ state: 'expired' }]);
    expect(webhook.store.notices()).toHaveLength(1);
    collect(webhook);
  });

  it('#40 #59 #62 #64 harmless unknown fields and hostile texts are recorded, not followed', async () => {
    const webhook = harness();
    const comment = '<!channel> <@U1> <http://evil|x> ${process.env} %s {0}';
    const url = 'http://169.254.169.254/';
    const answer = await post(webhook, { fields: { comment, url, apiKey: BODY_SECRET } });
    expect(answer).toMatchObject({ status: 200, body: { status: 'accepted' } });
    expect(webhook.store.rows()).toMatchObject([
      { signal: { comment, unknown: { url: JSON.stringify(url), apiKey: '"[redacted]"' } } },
    ]);
    collect(webhook);
  });

  it('#80 is answered 503 while the secrets cannot be read, and stores nothing', async () => {
    const secrets = { of: () => Promise.reject(new Error('Secrets Manager is away')) };
    const webhook = harness({ secrets });
    const answer = await post(webhook, {});
    expect(answer).toMatchObject({ status: 503, body: { code: 'unavailable' } });
    expect(answer.text).not.toContain('Secrets Manager');
    expect(webhook.store.rows()).toEqual([]);
    collect(webhook);
  });

  it('whatever the bytes, has an answer with a known status, never a throw', async () => {
    const allowed = [200, 400, 401, 404, 405, 413, 415, 422];
    const good = message({}, signedAtMs);
    const damaged = fc
      .tuple(fc.nat(good.length), fc.nat(3), fc.string({ unit: 'binary', maxLength: 3 }))
      .map(([at, cut, insert]) => good.slice(0, at) + insert + good.slice(at + cut));
    const request: fc.Arbitrary<Post> = fc.record(
      {
        method: fc.constantFrom('POST', 'GET'),
        path: fc.string({ unit: 'binary' }).map((text) => `/hook/btc-trend/${text}`),
        sourceIp: fc.constantFrom(SENDER, '::1', 'x', ''),
        headers: fc.dictionary(fc.constantFrom('content-type', 'content-encoding'), fc.string()),
        body: fc.oneof(damaged, fc.string({ unit: 'binary' })),
        isBase64Encoded: fc.boolean(),
      },
      { requiredKeys: ['body'] },
    );
    await fc.assert(
      fc.asyncProperty(request, async (one) => {
        const webhook = harness();
        const { statusCode } = await webhook.serve(hookEvent(one, signedAtMs));
        expect(allowed).toContain(statusCode);
      }),
      { numRuns: 1_000 },
    );
  });
});
