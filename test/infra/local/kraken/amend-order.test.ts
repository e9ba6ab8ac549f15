/** AmendOrder of the simulated Kraken. */
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { startKraken, type RunningKraken } from '../../../../infra/local/kraken/server.ts';
import { call, KEY, SECRET, START_MS, testClock, txidOf } from './raw-client.ts';

let kraken: RunningKraken;
let clock: ReturnType<typeof testClock>;

beforeEach(async () => {
  clock = testClock();
  const balances = { USD: '100000', XBT: '2' };
  kraken = await startKraken({
    port: 0,
    clock,
    accounts: [{ key: KEY, secret: SECRET, balances }],
  });
  kraken.control.setPrice('BTC/USD', '60000');
});
afterEach(() => kraken.close());

const LIMIT = { pair: 'XBTUSD', type: 'buy', ordertype: 'limit', volume: '0.1', price: '50000' };
const STOP = { ...LIMIT, type: 'sell', ordertype: 'stop-loss', price: '55000' };
const STOP_LIMIT = { ...STOP, ordertype: 'stop-loss-limit', price2: '54900' };
const INVALID = 'EGeneral:Invalid arguments';
const at = (ms: number): string => new Date(START_MS + ms).toISOString();

const amend = (txid: string, fields: Record<string, string>) =>
  call(kraken.url, 'AmendOrder', { txid, ...fields });
const order = (txid: string) => {
  const found = kraken.control.state().orders.find((one) => one.txid === txid);
  if (found === undefined) throw new Error('the order is there');
  return found;
};

describe('AmendOrder', () => {
  it.each<[string, Record<string, string>, Record<string, string>, object]>([
    ['the volume', LIMIT, { order_qty: '0.2' }, { volume: '0.2', price: '50000' }],
    ['the limit', LIMIT, { limit_price: '51000' }, { price: '51000' }],
    ['the trigger', STOP, { trigger_price: '56000' }, { price: '56000', holdPrice: '56000' }],
    [
      'trigger and limit',
      STOP_LIMIT,
      { trigger_price: '56000', limit_price: '55900' },
      { price: '56000', price2: '55900' },
    ],
  ])('changes %s in place, with the words of the order', async (_what, placed, fields, after) => {
    const txid = txidOf(await call(kraken.url, 'AddOrder', placed));
    const words = order(txid).text;
    const answer = await amend(txid, fields);
    expect(answer.error).toEqual([]);
    expect(answer.result).toMatchObject({ amend_id: expect.stringMatching(/^T/) as string });
    expect(order(txid)).toMatchObject({ ...after, status: 'open' });
    expect(order(txid).text).not.toBe(words);
    // The same once more changes nothing.
    const again = await amend(txid, fields);
    expect(again.error).toEqual(['EOrder:No amendable parameters specified']);
  });

  it.each<[string, Record<string, string>, Record<string, string>, string]>([
    ['nothing', LIMIT, {}, 'EOrder:No amendable parameters specified'],
    ['no number', LIMIT, { order_qty: 'all' }, `${INVALID}:order_qty`],
    ['a distance', LIMIT, { limit_price: '+5' }, `${INVALID}:limit_price`],
    ['a trigger of a limit', LIMIT, { trigger_price: '50000' }, `${INVALID}:trigger_price`],
    ['a limit of a stop', STOP, { limit_price: '50000' }, `${INVALID}:limit_price`],
    ['too many decimals', LIMIT, { order_qty: '0.123456789' }, `${INVALID}:order_qty`],
    ['too little', LIMIT, { order_qty: '0.00001' }, `${INVALID}:volume minimum not met`],
    ['a price off the tick', LIMIT, { limit_price: '50000.05' }, 'EOrder:Invalid price:XBTUSD'],
    ['more than there is', LIMIT, { order_qty: '5' }, 'EOrder:Insufficient funds'],
    [
      'a crossing post-only',
      LIMIT,
      { limit_price: '61000', post_only: 'true' },
      'EOrder:Post only',
    ],
    [
      'a deadline that is near',
      LIMIT,
      { order_qty: '1', deadline: at(1_000) },
      `${INVALID}:deadline`,
    ],
  ])('refuses %s, and changes nothing', async (_what, placed, fields, error) => {
    const txid = txidOf(await call(kraken.url, 'AddOrder', placed));
    const before = order(txid);
    const answer = await amend(txid, fields);
    expect(answer.error[0]).toMatch(new RegExp(`^${error}`));
    expect(order(txid)).toEqual(before);
  });

  it('of an order that is gone, or never was, says which', async () => {
    const txid = txidOf(await call(kraken.url, 'AddOrder', LIMIT));
    await call(kraken.url, 'CancelOrder', { txid });
    expect((await amend(txid, { order_qty: '0.2' })).error).toEqual(['EOrder:Unknown order']);
    const never = await amend('OAAAAA-BBBBB-CCCCCC', { order_qty: '0.2' });
    expect(never.error).toEqual(['EOrder:Invalid order']);
    expect((await amend('', { order_qty: '0.2' })).error).toEqual([`${INVALID}:txid`]);
  });

  it('trades at once where the new limit crosses, and holds what is left anew', async () => {
    const txid = txidOf(await call(kraken.url, 'AddOrder', LIMIT));
    await amend(txid, { limit_price: '60100' });
    expect(order(txid)).toMatchObject({ status: 'closed', executed: '0.1' });
  });

  it('below what is filled cancels the rest', async () => {
    kraken.control.setPrice('BTC/USD', '60000', { liquidity: '0.04' });
    const txid = txidOf(await call(kraken.url, 'AddOrder', { ...LIMIT, price: '60100' }));
    expect(order(txid)).toMatchObject({ status: 'open', executed: '0.04' });
    expect((await amend(txid, { order_qty: '0.03' })).error).toEqual([]);
    expect(order(txid)).toMatchObject({ status: 'canceled', executed: '0.04' });
  });

  it('is refused while the market only takes cancels', async () => {
    const txid = txidOf(await call(kraken.url, 'AddOrder', LIMIT));
    kraken.control.setMode('cancel_only');
    const { error } = await amend(txid, { order_qty: '0.2' });
    expect(error).toEqual(['EService:Market in cancel_only mode']);
    expect(order(txid).volume).toBe('0.1');
  });
});
