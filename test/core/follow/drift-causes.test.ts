/** What is told of a drift, and what is recorded to bring a book to where its strategy stands. */
import { describe, expect, it } from 'vitest';
import type { Source } from '../../../functions/core/config.ts';
import type { Fill } from '../../../functions/core/fill.ts';
import type { OrderRow } from '../../../functions/core/order.ts';
import { refusal } from '../../../functions/core/refusal.ts';
import { claimOf, madeUpBooks, rowOfClaim, type GivenBook } from './made-up-books.ts';
import { resting } from './stop-entry.ts';

const CLAIM = claimOf({ position: 'long', size: '0.01' });
const DRIFTS: GivenBook = { quantity: '0.004', cost: '200', claim: CLAIM };

const filled = (volume: string, status: Fill['status']): Pick<OrderRow, 'fill'> => {
  return { fill: { status, volume, cost: '1', fee: '0', seenAtMs: 1 } };
};

describe('the likely cause of a drift', () => {
  it.each<[string, Partial<OrderRow> | undefined, string]>([
    [
      'is a refusal',
      { state: 'rejected', refusal: refusal('missing-field', 'it is too large') },
      'Its order is rejected: it is too large.',
    ],
    [
      'is how it ended otherwise',
      { state: 'unneeded', outcome: 'nothing was to do' },
      'Its order is unneeded: nothing was to do.',
    ],
    ['is its state where nothing more is known', { state: 'expired' }, 'Its order is expired:'],
    [
      'is that it ended too early',
      { state: 'placed', ...filled('0.004', 'cancelled') },
      'Its order is cancelled with 0.004 of 0.01 filled.',
    ],
    ['is that it rests', { state: 'placed' }, 'Its order is open with 0 of 0.01 filled.'],
    [
      'is not in an order that was filled',
      { state: 'placed', ...filled('0.01', 'filled') },
      'Its order was filled, and what it owns changed afterwards.',
    ],
    ['is not known of a row that is gone', undefined, 'is not on record any more.'],
  ])('%s', async (_what, ended, words) => {
    const { attempt } = (await resting()).now();
    if (attempt === undefined) throw new Error('it was licensed');
    const sent = { ...attempt, order: { ...attempt.order, volume: '0.01' } };
    const rows = ended === undefined ? [] : [rowOfClaim({ attempt: sent, ...ended })];
    const { watch, notices } = madeUpBooks({ books: [DRIFTS], rows });
    await watch();
    expect(notices()).toHaveLength(1);
    expect(notices()[0]?.text.split('\n')[0]).toContain(words);
  });
});

describe('what is done about a drift', () => {
  async function done(onDrift: Source['onDrift'], claim: GivenBook['claim'] = CLAIM) {
    const source = onDrift === undefined ? {} : { onDrift };
    const all = madeUpBooks({ books: [{ ...DRIFTS, claim }], source });
    await all.watch();
    const [own, ...more] = all.store.rows();
    expect(more).toEqual([]);
    return { ...all, own, said: all.warned()[0] ?? '' };
  }

  it.each<[Source['onDrift'], string, object | undefined]>([
    [undefined, 'notify', undefined],
    ['notify', 'notify', undefined],
    ['follow', 'follow', { position: 'long', size: '0.01' }],
    ['flatten', 'flatten', { position: 'flat' }],
  ])('is what the source wishes: %s', async (onDrift, action, target) => {
    const { own, said, notices } = await done(onDrift);
    expect(notices()).toHaveLength(1);
    expect(said).toContain(
      `"event":"book-drifts","account":"main","source":"trend","pair":"BTC/USD","action":"${action}"`,
    );
    expect(own?.signal.target).toEqual(target);
    if (target === undefined) return;
    expect(own?.signal).toMatchObject({ id: 'drift:said', source: 'trend', symbol: 'BTC/USD' });
    expect(own?.signal.restates).toEqual({ signalId: 'said', sentAtMs: 1 });
  });

  it('is nothing where the message was Harpoon’s own', async () => {
    const { own, notices } = await done('follow', { ...CLAIM, signalId: 'drift:said' });
    expect([own, notices().length]).toEqual([undefined, 1]);
    expect(notices()[0]?.text).toContain('Nothing is done about it');
  });

  it('carries a fingerprint of what it asks for, so that nothing else passes for it', async () => {
    const rows = [
      (await done('follow')).own,
      (await done('flatten')).own,
      (await done('follow', { ...CLAIM, size: '0.02' })).own,
    ];
    expect(new Set(rows.map((row) => row?.payloadHash)).size).toBe(3);
  });
});
