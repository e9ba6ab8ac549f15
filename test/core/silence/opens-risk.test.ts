/** Which orders of a source that fell silent are entries, and which only leave a position. */
import { describe, expect, it } from 'vitest';
import type { Attempt, Decision, Order } from '../../../functions/core/order.ts';
import { opensRisk } from '../../../functions/core/silence/cancel-entries.ts';
import type { Signal } from '../../../functions/core/signal.ts';
import { orderRow, TEST_CONFIG } from '../order-fixture.ts';

const ATTEMPT: Omit<Attempt, 'order'> = {
  ...{ token: 't', nonce: '1', deadlineMs: 1, preparedAtMs: 0, keyId: 'key', fence: 1 },
  validate: false,
};
const DECISION: Omit<Decision, 'reducing'> = {
  ...{ pair: 'BTC/USD', pairReason: 'so', steps: [], notional: '15000', atPrice: '50000' },
};

describe('an order opens risk', () => {
  it.each<[Partial<Signal>, boolean]>([
    [{ action: 'buy', type: 'limit' }, true],
    [{ action: 'buy', type: 'stop-loss' }, true],
    [{ action: 'buy', type: 'limit', leverage: '2' }, true],
    [{ action: 'buy', type: 'limit', leverage: '2', reduceOnly: true }, false],
    [{ action: 'buy', type: 'settle-position', leverage: '2' }, false],
    [{ action: 'sell', type: 'limit' }, false],
    [{ action: 'sell', type: 'stop-loss' }, false],
    [{ action: 'sell', type: 'limit', leverage: '2' }, true],
    [{ action: 'sell', type: 'stop-loss', leverage: '2', reduceOnly: true }, false],
    [{ action: 'sell', type: 'stop-loss', leverage: '2', marketPosition: 'flat' }, false],
    [{ action: 'sell', type: 'limit', leverage: '2', marketPosition: 'short' }, true],
  ])('%j: %s', (signal, expected) => {
    expect(opensRisk(orderRow(signal, TEST_CONFIG))).toBe(expected);
  });

  const MARGIN = { target: { position: 'long', size: '0.2' }, leverage: '2' } as const;
  const SPOT = { target: { position: 'long', size: '0.2' }, reduceOnly: true } as const;

  it.each<[string, Partial<Signal>, Pick<Order, 'side' | 'leverage'>, boolean, boolean]>([
    [
      'leaves a part of a long margin position',
      MARGIN,
      { side: 'sell', leverage: '2' },
      true,
      false,
    ],
    ['leaves a short margin position', MARGIN, { side: 'buy', leverage: '2' }, true, false],
    ['opens a long margin position', MARGIN, { side: 'buy', leverage: '2' }, false, true],
    ['opens a short margin position', MARGIN, { side: 'sell', leverage: '2' }, false, true],
    ['sells on spot, where its sender spoke of leverage', MARGIN, { side: 'sell' }, true, false],
    ['opens, though its sender said that it only reduces', SPOT, { side: 'buy' }, false, true],
  ])('of a target by what was decided: one that %s', (_what, says, how, reducing, expected) => {
    const signal = { source: 'trend', id: 'a', sentAtMs: 0, symbol: 'BTC/USD' } as const;
    const order: Order = { pair: 'XBTUSD', type: 'market', volume: '0.3', ...how };
    expect(
      opensRisk({
        signal: { ...signal, action: 'buy', type: 'market', ...says },
        attempt: { ...ATTEMPT, order },
        decision: { ...DECISION, reducing },
      }),
    ).toBe(expected);
  });

  it('of a target that is not decided yet, unless it only leaves', () => {
    expect(opensRisk(orderRow(SPOT, TEST_CONFIG))).toBe(true);
    expect(opensRisk(orderRow({ target: { position: 'flat' } }, TEST_CONFIG))).toBe(false);
  });
});
