import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { decimal, plain } from '../../../functions/core/decimal.ts';
import { decideOrder } from '../../../functions/core/decide/decide-order.ts';
import { priceOrder } from '../../../functions/core/decide/order-price.ts';
import { priceStop } from '../../../functions/core/decide/price-stop.ts';
import type { Signal, SignalStop } from '../../../functions/core/signal.ts';
import { BUY, decisionInput, pairNamed, TICKERS, tickerOf } from '../market-fixture.ts';

const LOSS: SignalStop = { type: 'stop-loss', price: '-2%' };
const LIMIT = { type: 'limit', price: '49000' } as const;
const SHORT = { action: 'sell', leverage: '2' } as const;

function priced(signal: Partial<Signal>, name = 'BTC/USD', ticker = TICKERS.get(name)) {
  const pair = pairNamed(name);
  const whole = { ...BUY, stop: LOSS, ...signal };
  const entry = priceOrder(whole, pair, ticker);
  if (!entry.ok) throw new Error(entry.error.sentence);
  return priceStop(whole, entry.value, { pair, ticker });
}

function closeOf(signal: Partial<Signal>, name?: string): unknown {
  const result = priced(signal, name);
  return result.ok ? result.value?.close : result.error.sentence;
}

const stop = (price: string, price2?: string): { stop: SignalStop } => ({
  stop:
    price2 === undefined
      ? { type: 'stop-loss', price }
      : { type: 'stop-loss-limit', price, price2 },
});
const trail = (price: string): { stop: SignalStop } => ({ stop: { type: 'trailing-stop', price } });

describe('the stop that goes out with an order', () => {
  it('is none where none is asked for', () => {
    const { stop: _none, ...bare } = { ...BUY, stop: undefined };
    const pair = pairNamed('BTC/USD');
    const entry = priceOrder(bare, pair, TICKERS.get('BTC/USD'));
    expect(entry.ok && priceStop(bare, entry.value, { pair, ticker: undefined })).toEqual({
      ok: true,
      value: undefined,
    });
  });

  // The ask is 50000.1, the bid 49999.9, the last price 50000, the tick 0.1.
  it.each<[string, Partial<Signal>, object]>([
    ['a price', stop('48000'), { type: 'stop-loss', price: '48000' }],
    ['a price off the tick, which loses less', stop('48000.01'), { price: '48000.1' }],
    ['a percentage of the ask', stop('-2%'), { price: '49000.1' }],
    ['a length from the ask', stop('-500'), { price: '49500.1' }],
    ['ticks from the ask', stop('-50 ticks'), { price: '49995.1' }],
    ['a percentage of the limit', { ...LIMIT, ...stop('-2%') }, { price: '48020' }],
    ['a short: above the bid', { ...SHORT, ...stop('+2%') }, { price: '50999.8' }],
    ['a short: a price off the tick', { ...SHORT, ...stop('51000.09') }, { price: '51000' }],
    ['a short: ticks', { ...SHORT, ...stop('+50 ticks') }, { price: '50004.9' }],
    [
      'a limit at a distance from the stop',
      stop('48000', '-0.5%'),
      { type: 'stop-loss-limit', price: '48000', price2: '47760' },
    ],
    ['a limit in ticks', stop('48000', '-10 ticks'), { price2: '47999' }],
    ['a limit at the stop itself', stop('48000', '48000'), { price2: '48000' }],
    [
      'a limit off the tick, which sells for no less',
      stop('48000', '47000.01'),
      { price2: '47000.1' },
    ],
    ['a short with a limit', { ...SHORT, ...stop('51000', '+100') }, { price2: '51100' }],
    ['a trailing percentage', trail('+2%'), { type: 'trailing-stop', price: '+2%' }],
    ['a finer one than Kraken shows', trail('+2.12349%'), { price: '+2.1234%' }],
    ['a trailing length off the tick', trail('+500.19'), { price: '+500.1' }],
    ['trailing ticks', trail('+50 ticks'), { price: '+5' }],
    ['a short that trails', { ...SHORT, ...trail('+500') }, { price: '+500' }],
    [
      'a stop entry: above the market, below its trigger',
      { type: 'stop-loss', price: '51000', ...stop('50500') },
      { price: '50500' },
    ],
  ])('%s', (_name, signal, close) => {
    expect(closeOf(signal)).toMatchObject(close);
  });

  it.each<[string, Partial<Signal>, RegExp]>([
    [
      'at the entry',
      stop('50000.1'),
      /must be below the entry .* is 50000.1 and the entry 50000.1/,
    ],
    ['above the entry', stop('51000'), /below the entry/],
    ['rounded onto the entry', { ...LIMIT, ...stop('48999.99') }, /below the entry/],
    ['already passed', stop('50000'), /below the last price .* it is 50000/],
    [
      'passed for a limit that trades at once',
      { type: 'limit', price: '52000', ...stop('51000') },
      /below the last price/,
    ],
    [
      'above the trigger of a stop entry',
      { type: 'stop-loss-limit', price: '51000', price2: '51500', ...stop('51200') },
      /below the trigger of the entry .* 51000/,
    ],
    ['below the entry of a short', { ...SHORT, ...stop('49000') }, /above the entry/],
    ['passed for a short', { ...SHORT, ...stop('50000') }, /above the last price/],
    ['so far away that it is a mistake', stop('480'), /more than 10 times away/],
    ['of nothing', stop('-100%'), /more than 10 times away/],
    ['with a limit above it', stop('48000', '48100'), /write a stopLossLimit below it/],
    ['with a limit below it, for a short', { ...SHORT, ...stop('51000', '50900') }, /above it/],
    ['with a limit that is a mistake', stop('48000', '4'), /the limit of the stop 4 is more than/],
    ['that trails by less than a tick', trail('+0.01'), /below the smallest price step/],
    ['that trails by a price', trail('500'), /keeps a distance/],
    ['that trails to nothing', trail('+99%'), /more than 10 times away/],
    ['that is unreadable', stop('soon'), /the stop is not readable/],
  ])('is refused with its numbers: %s', (_name, signal, sentence) => {
    expect(closeOf(signal)).toMatch(sentence);
  });

  it('needs the last price', () => {
    const result = priced({}, 'BTC/USD', tickerOf('49999.9', '50000.1', '0'));
    expect(result.ok ? 'priced' : result.error.code).toBe('no-market-data');
  });

  it('never loses more than was asked for, on whatever tick', () => {
    const cents = fc.integer({ min: 1, max: 4_000 });
    fc.assert(
      fc.property(cents, fc.constantFrom('BTC/USD', 'ODD/USD', 'SOL/USD'), (hundredths, name) => {
        const percent = `${(hundredths / 100).toFixed(2)}`;
        for (const [side, sign] of [
          [{ action: 'buy' }, '-'],
          [SHORT, '+'],
        ] as const) {
          const result = priced({ ...side, ...stop(`${sign}${percent}%`) }, name);
          if (!result.ok || result.value === undefined) continue;
          const entry = decimal(
            side.action === 'buy' ? plain(TICKERS.get(name)!.ask) : plain(TICKERS.get(name)!.bid),
          );
          const lost = entry.minus(result.value.at).abs();
          expect(lost.lte(entry.times(percent).times('0.01'))).toBe(true);
          expect(result.value.at.div(pairNamed(name).tickSize).mod('1').eq('0')).toBe(true);
        }
      }),
    );
  });

  it('says how it was computed', () => {
    const result = priced(stop('-2%', '-10 ticks'));
    expect(result.ok && result.value?.steps).toEqual([
      { step: 'stop, -2% from the entry 50000.1', value: '49000.098 USD' },
      { step: 'rounded up to the tick 0.1', value: '49000.1 USD' },
      { step: 'limit of the stop, -10 ticks from the stop 49000.1', value: '48999.1 USD' },
    ]);
    const trailing = priced(trail('+2%'));
    expect(trailing.ok && trailing.value?.steps).toEqual([
      { step: 'trailing stop, first 1000.002 from the entry 50000.1', value: '49000.098 USD' },
    ]);
  });
});

describe('a decision with a stop', () => {
  const decided = (signal: Partial<Signal>, given: Parameters<typeof decisionInput>[0] = {}) =>
    decideOrder(decisionInput({ ...given, signal: { stop: LOSS, ...signal } }));

  it('attaches it to the order and publishes its steps before those of the size', () => {
    const result = decided({});
    if (!result.ok) throw new Error(result.error.sentence);
    const { order, decision } = result.value;
    expect(order.close).toEqual({ type: 'stop-loss', price: '49000.1' });
    const steps = decision.steps.map(({ step }) => step);
    const [price, own, size] = ['at the ask', 'stop, -2% from the entry 50000.1', 'size from'].map(
      (step) => steps.indexOf(step),
    );
    expect([price, own, size].every((at) => (at ?? -1) >= 0)).toBe(true);
    expect(own).toBeGreaterThan(price ?? 0);
    expect(size).toBeGreaterThan(own ?? 0);
  });

  it('refuses the order with the stop', () => {
    const result = decided(stop('51000'));
    expect(result.ok ? 'decided' : result.error.code).toBe('bad-price');
  });

  it.each<[string, Partial<Signal>, string]>([
    // 14,999.99 USD of equity; 1 % of it over a loss of 1000 per BTC.
    ['its own stop', stop('49000.1'), '0.1499999'],
    ['a trailing stop', trail('+1000'), '0.1499999'],
    [
      'the riskStop where there is one too',
      { ...stop('49000.1'), riskStop: '48000.1' },
      '0.07499995',
    ],
  ])('sizes by risk with %s', (_name, signal, volume) => {
    const result = decided(signal, { size: { kind: 'risk', percent: '1' } });
    expect(result.ok ? result.value.order.volume : result.error.sentence).toBe(volume);
  });

  it('is held to the types of the account, as orders of their own are', () => {
    const rails = { types: ['market' as const] };
    const refused = decided({}, { rails });
    expect(refused.ok ? '' : refused.error.sentence).toMatch(/^an order of type stop-loss may not/);
    const types = ['market' as const, 'stop-loss' as const];
    expect(decided({}, { rails: { types } }).ok).toBe(true);
    expect(decided({ type: 'limit', price: '49000' }, { rails: { types } }).ok).toBe(false);
  });

  it('takes a place among the open orders, though its entry rests for no moment', () => {
    const full = decided({}, { rails: { maxOpenOrders: 2 }, input: { openOrders: 2 } });
    expect(full.ok ? '' : full.error.code).toBe('too-many-open-orders');
    const room = decided({}, { rails: { maxOpenOrders: 2 }, input: { openOrders: 1 } });
    expect(room.ok).toBe(true);
  });
});
