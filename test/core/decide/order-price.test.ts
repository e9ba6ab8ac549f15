import { describe, expect, it } from 'vitest';
import { decimal, plain } from '../../../functions/core/decimal.ts';
import { priceOrder } from '../../../functions/core/decide/order-price.ts';
import type { Signal } from '../../../functions/core/signal.ts';
import { BUY, pairNamed, TICKERS, tickerOf } from '../market-fixture.ts';

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

describe('the prices of orders that wait', () => {
  const at = (type: Signal['type'], action: 'buy' | 'sell', price?: string, price2?: string) => {
    const signal: Signal = {
      ...{ ...BUY, type, action },
      ...(price === undefined ? {} : { price }),
      ...(price2 === undefined ? {} : { price2 }),
    };
    return priceOrder(signal, pairNamed('BTC/USD'), TICKERS.get('BTC/USD'));
  };

  it.each<[Signal['type'], 'buy' | 'sell', string, string | undefined, string, string?]>([
    ['stop-loss', 'sell', '48000.01', undefined, '48000.1'],
    ['stop-loss', 'buy', '52000.09', undefined, '52000'],
    ['take-profit', 'sell', '+1.00001%', undefined, '50500.1'],
    ['take-profit', 'buy', '-1.00001%', undefined, '49499.9'],
    ['stop-loss-limit', 'buy', '52000', '+0.01%', '52000', '52005.2'],
    ['stop-loss-limit', 'sell', '48000', '47900.01', '48000', '47900.1'],
    ['trailing-stop', 'sell', '+2.00009%', undefined, '+2%'],
    ['trailing-stop', 'buy', '+50.09', undefined, '+50'],
    ['trailing-stop-limit', 'sell', '+50', '-0.5%', '+50', '-0.5%'],
    ['trailing-stop-limit', 'buy', '+50', '+10.05', '+50', '+10'],
  ])('%s %s at %s and %s goes to %s and %s', (type, action, price, price2, first, second) => {
    const made = at(type, action, price, price2);
    expect(made).toMatchObject({ ok: true, value: { price: first } });
    expect(made.ok && made.value.price2).toBe(second);
    expect(made.ok && made.value.limitPrice).toBeUndefined();
  });

  it.each<[string, Signal['type'], 'buy' | 'sell', string, string | undefined, string]>([
    ['a stop: its trigger', 'stop-loss', 'sell', '48000', undefined, '48000'],
    ['a buy: its limit, above the trigger', 'stop-loss-limit', 'buy', '52000', '52100', '52100'],
    ['a buy: its limit, also below it', 'stop-loss-limit', 'buy', '52000', '51900', '51900'],
    ['a sale: its trigger, above the limit', 'stop-loss-limit', 'sell', '48000', '47900', '48000'],
    ['a sale: its limit, where that is more', 'stop-loss-limit', 'sell', '48000', '48100', '48100'],
    ['a buy that trails: its first trigger', 'trailing-stop', 'buy', '+50', undefined, '50050'],
    ['a sale that trails: the last price', 'trailing-stop', 'sell', '+50', undefined, '50000'],
    ['a buy: its first limit', 'trailing-stop-limit', 'buy', '+50', '+10', '50060'],
    ['a buy: also where it is below', 'trailing-stop-limit', 'buy', '+50', '-100', '49950'],
    ['a sale: the last price', 'trailing-stop-limit', 'sell', '+50', '-10', '50000'],
    ['a sale: its first limit, if more', 'trailing-stop-limit', 'sell', '+50', '+100', '50050'],
  ])('value the order at what it may cost: %s', (_what, type, action, price, price2, value) => {
    const made = at(type, action, price, price2);
    expect(made.ok && plain(made.value.atPrice)).toBe(value);
  });

  it('are named where they are missing', () => {
    const sentence = (...given: Parameters<typeof at>) => {
      const made = at(...given);
      return made.ok ? '' : made.error.sentence;
    };
    expect(sentence('limit', 'buy')).toBe(
      'an order of type limit needs its limit price: write "price".',
    );
    expect(sentence('stop-loss-limit', 'sell', '48000')).toBe(
      'an order of type stop-loss-limit needs its limit price: write "price2".',
    );
    expect(sentence('trailing-stop-limit', 'sell', '+50')).toContain('such as -0.5% or +20');
    expect(sentence('trailing-stop', 'sell')).toContain('such as +2% or +50');
  });

  it('are shown as they were reckoned', () => {
    const made = at('stop-loss-limit', 'sell', '-5%', '-50.05');
    expect(made.ok && made.value.steps).toEqual([
      { step: 'trigger price, -5% from the last price 50000', value: '47500 USD' },
      { step: 'limit price, -50.05 from the trigger 47500', value: '47449.95 USD' },
      { step: 'rounded up to the tick 0.1', value: '47450 USD' },
    ]);
    const trails = at('trailing-stop-limit', 'buy', '+2%', '+50');
    expect(trails.ok && trails.value.steps).toEqual([
      { step: 'trailing distance', value: '+2%' },
      { step: 'first trigger, 1000 from the last price', value: '51000 USD' },
      { step: 'distance of the limit', value: '+50' },
      { step: 'first limit, +50 from the trigger', value: '51050 USD' },
    ]);
  });

  it.each<[string, Signal['type'], 'buy' | 'sell', string?, string?]>([
    ['a trigger that is missing', 'stop-loss', 'sell'],
    ['a limit that is missing', 'stop-loss-limit', 'sell', '48000'],
    ['a limit far from the market', 'stop-loss-limit', 'sell', '48000', '480'],
    ['a distance that leaves no price', 'stop-loss', 'sell', '-100%'],
    ['a trigger that rounds onto the market', 'stop-loss', 'sell', '49999.95'],
    ['a trigger at the market', 'take-profit', 'buy', '50000'],
    ['a trailing distance that is missing', 'trailing-stop', 'sell'],
    ['a trailing distance below the market', 'trailing-stop', 'sell', '-50'],
    ['a trailing distance of everything', 'trailing-stop', 'sell', '+100%'],
    ['a trailing distance of more than there is', 'trailing-stop', 'buy', '+5000000'],
    ['a trailing percentage that rounds to nothing', 'trailing-stop', 'sell', '+0.00001%'],
    ['a trailing limit that is missing', 'trailing-stop-limit', 'sell', '+50'],
    ['a trailing limit at a price', 'trailing-stop-limit', 'sell', '+50', '49000'],
    ['a trailing limit that leaves no price', 'trailing-stop-limit', 'sell', '+50', '-60000'],
    ['an iceberg without its price', 'iceberg', 'buy'],
  ])('%s is refused', (_, type, action, price, price2) => {
    expect(at(type, action, price, price2)).toMatchObject({ error: { code: 'bad-price' } });
  });

  it('need a last price', () => {
    const made = priceOrder(
      { ...BUY, type: 'stop-loss', price: '1' },
      pairNamed('BTC/USD'),
      undefined,
    );
    expect(made).toMatchObject({ error: { code: 'no-market-data' } });
  });
});
