/** What is told, and done, where a strategy does not stand where it says. */
import { describe, expect, it } from 'vitest';
import type { Source } from '../../../functions/core/config.ts';
import { executeOrder } from '../../../functions/core/execute/execute-order.ts';
import { followOrders } from '../../../functions/core/follow/follow-orders.ts';
import { watchBooks } from '../../../functions/core/follow/watch-books.ts';
import { decimal } from '../../../functions/core/decimal.ts';
import type { OrderRef } from '../../../functions/core/order.ts';
import type { Signal, Target } from '../../../functions/core/signal.ts';
import { BTC_USD } from '../../fakes/exchange.ts';
import { world } from '../order-fixture.ts';

const REF = { on: 'kraken', account: 'main', source: 'trend', pair: 'BTC/USD' } as const;
const LONG: Target = { position: 'long', size: '0.01' };

async function start(source: Partial<Source> = {}) {
  const all = world({ source: { target: true, size: { kind: 'signal' }, ...source } });
  const { deps, reconcileDeps, clock, store, exchange, queue } = all;
  const work = async () => {
    for (const { ref } of queue.sent.splice(0)) await executeOrder(ref, deps);
    // What is filled is held.
    const { book } = await store.books.read(REF);
    await followOrders(reconcileDeps);
    return book;
  };
  const holds = (amount: string): void => {
    const both = decimal(amount);
    exchange.balance.set('BTC', { total: both, available: both });
  };
  return {
    ...{ ...all, holds, work },
    say: async (target: Target, more: Partial<Signal> = {}) => {
      const row = await all.receive({ target, sentAtMs: clock.nowMs(), ...more });
      await executeOrder(row, deps);
      const [order] = exchange.book.get(row.clientOrderId) ?? [];
      if (order !== undefined) {
        const filled = { filled: order.volume, cost: order.volume.times('50000') };
        exchange.book.set(row.clientOrderId, [{ ...order, ...filled, status: 'closed' }]);
      }
      await followOrders(reconcileDeps);
      return store.row(row);
    },
    /** Looks in a minute in which it is time to. */
    later: async (minutes = 10) => {
      await clock.sleep(minutes * 60_000);
      const late = clock.nowMs() % 300_000;
      await clock.sleep(300_000 - late);
      await watchBooks(reconcileDeps, Infinity);
    },
    told: () =>
      store.notices().filter(({ id }) => id.startsWith('drift:') || id.startsWith('shortage:')),
    book: async () => (await store.books.read(REF)).book,
  };
}

describe('a strategy and its book', () => {
  it('that agree are not told of', async () => {
    const { say, later, told, book, holds } = await start();
    await say(LONG);
    holds('0.01');
    await later();
    expect(await book()).toMatchObject({ quantity: '0.01', claim: LONG });
    expect(told()).toEqual([]);
  });

  it('that do not are told once, with all three numbers and the likely cause', async () => {
    const { say, later, told, receive } = await start();
    // The order is larger than one order may be.
    expect(await say({ position: 'long', size: '0.03' })).toMatchObject({ state: 'rejected' });
    await later();
    await later();
    const [notice, ...more] = told();
    expect(more).toEqual([]);
    expect(notice).toMatchObject({ urgency: 'warning', channels: ['ops'] });
    expect(notice?.title).toBe(
      'trend on main: it says long 0.03 in BTC/USD, and its book holds 0 BTC',
    );
    expect(notice?.text).toMatch(/^Its order is rejected: .*maxOrder.*\nNothing is done about it/);
    expect(notice?.facts).toEqual([
      { label: 'It says', value: 'long 0.03' },
      { label: 'Its book', value: '0 BTC' },
      { label: 'The account holds', value: '0 BTC' },
      { label: 'Missing', value: 'buy 0.03 BTC' },
      { label: 'Signal id', value: 'signal-1' },
    ]);
    expect(receive).toBeDefined();
  });

  it('are compared though another book of the account cannot be', async () => {
    const { say, later, told, config, store, deps, log } = await start();
    Object.assign(config.sources, { other: config.sources['trend'] });
    await say({ position: 'long', size: '0.03' }, { owner: 'other' });
    await say({ position: 'long', size: '0.03' }, { sentAtMs: deps.clock.nowMs() + 1 });
    const [first] = await store.books.all(9);
    const intact = { ...store.orders };
    let broken = 0;
    Object.assign(deps.orders, {
      read: (ref: OrderRef) => {
        if (store.rows().some(({ orderKey }) => orderKey === ref.orderKey)) {
          return intact.read(ref);
        }
        broken += 1;
        throw new Error('a row of another version');
      },
    });
    await later();
    expect([first?.source, broken > 0]).toEqual(['other', true]);
    expect(told().map(({ title }) => title.split(' ')[0])).toEqual(['trend']);
    expect(log.lines.some((line) => line.includes('"event":"book-not-compared"'))).toBe(true);
  });

  it('have five minutes to come together, and are compared every five', async () => {
    const { say, clock, reconcileDeps, told } = await start();
    await clock.sleep(300_000 - (clock.nowMs() % 300_000));
    await say({ position: 'long', size: '0.03' });
    await watchBooks(reconcileDeps, Infinity);
    await clock.sleep(299_999);
    await watchBooks(reconcileDeps, Infinity);
    expect(told()).toEqual([]);
    await clock.sleep(1);
    await watchBooks(reconcileDeps, Infinity);
    expect(told()).toHaveLength(1);
  });

  it('are not compared while an order is on its way', async () => {
    const { say, deps, exchange, receive, later, told, clock } = await start();
    await say({ position: 'long', size: '0.03' });
    exchange.fates = [() => ({ placed: false, told: { kind: 'unknown', reason: 'cut' } })];
    const next = await receive({ target: LONG, sentAtMs: clock.nowMs() });
    await executeOrder(next, deps);
    await later();
    expect(told()).toEqual([]);
  });

  it.each(['paper', 'validate'] as const)(
    'are not compared while the account is in mode %s: what was bought is at Kraken',
    async (mode) => {
      const { say, clock, reconcileDeps, config, told } = await start();
      await say({ position: 'long', size: '0.03' });
      const account = { ...config.accounts['main']!, mode };
      const later = { ...reconcileDeps, config: { ...config, accounts: { main: account } } };
      await clock.sleep(900_000 - (clock.nowMs() % 300_000));
      await watchBooks(later, Infinity);
      expect(told()).toEqual([]);
      await watchBooks(reconcileDeps, Infinity);
      expect(told()).toHaveLength(1);
    },
  );

  it('are brought together by one more message of its own, where the source wishes it', async () => {
    const { say, later, told, work, exchange, store, book } = await start({ onDrift: 'follow' });
    exchange.mode = 'cancel_only';
    expect(await say(LONG)).toMatchObject({ state: 'rejected' });
    exchange.mode = 'online';
    await later();
    expect(told().map(({ text }) => text)).toEqual([expect.stringContaining('once more')]);
    await work();
    const own = store.rows().find(({ signal }) => signal.id === 'drift:signal-1');
    expect(own).toMatchObject({ state: 'placed', signal: { target: LONG } });
    const { sentAtMs } = store.rows().find(({ signal }) => signal.id === 'signal-1')!.signal;
    expect((await book()).claim).toMatchObject({ ...LONG, signalId: 'drift:signal-1', sentAtMs });
  });

  it('stay as a newer message wants them, which was on its way when they were compared', async () => {
    const { say, later, work, book, store, exchange, clock, receive, deps } = await start({
      onDrift: 'follow',
    });
    exchange.mode = 'cancel_only';
    await say(LONG);
    exchange.mode = 'online';
    await clock.sleep(899_000 - (clock.nowMs() % 300_000));
    const newer = await receive({ target: { position: 'flat' }, sentAtMs: clock.nowMs() });
    await later(0);
    await executeOrder(newer, deps);
    await work();
    expect(store.row(newer)).toMatchObject({ state: 'unneeded' });
    const own = store.rows().find(({ signal }) => signal.id === 'drift:signal-1');
    expect(own).toMatchObject({ state: 'unneeded' });
    expect(await book()).toMatchObject({ quantity: '0', claim: { signalId: 'signal-2' } });
  });

  it('are brought together once: what is refused again is told, and left', async () => {
    const { say, later, told, work, store } = await start({ onDrift: 'follow' });
    await say({ position: 'long', size: '0.03' });
    for (let time = 0; time < 3; time += 1) {
      await later();
      await work();
    }
    expect(store.rows()).toHaveLength(2);
    expect(told().map(({ text }) => text.split('\n')[1]?.slice(0, 17))).toEqual([
      'The claim is carr',
      'Nothing is done a',
    ]);
  });

  it('are flat in the end, where the source wishes that', async () => {
    const { say, later, work, holds, book, store } = await start({ onDrift: 'flatten' });
    await say(LONG);
    holds('0.01');
    await say({ position: 'long', size: '0.05' });
    await later();
    await work();
    const own = store.rows().find(({ signal }) => signal.id === 'drift:signal-2');
    expect(own?.attempt?.order).toMatchObject({ side: 'sell', volume: '0.01' });
    expect((await book()).claim).toMatchObject({ position: 'flat' });
  });
});

describe('what strategies own and the account does not hold', () => {
  it('is told once for each state of it, and nothing is done', async () => {
    const { say, later, told, holds, store } = await start();
    await say(LONG);
    holds('0.004');
    await later();
    await later();
    expect(told()).toMatchObject([
      { title: 'Account main holds 0.004 BTC, and its strategies own 0.01', channels: [] },
    ]);
    expect(told()[0]?.text).toContain('(trend 0.01)');
    expect(told()[0]?.text).toContain(
      '\nnpx harpoon books correct main trend BTC/USD --quantity LEFT',
    );
    expect(store.rows()).toHaveLength(1);
    holds('0.001');
    await later();
    expect(told()).toHaveLength(2);
  });

  it('is no matter below what Kraken trades', async () => {
    const { say, later, told, holds } = await start();
    await say(LONG);
    holds('0.00995');
    await later();
    expect(told()).toEqual([]);
  });

  it('cannot be told while the account cannot be asked', async () => {
    const { say, later, told, exchange, log } = await start();
    await say(LONG);
    exchange.down = true;
    await expect(later()).rejects.toThrow('Kraken is away');
    exchange.down = false;
    exchange.info = { ...exchange.info, seesAllTimes: false };
    await later();
    expect(log.lines.some((line) => line.includes('books-not-compared'))).toBe(true);
    expect(told()).toEqual([]);
  });
});

describe('what is open on margin', () => {
  it('that cannot be read hinders no comparison of what is held', async () => {
    const all = await start();
    const { deps, reconcileDeps, exchange, say, told, holds, log, clock, config } = all;
    await say(LONG);
    const { trend } = config.sources;
    if (trend === undefined) throw new Error('the source is there');
    const sources = { trend, other: trend };
    const both = { ...config, sources };
    const short: Target = { position: 'short', size: '0.01' };
    const wish = { source: 'other', target: short, leverage: '7', sentAtMs: clock.nowMs() };
    const row = await all.receive(wish);
    await executeOrder(row, { ...deps, config: both });
    expect(all.store.row(row)).toMatchObject({ state: 'rejected' });
    Object.defineProperty(exchange, 'lots', {
      get: () => {
        throw new Error('no margin today');
      },
    });
    holds('0.004');
    await clock.sleep(900_000 - (clock.nowMs() % 300_000));
    await watchBooks({ ...reconcileDeps, config: both }, Infinity);
    expect(told().map(({ title }) => title)).toEqual([
      'Account main holds 0.004 BTC, and its strategies own 0.01',
    ]);
    expect(log.lines.filter((line) => line.includes('margin-not-compared'))).toHaveLength(1);
    Object.defineProperty(exchange, 'lots', { value: [] });
    await watchBooks({ ...reconcileDeps, config: both }, Infinity);
    expect(told().map(({ title }) => title.slice(0, 13))).toEqual([
      'Account main ',
      'other on main',
    ]);
  });
});

describe('a comparison without time', () => {
  it('begins nothing, says so in the log, and is made the next time', async () => {
    const { say, told, holds, clock, reconcileDeps, log, exchange } = await start();
    await say(LONG);
    holds('0.004');
    await clock.sleep(600_000 - (clock.nowMs() % 300_000));
    exchange.down = true;
    const pairs = () => Promise.resolve([BTC_USD]);
    const market = { ...reconcileDeps.market, pairs };
    await watchBooks({ ...reconcileDeps, market }, clock.nowMs());
    expect(told()).toEqual([]);
    expect(log.lines.join()).not.toContain('Kraken is away');
    exchange.down = false;
    expect(log.lines.join()).toContain('there was no time left for it in this run');
    await watchBooks(reconcileDeps, clock.nowMs() + 1);
    expect(told()).toHaveLength(1);
  });

  it('ends between two books', async () => {
    const { say, told, clock, reconcileDeps } = await start();
    expect(await say({ position: 'long', size: '0.03' })).toMatchObject({ state: 'rejected' });
    await clock.sleep(600_000 - (clock.nowMs() % 300_000));
    const { books } = reconcileDeps;
    const untilMs = clock.nowMs() + 1_000;
    // Reading the books takes longer than there is.
    const read: typeof books.read = async (ref) => {
      const view = await books.read(ref);
      await clock.sleep(600);
      return view;
    };
    await watchBooks({ ...reconcileDeps, books: { ...books, read } }, untilMs);
    expect(told()).toEqual([]);
  });

  it('begins with another account each time', async () => {
    const { clock, reconcileDeps, store, config, receive, deps } = await start();
    const { main } = config.accounts;
    if (main === undefined) throw new Error('the account is there');
    Object.assign(config.accounts, { second: main });
    await executeOrder(await receive({ target: LONG, sentAtMs: clock.nowMs() }), deps);
    const { books } = reconcileDeps;
    const second = { ...REF, account: 'second' };
    const all = async () => [REF, second];
    const first: string[] = [];
    const desk: typeof deps.desk = (account) => {
      first.push(account);
      return reconcileDeps.desk(account);
    };
    await clock.sleep(600_000 - (clock.nowMs() % 300_000));
    for (let round = 0; round < 2; round += 1) {
      await watchBooks({ ...reconcileDeps, desk, books: { ...books, all } }, Infinity);
      await clock.sleep(300_000);
    }
    expect(new Set([first[0], first[2]])).toEqual(new Set(['main', 'second']));
    expect(store.rows()).toHaveLength(1);
  });
});

describe('a strategy whose stop rests', () => {
  const STOP = { type: 'stop-loss', price: '45000' } as const;

  /** It holds 0.01, and so does the account; the stop holds it. */
  async function guarded(source: Partial<Source> = {}) {
    const all = await start(source);
    const row = await all.say({ ...LONG, prev: { position: 'flat' } }, { stop: STOP });
    all.exchange.balance.set('BTC', { total: decimal('0.01'), available: decimal('0') });
    const id = `close of ${row.exchangeOrderId ?? ''}`;
    return {
      ...{ ...all, row },
      fires: () => {
        const [stop] = all.exchange.book.get(id) ?? [];
        if (stop === undefined) throw new Error('it rests');
        const sold = { filled: stop.volume, cost: stop.volume.times('45000') };
        all.exchange.book.set(id, [{ ...stop, ...sold, status: 'closed' }]);
      },
    };
  }

  it('is compared as one that has none: what it holds is there', async () => {
    const { later, told, row, holds } = await guarded();
    expect(row.closes?.orders).toMatchObject([{ status: 'open', size: '0.01' }]);
    await later();
    expect(told()).toEqual([]);
    holds('0.004');
    await later();
    expect(told()).toMatchObject([
      { title: 'Account main holds 0.004 BTC, and its strategies own 0.01' },
    ]);
  });

  it('is told of where it does not stand as it says', async () => {
    const { say, later, told } = await guarded();
    expect(await say({ position: 'long', size: '0.05', prev: LONG })).toMatchObject({
      state: 'rejected',
    });
    await later();
    expect(told()).toMatchObject([
      { title: 'trend on main: it says long 0.05 in BTC/USD, and its book holds 0.01 BTC' },
    ]);
  });

  it.each<Source['onDrift'] & string>(['notify', 'follow', 'flatten'])(
    'is in no drift when it fired, and nothing is bought back: %s',
    async (onDrift) => {
      const { later, told, fires, holds, book, store, queue } = await guarded({ onDrift });
      // After the holdings were read, and before anybody else looked.
      fires();
      await later();
      expect(await book()).toMatchObject({ quantity: '0', stopped: 'long' });
      holds('0');
      await later();
      expect(told()).toEqual([]);
      expect([store.rows().length, queue.sent.length]).toEqual([1, 0]);
    },
  );

  it('is not compared while what rests of it is in doubt', async () => {
    const { later, told, exchange, row, holds } = await guarded();
    exchange.book.delete(`close of ${row.exchangeOrderId ?? ''}`);
    holds('0');
    await later();
    expect(told()).toEqual([]);
  });
});
