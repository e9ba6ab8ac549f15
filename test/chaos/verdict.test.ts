import { describe, expect, it } from 'vitest';
import type { OrderState } from '../../functions/core/order-state.ts';
import type { PlannedSignal } from './plan.ts';
import { differences, type End, type ExchangeOrder, type Row } from './verdict.ts';

const VOLUME = '0.0001';
const SIGNAL: PlannedSignal = {
  id: 'chaos-0',
  source: 'notify',
  type: 'market',
  copies: 2,
  isStale: false,
  again: false,
  forged: false,
};
/** A row that came to its end in its third step, and was looked at once more. */
const steps = (to: OrderState): Row['audit'] => [
  { seq: 1, from: 'none', to: 'received' },
  { seq: 2, from: 'received', to: 'prepared' },
  { seq: 3, from: 'prepared', to },
  { seq: 4, from: to, to },
];
const ROW: Row = {
  state: 'placed',
  audit: steps('placed'),
  clientOrderId: 'c-0',
  orderKey: 'k-0',
  exchangeOrderId: 'O-0',
  outcome: 'bought',
  auditFault: null,
  signal: { id: 'chaos-0', source: 'notify' },
};
const ORDER: ExchangeOrder = {
  txid: 'O-0',
  clOrdId: 'c-0',
  side: 'buy',
  type: 'market',
  volume: VOLUME,
};
const GOOD: End = {
  signals: [SIGNAL],
  volume: VOLUME,
  acknowledged: new Map([['chaos-0', 1]]),
  conflicts: new Set(),
  rows: [ROW],
  orders: [ORDER],
  notices: [{ id: 'order:c-0:3' }],
};
/** A second signal that is in order, so that one that is not placed is no matter of liveness. */
function withPlaced(end: Partial<End>): End {
  const many = Array.from({ length: 9 }, (_, at) => `also-${at}`);
  const all = { ...GOOD, ...end };
  return {
    ...all,
    signals: [...all.signals, ...many.map((id) => ({ ...SIGNAL, id }))],
    acknowledged: new Map([...all.acknowledged, ...many.map((id) => [id, 1] as const)]),
    rows: [
      ...all.rows,
      ...many.map((id) => ({
        ...ROW,
        ...{ clientOrderId: id, orderKey: id, exchangeOrderId: id },
        signal: { id, source: 'notify' },
      })),
    ],
    orders: [...all.orders, ...many.map((id) => ({ ...ORDER, txid: id, clOrdId: id }))],
    notices: [...all.notices, ...many.map((id) => ({ id: `order:${id}:3` }))],
  };
}

const row = (change: Partial<Row>): readonly Row[] => [
  { ...ROW, ...(change.state === undefined ? {} : { audit: steps(change.state) }), ...change },
];
const UNPLACED = { state: 'unplaced', outcome: 'not at Kraken' } as const;

describe('the verdict on a run', () => {
  it('finds nothing wrong with one order for one signal', () => {
    expect(differences(GOOD)).toEqual([]);
  });

  it('finds nothing wrong with a signal that ended unplaced, told and with its reason', () => {
    expect(differences(withPlaced({ rows: row(UNPLACED), orders: [] }))).toEqual([]);
  });

  it('finds nothing wrong with an old signal that expired', () => {
    const rows = row({ state: 'expired', outcome: 'too old' });
    const signals = [{ ...SIGNAL, isStale: true }];
    expect(differences(withPlaced({ signals, rows, orders: [] }))).toEqual([]);
  });

  const cases: readonly (readonly [string, Partial<End>, RegExp])[] = [
    ['a second order', { orders: [ORDER, { ...ORDER, txid: 'O-1' }] }, /placed with 2 orders/],
    ['a lost order', { orders: [] }, /placed with 0 orders/],
    ['an order of a row that says none', { rows: row(UNPLACED) }, /unplaced with 1 orders/],
    ['a stranger', { orders: [ORDER, { ...ORDER, clOrdId: 'x' }] }, /belongs to no row/],
    ['a lost signal', { rows: [], orders: [], notices: [] }, /acknowledged and is lost/],
    ['two rows', { rows: [ROW, ROW] }, /has 2 rows/],
    ['a signal that nobody took', { acknowledged: new Map() }, /never acknowledged/],
    ['a signal that was new twice', { acknowledged: new Map([['chaos-0', 2]]) }, /as new 2 times/],
    ['a row that goes on', { rows: row({ state: 'unknown' }), orders: [] }, /still unknown/],
    ['a row of a person', { rows: row({ state: 'needs-human' }), orders: [] }, /still needs-human/],
    ['an end that nothing explains', { rows: row({ state: 'expired' }), orders: [] }, /expired/],
    ['an old signal that was placed', { signals: [{ ...SIGNAL, isStale: true }] }, /ended placed/],
    ['silence', { notices: [{ id: 'order:c-1:3' }] }, /nobody is told that chaos-0/],
    ['silence about its end', { notices: [{ id: 'order:c-0:4' }] }, /nobody is told that chaos-0/],
    ['no step to its end', { rows: row({ audit: steps('unknown') }) }, /nobody is told that/],
    ['no reason', { rows: row({ ...UNPLACED, outcome: '' }), orders: [] }, /without a reason/],
    ['a broken audit chain', { rows: row({ auditFault: 'link 2' }) }, /link 2/],
    ['another side', { orders: [{ ...ORDER, side: 'sell' }] }, /and sell market/],
    ['another volume', { orders: [{ ...ORDER, volume: '1' }] }, /market 1 /],
    ['another order', { rows: row({ exchangeOrderId: 'O-9' }) }, /names O-9, and it is O-0/],
    ['a silent forgery', { conflicts: new Set(['chaos-0']) }, /came with another body/],
    ['a row that nobody sent', { signals: [] }, /was never sent/],
  ];
  it.each(cases)('notices %s', (_name, change, said) => {
    expect(differences(withPlaced(change)).join('\n')).toMatch(said);
  });

  it('notices that next to nothing was placed', () => {
    const said = differences({ ...GOOD, rows: row(UNPLACED), orders: [] });
    expect(said).toEqual(['only 0 of 1 signals were placed']);
  });
});
