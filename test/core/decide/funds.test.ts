import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { decimal, roundUp } from '../../../functions/core/decimal.ts';
import {
  FEE_RESERVE_PERCENT,
  fundsRefusal,
  largestCost,
} from '../../../functions/core/decide/funds.ts';
import type { Action } from '../../../functions/core/signal.ts';
import { balancesOf, pairNamed } from '../market-fixture.ts';

function refused(side: Action, volume: string, balances: Readonly<Record<string, string>>) {
  const notional = decimal(volume).times('50000');
  const order = { side, pair: pairNamed('BTC/USD'), volume: decimal(volume), notional };
  return fundsRefusal(order, balancesOf(balances));
}

describe('funds', () => {
  it.each<[string, Action, string, Record<string, string>, boolean]>([
    ['cost and fee are there', 'buy', '0.01', { USD: '502' }, true],
    ['the fee is not', 'buy', '0.01', { USD: '501.99999' }, false],
    [
      'both are, but not once they are rounded up',
      'buy',
      '0.00009999',
      { USD: '5.0194989' },
      false,
    ],
    ['both are, rounded up', 'buy', '0.00009999', { USD: '5.0195' }, true],
    ['only the cost is', 'buy', '0.01', { USD: '500' }, false],
    ['nothing is', 'buy', '0.01', {}, false],
    ['the wrong currency is', 'buy', '0.01', { EUR: '10000', BTC: '10' }, false],
    ['what is sold is there', 'sell', '0.01', { BTC: '0.01' }, true],
    ['a little less is', 'sell', '0.01', { BTC: '0.00999999' }, false],
    ['a debt is', 'buy', '0.01', { USD: '-5' }, false],
  ])('%s: %s %s with %j passes: %s', (_name, side, volume, balances, passes) => {
    expect(refused(side, volume, balances) === undefined).toBe(passes);
  });

  it.each<[Action, Record<string, string>, string, string]>([
    ['buy', { USD: '100' }, '502', '99.60159'],
    ['buy', {}, '502', '0'],
    ['sell', { BTC: '0.005' }, '0.01', '0.005'],
  ])(
    'a %s with %j says that %s is needed and %s would pass',
    (side, balances, needed, wouldPass) => {
      const reason = refused(side, '0.01', balances);
      expect(reason).toMatchObject({ code: 'insufficient-funds', numbers: { needed, wouldPass } });
      expect(reason?.sentence).toContain(wouldPass === '0' ? 'add funds' : `at most ${wouldPass}`);
      expect(reason?.sentence.includes('% for the fee')).toBe(side === 'buy');
    },
  );

  it('what is held by open orders is not free', () => {
    const balances = new Map([['USD', { total: decimal('1000'), available: decimal('100') }]]);
    const pair = pairNamed('BTC/USD');
    const order = { pair, volume: decimal('0.01'), notional: decimal('500') };
    expect(fundsRefusal({ ...order, side: 'buy' }, balances)?.numbers?.['available']).toBe('100');
  });

  it('the largest cost always leaves enough for the fee', () => {
    const amounts = fc.bigInt({ min: -(10n ** 12n), max: 10n ** 24n });
    fc.assert(
      fc.property(amounts, (number) => {
        const available = decimal(`${number}e-12`);
        const pair = pairNamed('BTC/USD');
        const cost = largestCost(pair, new Map([['USD', { total: available, available }]]));
        const fee = cost.times(FEE_RESERVE_PERCENT).div('100');
        const held = roundUp(cost.plus(fee), pair.costDecimals);
        expect(cost.eq('0') || held.lte(available)).toBe(true);
      }),
    );
  });
});
