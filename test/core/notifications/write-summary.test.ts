import { describe, expect, it } from 'vitest';
import { executeOrder } from '../../../functions/core/execute/execute-order.ts';
import type { Config } from '../../../functions/core/config.ts';
import type { Notice } from '../../../functions/core/notices/notice.ts';
import {
  writeSummary,
  type SummaryDeps,
} from '../../../functions/core/notifications/write-summary.ts';
import { dayBookOf } from '../../fakes/day-book.ts';
import { world } from '../order-fixture.ts';

const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;

/** A world whose summary goes out at 08:00 of its zone; its clock starts on 22 November, 12:00 UTC. */
function summaryWorld(zone = 'Europe/Berlin', changed: Partial<Config> = {}) {
  const all = world();
  const summary = { atMinute: 8 * 60, channels: ['ops'] };
  const deps: SummaryDeps = {
    ...all.reconcileDeps,
    config: { ...all.config, zone, summary, ...changed },
    dayBook: dayBookOf(all.store),
    deliveries: all.store.deliveries,
  };
  const write = () => writeSummary(deps, all.clock.nowMs() + 30_000);
  const summaries = () => all.store.notices().filter(({ subject }) => subject === 'summary');
  return { ...all, deps, tradeDeps: all.deps, write, summaries };
}

const factsOf = (notice: Notice | undefined) =>
  Object.fromEntries((notice?.facts ?? []).map(({ label, value }) => [label, value]));

describe('writing the daily summary', () => {
  it('does nothing when none is wanted', async () => {
    const { deps, clock, store } = summaryWorld();
    const { summary: _none, ...config } = deps.config;
    expect(await writeSummary({ ...deps, config }, clock.nowMs())).toBe('off');
    expect(store.notices()).toEqual([]);
  });

  it.each(['Europe/Berlin', 'America/New_York', 'Australia/Lord_Howe', 'UTC'])(
    'writes one for each local day in %s, whatever minute it runs in, also over a change of the clock',
    async (zone) => {
      const { clock, write, summaries } = summaryWorld(zone);
      // From 22 November on, beyond the change of the clock in every one of these zones.
      const days = 140;
      for (let step = 0; step < days * 8; step += 1) {
        await write();
        clock.advance(3 * HOUR_MS - 7 * MINUTE_MS + (step % 15) * MINUTE_MS);
      }
      const ids = summaries().map(({ id }) => id);
      const first = Date.parse(ids[0]?.replace('summary:', '') ?? '');
      const expected = ids.map((_, n) => new Date(first + n * 24 * HOUR_MS).toISOString());
      expect(ids).toEqual(expected.map((day) => `summary:${day.slice(0, 10)}`));
      expect(ids.length).toBeGreaterThanOrEqual(days - 1);
    },
    20_000,
  );

  it('writes it in the first run after its time, and not again that day', async () => {
    const { clock, write, summaries } = summaryWorld();
    expect(await write()).toBe('written');
    // 07:59 and 08:00 in Berlin.
    clock.advance(18 * HOUR_MS + 59 * MINUTE_MS);
    expect(await write()).toBe('written-before');
    clock.advance(MINUTE_MS);
    expect(await write()).toBe('written');
    clock.advance(23 * HOUR_MS);
    expect(await write()).toBe('written-before');
    expect(summaries().map(({ id }) => id)).toEqual(['summary:2026-11-22', 'summary:2026-11-23']);
  });

  it('is one notice when two run at once', async () => {
    const { write, summaries } = summaryWorld();
    await Promise.all([write(), write()]);
    expect(summaries()).toHaveLength(1);
  });

  it('is written by the next run when the store fails', async () => {
    const { write, store, summaries } = summaryWorld();
    for (let times = 1; times < 6; times += 1) {
      store.fail(1);
      await write().catch(() => undefined);
      store.fail(0);
    }
    await write();
    expect(summaries()).toHaveLength(1);
  });

  it('tells of the orders of its day, with what Kraken executed', async () => {
    const all = summaryWorld();
    const { clock, receive, exchange, write, summaries } = all;
    await write();
    const row = await receive();
    await executeOrder(row, all.tradeDeps);
    clock.advance(19 * HOUR_MS + MINUTE_MS);
    await write();
    const facts = factsOf(summaries()[1]);
    expect(facts).toMatchObject({ Signals: '1: 1 placed' });
    expect(facts['Record']).toBe('checked 1 order against Kraken, no differences');
    expect(exchange.received).toHaveLength(1);
    // Of the day after it is no part, though it is still compared.
    clock.advance(24 * HOUR_MS);
    await write();
    expect(factsOf(summaries()[2])).toMatchObject({
      Signals: 'none',
      Record: 'checked 1 order against Kraken, no differences',
    });
  });

  it('tells what reached nobody, which alerts fired, and what is blocked', async () => {
    const { clock, store, write, summaries } = summaryWorld();
    await write();
    const base = {
      atMs: clock.nowMs(),
      urgency: 'info',
      channels: [],
      title: 'T',
      text: 't',
    } as const;
    for (const id of [
      'alert:btc:1',
      'alert:btc:2',
      'alert:btc:expired',
      'test:btc:1',
      'order:x:1',
    ]) {
      await store.outbox.put({ ...base, id, subject: 'alert' });
    }
    for (const entry of await store.deliveries.due(clock.nowMs(), 100)) {
      const held = await store.deliveries.claim(entry, clock.nowMs() + MINUTE_MS);
      if (held === 'lost') throw new Error('nobody else is at it');
      const isDead = entry.notice.id === 'alert:btc:2';
      const state = isDead ? 'dead' : 'delivered';
      const delivery = { channel: 'ops', state, attempts: 1, dueAtMs: 0, atMs: 0 } as const;
      await store.deliveries.record(held, [delivery]);
    }
    store.setSwitch('main', 'entries', 'by hand');
    clock.advance(19 * HOUR_MS + MINUTE_MS);
    await write();
    expect(factsOf(summaries()[1])).toMatchObject({
      'Alerts fired': '2',
      'Not delivered': '1',
      'Blocked now': 'main: orders that open or add to a position (by hand)',
    });
  });

  it.each([
    ['armed', 'not armed', { main: undefined }],
    ['all', 'main: every order (stop)', { main: 'all' }],
  ] as const)('says that an account is blocked: %s', async (_name, words, { main }) => {
    const { store, write, summaries } = summaryWorld();
    if (main !== undefined) store.setSwitch('main', main, 'stop');
    else store.switches.read = async () => ({ kind: 'not-armed' });
    await write();
    expect(factsOf(summaries()[0])['Blocked now']).toContain(words);
  });

  it('says that Kraken could not be asked, and is written all the same', async () => {
    const { exchange, write, summaries } = summaryWorld();
    exchange.down = true;
    expect(await write()).toBe('written');
    expect(summaries()[0]?.text).toContain('Could not be checked');
    expect(summaries()[0]).toMatchObject({ urgency: 'warning', channels: ['ops'] });
  });

  it('says when a day had more than it reads', async () => {
    const { deps, write, summaries } = summaryWorld();
    deps.dayBook.received = async () => ({ orders: [], isWhole: false });
    await write();
    expect(summaries()[0]?.text).toContain('the numbers are the least');
  });
});
