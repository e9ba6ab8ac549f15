/** What is settled of a position, for how much, and why it is not, as a table. */
import { describe, expect, it } from 'vitest';
import type { Account, Size } from '../../../functions/core/config.ts';
import { settlementOf, type SettleInput } from '../../../functions/core/decide/settle-position.ts';
import { decimal, plain } from '../../../functions/core/decimal.ts';
import type { OpenLot } from '../../../functions/core/open-lots.ts';
import { isReducing, type Signal } from '../../../functions/core/signal.ts';
import { pairNamed } from '../market-fixture.ts';
import { MAIN, TREND } from '../order-fixture.ts';

const SIGNAL: Signal = {
  ...{ id: 's', source: 'trend', sentAtMs: 1, symbol: 'BTC/USD', type: 'settle-position' },
  ...{ action: 'buy', leverage: '2', size: { unit: 'base', amount: '0.3' } },
};

const lot = (volume: string, cost: string, side: 'buy' | 'sell' = 'buy'): OpenLot => {
  return { pair: 'XBTUSD', side, volume: decimal(volume), cost: decimal(cost), openedAtMs: 1 };
};
const LONG = [lot('0.2', '10000'), lot('0.3', '18000')];

interface Given {
  readonly lots?: readonly OpenLot[];
  readonly claims?: readonly string[];
  readonly more?: Partial<Signal>;
  readonly size?: Size;
  readonly free?: Readonly<Record<string, string>>;
  readonly mode?: Account['mode'];
  readonly unread?: true;
}

function settle(given: Given): string {
  const { lots = LONG, claims = [], free = { USD: '100000', BTC: '1' } } = given;
  const balances = Object.entries(free).map(([asset, text]) => {
    return [asset, { total: decimal('9999999'), available: decimal(text) }] as const;
  });
  const input: SettleInput = {
    signal: { ...SIGNAL, ...given.more },
    account: { ...MAIN, mode: given.mode ?? 'live' },
    accountName: 'main',
    source: { ...TREND, size: given.size ?? { kind: 'signal' } },
    pair: pairNamed('BTC/USD'),
    balances: new Map(balances),
    ...(given.unread ? {} : { margin: { lots, claims } }),
  };
  const settled = settlementOf(input);
  if (!settled.ok) return `${settled.error.code}: ${settled.error.sentence}`;
  const { volume, cost, steps } = settled.value;
  expect(steps.at(-1)?.value).toBe(`${plain(cost)} USD`);
  return `${plain(volume)} for ${plain(cost)}, ${steps[0]?.value ?? ''} open`;
}

const share = (amount: string): Partial<Signal> => ({ size: { unit: 'position', amount } });
const base = (amount: string): Partial<Signal> => ({ size: { unit: 'base', amount } });

describe('a settlement', () => {
  it.each<[string, Given, string]>([
    ['is at what the first opened had cost', { more: base('0.1') }, '0.1 for 5000, 0.5 BTC open'],
    ['goes on to the next', {}, '0.3 for 16000, 0.5 BTC open'],
    ['is of all of it', { more: base('0.5') }, '0.5 for 28000, 0.5 BTC open'],
    ['is of a share', { more: share('40') }, '0.2 for 10000, 0.5 BTC open'],
    ['is of the whole', { more: share('100') }, '0.5 for 28000, 0.5 BTC open'],
    [
      'is rounded down to the lot, and its cost up',
      { more: base('0.000000019') },
      '0.00000001 for 0.0005, 0.5 BTC open',
    ],
    [
      'has its cost rounded up',
      { lots: [lot('0.3', '0.0000001')] },
      '0.3 for 0.00001, 0.3 BTC open',
    ],
    [
      'has the size of harpoon.yaml',
      { size: { kind: 'position', percent: '20' } },
      '0.1 for 5000, 0.5 BTC open',
    ],
    [
      'needs its cost alone, without a fee',
      { free: { USD: '16000' } },
      '0.3 for 16000, 0.5 BTC open',
    ],
    [
      'of a short one needs the coins',
      { lots: [lot('0.3', '15000', 'sell')], more: { action: 'sell' }, free: { BTC: '0.3' } },
      '0.3 for 15000, 0.3 BTC open',
    ],
  ])('%s', (_what, given, expected) => {
    expect(settle(given)).toBe(expected);
  });

  it.each<[string, Given, RegExp]>([
    ['on paper', { mode: 'paper', unread: true }, /^not-supported: account main trades on paper/],
    [
      'of what was not read',
      { unread: true },
      /^no-market-data: what is open on margin was not read/,
    ],
    [
      'of what a strategy has',
      { claims: ['trend owns -0.01', 'other has an order there'] },
      /^not-supported: strategies are on margin in BTC\/USD \(trend owns -0\.01; other has an order there\)/,
    ],
    ['of nothing', { lots: [] }, /^not-supported: nothing of BTC\/USD is open/],
    [
      'of what is long and short',
      { lots: [lot('1', '1'), lot('1', '1', 'sell')] },
      /open long and short at once/,
    ],
    [
      'of a long one by selling',
      { more: { action: 'sell' } },
      /position of BTC\/USD is long: write "action": "buy"/,
    ],
    [
      'of a short one by buying',
      { lots: [lot('1', '1', 'sell')] },
      /is short: write "action": "sell"/,
    ],
    [
      'of more than is open',
      { more: base('0.50000001') },
      /^bad-size: the size is 0\.50000001 BTC, and 0\.5 BTC of BTC\/USD is open/,
    ],
    ['of more than the whole', { more: share('101') }, /^bad-size: the size is 0\.505 BTC/],
    ['of less than a lot', { more: base('0.000000001') }, /^bad-size: the size is 0 BTC/],
    [
      'without a size',
      { more: { size: undefined } as never },
      /^bad-size: a settlement is for an amount/,
    ],
    ['of no amount', { more: base('0') }, /^bad-size: a settlement is for an amount/],
    [
      'of money',
      { more: { size: { unit: 'quote', amount: '9', currency: 'USD' } } },
      /^bad-size: a settlement is/,
    ],
    [
      'by a source that is sized in money',
      { size: { kind: 'quote', amount: '9', currency: 'USD' } },
      /^bad-size/,
    ],
    [
      'that cannot be paid',
      { free: { USD: '15999.99' } },
      /^insufficient-funds: the settlement needs 16000 USD and 15999\.99 USD are free/,
    ],
    [
      'of coins that are not there',
      { lots: [lot('1', '1', 'sell')], more: { action: 'sell' }, free: { USD: '9999' } },
      /needs 0\.3 BTC and 0 BTC are free/,
    ],
  ])('%s is refused', (_what, given, expected) => {
    expect(settle(given)).toMatch(expected);
  });

  it('is never an order that only leaves, whatever its sender says', () => {
    expect(isReducing({ ...SIGNAL, reduceOnly: true })).toBe(false);
    expect(isReducing({ ...SIGNAL, action: 'sell', marketPosition: 'flat' })).toBe(false);
  });
});
