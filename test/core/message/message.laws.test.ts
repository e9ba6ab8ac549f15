import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { FIELD_NAMES, fieldOf, tradeWord } from '../../../functions/core/message/message-fields.ts';
import {
  mayHave,
  ORDER_TERMS,
  ORDER_TYPES,
  type Term,
} from '../../../functions/core/message/order-terms.ts';
import { REFUSALS } from '../../../functions/core/refusal.ts';
import { parseSignal } from '../../../functions/core/message/parse-signal.ts';
import { canonicalMessage } from './canonical-message.ts';
import {
  BASE,
  FREE_SOURCE,
  NEEDED,
  parseFields,
  rootOf,
  SENT,
  signalOf,
} from './message-fixture.ts';

const amount = fc
  .tuple(fc.integer({ min: 1, max: 99_999 }), fc.integer({ min: 0, max: 999 }))
  .map(([whole, part]) => `${whole}.${part}`);
const small = fc.integer({ min: 1, max: 99 }).map(String);
const sign = fc.constantFrom('+', '-');
const distance = fc.oneof(
  fc.tuple(sign, amount).map(([way, by]) => `${way}${by}`),
  fc.tuple(sign, small).map(([way, by]) => `${way}${by}%`),
);
const price = fc.oneof(
  amount,
  distance.filter((by) => !/^-[0-9.]+$/.test(by)),
);
const lastPrice = fc.oneof(
  price,
  amount.map((by) => `last-${by}`),
);
const triggerPrice = fc.oneof(
  price,
  amount.map((by) => `trigger-${by}`),
);
const trail = fc.oneof(
  amount.map((by) => `+${by}`),
  small.map((by) => `+${by}%`),
);
const later = fc.constantFrom('+30s', '+2h', '2026-11-22T13:00:00.123Z');
const size = fc.oneof(
  amount,
  amount.map((of) => `${of} USD`),
  fc
    .tuple(small, fc.constantFrom('', ' available', ' position'))
    .map(([of, what]) => `${of}%${what}`),
);

const VALUE_OF: Readonly<Record<Exclude<Term, 'price' | 'price2'>, fc.Arbitrary<string>>> = {
  trigger: fc.constantFrom('last', 'index'),
  displayVolume: amount,
  start: fc.constantFrom('+5s', '+10s'),
  expire: later,
  postOnly: fc.constant('true'),
  leverage: fc.constantFrom('2', '3x', '5:1'),
  selfTrade: fc.constantFrom('cancel-newest', 'cancel_oldest', 'Cancel Both'),
};

/** Messages of every type with any of the terms that it may have. */
const message = fc.constantFrom(...ORDER_TYPES).chain((type) => {
  const { price: first, price2: second } = ORDER_TERMS[type];
  const terms = Object.fromEntries(
    Object.entries(VALUE_OF).filter(([term]) => mayHave(type, term as Term)),
  );
  return fc.record(
    {
      type: fc.constant(type),
      action: fc.constantFrom('buy', 'sell', 'long'),
      size,
      id: fc.string({ minLength: 1, maxLength: 20, unit: 'grapheme-ascii' }),
      comment: fc.string({ maxLength: 30, unit: fc.constantFrom('a', ' ', '"', 'é', '\\') }),
      reduceOnly: fc.constantFrom('true', 'false'),
      marketPosition: fc.constantFrom('long', 'flat'),
      rsi: fc.integer(),
      ...terms,
      ...(first === undefined ? {} : { price: first === 'distance' ? trail : lastPrice }),
      ...(second === undefined ? {} : { price2: second === 'distance' ? distance : triggerPrice }),
    },
    { requiredKeys: ['type', 'action', 'size', ...Object.keys(NEEDED[type])] as never[] },
  );
});

describe('the language of signals', () => {
  it('says again what it has read: a signal written as a message is the same signal', () => {
    let [runs, read] = [0, 0];
    fc.assert(
      fc.property(message, (fields) => {
        runs += 1;
        const parsed = parseFields(fields);
        if (!parsed.ok) return;
        read += 1;
        const { signal } = parsed.value;
        const again = signalOf(canonicalMessage(signal));
        // An id that is a hash cannot be written, only made again.
        const isHash = /sha256:/.test(signal.id);
        expect(isHash ? { ...again, id: signal.id } : again).toEqual(signal);
      }),
      { numRuns: 400 },
    );
    // A law about messages that are all refused would say nothing.
    expect(read).toBeGreaterThan(runs / 4);
  });

  it('does not change its mind for fields that it does not know', () => {
    const name = fc
      .string({ minLength: 1, maxLength: 12 })
      .filter((one) => fieldOf(one) === undefined && tradeWord(one) === undefined)
      .filter(
        (one) => !/\{\{|\}\}/.test(one) && !['__proto__', 'constructor', 'prototype'].includes(one),
      );
    const harmless = fc.oneof(
      fc.integer(),
      fc.boolean(),
      fc.constantFrom('buy', 'limit', '9', null),
    );
    fc.assert(
      fc.property(message, fc.dictionary(name, harmless), (fields, extra) => {
        const [plain, more] = [parseFields(fields), parseFields({ ...extra, ...fields })];
        expect(more.ok).toBe(plain.ok);
        if (!plain.ok || !more.ok) return;
        const { unknown: _, id: _id, ...intent } = more.value.signal;
        expect(plain.value.signal).toMatchObject(intent);
      }),
      { numRuns: 300 },
    );
  });

  it('has one meaning for every name of a field, and a sentence for every value', () => {
    const names = Object.values(FIELD_NAMES).flat();
    expect(new Set(names).size).toBe(names.length);
    const value = fc.oneof(
      fc.constantFrom('buy', 'limit', 'stop', SENT, 'XBTUSD', '1', '-2%', '+50', '10%', '5 USD'),
      fc.constantFrom('true', '+2h', 'GTD', '5x', '', 'none', '1% risk'),
      fc.jsonValue({ maxDepth: 1 }),
    );
    const fields = fc.dictionary(fc.constantFrom(...names), value);
    fc.assert(
      fc.property(fields, fc.boolean(), (extra, whole) => {
        const text = JSON.stringify(whole ? { ...BASE, ...extra } : extra);
        // Refused as JSON already, by a test of its own.
        fc.pre(!/"(?:__proto__|prototype|constructor)"/.test(text));
        const root = rootOf(text);
        const parsed = parseSignal(root, { sourceName: 'desk', source: FREE_SOURCE });
        if (parsed.ok) expect(['buy', 'sell']).toContain(parsed.value.signal.action);
        else {
          expect(REFUSALS[parsed.error.code]).toBeGreaterThanOrEqual(400);
          expect(parsed.error.sentence).toMatch(/^[^]{10,700}\.$/);
        }
      }),
      { numRuns: 1_000 },
    );
  });
});
