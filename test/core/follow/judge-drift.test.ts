/** Where a stop or a take-profit took a strategy out, its claim is no drift until it was out itself. */
import { describe, expect, it } from 'vitest';
import { emptyBook, type Book } from '../../../functions/core/book.ts';
import { decimal } from '../../../functions/core/decimal.ts';
import { judgeDrift } from '../../../functions/core/follow/judge-drift.ts';
import type { Target } from '../../../functions/core/signal.ts';
import { pairNamed } from '../market-fixture.ts';
import { TREND } from '../order-fixture.ts';
import { REF } from './stop-entry.ts';

const LONG: Target = { position: 'long', size: '0.01' };

/** What is missing, of a book that holds so much ten minutes after its message. */
function missing(holds: string, claim: Target, stopped: Pick<Book, 'stopped' | 'stoppedAtMs'>) {
  const said = { ...claim, signalId: 'later', sentAtMs: 200_000 };
  const book: Book = { ...emptyBook(REF), quantity: holds, ...stopped, claim: said };
  const amount = { total: decimal('1'), available: decimal('1') };
  return judgeDrift({
    view: { book, inFlight: [] },
    source: { ...TREND, size: { kind: 'signal' }, target: true },
    pair: pairNamed('BTC/USD'),
    balances: new Map([['BTC', amount]]),
    nowMs: 800_000,
  })?.missing;
}

describe('a claim', () => {
  const taken = { stopped: 'long', stoppedAtMs: 100_000 } as const;

  it.each<[string, string, Target, Pick<Book, 'stopped' | 'stoppedAtMs'>, string | undefined]>([
    ['of what a take-profit sold is no drift', '0.005', LONG, taken, undefined],
    ['of what a stop sold is no drift', '0', LONG, taken, undefined],
    ['of what nothing took away is one', '0.005', LONG, {}, 'buy 0.005 BTC'],
    ['to be out of what is left is one', '0.005', { position: 'flat' }, taken, 'sell 0.005 BTC'],
    ['of less than is left is one', '0.02', LONG, taken, 'sell 0.01 BTC'],
  ])('%s', (_what, holds, claim, stopped, expected) => {
    expect(missing(holds, claim, stopped)).toBe(expected);
  });
});
