import { afterEach, describe, expect, test } from 'vitest';
import { krakenExchange } from '../../../functions/adapters/kraken/exchange.ts';
import { DEADLINE_REST_MS } from '../../../functions/core/protocol.ts';
import { readPairs } from '../../../functions/adapters/kraken/pairs.ts';
import { plain } from '../../../functions/core/decimal.ts';
import { ExchangeError } from '../../../functions/core/exchange-error.ts';
import type { Attempt, Order } from '../../../functions/core/order.ts';
import { Secret } from '../../../functions/core/secret.ts';
import { fakeClock } from '../../fakes/clock.ts';
import { fakeLog } from '../../fakes/log.ts';
import { http, krakenSays, loopback } from './loopback.ts';

const CLIENT_ID = '6b1e3a7c-52a4-5e0d-9f43-0f3f0a7c9d11';
const TXID = 'OUF4EM-FRGI2-MQMWZD';
const PLACED = { descr: { order: 'buy 0.5 XBTUSD @ limit 37500.0' }, txid: [TXID] };
const ROW = {
  altname: 'XBTUSD',
  wsname: 'XBT/USD',
  base: 'XXBT',
  quote: 'ZUSD',
  pair_decimals: 1,
  lot_decimals: 8,
  cost_decimals: 5,
};
const PAIRS = readPairs({ XXBTZUSD: ROW }, { XXBT: { altname: 'XBT' }, ZUSD: { altname: 'USD' } });
const closers: (() => unknown)[] = [];

afterEach(async () => {
  for (const close of closers.splice(0)) await close();
});

type Answers = (name: string, form: URLSearchParams) => string;

/** An exchange client and the calls that its server saw. */
async function client(answers: Answers) {
  const calls: { name: string; form: URLSearchParams }[] = [];
  const server = await loopback({
    onRequest: (socket) => {
      const { head, body } = server.requests.at(-1) ?? { head: '', body: '' };
      const name = /^POST \/0\/private\/(\w+) /.exec(head)?.[1] ?? '';
      const form = new URLSearchParams(body);
      calls.push({ name, form });
      socket.write(answers(name, form));
    },
  });
  let nonce = 100;
  const clock = fakeClock();
  const log = fakeLog();
  const exchange = krakenExchange({
    url: server.url,
    key: { key: new Secret('public'), secret: new Secret('AQEBAQ==') },
    nextNonce: () => String((nonce += 1)),
    clock,
    log,
    pairs: async () => PAIRS,
  });
  closers.push(
    () => exchange.close(),
    () => server.close(),
  );
  return { exchange, calls, clock, log };
}

function attempt(order: Partial<Order> = {}, rest: Partial<Attempt> = {}): Attempt {
  const nowMs = fakeClock().nowMs();
  return {
    token: 'token',
    nonce: '1616492376594',
    deadlineMs: nowMs + 10_000,
    preparedAtMs: nowMs,
    order: { pair: 'XBTUSD', side: 'buy', type: 'market', volume: '0.5', ...order },
    keyId: 'key',
    fence: 1,
    validate: false,
    ...rest,
  };
}

const fields = (form: URLSearchParams | undefined) => Object.fromEntries(form ?? []);

describe('placing', () => {
  const common = {
    nonce: '1616492376594',
    type: 'buy',
    volume: '0.5',
    pair: 'XBTUSD',
    cl_ord_id: CLIENT_ID,
    deadline: '2026-11-22T12:00:10.000Z',
  };

  test.each<[string, Partial<Order>, Partial<Attempt>, Record<string, string>]>([
    ['a market order', {}, {}, { ordertype: 'market' }],
    [
      'a limit order with every option',
      {
        type: 'limit',
        price: '37500.0',
        timeInForce: 'GTC',
        postOnly: true,
      },
      { validate: true },
      {
        ordertype: 'limit',
        price: '37500.0',
        timeinforce: 'GTC',
        oflags: 'post,fciq',
        validate: 'true',
      },
    ],
    [
      'an order with its options off',
      { timeInForce: 'IOC', postOnly: false },
      {},
      { ordertype: 'market', timeinforce: 'IOC' },
    ],
    [
      'an iceberg that ends',
      {
        ...{ type: 'iceberg', price: '37500', displayVolume: '0.05', selfTrade: 'cancel-both' },
        ...{ timeInForce: 'GTD', startAtMs: 1_795_348_860_000, expireAtMs: 1_795_348_920_000 },
      },
      {},
      {
        ...{ ordertype: 'iceberg', price: '37500', displayvol: '0.05', stptype: 'cancel-both' },
        ...{ timeinforce: 'GTD', starttm: '1795348860', expiretm: '1795348920' },
      },
    ],
    [
      'a stop with a limit, on margin',
      {
        ...{ type: 'stop-loss-limit', price: '38000', price2: '38010', trigger: 'index' },
        ...{ leverage: '3', reduceOnly: true },
      },
      {},
      {
        ...{ ordertype: 'stop-loss-limit', price: '38000', price2: '38010', trigger: 'index' },
        ...{ leverage: '3', reduce_only: 'true' },
      },
    ],
    [
      'a trailing stop with its plus sign',
      { type: 'trailing-stop-limit', price: '+2%', price2: '+20' },
      {},
      { ordertype: 'trailing-stop-limit', price: '+2%', price2: '+20' },
    ],
    [
      'money that a market buy spends',
      { volume: '0.5', volumeInQuote: true },
      {},
      { ordertype: 'market', oflags: 'viqc,fciq' },
    ],
  ])('%s sends these fields and no others', async (_, order, rest, expected) => {
    const { exchange, calls } = await client(() => krakenSays(PLACED));
    await exchange.place(attempt(order, rest), { clientOrderId: CLIENT_ID });
    expect(calls.map(({ name }) => name)).toEqual(['AddOrder']);
    // Every fee is asked for in the quote currency.
    expect(fields(calls[0]?.form)).toEqual({ oflags: 'fciq', ...common, ...expected });
  });

  test('tells the order id and Kraken’s words', async () => {
    const { exchange } = await client(() => krakenSays(PLACED));
    expect(await exchange.place(attempt(), { clientOrderId: CLIENT_ID })).toEqual({
      kind: 'placed',
      exchangeOrderId: TXID,
      description: PLACED.descr.order,
    });
  });

  test('an order to be checked only is validated', async () => {
    const { exchange } = await client(() => krakenSays({ descr: PLACED.descr }));
    const outcome = await exchange.place(attempt({}, { validate: true }), {
      clientOrderId: CLIENT_ID,
    });
    expect(outcome).toEqual({ kind: 'validated', description: PLACED.descr.order });
  });

  test('an order that Kraken refuses is refused, and warnings are logged', async () => {
    const body = '{"error":["WGeneral:Deprecated","EOrder:Insufficient funds"]}';
    const { exchange, log } = await client(() => http('200 OK', body));
    const outcome = await exchange.place(attempt(), { clientOrderId: CLIENT_ID });
    expect(outcome).toMatchObject({ kind: 'refused', trips: false });
    expect(log.lines.join()).toContain('WGeneral:Deprecated');
  });

  test('a warning alone does not spoil the success', async () => {
    const body = JSON.stringify({ error: ['WGeneral:Deprecated'], result: PLACED });
    const { exchange } = await client(() => http('200 OK', body));
    expect((await exchange.place(attempt(), { clientOrderId: CLIENT_ID })).kind).toBe('placed');
  });

  test.each([
    [DEADLINE_REST_MS, 'never-sent', 0],
    [DEADLINE_REST_MS + 1, 'placed', 1],
  ])('with %i ms left until its deadline is %s', async (leftMs, kind, sent) => {
    const { exchange, calls, clock } = await client(() => krakenSays(PLACED));
    const late = attempt({}, { deadlineMs: clock.nowMs() + leftMs });
    expect((await exchange.place(late, { clientOrderId: CLIENT_ID })).kind).toBe(kind);
    expect(calls).toHaveLength(sent);
  });

  test.each<[string, Partial<Order>]>([
    ['a limit order without a price', { type: 'limit' }],
    ['a market order with a price', { price: '1' }],
    ['a stop without its limit', { type: 'stop-loss-limit', price: '1' }],
    ['a stop with a limit too many', { type: 'stop-loss', price: '1', price2: '1' }],
    ['a stop at a distance from whatever Kraken saw last', { type: 'stop-loss', price: '+1' }],
    ['a trailing stop at a price', { type: 'trailing-stop', price: '1' }],
    ['an iceberg that shows nothing', { type: 'iceberg', price: '1' }],
    ['a limit that shows a part', { type: 'limit', price: '1', displayVolume: '0.1' }],
    ['an end that is not one', { type: 'limit', price: '1', timeInForce: 'GTD' }],
    ['an end of an order that stays', { type: 'limit', price: '1', expireAtMs: 1_000 }],
    ['half a second', { startAtMs: 1_500 }],
    ['reduce-only on spot', { reduceOnly: true }],
    ['money for a limit order', { type: 'limit', price: '1', volumeInQuote: true }],
    ['money for a sale', { side: 'sell', volumeInQuote: true }],
  ])('%s is never sent', async (_, order) => {
    const { exchange, calls } = await client(() => krakenSays(PLACED));
    expect((await exchange.place(attempt(order), { clientOrderId: CLIENT_ID })).kind).toBe(
      'never-sent',
    );
    expect(calls).toHaveLength(0);
  });
});

const wireOrder = (changes: object = {}) => ({
  status: 'closed',
  cl_ord_id: CLIENT_ID,
  opentm: 1688666559.8974,
  descr: { pair: 'XBT/USD', type: 'buy', ordertype: 'limit', price: '37500.0' },
  vol: '1.25000000',
  vol_exec: '0.37500000',
  ...changes,
});

describe('looking', () => {
  test('for an order by our id asks open and closed orders and reads them exactly', async () => {
    const { exchange, calls } = await client((name) =>
      krakenSays(
        name === 'OpenOrders'
          ? { open: { OPEN: wireOrder({ status: 'open' }) } }
          : { closed: { [TXID]: wireOrder({ descr: { ...wireOrder().descr, price: '0' } }) } },
      ),
    );
    const found = await exchange.find({ clientOrderId: CLIENT_ID }, 1_688_666_560_000);
    expect(calls.map(({ name, form }) => [name, fields(form)])).toEqual([
      ['OpenOrders', { nonce: '101', cl_ord_id: CLIENT_ID }],
      ['ClosedOrders', { nonce: '102', cl_ord_id: CLIENT_ID, start: '1688666499', ofs: '0' }],
    ]);
    expect(found).toHaveLength(2);
    expect(found[0]).toMatchObject({
      exchangeOrderId: 'OPEN',
      clientOrderId: CLIENT_ID,
      pair: 'XBTUSD',
      side: 'buy',
      type: 'limit',
      openedAtMs: 1_688_666_559_897,
      status: 'open',
    });
    const [order] = found;
    expect(order && [order.volume, order.price, order.filled].map((it) => it && plain(it))).toEqual(
      ['1.25', '37500', '0.375'],
    );
    expect(found[1]).not.toHaveProperty('price');
  });

  test('keeps what may be ours: any spelling of our id, or no id, and not another id', async () => {
    const { exchange } = await client((name) =>
      krakenSays(
        name === 'OpenOrders'
          ? { open: { A: wireOrder({ cl_ord_id: CLIENT_ID.replaceAll('-', '').toUpperCase() }) } }
          : {
              closed: {
                B: wireOrder({ cl_ord_id: null }),
                C: wireOrder({ cl_ord_id: '00000000-0000-5000-8000-000000000000' }),
              },
            },
      ),
    );
    const found = await exchange.find({ clientOrderId: CLIENT_ID }, 0);
    expect(found.map((it) => [it.exchangeOrderId, it.clientOrderId])).toEqual([
      ['A', CLIENT_ID],
      ['B', undefined],
    ]);
  });

  test('reads closed orders page by page', async () => {
    const page = (first: number, rows: number) =>
      Object.fromEntries(Array.from({ length: rows }, (_, i) => [`O${first + i}`, wireOrder()]));
    const { exchange, calls } = await client((name, form) =>
      name === 'OpenOrders'
        ? krakenSays({ open: {} })
        : krakenSays({ closed: form.get('ofs') === '0' ? page(0, 50) : page(50, 3) }),
    );
    expect(await exchange.find({ clientOrderId: CLIENT_ID }, 0)).toHaveLength(53);
    expect(calls.map(({ form }) => form.get('ofs'))).toEqual([null, '0', '50']);
  });

  test('at trades names every order once, and fails when there are too many to read', async () => {
    const trade = (ordertxid: string) => ({ ordertxid, pair: 'XXBTZUSD', time: 1688667796.88 });
    const few = await client(() =>
      krakenSays({ trades: { T1: trade('A'), T2: trade('B'), T3: trade('A') } }),
    );
    expect(await few.exchange.tradedOrders(1_688_666_560_999, 1_688_666_600_001)).toEqual([
      'A',
      'B',
    ]);
    expect(fields(few.calls[0]?.form)).toEqual({
      ...{ nonce: '101', start: '1688666559', end: '1688666602', ofs: '0' },
    });

    const full = Object.fromEntries(Array.from({ length: 50 }, (_, i) => [`T${i}`, trade('A')]));
    const many = await client(() => krakenSays({ trades: full }));
    await expect(many.exchange.tradedOrders(0, 1)).rejects.toThrow('more than 250 rows');
    expect(many.calls).toHaveLength(5);
  });

  test('at orders by Kraken’s ids gives those that exist', async () => {
    const { exchange, calls } = await client(() => krakenSays({ [TXID]: wireOrder() }));
    const found = await exchange.orders([TXID, 'OTHER']);
    expect(found.map(({ exchangeOrderId }) => exchangeOrderId)).toEqual([TXID]);
    expect(calls[0]?.form.get('txid')).toBe(`${TXID},OTHER`);
    expect(await exchange.orders([])).toEqual([]);
    const tooMany = Array.from({ length: 51 }, String);
    await expect(exchange.orders(tooMany)).rejects.toThrow('takes 50 orders, not 51');
    expect(calls).toHaveLength(1);
  });

  test.each(['EOrder:Unknown order', 'EOrder:Invalid order'])(
    'at an order that Kraken answers with %s finds none',
    async (text) => {
      const { exchange } = await client(() => http('200 OK', JSON.stringify({ error: [text] })));
      expect(await exchange.orders([TXID])).toEqual([]);
    },
  );

  test('at balances computes what is available, exactly, and leaves staked amounts out', async () => {
    const result =
      '{"ZUSD":{"balance":25435.2100000000000000001,"hold_trade":8249.76},' +
      '"XXBT":{"balance":"1.2435","hold_trade":"0.8423","credit":"0.1","credit_used":"0.02"},' +
      '"KFEE":{"balance":"1e-05"},"ETH2.S":{"balance":"5"},"USD.M":{"balance":"7"}}';
    const { exchange } = await client(() => http('200 OK', `{"error":[],"result":${result}}`));
    const balances = await exchange.balances();
    const text = [...balances].map(([name, it]) => [name, plain(it.total), plain(it.available)]);
    expect(text).toEqual([
      ['USD', '25435.2100000000000000001', '17185.4500000000000000001'],
      ['BTC', '1.2435', '0.4812'],
      ['KFEE', '0.00001', '0.00001'],
    ]);
  });

  test.each([
    ['snake_case', { nonce_window: '0', query_from: '0', query_to: '0' }, true, '0'],
    ['camelCase', { nonceWindow: 15, queryFrom: null, queryTo: null }, true, '15'],
    ['a beginning', { nonce_window: '0', query_from: '1700000000', query_to: '0' }, false, '0'],
    ['an end', { nonceWindow: '0', queryTo: '1700000000' }, false, '0'],
  ])('at the key reads %s', async (_, result, seesAllTimes, nonceWindow) => {
    const info = { nonce: '7', permissions: ['query-funds'], ...result };
    const { exchange } = await client(() => krakenSays(info));
    expect(await exchange.keyInfo()).toEqual({
      permissions: ['query-funds'],
      nonce: '7',
      nonceWindow,
      seesAllTimes,
    });
  });

  test.each([
    ['an error', http('200 OK', '{"error":["EAPI:Invalid key"]}'), false, 'EAPI:Invalid key'],
    ['a shape that is not documented', krakenSays({ ZUSD: 'much' }), false, 'ZUSD'],
    ['an HTML page', http('200 OK', '<html>'), true, 'without JSON'],
    ['HTTP 502', http('502 Bad Gateway', '<html>'), true, 'HTTP 502'],
  ])('that is answered by %s throws', async (_, answer, retryable, message) => {
    const { exchange } = await client(() => answer);
    const error: unknown = await exchange.balances().catch((thrown: unknown) => thrown);
    expect(error).toBeInstanceOf(ExchangeError);
    expect(error).toMatchObject({
      retryable,
      message: expect.stringContaining(message) as string,
    });
  });
});

test('calls of one key go out one after another, in the order of their nonces', async () => {
  const { exchange, calls } = await client((name) =>
    krakenSays(name === 'GetApiKeyInfo' ? { nonce: '1' } : {}),
  );
  const outcomes = await Promise.allSettled([
    exchange.keyInfo(),
    exchange.balances(),
    exchange.place(attempt(), { clientOrderId: CLIENT_ID }),
    exchange.balances(),
  ]);
  expect(outcomes.map(({ status }) => status)).toEqual([
    'rejected',
    'fulfilled',
    'fulfilled',
    'fulfilled',
  ]);
  expect(calls.map(({ name, form }) => [name, form.get('nonce')])).toEqual([
    ['GetApiKeyInfo', '101'],
    ['BalanceEx', '102'],
    ['AddOrder', '1616492376594'],
    ['BalanceEx', '103'],
  ]);
});
