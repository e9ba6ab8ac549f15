/** An amount of one currency, in the names that people use (`USD`, `BTC`), never Kraken's codes. */
import { parseDecimal, plain, type Decimal } from './decimal.ts';
import { err, ok, type Result } from './result.ts';

/** An amount with its currency. */
export interface Money {
  readonly amount: Decimal;
  readonly currency: string;
}

/** Money as it is kept in files and rows: `"500 USD"`. */
export type MoneyText = string;

/** Reads `"500 USD"`; the error says what would be right. */
export function parseMoney(text: string): Result<Money, string> {
  const [number, currency, ...rest] = text.split(' ');
  const amount = parseDecimal(number ?? '');
  if (rest.length > 0 || currency === undefined || !/^[A-Z][A-Z0-9]{1,9}$/.test(currency)) {
    return err('write an amount and a currency with one blank between, such as 500 USD');
  }
  if (!amount.ok) return amount;
  if (!amount.value.gt('0')) return err('the amount must be above zero, such as 500 USD');
  return ok({ amount: amount.value, currency });
}

/** `"500 USD"`. */
export function moneyText(money: Money): MoneyText {
  return `${plain(money.amount)} ${money.currency}`;
}
