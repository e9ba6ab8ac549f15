import type { OrderName } from '../../../functions/core/identity.ts';
import { describe, expect, it } from 'vitest';
import { executeOrder } from '../../../functions/core/execute/execute-order.ts';
import { look } from '../../../functions/core/reconcile/look-up.ts';
import type { OrderRow } from '../../../functions/core/order.ts';
import type { PlaceOutcome } from '../../../functions/core/ports.ts';
import { MAX_SKEW_MS } from '../../../functions/core/protocol.ts';
import { reconcileOrders } from '../../../functions/core/reconcile/reconcile-orders.ts';
import { world } from '../order-fixture.ts';

const MINUTE_MS = 60_000;
const LOST: PlaceOutcome = { kind: 'unknown', reason: 'connection reset' };

/** An order whose answer was lost. */
async function sent(placed: boolean) {
  const all = world();
  all.exchange.fates = [() => ({ placed, told: LOST })];
  const ref = await all.receive();
  await executeOrder(ref, all.deps);
  const row = (): OrderRow => all.store.row(ref);
  const minutes = async (count: number): Promise<void> => {
    for (let minute = 0; minute < count; minute += 1) {
      all.clock.advance(MINUTE_MS);
      await reconcileOrders(all.reconcileDeps);
    }
  };
  return { ...all, ref, row, minutes };
}

describe('a look-up by a clock that is wrong', () => {
  it.each([-1, 1])('proves no order absent (%i)', async (sign) => {
    const { exchange, row, minutes } = await sent(false);
    exchange.skewMs = sign * (MAX_SKEW_MS + 1);
    await minutes(10);
    expect(row().state).toBe('unknown');
    exchange.skewMs = sign * MAX_SKEW_MS;
    await minutes(5);
    expect(row().state).toBe('unplaced');
  });

  it('still adopts an order that it finds', async () => {
    const { exchange, row, minutes } = await sent(true);
    exchange.skewMs = MAX_SKEW_MS + 1;
    await minutes(1);
    expect(row().state).toBe('placed');
  });
});

describe('an order that was received by a clock ten minutes ahead', () => {
  it.each([
    ['its attempt', 1],
    ['what its sender says, when it was licensed twice', 2],
  ])('is looked for since %s, and found', async (_name, sends) => {
    const { exchange, row, reconcileDeps } = await sent(true);
    const { attempt, ...stored } = row();
    if (attempt === undefined) throw new Error('it was sent');
    const sentAtMs = attempt.preparedAtMs - MINUTE_MS;
    const signal = { ...stored.signal, sentAtMs };
    const receivedAtMs = attempt.preparedAtMs + 10 * MINUTE_MS;
    const asked: number[] = [];
    const open = async () => ({
      ...exchange,
      find: (name: OrderName, sinceMs: number) => {
        asked.push(sinceMs);
        return exchange.find(name, sinceMs);
      },
    });
    const seen = await look(
      { ...stored, signal, sends, receivedAtMs },
      attempt,
      open,
      reconcileDeps,
    );
    expect(asked).toEqual([sends === 1 ? attempt.preparedAtMs : sentAtMs]);
    expect(seen.kind).toBe('found');
  });
});
