/** The part of the schema that says what a paper account begins with and what its trades cost. */
import * as v from 'valibot';
import { HUNDRED, parseDecimal, plain, roundDown } from '../../functions/core/decimal.ts';
import { err, ok, type Result } from '../../functions/core/result.ts';
import type { Said } from './fault.ts';
import { isWhat } from './said.ts';
import { named, scalar, section } from './shapes.ts';

/**
 * The most decimals that Kraken keeps of an asset.
 * Source: `decimals` in https://docs.kraken.com/api/docs/rest-api/get-asset-info
 */
const FUND_DECIMALS = 10;

/** An asset in the names that people use. */
export const ASSET = /^[A-Z0-9]{1,15}x?$/;

/** Names of assets that one account may begin with. */
const MOST_ASSETS = 50;

/** `5000`, above zero, with no more decimals than Kraken keeps. */
export function readFund(text: string): Result<string, Said> {
  const number = parseDecimal(text);
  if (!number.ok) {
    const problem = `${isWhat(text)}: an amount here is a plain number`;
    const [, sure] = /^(\d+(?:\.\d+)?) [A-Z]+$/.exec(text) ?? [];
    const remedy = sure === undefined ? 'Write 5000.' : `Write ${sure}; the key says of what.`;
    return err({ problem, remedy });
  }
  const amount = number.value;
  if (!amount.gt('0')) {
    const problem = `${isWhat(text)}: an amount must be above zero`;
    return err({ problem, remedy: 'Write 5000, or take the asset out for none of it.' });
  }
  const rounded = roundDown(amount, FUND_DECIMALS);
  if (rounded.eq(amount)) return ok(plain(amount));
  const problem = `${isWhat(text)}: Kraken keeps at most ${FUND_DECIMALS} decimals`;
  return err({ problem, remedy: `Write ${rounded.gt('0') ? plain(rounded) : '0.1'}.` });
}

/** `0.4%` or `0.4`, from 0 to 100; the result is the number alone. A fee may be nothing. */
export function readFee(text: string): Result<string, Said> {
  const number = parseDecimal(text.replace(/ ?%$/, ''));
  if (!number.ok) {
    const problem = `${isWhat(text)}: a fee is a number of percent`;
    return err({ problem, remedy: 'Write 0.4%.' });
  }
  const percent = number.value;
  if (percent.gte('0') && percent.lte(HUNDRED)) return ok(plain(percent));
  const problem = `${isWhat(text)}: a fee must be at least 0% and at most 100%`;
  return err({ problem, remedy: 'Write 0.4%.' });
}

const fund = scalar(
  {
    description: 'What the account begins with of this asset.',
    examples: ['5000'],
    pattern: '^[0-9]+(\\.[0-9]{1,10})?$',
    type: ['number', 'string'],
  },
  readFund,
);

function fee(description: string, example: string) {
  const about = { description, examples: [example], pattern: '^[0-9]+(\\.[0-9]+)? ?%?$' };
  return v.exactOptional(scalar({ ...about, type: ['number', 'string'] }, readFee));
}

/** What a paper account begins with, and what its trades cost. */
export const paper = section('What a paper account begins with, and what its trades cost.', {
  funds: v.exactOptional(
    named(
      {
        description: 'What the account begins with, by asset; 10000 of each currency if left out.',
        key: {
          pattern: ASSET,
          remedy: 'Write the asset in capitals, in the name people use, such as USD or BTC.',
        },
        most: MOST_ASSETS,
      },
      fund,
    ),
  ),
  fees: v.exactOptional(
    section("Fees in percent of a trade's cost; Kraken's first tier where left out.", {
      taker: fee('Of an order that takes at once.', '0.4%'),
      maker: fee('Of an order that rested.', '0.25%'),
    }),
  ),
});
