/** The part of the schema that says who sends signals and what they may do. */
import * as v from 'valibot';
import type { Size } from '../../functions/core/config.ts';
import { AssertionError } from '../../functions/core/result.ts';
import { choice, pair, secretName } from './account-schema.ts';
import { isWhat, message } from './said.ts';
import {
  exactlyOne,
  list,
  NAME,
  named,
  scalar,
  section,
  word,
  write,
  type KeyForm,
} from './shapes.ts';
import { readAmount, readDuration, readMoney, readPercent } from './values.ts';
import { readAddress, readReference } from './words.ts';

const SIZES = [{ equity: '10%' }, { quote: '100 USD' }, { base: '0.01' }, 'signal'];

const fixedSize = v.pipe(
  section('A size that does not depend on the message.', {
    base: v.exactOptional(
      scalar(
        {
          description: 'Amount of the base asset.',
          examples: ['0.01'],
          pattern: '^[0-9]+(\\.[0-9]+)?$',
          type: ['number', 'string'],
        },
        readAmount,
      ),
    ),
    quote: v.exactOptional(
      scalar(
        {
          description: 'Value of the order.',
          examples: ['100 USD'],
          pattern: '^[0-9]+(\\.[0-9]+)? [A-Z][A-Z0-9]{1,9}$',
        },
        readMoney,
      ),
    ),
    equity: v.exactOptional(
      scalar(
        {
          description: "Share of the account's equity.",
          examples: ['10%'],
          pattern: '^[0-9]+(\\.[0-9]+)?%$',
        },
        readPercent,
      ),
    ),
  }),
  exactlyOne({ problem: 'names no size, or more than one', remedy: write(SIZES) }),
  v.metadata({ minProperties: 1, maxProperties: 1 }),
  v.transform((size): Size => {
    if (size.base !== undefined) return { kind: 'base', amount: size.base };
    if (size.equity !== undefined) return { kind: 'equity', percent: size.equity };
    const [amount, currency] = size.quote?.split(' ') ?? [];
    if (amount !== undefined && currency !== undefined) return { kind: 'quote', amount, currency };
    throw new AssertionError('expected that a size has exactly one key');
  }),
);

const signalSize = v.pipe(
  word({
    word: 'signal',
    description: 'The message says how much; the rails cap it.',
    remedy: write(SIZES),
  }),
  v.transform((kind): Size => ({ kind })),
);

const size = v.pipe(
  v.union([signalSize, fixedSize], (issue) =>
    message({ problem: `${isWhat(issue.input)}, not a size`, remedy: write(SIZES) }),
  ),
  v.metadata({ description: 'How much a signal trades.', examples: SIZES }),
);

const ADDRESSES = 'Write a list such as [203.0.113.7], or any.';

const address = scalar(
  {
    description: 'An IP address, or tradingview for its published four.',
    examples: ['203.0.113.7'],
  },
  readAddress,
);

const allowFrom = v.pipe(
  v.union(
    [
      word({ word: 'any', description: 'Any address.', remedy: ADDRESSES }),
      list({ description: 'Sender addresses.', example: ['203.0.113.7'], most: 100 }, address),
    ],
    (issue) =>
      message({ problem: `${isWhat(issue.input)}, not a list of addresses`, remedy: ADDRESSES }),
  ),
  v.metadata({ description: 'Addresses that may speak for this source.' }),
);

const reference = (description: string, example: string) =>
  scalar({ description, examples: [example] }, readReference);

const SYMBOL: KeyForm = {
  pattern: /^[A-Z0-9:._!/-]{1,96}$/,
  remedy: 'Write the symbol of the message in capitals, such as BINANCE:BTCUSDT.',
};

/** One source: who sends signals, for which accounts, how much. */
export const source = section('A sender of signals; one source speaks for one strategy.', {
  auth: choice('How its messages prove who sent them.', ['tradingview', 'standard-webhooks']),
  secret: v.exactOptional(
    secretName(
      'Secrets Manager name of its secrets; harpoon/sources/<name> when left out.',
      'harpoon/sources/btc-trend',
    ),
  ),
  accounts: list(
    { description: 'Accounts that trade its signals.', example: ['main'], most: 200 },
    reference('An account of this file.', 'main'),
  ),
  size,
  maxAge: v.exactOptional(
    scalar(
      {
        description: 'How old a signal may be and still open risk, from 1s to 1h.',
        examples: ['60s', '5m', '1h'],
        pattern: '^[1-9][0-9]*[smh]$',
      },
      readDuration,
    ),
    '60s',
  ),
  allowFrom: v.exactOptional(allowFrom),
  symbols: v.exactOptional(
    named(
      { description: 'Charts of other exchanges that may trade.', key: SYMBOL, most: 500 },
      pair,
    ),
  ),
  onUnplaced: v.exactOptional(
    choice('What to do when an order is proved not to be at Kraken.', ['notify', 'resend']),
    'notify',
  ),
  notify: v.exactOptional(
    list(
      { description: 'Channels that hear of it; all when left out.', example: ['me'], most: 50 },
      reference('A channel of this file.', 'me'),
    ),
  ),
});

/** The sources by name. */
export const sources = named({ description: 'Who sends signals.', key: NAME, most: 200 }, source);
