import { describe, expect, it } from 'vitest';
import type { CloseOrder } from '../../../functions/core/order.ts';
import { closeText, sameClose } from '../../../functions/core/reconcile/same-close.ts';

const STOP: CloseOrder = { type: 'stop-loss', price: '22000' };
const LIMIT: CloseOrder = { type: 'stop-loss-limit', price: '22000', price2: '21000' };
const TRAIL: CloseOrder = { type: 'trailing-stop', price: '+2%' };
const TRAIL_LIMIT: CloseOrder = { type: 'trailing-stop-limit', price: '+50', price2: '-5' };

describe('an attached close order', () => {
  it.each<[CloseOrder | undefined, string | undefined]>([
    [undefined, undefined],
    [STOP, 'close position @ stop loss 22000.0'],
    [LIMIT, 'close position @ stop loss 22000.0 -> limit 21000.0'],
    [{ ...STOP, type: 'take-profit' }, 'close position @ take profit 22000.0'],
    [TRAIL, 'close position @ trailing stop +2.0000%'],
    [TRAIL_LIMIT, 'close position @ trailing stop +50.0 -> limit -5.0'],
  ])('%j is the one that Kraken shows as %s', (sent, shown) => {
    expect(sameClose(sent, shown)).toBe(true);
  });

  it.each<[CloseOrder | undefined, string | undefined]>([
    [undefined, 'close position @ stop loss 22000.0'],
    [STOP, undefined],
    [STOP, ''],
    [STOP, 'close position @ stop loss 22000.1'],
    [STOP, 'close position @ take profit 22000.0'],
    [STOP, 'close position @ trailing stop 22000.0'],
    [STOP, 'close position @ stop loss 22000.0 -> limit 21000.0'],
    [STOP, 'close position @ stop loss 22000.0 and more'],
    [STOP, 'a close position @ stop loss 22000.0'],
    [LIMIT, 'close position @ stop loss 22000.0'],
    [LIMIT, 'close position @ stop loss 22000.0 -> limit 21000.1'],
    [TRAIL, 'close position @ trailing stop +3.0000%'],
    [TRAIL, 'close position @ trailing stop +2.0'],
    [TRAIL_LIMIT, 'close position @ trailing stop +50.0 -> limit +5.0'],
  ])('%j is not the one that Kraken shows as %s', (sent, shown) => {
    expect(sameClose(sent, shown)).toBe(false);
  });

  it('reads as what it is', () => {
    expect([undefined, STOP, LIMIT, TRAIL].map(closeText)).toEqual([
      ...['none', 'stop-loss 22000', 'stop-loss-limit 22000 -> limit 21000', 'trailing-stop +2%'],
    ]);
  });
});
