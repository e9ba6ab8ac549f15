import { describe, expect, it } from 'vitest';
import { decimal, plain } from '../../functions/core/decimal.ts';
import { priceOrder } from '../../functions/core/order-price.ts';
import type { Signal } from '../../functions/core/signal.ts';
import { BUY, pairNamed, TICKERS, tickerOf } from './market-fixture.ts';

function priced(signal: Partial<Signal>, name = 'BTC/USD', ticker = TICKERS.get(name)) {
  const result = priceOrder({ ...BUY, ...signal }, pairNamed(name), ticker);
  if (!result.ok) return result.error.code;
  const { atPrice, limitPrice } = result.value;
  return { at: plain(atPrice), limit: limitPrice === undefined ? 'none' : plain(limitPrice) };
}

const limit = (action: Signal['action'], price: string): Partial<Signal> => {
  return { action, type: 'limit', price };
};

describe('the price of an order', () => {
  it('is the best one that a market order would take', () => {
    expect(priced({ action: 'buy' })).toEqual({ at: '50000.1', limit: 'none' });
    expect(priced({ action: 'sell' })).toEqual({ at: '49999.9', limit: 'none' });
  });

  it('is never the one that the sender saw', () => {
    expect(priced({ seenPrice: '1' })).toEqual({ at: '50000.1', limit: 'none' });
  });

  it.each<[Signal['action'], string, string, string]>([
    ['buy', '50000.17', 'BTC/USD', '50000.1'],
    ['sell', '50000.17', 'BTC/USD', '50000.2'],
    ['buy', '50000.1', 'BTC/USD', '50000.1'],
    ['sell', '50000.1', 'BTC/USD', '50000.1'],
    ['buy', '10.3', 'ODD/USD', '10.25'],
    ['sell', '10.3', 'ODD/USD', '10.5'],
    ['buy', '0.10000009', 'DOGE/USD', '0.1'],
    ['sell', '0.10000001', 'DOGE/USD', '0.1000001'],
  ])(
    'limit: %s at %s of %s goes to %s, never to its worse side',
    (action, price, name, rounded) => {
      expect(priced(limit(action, price), name)).toEqual({ at: rounded, limit: rounded });
    },
  );

  it('shows what was written and what it became', () => {
    const result = priceOrder(
      { ...BUY, ...limit('sell', '10.3') },
      pairNamed('ODD/USD'),
      TICKERS.get('ODD/USD'),
    );
    expect(result.ok && result.value.steps).toEqual([
      { step: 'limit price', value: '10.3 USD' },
      { step: 'rounded up to the tick 0.25', value: '10.5 USD' },
    ]);
  });
});

describe('a price that is refused', () => {
  it.each<[string, Partial<Signal>]>([
    ['100 times too high', limit('sell', '5000000')],
    ['100 times too low', limit('buy', '500')],
    ['just beyond ten times', limit('sell', '500000.1')],
    ['just below a tenth', limit('buy', '4999.9')],
    ['that is mistaken also when it closes', { ...limit('sell', '500'), reduceOnly: true }],
    ['that is missing', { type: 'limit' }],
    ['that is zero', limit('buy', '0')],
    ['that is negative', limit('buy', '-50000')],
    ['that is no number', limit('buy', '5e4')],
  ])('%s', (_name, signal) => {
    expect(priced(signal)).toBe('bad-price');
  });

  it.each([
    [limit('buy', '500'), 'BTC/USD', { price: '500', last: '50000' }],
    [limit('buy', '2'), 'ODD/USD', { price: '2', tick: '2.5' }],
  ])('%j is told with its numbers', (signal, name, numbers) => {
    const pair = { ...pairNamed(name), tickSize: decimal('2.5') };
    const result = priceOrder({ ...BUY, ...signal }, pair, TICKERS.get(name));
    expect(result).toMatchObject({ ok: false, error: { numbers } });
  });

  it('is not changed when it is a multiple of the tick', () => {
    const result = priceOrder(
      { ...BUY, ...limit('buy', '10.25') },
      pairNamed('ODD/USD'),
      TICKERS.get('ODD/USD'),
    );
    const steps = [{ step: 'limit price', value: '10.25 USD' }];
    expect(result).toMatchObject({ value: { steps } });
  });

  it.each(['500000', '5000'])('may be %s, ten times away', (price) => {
    expect(priced(limit('buy', price))).toEqual({ at: price, limit: price });
  });

  it('below the smallest step', () => {
    const cheap = tickerOf('0.2', '0.3', '0.3');
    expect(priced(limit('buy', '0.1'), 'ODD/USD', cheap)).toBe('bad-price');
    expect(priced(limit('sell', '0.1'), 'ODD/USD', cheap)).toEqual({ at: '0.25', limit: '0.25' });
  });

  it.each<[string, Partial<Signal>, ReturnType<typeof tickerOf> | undefined]>([
    ['a market buy without a ticker', {}, undefined],
    ['a market buy that nobody sells to', {}, tickerOf('1', '0', '1')],
    ['a market sale that nobody buys', { action: 'sell' }, tickerOf('0', '1', '1')],
    ['a limit that nothing shows to be sane', limit('buy', '50000'), tickerOf('1', '1', '0')],
  ])('for want of prices: %s', (_name, signal, ticker) => {
    const result = priceOrder({ ...BUY, ...signal }, pairNamed('BTC/USD'), ticker);
    expect(result).toMatchObject({ ok: false, error: { code: 'no-market-data' } });
  });
});
