import { describe, expect, it } from 'vitest';
import {
  isFinal,
  isUncertain,
  isWaiting,
  mayMove,
  ORDER_STATES,
  WAITING_STATES,
  type OrderState,
} from '../../functions/core/order-state.ts';

/** The whole table once more, written as what each state may become. */
const ALLOWED: Record<OrderState, OrderState[]> = {
  received: ['prepared', 'expired', 'suppressed', 'rejected', 'withdrawn', 'unneeded'],
  queued: ['prepared', 'expired', 'suppressed', 'rejected', 'withdrawn', 'unneeded'],
  prepared: ['placed', 'validated', 'rejected', 'unknown', 'queued', 'unplaced', 'needs-human'],
  unknown: ['placed', 'queued', 'unplaced', 'needs-human'],
  'needs-human': ['placed', 'unplaced'],
  ...{ placed: [], validated: [], rejected: [], expired: [], suppressed: [] },
  unplaced: ['placed', 'needs-human'],
  withdrawn: [],
  unneeded: [],
};

const steps = ORDER_STATES.flatMap((from) =>
  ORDER_STATES.map((to) => [from, to, ALLOWED[from].includes(to)] as const),
);

describe('the states of an order', () => {
  it.each(steps)('%s -> %s: %s', (from, to, allowed) => {
    expect(mayMove(from, to)).toBe(allowed);
  });

  it('end: from every state a final one can be reached', () => {
    for (const state of ORDER_STATES) {
      const reached = new Set<OrderState>([state]);
      for (const at of reached)
        ORDER_STATES.filter((to) => mayMove(at, to)).forEach((to) => reached.add(to));
      expect([...reached].some(isFinal)).toBe(true);
    }
  });

  it('never leave a final one, but for an order that a person called absent and that turns up', () => {
    const left = ORDER_STATES.filter(isFinal).flatMap((from) =>
      ORDER_STATES.filter((to) => mayMove(from, to)).map((to) => [from, to]),
    );
    expect(left).toEqual([
      ['unplaced', 'needs-human'],
      ['unplaced', 'placed'],
    ]);
  });

  it('never lead back to a licence from where the order may have been sent', () => {
    for (const from of ['needs-human', 'unplaced', 'placed'] as const) {
      const reached = new Set<OrderState>([from]);
      for (const at of reached)
        ORDER_STATES.filter((to) => mayMove(at, to)).forEach((to) => reached.add(to));
      expect([...reached].filter((state) => isWaiting(state) || state === 'prepared')).toEqual([]);
    }
  });

  it('give a licence to send only from a state that waits', () => {
    expect(ORDER_STATES.filter((from) => mayMove(from, 'prepared'))).toEqual([...WAITING_STATES]);
    expect(ORDER_STATES.filter(isWaiting)).toEqual([...WAITING_STATES]);
  });

  it('never lose an order that may exist: what is uncertain ends placed, unplaced or with Kraken’s word', () => {
    expect(ORDER_STATES.filter(isUncertain)).toEqual(['prepared', 'unknown', 'needs-human']);
    for (const state of ORDER_STATES.filter(isUncertain)) {
      expect(mayMove(state, 'expired') || mayMove(state, 'suppressed')).toBe(false);
      expect(mayMove(state, 'placed')).toBe(true);
    }
  });
});
