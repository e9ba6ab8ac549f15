/** Which take-profits of an entry are still to come, and what each sells. */
import { describe, expect, it } from 'vitest';
import type { CloseFill } from '../../functions/core/fill.ts';
import { awaitsProfits, isDone, pendingProfits, withTry } from '../../functions/core/profits.ts';
import type { OrderRow, ProfitTry } from '../../functions/core/order.ts';
import { BTC_USD } from '../fakes/exchange.ts';
import { stopEntry } from './follow/stop-entry.ts';

const entry = await stopEntry();
const { profits: _no, fill: _nothing, closes: _none, ...ROW } = entry.now();
const TWO = [
  { price: '60000', share: '50' },
  { price: '70000', share: '50' },
];
const AT = { atMs: 1, tries: 1 };

type Part = Partial<Pick<OrderRow, 'profits' | 'closes'>>;

/** The entry with take-profits, of which so much is filled. */
function row(
  filled: { readonly volume: string; readonly status: 'open' | 'filled' | 'cancelled' } | 'unseen',
  part: Part = {},
): OrderRow {
  if (ROW.decision === undefined) throw new Error('it was decided');
  const fill = filled === 'unseen' ? {} : { fill: { ...filled, cost: '0', fee: '0', seenAtMs: 0 } };
  return { ...ROW, decision: { ...ROW.decision, takeProfits: TWO }, ...fill, ...part };
}

describe('an entry with take-profits', () => {
  const OVER = { profits: { tries: [], ended: true } } as const;
  it.each<[string, OrderRow, boolean]>([
    ['of which nothing was seen yet', row('unseen'), true],
    ['that may still fill', row({ volume: '0', status: 'open' }), true],
    ['that ended with a position', row({ volume: '0.01', status: 'cancelled' }), true],
    ['that ended without one', row({ volume: '0', status: 'cancelled' }), false],
    ['whose take-profits are over', row({ volume: '0.01', status: 'filled' }, OVER), false],
    ['whose record has not ended', row('unseen', { profits: { tries: [] } }), true],
  ])('%s waits for the market: %s', (_, entered, expected) => {
    expect(awaitsProfits(entered)).toBe(expected);
  });

  it('is looked at until they are over, and an order without any is not', () => {
    const stop: CloseFill = {
      ...{ exchangeOrderId: 'OSTOP', size: '0.01', status: 'filled', volume: '0.01' },
      ...{ cost: '450', fee: '1', seenAtMs: 1 },
    };
    const closes = { orders: [stop] };
    const waits = row({ volume: '0.01', status: 'filled' }, { closes });
    expect(isDone(waits)).toBe(false);
    expect(isDone({ ...waits, profits: { tries: [], ended: true } })).toBe(true);
    const { decision: _unsaid, ...undecided } = waits;
    expect([awaitsProfits(undecided), isDone(undecided)]).toEqual([false, true]);
    expect(pendingProfits(undecided, BTC_USD)).toEqual([]);
  });
});

describe('the take-profits to come', () => {
  const soldOf = (entered: OrderRow) =>
    pendingProfits(entered, BTC_USD).map(({ number, volume, tried }) => {
      return [number, volume.toFixed(), tried?.tries];
    });

  it('sell nothing of what is not filled, half each of what is, and no dust is left', () => {
    expect(soldOf(row('unseen'))).toEqual([
      [1, '0', undefined],
      [2, '0', undefined],
    ]);
    expect(soldOf(row({ volume: '0.00000003', status: 'filled' }))).toEqual([
      [1, '0.00000001', undefined],
      [2, '0.00000002', undefined],
    ]);
  });

  it('say what was tried of each, and leave out what has sold', () => {
    const tries: readonly ProfitTry[] = [
      { number: 1, ...AT, done: true },
      { number: 2, ...AT, tries: 3 },
    ];
    const entered = row({ volume: '0.01', status: 'filled' }, { profits: { tries } });
    expect(soldOf(entered)).toEqual([[2, '0.005', 3]]);
    const untried = pendingProfits(row('unseen'), BTC_USD).map((one) => Object.keys(one));
    expect(untried).toEqual(Array(2).fill(['price', 'share', 'number', 'volume']));
  });

  it('keep one try for each, the newest', () => {
    const first = withTry(undefined, { number: 1, ...AT });
    const both = withTry(first, { number: 2, ...AT });
    const again = withTry({ ...both, ended: true }, { number: 1, ...AT, tries: 2 });
    expect(again).toEqual({
      ...{ ended: true },
      tries: [
        { number: 2, ...AT },
        { number: 1, ...AT, tries: 2 },
      ],
    });
  });
});
