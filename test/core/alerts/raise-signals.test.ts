/** A signal that a rule raised meets the same rails and records as one that was sent. */
import { describe, expect, test } from 'vitest';
import { raiseSignals } from '../../../functions/core/alerts/raise-signals.ts';
import type { RaisedSignal } from '../../../functions/core/alerts/ports.ts';
import { fakeAlertStore } from '../../fakes/alert-store.ts';
import { harness, type HarnessOptions } from '../../functions/receive-signal/harness.ts';
import { ruleOf } from './rule-fixture.ts';

const FIELDS = { action: 'buy', symbol: 'BTC/USD', size: '0.001' };

async function raised(more: Partial<RaisedSignal> = {}, options: HarnessOptions = {}) {
  const alerts = fakeAlertStore();
  const world = harness(options);
  const { clock, log, store, queue, config } = world;
  const signal = {
    id: 'rule-7',
    atMs: clock.nowMs() - 5_000,
    source: 'btc-trend',
    fields: FIELDS,
    ...more,
  };
  const conditions = ruleOf([]).conditions.map(() => ({ holds: true }));
  await alerts.commit({
    before: undefined,
    after: {
      ruleId: 'rule',
      version: 1,
      seq: 7,
      status: 'fired',
      suppressed: 0,
      conditions,
      marks: {},
    },
    notices: [],
    raised: signal,
  });
  const deps = {
    ...{ config, clock, log, queue, alerts },
    ...{ orderLog: store.orders, switches: store.switches, outbox: store.outbox },
    market: { read: async () => undefined, write: async () => undefined },
  };
  return { ...world, alerts, run: () => raiseSignals(deps) };
}

describe('a raised signal', () => {
  test('becomes an order row and a place in the queue, and is taken off the list', async () => {
    const { run, store, queue, alerts, clock } = await raised();
    expect(await run()).toEqual({ handedOver: 1, refused: 0 });
    expect(store.rows()).toHaveLength(1);
    expect(store.rows()[0]).toMatchObject({
      state: 'received',
      signal: { id: 'rule-7', source: 'btc-trend', action: 'buy', symbol: 'BTC/USD' },
      expiresAtMs: clock.nowMs() - 5_000 + 60_000,
    });
    expect(queue.sent).toHaveLength(1);
    expect(await alerts.raised(10)).toEqual([]);
  });

  test('is read in our own words, also where the messages of its source have others', async () => {
    const map = { action: { path: ['their', 'word'] }, symbol: { path: ['their', 'symbol'] } };
    const { run, store } = await raised({}, { source: { map } });
    expect(await run()).toEqual({ handedOver: 1, refused: 0 });
    expect(store.rows()[0]).toMatchObject({ signal: { action: 'buy', symbol: 'BTC/USD' } });
  });

  test('handed over twice is one order', async () => {
    const { run, store, alerts } = await raised();
    const [one] = await alerts.raised(10);
    alerts.failAt(alerts.calls.length + 1, 'before');
    await expect(run()).rejects.toThrow('handedOver');
    expect(await alerts.raised(10)).toEqual([one]);
    await run();
    expect(store.rows()).toHaveLength(1);
    expect(await alerts.raised(10)).toEqual([]);
  });

  test('stays on the list while the order log cannot be written', async () => {
    const { run, store, alerts } = await raised();
    store.fail(1);
    await expect(run()).rejects.toThrow();
    expect(await alerts.raised(10)).toHaveLength(1);
    await run();
    expect(store.rows()).toHaveLength(1);
  });

  test('is stopped by a kill switch like any other', async () => {
    const { run, store, queue } = await raised();
    store.setSwitch('main', 'all', 'by hand');
    await run();
    expect(store.rows()[0]).toMatchObject({ state: 'suppressed' });
    expect(queue.sent).toEqual([]);
  });

  test('that comes too late is on record as expired, and told', async () => {
    const { run, store, clock } = await raised();
    clock.advance(60_000);
    await run();
    expect(store.rows()[0]).toMatchObject({ state: 'expired' });
    expect(store.notices()).toHaveLength(1);
  });

  test.for([
    { what: 'no action', fields: { symbol: 'BTC/USD', size: '1' }, says: 'action is missing' },
    {
      what: 'a source that is gone',
      source: 'gone',
      says: 'harpoon.yaml has no source gone any more',
    },
  ])('with $what is told, not traded and not tried again', async ({ says, fields, source }) => {
    const { run, store, alerts } = await raised({
      ...(fields === undefined ? {} : { fields }),
      ...(source === undefined ? {} : { source }),
    });
    expect(await run()).toEqual({ handedOver: 0, refused: 1 });
    expect(store.rows()).toEqual([]);
    expect(store.notices()[0]?.text).toContain(says);
    expect(await alerts.raised(10)).toEqual([]);
  });

  test.for([
    { what: 'to the channels of its source', source: 'btc-trend', channels: ['ops'] },
    { what: 'to every channel, where the source is gone', source: 'gone', channels: [] },
  ])('that is refused is told $what', async ({ source, channels }) => {
    const { run, store, clock, log } = await raised({ source, fields: { symbol: 'BTC/USD' } });
    await run();
    const [notice, ...more] = store.notices();
    expect(more).toEqual([]);
    expect(notice).toMatchObject({
      ...{ atMs: clock.nowMs(), urgency: 'warning', channels, subject: 'order' },
      command: 'npx harpoon alerts list',
    });
    expect(notice?.title).toContain('Not traded: the signal of an alert rule was refused (');
    expect(notice?.text).toContain(`Rule firing rule-7 for source ${source}: `);
    expect(log.lines.some((line) => line.includes('rule-7') && line.includes('code'))).toBe(true);
  });

  test('that is refused has a notice of its own, named by its source and its firing', async () => {
    const ids = await Promise.all(
      [{}, {}, { id: 'rule-8' }, { source: 'gone' }].map(async (more) => {
        const { run, store } = await raised({ fields: {}, ...more });
        await run();
        return store.notices()[0]?.id;
      }),
    );
    expect(ids[0]).toMatch(/^raised:[0-9a-f]{64}$/);
    expect(ids[1]).toBe(ids[0]);
    expect(new Set(ids).size).toBe(3);
  });

  test('of a time that lies in the future is refused', async () => {
    const { run, store, clock } = await raised();
    clock.advance(-60 * 60_000);
    expect(await run()).toEqual({ handedOver: 0, refused: 1 });
    expect(store.notices()[0]?.title).toContain('(future-time)');
  });

  test('that is on record is logged with what became of it', async () => {
    const { run, log } = await raised();
    await run();
    const lines = log.lines.map((line) => JSON.parse(line) as object);
    expect(lines).toContainEqual(
      expect.objectContaining({ id: 'rule-7', source: 'btc-trend', status: 200 }),
    );
  });

  test('cannot name itself or its time', async () => {
    const { run, store, clock } = await raised({
      fields: { ...FIELDS, id: 'other', time: '2020-01-01T00:00:00Z' },
    });
    await run();
    expect(store.rows()[0]?.signal).toMatchObject({
      id: 'rule-7',
      sentAtMs: clock.nowMs() - 5_000,
    });
  });
});
