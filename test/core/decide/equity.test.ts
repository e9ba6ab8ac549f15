import { describe, expect, it } from 'vitest';
import { plain } from '../../../functions/core/decimal.ts';
import { equityIn, equityPairs } from '../../../functions/core/decide/equity.ts';
import { balancesOf, TABLE, TICKERS } from '../market-fixture.ts';

const equityOf = (balances: Record<string, string>, currency = 'USD', tickers = TICKERS) => {
  const market = { pairs: TABLE, tickers };
  return equityIn(currency, { ...market, balances: balancesOf(balances) });
};

describe('equity', () => {
  it.each([
    [{ USD: '100' }, 'USD', '100'],
    [{ USD: '100', BTC: '0.1' }, 'USD', '5099.99'],
    [{ USD: '112', BTC: '0.1' }, 'EUR', '4599.9'],
    [{ USD: '100', FOO: '0' }, 'USD', '100'],
    [{}, 'USD', '0'],
    // A debt costs the ask.
    [{ BTC: '1', EUR: '-100' }, 'USD', '49887.9'],
  ])('of %j in %s is %s', (balances, currency, amount) => {
    const equity = equityOf(balances, currency);
    expect(equity.ok && plain(equity.value.amount)).toBe(amount);
    expect(equity.ok && equity.value.leftOut).toEqual([]);
  });

  it('leaves out what no pair values, by name', () => {
    const equity = equityOf({ USD: '100', FOO: '5', BAR: '1' });
    expect(equity.ok && [plain(equity.value.amount), equity.value.leftOut]).toEqual([
      '100',
      ['FOO', 'BAR'],
    ]);
  });

  it('is unknown, not smaller, while the price of an asset is missing', () => {
    const without = new Map([...TICKERS].filter(([name]) => name !== 'SOL/USD'));
    const refused = { code: 'no-market-data', sentence: expect.stringContaining('SOL') as string };
    expect(equityOf({ USD: '100', SOL: '5' }, 'USD', without)).toMatchObject({ error: refused });
  });

  it('needs the tickers of what is owned, and of nothing else', () => {
    const balances = balancesOf({ USD: '1', BTC: '1', DOGE: '0', SOL: '2', FOO: '3' });
    const names = equityPairs('EUR', balances, TABLE).map(({ name }) => name);
    expect(names).toEqual(['EUR/USD', 'BTC/EUR', 'SOL/EUR']);
  });
});
