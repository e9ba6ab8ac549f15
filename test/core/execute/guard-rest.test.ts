/** The row behind an order that needs room: the stop for what the order may leave without one. */
import { describe, expect, it } from 'vitest';
import { guardKeyOf, recordGuard, type Guard } from '../../../functions/core/execute/guard-rest.ts';
import { REDUCING_MAX_AGE_MS } from '../../../functions/core/protocol.ts';
import type { Signal } from '../../../functions/core/signal.ts';
import { world } from '../order-fixture.ts';

const HOUR_MS = 3_600_000;
const GUARD: Guard = {
  ...{ volume: '0.01', side: 'sell', terms: { type: 'stop-loss', price: '45000' } },
  ...{ since: 3, of: ['entry'] },
};

/** What is recorded behind an exit that may wait for so long. */
async function recorded(
  { lasts = HOUR_MS, ...guard }: Partial<Guard> & { readonly lasts?: number } = {},
  signal: Partial<Signal> = {},
) {
  const all = world();
  const exit = await all.receive({ id: 'exit', comment: 'of the sender', ...signal });
  const nowMs = all.clock.nowMs();
  const behind = { ...exit, expiresAtMs: nowMs + lasts };
  await recordGuard(behind, { ...GUARD, ...guard }, all.deps);
  const row = all.store.rows().find(({ orderKey }) => orderKey === guardKeyOf(behind));
  if (row === undefined) throw new Error('it is recorded under its key');
  return { ...all, exit, row, lastsMs: row.expiresAtMs - nowMs };
}

describe('the stop behind an order', () => {
  it('says what rested, for which position, and nothing of what its sender said', async () => {
    const { exit, row, store, queue } = await recorded();
    const { orderKey, signal } = exit;
    expect(row.signal).toStrictEqual({
      ...{ id: 'exit#stop', source: 'trend', sentAtMs: signal.sentAtMs, symbol: signal.symbol },
      ...{ action: 'sell', reduceOnly: true, type: 'stop-loss', price: '45000' },
      ...{ size: { unit: 'base', amount: '0.01' }, covers: { orderKey, since: 3, of: ['entry'] } },
    });
    expect(store.audit(row)[0]?.why).toContain(exit.clientOrderId);
    expect(queue.sent.map(({ ref }) => ref.orderKey)).toEqual([row.orderKey]);
  });

  it('has the leverage of the position, and belongs to whose book it is', async () => {
    const { row } = await recorded({ leverage: '3' }, { owner: 'other' });
    expect(row.signal).toMatchObject({ leverage: '3', owner: 'other' });
  });

  it.each([
    ['as long as any order that leaves', HOUR_MS, REDUCING_MAX_AGE_MS],
    ['an hour longer than its order', REDUCING_MAX_AGE_MS, REDUCING_MAX_AGE_MS + HOUR_MS],
  ])('waits %s', async (_what, lasts, expected) => {
    expect((await recorded({ lasts })).lastsMs).toBe(expected);
  });
});
