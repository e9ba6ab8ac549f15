/** Rows that follow from Harpoon's own doing. */
import { describe, expect, it } from 'vitest';
import { recordOwnSignal } from '../../../functions/core/execute/own-signal.ts';
import { REDUCING_MAX_AGE_MS, REQUEUE_MS } from '../../../functions/core/protocol.ts';
import type { Signal, Target } from '../../../functions/core/signal.ts';
import { executeOrder } from '../../../functions/core/execute/execute-order.ts';
import { orderRow, world } from '../order-fixture.ts';

const SENT_MS = 5_000;
const MAX_AGE_MS = 3_600_000;
/** From then on the queue takes a message of the same name again. */
const DEDUPED_MS = 5 * 60_000;
const SMALLER_SHORT: Target = {
  position: 'short',
  size: '1',
  prev: { position: 'short', size: '2' },
};

function recording(says: Partial<Signal> = {}) {
  const all = world({ source: { maxAgeMs: MAX_AGE_MS } });
  const nowMs = all.clock.nowMs();
  const { account, signal, payloadHash } = orderRow(
    { id: 'drift:one', sentAtMs: nowMs - SENT_MS, ...says },
    all.config,
  );
  const record = (more: { readonly receivedAtMs?: number } = {}) =>
    recordOwnSignal({ account, signal, payloadHash, ...more }, 'the book drifts', all.deps);
  return { ...all, nowMs, record, only: () => all.store.rows()[0] };
}

describe('a signal of Harpoon’s own', () => {
  it('is on record and queued once, however often it is recorded', async () => {
    const { record, store, queue, nowMs, only } = recording();
    await record();
    await record();
    expect(store.rows()).toHaveLength(1);
    const { orderKey, dueAtMs, state } = only() ?? {};
    expect({ dueAtMs, state }).toEqual({ dueAtMs: nowMs + REQUEUE_MS, state: 'received' });
    expect(new Set(queue.sent.map(({ ref }) => ref.orderKey))).toEqual(new Set([orderKey]));
  });

  it.each<[string, Partial<Signal>, number]>([
    ['an entry has the time of its source', {}, MAX_AGE_MS - SENT_MS],
    [
      ...(['an exit has the time of exits', { target: { position: 'flat' } }] as const),
      REDUCING_MAX_AGE_MS,
    ],
    [
      'an entry behind an exit too, whatever its sender thought to leave',
      { target: SMALLER_SHORT, leverage: '2', leg: { of: 'one' } },
      MAX_AGE_MS - SENT_MS,
    ],
  ])('is carried out in its time: %s', async (_what, says, lastsMs) => {
    const { record, only, nowMs } = recording(says);
    await record();
    expect(only()).toMatchObject({ receivedAtMs: nowMs, expiresAtMs: nowMs + lastsMs });
  });

  it('whose message got lost is queued again, and never once it was carried out', async () => {
    const { record, only, queue, clock, deps } = recording();
    await record();
    clock.advance(DEDUPED_MS);
    await record();
    expect(queue.sent).toHaveLength(2);
    await executeOrder(only()!, deps);
    expect(only()).toMatchObject({ state: 'placed' });
    clock.advance(DEDUPED_MS);
    await record();
    expect(queue.sent).toHaveLength(2);
  });

  it('is never one of a source that is not configured', async () => {
    const { record, store } = recording({ source: 'gone' });
    await expect(record()).rejects.toThrow('source gone is configured');
    expect(store.rows()).toEqual([]);
  });

  it('counts from the receipt of what it follows from', async () => {
    const { record, only, nowMs } = recording({ target: { position: 'flat' } });
    const receivedAtMs = nowMs - 60_000;
    await record({ receivedAtMs });
    expect(only()).toMatchObject({
      ...{ receivedAtMs, expiresAtMs: receivedAtMs + REDUCING_MAX_AGE_MS },
      dueAtMs: nowMs + REQUEUE_MS,
    });
  });
});
