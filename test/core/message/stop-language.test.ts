import { describe, expect, it } from 'vitest';
import { FREE_SOURCE, PLAIN_SOURCE, refusalOf, signalOf, SPOT_SOURCE } from './message-fixture.ts';

const SHORT = { action: 'sell', leverage: '2' };
const LIMIT = { type: 'limit', price: '98000' };

describe('a stop with the order', () => {
  it.each<[Record<string, unknown>, object]>([
    [{ stopLoss: '95000' }, { type: 'stop-loss', price: '95000' }],
    [{ stopLoss: 95000.5 }, { type: 'stop-loss', price: '95000.5' }],
    [{ sl: '95000' }, { price: '95000' }],
    [{ stop_loss: '95000' }, { price: '95000' }],
    [{ stoploss: '95000' }, { price: '95000' }],
    [{ 'Stop Loss': '95000' }, { price: '95000' }],
    [{ stopLoss: '2%' }, { price: '-2%' }],
    [{ stopLoss: '-2.5%' }, { price: '-2.5%' }],
    [{ stopLoss: 'entry-500' }, { price: '-500' }],
    [{ stopLoss: 'entry -2%' }, { price: '-2%' }],
    [{ stopLoss: '50 ticks' }, { price: '-50 ticks' }],
    [{ stopLoss: '1tick' }, { price: '-1 ticks' }],
    [{ stopLoss: '-50 ticks' }, { price: '-50 ticks' }],
    [{ stopLoss: { percent: 2 } }, { price: '-2%' }],
    [{ stopLoss: { price: '95000' } }, { price: '95000' }],
    [{ stopLoss: { ticks: 50 } }, { price: '-50 ticks' }],
    [{ stopLoss: '2 ATR', atr: '350.5' }, { price: '-701' }],
    [{ stopLoss: '-1.5atr', ATR: 350.5 }, { price: '-525.75' }],
    [{ stopLoss: 'entry-2 ATR', atr: ' 350.5 ' }, { price: '-701' }],
    [{ stopLoss: { atr: 2 }, atr: '350.5' }, { price: '-701' }],
    [{ ...SHORT, stopLoss: '2 ATR', atr: '0.1' }, { price: '+0.2' }],
    [{ stopLoss: '95000', stopLossLimit: '0.5 ATR', atr: '100' }, { price2: '-50' }],
    [
      { trailingStop: '2 ATR', atr: '350.5' },
      { type: 'trailing-stop', price: '+701' },
    ],
    [{ trailingStop: '+0.1 ATR', atr: '0.3' }, { price: '+0.03' }],
    // No digit is lost, however many there are.
    [{ stopLoss: '1.1 ATR', atr: '0.12345678901234567' }, { price: '-0.135802467913580237' }],
    [
      { stopLoss: '95000', stopLossLimit: '94900' },
      { type: 'stop-loss-limit', price: '95000', price2: '94900' },
    ],
    [{ stopLoss: '95000', stopLossLimit: '0.5%' }, { price2: '-0.5%' }],
    [{ stopLoss: '95000', slLimit: 'stop-100' }, { price2: '-100' }],
    [{ trailingStop: '2%' }, { type: 'trailing-stop', price: '+2%' }],
    [{ trailing_stop: '+500' }, { type: 'trailing-stop', price: '+500' }],
    [{ trailingStop: '50 ticks' }, { price: '+50 ticks' }],
    [{ trailingStop: { percent: 2 } }, { price: '+2%' }],
    [{ ...LIMIT, stopLoss: '2%' }, { price: '-2%' }],
    [{ ...SHORT, stopLoss: '2%' }, { price: '+2%' }],
    [{ ...SHORT, stopLoss: '-2%' }, { price: '+2%' }],
    [{ ...SHORT, stopLoss: '+2%' }, { price: '+2%' }],
    [{ ...SHORT, stopLoss: 'entry+500' }, { price: '+500' }],
    [{ ...SHORT, stopLoss: '120%' }, { price: '+120%' }],
    [{ ...SHORT, marketPosition: 'short', stopLoss: '2%' }, { price: '+2%' }],
  ])('%j', (fields, stop) => {
    expect(signalOf(fields).stop).toMatchObject(stop);
  });

  it.each<Record<string, unknown>>([
    { stopLoss: null },
    { stopLoss: '0' },
    { stopLoss: '' },
    { stopLoss: {} },
    { sl: false },
    { trailingStop: 'none', stopLossLimit: 0 },
  ])('is none: %j', (fields) => {
    expect('stop' in signalOf(fields)).toBe(false);
  });

  it.each<[Record<string, unknown>, RegExp]>([
    [{ stopLoss: '+2%' }, /^bad-price: stopLoss \+2% lies where a buy wins: .* below its entry/],
    [{ stopLoss: 'entry+500' }, /^bad-price: .* below its entry/],
    [{ ...SHORT, stopLoss: 'entry-500' }, /^bad-price: .* above its entry/],
    [{ stopLoss: '-500' }, /^bad-field: .*2% or 50 ticks, or entry-500/],
    [{ ...SHORT, stopLoss: '+500' }, /^bad-field: .*entry\+500/],
    [{ stopLoss: '100%' }, /^bad-price: .* leaves no price/],
    [{ stopLoss: '-0%' }, /^bad-field: .* above zero/],
    [{ stopLoss: '1.5 ticks' }, /^bad-field/],
    [{ stopLoss: 'soon' }, /^bad-field/],
    [{ stopLoss: [95000] }, /^bad-field: stopLoss must be one value: write "95000"/],
    [{ stopLoss: { percent: 2, price: 95000 } }, /^bad-field: stopLoss must be one value/],
    [{ stopLoss: { level: 2 } }, /^bad-field: stopLoss must be one value/],
    [{ stopLoss: { percent: null } }, /^bad-field: stopLoss must be one value/],
    [{ size: { percent: 2 } }, /^bad-field: size must be a text/],
    [{ stopLoss: '95000', stopLossLimit: 'soon' }, /^bad-field: stopLossLimit is not readable/],
    [{ stopLossLimit: '94900' }, /^missing-field: .*write "stopLoss"/],
    [{ stopLoss: '95000', trailingStop: '2%' }, /^ambiguous-field: .* two stops/],
    [{ stopLoss: '95000', sl: '96000' }, /^ambiguous-field: stopLoss and sl both mean/],
    [{ trailingStop: '500' }, /^bad-field: trailingStop is not readable: a trailing stop keeps/],
    [{ trailingStop: '-2%' }, /^bad-field/],
    [{ trailingStop: '-50 ticks' }, /^bad-field/],
    [{ trailingStop: '-2 ATR', atr: '350' }, /^bad-field: .* a trailing stop keeps a distance/],
    [{ trailingStop: '2 ATR' }, /^missing-field: trailingStop is a multiple of the ATR/],
    [
      { stopLoss: '2 ATR' },
      /^missing-field: stopLoss is a multiple of the ATR, which the message does not bring: write "atr": "\{\{plot\("ATR"\)\}\}", a number above zero/,
    ],
    [
      { stopLoss: '2 ATR', atr: '0' },
      /^bad-field: atr, of which stopLoss .*not usable: write "atr"/,
    ],
    [{ stopLoss: '2 ATR', atr: '-5' }, /^bad-field: atr, of which stopLoss .*not usable/],
    [{ stopLoss: '2 ATR', atr: 'NaN' }, /^bad-field: atr, of which stopLoss .*not usable/],
    [{ stopLoss: 'ATR', atr: '5' }, /^bad-field: .* multiple of the ATR above zero, such as 2 ATR/],
    [{ stopLoss: '0 ATR', atr: '5' }, /^bad-field: .* multiple of the ATR above zero/],
    [{ stopLoss: '+2 ATR', atr: '5' }, /^bad-price: .* lies where a buy wins/],
    [
      { stopLoss: '1.1 ATR', atr: '0.123456789012345678' },
      /^bad-field: .* more digits than a price has: write a rounded atr/,
    ],
    [{ action: 'sell', stopLoss: '2%' }, /^not-supported: .* this sell leaves one/],
    [{ ...SHORT, reduceOnly: true, stopLoss: '2%' }, /^not-supported: .* leaves one/],
    [{ ...SHORT, marketPosition: 'flat', stopLoss: '2%' }, /^not-supported: .* leaves one/],
    [{ ...SHORT, marketPosition: 'long', stopLoss: '2%' }, /^not-supported: .* leaves one/],
    [
      { leverage: '2', reduceOnly: true, trailingStop: '2%' },
      /^not-supported: trailingStop .* this buy leaves one/,
    ],
    [{ leverage: '2', marketPosition: 'short', stopLoss: '2%' }, /^not-supported: .* leaves one/],
    [{ type: 'trailing-stop', price: '+2%', stopLoss: '2%' }, /^ambiguous-field: .*"market"/],
    [{ data: { stopLoss: '2%' } }, /^not-supported: data.stopLoss is inside of another field/],
    [{ stop: '95000' }, /^not-supported: stop asks for a stop .*"stopLoss"/],
    [{ trail: '2%' }, /^not-supported: trail asks .*"trailingStop": "2%"/],
    [{ 'long breakeven': 99000 }, /^not-supported: long breakeven asks .*"breakEven": true/],
    [{ takeProfit1: '99000' }, /^not-supported: takeProfit1 .*"50% at 2%, 50% at 105000"/],
    [
      { action: 'close', size: null, leverage: '2', stopLoss: '2%' },
      /^not-supported: .* this sell leaves one/,
    ],
  ])('is refused: %j', (fields, expected) => {
    expect(refusalOf(fields)).toMatch(expected);
  });

  it('is refused on spot by every word that leaves a position', () => {
    for (const action of ['sell', 'close', 'exit long']) {
      const fields = { action, size: '1', stopLoss: '2%' };
      expect(refusalOf(fields, { source: SPOT_SOURCE })).toMatch(/^not-supported: .* leaves one/);
    }
  });

  it.each<[Record<string, unknown>, string]>([
    [{ stopLoss: '2%' }, 'stop-loss'],
    [{ stopLoss: '2%', stopLossLimit: '1%' }, 'stop-loss-limit'],
    [{ trailingStop: '2%' }, 'trailing-stop'],
  ])('needs a source that may ask for its type: %j', (fields, type) => {
    expect(refusalOf(fields, { source: PLAIN_SOURCE })).toContain(
      `this source may not ask for ${type} orders: to allow it write types: [market, limit, ${type}]`,
    );
    expect(signalOf(fields, { source: SPOT_SOURCE }).stop?.type).toBe(type);
  });

  it('stands where a map says', () => {
    const map = {
      ...{ action: { path: ['a'] }, symbol: { always: 'XBTUSD' }, time: { path: ['time'] } },
      ...{ size: { path: ['n'] }, stopLoss: { path: ['risk', 'stop'] } },
    };
    const source = { ...FREE_SOURCE, map };
    const fields = { a: 'buy', n: '1', risk: { stop: '95000' } };
    expect(signalOf(fields, { source }).stop).toEqual({ type: 'stop-loss', price: '95000' });
  });

  it.each<[string, object | undefined]>([
    ['long', { type: 'stop-loss', price: '-2%' }],
    ['flat', undefined],
  ])('goes with a message that says that the strategy is %s: %j', (marketPosition, stop) => {
    const fields = { marketPosition, stopLoss: '2%', size: null };
    const source = { ...SPOT_SOURCE, target: true };
    expect(signalOf(fields, { source }).stop).toEqual(stop);
  });

  it('of a short lies above it, where the strategy says that it is short', () => {
    const allow = { types: ['market', 'stop-loss'], leverage: '3' } as const;
    const fields = { marketPosition: 'short', leverage: '2', stopLoss: '2%', size: null };
    const source = { ...SPOT_SOURCE, target: true, allow };
    expect(signalOf(fields, { source }).stop).toEqual({ type: 'stop-loss', price: '+2%' });
  });

  it('is none of a close without a size, which leaves a position', () => {
    const close = { action: 'close', size: null, stopLoss: '2%' };
    expect(refusalOf(close, { source: SPOT_SOURCE })).toMatch(/^not-supported: .* leaves one/);
  });

  it('gives a size by risk the price at which one gets out', () => {
    const size = { unit: 'risk', amount: '1' };
    expect(signalOf({ size: '1% risk', stopLoss: '2%' })).toMatchObject({ size });
    expect(signalOf({ size: '1% risk', trailingStop: '2%' })).toMatchObject({ size });
  });
});
