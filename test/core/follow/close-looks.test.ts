/** What one look at a stop makes of it: whose it is, what it did to the book, and what a person changed. */
import { describe, expect, it } from 'vitest';
import { decimal } from '../../../functions/core/decimal.ts';
import type { CloseFill } from '../../../functions/core/fill.ts';
import { followClose, isCloseOf } from '../../../functions/core/follow/follow-close.ts';
import { followOrders } from '../../../functions/core/follow/follow-orders.ts';
import type { CloseOrder, Order, OrderRow } from '../../../functions/core/order.ts';
import type { FoundOrder, RowChange } from '../../../functions/core/ports.ts';
import { FILLED, resting, stopEntry, traded } from './stop-entry.ts';

const STOP = { type: 'stop-loss', price: '45000' } as const;

/** The row with its order, its known stop, and what a look then writes. */
async function looked(given: {
  readonly order?: Partial<Order>;
  readonly known?: Partial<CloseFill>;
  readonly shown?: Partial<FoundOrder>;
}) {
  const { now, stop, deps } = await resting();
  const row = now();
  const [before] = row.closes?.orders ?? [];
  if (row.attempt === undefined || before === undefined) throw new Error('its stop is known');
  const order = { ...row.attempt.order, ...given.order };
  const known = { ...before, ...given.known };
  const entry: OrderRow = {
    ...row,
    attempt: { ...row.attempt, order },
    closes: { orders: [known] },
  };
  const changes: RowChange[] = [];
  const note: typeof deps.orders.note = async (_row, change) => {
    changes.push(change);
    return entry;
  };
  const found = stop('OSTOP', given.shown ?? {});
  await followClose(entry, found, { ...deps, orders: { ...deps.orders, note } });
  return { change: changes[0], seen: changes[0]?.set?.closes?.orders[0] };
}

describe('a stop belongs to no entry', () => {
  it.each<[string, Partial<OrderRow>, Partial<FoundOrder>, Partial<Order>]>([
    [
      'that has no id of its own',
      { exchangeOrderId: undefined as never },
      { refid: undefined as never },
      {},
    ],
    ['that went out without a stop', {}, {}, { close: undefined as never }],
    ['that was never licensed', { attempt: undefined as never }, {}, {}],
  ])('%s', async (_what, lacks, shown, order) => {
    const { now, stop } = await resting();
    const { attempt, ...row } = now();
    if (attempt === undefined) throw new Error('it was licensed');
    const entry = {
      ...row,
      attempt: { ...attempt, order: { ...attempt.order, ...order } },
      ...lacks,
    };
    expect(isCloseOf(now(), stop('OSTOP'))).toBe(true);
    expect(isCloseOf(entry, { ...stop('OSTOP'), ...shown })).toBe(false);
  });

  it.each<[string, Partial<OrderRow>]>([
    ['was not looked at', { fill: undefined as never }],
    ['is not placed', { state: 'unknown' }],
  ])('that %s', async (_what, changes) => {
    const { now, stop, deps } = await resting();
    const look = followClose({ ...now(), ...changes }, stop('OSTOP'), deps);
    await expect(look).rejects.toThrow('an entry is looked at before its closes');
  });
});

describe('a stop that trades', () => {
  it('after another one of its entry has ended moves the book by all that it traded', async () => {
    const { show, stop, view, reconcileDeps } = await stopEntry();
    show(FILLED);
    stop('OONE', { volume: decimal('0.004'), ...traded('0.004', '180'), status: 'closed' });
    stop('OTWO', { volume: decimal('0.006') });
    await followOrders(reconcileDeps);
    stop('OTWO', { ...traded('0.005', '225') });
    await followOrders(reconcileDeps);
    expect((await view()).book.quantity).toBe('0.001');
  });

  it('closes a short by buying, with the leverage of its entry', async () => {
    const shown = { ...traded('0.004', '180'), side: 'buy' } as const;
    const { change } = await looked({ order: { side: 'sell', leverage: '2' }, shown });
    expect(change?.book?.moved?.entry).toMatchObject({
      side: 'buy',
      volume: '0.004',
      leverage: '2',
    });
  });

  it('closes what spot holds by selling, without leverage', async () => {
    const { change } = await looked({ shown: traded('0.004', '180') });
    expect(change?.book?.moved?.entry).toMatchObject({ side: 'sell', volume: '0.004' });
    expect(change?.book?.moved?.entry).not.toHaveProperty('leverage');
    expect(change).not.toHaveProperty('notice');
  });

  it.each([true, false])('stays due when it was (%s), and is due from now on', async (wasDue) => {
    const { now, stop, deps, clock } = await resting();
    const { dueAtMs, ...row } = now();
    await clock.sleep(60_000);
    const changes: RowChange[] = [];
    const note: typeof deps.orders.note = async (before, change) => {
      changes.push(change);
      return before;
    };
    const before = wasDue && dueAtMs !== undefined ? { ...row, dueAtMs } : row;
    const found = stop('OSTOP', traded('0.004', '180'));
    await followClose(before, found, { ...deps, orders: { ...deps.orders, note } });
    expect(changes[0]?.dueAtMs).toBe(wasDue ? dueAtMs : clock.nowMs());
  });

  it('is logged with what it traded', async () => {
    const { stop, log, reconcileDeps } = await resting();
    stop('OSTOP', traded('0.004', '180'));
    await followOrders(reconcileDeps);
    const said = log.lines.findLast((line) => line.includes('close-followed'));
    expect(said).toContain('"exchangeOrderId":"OSTOP"');
    expect(said).toContain('"volume":"0.004"');
  });
});

describe('a look into the past', () => {
  it.each<[string, Partial<FoundOrder>, Partial<FoundOrder>]>([
    ['that shows less', traded('0.004', '180', '0.3'), traded('0.001', '45')],
    ['that shows as open what is cancelled', { status: 'canceled' }, { status: 'open' }],
    [
      'that shows more of what is cancelled',
      { ...traded('0.002', '90'), status: 'canceled' },
      { ...traded('0.003', '135'), status: 'open' },
    ],
  ])('%s changes nothing', async (_what, shown, older) => {
    const { stop, now, deps, reconcileDeps } = await resting();
    stop('OSTOP', shown);
    await followOrders(reconcileDeps);
    const row = now();
    expect(await followClose(row, stop('OSTOP', older), deps)).toBe(row);
    expect(now()).toBe(row);
  });

  it('does not make a stop larger again that was made smaller', async () => {
    expect((await looked({ known: { cut: '0.004' } })).change).toBeUndefined();
    const { seen } = await looked({ known: { cut: '0.004' }, shown: traded('0.001', '45') });
    expect(seen).toMatchObject({ size: '0.01', cut: '0.004', volume: '0.001' });
  });
});

describe('what is on record of a stop', () => {
  it('is no change where there was none', async () => {
    const { now } = await resting();
    const [stop] = now().closes?.orders ?? [];
    expect(Object.keys(stop ?? {}).sort()).toEqual(
      ['cost', 'exchangeOrderId', 'fee', 'seenAtMs', 'size', 'status', 'volume'].sort(),
    );
  });

  it('says that somebody made it smaller, once', async () => {
    const { stop, now, reconcileDeps } = await resting();
    stop('OSTOP', { volume: decimal('0.004') });
    await followOrders(reconcileDeps);
    expect(now().closes?.orders).toMatchObject([{ size: '0.01', cut: '0.004' }]);
    const row = now();
    await followOrders(reconcileDeps);
    expect(now()).toBe(row);
  });

  it('keeps that a change may still be made', async () => {
    const { seen } = await looked({ known: { changingUntilMs: 99 }, shown: traded('0.001', '45') });
    expect(seen?.changingUntilMs).toBe(99);
  });

  const short = { side: 'sell', leverage: '2' } as const;
  const trailing = { type: 'trailing-stop', price: '45000' } as const;
  it.each<[string, CloseOrder, Partial<Order>, Partial<FoundOrder>, string | undefined]>([
    ['of a long upwards', STOP, {}, { price: decimal('46000') }, '46000'],
    ['of a long downwards', STOP, {}, { price: decimal('44000') }, undefined],
    ['of a short downwards', STOP, short, { side: 'buy', price: decimal('44000') }, '44000'],
    ['of a short upwards', STOP, short, { side: 'buy', price: decimal('46000') }, undefined],
    ['that trails', trailing, {}, { type: 'stop-loss', price: decimal('46000') }, undefined],
    ['shown as another type', STOP, {}, { type: 'market', price: decimal('46000') }, undefined],
    ['shown without a price', STOP, {}, { price: undefined as never }, undefined],
  ])(
    'says that it was moved only to a better price: %s',
    async (_what, close, order, shown, to) => {
      // Some of it traded, so that the look is written down in any case.
      const more = { ...traded('0.001', '45'), ...shown };
      const { seen } = await looked({ order: { close, ...order }, shown: more });
      expect(seen).toMatchObject({ volume: '0.001' });
      expect(seen?.movedTo?.price).toBe(to);
    },
  );
});

describe('of a stop that is seen for the first time', () => {
  it.each<[string, Partial<FoundOrder>, string | undefined]>([
    ['nothing is told while it rests', {}, undefined],
    ['it is told that it is gone', { status: 'canceled' }, 'its stop is cancelled'],
    ['it is told that it fires', traded('0.004', '180'), 'its stop fired, and is partly filled'],
  ])('%s', async (_what, shown, words) => {
    const { show, stop, fills, reconcileDeps } = await stopEntry({ tellFills: 'all' });
    show(FILLED);
    await followOrders(reconcileDeps);
    const before = fills().length;
    stop('OSTOP', shown);
    await followOrders(reconcileDeps);
    const told = fills().slice(before);
    expect(told.map(({ title }) => title)).toEqual(words ? [`buy BTC/USD on main: ${words}`] : []);
  });

  it('what becomes of it later is told though nothing of it traded', async () => {
    const { stop, fills, reconcileDeps } = await resting({ tellFills: 'all' });
    const before = fills().length;
    stop('OSTOP', { price: decimal('46000') });
    await followOrders(reconcileDeps);
    expect(fills().slice(before)).toHaveLength(1);
  });
});
