import { expect, it } from 'vitest';
import { moneyText, parseMoney } from '../../functions/core/money.ts';

it.each([
  ['500 USD', '500 USD'],
  ['0.50 BTC', '0.5 BTC'],
  ['1 USDT', '1 USDT'],
])('%s is money', (text, written) => {
  const money = parseMoney(text);
  expect(money.ok && moneyText(money.value)).toBe(written);
});

it.each([
  ...['', '500', 'USD', '500USD', '500  USD', '500 usd', '500 $', ' 500 USD', '500 USD '],
  ...['500 USD per day', '0 USD', '-5 USD', '1e3 USD', '1,000 USD', 'NaN USD', '500 U'],
  ...['500 USDX/EUR', '500 xUSD', '500 1USD'],
])('%j is no money, and the fault says what would be', (text) => {
  expect(parseMoney(text)).toMatchObject({
    ok: false,
    error: expect.stringMatching(/500 USD|0\.5/) as string,
  });
});
