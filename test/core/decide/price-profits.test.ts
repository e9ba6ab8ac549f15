import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { decimal, plain } from '../../../functions/core/decimal.ts';
import { decideOrder } from '../../../functions/core/decide/decide-order.ts';
import { priceOrder } from '../../../functions/core/decide/order-price.ts';
import { priceProfits } from '../../../functions/core/decide/price-profits.ts';
import type { Signal, SignalTakeProfit } from '../../../functions/core/signal.ts';
import { BUY, decisionInput, pairNamed, PAIRS, TICKERS, tickerOf } from '../market-fixture.ts';

const LIMIT = { type: 'limit', price: '49000' } as const;
const SHORT = { action: 'sell', leverage: '2' } as const;

/** `50@+2%`, or `+2%` for all of it. */
const at = (...texts: readonly string[]): { takeProfits: readonly SignalTakeProfit[] } => ({
  takeProfits: texts.map((text) => {
    const [price = '', share = '100'] = text.split('@').reverse();
    return { price, share };
  }),
});

interface Given {
  readonly name?: string;
  readonly ticker?: ReturnType<typeof tickerOf>;
  readonly volume?: string;
}

function priced(signal: Partial<Signal>, given: Given = {}) {
  const { name = 'BTC/USD', volume = '1' } = given;
  const [pair, ticker] = [pairNamed(name), given.ticker ?? TICKERS.get(name)];
  const whole = { ...BUY, ...at('+2%'), ...signal };
  const entry = priceOrder(whole, pair, ticker);
  if (!entry.ok) throw new Error(entry.error.sentence);
  return priceProfits(whole, entry.value, { pair, ticker, volume: decimal(volume) });
}

/** `50@51000`, or the sentence of the refusal. */
function profitsOf(signal: Partial<Signal>, given?: Given): readonly string[] | string {
  const result = priced(signal, given);
  if (!result.ok) return `${result.error.code}: ${result.error.sentence}`;
  return (result.value?.takeProfits ?? []).map(({ price, share }) => `${share}@${price}`);
}

describe('the take-profits of an order', () => {
  it('are none where none are asked for', () => {
    const entry = priceOrder(BUY, pairNamed('BTC/USD'), TICKERS.get('BTC/USD'));
    const facts = { pair: pairNamed('BTC/USD'), ticker: undefined, volume: decimal('1') };
    expect(entry.ok && priceProfits(BUY, entry.value, facts)).toEqual({
      ok: true,
      value: undefined,
    });
  });

  it.each<[string, Partial<Signal>]>([
    ['a sale that only reduces', { action: 'sell', reduceOnly: true }],
    ['a planned exit of a short', { leverage: '2', reduceOnly: true }],
    ['a sale of a strategy that is flat then', { action: 'sell', marketPosition: 'flat' }],
    ['a buy that is told to only reduce', { reduceOnly: true }],
  ])('are none of %s', (_name, signal) => {
    expect(priced(signal)).toEqual({ ok: true, value: undefined });
  });

  // The ask is 50000.1, the bid 49999.9, the last price 50000, the tick 0.1.
  it.each<[string, Partial<Signal>, readonly string[]]>([
    ['a price', at('52000'), ['100@52000']],
    ['a price off the tick, which wins more', at('52000.01'), ['100@52000.1']],
    ['a percentage of the ask', at('+2%'), ['100@51000.2']],
    ['a length from the ask', at('+500'), ['100@50500.1']],
    ['ticks from the ask', at('+50 ticks'), ['100@50005.1']],
    ['a percentage of the limit', { ...LIMIT, ...at('+2%') }, ['100@49980']],
    ['one that a limit which rests waits for', { ...LIMIT, ...at('49000.1') }, ['100@49000.1']],
    ['a short: below the bid', { ...SHORT, ...at('-2%') }, ['100@48999.9']],
    ['a short: a price off the tick', { ...SHORT, ...at('48000.09') }, ['100@48000']],
    ['a short: ticks', { ...SHORT, ...at('-50 ticks') }, ['100@49994.9']],
    ['a part of it', at('40@+2%'), ['40@51000.2']],
    ['several', at('30@50500', '30@+2%', '40@52000'), ['30@50500', '30@51000.2', '40@52000']],
    ['several of a short', { ...SHORT, ...at('50@49000', '50@48000') }, ['50@49000', '50@48000']],
    [
      'of a stop entry: above its trigger',
      { type: 'stop-loss', price: '51000', ...at('+1%') },
      ['100@51510'],
    ],
    [
      'of an entry that waits for a fall: below the market of now',
      { type: 'take-profit', price: '49000', ...at('49500') },
      ['100@49500'],
    ],
    ['ten times the last price', at('500000'), ['100@500000']],
  ])('%s', (_name, signal, expected) => {
    expect(profitsOf(signal)).toEqual(expected);
  });

  it.each<[string, Partial<Signal>, RegExp]>([
    [
      'at the entry',
      at('50000.1'),
      /^bad-price: take-profit 1 of this buy must be above the entry of BTC\/USD, .* it is 50000.1 and the entry 50000.1; write a takeProfit above it/,
    ],
    ['below the entry', { ...LIMIT, ...at('48000') }, /above the entry .* entry 49000;/],
    [
      'above the entry of a short',
      { ...SHORT, ...at('50100') },
      /this sell must be below the entry/,
    ],
    ['at the entry of a short', { ...SHORT, ...at('49999.9') }, /below the entry .* 49999.9;/],
    [
      'at the one before it',
      at('50@51000', '50@51000'),
      /^bad-price: take-profit 1 is at 51000 and the one after it at 51000, which is not above it: write the take-profits in the order/,
    ],
    ['below the one before it', at('50@52000', '50@51000'), /not above it/],
    [
      'below the second of three',
      at('30@51000', '30@53000', '40@52000'),
      /take-profit 2 is at 53000 and the one after it at 52000/,
    ],
    [
      'of a short, above the one before it',
      { ...SHORT, ...at('50@48000', '50@49000') },
      /not below/,
    ],
    ['so far away that it is a mistake', at('500000.1'), /^bad-price: .* more than 10 times away/],
    [
      'of nothing',
      { ...SHORT, ...at('-60000') },
      /take-profit 1 -10000.1 is more than 10 times away/,
    ],
    ['that is unreadable', at('soon'), /^bad-price: take-profit 1 is not readable/],
  ])('are refused with their numbers: %s', (_name, signal, sentence) => {
    expect(profitsOf(signal)).toMatch(sentence);
  });

  it('are refused where a market order would sell at once', () => {
    const risen = tickerOf('49999.9', '50000.1', '50010');
    expect(profitsOf(at('50010'), { ticker: risen })).toMatch(
      /^bad-price: take-profit 1 of this buy must be above the last price of BTC\/USD, or it would sell at once: it is 50010 and the last price 50010; write a takeProfit above it/,
    );
    const refused = priced(at('50010'), { ticker: risen });
    expect(refused.ok ? {} : refused.error.numbers).toEqual({
      takeProfit: '50010',
      bound: '50010',
    });
    expect(profitsOf(at('50010.1'), { ticker: risen })).toEqual(['100@50010.1']);
    const fallen = tickerOf('49999.9', '50000.1', '49990');
    expect(profitsOf({ ...SHORT, ...at('49990') }, { ticker: fallen })).toMatch(
      /this sell must be below the last price .*write a takeProfit below it/,
    );
    expect(profitsOf({ ...SHORT, ...at('49989.9') }, { ticker: fallen })).toEqual(['100@49989.9']);
  });

  it('are refused where a tick is so large that nothing is left', () => {
    const ticker = tickerOf('0.25', '0.25', '0.25');
    const odd = { name: 'ODD/USD', ticker, volume: '1000' };
    const signal = { ...SHORT, type: 'limit', price: '0.25' } as const;
    expect(profitsOf({ ...signal, ...at('0.2') }, odd)).toMatch(/take-profit 1 0 is more than/);
  });

  it('need the last price', () => {
    const result = priced({}, { ticker: tickerOf('49999.9', '50000.1', '0') });
    expect(result.ok ? 'priced' : result.error.code).toBe('no-market-data');
    const facts = { pair: pairNamed('BTC/USD'), ticker: undefined, volume: decimal('1') };
    const atPrice = decimal('50000');
    const unseen = priceProfits({ ...BUY, ...at('+2%') }, { atPrice, steps: [] }, facts);
    expect(unseen.ok ? 'priced' : unseen.error.code).toBe('no-market-data');
  });

  it.each<[string, Partial<Signal>, object]>([
    ['the entry', at('50000'), { takeProfit: '50000', bound: '50000.1' }],
    ['the one before', at('50@52000', '50@51000'), { takeProfit: '51000', before: '52000' }],
  ])('are refused with the figures of %s', (_name, signal, numbers) => {
    const result = priced(signal);
    expect(result.ok ? {} : result.error.numbers).toEqual(numbers);
  });

  it('say how they were computed, and what each sells', () => {
    const result = priced(at('33.3@+2%', '50@52000'), { volume: '0.01000001' });
    expect(result.ok && result.value?.steps).toEqual([
      { step: 'take-profit 1, +2% from the entry 50000.1', value: '51000.102 USD' },
      { step: 'rounded up to the tick 0.1', value: '51000.2 USD' },
      { step: 'take-profit 1: 33.3% at 51000.2 USD', value: '0.00333 BTC' },
      { step: 'take-profit 2', value: '52000 USD' },
      { step: 'take-profit 2: 50% at 52000 USD', value: '0.005 BTC' },
    ]);
    const short = priced({ ...SHORT, ...at('48000.09') });
    expect(short.ok && short.value?.steps[1]?.step).toBe('rounded down to the tick 0.1');
  });

  it('win no less than was asked for, on the winning side, on whatever tick', () => {
    const cents = fc.integer({ min: 1, max: 8_000 });
    let [runs, seen] = [0, 0];
    fc.assert(
      fc.property(cents, fc.constantFrom('BTC/USD', 'ODD/USD', 'SOL/USD'), (hundredths, name) => {
        const percent = (hundredths / 100).toFixed(2);
        const { ask, bid } = TICKERS.get(name)!;
        runs += 1;
        for (const side of [{ action: 'buy' }, SHORT] as const) {
          const [entry, sign] = side.action === 'buy' ? [ask, '+'] : [bid, '-'];
          const result = priced({ ...side, ...at(`${sign}${percent}%`) }, { name, volume: '100' });
          if (!result.ok || result.value === undefined) continue;
          seen += 1;
          const price = decimal(result.value.takeProfits[0]!.price);
          const won = side.action === 'buy' ? price.minus(entry) : entry.minus(price);
          expect(won.gt('0') && won.gte(entry.times(percent).times('0.01'))).toBe(true);
          const tick = pairNamed(name).tickSize;
          expect(price.div(tick).mod('1').eq('0')).toBe(true);
          // And no more than a tick above it.
          expect(won.minus(entry.times(percent).times('0.01')).lt(tick)).toBe(true);
        }
      }),
    );
    expect(seen).toBeGreaterThan(runs);
  });
});

describe('the shares of take-profits', () => {
  // The smallest order of BTC/USD is 0.0001 BTC worth 0.5 USD; that of ODD/USD 0.015 worth 7 USD.
  it.each<[string, Partial<Signal>, Given]>([
    ['of halves that are just enough', at('50@51000', '50@52000'), { volume: '0.0002' }],
    ['of all, whatever was rounded down', at('100@51000'), { volume: '0.0001' }],
    ['with a rest that is just enough', at('50@51000'), { volume: '0.0002' }],
    ['by cost', at('50@+10%'), { name: 'ODD/USD', volume: '1.38' }],
  ])('may be orders of their own: %s', (_name, signal, given) => {
    expect(priced(signal, given).ok).toBe(true);
  });

  it.each<[string, Partial<Signal>, Given, RegExp, object]>([
    [
      'one below the minimum',
      at('40@51000', '60@52000'),
      { volume: '0.0002' },
      /^too-small: take-profit 1 would be 40% of 0.0002 BTC, which is 0.00008 and below Kraken's smallest order of BTC\/USD \(0.0001 BTC worth 0.5 USD\): write fewer take-profits with larger shares, or a size of at least 0.00025 BTC, about 12.50003 USD\.$/,
      { volume: '0.0002', share: '40', sells: '0.00008', minimum: '0.0001', wouldPass: '0.00025' },
    ],
    [
      'the second one',
      at('60@51000', '40@52000'),
      { volume: '0.0002' },
      /^too-small: take-profit 2 would be 40%/,
      { share: '40' },
    ],
    [
      'the smallest says from which size on all are enough',
      at('40@51000', '10@52000', '50@53000'),
      { volume: '0.0002' },
      /take-profit 1 would be 40% .* at least 0.001 BTC/,
      { wouldPass: '0.001' },
    ],
    [
      'what is left over',
      at('60@51000'),
      { volume: '0.0002' },
      /^too-small: what is left over would be 40% of 0.0002 BTC, which is 0.00008 and .* at least 0.00025 BTC/,
      { share: '40', sells: '0.00008' },
    ],
    [
      'rounded down below the minimum',
      at('50@51000', '50@52000'),
      { volume: '0.00019999' },
      /which is 0.00009999 and/,
      { wouldPass: '0.0002' },
    ],
    [
      // 11.275 is rounded up to 11.5, where 0.61 ODD are worth 7 USD.
      'by cost',
      at('10@+10%'),
      { name: 'ODD/USD', volume: '1.37' },
      /^too-small: take-profit 1 would be 10% of 1.37 ODD, which is 0.13 and .*worth 7 USD.* at least 6.1 ODD, about 62.525 USD/,
      { minimumCost: '7', wouldPass: '6.1' },
    ],
    [
      'what is left over by cost, valued at the entry',
      at('50@+20%'),
      { name: 'ODD/USD', volume: '1.36' },
      /^too-small: what is left over would be 50% of 1.36 ODD, which is 0.68/,
      { sells: '0.68', wouldPass: '1.38' },
    ],
  ])('are refused with their numbers: %s', (_name, signal, given, sentence, numbers) => {
    expect(profitsOf(signal, given)).toMatch(sentence);
    const result = priced(signal, given);
    expect(result.ok ? {} : result.error.numbers).toMatchObject(numbers);
  });

  it('are each enough in the size that the refusal names', () => {
    const share = fc.integer({ min: 1, max: 330 }).map((tenths) => (tenths / 10).toFixed(1));
    let [runs, refused] = [0, 0];
    fc.assert(
      fc.property(
        fc.tuple(share, share, share),
        fc.integer({ min: 1, max: 400 }),
        fc.constantFrom('BTC/USD', 'ODD/USD', 'XTZ/USD'),
        (shares, hundredths, name) => {
          const signal = at(...shares.map((one, index) => `${one}@+${(index + 2) * 20}%`));
          const volume = (hundredths / 100).toFixed(2);
          const small = priced(signal, { name, volume });
          runs += 1;
          if (small.ok) return;
          refused += 1;
          const wouldPass = small.error.numbers?.['wouldPass'] ?? '0';
          expect(priced(signal, { name, volume: wouldPass }).ok).toBe(true);
        },
      ),
    );
    // A law about sizes that are all enough would say nothing.
    expect(refused).toBeGreaterThan(runs / 5);
  });
});

describe('a decision with take-profits', () => {
  const decided = (signal: Partial<Signal>) => decideOrder(decisionInput({ signal }));

  it('has them with their prices, and its steps name each after the size', () => {
    const result = decided(at('50@+2%', '50@52000'));
    if (!result.ok) throw new Error(result.error.sentence);
    const { order, decision } = result.value;
    expect(decision.takeProfits).toEqual([
      { price: '51000.2', share: '50' },
      { price: '52000', share: '50' },
    ]);
    // 500 USD at 50000.1.
    expect(order).toMatchObject({ volume: '0.00999998' });
    expect(order.close).toBeUndefined();
    const steps = decision.steps.map(({ step, value }) => `${step}: ${value}`);
    expect(steps.slice(-2)).toEqual([
      'take-profit 2: 52000 USD',
      'take-profit 2: 50% at 52000 USD: 0.00499999 BTC',
    ]);
  });

  it('keeps its stop beside them', () => {
    const stop = { type: 'stop-loss', price: '-2%' } as const;
    const result = decided({ ...at('+2%'), stop, breakEven: true });
    expect(result.ok && result.value.order.close?.price).toBe('49000.1');
    expect(result.ok && result.value.decision.takeProfits).toEqual([
      { price: '51000.2', share: '100' },
    ]);
  });

  it('has none where none are asked for, and none that only leaves', () => {
    for (const signal of [{}, { ...at('+2%'), action: 'sell', reduceOnly: true } as const]) {
      const result = decided(signal);
      expect(result.ok && 'takeProfits' in result.value.decision).toBe(false);
      expect(result.ok).toBe(true);
    }
  });

  it('is refused with them', () => {
    const result = decided(at('49000'));
    expect(result.ok ? 'decided' : result.error.code).toBe('bad-price');
  });

  it('knows every pair of the fixture', () => {
    for (const { name } of PAIRS) {
      const far = plain(TICKERS.get(name)!.ask.times('1.5'));
      expect(profitsOf(at(far), { name, volume: '1000' })).toHaveLength(1);
    }
  });
});
