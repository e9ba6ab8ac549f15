/** What is kept with each entry of a book of the order that traded. */
import { describe, expect, it } from 'vitest';
import { marksOf, marksOfOrder, type FillMarks } from '../../functions/core/fill-marks.ts';
import type { OrderRow } from '../../functions/core/order.ts';
import { stopEntry } from './follow/stop-entry.ts';

type Marked = Parameters<typeof marksOfOrder>[0];

const entry = await stopEntry();
const ROW = entry.now();

/** The order of a row, licensed for 0.01, with other words of its own. */
function row({
  order,
  decision,
  signal,
  volume,
}: {
  readonly order?: Partial<NonNullable<OrderRow['attempt']>['order']>;
  readonly decision?: Partial<NonNullable<OrderRow['decision']>>;
  readonly signal?: Partial<OrderRow['signal']>;
  readonly volume?: string;
}): Marked {
  const { attempt } = ROW;
  if (attempt === undefined || ROW.decision === undefined) throw new Error('it was licensed');
  const { takeProfits: _none, ...plain } = ROW.decision;
  const fill = { status: 'open', volume: volume ?? '0', cost: '0', fee: '0', seenAtMs: 0 } as const;
  return {
    attempt: { ...attempt, order: { ...attempt.order, volume: '0.01', ...order } },
    decision: { ...plain, reducing: true, ...decision },
    signal: { ...ROW.signal, ...signal },
    ...(volume === undefined ? {} : { fill }),
  };
}

describe('the marks of an order', () => {
  it.each<[string, Marked, FillMarks]>([
    ['of a sender, with nothing to say', row({}), {}],
    [
      'that opens says how much a unit is',
      row({ decision: { perUnit: '0.5' } }),
      { perUnit: '0.5' },
    ],
    [
      'that may open says when it was decided',
      row({ decision: { reducing: false } }),
      { decidedAtMs: ROW.attempt?.preparedAtMs ?? 0 },
    ],
    ['on margin says its leverage', row({ order: { leverage: '3' } }), { leverage: '3' }],
    [
      'with take-profits says that it has some',
      row({ decision: { takeProfits: [{ price: '60000', share: '100' }] } }),
      { profits: true },
    ],
    ['that leaves, and has not traded', row({ decision: { leaves: true } }), { leaves: true }],
    [
      'that leaves, and traded in part',
      row({ decision: { leaves: true }, volume: '0.00999999' }),
      { leaves: true },
    ],
    [
      'that leaves, and traded whole, has left',
      row({ decision: { leaves: true }, volume: '0.01' }),
      { leaves: true, left: true },
    ],
    ['that traded whole and leaves nothing', row({ volume: '0.01' }), {}],
    [
      'of a take-profit is no wish of its strategy',
      row({ signal: { takes: { orderKey: 'entry', number: 1, of: 1 } as never } }),
      { takenOut: true },
    ],
    [
      'of a stop for what was left is none either',
      row({ signal: { covers: { orderKey: 'exit', since: 1, of: ['entry'] } } }),
      { takenOut: true },
    ],
  ])('%s', (_, marked, expected) => {
    expect(marksOfOrder(marked)).toStrictEqual(expected);
  });

  it('are none before anything was decided', () => {
    expect(marksOfOrder({ signal: ROW.signal })).toStrictEqual({});
  });
});

describe('the marks alone', () => {
  const ALL: Required<FillMarks> = {
    ...{ perUnit: '1', leverage: '2', closeId: 'OSTOP', alone: true, profits: true },
    ...{ leaves: true, left: true, takenOut: true, decidedAtMs: 7, cause: 'flatten' },
  };

  it.each(Object.entries(ALL))('keep %s, and nothing that is not there', (name, value) => {
    const marked: FillMarks & { readonly volume: string } = { volume: '1', [name]: value };
    expect(marksOf(marked)).toStrictEqual({ [name]: value });
  });
});
