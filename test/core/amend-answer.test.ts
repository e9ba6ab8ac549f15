/** What an answer to AmendOrder means. */
import { describe, expect, it } from 'vitest';
import { amendOutcome } from '../../functions/core/amend-answer.ts';

const errors = (...texts: string[]) =>
  amendOutcome({ kind: 'answered', errors: texts, result: undefined });

describe('an answer to an amend', () => {
  it.each([
    [['EOrder:No amendable parameters specified'], 'amended'],
    [['EOrder: No amendable parameters'], 'amended'],
    [['EOrder:Unknown order'], 'gone'],
    [['EOrder:Invalid order'], 'gone'],
    [['EOrder:Insufficient funds'], 'refused'],
    [['EGeneral:Invalid arguments:limit_price'], 'refused'],
    [['EOrder:Post only order'], 'refused'],
    [['EGeneral:Permission denied'], 'refused'],
    [['EOrder:Rate limit exceeded'], 'not-reached'],
    [['EService:Throttled: 1700000000'], 'not-reached'],
    [['EService:Unavailable'], 'unknown'],
    [['EService:Deadline elapsed'], 'unknown'],
    [['EAPI:Invalid nonce'], 'unknown'],
    [['EOrder:Something new'], 'unknown'],
    // Two that contradict each other conclude nothing.
    [['EOrder:No amendable parameters', 'EService:Unavailable'], 'unknown'],
    [['EOrder:Unknown order', 'EService:Busy'], 'unknown'],
  ] as const)('%j is %s', (texts, kind) => {
    expect(errors(...texts).kind).toBe(kind);
  });

  it('trips where going on would make it worse, and nowhere else', () => {
    expect(errors('EGeneral:Permission denied')).toMatchObject({ trips: true });
    expect(errors('EOrder:Insufficient funds')).toMatchObject({ trips: false });
  });

  it('of success names the amend, and proves nothing without one', () => {
    const of = (result: unknown) => amendOutcome({ kind: 'answered', errors: [], result });
    expect(of({ amend_id: 'TEZA4R' })).toEqual({ kind: 'amended', description: 'amend TEZA4R' });
    for (const result of [{}, null, undefined, { amend_id: '' }, { amend_id: 1 }, 'TEZA4R']) {
      expect(of(result).kind, JSON.stringify(result)).toBe('unknown');
    }
  });

  it('that never came is told from one that was never asked for', () => {
    expect(amendOutcome({ kind: 'lost', reason: 'reset' })).toEqual({
      ...{ kind: 'unknown', reason: 'reset' },
    });
    expect(amendOutcome({ kind: 'never-sent', reason: 'refused' })).toEqual({
      ...{ kind: 'not-reached', reason: 'refused' },
    });
  });
});
