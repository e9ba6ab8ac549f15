/** The part of the schema that says who sends signals and what they may do. */
import * as v from 'valibot';
import { ORDER_TYPES } from '../../functions/core/message/order-terms.ts';
import { choice, pair, secretName } from './account-schema.ts';
import { auth } from './auth-schema.ts';
import { map } from './map-schema.ts';
import { isWhat, message } from './said.ts';
import { list, NAME, named, scalar, section, word, type KeyForm } from './shapes.ts';
import { size } from './size-schema.ts';
import { readEvery } from './silence-value.ts';
import { readDuration, readLeverage, readPercent, readYesNo } from './values.ts';
import { readAddress, readReference } from './words.ts';

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

const allow = section('What its messages may ask for.', {
  types: v.exactOptional(
    list(
      {
        description: 'Order types that its messages may ask for.',
        example: ['market', 'limit', 'stop-loss'],
        most: ORDER_TYPES.length,
      },
      choice('An order type.', ORDER_TYPES),
    ),
  ),
  leverage: v.exactOptional(
    scalar(
      {
        description: 'Largest leverage that its messages may ask for.',
        examples: ['2'],
        pattern: '^[0-9]+(\\.[0-9]+)?$',
        type: ['number', 'string'],
      },
      readLeverage,
    ),
  ),
  flatten: v.exactOptional(
    scalar(
      {
        description: 'Whether a halt of this source may sell what its accounts hold.',
        examples: ['true'],
        type: ['boolean'],
      },
      readYesNo,
    ),
  ),
});

const heartbeat = section('How long it may be silent.', {
  every: scalar(
    {
      description:
        'Longest time between two of its messages, from 3m to 31d, or in bars of its chart.',
      examples: ['75m', '3 bars of 15m', '2d'],
      pattern: '^[1-9][0-9]*([smhd]| bars? of [1-9][0-9]*[mhd])$',
    },
    readEvery,
  ),
  onSilence: v.exactOptional(
    choice('What is done when it is silent for longer.', ['notify', 'cancel-entries']),
    'notify',
  ),
});

/** One source: who sends signals, for which accounts, how much. */
export const source = section('A sender of signals; one source speaks for one strategy.', {
  auth,
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
  target: v.exactOptional(
    scalar(
      {
        description:
          "Its messages say where the strategy stands (long 0.5, flat); each order is the difference to the strategy's book.",
        examples: ['true'],
        type: ['boolean'],
      },
      readYesNo,
    ),
  ),
  roundUpWithin: v.exactOptional(
    scalar(
      {
        description:
          "A size below Kraken's minimum is raised to it when that adds at most so much.",
        examples: ['5%'],
        pattern: '^[0-9]+(\\.[0-9]+)?%$',
      },
      readPercent,
    ),
  ),
  allow: v.exactOptional(allow),
  map: v.exactOptional(map),
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
  heartbeat: v.exactOptional(heartbeat),
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
  onDrift: v.exactOptional(
    choice(
      'What to do where the book is not where the strategy says it stands: tell, carry the claim out once more, or sell what it owns.',
      ['notify', 'follow', 'flatten'],
    ),
  ),
  tellFills: v.exactOptional(
    choice('Which fills of its orders are told: each part, the end of each order, none.', [
      'all',
      'ends',
      'none',
    ]),
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
