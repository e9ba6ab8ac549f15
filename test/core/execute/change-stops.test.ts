/** What is sent and written down when stops give way to an order, and when they are left alone. */
import { describe, expect, it } from 'vitest';
import type { AmendOutcome } from '../../../functions/core/amending.ts';
import { decimal } from '../../../functions/core/decimal.ts';
import { replaceOrders } from '../../../functions/core/execute/replace-orders.ts';
import type { CloseFill } from '../../../functions/core/fill.ts';
import type { CloseOrder, OrderRow } from '../../../functions/core/order.ts';
import type { StopChange } from '../../../functions/core/resting.ts';
import { stoppedPosition } from '../follow/stop-entry.ts';

const MADE = { kind: 'amended', description: 'amend T' } as const;
const LIMITED: CloseOrder = { type: 'stop-loss-limit', price: '46000', price2: '45900' };

/** A position with the stop OSTOP, and an order that has it changed; no change: it is cancelled. */
async function giving(told?: AmendOutcome) {
  const at = await stoppedPosition();
  if (told !== undefined) at.exchange.amendFates.push({ changed: false, told });
  const exit = await at.receive({ target: { position: 'long', size: '0.004' } });
  const give = (change?: Partial<StopChange>) => {
    const to = change && { orderKey: at.ref.orderKey, volume: '0.004', ...change };
    const named = { exchangeOrderId: 'OSTOP', name: 'the stop', side: 'sell' } as const;
    const replaces = [{ ...named, rest: decimal('0.006'), ...(to ? { to } : {}) }];
    const given = { decision: { reducing: true }, replaces };
    return replaceOrders(exit, given, at.exchange, at.deps);
  };
  /** Its entry has these stops on record. */
  const record = async (orders: readonly CloseFill[]) => {
    const row = at.now();
    const set = { closes: { ...row.closes, orders } };
    await at.deps.orders.note(row, { why: 'as the test says', atMs: 1, set, dueAtMs: 5_000 });
  };
  const recorded = () => at.now().closes?.orders ?? [];
  const [stop] = recorded();
  if (stop === undefined) throw new Error('the stop is on record');
  return {
    ...{ ...at, exit, give, record, recorded, stop },
    changes: () => at.exchange.amends.map(({ change }) => change),
    status: () => at.exchange.book.get('OSTOP')?.[0]?.status,
    whys: (row: OrderRow) => at.store.audit(row).map(({ why }) => why),
  };
}

describe('an order that needs room', () => {
  it.each<[string, StopChange | undefined, string]>([
    ['cancels', undefined, 'the stop: open, and being cancelled'],
    ['changes', { orderKey: '', volume: '0.004' }, 'the stop: being changed'],
  ])('says what it %s, and comes back soon', async (_what, change, why) => {
    const { give, exit, store, clock, ref } = await giving();
    const atMs = clock.nowMs();
    expect(await give(change && { ...change, orderKey: ref.orderKey })).toEqual({
      kind: 'again',
      why,
    });
    expect(store.audit(exit).at(-1)?.why).toBe(why);
    expect(store.row(exit)).toMatchObject({ freedAtMs: atMs, dueAtMs: atMs + 20_000 });
  });

  it('logs what it did', async () => {
    const cancelling = await giving();
    await cancelling.give();
    expect(cancelling.log.of('replaced-order-cancelled')).toMatchObject([
      { exchangeOrderId: 'OSTOP', count: 1 },
    ]);
    const changing = await giving(MADE);
    await changing.give({ trigger: '46000' });
    expect(changing.log.of('stop-changed')).toMatchObject([
      {
        ...{ exchangeOrderId: 'OSTOP', volume: '0.004', trigger: '46000' },
        ...{ outcome: 'amended', reason: 'amend T' },
      },
    ]);
  });
});

describe('a stop that is changed', () => {
  it.each<[string, Partial<StopChange>, object, object, string]>([
    ['smaller', {}, {}, { cut: '0.004' }, 'for 0.004 now'],
    [
      'moved',
      { volume: '0.01', trigger: '46500' },
      { triggerPrice: '46500' },
      { movedTo: { type: 'stop-loss', price: '46500' } },
      'for 0.01 now, at 46500',
    ],
    [
      'moved with its limit, and smaller',
      { trigger: '46500', limit: '46400' },
      { triggerPrice: '46500', limitPrice: '46400' },
      { cut: '0.004', movedTo: { type: 'stop-loss', price: '46500', price2: '46400' } },
      'for 0.004 now, at 46500',
    ],
  ])('is %s: sent so, and on record', async (_how, change, sent, record, words) => {
    const { give, changes, recorded, stop, whys, now, clock } = await giving(MADE);
    const { dueAtMs } = now();
    const deadlineMs = clock.nowMs() + 10_000;
    await give(change);
    const volume = change.volume ?? '0.004';
    expect(changes()).toStrictEqual([{ volume, ...sent, deadlineMs }]);
    expect(recorded()).toStrictEqual([{ ...stop, ...record }]);
    expect(whys(now()).slice(-2)).toEqual([
      'a change of its stop (OSTOP) is sent',
      `its stop (OSTOP) is ${words}`,
    ]);
    expect(now().dueAtMs).toBe(dueAtMs);
  });

  it('keeps of its terms what they were since it was moved before', async () => {
    const { give, record, recorded, stop } = await giving(MADE);
    await record([{ ...stop, movedTo: LIMITED }]);
    await give({ volume: '0.01', trigger: '46500' });
    expect(recorded()).toEqual([{ ...stop, movedTo: { ...LIMITED, price: '46500' } }]);
  });

  it('alone is on record as changing, until no change can arrive by the clock of Kraken', async () => {
    const { give, record, recorded, stop, clock } = await giving({ kind: 'unknown', reason: '' });
    const other = { ...stop, exchangeOrderId: 'OOTHER' };
    await record([other, stop]);
    const untilMs = clock.nowMs() + 10_000 + 2_000;
    await give({});
    expect(recorded()).toEqual([other, { ...stop, changingUntilMs: untilMs }]);
  });

  it.each<[AmendOutcome['kind'], string]>([
    ['unknown', 'open'],
    ['not-reached', 'open'],
    ['gone', 'open'],
    ['refused', 'canceled'],
  ])('goes only where Kraken refuses for good: %s leaves it %s', async (kind, status) => {
    const reason = 'EGeneral:Invalid arguments:order_qty';
    const at = await giving({ kind, reason, trips: false } as AmendOutcome);
    await at.give({});
    expect(at.status()).toBe(status);
  });
});

describe('a stop whose entry does not have it on record any more', () => {
  type Read = (row: OrderRow) => OrderRow | undefined;
  const bare: Read = ({ attempt, ...row }) => {
    const { close: _none, ...order } = attempt?.order ?? ({} as never);
    return { ...row, ...(attempt ? { attempt: { ...attempt, order } } : {}) };
  };
  it.each<[string, Read]>([
    ['is forgotten', () => undefined],
    ['was not sent', ({ attempt: _none, ...row }) => row],
    ['has no stops', ({ closes: _none, ...row }) => row],
    ['has none in its terms', bare],
  ])('as that %s, stays as it is and is not changed', async (_what, read) => {
    const { give, changes, status, store, now, whys } = await giving(MADE);
    const entry = now();
    const before = whys(entry);
    store.orders.read = () => Promise.resolve(read(entry));
    expect((await give({})).kind).toBe('again');
    expect(changes()).toEqual([]);
    expect(status()).toBe('open');
    expect(whys(entry)).toEqual(before);
  });

  it('as somebody else moved that row, stays as it is and is not changed', async () => {
    const { give, changes, status, store, ref } = await giving(MADE);
    const note = store.orders.note.bind(store.orders);
    store.orders.note = async (row, change) =>
      row.orderKey === ref.orderKey ? 'lost' : note(row, change);
    await give({});
    expect(changes()).toEqual([]);
    expect(status()).toBe('open');
  });
});
