import { describe, expect, it } from 'vitest';
import { decimal, plain } from '../../../functions/core/decimal.ts';
import { withReleased, type Released } from '../../../functions/core/decide/released-funds.ts';
import { TABLE } from '../market-fixture.ts';

const amount = (total: string, available: string) => {
  return { total: decimal(total), available: decimal(available) };
};
const BALANCES = new Map([
  ['BTC', amount('1', '0.2')],
  ['USD', amount('1000', '100')],
  ['ETH', amount('3', '3')],
]);
const order = (side: 'buy' | 'sell', rest: string, price?: string): Released => {
  return { side, rest: decimal(rest), ...(price === undefined ? {} : { price }) };
};

describe('what is free when orders go', () => {
  it.each<[string, readonly Released[], string, string]>([
    ['nothing more without one', [], '0.2', '100'],
    ['the coins that a sale holds', [order('sell', '0.5', '40000')], '0.7', '100'],
    ['what a purchase would have cost', [order('buy', '0.01', '30000')], '0.2', '400'],
    ['what all of them hold', [order('sell', '0.1'), order('sell', '0.2')], '0.5', '100'],
    ['no more than there is', [order('sell', '5'), order('buy', '1', '50000')], '1', '1000'],
    ['nothing known of a purchase at the market', [order('buy', '0.01')], '0.2', '100'],
  ])('is %s', (_what, orders, base, quote) => {
    const pair = TABLE.byAnyName('BTC/USD');
    if (pair === undefined) throw new Error('the pair is listed');
    const free = withReleased(BALANCES, pair, orders);
    const freeOf = (asset: string) => plain(free.get(asset)?.available ?? decimal('0'));
    expect([freeOf('BTC'), freeOf('USD'), freeOf('ETH')]).toEqual([base, quote, '3']);
    expect(plain(free.get('BTC')?.total ?? decimal('0'))).toBe('1');
  });

  it('is nothing of what the account does not have', () => {
    const pair = TABLE.byAnyName('BTC/USD');
    if (pair === undefined) throw new Error('the pair is listed');
    expect(withReleased(new Map(), pair, [order('sell', '1')]).size).toBe(0);
  });
});
