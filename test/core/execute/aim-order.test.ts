/** Which messages follow from a book, what they mean for it, and what becomes of their order. */
import { describe, expect, it } from 'vitest';
import { emptyBook, type Book } from '../../../functions/core/book.ts';
import { meaningOf } from '../../../functions/core/execute/aim.ts';
import { REDUCING_MAX_AGE_MS } from '../../../functions/core/protocol.ts';
import type { Signal } from '../../../functions/core/signal.ts';
import { TREND } from '../order-fixture.ts';
import { aimed, aimingRow, long, PAIR, planned } from './aim-fixture.ts';
import { plannedOrder, REF, SENT_MS, SIZED, taking } from './aim-fixture.ts';

const FLAT: Partial<Signal> = { target: { position: 'flat' } };
const COVER: Partial<Signal> = {
  ...{ action: 'sell', type: 'stop-loss', price: '45000', reduceOnly: true },
  ...{ size: { unit: 'base', amount: '0.01' }, covers: { orderKey: 'exit', since: 1 } },
};
/** An order with leverage that says itself what it is. */
const reducing = (amount: string): Partial<Signal> => ({
  ...{ action: 'sell', reduceOnly: true, leverage: '3', size: { unit: 'base', amount } },
});

describe('the aim of a message', () => {
  it.each<[string, Partial<Signal>]>([
    ['a sale at a take-profit', taking()],
    ['a stop for what has none', COVER],
    ['an order with leverage beside the stops of its position', reducing('0.01')],
  ])('is the book alone of %s', (_what, signal) => {
    expect(aimed(aimingRow({ signal }))).toStrictEqual({
      ok: true,
      value: { ref: REF, pair: PAIR },
    });
  });

  it('is none of an order that says itself what it is, nor of one with leverage that is placed', () => {
    expect(aimed(aimingRow({ signal: {} }))).toBeUndefined();
    const row = { state: 'placed' } as const;
    expect(aimed(aimingRow({ signal: reducing('0.01'), row }))).toBeUndefined();
  });

  it('holds what the message says of leverage, stop and take-profits, and nothing else', () => {
    const claim = { position: 'long', size: '0.02', signalId: 'next', sentAtMs: SENT_MS };
    const aim = (signal: Partial<Signal>) => aimed(aimingRow({ signal }));
    expect(aim(long('0.02'))).toStrictEqual({ ok: true, value: { ref: REF, pair: PAIR, claim } });
    const more: Partial<Signal> = {
      ...{ leverage: '3', stop: { type: 'stop-loss', price: '45000' } },
      ...{ takeProfits: [{ price: '+2%', share: '50' }], breakEven: true },
    };
    expect(aim({ ...long('0.02'), ...more })).toStrictEqual({
      ...{ ok: true, value: { ref: REF, pair: PAIR, claim: { ...claim, ...more } } },
    });
  });

  it('is refused where the symbol means no pair', () => {
    const row = aimingRow({ signal: { ...FLAT, symbol: 'KRAKEN:NOSUCHUSD' } });
    expect(aimed(row)).toMatchObject({ ok: false, error: { code: 'unknown-pair' } });
  });
});

describe('for a book that holds 0.01', () => {
  it.each<[string, Partial<Signal>, Partial<Book>, string]>([
    ['flat', FLAT, {}, 'leaves'],
    ['more', long('0.02'), {}, 'goes-on'],
    ['a take-profit for some', taking(), {}, 'goes-on'],
    [
      'a take-profit for all',
      { ...taking(), size: { unit: 'base', amount: '0.01' } },
      {},
      'leaves',
    ],
    ['a stop for what has none', COVER, {}, 'guards'],
    ['an order with leverage for all', reducing('0.01'), { leverage: '3' }, 'leaves'],
    ['an order with leverage for some', reducing('0.004'), { leverage: '3' }, 'goes-on'],
  ])('%s means that it %s %s', (_what, signal, more, meaning) => {
    const book = { ...emptyBook(REF), quantity: '0.01', ...more };
    const row = aimingRow({ signal });
    expect(meaningOf(row.signal, { pair: PAIR, book, source: SIZED })).toBe(meaning);
  });
});

describe('an order that follows from a book', () => {
  const sentLater = { receivedAtMs: SENT_MS - 400 };

  it.each([
    ['up to the age of its source', {}, TREND.maxAgeMs - 1, 'planned'],
    ['no more at that age', {}, TREND.maxAgeMs, 'stale'],
    [
      'by its receipt, where a clock says that it was sent later',
      sentLater,
      TREND.maxAgeMs - 401,
      'planned',
    ],
    ['no more by its receipt', sentLater, TREND.maxAgeMs - 400, 'stale'],
    [
      'by its sending, where it was received later',
      { receivedAtMs: 9_000 },
      TREND.maxAgeMs,
      'stale',
    ],
  ])('opens %s', (_what, row, ageMs, kind) => {
    const made = planned({ signal: long('0.02'), row, nowMs: SENT_MS + ageMs });
    expect(made).toMatchObject({ kind });
  });

  it('leaves however old it is', () => {
    const given = { signal: FLAT, book: { quantity: '0.01' }, nowMs: REDUCING_MAX_AGE_MS };
    const { input, says } = plannedOrder(given);
    const claim = { position: 'flat', signalId: 'next', sentAtMs: SENT_MS };
    expect(says).toStrictEqual({ ref: REF, claim });
    const first = { step: 'the book holds', value: '0.01 BTC' };
    expect(input.plan).toMatchObject({ leaves: true });
    expect(input.plan?.steps[0]).toEqual(first);
    expect(input.plan).not.toHaveProperty('opens');
  });

  it('says what the sender calls the position that it opens', () => {
    const { input } = plannedOrder({ signal: long('0.02') });
    expect(input.plan).toMatchObject({ opens: { size: '0.02' } });
    expect(input.plan).not.toHaveProperty('leaves');
  });

  it('that is refused tells what the sender says', () => {
    const refused = planned({ signal: long('0.02'), book: { quantity: '0.01', leverage: '3' } });
    expect(refused).toMatchObject({ kind: 'refused', refusal: { code: 'not-supported' } });
    const claim = { position: 'long', size: '0.02', signalId: 'next', sentAtMs: SENT_MS };
    expect(refused).toHaveProperty('book', { ref: REF, claim });
  });

  it('says again what a sender said of whom the book forgot everything', () => {
    const restates = { signalId: 'first', sentAtMs: 500 };
    const signal = {
      target: { position: 'long', size: '0.02', prev: { position: 'flat' } },
      restates,
    } as const;
    expect(plannedOrder({ signal }).says.claim).toStrictEqual({
      ...signal.target,
      ...{ signalId: 'next', sentAtMs: 500 },
    });
  });
});
