/** What delivering relies on of the outbox, as one suite for every delivery log. */
import { beforeEach, describe, expect, it } from 'vitest';
import type { Notice } from '../../../functions/core/notices/notice.ts';
import type {
  Delivery,
  DeliveryLog,
  OutboxEntry,
} from '../../../functions/core/notifications/ports.ts';
import type { Outbox } from '../../../functions/core/ports.ts';
import type { FakeClock } from '../../fakes/clock.ts';

/** A delivery log under test, empty. */
export interface DeliveryLogUnderTest {
  readonly clock: FakeClock;
  readonly deliveries: DeliveryLog;
  readonly outbox: Pick<Outbox, 'put'>;
}

const AT_MS = Date.UTC(2026, 10, 22, 12);
const MINUTE_MS = 60_000;

/** A notice of noon. */
export function noticeOf(id: string, changes: Partial<Notice> = {}): Notice {
  return {
    ...{ id, atMs: AT_MS, urgency: 'info', channels: [], title: 'title', text: 'text' },
    ...changes,
  };
}

const waiting = (channel: string, dueAtMs: number): Delivery => {
  return { channel, state: 'waiting', attempts: 1, dueAtMs, atMs: AT_MS, error: 'away' };
};
const delivered = (channel: string): Delivery => {
  return { channel, state: 'delivered', attempts: 1, dueAtMs: AT_MS, atMs: AT_MS };
};

/** Runs the suite; `make` gives an empty log whose clock stands at noon. */
export function deliveryLogContract(name: string, make: () => Promise<DeliveryLogUnderTest>): void {
  describe(name, () => {
    let store: DeliveryLogUnderTest;
    beforeEach(async () => {
      store = await make();
    });

    const put = async (...notices: Notice[]): Promise<void> => {
      for (const notice of notices) await store.outbox.put(notice);
    };
    const due = (atMs = store.clock.nowMs(), limit = 100) => store.deliveries.due(atMs, limit);
    const dueIds = async (atMs?: number): Promise<string[]> =>
      (await due(atMs)).map(({ notice }) => notice.id);
    const onlyDue = async (): Promise<OutboxEntry> => {
      const [entry, ...more] = await due();
      if (entry === undefined || more.length > 0) throw new Error('one entry is due');
      return entry;
    };
    const claim = async (entry: OutboxEntry): Promise<OutboxEntry> => {
      const held = await store.deliveries.claim(entry, store.clock.nowMs() + MINUTE_MS);
      if (held === 'lost') throw new Error('nobody else is there');
      return held;
    };
    const record = async (entry: OutboxEntry, ...deliveries: Delivery[]): Promise<OutboxEntry> => {
      const recorded = await store.deliveries.record(entry, deliveries);
      if (recorded === 'lost') throw new Error('nobody else is there');
      return recorded;
    };
    /** What somebody could begin with now. */
    const claimable = async (): Promise<string[]> => {
      const claims = (await due()).map((entry) =>
        store.deliveries.claim(entry, store.clock.nowMs() + MINUTE_MS),
      );
      return (await Promise.all(claims)).flatMap((one) => (one === 'lost' ? [] : one.notice.id));
    };

    it('gives an entry back as its notice was written', async () => {
      const notice = noticeOf('alert:btc:1', {
        channels: ['phone'],
        title: 'ünïcödé <!channel> 📈',
        facts: [{ label: 'Price', value: '100000.10 USD' }],
        chart: { pair: 'BTC/USD', atMs: AT_MS, levels: [], zone: 'UTC', price: '0.10' },
        subject: 'alert',
      });
      await put(notice);
      const entry = await onlyDue();
      expect(entry).toMatchObject({ notice, deliveries: [] });
      expect(await store.deliveries.recent(1)).toEqual([entry]);
    });

    it('has a notice once, as it was put first', async () => {
      await put(noticeOf('twice'), noticeOf('twice', { title: 'other' }));
      expect((await onlyDue()).notice.title).toBe('title');
    });

    it('gives an entry from its time on, and not before its quiet hours end', async () => {
      await put(
        noticeOf('now'),
        noticeOf('later', { atMs: AT_MS + 5 }),
        noticeOf('quiet', { notBeforeMs: AT_MS + 10 }),
      );
      expect(await dueIds(AT_MS - 1)).toEqual([]);
      expect(await dueIds(AT_MS)).toEqual(['now']);
      expect(await dueIds(AT_MS + 9)).toEqual(['now', 'later']);
      expect(await dueIds(AT_MS + 10)).toEqual(['now', 'later', 'quiet']);
    });

    it('gives the oldest first, and no more than asked for', async () => {
      for (let at = 9; at >= 0; at -= 1) await put(noticeOf(`n${at}`, { atMs: AT_MS - at }));
      const some = await due(AT_MS, 3);
      expect(some.map(({ notice }) => notice.id)).toEqual(['n9', 'n8', 'n7']);
    });

    it('lets one of ten claim an entry', async () => {
      await put(noticeOf('race'));
      const entry = await onlyDue();
      const results = await Promise.all(
        Array.from({ length: 10 }, () => store.deliveries.claim(entry, AT_MS + MINUTE_MS)),
      );
      expect(results.filter((result) => result !== 'lost')).toHaveLength(1);
    });

    it('lets nobody claim what is claimed, until the claim ends', async () => {
      await put(noticeOf('held'));
      const held = await claim(await onlyDue());
      expect(held.leaseUntilMs).toBe(AT_MS + MINUTE_MS);
      expect(await store.deliveries.claim(held, AT_MS + 2 * MINUTE_MS)).toBe('lost');
      store.clock.advance(MINUTE_MS - 1);
      expect(await claimable()).toEqual([]);
      store.clock.advance(1);
      expect(await claimable()).toEqual(['held']);
    });

    it('refuses the record of a holder whose claim was taken over', async () => {
      await put(noticeOf('slow'));
      const slow = await claim(await onlyDue());
      store.clock.advance(MINUTE_MS);
      const next = await claim(await onlyDue());
      expect(await store.deliveries.record(slow, [delivered('a')])).toBe('lost');
      expect(await record(next, delivered('a'))).toMatchObject({ deliveries: [delivered('a')] });
    });

    it('is claimed by its newest version only', async () => {
      await put(noticeOf('old'));
      const old = await onlyDue();
      await record(await claim(old), waiting('a', AT_MS));
      expect(await store.deliveries.claim(old, AT_MS + MINUTE_MS)).toBe('lost');
      expect(await claimable()).toEqual(['old']);
    });

    it('ends the claim with the record: due again at the earliest time of what waits', async () => {
      await put(noticeOf('again', { notBeforeMs: AT_MS }));
      const held = await claim(await onlyDue());
      const parts = [waiting('a', AT_MS + 9), waiting('b', AT_MS + 7), delivered('c')];
      const recorded = await record(held, ...parts);
      expect(recorded.leaseUntilMs).toBeUndefined();
      expect(await dueIds(AT_MS + 6)).toEqual([]);
      store.clock.advance(7);
      expect(await onlyDue()).toEqual(recorded);
      expect(await claimable()).toEqual(['again']);
    });

    it('takes several records of one holder, each with the version of the one before', async () => {
      await put(noticeOf('steps'));
      const held = await claim(await onlyDue());
      const first = await record(held, delivered('a'), waiting('b', AT_MS + MINUTE_MS));
      expect(await claimable()).toEqual([]);
      const second = await record(first, delivered('a'), delivered('b'));
      expect(second.version).toBeGreaterThan(first.version);
      expect(await store.deliveries.record(first, [])).toBe('lost');
      expect(await store.deliveries.recent(5)).toEqual([second]);
    });

    it.each([
      ['delivered', [delivered('a')]],
      ['given up', [{ ...delivered('a'), state: 'dead', error: 'no such webhook' }]],
    ] as [string, Delivery[]][])('never gives what is %s again', async (_, parts) => {
      await put(noticeOf('done'));
      await record(await claim(await onlyDue()), ...parts);
      expect(await dueIds(AT_MS + 10 * MINUTE_MS)).toEqual([]);
      await put(noticeOf('done'));
      expect(await dueIds(AT_MS + 10 * MINUTE_MS)).toEqual([]);
    });

    it('shows the newest first: what waits, what is held and what is done', async () => {
      const later = { notBeforeMs: AT_MS + 600 * MINUTE_MS };
      await put(
        noticeOf('oldest', { atMs: AT_MS - 4, ...later }),
        noticeOf('done', { atMs: AT_MS - 3 }),
        noticeOf('quiet', { atMs: AT_MS - 2, ...later }),
        noticeOf('held', { atMs: AT_MS - 1 }),
      );
      const [done, held] = await due();
      if (done === undefined || held === undefined) throw new Error('two are due');
      await record(await claim(done), delivered('a'));
      await claim(held);
      await put(noticeOf('newest'));
      const recent = async (limit: number): Promise<string[]> =>
        (await store.deliveries.recent(limit)).map(({ notice }) => notice.id);
      expect(await recent(10)).toEqual(['newest', 'held', 'quiet', 'done', 'oldest']);
      expect(await recent(3)).toEqual(['newest', 'held', 'quiet']);
      expect(await recent(1)).toEqual(['newest']);
    });
  });
}
