/**
 * From setting, message and account to the order, as a trader reads it. BTC/USD stands at 49999.9
 * to 50000.1 with a last price of 50000; Kraken takes 0.0001 BTC and 0.5 USD or more, in steps of
 * 0.00000001 BTC and 0.1 USD. ODD/USD stands at 9.75 to 10.25, last 10; Kraken takes 0.015 ODD and
 * 7 USD or more, in steps of 0.01 ODD and 0.25 USD.
 */
import { describe, expect, it } from 'vitest';
import type { Size, Source } from '../../../functions/core/config.ts';
import { decideOrder } from '../../../functions/core/decide/decide-order.ts';
import { decimal } from '../../../functions/core/decimal.ts';
import type { Order } from '../../../functions/core/order.ts';
import type { Signal, SignalSize } from '../../../functions/core/signal.ts';
import { decisionInput, PAIRS, SOURCE, TABLE } from '../market-fixture.ts';
import { pairTable } from '../../../functions/core/market/pair-table.ts';

/** `0.5 base`, `100 USD`, `10% equity`, `message`; with `, up 20%` sizes are raised to the minimum. */
function settingOf(text: string): Source {
  const [size = '', up] = text.split(', up ');
  const raise = up === undefined ? {} : { roundUpWithin: up.replace('%', '') };
  return { ...SOURCE, size: sizeOf(size), ...raise };
}

function sizeOf(text: string): Size {
  if (text === 'message') return { kind: 'signal' };
  const [amount = '', unit = ''] = text.split(' ');
  if (unit === 'base') return { kind: 'base', amount };
  if (!amount.endsWith('%')) return { kind: 'quote', amount, currency: unit };
  const kind = unit as 'equity' | 'available' | 'position' | 'risk';
  return { kind, percent: amount.replace('%', '') };
}

function wishOf(text: string): SignalSize {
  const size = sizeOf(text);
  if (size.kind === 'base') return { unit: 'base', amount: size.amount };
  if (size.kind === 'quote') return { ...size, unit: 'quote' };
  if (size.kind === 'signal') throw new Error('a message says a size');
  return { unit: size.kind === 'equity' ? 'percent' : size.kind, amount: size.percent };
}

/** `buy limit, price 49000, size 10% equity`. */
function signalOf(text: string): Partial<Signal> {
  const [head = '', ...fields] = text.split(', ');
  const [action, type = 'market', symbol = 'BTCUSD'] = head.split(' ');
  const said = fields.map((field): [string, unknown] => {
    const [name = '', ...rest] = field.split(' ');
    const value = rest.join(' ');
    if (name === 'size') return [name, wishOf(value)];
    return [name, value === '' ? true : value];
  });
  return { action, type, symbol, ...Object.fromEntries(said) } as Partial<Signal>;
}

/** `10000 USD, 0.1 BTC`; `0.1 BTC of which 0.04 free`. */
function balancesOf(text: string) {
  return new Map(
    text.split(', ').map((one) => {
      const [amount = '0', asset = '', , , free = amount] = one.split(' ');
      return [asset, { total: decimal(amount), available: decimal(free) }];
    }),
  );
}

function written({ side, type, volume, price, price2, displayVolume, leverage }: Order): string {
  const at = price === undefined ? '' : ` ${price}`;
  const limit = price2 === undefined ? '' : ` -> ${price2}`;
  const shown = displayVolume === undefined ? '' : ` showing ${displayVolume}`;
  return `${side} ${volume} ${type}${at}${limit}${shown}${leverage === undefined ? '' : ` x${leverage}`}`;
}

const MARGIN = pairTable(
  PAIRS.map((pair) => ({ ...pair, leverageBuy: [2, 3], leverageSell: [2] })),
);

function outcome(setting: string, message: string, account: string): string {
  const decided = decideOrder(
    decisionInput({
      signal: signalOf(message),
      input: {
        source: settingOf(setting),
        balances: balancesOf(account),
        pairs: message.includes('leverage') ? MARGIN : TABLE,
      },
    }),
  );
  return decided.ok ? written(decided.value.order) : decided.error.sentence;
}

const RICH = '10000 USD, 0.1 BTC';

type Row = readonly [setting: string, message: string, account: string, outcome: string];

function table(rows: readonly Row[]): void {
  it.each(rows)('%s | %s | %s -> %s', (setting, message, account, expected) => {
    expect(outcome(setting, message, account)).toBe(expected);
  });
}

describe('an amount', () => {
  table([
    ['0.01 base', 'buy', RICH, 'buy 0.01 market'],
    ['0.012345678999 base', 'buy', RICH, 'buy 0.01234567 market'],
    ['500 USD', 'buy', RICH, 'buy 0.00999998 market'],
    ['500 USD', 'sell', RICH, 'sell 0.01000002 market'],
    ['500 USD', 'buy limit, price 49000.17', RICH, 'buy 0.01020406 limit 49000.1'],
    ['500 USD', 'sell limit, price 51000.17', RICH, 'sell 0.00980388 limit 51000.2'],
    ['500 EUR', 'buy', RICH, 'buy 0.01099997 market'],
    ['500 USD', 'buy, size 2 base', RICH, 'buy 0.00999998 market'],
    ['message', 'buy, size 0.02 base', RICH, 'buy 0.02 market'],
    ['message', 'buy, size 250 USD', RICH, 'buy 0.00499999 market'],
    [
      'message',
      'buy',
      RICH,
      'the source takes its size from the message: write "size": "0.5", "10%" or "100 USD".',
    ],
    [
      '1 base',
      'buy',
      RICH,
      'the order needs 50200.1004 USD with 0.4 % for the fee and 10000 USD are free: send a size of at most 9960.15936 USD, or add funds.',
    ],
    [
      '10000 USD',
      'buy',
      RICH,
      'the order needs 10040 USD with 0.4 % for the fee and 10000 USD are free: send a size of at most 9960.15936 USD, or add funds.',
    ],
    [
      '0.2 base',
      'sell',
      RICH,
      'the order needs 0.2 BTC and 0.1 BTC are free: send a size of at most 0.1 BTC, or add funds.',
    ],
    ['0.2 base', 'sell, reduceOnly', RICH, 'sell 0.1 market'],
  ]);
});

describe('a share', () => {
  table([
    ['10% equity', 'buy', RICH, 'buy 0.02999992 market'],
    ['100% equity', 'buy', RICH, 'buy 0.19920278 market'],
    ['20% equity', 'sell', RICH, 'sell 0.06000008 market'],
    ['50% available', 'buy', RICH, 'buy 0.0999998 market'],
    ['100% available', 'buy', RICH, 'buy 0.19920278 market'],
    ['100% available', 'buy limit, price 40000', RICH, 'buy 0.24900398 limit 40000'],
    ['50% available', 'sell', RICH, 'sell 0.05 market'],
    [
      '100% available',
      'buy',
      '0 USD, 0.1 BTC',
      'no USD is free, so there is no share of it: add funds, or cancel orders that hold some.',
    ],
    ['100% position', 'sell', RICH, 'sell 0.1 market'],
    ['25% position', 'sell', RICH, 'sell 0.025 market'],
    ['100% position', 'sell', '10000 USD, 0.1 BTC of which 0.04 free', 'sell 0.04 market'],
    ['50% position', 'buy', RICH, 'buy 0.05 market'],
    [
      '100% position',
      'sell',
      '10000 USD',
      'the account holds no BTC, so there is no share of it: write the size as an amount, such as "0.5" or "100 USD".',
    ],
    [
      'message',
      'buy, size 101% available',
      RICH,
      '101 % of what is free is more than there is: write at most 100 %.',
    ],
  ]);
});

describe('a share of the equity to be lost at the stop', () => {
  table([
    ['1% risk', 'buy, riskStop 49000', RICH, 'buy 0.1499849 market'],
    ['1% risk', 'buy limit, price 49500, riskStop 49000', RICH, 'buy 0.20121534 limit 49500'],
    ['1% risk', 'buy, riskStop -4%', RICH, 'buy 0.0749962 market'],
    ['1% risk', 'buy, riskStop 49990', RICH, 'buy 0.19920278 market'],
    ['message', 'buy, size 0.5% risk, riskStop 48000', RICH, 'buy 0.0374981 market'],
    [
      '1% risk',
      'buy',
      RICH,
      'a size by risk needs the price at which you would get out: write "riskStop": "95000".',
    ],
    [
      '1% risk',
      'buy, riskStop 50001',
      RICH,
      'the size by risk needs a stop below the entry of BTC/USD: riskStop is 50001 and the entry 50000.1; write a riskStop below it.',
    ],
    [
      '1% risk',
      'sell, riskStop 51000',
      RICH,
      'a sale of what is held opens no risk to size by: write the size as "100% position", or as an amount.',
    ],
  ]);
});

describe('a size below the smallest order', () => {
  table([
    [
      '0.00009 base',
      'buy',
      RICH,
      `the size 0.00009 BTC, rounded down to 0.00009, is below Kraken's smallest order of BTC/USD (0.0001 BTC worth 0.5 USD): send at least 0.0001 BTC, about 5.00001 USD.`,
    ],
    ['0.00009 base, up 20%', 'buy', RICH, 'buy 0.0001 market'],
    [
      '0.00008 base, up 20%',
      'buy',
      RICH,
      `the size 0.00008 BTC, rounded down to 0.00008, is below Kraken's smallest order of BTC/USD (0.0001 BTC worth 0.5 USD); raising it would add more than 20 %: send at least 0.0001 BTC, about 5.00001 USD.`,
    ],
    [
      '6.9 USD',
      'buy market ODD/USD',
      RICH,
      `the size 0.67317 ODD, rounded down to 0.67, is below Kraken's smallest order of ODD/USD (0.015 ODD worth 7 USD): send at least 0.69 ODD, about 7.0725 USD.`,
    ],
    ['6.9 USD, up 5%', 'buy market ODD/USD', RICH, 'buy 0.69 market'],
    [
      '6.9 USD, up 1%',
      'buy market ODD/USD',
      RICH,
      `the size 0.67317 ODD, rounded down to 0.67, is below Kraken's smallest order of ODD/USD (0.015 ODD worth 7 USD); raising it would add more than 1 %: send at least 0.69 ODD, about 7.0725 USD.`,
    ],
    [
      '0.00009 base, up 20%',
      'sell',
      '0.00009 BTC',
      `the size 0.00009 BTC, rounded down to 0.00009, is below Kraken's smallest order of BTC/USD (0.0001 BTC worth 0.5 USD); raising it would need more than is free: send at least 0.0001 BTC, about 4.99999 USD.`,
    ],
    [
      '0.00009 base, up 20%',
      'buy',
      '5 USD',
      `the size 0.00009 BTC, rounded down to 0.00009, is below Kraken's smallest order of BTC/USD (0.0001 BTC worth 0.5 USD); raising it would need more than is free: send at least 0.0001 BTC, about 5.00001 USD.`,
    ],
  ]);
});

describe('every order type', () => {
  table([
    ['500 USD', 'sell stop-loss, price 48000', RICH, 'sell 0.01041666 stop-loss 48000'],
    ['500 USD', 'sell stop-loss, price -5%', RICH, 'sell 0.01052631 stop-loss 47500'],
    [
      '500 USD',
      'sell stop-loss, price 50000',
      RICH,
      'a sell of type stop-loss waits for BTC/USD to fall to its price, and 50000 is not below the last price 50000, so it would fire at once: write a price below it, or a take-profit if that was meant.',
    ],
    ['500 USD', 'buy stop-loss, price 51000', RICH, 'buy 0.00980392 stop-loss 51000'],
    [
      '500 USD',
      'buy stop-loss, price 49000',
      RICH,
      'a buy of type stop-loss waits for BTC/USD to rise to its price, and 49000 is not above the last price 50000, so it would fire at once: write a price above it, or a take-profit if that was meant.',
    ],
    ['500 USD', 'sell take-profit, price +5%', RICH, 'sell 0.0095238 take-profit 52500'],
    [
      '500 USD',
      'sell take-profit, price 49000',
      RICH,
      'a sell of type take-profit waits for BTC/USD to rise to its price, and 49000 is not above the last price 50000, so it would fire at once: write a price above it, or a stop-loss if that was meant.',
    ],
    [
      '500 USD',
      'buy stop-loss-limit, price 51000, price2 +0.5%',
      RICH,
      'buy 0.00975514 stop-loss-limit 51000 -> 51255',
    ],
    [
      '500 USD',
      'sell stop-loss-limit, price 48000, price2 -100',
      RICH,
      'sell 0.01041666 stop-loss-limit 48000 -> 47900',
    ],
    [
      '500 USD',
      'sell take-profit-limit, price 52000, price2 51900.05',
      RICH,
      'sell 0.00961538 take-profit-limit 52000 -> 51900.1',
    ],
    ['500 USD', 'sell trailing-stop, price +2.5%', RICH, 'sell 0.01 trailing-stop +2.5%'],
    ['500 USD', 'buy trailing-stop, price +500.07', RICH, 'buy 0.00990099 trailing-stop +500'],
    [
      '500 USD',
      'buy trailing-stop-limit, price +500, price2 +50',
      RICH,
      'buy 0.00989119 trailing-stop-limit +500 -> +50',
    ],
    [
      '500 USD',
      'sell trailing-stop, price 500',
      RICH,
      'an order of type trailing-stop needs its trailing distance: write "price" as a distance such as +2% or +50.',
    ],
    [
      '500 USD',
      'sell trailing-stop, price +0.01',
      RICH,
      'the trailing distance +0.01 is below the smallest price step of BTC/USD, 0.1: write at least that.',
    ],
    [
      '0.09 base',
      'sell iceberg, price 51000, displayVolume 0.01',
      RICH,
      'sell 0.09 iceberg 51000 showing 0.01',
    ],
    [
      '0.09 base',
      'sell iceberg, price 51000, displayVolume 0.005',
      RICH,
      'an iceberg order of 0.09 BTC must show at least a fifteenth of it, and 0.005 is less: write "displayVolume" of at least 0.006.',
    ],
    [
      '0.09 base',
      'sell iceberg, price 51000, displayVolume 0.09',
      RICH,
      'an iceberg order shows a part of its volume, and 0.09 is not less than all of its 0.09 BTC: write a smaller "displayVolume", or "type": "limit".',
    ],
    [
      '500 USD',
      'sell settle-position, leverage 2',
      RICH,
      'what is open on margin was not read: send the signal again.',
    ],
  ]);
});

describe('leverage', () => {
  table([
    ['500 USD', 'buy, leverage 3', RICH, 'buy 0.00999998 market x3'],
    [
      '500 USD',
      'sell, leverage 3',
      RICH,
      'Kraken takes no leverage of 3 for a sell of BTC/USD; it takes 2: write one of these, or leave "leverage" out.',
    ],
    ['30000 USD', 'buy, leverage 3', RICH, 'buy 0.5999988 market x3'],
    [
      '50% position',
      'buy, leverage 2',
      RICH,
      'a share of the position is of the BTC that the account holds, and a margin position is not held: write the size as an amount, such as "0.5".',
    ],
  ]);
});
