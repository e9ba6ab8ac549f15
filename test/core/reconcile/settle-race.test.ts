/** A person and a look-up settle the same order in the same moment, call by call in any order. */
import fc from 'fast-check';
import { expect, it } from 'vitest';
import type { OrderDeps } from '../../../functions/core/execute/order-deps.ts';
import { followOrders } from '../../../functions/core/follow/follow-orders.ts';
import type { FoundOrder } from '../../../functions/core/ports.ts';
import { GIVE_UP_MS, LOOK_AGAIN_MS } from '../../../functions/core/protocol.ts';
import { reconcileOrders } from '../../../functions/core/reconcile/reconcile-orders.ts';
import { settleAbsent, settlePlaced } from '../../../functions/core/reconcile/settle-by-hand.ts';
import { uncertain } from './uncertain-fixture.ts';

const WORD = { by: 'ann', why: 'looked' };
const REF = { on: 'kraken', account: 'main', source: 'trend', pair: 'BTC/USD' } as const;

/** Every call of the order log happens when the scheduler says so; some are lost after their effect. */
function scheduled(deps: OrderDeps, s: fc.Scheduler): OrderDeps {
  const { orders } = deps;
  return {
    ...deps,
    orders: {
      ...orders,
      read: s.scheduleFunction((ref) => orders.read(ref)),
      move: s.scheduleFunction((row, to, change) => orders.move(row, to, change)),
      note: s.scheduleFunction((row, change) => orders.note(row, change)),
    },
  };
}

it('ends in one consistent state, and what is at the exchange is in the book in the end', async () => {
  const says = fc.constantFrom('placed' as const, 'absent' as const, 'both' as const);
  await fc.assert(
    fc.asyncProperty(fc.scheduler(), says, fc.boolean(), async (s, said, isBlind) => {
      const all = await uncertain({ placed: true });
      const { exchange, row, clock, store, ref, reconcileDeps, deps } = all;
      exchange.down = true;
      await all.settleAt(GIVE_UP_MS);
      exchange.down = false;
      exchange.blind = isBlind;
      clock.advance(LOOK_AGAIN_MS);
      const before = row();
      const found = [...exchange.book.values()].flat()[0] as FoundOrder;
      const slow = scheduled(deps, s);
      const people = [
        ...(said === 'absent' ? [] : [() => settlePlaced(before, found, WORD, slow)]),
        ...(said === 'placed' ? [] : [() => settleAbsent(before, WORD, slow)]),
      ].map((act) => act());
      const look = reconcileOrders(scheduled(reconcileDeps, s));
      // Between scheduled calls there are others, after which more is scheduled.
      const [results] = await s.waitFor(Promise.all([Promise.all(people), look]));
      const steps = store
        .audit(ref)
        .filter(({ from, to }) => from === 'needs-human' && to !== from);
      expect(steps).toHaveLength(1);
      expect(results.filter((result) => result !== 'lost').length).toBeLessThanOrEqual(1);
      expect(row().state).toBe(steps[0]?.to);
      // Whoever won: the order is there, and is found out.
      exchange.blind = false;
      for (let round = 0; round < 2; round += 1) {
        clock.advance(LOOK_AGAIN_MS);
        await reconcileOrders(reconcileDeps);
        await followOrders(reconcileDeps);
      }
      expect(row()).toMatchObject({ state: 'placed', fill: { status: 'filled' } });
      const { book, inFlight } = await store.books.read(REF);
      expect([book.quantity, inFlight]).toEqual([row().fill?.volume, []]);
      expect(exchange.received).toHaveLength(1);
      const wasCalledAbsent = store.audit(ref).some(({ to }) => to === 'unplaced');
      const paged = store.notices().filter(({ title }) => title.includes('AFTER ALL'));
      expect(paged).toHaveLength(wasCalledAbsent ? 1 : 0);
    }),
    { numRuns: 150 },
  );
}, 30_000);
