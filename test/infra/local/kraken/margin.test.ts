/** Orders with leverage: lots that open and close, what they use and win, and what only reduces. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import { parseState } from '../../../../infra/local/kraken/state.ts';
import { marginAccount, type MarginAccount } from './margin-client.ts';

let at: MarginAccount;
afterEach(() => at.close());

describe('an order with leverage', () => {
  it('opens a lot, moves no coins, and uses its cost by the leverage', async () => {
    at = await marginAccount();
    const txid = await at.place('sell', '0.2');
    // 0.26 % of 10,000.
    expect(await at.balances()).toEqual({ ZUSD: '9974.0000' });
    expect(await at.order(txid)).toMatchObject({
      ...{ status: 'closed', vol_exec: '0.20000000', cost: '10000.00000', fee: '26.00000' },
      descr: { leverage: '5:1', order: 'sell 0.20000000 XBTUSD @ market with 5:1 leverage' },
    });
    at.moves('49000');
    expect(await at.positions({ docalcs: 'true' })).toEqual([
      {
        ...{ ordertxid: txid, posstatus: 'open', pair: 'XXBTZUSD', time: 1767225600 },
        ...{ type: 'sell', ordertype: 'market', cost: '10000.00000', fee: '26.00000' },
        ...{ vol: '0.20000000', vol_closed: '0.00000000', margin: '2000.00000' },
        ...{ value: '9800.00000', net: '+200.00000', terms: '0.0000% per 4 hours' },
        ...{ rollovertm: '1767240000', misc: '', oflags: 'fcib' },
      },
    ]);
    expect(await at.trade()).toEqual({
      ...{ eb: '9974.0000', tb: '9974.0000', m: '2000.0000', uv: '0.0000', n: '200.0000' },
      ...{ c: '10000.0000', v: '9800.0000', e: '10174.0000', mf: '8174.0000', ml: '508.70' },
    });
    expect((await at.ask('TradeBalance', { asset: 'XBT' })).result).toMatchObject({
      m: '0.0408163265',
    });
    expect((await at.ask('TradeBalance', { asset: 'NONE' })).error).toEqual([
      'EQuery:Unknown asset',
    ]);
  });

  it('of the other side closes the oldest first, at any leverage, and pays what was won', async () => {
    at = await marginAccount();
    await at.place('sell', '0.1');
    at.moves('52000');
    await at.place('sell', '0.1');
    at.moves('51000');
    const txid = await at.place('buy', '0.15', { leverage: '2' });
    expect(await at.lots()).toEqual(['sell 0.10000000 less 0.05000000']);
    // -100 on the first, +50 on half of the second; fees of 5,000, 5,200 and 7,650.
    expect(await at.balances()).toEqual({ ZUSD: '9903.5900' });
    const [, , first] = await at.trades();
    expect(first).toMatchObject({
      ...{ posstatus: 'closed', cprice: '51000.00000', ccost: '5100.00000', cvol: '0.10000000' },
      ...{ net: '-100.00000', cmargin: '1000.00000', margin: '1000.00000', leverage: '5' },
    });
    const [close, second] = await at.trades();
    expect(close).toMatchObject({ ordertxid: txid, misc: 'closing', leverage: '2' });
    expect(close).not.toHaveProperty('posstatus');
    expect(close?.['postxid']).toBe(first?.['postxid']);
    expect(second).toMatchObject({ posstatus: 'open', cvol: '0.05000000', net: '+50.00000' });
    // Cost and fee stay whole, as recorded answers have them; the margin is of the rest.
    const [lot] = await at.positions();
    expect(lot).toMatchObject({ cost: '5200.00000', margin: '520.00000' });
  });

  it('that is larger than what is there turns the position around', async () => {
    at = await marginAccount();
    await at.place('buy', '0.1', { leverage: '2' });
    at.moves('51000');
    await at.place('sell', '0.3', { leverage: '3' });
    expect(await at.lots()).toEqual(['sell 0.20000000 less 0.00000000']);
    const [lot] = await at.positions();
    expect(lot).toMatchObject({ cost: '10200.00000', margin: '3400.00000', fee: '26.52000' });
    expect(await at.balances()).toMatchObject({ ZUSD: '10047.2200' });
  });

  it('rests, fills at its limit in parts, and makes a lot of each', async () => {
    at = await marginAccount();
    const price = { ordertype: 'limit', price: '51000' };
    const txid = await at.place('sell', '0.2', price);
    expect((await at.ask('BalanceEx')).result).toMatchObject({ ZUSD: { hold_trade: '0.0000' } });
    at.kraken.control.setPrice('BTC/USD', '51100', { liquidity: '0.05' });
    at.moves('51000');
    expect(await at.lots()).toEqual([
      'sell 0.05000000 less 0.00000000',
      'sell 0.15000000 less 0.00000000',
    ]);
    expect(await at.order(txid)).toMatchObject({ status: 'closed', price: '51000.00000' });
    const [one] = await at.positions({ consolidation: 'market' });
    expect(one).toMatchObject({ positions: '2', vol: '0.20000000', leverage: '5.00' });
    expect((await at.ask('OpenPositions', { consolidation: 'all' })).error).toEqual([
      'EGeneral:Invalid arguments:consolidation',
    ]);
  });

  it('of volume zero closes all that is there', async () => {
    at = await marginAccount();
    await at.place('sell', '0.1');
    await at.place('sell', '0.05');
    expect(await at.order(await at.place('buy', '0'))).toMatchObject({ vol_exec: '0.15000000' });
    expect(await at.lots()).toEqual([]);
  });

  it.each([
    ['more than free margin opens', '1.1', {}, 'EOrder:Insufficient initial margin'],
    ['little leverage', '0.5', { leverage: '2' }, 'EOrder:Insufficient initial margin'],
    ['more than the pair has', '201', {}, 'EOrder:Margin position size exceeded'],
    [
      'a limit far away',
      '0.2',
      { ordertype: 'limit', price: '900000' },
      'EOrder:Insufficient initial margin',
    ],
  ])('is refused for %s', async (_title, volume, more, error) => {
    at = await marginAccount();
    expect((await at.add('sell', volume, more)).error).toEqual([error]);
    expect(await at.lots()).toEqual([]);
  });

  it('closes without free margin, and opens only what is free', async () => {
    at = await marginAccount();
    await at.place('sell', '0.9');
    at.moves('51000');
    expect((await at.add('sell', '0.1')).error).toEqual(['EOrder:Insufficient initial margin']);
    await at.place('buy', '0.9');
    expect(await at.balances()).toEqual({ ZUSD: '8863.6600' });
  });

  it('that rests is cancelled when its margin is gone', async () => {
    at = await marginAccount();
    const txid = await at.place('sell', '0.8', { ordertype: 'limit', price: '50500' });
    await at.place('sell', '0.8');
    at.moves('50500');
    expect(await at.order(txid)).toMatchObject({
      ...{ status: 'canceled', vol_exec: '0.00000000', reason: 'Insufficient initial margin' },
    });
  });

  it('opens nothing where margin is not allowed', async () => {
    at = await marginAccount({ rules: { margin: 'refused' } });
    expect((await at.add('buy', '0.1')).error).toEqual(['EOrder:Cannot open position']);
  });

  it('counts coins as collateral, at what they are worth', async () => {
    at = await marginAccount({ balances: { XBT: '0.1' } });
    expect(await at.trade()).toMatchObject({ tb: '5000.0000', mf: '5000.0000' });
    await at.place('buy', '0.5');
    // The fee and what is lost are owed in the quote.
    expect(await at.balances()).toMatchObject({ XXBT: '0.1000000000', ZUSD: '-65.0000' });
  });
});

describe('an order that only reduces', () => {
  it.each([
    ['nothing is there', 'sell', 'EOrder:Reduce only:No position exists'],
    ['the position is on its side', 'buy', 'EOrder:Reduce only:Non-PC'],
  ])('is refused when %s', async (_title, side, error) => {
    at = await marginAccount();
    if (side === 'buy') await at.place('buy', '0.1');
    expect((await at.add(side, '0.05', { reduce_only: 'true' })).error).toEqual([error]);
  });

  it('closes what is there, and loses its rest', async () => {
    at = await marginAccount();
    await at.place('sell', '0.1');
    const txid = await at.place('buy', '0.3', { reduce_only: 'true' });
    expect(await at.order(txid)).toMatchObject({
      ...{ status: 'canceled', vol_exec: '0.10000000', reason: 'Reduce only:Position is closed' },
    });
    expect(await at.lots()).toEqual([]);
  });

  it('may wait for a price without a position, and opens none when it triggers', async () => {
    at = await marginAccount();
    const stop = { ordertype: 'stop-loss', price: '51000', reduce_only: 'true' };
    const txid = await at.place('buy', '0.1', stop);
    at.moves('51000');
    expect(await at.order(txid)).toMatchObject({ status: 'canceled', vol_exec: '0.00000000' });
    expect(await at.lots()).toEqual([]);
  });

  it('goes from the book when the position is too small for it, the furthest price first', async () => {
    at = await marginAccount();
    await at.place('sell', '0.2');
    const limit = (price: string) => ({ ordertype: 'limit', price, reduce_only: 'true' });
    const near = await at.place('buy', '0.1', limit('49000'));
    const far = await at.place('buy', '0.1', limit('48000'));
    await at.place('buy', '0.05');
    expect(await at.order(far)).toMatchObject({ status: 'canceled' });
    expect(await at.order(near)).toMatchObject({ status: 'open' });
    await at.place('buy', '0.15');
    expect(await at.order(near)).toMatchObject({ status: 'canceled' });
  });
});

describe('two orders that only reduce, at a price that reaches both', () => {
  it.each([
    ['nothing', '0.1', []],
    ['too little', '0.15', ['sell 0.15000000 less 0.10000000']],
  ])('leave the further one unfilled where %s is left for it', async (_, open, lots) => {
    at = await marginAccount();
    await at.place('sell', open);
    const limit = (price: string) => ({ ordertype: 'limit', price, reduce_only: 'true' });
    const near = await at.place('buy', '0.1', limit('49000'));
    const far = await at.place('buy', '0.1', limit('48000'));
    at.moves('47000');
    expect(await at.order(near)).toMatchObject({ status: 'closed', vol_exec: '0.10000000' });
    expect(await at.order(far)).toMatchObject({ status: 'canceled', vol_exec: '0.00000000' });
    expect(await at.lots()).toEqual(lots);
  });
});

describe('a close that is attached to an order with leverage', () => {
  const STOP = { 'close[ordertype]': 'stop-loss', 'close[price]': '51000' };

  it('has the leverage and closes the position', async () => {
    at = await marginAccount();
    await at.place('sell', '0.1', STOP);
    const [stop] = Object.values((await at.ask('OpenOrders')).result?.['open'] as object) as [
      Record<string, unknown>,
    ];
    expect(stop).toMatchObject({
      vol: '0.10000000',
      descr: {
        ...{ leverage: '5:1', type: 'buy' },
        order: 'buy 0.10000000 XBTUSD @ stop loss 51000.0 with 5:1 leverage',
      },
    });
    at.moves('51000');
    expect(await at.lots()).toEqual([]);
    expect(await at.balances()).toEqual({ ZUSD: '9873.7400' });
  });

  it('opens a position the other way when the first is gone', async () => {
    at = await marginAccount();
    await at.place('sell', '0.1', STOP);
    await at.place('buy', '0.1', { reduce_only: 'true' });
    at.moves('51000');
    expect(await at.lots()).toEqual(['buy 0.10000000 less 0.00000000']);
  });
});

it('an amended order keeps its leverage, and grows no further than its margin', async () => {
  at = await marginAccount();
  const txid = await at.place('sell', '0.2', { ordertype: 'limit', price: '51000' });
  const more = await at.ask('AmendOrder', { txid, order_qty: '2' });
  expect(more.error).toEqual(['EOrder:Insufficient initial margin']);
  expect((await at.ask('AmendOrder', { txid, order_qty: '0.1' })).error).toEqual([]);
  expect(await at.order(txid)).toMatchObject({
    descr: { order: 'sell 0.10000000 XBTUSD @ limit 51000.0 with 5:1 leverage' },
  });
  expect((await at.ask('CancelOrder', { txid })).error).toEqual([]);
  expect((await at.trade())['m']).toBe('0.0000');
});

it('positions survive a restart, by the journal and by a snapshot', async () => {
  const directory = mkdtempSync(join(tmpdir(), 'kraken-margin-'));
  try {
    at = await marginAccount({ directory });
    await at.place('sell', '0.2');
    await at.place('buy', '0.05');
    const before = [await at.lots(), await at.trade()];
    await at.close();
    at = await marginAccount({ directory });
    expect([await at.lots(), await at.trade()]).toEqual(before);
    expect(at.kraken.control.state().positions).toHaveLength(1);
  } finally {
    rmSync(directory, { recursive: true });
  }
});

it('a snapshot from before there was margin has no positions', async () => {
  at = await marginAccount();
  expect(parseState('{"mode":"online"}').positions).toEqual(new Map());
});

it('a lot shows as late as the order that opened it, and only what is asked for', async () => {
  at = await marginAccount();
  at.kraken.control.setReadLag(3_000);
  await at.place('sell', '0.2');
  expect(await at.lots()).toEqual([]);
  at.clock.advance(3_000);
  expect(await at.lots()).toHaveLength(1);
  expect(await at.positions({ txid: 'TAAAAA-AAAAA-AAAAAA' })).toEqual([]);
});
