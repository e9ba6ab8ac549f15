/** The minute's look over sources that should speak: what is told, and what is cancelled. */
import { describe, expect, it } from 'vitest';
import type { Heartbeat } from '../../../functions/core/config.ts';
import type { Desk } from '../../../functions/core/execute/order-deps.ts';
import { decimal } from '../../../functions/core/decimal.ts';
import { executeOrder } from '../../../functions/core/execute/execute-order.ts';
import { recallOrder } from '../../../functions/core/execute/recall-order.ts';
import { orderOfRecall } from '../../../functions/core/execute/recalls.ts';
import { watchSources } from '../../../functions/core/silence/watch-sources.ts';
import type { Signal } from '../../../functions/core/signal.ts';
import { dayBookOf } from '../../fakes/day-book.ts';
import { TEST_CONFIG, world } from '../order-fixture.ts';

const MINUTE_MS = 60_000;
const LIMIT = { type: 'limit', price: '49500' } as const;
const CANCELS: Heartbeat = { everyMs: 10 * MINUTE_MS, onSilence: 'cancel-entries' };

/** A source that may be silent for ten minutes; it was heard when the world began. */
async function watched(heartbeat: Heartbeat = CANCELS) {
  const all = world({ source: { heartbeat, maxAgeMs: 3_600_000 } });
  const { store, clock, queue, deps, exchange } = all;
  const { recalls, watches } = store;
  const watchDeps = { ...all.reconcileDeps, dayBook: dayBookOf(store), recalls, watches };
  const look = (untilMs = clock.nowMs() + 25_000) => watchSources(watchDeps, untilMs);
  const minutes = async (count: number): Promise<void> => {
    for (let minute = 0; minute < count; minute += 1) {
      await clock.sleep(MINUTE_MS);
      await look();
    }
  };
  const work = async (): Promise<void> => {
    for (const { ref } of queue.sent.splice(0)) {
      const recalled = orderOfRecall(ref);
      if (recalled !== undefined) await recallOrder(recalled, { ...deps, recalls });
    }
  };
  const place = async (signal: Partial<Signal> = LIMIT) => {
    const row = await all.receive(signal);
    await executeOrder(row, deps);
    return store.row(row);
  };
  const titles = () => store.notices().map(({ title }) => title);
  const recalled = () => queue.sent.flatMap(({ ref }) => orderOfRecall(ref)?.orderKey ?? []);
  const open = async () => (await exchange.openOrders()).length;
  await store.heard.hear('trend', clock.nowMs());
  await look();
  return { ...all, watchDeps, look, minutes, work, place, titles, recalled, open };
}

describe('a source that is silent for longer than it may be', () => {
  it('is told once, to its channels, with what to look at', async () => {
    const { minutes, store, clock } = await watched({ ...CANCELS, onSilence: 'notify' });
    const heardAtMs = clock.nowMs();
    await minutes(10);
    expect(store.notices()).toEqual([]);
    await minutes(30);
    const [notice, ...others] = store.notices();
    expect(others).toEqual([]);
    expect(notice).toMatchObject({
      id: `silent:trend:${heardAtMs}`,
      ...{ urgency: 'page', channels: ['ops'], title: 'Source trend is silent' },
      ...{ command: 'npx harpoon status', atMs: heardAtMs + 11 * MINUTE_MS },
    });
    expect(notice?.text).toMatch(/^Nothing was heard of it since .* longer than it may be silent/);
    expect(notice?.text).toMatch(/Its orders at Kraken stay as they are\.$/);
    expect(notice?.facts).toContainEqual({ label: 'Silent for', value: '11 min' });
    expect(notice?.facts).toContainEqual({ label: 'Allowed', value: '10 min' });
  });

  it('is told again when it is heard, with how long it was silent', async () => {
    const { minutes, store, clock, titles, log } = await watched();
    await minutes(90);
    await store.heard.hear('trend', clock.nowMs());
    await minutes(5);
    expect(titles()).toEqual(['Source trend is silent', 'Source trend is heard again']);
    expect(log.of('source-silence')).toMatchObject([
      { source: 'trend', what: 'fell-silent' },
      { source: 'trend', what: 'heard-again' },
    ]);
    expect(store.notices()[1]).toMatchObject({ urgency: 'info', channels: ['ops'] });
    expect(store.notices()[1]?.text).toMatch(/^It was silent for 1 h 30 min, until /);
    await minutes(6);
    expect(titles()).toHaveLength(3);
  });

  it('counts from the first look when it was never heard', async () => {
    const { minutes, store, clock, look } = await watched();
    const fresh = world({ source: { heartbeat: CANCELS } });
    const deps = { ...fresh.reconcileDeps, dayBook: dayBookOf(fresh.store) };
    const { recalls, watches } = fresh.store;
    for (let minute = 0; minute <= 11; minute += 1) {
      await watchSources({ ...deps, recalls, watches }, fresh.clock.nowMs() + 25_000);
      expect(fresh.store.notices()).toHaveLength(minute > 10 ? 1 : 0);
      await fresh.clock.sleep(MINUTE_MS);
    }
    expect(fresh.store.notices()[0]?.text).toMatch(
      /^Nothing was heard of it since Harpoon watches/,
    );
    expect(fresh.store.notices()[0]?.facts).toContainEqual({ label: 'Last heard', value: 'never' });
    // One that was heard before counts from the look, and both times are said.
    await clock.sleep(60 * MINUTE_MS);
    await look();
    await minutes(11);
    expect(store.notices()[0]?.text).toMatch(/^Nothing was heard .* went on after a stand-still/);
  });

  it('has its entries cancelled, and keeps what leaves a position', async () => {
    const { place, minutes, work, open, exchange, titles, store } = await watched();
    const btc = decimal('0.1');
    exchange.balance = new Map([...exchange.balance, ['BTC', { total: btc, available: btc }]]);
    const entry = await place();
    const exit = await place({ ...LIMIT, action: 'sell', price: '50400', reduceOnly: true });
    const sale = await place({ ...LIMIT, action: 'sell', price: '50500' });
    expect([exit.state, sale.state]).toEqual(['placed', 'placed']);
    expect(await open()).toBe(3);
    await minutes(11);
    await work();
    expect((await exchange.openOrders()).map(({ side }) => side)).toEqual(['sell', 'sell']);
    expect(titles()).toContain('Source trend is silent');
    expect(
      store.notices().find(({ id }) => id === `recalled:${entry.clientOrderId}`),
    ).toMatchObject({ title: 'buy BTC/USD on main: its source fell silent' });
    expect(store.notices().find(({ id }) => id.startsWith('silent:'))?.text).toContain(
      'are being cancelled on main',
    );
    // Once for each silence: an order of a person's stays, and so does what comes later.
    expect(await place()).toMatchObject({ state: 'placed' });
    await minutes(30);
    await work();
    expect(await open()).toBe(3);
  });

  it('has an entry with a stop cancelled while it rests, and none whose stop rests', async () => {
    const { place, minutes, work, recalled, exchange } = await watched();
    const stop = { type: 'stop-loss', price: '48000' } as const;
    const filled = await place({ type: 'market', stop });
    const resting = await place({ ...LIMIT, stop });
    const shown = await exchange.openOrders();
    expect(shown.map(({ clientOrderId }) => clientOrderId)).toEqual([undefined, undefined]);
    await minutes(11);
    expect(recalled()).toEqual([resting.orderKey]);
    await work();
    expect((await exchange.openOrders()).map(({ refid }) => refid)).toEqual([
      filled.exchangeOrderId,
    ]);
  });

  it('has an entry that waits taken back, and reads no row whose order is filled', async () => {
    const { place, receive, minutes, recalled, work, store, watchDeps } = await watched();
    await place({ type: 'market' });
    const waiting = await receive(LIMIT);
    const other = await receive({ ...LIMIT, source: 'another' });
    const read: string[] = [];
    const { orders } = watchDeps;
    Object.assign(watchDeps, {
      orders: {
        ...orders,
        read: (ref: { account: string; orderKey: string }) => {
          read.push(ref.orderKey);
          return orders.read(ref);
        },
      },
    });
    await minutes(11);
    expect([...read].sort()).toEqual([waiting.orderKey, other.orderKey].sort());
    expect(recalled()).toEqual([waiting.orderKey]);
    await work();
    expect(store.row(waiting)).toMatchObject({
      ...{ state: 'withdrawn', outcome: 'its source fell silent before it went out' },
    });
    expect(store.row(other).state).toBe('received');
  });

  it('says on which accounts its entries are cancelled, and on which it is a person’s', async () => {
    const { watchDeps, store, minutes } = await watched();
    const { config } = watchDeps;
    const { trend } = config.sources;
    const { main } = config.accounts;
    if (trend === undefined || main === undefined) throw new Error('they are there');
    Object.assign(watchDeps, {
      config: {
        ...config,
        accounts: { main, second: main },
        sources: { trend: { ...trend, accounts: ['main', 'second'] } },
      },
    });
    store.setSwitch('second', 'entries');
    await minutes(11);
    const text = store.notices().find(({ id }) => id.startsWith('silent:'))?.text;
    expect(text).toContain('are being cancelled on main;');
    expect(text).toContain('Nothing is cancelled on second:');
  });

  it('on an account that is halted is told, and nothing else happens, also not later', async () => {
    const { place, minutes, open, recalled, store } = await watched();
    await place();
    store.setSwitch('main', 'entries');
    await minutes(11);
    expect(store.notices().at(-1)?.text).toContain(
      'Nothing is cancelled on main: trading is halted',
    );
    store.setSwitch('main', 'nothing');
    await minutes(5);
    expect(recalled()).toEqual([]);
    expect(await open()).toBe(1);
  });

  it('after a stand-still of Harpoon has its time again', async () => {
    const { place, minutes, clock, look, titles, recalled } = await watched();
    await place();
    await clock.sleep(24 * 60 * MINUTE_MS);
    await look();
    expect(titles()).not.toContain('Source trend is silent');
    await minutes(10);
    expect(recalled()).toEqual([]);
    await minutes(1);
    expect(titles()).toContain('Source trend is silent');
    expect(recalled()).toHaveLength(1);
  });
});

describe('entries that cannot be cancelled at once', () => {
  it('are cancelled when Kraken can be asked again; a person hears when that takes long', async () => {
    const { place, minutes, recalled, titles, watchDeps, store, log } = await watched();
    await place();
    const before = { ...watchDeps };
    const openOrders = () => Promise.reject(new Error('Kraken is away'));
    Object.assign(watchDeps, {
      desk: async (account: string): Promise<Desk> => {
        const opened = await before.desk(account);
        return { ...opened, exchange: (lane) => ({ ...opened.exchange(lane), openOrders }) };
      },
    });
    await minutes(11);
    expect(recalled()).toEqual([]);
    expect(titles().at(-1)).toBe('Source trend is silent');
    const why = 'Kraken is away';
    const failed = { source: 'trend', account: 'main', why };
    expect(log.of('entries-not-cancelled')).toMatchObject([failed]);
    await minutes(5);
    expect(
      titles().filter((title) => /could not be cancelled yet on main/.test(title)),
    ).toHaveLength(1);
    expect(store.notices().at(-1)).toMatchObject({
      urgency: 'page',
      text: expect.stringMatching(/^Kraken is away\.\n.*Cancel them at Kraken by hand/s) as string,
    });
    Object.assign(watchDeps, { desk: (account: string) => before.desk(account) });
    await minutes(2);
    expect(recalled()).toHaveLength(1);
  });

  it('wait when the run has no time left, and are forgotten when the source speaks', async () => {
    const { place, clock, look, recalled, store } = await watched();
    await place();
    for (let minute = 0; minute < 12; minute += 1) {
      await clock.sleep(MINUTE_MS);
      await look(clock.nowMs());
    }
    expect(recalled()).toEqual([]);
    expect((await store.watches.read('trend')).watch?.silence?.cancelOn).toEqual(['main']);
    await store.heard.hear('trend', clock.nowMs());
    await look();
    expect(recalled()).toEqual([]);
  });

  it('are left alone on an account that was halted meanwhile', async () => {
    const { place, minutes, clock, look, recalled, store } = await watched();
    await place();
    for (let minute = 0; minute < 11; minute += 1) {
      await clock.sleep(MINUTE_MS);
      await look(clock.nowMs());
    }
    store.setSwitch('main', 'all');
    await minutes(1);
    store.setSwitch('main', 'nothing');
    await minutes(1);
    expect(recalled()).toEqual([]);
  });
});

describe('a store that fails', () => {
  it('at any one call loses no silence, repeats none, and cancels in the end', async () => {
    for (let call = 1; call <= 12; call += 1) {
      const { place, clock, look, store, titles, recalled, minutes } = await watched();
      await place();
      for (let minute = 0; minute < 10; minute += 1) {
        await clock.sleep(MINUTE_MS);
        await look();
      }
      await clock.sleep(MINUTE_MS);
      // The first so many calls of this minute's look fail; none of the next one's do.
      store.fail(call);
      await look().catch(() => undefined);
      store.fail(0);
      await minutes(3);
      expect(titles().filter((title) => title === 'Source trend is silent')).toHaveLength(1);
      expect(recalled().length).toBeGreaterThan(0);
    }
  });

  it('for one source keeps no other from being looked at, and is not kept quiet', async () => {
    const { watchDeps, clock, log } = await watched();
    const { config, watches } = watchDeps;
    const { trend } = config.sources;
    if (trend === undefined) throw new Error('there is a source');
    const looked: string[] = [];
    Object.assign(watchDeps, {
      config: {
        ...config,
        sources: { first: trend, second: trend, quiet: TEST_CONFIG.sources['trend'] },
      },
      watches: {
        ...watches,
        read: (source: string) => {
          looked.push(source);
          return source === 'first' ? Promise.reject(new Error('away')) : watches.read(source);
        },
      },
    });
    await expect(watchSources(watchDeps, clock.nowMs() + 25_000)).rejects.toThrow('away');
    expect(looked).toEqual(['first', 'second']);
    const failed = { source: 'first', error: 'Error: away' };
    expect(log.of('source-not-watched')).toMatchObject([failed]);
  });
});
