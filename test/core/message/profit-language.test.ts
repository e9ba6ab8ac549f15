import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { decimal, ZERO } from '../../../functions/core/decimal.ts';
import type { SignalTakeProfit } from '../../../functions/core/signal.ts';
import { FREE_SOURCE, PLAIN_SOURCE, refusalOf, signalOf, SPOT_SOURCE } from './message-fixture.ts';

const SHORT = { action: 'sell', leverage: '2' };
const all = (price: string): readonly SignalTakeProfit[] => [{ price, share: '100' }];

describe('take-profits of an order', () => {
  it.each<[Record<string, unknown>, readonly SignalTakeProfit[]]>([
    [{ takeProfit: '105000' }, all('105000')],
    [{ takeProfit: 105000.5 }, all('105000.5')],
    [{ tp: '105000' }, all('105000')],
    [{ take_profit: '105000' }, all('105000')],
    [{ 'Take Profits': '105000' }, all('105000')],
    [{ profit_target: '105000' }, all('105000')],
    [{ takeProfit: '2%' }, all('+2%')],
    [{ takeProfit: '+2.5%' }, all('+2.5%')],
    [{ takeProfit: '250%' }, all('+250%')],
    [{ takeProfit: '+500' }, all('+500')],
    [{ takeProfit: 'entry+500' }, all('+500')],
    [{ takeProfit: 'entry +2%' }, all('+2%')],
    [{ takeProfit: '50 ticks' }, all('+50 ticks')],
    [{ takeProfit: '2 ATR', atr: '350.5' }, all('+701')],
    [{ takeProfit: { percent: 3 } }, all('+3%')],
    [{ takeProfit: { price: '105000' } }, all('105000')],
    [{ takeProfit: { atr: 2 }, atr: '350.5' }, all('+701')],
    [{ ...SHORT, takeProfit: '95000' }, all('95000')],
    [{ ...SHORT, takeProfit: '2%' }, all('-2%')],
    [{ ...SHORT, takeProfit: '+2%' }, all('-2%')],
    [{ ...SHORT, takeProfit: '-2%' }, all('-2%')],
    [{ ...SHORT, takeProfit: '+500' }, all('-500')],
    [{ ...SHORT, takeProfit: 'entry-500' }, all('-500')],
    [{ ...SHORT, takeProfit: '2 ATR', atr: '350.5' }, all('-701')],
    [{ ...SHORT, marketPosition: 'short', takeProfit: '50 ticks' }, all('-50 ticks')],
    [{ takeProfit: '50% at 2%' }, [{ price: '+2%', share: '50' }]],
    [{ takeProfit: '33.30%@105000' }, [{ price: '105000', share: '33.3' }]],
    [
      { takeProfit: '50% at 2%, 50% at 105000' },
      [
        { price: '+2%', share: '50' },
        { price: '105000', share: '50' },
      ],
    ],
    [
      { takeProfit: ' 30% AT entry+500 ,20% at 2 ATR', atr: '700' },
      [
        { price: '+500', share: '30' },
        { price: '+1400', share: '20' },
      ],
    ],
    [{ type: 'limit', price: '98000', takeProfit: '2%' }, all('+2%')],
    [{ trailingStop: '2%', takeProfit: '2%' }, all('+2%')],
  ])('%j', (fields, takeProfits) => {
    expect(signalOf(fields).takeProfits).toEqual(takeProfits);
  });

  it('are five at most', () => {
    const parts = [1, 2, 3, 4, 5].map((percent) => `20% at ${percent}%`);
    expect(signalOf({ takeProfit: parts.join(', ') }).takeProfits).toHaveLength(5);
    expect(refusalOf({ takeProfit: [...parts, '1% at 6%'].join(', ') })).toBe(
      'bad-price: takeProfit has 6 take-profits, and an order has at most 5: write fewer.',
    );
  });

  it.each<Record<string, unknown>>([
    { takeProfit: null },
    { takeProfit: '0' },
    { tp: '' },
    { takeProfit: {} },
    { takeProfit1: 'none', tp2: 0, breakEven: false },
    { breakEven: 'no' },
  ])('are none: %j', (fields) => {
    const signal = signalOf(fields);
    expect('takeProfits' in signal || 'breakEven' in signal).toBe(false);
  });

  it.each<[Record<string, unknown>, RegExp]>([
    [
      { takeProfit: '-2%' },
      /^bad-price: takeProfit -2% lies where a buy loses: the take-profit of a buy is above its entry, write 2%/,
    ],
    [{ takeProfit: 'entry-500' }, /^bad-price: .* above its entry/],
    [{ ...SHORT, takeProfit: 'entry+500' }, /^bad-price: .* a sell loses: .* below its entry/],
    [{ takeProfit: '-500' }, /^bad-field: .* a price such as 105000, .* or entry\+500\.$/],
    [{ ...SHORT, takeProfit: '-500' }, /^bad-field: .* or entry-500\.$/],
    [{ ...SHORT, takeProfit: '100%' }, /^bad-price: .* leaves no price: write less than 100%/],
    [{ takeProfit: '+0' }, /^bad-field: .* above zero/],
    [{ takeProfit: 'soon' }, /^bad-field: takeProfit is not readable/],
    [{ takeProfit: '105000-5' }, /^bad-field: .* a plain decimal number/],
    [{ takeProfit: '2 ATR' }, /^missing-field: takeProfit is a multiple of the ATR/],
    [
      { takeProfit: [99000, 99500] },
      /^bad-field: takeProfit must be one value: .*"50% at 2%, 50% at 105000"/,
    ],
    [{ takeProfit: { percent: 2, price: 1 } }, /^bad-field: takeProfit must be one value/],
    [
      { takeProfit: '2%, 4%' },
      /^bad-field: takeProfit has several .* each needs its share .*"50% at 2%, 50% at 105000"/,
    ],
    [{ takeProfit: '50% at 2%, 105000' }, /^bad-field: .* each needs its share/],
    [{ takeProfit: '50% at 2%,' }, /^bad-field: .* each needs its share/],
    [{ takeProfit: '0% at 2%' }, /^bad-field: .* share that is not readable: write percentages/],
    [{ takeProfit: 'x% at 2%' }, /^bad-field: .* share that is not readable/],
    [{ takeProfit: '50% at soon' }, /^bad-field: takeProfit is not readable/],
    [{ takeProfit: '50% at 2% and 50% at 4%' }, /^bad-field: .* a distance above zero/],
    [{ takeProfit: '60% at 2%, 40.1% at 4%' }, /^bad-size: the shares .* come to 100\.1%, more/],
    [{ takeProfit: '101% at 2%' }, /^bad-size: the shares of takeProfit come to 101%/],
    [{ tp: '1%', takeProfit: '2%' }, /^ambiguous-field: tp and takeProfit both mean takeProfit/],
    [{ tp1: '99000' }, /^not-supported: tp1 asks for a target .*"50% at 2%, 50% at 105000"/],
    [{ takeProfit1: '1%', takeProfit2: '2%' }, /^not-supported: takeProfit1 asks for a target/],
    [{ data: { takeProfit: '2%' } }, /^not-supported: data.takeProfit is inside of another field/],
    [
      { action: 'sell', takeProfit: '2%' },
      /^not-supported: takeProfit belongs to an order that opens a position, and this sell leaves one: .*"type": "take-profit" and "price"/,
    ],
    [{ ...SHORT, reduceOnly: true, takeProfit: '2%' }, /^not-supported: .* leaves one/],
    [{ ...SHORT, marketPosition: 'long', takeProfit: '2%' }, /^not-supported: .* leaves one/],
    [
      { action: 'close', size: null, leverage: '2', takeProfit: '2%' },
      /^not-supported: .* leaves one/,
    ],
    [
      { type: 'trailing-stop', price: '+2%', takeProfit: '2%' },
      /^ambiguous-field: .*"market", .* or "take-profit-limit"\.$/,
    ],
  ])('are refused: %j', (fields, expected) => {
    expect(refusalOf(fields)).toMatch(expected);
  });

  it('need no type that the source must allow', () => {
    expect(signalOf({ takeProfit: '2%' }, { source: PLAIN_SOURCE }).takeProfits).toHaveLength(1);
  });

  it('stand where a map says, with the ATR', () => {
    const map = {
      ...{ action: { path: ['a'] }, symbol: { always: 'XBTUSD' }, time: { path: ['time'] } },
      ...{ size: { path: ['n'] }, takeProfit: { path: ['targets', '0'] }, atr: { path: ['r'] } },
      ...{ stopLoss: { always: '2 ATR' }, breakEven: { always: 'yes' } },
    };
    const fields = { a: 'buy', n: '1', targets: ['105000'], r: 350.5 };
    expect(signalOf(fields, { source: { ...FREE_SOURCE, map } })).toMatchObject({
      ...{ takeProfits: all('105000'), breakEven: true },
      stop: { type: 'stop-loss', price: '-701' },
    });
  });

  it.each<[string, readonly SignalTakeProfit[] | undefined]>([
    ['long', all('+2%')],
    ['flat', undefined],
  ])('go with a message that says that the strategy is %s', (marketPosition, takeProfits) => {
    const fields = {
      marketPosition,
      stopLoss: '2%',
      takeProfit: '2%',
      breakEven: true,
      size: null,
    };
    const signal = signalOf(fields, { source: { ...SPOT_SOURCE, target: true } });
    expect(signal.takeProfits).toEqual(takeProfits);
    expect(signal.breakEven).toBe(takeProfits && true);
  });

  it('of a short lie below it, where the strategy says that it is short', () => {
    const allow = { types: ['market'], leverage: '3' } as const;
    const fields = { marketPosition: 'short', leverage: '2', takeProfit: '2%', size: null };
    const source = { ...SPOT_SOURCE, target: true, allow };
    expect(signalOf(fields, { source }).takeProfits).toEqual(all('-2%'));
  });

  it('have shares that come to all at most, or are refused', () => {
    const share = fc.integer({ min: 1, max: 700 }).map((tenths) => (tenths / 10).toFixed(1));
    fc.assert(
      fc.property(fc.array(share, { minLength: 1, maxLength: 5 }), (shares) => {
        const text = shares.map((one, at) => `${one}% at ${at + 1}%`).join(', ');
        const total = shares.reduce((sum, one) => sum.plus(one), ZERO);
        if (total.gt('100')) {
          expect(refusalOf({ takeProfit: text })).toMatch(/^bad-size/);
          return;
        }
        const { takeProfits = [] } = signalOf({ takeProfit: text });
        expect(takeProfits.map((one) => decimal(one.share).toFixed(1))).toEqual(shares);
        // What was read, written as a message again, is the same.
        const again = takeProfits.map((one) => `${one.share}% at ${one.price}`).join(', ');
        expect(signalOf({ takeProfit: again }).takeProfits).toEqual(takeProfits);
      }),
    );
  });
});

describe('break-even', () => {
  const both = { stopLoss: '2%', takeProfit: '4%' };

  it.each([true, 'true', 'yes', 'YES', 1])('is asked for by %j', (breakEven) => {
    expect(signalOf({ ...both, breakEven }).breakEven).toBe(true);
    expect(signalOf({ ...both, break_even: breakEven }).breakEven).toBe(true);
  });

  it.each([false, 'no', '0', null])('is not asked for by %j', (breakEven) => {
    expect('breakEven' in signalOf({ ...both, breakEven })).toBe(false);
  });

  it('moves a stop with a limit too', () => {
    expect(signalOf({ ...both, stopLossLimit: '1%', breakEven: true }).breakEven).toBe(true);
  });

  it.each<[Record<string, unknown>, RegExp]>([
    [{ breakEven: 'soon' }, /^bad-field: breakEven is not readable: write true or false/],
    [{ stopLoss: '2%', breakEven: true }, /^missing-field: breakEven .* write "takeProfit" beside/],
    [
      { takeProfit: '4%', breakEven: true },
      /^ambiguous-field: breakEven moves a fixed stop to the entry, and the order brings none: write "stopLoss": "2%"/,
    ],
    [
      { takeProfit: '4%', trailingStop: '2%', breakEven: true },
      /^ambiguous-field: .* one that trails moves by itself: write "stopLoss"/,
    ],
    [
      { ...both, 'short Breakeven': 99000 },
      /^not-supported: short Breakeven asks for a stop that is moved to the entry: write "breakEven": true/,
    ],
  ])('is refused: %j', (fields, expected) => {
    expect(refusalOf(fields)).toMatch(expected);
  });
});

describe('the ATR of a message', () => {
  it('is kept for the record where nothing is a multiple of it', () => {
    expect(signalOf({ atr: '350.5', stopLoss: '2%' }).unknown).toEqual({ atr: '"350.5"' });
    expect('unknown' in signalOf({ atr: '350.5', stopLoss: '2 atr' })).toBe(false);
    expect('unknown' in signalOf({ atr: '350.5', takeProfit: '50% at 2 ATR' })).toBe(false);
  });

  it('may be anything where nothing is a multiple of it', () => {
    expect(signalOf({ atr: 'NaN' }).unknown).toEqual({ atr: '"NaN"' });
  });
});
