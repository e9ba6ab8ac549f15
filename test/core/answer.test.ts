import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { placeOutcome, verdictOn, type Verdict } from '../../functions/core/answer.ts';
import { ExchangeError, resultOf } from '../../functions/core/exchange-error.ts';

const TXID = 'OUF4EM-FRGI2-MQMWZD';
const DESCRIPTION = 'buy 1.25000000 XBTUSD @ limit 37500.0';

function answered(errors: readonly string[], result?: unknown) {
  return { kind: 'answered', errors, result } as const;
}

const VERDICTS: readonly (readonly [Verdict, readonly string[]])[] = [
  [
    'refused-before-engine',
    [
      'EAPI:Rate limit exceeded',
      'EAuth:Rate limit exceeded',
      'EAuth:Too many requests',
      'EGeneral:Too many requests',
      'EOrder:Rate limit exceeded',
      'EOrder:Domain rate limit exceeded',
      'EService:Throttled:1700000000',
      'EService: Throttled: 1700000000',
      ' eapi : rate  limit exceeded ',
    ],
  ],
  [
    'refused-and-trips',
    [
      'EAPI:Invalid key',
      'EAPI:Invalid signature',
      'EGeneral:Permission denied',
      'EGeneral:Temporary lockout',
      'EAuth:Account temporary disabled',
      'EAuth:Account unconfirmed',
    ],
  ],
  [
    'refused',
    [
      'EOrder:Insufficient funds',
      'EOrder:Order minimum not met',
      'EOrder:Cost minimum not met',
      'EOrder:Tick size check failed',
      'EOrder:Orders limit exceeded',
      'EOrder:Post only order',
      'EOrder:Reduce only:No position exists',
      'EOrder:Invalid price:BCHEUR price can only be specified up to 1 decimals.',
      'EGeneral:Invalid arguments',
      'EGeneral:Invalid arguments:volume minimum not met',
      'EGeneral:Invalid arguments:Index unavailable',
      'EQuery:Unknown asset pair',
      'EAccount:Invalid permissions:STBL trading restricted for NL.',
      'EBM:limit exceeded:CAL',
      'EService:Market in cancel_only mode',
      'EService:Market in post_only mode',
      'EService:Market in limit_only mode',
    ],
  ],
  [
    'unknown',
    [
      'EService:Unavailable',
      'EService:Busy',
      'EService:Timeout',
      'EService:Deadline elapsed',
      'EGeneral:Internal error',
      'EGeneral:Internal error:1234',
      'EDatabase:Internal error',
      'EGeneral:Invalid arguments:cl_ord_id',
      'EGeneral:Invalid arguments:cl_ord_id not unique',
      'EOrder:Duplicate order',
      'EOrder:clOrdId is not unique',
      'EOrder:Reduce only:Position is closed',
      'EOrder:Something new',
      'EOrder:Insufficient funds perhaps',
      'EOrder:Insufficient fundsy',
      'EOrder',
      'EGeneral:',
      'EFunding:Max fee exceeded',
      '',
      '<html>502 Bad Gateway</html>',
    ],
  ],
];

describe.each(VERDICTS)('%s', (verdict, texts) => {
  test.each(texts)('%j', (text) => {
    expect(verdictOn([text])).toBe(verdict);
  });
});

const KNOWN = VERDICTS.flatMap(([, texts]) => texts);
const anyText = fc.oneof(fc.constantFrom(...KNOWN), fc.string(), fc.string({ unit: 'binary' }));

/** What each verdict may still be followed by: fewer possibilities is more caution. */
const CAUTION: Readonly<Record<Verdict, readonly Verdict[]>> = {
  'refused-before-engine': ['refused-before-engine', 'unknown'],
  refused: ['refused', 'refused-and-trips', 'unknown'],
  'refused-and-trips': ['refused-and-trips', 'unknown'],
  unknown: ['unknown'],
};

describe('a list of errors', () => {
  test('has a verdict whatever it holds, in any order', () => {
    fc.assert(
      fc.property(fc.array(anyText, { minLength: 1 }), (errors) => {
        const verdict = verdictOn(errors);
        expect(Object.keys(CAUTION)).toContain(verdict);
        expect(verdictOn([...errors].reverse())).toBe(verdict);
      }),
    );
  });

  test('is judged more cautiously, never less, with every text that is added', () => {
    fc.assert(
      fc.property(fc.array(anyText, { minLength: 1 }), anyText, (errors, added) => {
        expect(CAUTION[verdictOn(errors)]).toContain(verdictOn([...errors, added]));
      }),
    );
  });

  test('with one text that is not on the list is unknown', () => {
    fc.assert(
      fc.property(fc.array(fc.constantFrom(...KNOWN)), fc.nat(), (errors, position) => {
        const list = errors.toSpliced(position % (errors.length + 1), 0, 'EOrder:Never heard of');
        expect(verdictOn(list)).toBe('unknown');
      }),
    );
  });

  test.each<[Verdict, string, string]>([
    ['refused', 'EOrder:Insufficient funds', 'EQuery:Unknown asset pair'],
    ['refused-and-trips', 'EOrder:Insufficient funds', 'EAPI:Invalid key'],
    ['refused-and-trips', 'EAPI:Invalid key', 'EAPI:Invalid signature'],
    ['refused-before-engine', 'EAPI:Rate limit exceeded', 'EService:Throttled'],
    ['unknown', 'EAPI:Rate limit exceeded', 'EOrder:Insufficient funds'],
    ['unknown', 'EAPI:Rate limit exceeded', 'EAPI:Invalid key'],
    ['unknown', 'EAPI:Rate limit exceeded', 'EService:Busy'],
    ['unknown', 'EOrder:Insufficient funds', 'EService:Busy'],
    ['unknown', 'EAPI:Invalid key', 'EService:Busy'],
  ])('is %s with %j and %j', (verdict, one, other) => {
    expect(verdictOn([one, other])).toBe(verdict);
    expect(verdictOn([other, one])).toBe(verdict);
  });

  test('that is empty is unknown', () => {
    expect(verdictOn([])).toBe('unknown');
  });

  test('that contradicts itself about the engine concludes nothing', () => {
    expect(verdictOn(['EAPI:Invalid nonce', 'EOrder:Insufficient funds'])).toBe('unknown');
  });
});

describe('the outcome of an order', () => {
  test('is placed when no error and exactly one order id came', () => {
    const answer = answered([], { descr: { order: DESCRIPTION }, txid: [TXID] });
    const placed = { kind: 'placed', exchangeOrderId: TXID, description: DESCRIPTION };
    expect(placeOutcome(answer, false)).toEqual(placed);
    // Even when it was only to be checked: the order is there.
    expect(placeOutcome(answer, true)).toEqual(placed);
  });

  test('is validated only when it was to be checked and no order id came', () => {
    const answer = answered([], { descr: { order: DESCRIPTION } });
    expect(placeOutcome(answer, true)).toEqual({ kind: 'validated', description: DESCRIPTION });
    expect(placeOutcome(answer, false).kind).toBe('unknown');
  });

  test.each([
    ['nothing', undefined],
    ['null', null],
    ['an empty object', {}],
    ['no id', { descr: { order: DESCRIPTION }, txid: [] }],
    ['an empty id', { descr: { order: DESCRIPTION }, txid: [''] }],
    ['two ids', { descr: { order: DESCRIPTION }, txid: [TXID, 'OTHER'] }],
    ['an id that is no text', { descr: { order: DESCRIPTION }, txid: [{}] }],
    ['a list', [TXID]],
    ['text', TXID],
  ])('is unknown when success comes with %s', (_, result) => {
    expect(placeOutcome(answered([], result), false).kind).toBe('unknown');
  });

  test.each([
    ['two order ids', { descr: { order: DESCRIPTION }, txid: [TXID, 'OTHER'] }],
    ['no description', { descr: {} }],
    ['a description that is no text', { descr: { order: 7 } }],
  ])('is unknown when an order that was to be checked comes with %s', (_name, result) => {
    expect(placeOutcome(answered([], result), true).kind).toBe('unknown');
  });

  test.each([
    ['null', [null, TXID]],
    ['text beside the list', TXID],
  ])('is placed when the one order id stands with %s', (_name, txid) => {
    const answer = answered([], { descr: { order: DESCRIPTION }, txid });
    expect(placeOutcome(answer, false)).toMatchObject({ kind: 'placed', exchangeOrderId: TXID });
  });

  test('has a reason that a person can read, however long the errors are', () => {
    const errors = Array.from({ length: 40 }, (_, index) => `EOther:${index} ${'x'.repeat(500)}`);
    const outcome = placeOutcome(answered(errors), false);
    expect('reason' in outcome && outcome.reason.length).toBeLessThan(1_500);
    expect('reason' in outcome && outcome.reason).toContain('EOther:4');
  });

  test('is unknown when an error comes together with an order id', () => {
    const answer = answered(['EOrder:Insufficient funds'], { txid: [TXID] });
    expect(placeOutcome(answer, false).kind).toBe('unknown');
  });

  test.each([
    ['EOrder:Insufficient funds', { kind: 'refused', trips: false }],
    ['EAPI:Invalid key', { kind: 'refused', trips: true }],
    ['EAPI:Invalid nonce', { kind: 'unknown' }],
    ['EAPI:Rate limit exceeded', { kind: 'refused-before-engine' }],
    ['EService:Busy', { kind: 'unknown' }],
  ])('after %s tells Kraken’s words', (text, expected) => {
    const outcome = placeOutcome(answered([text], {}), false);
    expect(outcome).toMatchObject(expected);
    expect(outcome).toHaveProperty('reason', expect.stringContaining(text));
  });

  test('is unknown after a lost answer and never-sent after no byte left', () => {
    const reason = 'read ECONNRESET';
    expect(placeOutcome({ kind: 'lost', reason }, false)).toEqual({ kind: 'unknown', reason });
    expect(placeOutcome({ kind: 'never-sent', reason }, false)).toEqual({
      kind: 'never-sent',
      reason,
    });
  });

  test('exists for every answer there can be, and never claims an order without an id', () => {
    fc.assert(
      fc.property(fc.array(anyText), fc.anything(), fc.boolean(), (errors, result, validate) => {
        const outcome = placeOutcome(answered(errors, result), validate);
        expect(outcome.kind).not.toBe('never-sent');
        if (outcome.kind === 'placed') {
          expect(errors).toEqual([]);
          expect(outcome.exchangeOrderId).not.toBe('');
        }
      }),
    );
  });
});

describe('a question', () => {
  test('that is answered gives the result', () => {
    expect(resultOf(answered([], { count: '1' }), 'CancelAll')).toEqual({ count: '1' });
  });

  test.each([
    ['EAPI:Invalid nonce', true],
    ['EAPI:Rate limit exceeded', true],
    ['EService:Unavailable', true],
    ['EService:Busy', true],
    ['EAPI:Invalid key', false],
    ['EGeneral:Temporary lockout', false],
    ['EQuery:Unknown asset pair', false],
  ])('that is refused with %s: asking again makes sense: %s', (text, retryable) => {
    const error = thrownBy(() => resultOf(answered([text]), 'Balance'));
    expect(error).toMatchObject({ retryable, errors: [text] });
    expect(error.message).toContain(`Balance was refused: ${text}`);
  });

  test.each(['lost', 'never-sent'] as const)('that is %s may be asked again', (kind) => {
    const error = thrownBy(() => resultOf({ kind, reason: 'read ECONNRESET' }, 'Balance'));
    expect(error).toMatchObject({ retryable: true, errors: [] });
    expect(error.message).toContain('read ECONNRESET');
  });
});

function thrownBy(action: () => unknown): ExchangeError {
  try {
    action();
  } catch (error) {
    if (error instanceof ExchangeError) return error;
    throw error;
  }
  throw new Error('nothing was thrown');
}
