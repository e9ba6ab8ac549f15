/** The day book over the store in memory. */
import type { DayBook } from '../../functions/core/day-book.ts';
import type { FakeStore } from './store.ts';

/** Reads the rows and notices of a store. */
export function dayBookOf(store: Pick<FakeStore, 'rows' | 'notices'>): DayBook {
  return {
    isTold: async (noticeId) => store.notices().some(({ id }) => id === noticeId),
    received: async ({ fromMs, untilMs }) => ({
      orders: store
        .rows()
        .filter(({ receivedAtMs }) => receivedAtMs >= fromMs && receivedAtMs < untilMs)
        .map(({ account, orderKey, state, receivedAtMs }) => {
          return { account, orderKey, state, receivedAtMs };
        })
        .sort((a, b) => a.receivedAtMs - b.receivedAtMs),
      isWhole: true,
    }),
  };
}
