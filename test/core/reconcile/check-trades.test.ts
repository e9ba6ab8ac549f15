/** Whose orders traded on an account, and which of them are a difference. */
import { describe, expect, it } from 'vitest';
import { decimal } from '../../../functions/core/decimal.ts';
import { clientOrderIdOf, userrefOf } from '../../../functions/core/identity.ts';
import type { OrderState } from '../../../functions/core/order-state.ts';
import type { FoundOrder } from '../../../functions/core/ports.ts';
import { Findings } from '../../../functions/core/reconcile/check-orders.ts';
import {
  compareTraded,
  TRADED_MAX,
  TRADED_MS,
} from '../../../functions/core/reconcile/check-trades.ts';
import { IDS_PER_CALL } from '../../../functions/core/reconcile/orders-by-id.ts';
import { fakeClock } from '../../fakes/clock.ts';
import { orderRow, TEST_CONFIG } from '../order-fixture.ts';

const clock = fakeClock();
const NOW_MS = clock.nowMs();
const KEY = 'a'.repeat(64);
const PLACED = { ...orderRow({}, TEST_CONFIG), state: 'placed', exchangeOrderId: 'OURS' } as const;

/** An order at Kraken that traded just now. */
const traded = (exchangeOrderId: string, changes: Partial<FoundOrder> = {}): FoundOrder => ({
  ...{ exchangeOrderId, pair: 'XBTUSD', side: 'buy', type: 'market', status: 'closed' },
  ...{ volume: decimal('0.01'), filled: decimal('0.01'), openedAtMs: NOW_MS },
  ...changes,
});

/** Compares what traded with one order on record as placed and one signal in that state. */
async function compare(
  trades: readonly string[],
  atKraken: readonly FoundOrder[],
  state: OrderState = 'placed',
) {
  const sum = new Findings();
  const asked: string[][] = [];
  const spans: (readonly [number, number])[] = [];
  const exchange = {
    orders: (ids: readonly string[]) => {
      asked.push([...ids]);
      return Promise.resolve(atKraken.filter((one) => ids.includes(one.exchangeOrderId)));
    },
    tradedOrders: (sinceMs: number, untilMs: number) => {
      spans.push([sinceMs, untilMs]);
      return Promise.resolve(trades);
    },
  };
  const received = [{ account: 'main', orderKey: KEY, state, receivedAtMs: NOW_MS }];
  await compareTraded('main', { placed: [PLACED], received }, { sum, exchange }, { clock });
  const { differences, external, unchecked } = sum;
  return { differences, external, unchecked, asked, spans };
}

describe('what traded on an account in a day', () => {
  const CLIENT = { clientOrderId: clientOrderIdOf(KEY) };
  const USERREF = { userref: userrefOf(KEY) };
  const WHAT = 'buy 0.01 XBTUSD on main (Kraken order id OX)';

  it('is asked for the day up to now, and orders on record as placed are not asked for', async () => {
    const { asked, spans, ...findings } = await compare(['OURS'], []);
    expect(spans).toEqual([[NOW_MS - TRADED_MS, NOW_MS]]);
    expect([asked, findings]).toEqual([[], { differences: [], external: [], unchecked: [] }]);
  });

  it.each<[string, Partial<FoundOrder>, OrderState, 'differences' | 'external' | undefined]>([
    ['without a name of ours is somebody else’s', {}, 'placed', 'external'],
    ['under a foreign name too', { clientOrderId: 'theirs' }, 'placed', 'external'],
    ['of a row that was given up is a difference', CLIENT, 'unplaced', 'differences'],
    ['and so it is under its userref', USERREF, 'expired', 'differences'],
    ['of a row that is unknown still is settled elsewhere', CLIENT, 'unknown', undefined],
    ['of a row that is placed is ours', CLIENT, 'placed', undefined],
    ['opened a day ago may be ours', { openedAtMs: NOW_MS - TRADED_MS - 1 }, 'placed', undefined],
    ['opened within the day is judged', { openedAtMs: NOW_MS - TRADED_MS }, 'placed', 'external'],
  ])('%s', async (_, changes, state, where) => {
    const {
      asked,
      spans: _spans,
      ...findings
    } = await compare(['OX'], [traded('OX', changes)], state);
    const difference = `${WHAT}: it traded, and Harpoon has it on record as ${state}`;
    expect(asked).toEqual([['OX']]);
    expect(findings).toEqual({
      ...{ differences: [], external: [], unchecked: [] },
      ...(where === 'differences' ? { differences: [difference] } : {}),
      ...(where === 'external' ? { external: [WHAT] } : {}),
    });
  });
});

describe('a second order under the name of one on record as placed', () => {
  const { orderKey } = PLACED;
  const second = (changes: Partial<FoundOrder>) => compare(['OX'], [traded('OX', changes)]);

  it('is a difference where it has our id, which must be there once', async () => {
    const { differences, external } = await second({ clientOrderId: clientOrderIdOf(orderKey) });
    expect(external).toEqual([]);
    expect(differences).toEqual([
      'buy 0.01 XBTUSD on main (Kraken order id OX): it traded, and Harpoon’s order of that name is OURS',
    ]);
  });

  it('is somebody else’s where it has our userref, which is nobody’s alone', async () => {
    const { differences, external } = await second({ userref: userrefOf(orderKey) });
    expect(differences).toEqual([]);
    expect(external).toEqual([
      'buy 0.01 XBTUSD on main (Kraken order id OX): it has the userref of another; Harpoon’s order of that name is OURS',
    ]);
  });
});

describe('a stop that Kraken opened', () => {
  const stop = traded('OX', { refid: 'OPARENT', side: 'sell' });
  it.each<[string, readonly FoundOrder[], 'differences' | 'external' | undefined]>([
    ['of an order on record as placed is ours', [{ ...stop, refid: 'OURS' }], undefined],
    [
      'of an order that was given up is a difference',
      [stop, traded('OPARENT', { clientOrderId: clientOrderIdOf(KEY) })],
      'differences',
    ],
    ['of somebody else’s order is theirs', [stop, traded('OPARENT')], 'external'],
    [
      'of an order of long ago may be ours, however young it is',
      [stop, traded('OPARENT', { openedAtMs: NOW_MS - TRADED_MS - 1 })],
      undefined,
    ],
    ['of an order that is not shown is judged by itself', [stop], 'external'],
  ])('%s', async (_, atKraken, where) => {
    const { differences, external } = await compare(['OX'], atKraken, 'unplaced');
    expect([differences.length, external.length]).toEqual([
      where === 'differences' ? 1 : 0,
      where === 'external' ? 1 : 0,
    ]);
  });
});

describe('many orders that traded', () => {
  const ids = Array.from({ length: TRADED_MAX + 2 }, (_, at) => `O${at}`);

  it('are read in calls of fifty, a hundred of them, and the rest is said', async () => {
    const { asked, external, unchecked } = await compare(
      ids,
      ids.map((id) => traded(id)),
    );
    expect(asked.map((some) => some.length)).toEqual([IDS_PER_CALL, IDS_PER_CALL]);
    expect(asked.flat()).toEqual(ids.slice(0, TRADED_MAX));
    expect(external).toHaveLength(TRADED_MAX);
    expect(unchecked).toEqual(['main: 2 more orders that traded were not looked at']);
  });

  it('are said to be unreadable where Kraken does not show some', async () => {
    const { external, unchecked } = await compare(['O1', 'O2', 'O3'], [traded('O2')]);
    expect(external).toHaveLength(1);
    expect(unchecked).toEqual(['main: 2 orders that traded cannot be read']);
  });
});
