import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { startKraken, type RunningKraken } from '../../../../infra/local/kraken/server.ts';
import {
  call,
  KEY,
  nextNonce,
  SECRET,
  send,
  sign,
  signedCall,
  START_MS,
  testClock,
  type Envelope,
} from './raw-client.ts';

const OFFICIAL_SECRET =
  'kQH5HW/8p1uGOVjbgWA7FunAmGO8lsSUXNsu3eow76sz84Q18fWxnyRzBHCd3pd5nE9qa99HAZtuZuj6F1huXg==';

/** S1: Kraken's page on authentication. S2: the test of Kraken's SDK. S4: made by the same formula. */
const VECTORS = [
  {
    name: 'S1, form',
    secret: OFFICIAL_SECRET,
    path: '/0/private/AddOrder',
    type: 'application/x-www-form-urlencoded',
    body: 'nonce=1616492376594&ordertype=limit&pair=XBTUSD&price=37500&type=buy&volume=1.25',
    sign: '4/dpxb3iT4tp/ZCVEwSnEsLxx0bqyhLpdfOpc6fn7OR8+UClSV5n9E6aSS8MPtnRfp32bAb0nmbRn6H8ndwLUQ==',
    order: 'buy 1.25000000 XBTUSD @ limit 37500.0',
  },
  {
    name: 'S2, nanoseconds',
    secret: Buffer.alloc(32, 1).toString('base64'),
    path: '/0/private/Balance',
    type: 'application/x-www-form-urlencoded',
    body: 'nonce=1700000000000000000',
    sign: '6i7+cpXVLDDnDOekgsRcgFQhkYFyPDSSxhSVA8OrA6vjziXcy2K1DP3n7f9B/Kgni71WjBSQusZKxduRsdF20Q==',
    order: undefined,
  },
  {
    name: 'S4, JSON',
    secret: OFFICIAL_SECRET,
    path: '/0/private/AddOrder',
    type: 'application/json',
    body: '{"nonce":"1616492376594","ordertype":"limit","pair":"XBTUSD","price":"37500","type":"buy","volume":"1.25"}',
    sign: 'r/o+GpKxXjV/mls/r5CKLu5R+yzK5psqvQ4hXxMX1nzdxTBhV+ui82QGgPZMMitpFwCOAdPEZMmXgZxD2chJEg==',
    order: 'buy 1.25000000 XBTUSD @ limit 37500.0',
  },
];

let kraken: RunningKraken;
let clock: ReturnType<typeof testClock>;

beforeEach(async () => {
  clock = testClock();
  kraken = await startKraken({
    port: 0,
    clock,
    accounts: [{ key: KEY, secret: SECRET, balances: { USD: '1000000' } }],
  });
});
afterEach(() => kraken.close());

async function post(
  path: string,
  body: string,
  headers: Record<string, string>,
): Promise<Envelope> {
  return JSON.parse(
    (await send(kraken.url + path, { verb: 'POST', body, headers })).body,
  ) as Envelope;
}

describe.each(VECTORS)('signature vector $name', (vector) => {
  const headers = {
    'content-type': vector.type,
    'API-Key': 'vector-key',
    'API-Sign': vector.sign,
  };

  it('is accepted', async () => {
    const { secret } = vector;
    kraken.control.addKey({ key: 'vector-key', secret, balances: { USD: '100000' } });
    const answer = await post(vector.path, vector.body, headers);
    expect(answer.error).toEqual([]);
    expect((answer.result?.['descr'] as { order: string } | undefined)?.order).toBe(vector.order);
  });

  it('is refused after a one-bit change of any byte of the body', async () => {
    const patient = await startKraken({
      port: 0,
      rules: { lockoutAfter: 10_000 },
      accounts: [{ key: 'vector-key', secret: vector.secret, balances: { USD: '100000' } }],
    });
    const bytes = Buffer.from(vector.body, 'latin1');
    for (const [place, byte] of bytes.entries()) {
      const body = Buffer.from(bytes);
      body[place] = byte ^ 1;
      const request = { verb: 'POST', body: body.toString('latin1'), headers };
      const answer = await send(patient.url + vector.path, request);
      expect(answer.body).toMatch(/^\{"error":\["EAPI:(Invalid signature|Bad request)"\]\}$/);
    }
    expect(patient.control.state().counters.ordersPlaced).toBe(0);
    await patient.close();
  });

  it('is refused with a changed signature or path', async () => {
    const { secret } = vector;
    kraken.control.addKey({ key: 'vector-key', secret });
    const other = {
      ...headers,
      'API-Sign': vector.sign.replace(/^./, (c) => (c === '4' ? '5' : '4')),
    };
    expect((await post(vector.path, vector.body, other)).error).toEqual(['EAPI:Invalid signature']);
    const elsewhere = await post('/0/private/BalanceEx', vector.body, headers);
    expect(elsewhere.error).toEqual(['EAPI:Invalid signature']);
  });
});

describe('nonces', () => {
  const MAX = (2n ** 64n - 1n).toString();
  it.each([
    { window: '0', nonces: ['10', '11', '12'], error: undefined },
    { window: '0', nonces: ['10', '10'], error: 'EAPI:Invalid nonce' },
    { window: '0', nonces: ['10', '9'], error: 'EAPI:Invalid nonce' },
    { window: '5', nonces: ['10', '6'], error: undefined },
    { window: '5', nonces: ['10', '5'], error: 'EAPI:Invalid nonce' },
    { window: '5', nonces: ['10', '8', '12', '8'], error: undefined },
    { window: '0', nonces: ['9007199254740993', '9007199254740992'], error: 'EAPI:Invalid nonce' },
    { window: '0', nonces: ['9007199254740992', '9007199254740993'], error: undefined },
    {
      window: '0',
      nonces: ['1700000000000000001', '1700000000000000000'],
      error: 'EAPI:Invalid nonce',
    },
    { window: '0', nonces: [MAX], error: undefined },
    { window: '0', nonces: ['18446744073709551616'], error: 'EAPI:Invalid nonce' },
    { window: '0', nonces: ['-1'], error: 'EAPI:Invalid nonce' },
    { window: '0', nonces: ['1.5'], error: 'EAPI:Invalid nonce' },
    { window: '0', nonces: [''], error: 'EAPI:Invalid nonce' },
  ])('window $window, $nonces: $error', async ({ window, nonces, error }) => {
    kraken.control.addKey({ key: 'n', secret: SECRET, nonceWindow: window });
    let answer: Envelope = { error: [] };
    for (const nonce of nonces) answer = await call(kraken.url, 'Balance', {}, { key: 'n', nonce });
    expect(answer.error[0]).toBe(error);
    expect(kraken.control.state().counters.noncesRefused).toBe(error === undefined ? 0 : 1);
  });

  it('belong to the key, not to the account', async () => {
    kraken.control.addKey({ key: 'a', secret: SECRET, account: 'shared' });
    kraken.control.addKey({ key: 'b', secret: SECRET, account: 'shared' });
    expect((await call(kraken.url, 'Balance', {}, { key: 'a', nonce: '100' })).error).toEqual([]);
    expect((await call(kraken.url, 'Balance', {}, { key: 'b', nonce: '1' })).error).toEqual([]);
  });

  it('read from a JSON number are exact beyond 2^53', async () => {
    const path = '/0/private/GetApiKeyInfo';
    const nonce = '1800000000000000001';
    const body = `{"nonce": ${nonce}}`;
    const signature = sign(SECRET, path, nonce, body);
    const headers = { 'content-type': 'application/json', 'API-Key': KEY, 'API-Sign': signature };
    expect((await post(path, body, headers)).result?.['nonce']).toBe(nonce);
  });
});

describe('permissions', () => {
  const TABLE = {
    AddOrder: ['modify-trades'],
    CancelOrder: ['modify-trades', 'close-trades'],
    CancelAll: ['modify-trades', 'close-trades'],
    QueryOrders: ['query-open-trades', 'query-closed-trades'],
    OpenOrders: ['query-open-trades'],
    ClosedOrders: ['query-closed-trades'],
    TradesHistory: ['query-closed-trades'],
    Balance: ['query-funds'],
    BalanceEx: ['query-funds'],
  };
  const ALL = [
    'query-funds',
    'query-open-trades',
    'query-closed-trades',
    'modify-trades',
    'close-trades',
  ];

  it.each(Object.entries(TABLE))('%s is open to %j alone', async (method, allowing) => {
    for (const permission of ALL) {
      kraken.control.addKey({ key: permission, secret: SECRET, permissions: [permission] });
      const { error } = await call(kraken.url, method, {}, { key: permission });
      expect(error.includes('EGeneral:Permission denied'), permission).toBe(
        !allowing.includes(permission),
      );
    }
  });

  it('GetApiKeyInfo needs none, in either spelling', async () => {
    kraken.control.addKey({ key: 'bare', secret: SECRET, permissions: [] });
    const snake = await call(kraken.url, 'GetApiKeyInfo', {}, { key: 'bare' });
    expect(snake.result).toMatchObject({ api_key: 'bare', permissions: [], nonce_window: '0' });
    const other = await startKraken({
      port: 0,
      rules: { keyInfoSpelling: 'camel' },
      accounts: [{ key: KEY, secret: SECRET }],
    });
    const camel = await call(other.url, 'GetApiKeyInfo');
    await other.close();
    expect(camel.result).toMatchObject({ apiKey: KEY, nonceWindow: '0', ipAllowlist: [''] });
  });
});

describe('callers', () => {
  it('with an unknown key, a GET, or an unknown method are refused in Kraken’s words', async () => {
    expect((await call(kraken.url, 'Balance', {}, { key: 'nobody' })).error).toEqual([
      'EAPI:Invalid key',
    ]);
    expect((await call(kraken.url, 'Withdraw')).error).toEqual(['EGeneral:Unknown method']);
    expect((await call(kraken.url, 'constructor')).error).toEqual(['EGeneral:Unknown method']);
    const got = await send(`${kraken.url}/0/private/Balance`);
    expect(JSON.parse(got.body)).toEqual({ error: ['EGeneral:Unknown method'] });
  });

  it('are locked out after too many refusals, and for longer when they go on', async () => {
    for (let i = 0; i < 20; i++) await call(kraken.url, 'Balance', {}, { nonce: '0' });
    const locked = ['EGeneral:Temporary lockout'];
    expect((await call(kraken.url, 'Balance')).error).toEqual(locked);
    clock.advance(14 * 60_000);
    expect((await call(kraken.url, 'Balance')).error).toEqual(locked);
    clock.advance(14 * 60_000);
    expect((await call(kraken.url, 'Balance')).error).toEqual(locked);
    clock.advance(15 * 60_000);
    expect((await call(kraken.url, 'Balance')).error).toEqual([]);
  });

  it('who refuse to encode a plus sign send a blank', async () => {
    const nonce = nextNonce();
    const expire = { timeinforce: 'GTD', pair: 'XBTUSD', type: 'buy', ordertype: 'limit' };
    const fields = new URLSearchParams({ nonce, ...expire, volume: '1', price: '100' }).toString();
    const path = '/0/private/AddOrder';
    const type = 'application/x-www-form-urlencoded';
    const bare = `${fields}&expiretm=+30`;
    const headers = {
      'content-type': type,
      'API-Key': KEY,
      'API-Sign': sign(SECRET, path, nonce, bare),
    };
    expect((await post(path, bare, headers)).error).toEqual([
      'EGeneral:Invalid arguments:expiretm',
    ]);
    const encoded = signedCall('AddOrder', {
      ...expire,
      volume: '1',
      price: '100',
      expiretm: '+30',
    });
    expect(encoded.body).toContain('expiretm=%2B30');
    expect((await post(path, encoded.body, encoded.headers)).error).toEqual([]);
    expect(kraken.control.state().orders[0]?.expiresAtMs).toBe(START_MS + 30_000);
  });
});
