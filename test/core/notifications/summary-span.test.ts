/** What belongs to the day of a summary, to the millisecond, and what is said when it is too much. */
import { describe, expect, it } from 'vitest';
import type { ReceivedOrder } from '../../../functions/core/day-book.ts';
import type { Notice } from '../../../functions/core/notices/notice.ts';
import type { OutboxEntry } from '../../../functions/core/notifications/ports.ts';
import {
  writeSummary,
  type SummaryDeps,
} from '../../../functions/core/notifications/write-summary.ts';
import { dayBookOf } from '../../fakes/day-book.ts';
import { world } from '../order-fixture.ts';

/** The day ends at 08:00 UTC; the clock stands at noon of it. */
const UNTIL_MS = Date.UTC(2026, 10, 22, 8);
const FROM_MS = UNTIL_MS - 86_400_000;

interface Day {
  readonly orders?: readonly ReceivedOrder[];
  readonly entries?: readonly OutboxEntry[];
  readonly zone?: string;
}

/** The facts of the summary of a day, its notice, and what was read for it. */
async function summaryOf({ orders = [], entries = [], zone }: Day) {
  const all = world();
  const reads: string[] = [];
  const summary = { atMinute: 8 * 60, channels: ['ops'] };
  const deps: SummaryDeps = {
    ...all.reconcileDeps,
    config: { ...all.config, summary, ...(zone === undefined ? {} : { zone }) },
    dayBook: { ...dayBookOf(all.store), received: async () => ({ orders, isWhole: true }) },
    deliveries: { recent: async () => entries },
    orders: {
      ...all.reconcileDeps.orders,
      read: async ({ orderKey }) => {
        reads.push(orderKey);
        return undefined;
      },
    },
  };
  await writeSummary(deps, all.clock.nowMs() + 30_000);
  const notice = all.store.notices().find(({ subject }) => subject === 'summary');
  const facts = Object.fromEntries((notice?.facts ?? []).map(({ label, value }) => [label, value]));
  return { facts, notice, reads, lines: all.log.lines };
}

const received = (receivedAtMs: number, n = 0): ReceivedOrder => ({
  ...{ account: 'main', orderKey: `key-${n}`, state: 'rejected', receivedAtMs },
});

function told(id: string, atMs: number, ...states: ('delivered' | 'dead')[]): OutboxEntry {
  const notice: Notice = {
    ...{ id, atMs, urgency: 'info', channels: [], title: 'T', text: 't' },
  };
  const deliveries = states.map((state, n) => ({
    ...{ channel: `c${n}`, state, attempts: 1, dueAtMs: atMs },
  }));
  return { notice, version: 1, deliveries };
}

describe('the day of a summary', () => {
  it('begins with its first millisecond and ends before that of the next one', async () => {
    const times = [FROM_MS - 1, FROM_MS, UNTIL_MS - 1, UNTIL_MS];
    const { facts } = await summaryOf({ orders: times.map(received) });
    expect(facts['Signals']).toBe('2: 2 refused');
  });

  it('holds the alerts that fired in it, and no others', async () => {
    const { facts } = await summaryOf({
      entries: [
        told('alert:a:1', FROM_MS - 1, 'dead'),
        told('alert:a:2', FROM_MS, 'delivered'),
        told('alert:a:3', UNTIL_MS - 1, 'delivered', 'dead'),
        told('alert:a:4', UNTIL_MS, 'dead'),
        told('alert:a:expired', FROM_MS, 'delivered'),
        told('test:alert:a', FROM_MS, 'delivered'),
      ],
    });
    expect(facts).toMatchObject({ 'Alerts fired': '2', 'Not delivered': '1' });
  });

  it.each([
    ['fewer than are read', 399, FROM_MS + 1, '399'],
    ['as many as are read, and all of them of the day', 400, FROM_MS + 1, 'at least 400'],
    ['as many as are read, from its beginning on', 400, FROM_MS, 'at least 400'],
    ['as many as are read, and the oldest is of the day before', 400, FROM_MS - 1, '399'],
  ])('says whether it knows all of its alerts: %s', async (_what, count, oldestMs, fired) => {
    const entries = Array.from({ length: count }, (_, n) =>
      told(`alert:a:${n}`, n === count - 1 ? oldestMs : UNTIL_MS - 1, 'delivered'),
    );
    expect((await summaryOf({ entries })).facts['Alerts fired']).toBe(fired);
  });

  it('is told in its zone, and in UTC where there is none', async () => {
    expect((await summaryOf({ zone: 'Etc/UTC' })).notice?.zone).toBe('Etc/UTC');
    const { notice, facts } = await summaryOf({});
    expect(notice).not.toHaveProperty('zone');
    expect(facts['To']).toBe('22 Nov 2026, 08:00:00 (UTC)');
  });

  it('is in the log with what was compared', async () => {
    const { lines } = await summaryOf({ orders: [received(FROM_MS)] });
    expect(lines.join('\n')).toContain(
      '"summary-written","day":"2026-11-22","received":1,"checked":0,"differences":0,"unchecked":0',
    );
  });
});

describe('the rows of a summary', () => {
  const placed = (count: number) =>
    Array.from({ length: count }, (_, n) => ({
      ...received(FROM_MS + n, n),
      state: 'placed' as const,
    }));

  it('are the placed ones, newest first', async () => {
    const orders = [...placed(3), received(FROM_MS + 9, 9)];
    expect((await summaryOf({ orders })).reads).toEqual(['key-2', 'key-1', 'key-0']);
  });

  it.each([
    [300, false],
    [301, true],
  ])('of %i orders: there is more than is read: %s', async (count, isMore) => {
    const { reads, notice } = await summaryOf({ orders: placed(count) });
    expect([new Set(reads).size, reads.length]).toEqual([300, 300]);
    expect(notice?.text.includes('more on this day')).toBe(isMore);
  });
});
