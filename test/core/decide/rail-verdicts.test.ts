/** What each rail says of an order, as a preview shows it: the limit, what was held against it. */
import { describe, expect, it } from 'vitest';
import type { Rails } from '../../../functions/core/config.ts';
import { railsOn, wantedOrder } from '../../../functions/core/decide/decide-order.ts';
import { claimVerdicts, type Counted } from '../../../functions/core/decide/rails-claim.ts';
import { decimal } from '../../../functions/core/decimal.ts';
import type { Signal } from '../../../functions/core/signal.ts';
import { decisionInput, type Given } from '../market-fixture.ts';

type Said = readonly [rail: string, limit: string, seen: string, code?: string];

function said(rails: Partial<Rails>, signal: Partial<Signal>, more: Given['input'] = {}): Said[] {
  const input = decisionInput({ rails, signal, input: more });
  const wanted = wantedOrder(input);
  if (!wanted.ok) throw new Error(wanted.error.sentence);
  return railsOn(input, wanted.value).map(({ rail, limit, seen, refusal }) =>
    refusal === undefined ? [rail, limit, seen()] : [rail, limit, seen(), refusal.code],
  );
}

const limit: Partial<Signal> = { type: 'limit', price: '49000' };

describe('a rail that has a say', () => {
  it.each<[Partial<Rails>, Partial<Signal>, Given['input'], Said]>([
    [{ sides: ['buy'] }, {}, {}, ['sides', 'buy', 'buy']],
    [{ sides: ['sell'] }, {}, {}, ['sides', 'sell', 'buy', 'side-not-allowed']],
    [{ types: ['limit', 'market'] }, {}, {}, ['types', 'limit, market', 'market']],
    [{ types: ['limit'] }, {}, {}, ['types', 'limit', 'market', 'type-not-allowed']],
    [
      { maxOpenOrders: 2 },
      limit,
      { openOrders: 1 },
      ['maxOpenOrders', '2', '1 are open before it'],
    ],
    [
      ...([{ maxOpenOrders: 2 }, limit, { openOrders: 2 }] as const),
      ['maxOpenOrders', '2', '2 are open before it', 'too-many-open-orders'],
    ],
    [{ maxOrder: '500 USD' }, {}, {}, ['maxOrder', '500 USD', '500 USD']],
    [
      { maxPosition: '6000 USD' },
      {},
      {},
      ['maxPosition', '6000 USD', '0.10999998 BTC worth 5500.01 USD'],
    ],
    [{ maxSpread: '0.1' }, {}, {}, ['maxSpread', '0.1 %', '0.001 %']],
    [
      ...([{ maxPriceDeviation: '3' }, limit, {}] as const),
      ['maxPriceDeviation', '3 %', '2 %, 49000 and 50000'],
    ],
    [{ maxDailyLoss: '10 USD' }, {}, {}, ['maxDailyLoss', '10 USD', 'the first order of the day']],
    [
      ...([{ maxDailyLoss: '10 USD' }, {}, { equityAtDayStart: decimal('20000') }] as const),
      ['maxDailyLoss', '10 USD', '5000.01 USD', 'daily-loss-reached'],
    ],
  ])('under %j says what it sees', (rails, signal, more, verdict) => {
    expect(said(rails, signal, more)).toEqual([verdict]);
  });

  it('says that it is blind where Kraken shows no price', () => {
    const tickers = new Map();
    expect(() => said({ maxSpread: '1' }, {}, { tickers })).toThrow('Kraken shows no');
  });

  it('has none about an order that only leaves a position', () => {
    const exit = { action: 'sell', marketPosition: 'flat' } as const;
    expect(said({ maxOrder: '1 USD', sides: ['buy'] }, exit)).toEqual([]);
  });
});

const AT_MS = Date.UTC(2026, 10, 22, 14, 2, 0);
const RISK = {
  atMs: AT_MS,
  ...{ notional: { add: '500', cap: '2000' }, count: { cap: 3 } },
  cooldown: { source: 'trend', ms: 60_000 },
};

function counting(counted: Partial<Counted>) {
  const rails: Rails = { pairs: ['BTC/USD'], maxDaily: '2000 USD' };
  const all = { notional: decimal('0'), orders: 0, ...counted };
  return claimVerdicts(all, RISK, { account: 'main', rails }).map(
    ({ rail, limit: most, seen, refusal }) => [rail, most, seen(), refusal?.numbers],
  );
}

describe('a rail that counts', () => {
  it('says what it counted before the order', () => {
    expect(counting({})).toEqual([
      ['maxDaily', '2000 USD', '500 after 0 today', undefined],
      ['maxOrdersPerHour', '3', '0 before it in this hour', undefined],
      ['cooldown', '60 s', 'no order before it', undefined],
    ]);
    const counted = { notional: decimal('1500'), orders: 2, openedAtMs: AT_MS - 60_000 };
    expect(counting(counted)).toEqual([
      ['maxDaily', '2000 USD', '500 after 1500 today', undefined],
      ['maxOrdersPerHour', '3', '2 before it in this hour', undefined],
      ['cooldown', '60 s', 'the last one 60 s ago', undefined],
    ]);
  });

  it('refuses with its numbers from the first order on that is too many', () => {
    const counted = { notional: decimal('1500.01'), orders: 3, openedAtMs: AT_MS - 59_999 };
    expect(counting(counted)).toEqual([
      [
        ...['maxDaily', '2000 USD', '500 after 1500.01 today'],
        { counted: '1500.01', add: '500', maxDaily: '2000' },
      ],
      ['maxOrdersPerHour', '3', '3 before it in this hour', { maxOrdersPerHour: '3' }],
      ['cooldown', '60 s', 'the last one 60 s ago', { agoS: '60', cooldownS: '60' }],
    ]);
  });

  it('has no say where nothing is counted', () => {
    const none = { notional: decimal('9'), orders: 9 };
    expect(claimVerdicts(none, { atMs: AT_MS }, { account: 'main', rails: undefined })).toEqual([]);
  });
});
