import { describe, expect, it } from 'vitest';
import type { Size } from '../../../functions/core/config.ts';
import { decimal, plain } from '../../../functions/core/decimal.ts';
import type { Signal, SignalSize } from '../../../functions/core/signal.ts';
import { equitiesOf } from '../../../functions/core/decide/equity.ts';
import { sizeOrder } from '../../../functions/core/decide/size-order.ts';
import { balancesOf, BUY, pairNamed, TABLE, TICKERS } from '../market-fixture.ts';

interface Given {
  readonly pair?: string;
  readonly at?: string;
  readonly size: Size;
  readonly signal?: Partial<Signal>;
  readonly balances?: Readonly<Record<string, string>>;
  readonly tickers?: typeof TICKERS;
}

function sized({ pair = 'BTC/USD', at = '50000', size, signal, balances, tickers }: Given) {
  const market = {
    ...{ pairs: TABLE, tickers: tickers ?? TICKERS },
    balances: balancesOf(balances ?? { USD: '10000', BTC: '0.1' }),
  };
  return sizeOrder({
    ...{ ...market, equityIn: equitiesOf(market), size, pair: pairNamed(pair) },
    ...{ signal: { ...BUY, ...signal }, atPrice: decimal(at) },
  });
}

function volumeOf(given: Given): string {
  const result = sized(given);
  return result.ok ? plain(result.value.volume) : result.error.code;
}

const base = (amount: string): Size => ({ kind: 'base', amount });
const quote = (amount: string, currency = 'USD'): Size => ({ kind: 'quote', amount, currency });
const equity = (percent: string): Size => ({ kind: 'equity', percent });
const says = (size: SignalSize): Pick<Given, 'size' | 'signal'> => {
  return { size: { kind: 'signal' }, signal: { size } };
};
const sale: Partial<Signal> = { action: 'sell', marketPosition: 'flat' };

describe('the volume of an order', () => {
  it.each<[string, Given, string]>([
    ['an amount of the base', { size: base('0.01') }, '0.01'],
    ['more decimals than the lot has', { size: base('0.012345678999') }, '0.01234567'],
    ['an amount of the quote', { size: quote('100') }, '0.002'],
    [
      'an amount of the quote that does not divide',
      { size: quote('100'), at: '49999' },
      '0.00200004',
    ],
    ['an amount of the base as money', { size: quote('0.5', 'BTC') }, '0.5'],
    ["an amount of the base in Kraken's spelling", { size: quote('0.5', 'XBT') }, '0.5'],
    // 100 EUR buy at least 110 USD.
    ['an amount of another currency', { size: quote('100', 'EUR') }, '0.0022'],
    ['USDT, which is not USD', { size: quote('100', 'USDT') }, '0.001996'],
    // 10,000 USD and 0.1 BTC at the bid: 14,999.99 USD.
    ['a share of the equity', { size: equity('10') }, '0.02999998'],
    ['all of the equity: what is free, less the fee', { size: equity('100') }, '0.19920318'],
    [
      'a share of the equity that is sold',
      { size: equity('20'), signal: { action: 'sell' } },
      '0.05999996',
    ],
    [
      'a share that is sold, whatever is free to buy with',
      {
        ...{ size: equity('20'), signal: { action: 'sell' } },
        balances: { USD: '10', BTC: '0.1' },
      },
      '0.02003996',
    ],
    ['the base amount of the message', says({ unit: 'base', amount: '0.02' }), '0.02'],
    ['the money of the message', says({ unit: 'quote', amount: '100', currency: 'USD' }), '0.002'],
    ['the percentage of the message', says({ unit: 'percent', amount: '10' }), '0.02999998'],
    [
      "the source's setting, whatever the message says",
      { size: base('0.01'), signal: { size: { unit: 'base', amount: '5' } } },
      '0.01',
    ],
    ['two decimals for a lot of two', { pair: 'ODD/USD', at: '10', size: base('1.239') }, '1.23'],
  ])('is right for %s', (_name, given, volume) => {
    expect(volumeOf(given)).toBe(volume);
  });

  it.each<[string, Given, string]>([
    ['a sale that leaves sells at most what is free', { size: base('0.25'), signal: sale }, '0.1'],
    ['and never more than was said', { size: base('0.05'), signal: sale }, '0.05'],
    [
      'a sale that does not say so is not changed',
      { size: base('0.25'), signal: { action: 'sell' } },
      '0.25',
    ],
    [
      'with nothing to leave nothing is changed',
      { size: base('0.25'), signal: sale, balances: { USD: '1' } },
      '0.25',
    ],
  ])('%s', (_name, given, volume) => {
    expect(volumeOf(given)).toBe(volume);
  });

  it('is explained step by step', () => {
    const given = { size: equity('10'), balances: { USD: '10000', BTC: '0.1', FOO: '3' } };
    const result = sized(given);
    expect(result.ok && result.value.steps).toEqual([
      { step: 'size from', value: 'the source in harpoon.yaml' },
      { step: 'equity', value: '14999.99 USD' },
      { step: 'left out of the equity, as no pair values it', value: 'FOO' },
      { step: '10 % of the equity', value: '1499.999 USD' },
      { step: 'divided by 50000', value: '0.02999998 BTC' },
      { step: 'rounded down to 8 decimals', value: '0.02999998 BTC' },
      { step: 'value', value: '1499.999 USD' },
    ]);
  });

  it('says when a share was cut to what is free, or a sale to what is held', () => {
    const cut = sized({ size: equity('100') });
    expect(cut.ok && cut.value.steps).toContainEqual({
      step: 'free, less 0.4 % for the fee',
      value: '9960.15936 USD',
    });
    const left = sized({ size: base('0.25'), signal: sale });
    expect(left.ok && left.value.steps).toContainEqual({
      step: 'leaves the position, so at most what is free',
      value: '0.1 BTC',
    });
  });
});

describe('a size by risk', () => {
  const risk: Size = { kind: 'risk', percent: '1' };
  const short: Partial<Signal> = { action: 'sell', leverage: '2' };

  it('is explained step by step, also where what is free cuts it', () => {
    const result = sized({ size: risk, at: '50000', signal: { riskStop: '49900' } });
    expect(result.ok && result.value.steps).toEqual([
      { step: 'size from', value: 'the source in harpoon.yaml' },
      { step: 'equity', value: '14999.99 USD' },
      { step: '1 % of the equity may be lost', value: '149.9999 USD' },
      { step: 'from the entry to the stop', value: '100 USD' },
      { step: 'divided by 100', value: '1.499999 BTC' },
      { step: 'free, less 0.4 % for the fee', value: '9960.15936 USD' },
      { step: 'divided by 50000', value: '0.19920318725 BTC' },
      { step: 'rounded down to 8 decimals', value: '0.19920318 BTC' },
      { step: 'value', value: '9960.159 USD' },
    ]);
  });

  it.each<[string, Given, string]>([
    ['a short on margin', { size: risk, signal: { ...short, riskStop: '51000' } }, '0.1499999'],
    [
      'a short whose stop is below',
      { size: risk, signal: { ...short, riskStop: '1' } },
      'bad-price',
    ],
    ['a stop at the entry', { size: risk, signal: { riskStop: '50000' } }, 'bad-price'],
    ['a stop at zero', { size: risk, signal: { riskStop: '-100%' } }, 'bad-price'],
    ['a stop that is no price', { size: risk, signal: { riskStop: '49k' } }, 'bad-price'],
    [
      'a stop at a distance from a price that is missing',
      { size: risk, signal: { riskStop: '-2%' }, tickers: new Map(), balances: { USD: '1000' } },
      'no-market-data',
    ],
    [
      'an equity that is not known',
      { size: risk, signal: { riskStop: '49000' }, tickers: new Map() },
      'no-market-data',
    ],
  ])('of %s is %s', (_, given, outcome) => {
    expect(volumeOf(given)).toBe(outcome);
  });
});

describe('a size that is refused', () => {
  it.each<[string, Given, string]>([
    ['that is missing in the message', { size: { kind: 'signal' } }, 'missing-field'],
    ['of zero', says({ unit: 'base', amount: '0' }), 'bad-size'],
    ['below zero', says({ unit: 'base', amount: '-1' }), 'bad-size'],
    ['that is no number', says({ unit: 'base', amount: '1e3' }), 'bad-size'],
    ['of more than everything', says({ unit: 'percent', amount: '100.1' }), 'bad-size'],
    ['in a currency without a price', { size: quote('100', 'FOO') }, 'no-market-data'],
    ['below the minimum volume', { size: base('0.00009999') }, 'too-small'],
    ['that rounds to below it', { pair: 'ODD/USD', at: '1000', size: base('0.0149') }, 'too-small'],
    ['that rounds to nothing', { size: base('0.000000001') }, 'too-small'],
    ['below the minimum cost', { pair: 'ODD/USD', at: '10', size: base('0.69') }, 'too-small'],
    ['of an account with nothing', { size: equity('10'), balances: {} }, 'too-small'],
  ])('%s', (_name, given, code) => {
    expect(volumeOf(given)).toBe(code);
  });

  it('of a share while the equity is not known', () => {
    const tickers = new Map([...TICKERS].filter(([name]) => name !== 'SOL/USD'));
    const balances = { USD: '1000', SOL: '1' };
    expect(volumeOf({ size: equity('10'), balances, tickers })).toBe('no-market-data');
  });

  it.each([
    // The cost of 7 USD asks for more than the volume of 0.015 does, and the lot for two decimals.
    ['10', '0.69', '0.69', '0.7'],
    ['10.25', '0.6899', '0.68', '0.69'],
    ['1000', '0.0149', '0.01', '0.02'],
  ])('at %s, %s says that %s is too small and %s would pass', (at, size, rounded, wouldPass) => {
    const result = sized({ pair: 'ODD/USD', at, size: base(size) });
    expect(result).toMatchObject({
      error: {
        code: 'too-small',
        sentence: expect.stringContaining(`send at least ${wouldPass} ODD`) as string,
        numbers: { requested: size, rounded, minimum: '0.015', minimumCost: '7', wouldPass },
      },
    });
    expect(volumeOf({ pair: 'ODD/USD', at, size: base(wouldPass) })).toBe(wouldPass);
  });
});
