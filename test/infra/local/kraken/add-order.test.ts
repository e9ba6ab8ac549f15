import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { startKraken, type RunningKraken } from '../../../../infra/local/kraken/server.ts';
import { call, KEY, SECRET, START_MS, testClock, txidOf } from './raw-client.ts';

let kraken: RunningKraken;
let clock: ReturnType<typeof testClock>;

beforeEach(async () => {
  clock = testClock();
  const balances = { USD: '100000', XBT: '2', XTZ: '1000', PEPE: '100000000' };
  kraken = await startKraken({
    port: 0,
    clock,
    accounts: [{ key: KEY, secret: SECRET, balances }],
  });
});
afterEach(() => kraken.close());

const LIMIT = { pair: 'XBTUSD', type: 'buy', ordertype: 'limit', volume: '0.1', price: '50000' };
const MARKET = { pair: 'XBTUSD', type: 'buy', ordertype: 'market', volume: '0.1' };
const STOP = { ...MARKET, ordertype: 'stop-loss', price: '70000' };
const ICEBERG = { ...LIMIT, ordertype: 'iceberg' };
const UUID = 'a1b2c3d4-1111-4222-8333-444455556666';
const at = (ms: number): string => new Date(START_MS + ms).toISOString();

type Case = readonly [title: string, params: Record<string, string>, error: string | undefined];

const NO_POSITION = 'EOrder:Unknown position';
const INVALID = 'EGeneral:Invalid arguments';
const CASES: readonly Case[] = [
  ['a limit order', LIMIT, undefined],
  ['a market order', MARKET, undefined],
  ['no side', { ...LIMIT, type: '' }, `${INVALID}:type`],
  ['an unknown ordertype', { ...LIMIT, ordertype: 'magic' }, `${INVALID}:ordertype`],
  ['volume zero', { ...LIMIT, volume: '0' }, `${INVALID}:volume`],
  ['volume below zero', { ...LIMIT, volume: '-1' }, `${INVALID}:volume`],
  ['volume that is no number', { ...LIMIT, volume: 'all' }, `${INVALID}:volume`],
  ['more decimals than the lot', { ...LIMIT, volume: '0.123456789' }, `${INVALID}:volume`],
  ['no price on a limit', { ...LIMIT, price: '' }, `${INVALID}:price`],
  ['no pair', { ...LIMIT, pair: '' }, `${INVALID}:pair`],
  ['an unknown pair', { ...LIMIT, pair: 'NOSUCHPAIR' }, 'EQuery:Unknown asset pair'],
  ['the id of the pair', { ...LIMIT, pair: 'XXBTZUSD' }, undefined],
  ['the wsname of the pair', { ...LIMIT, pair: 'XBT/USD' }, undefined],
  ['the modern name of the pair', { ...LIMIT, pair: 'BTC/USD' }, undefined],
  ['leverage that the pair has', { ...LIMIT, leverage: '2' }, undefined],
  [
    'volume zero on margin, with nothing open',
    { ...LIMIT, volume: '0', leverage: '2' },
    NO_POSITION,
  ],
  [
    'volume in the quote, on margin',
    { ...MARKET, oflags: 'viqc', leverage: '2' },
    `${INVALID}:oflags`,
  ],
  ['leverage that the pair does not have', { ...LIMIT, leverage: '10' }, `${INVALID}:leverage`],
  ['leverage of one', { ...LIMIT, leverage: '1' }, `${INVALID}:leverage`],
  ['no leverage, said', { ...LIMIT, leverage: 'none' }, undefined],
  [
    'a position that is not there',
    { ...MARKET, ordertype: 'settle-position', volume: '0', leverage: '2' },
    NO_POSITION,
  ],
  [
    'a position to settle, without leverage',
    { ...MARKET, ordertype: 'settle-position' },
    `${INVALID}:leverage`,
  ],
  ['a start time', { ...LIMIT, starttm: '+60' }, undefined],
  ['a start that has passed', { ...LIMIT, starttm: '1' }, `${INVALID}:starttm`],
  ['an end before its start', { ...LIMIT, starttm: '+60', expiretm: '+30' }, `${INVALID}:expiretm`],
  ['an iceberg', { ...ICEBERG, displayvol: '0.00666667' }, undefined],
  [
    'an iceberg that shows less than a fifteenth',
    { ...ICEBERG, displayvol: '0.00666666' },
    `${INVALID}:displayvol`,
  ],
  [
    'an iceberg that shows more than there is',
    { ...ICEBERG, displayvol: '0.11' },
    `${INVALID}:displayvol`,
  ],
  ['an iceberg that shows nothing', ICEBERG, `${INVALID}:displayvol`],
  ['a shown volume on a limit', { ...LIMIT, displayvol: '0.05' }, `${INVALID}:displayvol`],
  [
    'an iceberg that may not rest',
    { ...ICEBERG, displayvol: '0.05', timeinforce: 'IOC' },
    `${INVALID}:timeinforce`,
  ],
  ['post on an iceberg', { ...ICEBERG, displayvol: '0.05', oflags: 'post' }, `${INVALID}:oflags`],
  ['a stop without a price', { ...STOP, price: '' }, `${INVALID}:price`],
  ['a stop at a distance, which is not simulated', { ...STOP, price: '+50' }, `${INVALID}:price`],
  ['a stop by the index', { ...STOP, trigger: 'index' }, undefined],
  ['an unknown trigger', { ...STOP, trigger: 'mark' }, `${INVALID}:trigger`],
  ['a trigger on a limit', { ...LIMIT, trigger: 'index' }, `${INVALID}:trigger`],
  ['a stop that may not rest', { ...STOP, timeinforce: 'FOK' }, `${INVALID}:timeinforce`],
  ['a stop with a limit', { ...STOP, ordertype: 'stop-loss-limit', price2: '69999.9' }, undefined],
  [
    'a stop with a limit that is missing',
    { ...STOP, ordertype: 'stop-loss-limit' },
    `${INVALID}:price2`,
  ],
  [
    'a stop with a limit of too many decimals',
    { ...STOP, ordertype: 'stop-loss-limit', price2: '69999.99' },
    'EOrder:Invalid price:XBTUSD price can only be specified up to 1 decimals.',
  ],
  ['a trailing stop by percent', { ...STOP, ordertype: 'trailing-stop', price: '+2%' }, undefined],
  [
    'a trailing stop by an amount',
    { ...STOP, ordertype: 'trailing-stop', price: '+50' },
    undefined,
  ],
  [
    'a trailing stop at a price',
    { ...STOP, ordertype: 'trailing-stop', price: '50' },
    `${INVALID}:price`,
  ],
  [
    'a trailing stop downwards',
    { ...STOP, ordertype: 'trailing-stop', price: '-2%' },
    `${INVALID}:price`,
  ],
  [
    'a trailing stop of too many decimals',
    { ...STOP, ordertype: 'trailing-stop', price: '+50.01' },
    'EOrder:Invalid price:XBTUSD price can only be specified up to 1 decimals.',
  ],
  [
    'a trailing stop with a limit',
    { ...STOP, ordertype: 'trailing-stop-limit', price: '+2%', price2: '+10' },
    undefined,
  ],
  [
    'a trailing stop with a fixed limit',
    { ...STOP, ordertype: 'trailing-stop-limit', price: '+2%', price2: '10' },
    `${INVALID}:price2`,
  ],
  ['a stop beyond the funds', { ...STOP, volume: '1.7' }, 'EOrder:Insufficient funds'],
  ['a stop below the minimum', { ...STOP, volume: '0.00001' }, `${INVALID}:volume minimum not met`],
  ['an attached close', { ...LIMIT, 'close[ordertype]': 'stop-loss' }, `${INVALID}:close[price]`],
  ['an unknown flag', { ...LIMIT, oflags: 'fast' }, `${INVALID}:oflags`],
  ['both fee preferences', { ...LIMIT, oflags: 'fcib,fciq' }, `${INVALID}:oflags`],
  ['nompp, which is ignored', { ...LIMIT, oflags: 'nompp' }, undefined],
  ['post on a market order', { ...MARKET, oflags: 'post' }, `${INVALID}:oflags`],
  ['viqc on a market buy', { ...MARKET, volume: '100', oflags: 'viqc' }, undefined],
  ['viqc on a market sell', { ...MARKET, type: 'sell', oflags: 'viqc' }, `${INVALID}:oflags`],
  ['viqc on a limit', { ...LIMIT, oflags: 'viqc' }, `${INVALID}:oflags`],
  ['a time in force in lower case', { ...LIMIT, timeinforce: 'ioc' }, undefined],
  ['an unknown time in force', { ...LIMIT, timeinforce: 'DAY' }, `${INVALID}:timeinforce`],
  ['GTD without expiry', { ...LIMIT, timeinforce: 'GTD' }, `${INVALID}:expiretm`],
  [
    'GTD beyond a month',
    { ...LIMIT, timeinforce: 'GTD', expiretm: '+9999999' },
    `${INVALID}:expiretm`,
  ],
  [
    'expiry in under five seconds',
    { ...LIMIT, timeinforce: 'GTD', expiretm: '+4' },
    `${INVALID}:expiretm`,
  ],
  ['GTD within a month', { ...LIMIT, timeinforce: 'GTD', expiretm: '+3600' }, undefined],
  ['post with IOC', { ...LIMIT, oflags: 'post', timeinforce: 'IOC' }, `${INVALID}:timeinforce`],
  ['a deadline too near', { ...LIMIT, deadline: at(1_999) }, `${INVALID}:deadline`],
  ['the nearest deadline', { ...LIMIT, deadline: at(2_000) }, undefined],
  ['the farthest deadline', { ...LIMIT, deadline: at(60_000) }, undefined],
  ['a deadline too far', { ...LIMIT, deadline: at(60_001) }, `${INVALID}:deadline`],
  [
    'a deadline without a zone',
    { ...LIMIT, deadline: at(9_000).replace('Z', '') },
    `${INVALID}:deadline`,
  ],
  ['a deadline with an offset', { ...LIMIT, deadline: '2026-01-01T01:00:09+01:00' }, undefined],
  ['a UUID', { ...LIMIT, cl_ord_id: UUID }, undefined],
  ['32 hex digits', { ...LIMIT, cl_ord_id: UUID.replaceAll('-', '') }, undefined],
  ['18 characters', { ...LIMIT, cl_ord_id: 'x'.repeat(18) }, undefined],
  ['19 characters', { ...LIMIT, cl_ord_id: 'x'.repeat(19) }, `${INVALID}:cl_ord_id`],
  ['a blank in the client id', { ...LIMIT, cl_ord_id: 'a b' }, `${INVALID}:cl_ord_id`],
  [
    'both client ids',
    { ...LIMIT, cl_ord_id: UUID, userref: '1' },
    `${INVALID}:cl_ord_id and userref`,
  ],
  ['userref at its end', { ...LIMIT, userref: '2147483647' }, undefined],
  ['userref beyond its end', { ...LIMIT, userref: '2147483648' }, `${INVALID}:userref`],
  ['less than the minimum', { ...LIMIT, volume: '0.00009' }, `${INVALID}:volume minimum not met`],
  [
    'less than the cost minimum',
    { ...LIMIT, price: '0.1', volume: '1' },
    'EOrder:Cost minimum not met',
  ],
  [
    'too many price decimals',
    { ...LIMIT, price: '50000.01' },
    'EOrder:Invalid price:XBTUSD price can only be specified up to 1 decimals.',
  ],
  ['zeros behind the price', { ...LIMIT, price: '50000.000' }, undefined],
  [
    'a price between two ticks',
    { pair: 'XTZUSD', type: 'sell', ordertype: 'limit', volume: '10', price: '0.9005' },
    'EOrder:Tick size check failed',
  ],
  ['more than the funds', { ...LIMIT, volume: '2' }, 'EOrder:Insufficient funds'],
  ['a market buy beyond the funds', { ...MARKET, volume: '1.7' }, 'EOrder:Insufficient funds'],
  [
    'a sale beyond the holding',
    { ...MARKET, type: 'sell', volume: '2.1' },
    'EOrder:Insufficient funds',
  ],
  ['reduce only', { ...LIMIT, reduce_only: 'true' }, 'EOrder:Reduce only:No position exists'],
  ['post that rests', { ...LIMIT, oflags: 'post' }, undefined],
  ['post that crosses', { ...LIMIT, price: '60000.1', oflags: 'post' }, 'EOrder:Post only order'],
  ['a bad boolean', { ...LIMIT, validate: 'yes' }, `${INVALID}:validate`],
];

it.each(CASES)('AddOrder with %s', async (_title, params, error) => {
  const answer = await call(kraken.url, 'AddOrder', params);
  expect(answer.error).toEqual(error === undefined ? [] : [error]);
  expect(kraken.control.state().counters.ordersPlaced).toBe(error === undefined ? 1 : 0);
  if (error !== undefined) expect(answer).not.toHaveProperty('result');
});

it('checks arguments before pair, mode, minimum, price, funds and engine, in this order', async () => {
  kraken.control.setMode('cancel_only');
  kraken.control.setEngineDelay(3_000);
  const steps: readonly (readonly [Record<string, string>, string])[] = [
    [{ volume: '' }, `${INVALID}:volume`],
    [{ volume: '0.00001' }, 'EQuery:Unknown asset pair'],
    [{ pair: 'XBTUSD' }, 'EService:Market in cancel_only mode'],
    [{}, `${INVALID}:volume minimum not met`],
    [{ volume: '3' }, 'EOrder:Invalid price:XBTUSD price can only be specified up to 1 decimals.'],
    [{ price: '60000.1' }, 'EOrder:Insufficient funds'],
    [{ volume: '1' }, 'EService:Deadline elapsed'],
  ];
  let params: Record<string, string> = {
    ...LIMIT,
    pair: 'NOPE',
    price: '60000.05',
    oflags: 'post',
    deadline: at(2_500),
  };
  for (const [change, error] of steps) {
    params = { ...params, ...change };
    if (error.includes('minimum')) kraken.control.setMode('online');
    expect((await call(kraken.url, 'AddOrder', params)).error).toEqual([error]);
  }
  kraken.control.setEngineDelay(0);
  expect((await call(kraken.url, 'AddOrder', params)).error).toEqual(['EOrder:Post only order']);
});

describe('modes', () => {
  it.each([
    ['online', 'online', true, true, true],
    ['maintenance', 'online', false, false, false],
    ['cancel_only', 'online', false, false, true],
    ['post_only', 'online', false, true, true],
    ['online', 'cancel_only', false, false, true],
    ['online', 'post_only', false, true, true],
    ['online', 'limit_only', false, true, true],
    ['online', 'reduce_only', false, false, true],
  ] as const)('system %s, pair %s', async (system, pair, market, post, cancel) => {
    const resting = txidOf(await call(kraken.url, 'AddOrder', LIMIT));
    kraken.control.setMode(system);
    kraken.control.setPairStatus('XBTUSD', pair);
    const isTaken = async (method: string, params: Record<string, string>): Promise<boolean> =>
      (await call(kraken.url, method, params)).error.length === 0;
    expect(await isTaken('AddOrder', MARKET)).toBe(market);
    expect(await isTaken('AddOrder', { ...LIMIT, oflags: 'post' })).toBe(post);
    expect(await isTaken('CancelOrder', { txid: resting })).toBe(cancel);
  });

  it('hold resting orders until trading goes on', async () => {
    const txid = txidOf(await call(kraken.url, 'AddOrder', LIMIT));
    kraken.control.setMode('post_only');
    kraken.control.setPrice('BTC/USD', '49000');
    const status = (): string | undefined =>
      kraken.control.state().orders.find((order) => order.txid === txid)?.status;
    expect(status()).toBe('open');
    kraken.control.setMode('online');
    expect(status()).toBe('closed');
  });
});

describe('client order ids', () => {
  it('are unique among open orders only: reuse after a close makes a second order', async () => {
    const params = { ...LIMIT, cl_ord_id: UUID };
    const first = txidOf(await call(kraken.url, 'AddOrder', params));
    const again = { ...params, cl_ord_id: UUID.replaceAll('-', '').toUpperCase() };
    const taken = ['EGeneral:Invalid arguments:cl_ord_id not unique'];
    expect((await call(kraken.url, 'AddOrder', params)).error).toEqual(taken);
    expect((await call(kraken.url, 'AddOrder', again)).error).toEqual(taken);
    await call(kraken.url, 'CancelOrder', { cl_ord_id: UUID });
    const second = txidOf(await call(kraken.url, 'AddOrder', params));
    expect(second).not.toBe(first);
  });

  it('do not stop a second market order', async () => {
    const params = { ...MARKET, cl_ord_id: UUID };
    expect(txidOf(await call(kraken.url, 'AddOrder', params))).not.toBe(
      txidOf(await call(kraken.url, 'AddOrder', params)),
    );
    const closed = await call(kraken.url, 'ClosedOrders', { cl_ord_id: UUID });
    expect(Object.keys(closed.result?.['closed'] as object)).toHaveLength(2);
  });

  it('of one account do not block another', async () => {
    kraken.control.addKey({ key: 'other', secret: SECRET, balances: { USD: '100000' } });
    const params = { ...LIMIT, cl_ord_id: UUID };
    expect((await call(kraken.url, 'AddOrder', params)).error).toEqual([]);
    expect((await call(kraken.url, 'AddOrder', params, { key: 'other' })).error).toEqual([]);
  });
});

describe('validate', () => {
  it('takes leverage that the pair has', async () => {
    const params = { ...LIMIT, leverage: '5', validate: 'true' };
    expect(await call(kraken.url, 'AddOrder', params)).toEqual({
      error: [],
      result: { descr: { order: 'buy 0.10000000 XBTUSD @ limit 50000.0 with 5:1 leverage' } },
    });
  });

  it('checks the order and places nothing', async () => {
    const good = await call(kraken.url, 'AddOrder', { ...MARKET, validate: 'true' });
    expect(good).toEqual({
      error: [],
      result: { descr: { order: 'buy 0.10000000 XBTUSD @ market' } },
    });
    const bad = await call(kraken.url, 'AddOrder', { ...LIMIT, price: '1.23', validate: '1' });
    expect(bad.error).toHaveLength(1);
    expect(kraken.control.state().counters.ordersPlaced).toBe(0);
  });
});

describe('the matching engine', () => {
  it('refuses an order that reaches it after its deadline', async () => {
    kraken.control.setEngineDelay(5_000);
    const late = await call(kraken.url, 'AddOrder', { ...LIMIT, deadline: at(4_999) });
    expect(late.error).toEqual(['EService:Deadline elapsed']);
    const onTime = await call(kraken.url, 'AddOrder', { ...LIMIT, deadline: at(5_000) });
    expect(onTime.error).toEqual([]);
  });

  it('lets a GTD order expire once its time is over', async () => {
    const params = { ...LIMIT, timeinforce: 'GTD', expiretm: '+10' };
    const txid = txidOf(await call(kraken.url, 'AddOrder', params));
    clock.advance(10_000);
    const { result } = await call(kraken.url, 'QueryOrders', { txid });
    expect(result?.[txid]).toMatchObject({ status: 'expired', vol_exec: '0.00000000' });
  });

  it('can name the minimum in the words of the documentation', async () => {
    const other = await startKraken({
      port: 0,
      rules: { minimumSpelling: 'documented' },
      accounts: [{ key: KEY, secret: SECRET }],
    });
    const { error } = await call(other.url, 'AddOrder', { ...LIMIT, volume: '0.00001' });
    await other.close();
    expect(error).toEqual(['EOrder:Order minimum not met']);
  });
});
