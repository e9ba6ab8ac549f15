import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { placeOutcome, verdictOn, verdictOnText } from '../../functions/core/answer.ts';

/** Texts that are refusals of every kind when nothing stands beside them. */
const REFUSALS = [
  'EAPI:Rate limit exceeded',
  'EService:Throttled',
  'EAPI:Invalid key',
  'EGeneral:Permission denied',
  'EGeneral:Invalid arguments',
  'EQuery:',
  'EOrder:Insufficient funds',
  'EOrder:Cost minimum not met',
  'EService:Market in cancel_only mode',
];
const VERDICTS = ['refused-before-engine', 'refused', 'refused-and-trips', 'unknown'];

const anything = fc.oneof(
  fc.string(),
  fc.string({ unit: 'binary' }),
  fc.constantFrom(...REFUSALS),
  fc.tuple(fc.constantFrom(...REFUSALS), fc.string()).map((parts) => parts.join('')),
);

/** The same text in any mixture of large and small letters. */
const anyCase = (text: string) =>
  fc
    .array(fc.boolean(), { minLength: text.length, maxLength: text.length })
    .map((large) =>
      [...text].map((unit, at) => (large[at] ? unit.toUpperCase() : unit.toLowerCase())).join(''),
    );

/** Words that speak of an earlier order with our id. */
const earlier = fc
  .constantFrom('cl_ord_id', 'clOrdId', 'clordid', 'not unique', 'duplicate')
  .chain(anyCase);

describe('the verdict on a text', () => {
  it('exists for any text, with a reason', () => {
    fc.assert(
      fc.property(anything, (text) => {
        const { verdict, because } = verdictOnText(text);
        expect(VERDICTS).toContain(verdict);
        expect(because).not.toBe('');
      }),
      { numRuns: 1_000 },
    );
  });

  it('is unknown wherever an earlier order with our id is mentioned', () => {
    const mention = fc.tuple(anything, earlier, anything).map((parts) => parts.join(''));
    fc.assert(
      fc.property(mention, fc.array(anything), fc.nat(), (text, others, place) => {
        expect(verdictOnText(text).verdict).toBe('unknown');
        const errors = others.toSpliced(place % (others.length + 1), 0, text);
        expect(verdictOn(errors)).toBe('unknown');
        const answer = { kind: 'answered', errors, result: undefined } as const;
        expect(placeOutcome(answer, false).kind).toBe('unknown');
        expect(placeOutcome(answer, true).kind).toBe('unknown');
      }),
      { numRuns: 1_000 },
    );
  });

  it('does not hang on large and small letters, nor on blanks', () => {
    const known = fc.constantFrom(...REFUSALS);
    const blank = fc.constantFrom('', ' ', '  ', '\t');
    fc.assert(
      fc.property(known, known.chain(anyCase), blank, blank, (text, other, before, after) => {
        const spaced = text.replace(':', `${before}:${after}`);
        expect(verdictOnText(`${before}${spaced}${after}`)).toEqual(verdictOnText(text));
        const same = REFUSALS.find((one) => one.toLowerCase() === other.toLowerCase()) ?? '';
        expect(verdictOnText(other)).toEqual(verdictOnText(same));
      }),
    );
  });

  it('is a refusal only where a text on the list ends, or a colon follows it', () => {
    const listed = fc.constantFrom(...REFUSALS.filter((text) => !text.endsWith(':')));
    const more = fc.string({ minLength: 1 }).filter((text) => !/^\s*(:|$)/.test(text));
    fc.assert(
      fc.property(listed, more, (text, behind) => {
        expect(verdictOnText(text).verdict).not.toBe('unknown');
        expect(verdictOnText(`${text}${behind}`).verdict).toBe('unknown');
      }),
    );
  });
});
