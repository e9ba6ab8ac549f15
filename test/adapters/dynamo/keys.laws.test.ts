import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  accountSwitch,
  auditKey,
  dueSort,
  laneKey,
  noticeKey,
  orderKey,
  orderRef,
  riskDay,
  riskHour,
  tallyKey,
} from '../../../functions/adapters/dynamo/keys.ts';

/** Accounts as the configuration allows them, and row names as they are made. */
const account = fc
  .tuple(fc.constantFrom(...'abz'), fc.string({ maxLength: 6, unit: fc.constantFrom(...'az09-') }))
  .map(([first, rest]) => first + rest);
const hex = fc.string({
  minLength: 64,
  maxLength: 64,
  unit: fc.constantFrom(...'0123456789abcdef'),
});
const ref = fc.record({ account, orderKey: hex });
const seq = fc.integer({ min: 1, max: 999_999 });
const atMs = fc.integer({ min: Date.UTC(2020, 0), max: Date.UTC(2286, 0) });

describe('keys of the table', () => {
  it('name an order row in one way, which is read back', () => {
    fc.assert(
      fc.property(ref, ref, (one, other) => {
        expect(orderRef(orderKey(one).pk)).toEqual(one);
        const isSame = one.account === other.account && one.orderKey === other.orderKey;
        expect(orderKey(one).pk === orderKey(other).pk).toBe(isSame);
      }),
    );
  });

  it('of other things are no order rows, and no two kinds of thing share a key', () => {
    fc.assert(
      fc.property(ref, seq, atMs, (one, number, at) => {
        const others = [
          laneKey(one.account),
          accountSwitch(one.account),
          riskDay(one.account, at),
          riskHour(one.account, at),
          tallyKey(one.account),
          noticeKey(`order:${one.orderKey}`),
        ];
        for (const { pk } of others) expect(orderRef(pk)).toBeUndefined();
        const all = [...others, orderKey(one), auditKey(one, number)];
        expect(new Set(all.map(({ pk, sk }) => JSON.stringify([pk, sk]))).size).toBe(all.length);
      }),
    );
  });

  it('sort as text as numbers and times do', () => {
    fc.assert(
      fc.property(ref, seq, seq, atMs, atMs, (one, a, b, early, late) => {
        expect(auditKey(one, a).sk < auditKey(one, b).sk).toBe(a < b);
        expect(dueSort(early) < dueSort(late)).toBe(early < late);
      }),
    );
  });
});
