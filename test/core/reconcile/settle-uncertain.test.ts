import { describe, expect, it } from 'vitest';
import {
  DEADLINE_MS,
  GIVE_UP_MS,
  LOOK_AGAIN_MS,
  LOOK_AGAIN_UNTIL_MS,
  MAX_SKEW_MS,
  SETTLE_MS,
  SWEEP_GAP_MS,
} from '../../../functions/core/protocol.ts';
import { settleUncertain } from '../../../functions/core/reconcile/settle-uncertain.ts';
import { EARLY, uncertain } from './uncertain-fixture.ts';

/** From here on absence means something. */
const SETTLED_MS = DEADLINE_MS + SETTLE_MS;

const HOUR_MS = 3_600_000;

describe('an order that is not seen', () => {
  it('rests until absence means something', async () => {
    const { settleAt, row } = await uncertain();
    expect(await settleAt(20_000)).toBe(SETTLED_MS);
    expect(row()).toMatchObject({ state: 'unknown' });
    expect(row().absences).toBeUndefined();
  });

  it('rests for a sweep at the least', async () => {
    const { settleAt, row } = await uncertain();
    expect(await settleAt(SETTLED_MS - 1)).toBe(SETTLED_MS - 1 + SWEEP_GAP_MS);
    expect(row().absences).toBeUndefined();
  });

  it('has its first sweep when the settling time is over', async () => {
    const { settleAt, row, sentAtMs } = await uncertain();
    expect(await settleAt(SETTLED_MS)).toBe(SETTLED_MS + SWEEP_GAP_MS);
    expect(row().state).toBe('unknown');
    expect(row().absences).toEqual([
      { atMs: sentAtMs + SETTLED_MS, control: expect.stringContaining('sees all times') as string },
    ]);
  });

  it('is unplaced after two sweeps that are far enough apart', async () => {
    const { settleAt, row, whys } = await uncertain();
    await settleAt(SETTLED_MS);
    expect(await settleAt(SETTLED_MS + SWEEP_GAP_MS)).toBeUndefined();
    expect(row().state).toBe('unplaced');
    expect(row().outcome).toBe(whys().at(-1));
  });

  it('is not unplaced by many sweeps in a row, and keeps few of them', async () => {
    const { settleAt, row } = await uncertain();
    for (const ms of [0, 5_000, 10_000, SWEEP_GAP_MS - 1]) await settleAt(SETTLED_MS + ms);
    expect(row().state).toBe('unknown');
    expect(row().absences).toHaveLength(2);
    await settleAt(SETTLED_MS + SWEEP_GAP_MS);
    expect(row().state).toBe('unplaced');
  });
});

describe('an order that was refused before the engine', () => {
  const source = { maxAgeMs: HOUR_MS };
  const settled = DEADLINE_MS + MAX_SKEW_MS;

  it('waits until the engine refuses its attempt', async () => {
    const { settleAt, row, queue } = await uncertain({ told: EARLY, source });
    expect(await settleAt(settled)).toBe(settled + SWEEP_GAP_MS);
    expect(row()).toMatchObject({ state: 'unknown', licences: 1 });
    expect(queue.sent).toEqual([]);
  });

  it('is licensed once more afterwards, and at once', async () => {
    const { settleAt, row, queue } = await uncertain({ told: EARLY, source });
    expect(await settleAt(settled + 1)).toBe(settled + 1);
    expect(row()).toMatchObject({ state: 'queued', licences: 2 });
    expect(queue.sent).toHaveLength(1);
  });

  it.each([
    [59_999, 'queued'],
    [60_000, 'unknown'],
  ])('%i ms after a signal that may be 60 s old is %s', async (ms, state) => {
    const { settleAt, row } = await uncertain({ told: EARLY, source: { maxAgeMs: 60_000 } });
    await settleAt(ms);
    expect(row().state).toBe(state);
  });

  it('is not queued when somebody else moved the row first', async () => {
    const { settleAt, queue, deps } = await uncertain({ told: EARLY, source });
    deps.orders.move = async () => 'lost';
    await settleAt(60_000);
    expect(queue.sent).toEqual([]);
  });

  it('is not licensed when its answer was lost instead', async () => {
    const { settleAt, row } = await uncertain({ source });
    await settleAt(60_000);
    expect(row().state).toBe('unknown');
  });

  it('is not licensed any more once a person was called', async () => {
    const { settleAt, row, exchange } = await uncertain({ told: EARLY, source });
    exchange.down = true;
    await settleAt(GIVE_UP_MS);
    exchange.down = false;
    await settleAt(GIVE_UP_MS + LOOK_AGAIN_MS);
    await settleAt(GIVE_UP_MS + 2 * LOOK_AGAIN_MS);
    expect(row()).toMatchObject({ state: 'unplaced', licences: 1 });
  });
});

describe('an order that is proved absent', () => {
  /** Two sweeps, as early as they may be. */
  async function absent(onUnplaced: 'notify' | 'resend', prepare?: 'person' | 'no-source') {
    const all = await uncertain({ source: { onUnplaced, maxAgeMs: HOUR_MS } });
    let fromMs = SETTLED_MS;
    if (prepare === 'person') {
      all.exchange.down = true;
      await all.settleAt(GIVE_UP_MS);
      all.exchange.down = false;
      fromMs = GIVE_UP_MS + LOOK_AGAIN_MS;
    }
    if (prepare === 'no-source') Object.assign(all.config, { sources: {} });
    await all.settleAt(fromMs);
    await all.settleAt(fromMs + LOOK_AGAIN_MS);
    return all.row();
  }

  it('goes out again only where its source wishes it', async () => {
    expect(await absent('resend')).toMatchObject({ state: 'queued', licences: 2 });
    expect(await absent('notify')).toMatchObject({ state: 'unplaced', licences: 1 });
  });

  it('goes out again no more once a person was called', async () => {
    expect(await absent('resend', 'person')).toMatchObject({ state: 'unplaced' });
  });

  it('does not go out again when its source is gone', async () => {
    expect(await absent('resend', 'no-source')).toMatchObject({ state: 'unplaced' });
  });
});

describe('a look-up that proves nothing', () => {
  it('is repeated soon, and the log says why', async () => {
    const { settleAt, row, exchange, log } = await uncertain();
    exchange.down = true;
    expect(await settleAt(GIVE_UP_MS - 1)).toBe(GIVE_UP_MS - 1 + SWEEP_GAP_MS);
    expect(row().state).toBe('unknown');
    const line = `"look-up-proves-nothing","account":"main","orderKey":"${row().orderKey}"`;
    expect(log.lines.join()).toContain(`${line},"why":"Kraken is away"`);
  });

  it('calls a person after a quarter of an hour', async () => {
    const { settleAt, row, exchange, store, whys } = await uncertain();
    exchange.down = true;
    expect(await settleAt(GIVE_UP_MS)).toBe(GIVE_UP_MS + LOOK_AGAIN_MS);
    expect(row().state).toBe('needs-human');
    expect(whys().at(-1)).toBe('no answer for 15 minutes: Kraken is away');
    expect(await store.switches.read('main')).toMatchObject({ blocks: 'entries' });
  });

  it('is seldom repeated then, and calls nobody twice', async () => {
    const { settleAt, row, exchange, store, whys } = await uncertain();
    exchange.down = true;
    await settleAt(GIVE_UP_MS);
    const told = store.notices().length;
    store.setSwitch('main', 'nothing', 'lifted');
    expect(await settleAt(GIVE_UP_MS + 60_000)).toBe(GIVE_UP_MS + 60_000 + LOOK_AGAIN_MS);
    expect(row().state).toBe('needs-human');
    expect(whys().at(-1)).toContain('Kraken is away');
    expect(store.notices()).toHaveLength(told);
    expect(await store.switches.read('main')).toEqual({ kind: 'on' });
  });

  it('is repeated for a week, and then no more', async () => {
    const { settleAt, exchange } = await uncertain();
    exchange.down = true;
    await settleAt(GIVE_UP_MS);
    const weekMs = LOOK_AGAIN_UNTIL_MS;
    expect(await settleAt(weekMs)).toBe(weekMs + LOOK_AGAIN_MS);
    expect(await settleAt(weekMs + 1)).toBeUndefined();
  });
});

it('a row that was never sent is not looked up', async () => {
  const { receive, deps, open } = await uncertain();
  const row = await receive();
  await expect(settleUncertain(row, open, deps)).rejects.toThrow('holds its attempt');
});
