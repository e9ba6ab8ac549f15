/** What a look at the stops that an entry opened writes down: once, forwards only, on its book. */
import { describe, expect, it } from 'vitest';
import { executeOrder } from '../../../functions/core/execute/execute-order.ts';
import { followClose } from '../../../functions/core/follow/follow-close.ts';
import { followOrders } from '../../../functions/core/follow/follow-orders.ts';
import { lookAtOrders } from '../../../functions/core/follow/look-at-orders.ts';
import type { Source } from '../../../functions/core/config.ts';
import { decimal } from '../../../functions/core/decimal.ts';
import type { FoundOrder } from '../../../functions/core/ports.ts';
import { GIVE_UP_MS, SWEEP_GAP_MS } from '../../../functions/core/protocol.ts';
import { FILLED, resting, stopEntry, traded } from './stop-entry.ts';

describe('an entry with a stop', () => {
  it('stays followed and in flight while its stop rests, and nothing is written for that', async () => {
    const { now, view, reconcileDeps, deps, clock, count } = await resting();
    expect(now()).toMatchObject({
      fill: { status: 'filled', volume: '0.01' },
      closes: { orders: [{ exchangeOrderId: 'OSTOP', status: 'open', size: '0.01', volume: '0' }] },
    });
    expect(await view()).toMatchObject({ book: { quantity: '0.01' }, inFlight: [now().orderKey] });
    const before = now();
    await clock.sleep(60_000);
    expect(await followOrders(reconcileDeps)).toEqual({ looked: 1, failed: 0 });
    expect(now()).toBe(before);
    const { asked, exchange } = count();
    await lookAtOrders([now()], exchange, deps);
    // Neither the entry, which has ended, nor the search, which has found all there is.
    expect(asked).toEqual({ orders: [['OSTOP']], openOrders: 0, find: 0 });
  });

  it('moves the book the other way by each part that its stop trades, once, and ends', async () => {
    const { stop, now, view, reconcileDeps, deps, store, ref } = await resting();
    stop('OSTOP', traded('0.004', '180', '0.3'));
    await followOrders(reconcileDeps);
    await followOrders(reconcileDeps);
    expect((await view()).book).toMatchObject({ quantity: '0.006', version: 2, fees: '1.3' });
    stop('OSTOP', { ...traded('0.01', '450', '0.7'), status: 'closed' });
    await followOrders(reconcileDeps);
    const { book, inFlight } = await view();
    expect(book).toMatchObject({ quantity: '0', cost: '0', version: 3, fees: '1.7' });
    // 450 - 490 - 1.7
    expect(book.result).toBe('-41.7');
    expect(inFlight).toEqual([]);
    expect(now()).not.toHaveProperty('dueAtMs');
    expect(await deps.orders.followed(10)).toEqual([]);
    expect(
      store
        .audit(ref)
        .map(({ why }) => why)
        .slice(-3),
    ).toEqual([
      'its stop for 0.01 (Kraken order id OSTOP) is open',
      'its stop for 0.01 (Kraken order id OSTOP) is partly filled: 0.004 traded for 180, fee 0.3',
      'its stop for 0.01 (Kraken order id OSTOP) is filled: 0.01 traded for 450, fee 0.7',
    ]);
    const { entries } = store.bookRow((await view()).book);
    expect(entries.map(({ side, closeId }) => [side, closeId])).toEqual([
      ['buy', undefined],
      ['sell', 'OSTOP'],
      ['sell', 'OSTOP'],
    ]);
  });

  it('filled in two parts has two stops, and ends with the later of them', async () => {
    const { show, stop, now, view, reconcileDeps } = await stopEntry();
    show(traded('0.004', '196'));
    stop('OONE', { volume: decimal('0.004') });
    await followOrders(reconcileDeps);
    expect(now().closes?.orders).toMatchObject([{ exchangeOrderId: 'OONE', size: '0.004' }]);
    show({ ...traded('0.01', '490'), status: 'closed' });
    stop('OTWO', { volume: decimal('0.006') });
    await followOrders(reconcileDeps);
    expect(now().closes?.orders).toHaveLength(2);
    stop('OTWO', { ...traded('0.006', '270'), status: 'closed' });
    await followOrders(reconcileDeps);
    expect(await view()).toMatchObject({
      book: { quantity: '0.004' },
      inFlight: [now().orderKey],
    });
    stop('OONE', { ...traded('0.004', '180'), status: 'closed' });
    await followOrders(reconcileDeps);
    expect(await view()).toMatchObject({ book: { quantity: '0' }, inFlight: [] });
  });

  it('whose stop fired before anybody looked is found behind its userref', async () => {
    const { show, stop, view, now, reconcileDeps } = await stopEntry();
    show(FILLED);
    stop('OSTOP', { ...traded('0.01', '450', '1'), status: 'closed' });
    await followOrders(reconcileDeps);
    expect(await view()).toMatchObject({ book: { quantity: '0', result: '-42' }, inFlight: [] });
    expect(now()).not.toHaveProperty('dueAtMs');
  });

  it('whose stop has another userref is found while it rests, by the id of its entry', async () => {
    const { show, stop, now, reconcileDeps } = await stopEntry();
    show(FILLED);
    stop('OSTOP', { userref: 7 });
    await followOrders(reconcileDeps);
    expect(now().closes?.orders).toMatchObject([{ exchangeOrderId: 'OSTOP' }]);
  });

  it.each<[string, Partial<FoundOrder>]>([
    ['of another entry', { refid: 'OOTHER-A-B' }],
    ['on its own side', { side: 'buy' }],
    ['of another pair', { pair: 'ETHUSD' }],
  ])('does not take an order %s for its stop', async (_what, other) => {
    const { show, stop, now, parent, deps, reconcileDeps } = await stopEntry();
    show(FILLED);
    const found = stop('OSTRANGER', other);
    await followOrders(reconcileDeps);
    expect(now()).not.toHaveProperty('closes');
    expect(now().dueAtMs).toBeDefined();
    await expect(followClose(now(), found, deps)).rejects.toThrow('a close order of its row');
    expect(parent().userref).toBe(found.userref);
  });

  it('that was filled by nothing has no stop to wait for', async () => {
    const { show, now, view, reconcileDeps } = await stopEntry();
    show({ status: 'canceled' });
    await followOrders(reconcileDeps);
    expect(now()).not.toHaveProperty('dueAtMs');
    expect((await view()).inFlight).toEqual([]);
  });

  it.each<[string, Partial<FoundOrder>]>([
    ['shows less', traded('0.001', '45')],
    ['shows less of its cost', traded('0.004', '45', '1')],
    ['shows less of its fee', traded('0.005', '300', '0.1')],
  ])('is not taken back by a look at its stop that %s', async (_what, older) => {
    const { stop, now, view, reconcileDeps } = await resting();
    stop('OSTOP', traded('0.004', '180', '0.3'));
    await followOrders(reconcileDeps);
    const [row, before] = [now(), await view()];
    stop('OSTOP', older);
    await followOrders(reconcileDeps);
    expect(now()).toBe(row);
    expect(await view()).toEqual(before);
  });

  it('is done with a stop that has ended, whatever a late look shows', async () => {
    const { stop, now, deps, reconcileDeps, show } = await stopEntry();
    show(traded('0.004', '196'));
    stop('OONE', { volume: decimal('0.004'), ...traded('0.004', '180'), status: 'closed' });
    await followOrders(reconcileDeps);
    const row = now();
    expect(row.closes?.orders).toMatchObject([{ status: 'filled' }]);
    const more = stop('OONE', { ...traded('0.005', '225'), status: 'open' });
    expect(await followClose(row, more, deps)).toBe(row);
  });

  it('is lost to whoever wrote the same look first', async () => {
    const { stop, now, deps, view } = await resting();
    const row = now();
    await followClose(row, stop('OSTOP', traded('0.004', '180')), deps);
    expect(await followClose(row, stop('OSTOP', traded('0.005', '225')), deps)).toBe('lost');
    expect((await view()).book.quantity).toBe('0.006');
  });

  it('counts no sale of what it is not seen to have bought, until the look at it catches up', async () => {
    const { show, stop, now, view, reconcileDeps } = await stopEntry();
    show(traded('0.004', '196'));
    await followOrders(reconcileDeps);
    // The look at the entry lags; the stop for the second part is shown, and has sold.
    stop('OTWO', { volume: decimal('0.006'), ...traded('0.006', '270'), status: 'closed' });
    await followOrders(reconcileDeps);
    expect(now()).not.toHaveProperty('closes');
    expect((await view()).book.quantity).toBe('0.004');
    show(FILLED);
    await followOrders(reconcileDeps);
    expect((await view()).book.quantity).toBe('0.004');
    expect(now().closes?.orders).toMatchObject([{ exchangeOrderId: 'OTWO', volume: '0.006' }]);
  });

  it('owes nothing for what its stops sold beyond what it bought', async () => {
    const { stop, view, reconcileDeps } = await resting();
    stop('OSTOP', { volume: decimal('0.02'), ...traded('0.02', '900'), status: 'closed' });
    await followOrders(reconcileDeps);
    expect((await view()).book.quantity).toBe('0');
  });

  it('keeps for how much a stop was opened when somebody made it smaller', async () => {
    const { stop, now, reconcileDeps, count, deps } = await resting();
    stop('OSTOP', { volume: decimal('0.004') });
    await followOrders(reconcileDeps);
    expect(now().closes?.orders).toMatchObject([{ size: '0.01' }]);
    const { asked, exchange } = count();
    await lookAtOrders([now()], exchange, deps);
    expect(asked.openOrders).toBe(0);
    // What a newest one grows by, as on paper, is part of it.
    stop('OSTOP', { volume: decimal('0.012') });
    await followOrders(reconcileDeps);
    expect(now().closes?.orders).toMatchObject([{ size: '0.012' }]);
  });

  it('is a doubt while Kraken does not show a stop that is known', async () => {
    const { exchange, deps, now } = await resting();
    exchange.book.delete('OSTOP');
    expect(await lookAtOrders([now()], exchange, deps)).toEqual([
      { row: now(), isShown: false, doubt: 'has a stop (OSTOP) that Kraken does not show' },
    ]);
  });
});

describe('a stop that is not shown', () => {
  it('is searched for, told once after a quarter of an hour, and then taken not to be there', async () => {
    const { show, now, view, notices, reconcileDeps, clock, ref, store } = await stopEntry();
    show(FILLED);
    await followOrders(reconcileDeps);
    const filledMs = clock.nowMs();
    expect((await view()).inFlight).toEqual([now().orderKey]);
    const told = () => notices().filter(({ id }) => id.startsWith('no-close:'));
    while (clock.nowMs() < filledMs + GIVE_UP_MS) {
      expect(now()).not.toHaveProperty('closes');
      expect(now().dueAtMs).toBeDefined();
      expect(told()).toEqual([]);
      await clock.sleep(60_000);
      await followOrders(reconcileDeps);
    }
    // One search that misses it is not enough, and neither are two at once.
    expect(now()).toMatchObject({ closes: { orders: [], missedAtMs: clock.nowMs() } });
    await clock.sleep(SWEEP_GAP_MS - 1);
    await followOrders(reconcileDeps);
    expect(told()).toEqual([]);
    expect(now().closes).not.toHaveProperty('unseen');
    expect(now().dueAtMs).toBeDefined();
    await clock.sleep(1);
    await followOrders(reconcileDeps);
    expect(now().closes).toEqual({ orders: [], unseen: '0.01' });
    expect(now()).not.toHaveProperty('dueAtMs');
    expect((await view()).inFlight).toEqual([]);
    await followOrders(reconcileDeps);
    expect(told()).toMatchObject([
      { urgency: 'page', title: 'buy BTC/USD on main: Kraken shows no stop for 0.01 BTC of it' },
    ]);
    expect(store.audit(ref).at(-1)?.why).toBe('Kraken shows no stop for 0.01 of what was filled');
  });

  it('for a part is told, and what is known of the others stays followed', async () => {
    const { show, stop, now, view, reconcileDeps, clock } = await stopEntry();
    show(FILLED);
    stop('OONE', { volume: decimal('0.004') });
    await followOrders(reconcileDeps);
    await clock.sleep(GIVE_UP_MS);
    await followOrders(reconcileDeps);
    await clock.sleep(60_000);
    await followOrders(reconcileDeps);
    expect(now()).toMatchObject({ closes: { orders: [{ size: '0.004' }], unseen: '0.006' } });
    expect((await view()).inFlight).toEqual([now().orderKey]);
    stop('OONE', { ...traded('0.004', '180'), status: 'closed' });
    await followOrders(reconcileDeps);
    expect(await view()).toMatchObject({ book: { quantity: '0.006' }, inFlight: [] });
  });

  it('that one search missed and the next one shows is followed as any other', async () => {
    const { show, stop, now, notices, reconcileDeps, clock } = await stopEntry();
    show(FILLED);
    await followOrders(reconcileDeps);
    await clock.sleep(GIVE_UP_MS);
    await followOrders(reconcileDeps);
    expect(now().closes?.missedAtMs).toBeDefined();
    stop('OSTOP');
    await clock.sleep(60_000);
    await followOrders(reconcileDeps);
    expect(now().closes).toMatchObject({ orders: [{ exchangeOrderId: 'OSTOP' }] });
    expect(now().closes).not.toHaveProperty('missedAtMs');
    expect(notices().filter(({ id }) => id.startsWith('no-close:'))).toEqual([]);
  });

  it('proves nothing while the search does not show the entry itself, or fails', async () => {
    const { show, now, deps, clock, exchange, log } = await stopEntry();
    show(FILLED);
    const blind = { ...exchange, find: async () => [] };
    const away = { ...exchange, find: () => Promise.reject(new Error('too many orders')) };
    await lookAtOrders([now()], blind, deps);
    await clock.sleep(GIVE_UP_MS);
    for (const port of [blind, away]) {
      const [look] = await lookAtOrders([now()], port, deps);
      expect(look).toMatchObject({ doubt: 'was filled, and its stop for 0.01 is not shown yet' });
      expect(now()).not.toHaveProperty('closes');
    }
    expect(log.lines.some((line) => line.includes('closes-not-found'))).toBe(true);
  });

  it('is searched for by name for two entries a minute, and for others in the next', async () => {
    const { show, deps, clock, count, receive, exchange, store } = await stopEntry();
    show(FILLED);
    const stop = { type: 'stop-loss', price: '45000' } as const;
    const refs = [];
    for (const id of ['a', 'b', 'c']) {
      const ref = await receive({ id, stop });
      await executeOrder(ref, deps);
      const { clientOrderId, exchangeOrderId = '' } = store.row(ref);
      exchange.book.delete(`close of ${exchangeOrderId}`);
      const [order] = exchange.book.get(clientOrderId) ?? [];
      if (order === undefined) throw new Error('it is placed');
      exchange.book.set(clientOrderId, [{ ...order, cost: decimal('490') }]);
      refs.push(ref);
    }
    const { asked, exchange: port } = count();
    const names = new Set<string>();
    const find: typeof port.find = (name, sinceMs) => {
      names.add(name.clientOrderId);
      return port.find(name, sinceMs);
    };
    for (let minute = 1; minute <= 3; minute += 1) {
      await clock.sleep(60_000);
      const rows = refs.map((ref) => store.row(ref));
      await lookAtOrders(rows, { ...port, find }, deps);
      expect(asked).toMatchObject({ openOrders: minute, find: 2 * minute });
    }
    expect(names.size).toBe(3);
  });
});

describe('who is told of stops', () => {
  const parts = [
    traded('0.004', '180', '0.3'),
    { ...traded('0.01', '450', '0.8'), status: 'closed' },
  ];

  it.each<[Source['tellFills'], readonly string[]]>([
    [undefined, ['its stop fired and is filled']],
    ['ends', ['its stop fired and is filled']],
    ['all', ['its stop fired, and is partly filled', 'its stop fired and is filled']],
    ['none', []],
  ])('%s', async (tellFills, told) => {
    const { stop, reconcileDeps, fills } = await resting(tellFills ? { tellFills } : {});
    const before = fills().length;
    for (const each of parts) {
      stop('OSTOP', each);
      await followOrders(reconcileDeps);
    }
    expect(
      fills()
        .slice(before)
        .map(({ title }) => title),
    ).toEqual(told.map((words) => `buy BTC/USD on main: ${words}`));
  });

  it('hears the numbers, and what the strategy owns now', async () => {
    const { stop, reconcileDeps, fills, now } = await resting();
    stop('OSTOP', { ...traded('0.01', '450', '1'), status: 'closed' });
    await followOrders(reconcileDeps);
    const notice = fills().at(-1);
    expect(notice).toMatchObject({ urgency: 'info', channels: ['ops'] });
    expect(notice?.id).toBe(`fill:${now().clientOrderId}:${now().version}`);
    expect(notice?.text).toBe('The strategy trend owns no BTC now.');
    expect(
      Object.fromEntries(notice?.facts?.map(({ label, value }) => [label, value]) ?? []),
    ).toMatchObject({
      'Stop filled': '0.01 BTC of 0.01',
      'Average price': '45000 USD',
      Fee: '1 USD',
      'Result so far': '-42 USD, fees taken off',
      'Kraken order id of the stop': 'OSTOP',
    });
  });

  it.each<[Partial<FoundOrder>, string, string]>([
    [{ status: 'canceled' }, 'its stop is cancelled', 'info'],
    [{ status: 'expired' }, 'its stop has ended', 'warning'],
    [
      { ...traded('0.004', '180'), status: 'canceled' },
      'its stop is cancelled, partly filled before',
      'warning',
    ],
  ])('hears of a stop that ended otherwise: %j', async (shown, words, urgency) => {
    const { stop, reconcileDeps, fills } = await resting();
    stop('OSTOP', shown);
    await followOrders(reconcileDeps);
    const told = fills().at(-1);
    expect(told).toMatchObject({ title: `buy BTC/USD on main: ${words}`, urgency });
    expect(told?.text).toContain('It protects nothing any more.');
  });

  it('hears nothing of a stop that was opened as it should be', async () => {
    const { fills } = await resting({ tellFills: 'all' });
    expect(fills().map(({ title }) => title)).toEqual(['buy BTC/USD on main: filled']);
  });
});
