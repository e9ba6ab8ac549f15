/** The part of the schema that says who trades and within which limits. */
import * as v from 'valibot';
import { paper } from './paper-schema.ts';
import { list, scalar, section } from './shapes.ts';
import { ORDER_TYPES } from '../../functions/core/message/order-terms.ts';
import { readCount, readDuration, readMoney, readPercent } from './values.ts';
import { readChoice, readPair, readSecretName } from './words.ts';

const MONEY = {
  examples: ['500 USD'],
  pattern: '^[0-9]+(\\.[0-9]+)? [A-Z][A-Z0-9]{1,9}$',
} as const;

const PERCENT = { examples: ['0.5%'], pattern: '^[0-9]+(\\.[0-9]+)?%$' } as const;

const COUNT = { pattern: '^[1-9][0-9]*$', type: ['integer', 'string'] } as const;

function money(description: string) {
  return v.exactOptional(scalar({ description, ...MONEY }, readMoney));
}

function percent(description: string) {
  return v.exactOptional(scalar({ description, ...PERCENT }, readPercent));
}

function count(limits: { readonly most: number; readonly example: string }, description: string) {
  const about = { description, examples: [limits.example], ...COUNT };
  return v.exactOptional(scalar(about, readCount(limits.most)));
}

/** Name of a secret in Secrets Manager. */
export function secretName(description: string, example: string) {
  const about = { description, examples: [example], pattern: '^[A-Za-z0-9/_+=.@-]{1,512}$' };
  return scalar(about, readSecretName);
}

/** One of a few words. */
export function choice<const T extends string>(description: string, choices: readonly T[]) {
  const about = { description, examples: choices.slice(0, 1), enum: choices };
  return scalar(about, readChoice(choices));
}

/** A canonical pair. */
export const pair = scalar(
  {
    description: 'A pair in the names people use.',
    examples: ['BTC/USD'],
    pattern: '^[A-Z0-9]{1,15}x?/[A-Z][A-Z0-9]{1,9}$',
  },
  readPair,
);

/** Limits that refuse an order. A limit that is left out does not limit. */
export const rails = section('Limits that refuse an order.', {
  pairs: list(
    { description: 'Pairs that may be traded; nothing else is.', example: ['BTC/USD'], most: 200 },
    pair,
  ),
  maxOrder: money('Largest value of one order.'),
  maxPosition: money('Largest value held in one pair after an order.'),
  maxDaily: money('Sum of all orders that add risk, per UTC day.'),
  maxOrdersPerHour: count(
    { most: 10_000, example: '20' },
    'Orders that add risk, per UTC clock hour.',
  ),
  maxDailyLoss: money("Fall of the account's equity since its first order of the UTC day."),
  maxSpread: percent('Widest spread between bid and ask, as a share of the mid price.'),
  maxPriceDeviation: percent("Largest distance of an order's price from the live price."),
  sides: v.exactOptional(
    list(
      { description: 'Sides that may add risk; both when left out.', example: ['buy'], most: 2 },
      choice('A side.', ['buy', 'sell']),
    ),
  ),
  types: v.exactOptional(
    list(
      {
        description:
          'Order types that may add risk; all that the source may ask for when left out.',
        example: ['market', 'limit'],
        most: ORDER_TYPES.length,
      },
      choice('An order type.', ORDER_TYPES),
    ),
  ),
  maxOpenOrders: count(
    { most: 1_000, example: '10' },
    'Orders that may be open at Kraken on the account, whoever placed them.',
  ),
  cooldown: v.exactOptional(
    scalar(
      {
        description:
          'Time after an order that adds risk in which its source opens no other, from 1s to 1h.',
        examples: ['30s', '5m'],
        pattern: '^[1-9][0-9]*[smh]$',
      },
      readDuration,
    ),
  ),
  maxConsecutiveFailures: count(
    { most: 100, example: '3' },
    "Refusals and unknown outcomes in a row that switch the account's new risk off.",
  ),
});

/** One account: a Kraken API key pair with its rails. */
export const account = section('A Kraken account with its limits.', {
  exchange: v.exactOptional(choice('Where it trades.', ['kraken-spot']), 'kraken-spot'),
  mode: choice(
    'paper: simulated fills; validate: Kraken checks the order and places nothing; live: trades.',
    ['paper', 'validate', 'live'],
  ),
  secret: v.exactOptional(
    secretName('Secrets Manager name of the key pairs; not needed for paper.', 'harpoon/main'),
  ),
  rails: v.exactOptional(rails),
  paper: v.exactOptional(paper),
});
