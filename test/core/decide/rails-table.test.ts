/**
 * The rails as a table: the limit, the situation, and the sentence with which the order is refused,
 * or that it passes. The account holds 10,000 USD and 0.1 BTC; BTC/USD trades at 49,990 / 50,000,
 * and the source buys 0.01 BTC, so for 500 USD.
 */
import { describe, expect, it } from 'vitest';
import type { Rails } from '../../../functions/core/config.ts';
import { decideOrder } from '../../../functions/core/decide/decide-order.ts';
import { claimRefusal, type ClaimFull } from '../../../functions/core/decide/rails-claim.ts';
import type { RiskClaim } from '../../../functions/core/ports.ts';
import { decimal } from '../../../functions/core/decimal.ts';
import type { Signal } from '../../../functions/core/signal.ts';
import { decisionInput, TICKERS, tickerOf, type Given } from '../market-fixture.ts';

const PASSES = 'passes';

const buy: Partial<Signal> = {};
const sell: Partial<Signal> = { action: 'sell' };
const exit: Partial<Signal> = { action: 'sell', marketPosition: 'flat' };
const limit: Partial<Signal> = { type: 'limit', price: '49000' };
const starts: Partial<Signal> = { startAtMs: 60_000 };
const stopped: Partial<Signal> = { stop: { type: 'stop-loss', price: '45000' } };
const open = (openOrders: number): Given['input'] => ({ openOrders });
const quotes = (bid: string, ask: string): Given['input'] => ({
  tickers: new Map(TICKERS).set('BTC/USD', tickerOf(bid, ask, '50000')),
});
const began = (usd: string): Given['input'] => ({ equityAtDayStart: decimal(usd) });

const TABLE: readonly [Partial<Rails>, string, Partial<Signal>, Given['input'], string][] = [
  [{ pairs: ['BTC/USD'] }, 'a pair of the list', buy, {}, PASSES],
  [
    ...([{ pairs: ['ETH/USD'] }, 'another pair, even to leave', exit, {}] as const),
    'BTC/USD is none of the pairs of account main (ETH/USD): correct the symbol, or add the pair to the rails in harpoon.yaml.',
  ],
  [{ sides: ['buy'] }, 'a buy', buy, {}, PASSES],
  [
    ...([{ sides: ['buy'] }, 'a sale', sell, {}] as const),
    'a sell may not be placed on this account; the sides allowed are buy (sides): add sell to the rails in harpoon.yaml if it should. A sale that only leaves a position passes when its message says "reduceOnly": true.',
  ],
  [{ sides: ['buy'] }, 'a sale that leaves', exit, {}, PASSES],
  [
    ...([{ sides: ['sell'] }, 'a buy', buy, {}] as const),
    'a buy may not be placed on this account; the sides allowed are sell (sides): add buy to the rails in harpoon.yaml if it should.',
  ],
  [{ types: ['market', 'limit'] }, 'one of the types', limit, {}, PASSES],
  [
    ...([{ types: ['market'] }, 'another type', limit, {}] as const),
    'an order of type limit may not be placed on this account; the types allowed are market (types): write one of these, or add limit to the rails in harpoon.yaml.',
  ],
  [
    { types: ['market'] },
    'another type, to leave',
    { ...exit, ...limit, price: '51000' },
    {},
    PASSES,
  ],
  [{ maxOpenOrders: 3 }, 'the third to be open', limit, open(2), PASSES],
  [
    ...([{ maxOpenOrders: 3 }, 'a fourth', limit, open(3)] as const),
    '3 orders are open on the account, and 3 may be (maxOpenOrders): cancel one at Kraken, send a market order, or raise maxOpenOrders in harpoon.yaml.',
  ],
  [
    ...([{ maxOpenOrders: 3 }, 'a fourth, which starts later', starts, open(3)] as const),
    '3 orders are open on the account, and 3 may be (maxOpenOrders): cancel one at Kraken, leave "start" out, or raise maxOpenOrders in harpoon.yaml.',
  ],
  [
    ...([{ maxOpenOrders: 3 }, 'a fourth, whose stop rests', stopped, open(3)] as const),
    '3 orders are open on the account, and 3 may be (maxOpenOrders), and the stop of this one would take a place: cancel one at Kraken, or raise maxOpenOrders in harpoon.yaml.',
  ],
  [{ maxOpenOrders: 3 }, 'a market order, which never rests', buy, {}, PASSES],
  [
    { maxOpenOrders: 3 },
    'a limit order that never rests',
    { ...limit, timeInForce: 'IOC' },
    {},
    PASSES,
  ],
  [
    { maxOpenOrders: 3 },
    'a fourth, to leave',
    { ...exit, ...limit, price: '51000' },
    open(3),
    PASSES,
  ],
  [{ maxOrder: '500 USD' }, '500 USD', buy, {}, PASSES],
  [
    ...([{ maxOrder: '499 USD' }, '500 USD', buy, {}] as const),
    'the order is worth 500 USD, and one order may be worth 499 USD (maxOrder): send a smaller size, or raise maxOrder in harpoon.yaml.',
  ],
  [{ maxOrder: '499 USD' }, '500 USD, to leave', exit, {}, PASSES],
  [{ maxPosition: '5500 USD' }, '0.1 BTC held and 0.01 bought', buy, {}, PASSES],
  [
    ...([{ maxPosition: '5400 USD' }, '0.1 BTC held and 0.01 bought', buy, {}] as const),
    'the account would hold 0.11 BTC worth 5500 USD, and may hold 5400 USD (maxPosition): send a smaller size, or raise maxPosition in harpoon.yaml.',
  ],
  [{ maxSpread: '1' }, 'a spread of 1 %', buy, quotes('49750', '50250'), PASSES],
  [
    ...([{ maxSpread: '1' }, 'a wider one', buy, quotes('49000', '51000')] as const),
    'the spread of BTC/USD is 4 %, and may be 1 % (maxSpread): send the signal again when the order book is fuller.',
  ],
  [{ maxPriceDeviation: '2' }, 'a limit 2 % below the last price', limit, {}, PASSES],
  [
    ...([
      { maxPriceDeviation: '2' },
      'a limit 4 % below',
      { ...limit, price: '48000' },
      {},
    ] as const),
    'the limit price, 48000, is 4 % away from the live price of BTC/USD, 50000, and may be 2 % (maxPriceDeviation): correct the price, or raise maxPriceDeviation in harpoon.yaml.',
  ],
  [{ maxDailyLoss: '200 USD' }, 'a day that began at 15,199 USD', buy, began('15199'), PASSES],
  [
    ...([
      { maxDailyLoss: '200 USD' },
      'a day that began at 15,299 USD',
      buy,
      began('15299'),
    ] as const),
    'the account lost 300 USD since its first order of this UTC day, and may lose 200 USD (maxDailyLoss): orders that close still pass, new risk is taken again tomorrow.',
  ],
  [{ maxDailyLoss: '200 USD' }, 'the same day, to leave', exit, began('15299'), PASSES],
  [
    ...([{}, 'Kraken only cancels', buy, { mode: 'cancel_only' }] as const),
    'Kraken is in cancel_only mode: send a new signal when it trades again.',
  ],
  [
    ...([{}, 'Kraken takes only post-only orders', limit, { mode: 'post_only' }] as const),
    'Kraken is in post_only mode: only limit orders with "postOnly": true pass.',
  ],
  [{}, 'one of those', { ...limit, postOnly: true }, { mode: 'post_only' }, PASSES],
  [
    ...([{}, 'Kraken is closed, even to leave', exit, { mode: 'maintenance' }] as const),
    'Kraken is in maintenance mode: send a new signal when it trades again.',
  ],
];

const MARKET = quotes('49990', '50000');

describe('a rail, a situation, and what becomes of the order', () => {
  it.each(TABLE)('%o: %s', (rails, _situation, signal, input, outcome) => {
    const size = { kind: 'base', amount: '0.01' } as const;
    const given: Given = { rails, signal, size, input: { ...MARKET, ...input } };
    const decided = decideOrder(decisionInput(given));
    expect(decided.ok ? PASSES : decided.error.sentence).toBe(outcome);
  });
});

const AT = Date.parse('2026-03-01T14:59:30Z');

describe('a rail that counts, when it is full', () => {
  it.each<[ClaimFull, Omit<RiskClaim, 'atMs'>, string]>([
    [
      { kind: 'daily-cap', counted: '4800' },
      { notional: { add: '500', cap: '5000' } },
      'the orders of this UTC day on account main come to 4800 USD, this one adds 500 USD, and together they may be worth 5000 USD (maxDaily): at most 200 USD more passes today, the count begins anew on 2026-03-02.',
    ],
    [
      { kind: 'daily-cap', counted: '5000' },
      { notional: { add: '500', cap: '5000' } },
      'the orders of this UTC day on account main come to 5000 USD, this one adds 500 USD, and together they may be worth 5000 USD (maxDaily): nothing more passes today, the count begins anew on 2026-03-02.',
    ],
    [
      { kind: 'hourly-cap' },
      { count: { cap: 20 } },
      'account main had its 20 orders of this hour (maxOrdersPerHour): send the signal again after 15:00:00 UTC, or raise maxOrdersPerHour in harpoon.yaml.',
    ],
    [
      { kind: 'cooling-down', openedAtMs: AT - 20_000 },
      { cooldown: { source: 'trend', ms: 60_000 } },
      'source trend placed an order on account main 20 s ago, and 60 s must lie between two (cooldown): send the signal again after 15:00:10 UTC, or shorten cooldown in harpoon.yaml.',
    ],
  ])('%o', (full, risk, sentence) => {
    const rails: Rails = { pairs: ['BTC/USD'], maxDaily: '5000 USD' };
    const said = claimRefusal(full, { ...risk, atMs: AT }, { account: 'main', rails });
    expect(said.sentence).toBe(sentence);
  });

  it('is claimed by an order that adds risk alone', () => {
    const rails = { maxDaily: '5000 USD', maxOrdersPerHour: 20, cooldownMs: 60_000 };
    const claimOf = (signal: Partial<Signal>) => {
      const decided = decideOrder(decisionInput({ rails, signal }));
      return decided.ok ? decided.value.risk : decided.error;
    };
    expect(claimOf(buy)).toEqual({
      notional: { add: '500', cap: '5000' },
      count: { cap: 20 },
      cooldown: { source: 'trend', ms: 60_000 },
    });
    expect(claimOf(exit)).toEqual({});
  });
});
