/** What a book is told of a message with a target: the claim, and what is known of its second. */
import { describe, expect, it } from 'vitest';
import { emptyBook, type Claim, type SameSecond } from '../../../functions/core/book.ts';
import { planAim } from '../../../functions/core/execute/aim.ts';
import type { Signal } from '../../../functions/core/signal.ts';
import { TABLE } from '../market-fixture.ts';
import { orderRow, TEST_CONFIG, TREND } from '../order-fixture.ts';

const REF = { on: 'kraken', account: 'main', source: 'trend', pair: 'BTC/USD' } as const;
const FLAT = { position: 'flat' } as const;
const ONE = { position: 'long', size: '1' } as const;
const TWO = { position: 'long', size: '2' } as const;
const FIRST: SameSecond = { began: FLAT, steps: [{ from: FLAT, to: ONE }] };
const BEFORE: Claim = { ...ONE, prev: FLAT, signalId: 'first', sentAtMs: 1_000, second: FIRST };

/** What the book is told of the second, when a message with `long 2` after `long 1` comes. */
function toldOf(signal: Partial<Signal>, claim: Partial<Claim> = {}): SameSecond | undefined {
  const target = { ...TWO, prev: ONE };
  const row = orderRow({ id: 'next', sentAtMs: 1_000, target, ...signal }, TEST_CONFIG);
  const said = { ...target, signalId: 'next', sentAtMs: 1_000, ...claim };
  const pair = TABLE.byAnyName('BTC/USD')!;
  const planned = planAim(
    row,
    { ref: REF, pair, claim: said },
    {
      ...{ source: { ...TREND, size: { kind: 'signal' } }, nowMs: 2_000, stops: [], goes: [] },
      ...{ book: { ...emptyBook(REF), claim: BEFORE }, balances: new Map() },
    },
  );
  if (planned.kind !== 'planned') throw new Error(planned.kind);
  return planned.says.claim?.second;
}

it('is a step further within the same second', () => {
  const step = { from: ONE, to: TWO };
  expect(toldOf({})).toEqual({ began: FLAT, steps: [...FIRST.steps, step] });
});

it('begins anew with another second, where the strategy stood', () => {
  const step = { from: ONE, to: TWO };
  expect(toldOf({ sentAtMs: 1_500 }, { sentAtMs: 1_500 })).toEqual({ began: ONE, steps: [step] });
});

it.each<[string, Partial<Signal>, Partial<Claim>]>([
  ['the very message again', { id: 'first' }, { signalId: 'first' }],
  [
    'what Harpoon says again of it',
    { id: 'drift:1', restates: { signalId: 'first', sentAtMs: 1_000 } },
    { signalId: 'drift:1' },
  ],
])('stays as it was with %s', (_what, signal, claim) => {
  expect(toldOf(signal, claim)).toEqual(FIRST);
});

describe('a message of the second that came too late', () => {
  const OLDER = { ...ONE, prev: FLAT };
  const CLAIM: Claim = {
    ...{ ...TWO, prev: ONE, signalId: 'second', sentAtMs: 1_000 },
    second: { began: FLAT, steps: [{ from: ONE, to: TWO }] },
  };

  /** What the book is told of it. */
  const told = (signal: Partial<Signal>, claim = CLAIM): Claim | undefined => {
    const row = orderRow({ id: 'late', sentAtMs: 1_000, target: OLDER, ...signal }, TEST_CONFIG);
    const pair = TABLE.byAnyName('BTC/USD')!;
    const planned = planAim(
      row,
      { ref: REF, pair, claim: { ...OLDER, signalId: 'late', sentAtMs: 1_000 } },
      {
        ...{ source: { ...TREND, size: { kind: 'signal' } }, nowMs: 2_000, stops: [], goes: [] },
        ...{ book: { ...emptyBook(REF), claim }, balances: new Map() },
      },
    );
    if (planned.kind !== 'unneeded') throw new Error(planned.kind);
    expect(planned.book?.ref).toEqual(planned.book && REF);
    return planned.book?.claim;
  };

  it('is known of the second, and the claim stays', () => {
    const steps = [
      { from: ONE, to: TWO },
      { from: FLAT, to: ONE },
    ];
    const after = { ...CLAIM, second: { began: FLAT, steps } };
    expect(told({})).toEqual(after);
    expect(told({}, after)).toBeUndefined();
  });

  it.each<[string, Partial<Signal>]>([
    ['of a second before', { sentAtMs: 999 }],
    ['that Harpoon says again', { restates: { signalId: 'first', sentAtMs: 1_000 } }],
  ])('tells the book nothing where it is one %s', (_what, signal) => {
    expect(told(signal)).toBeUndefined();
  });
});
