/** Which orders of a strategy the next one waits for, which go first, and which stay. */
import { describe, expect, it } from 'vitest';
import type { Intent } from '../../../functions/core/decide/plan-target.ts';
import { plain } from '../../../functions/core/decimal.ts';
import type { Fill } from '../../../functions/core/fill.ts';
import type { Order } from '../../../functions/core/order.ts';
import type { OrderState } from '../../../functions/core/order-state.ts';
import { inFlight, type Given } from './in-flight.ts';

const EXIT: Given = { order: { side: 'sell', type: 'market' }, reducing: true };
const STOP: Given = { order: { side: 'sell', type: 'stop-loss', price: '45000' }, reducing: true };
const COVERS = { orderKey: 'exit', since: 1, of: ['entry'] };
const BESIDE = { action: 'sell', leverage: '2', type: 'market' } as const;
const TAKES = { orderKey: 'entry', number: 1, price: '51000' };

describe('the next order', () => {
  it.each<OrderState>(['prepared', 'unknown', 'needs-human'])(
    'waits while one of the strategy is %s, though the others are as they are known',
    async (state) => {
      const { rowOf, settle } = await inFlight();
      const rows = [rowOf('rests'), rowOf('lost', { state })];
      expect((await settle(rows)).why).toBe(
        `an earlier order of the strategy is ${state} (client order id client-lost)`,
      );
    },
  );

  it('does not wait for itself', async () => {
    const { rowOf, settle } = await inFlight();
    const by = rowOf('next', { state: 'unknown' });
    expect((await settle([by], { by })).settled.kind).toBe('settled');
  });

  it('is not held up by a key whose row is gone', async () => {
    const { rowOf, settle } = await inFlight();
    const { replaced } = await settle([rowOf('rests')], { gone: ['gone'] });
    expect(replaced).toEqual(['rests']);
  });

  it('needs the book once where nothing else is in flight', async () => {
    const { settle } = await inFlight();
    const { settled, reads } = await settle([]);
    expect(settled).toMatchObject({ kind: 'settled', replaces: [], stops: [] });
    expect(reads.filter((source) => source === 'trend')).toHaveLength(1);
  });

  it.each<[string, OrderState, boolean]>([
    ['waits for the order that it follows while that waits', 'received', true],
    ['waits for the order that it follows while that is to go again', 'queued', true],
    ['goes on when the order that it follows has gone out', 'placed', false],
  ])('that guards what another leaves %s', async (_what, state, waits) => {
    const { rowOf, settle } = await inFlight();
    const by = rowOf('next', { signal: { covers: COVERS } });
    const { why } = await settle([rowOf('exit', { ...STOP, state })], { by, intent: 'guards' });
    expect(why?.includes('has not gone out') ?? false).toBe(waits);
  });

  it('that guards does not wait for others that wait as it does', async () => {
    const { rowOf, settle } = await inFlight();
    const by = rowOf('next', { signal: { covers: COVERS } });
    const waiting = rowOf('other', { state: 'queued' });
    expect((await settle([waiting], { by, intent: 'guards' })).settled.kind).toBe('settled');
  });

  it('waits for the second of two orders when that is the one that is not shown', async () => {
    const { rowOf, settle } = await inFlight();
    const rows = [rowOf('shown', STOP), rowOf('hidden', STOP)];
    expect((await settle(rows, { hidden: ['hidden'] })).why).toBe(
      'an earlier order of the strategy (client order id client-hidden) is not shown by Kraken',
    );
  });

  it('frees what an order holds that goes, as it was amended', async () => {
    const { rowOf, settle } = await inFlight();
    const row = rowOf('one', { fill: fillOf({ volume: '0.001' }) });
    const now = { ...(row.attempt?.order as Order), volume: '0.02', price: '48000' };
    const { settled } = await settle([{ ...row, amended: { now } }]);
    if (settled.kind !== 'settled') throw new Error('nothing is waited for');
    const [{ rest, price } = {}] = settled.replaces;
    expect([rest && plain(rest), price]).toEqual(['0.019', '48000']);
  });

  it.each([
    ['waits while a change of the stop may still be made', 1, 'waits'],
    ['goes on as soon as none can be made any more', 0, 'settled'],
  ])('%s', async (_what, ms, kind) => {
    const { rowOf, settle, clock } = await inFlight();
    const fill = fillOf({ status: 'filled', volume: '0.01' });
    const changingUntilMs = clock.nowMs() + ms;
    const stop = { ...fillOf({}), exchangeOrderId: 'OSTOP', size: '0.01', changingUntilMs };
    const order = { close: { type: 'stop-loss', price: '45000' } } as const;
    const entry = rowOf('entry', { order, fill, closes: { orders: [stop] } });
    expect((await settle([entry])).settled.kind).toBe(kind);
  });
});

describe('of what is in flight', () => {
  it.each<[string, Given, Intent, Given, readonly string[] | 'waits']>([
    ['an entry that rests goes', {}, 'goes-on', {}, ['one']],
    ['an entry that rests stays where the message is outdated', {}, 'outdated', {}, []],
    ['an entry that rests stays beside a stop for what is left', {}, 'guards', {}, []],
    ['a stop stays beside one more stop', STOP, 'guards', {}, []],
    [
      'an exit on its way is waited for before what it leaves gets a stop',
      EXIT,
      'guards',
      {},
      'waits',
    ],
    [
      'an exit on its way goes for a take-profit',
      EXIT,
      'goes-on',
      { signal: { takes: TAKES } },
      ['one'],
    ],
    [
      'an entry that rests stays for a take-profit',
      {},
      'goes-on',
      { signal: { takes: TAKES } },
      [],
    ],
    [
      'a stop that the sender sent stays beside what leaves on margin',
      STOP,
      'leaves',
      { signal: BESIDE },
      [],
    ],
    [
      'a stop of Harpoon’s own goes before what leaves on margin',
      { ...STOP, signal: { covers: COVERS } },
      'leaves',
      { signal: BESIDE },
      ['one'],
    ],
  ])('%s', async (_what, one, intent, next, expected) => {
    const { rowOf, settle } = await inFlight();
    const by = rowOf('next', next);
    const { settled, replaced } = await settle([rowOf('one', one)], { by, intent });
    expect(replaced ?? settled.kind).toEqual(expected);
  });

  it('what goes has no price where it trades at the market', async () => {
    const { rowOf, settle } = await inFlight();
    const { settled } = await settle([rowOf('one', EXIT)]);
    const [one] = settled.kind === 'settled' ? settled.replaces : [];
    expect(one).not.toHaveProperty('price');
    expect(one).toMatchObject({ exchangeOrderId: 'one', side: 'sell' });
  });
});

describe('a stop of its own for what an order left', () => {
  const order = (more: Partial<Order>): Partial<Order> => ({
    ...{ side: 'sell', type: 'stop-loss', price: '45000', volume: '0.01' },
    ...more,
  });
  const own = { signal: { covers: COVERS }, reducing: true } as const;

  it.each<[string, Given, object]>([
    [
      'with its trigger, whole',
      { order: order({}) },
      { traded: '0', rest: '0.01', terms: { type: 'stop-loss', price: '45000' } },
    ],
    [
      'with its limit',
      { order: order({ type: 'stop-loss-limit', price2: '44900' }) },
      { terms: { type: 'stop-loss-limit', price: '45000', price2: '44900' } },
    ],
    [
      'for what has not traded of it',
      { order: order({}), fill: fillOf({ volume: '0.004', cost: '180' }) },
      { traded: '0.004', rest: '0.006' },
    ],
    [
      'for no entry, where none is known',
      { order: order({}), signal: { covers: { orderKey: 'exit', since: 1 } } },
      { of: [] },
    ],
  ])('rests %s', async (_how, given, expected) => {
    const { rowOf, settle } = await inFlight();
    const { stops, replaced } = await settle([rowOf('own', { ...own, ...given })]);
    const told = stops?.map((stop) => ({
      ...stop,
      ...{ traded: plain(stop.traded), rest: plain(stop.rest) },
    }));
    expect(replaced).toEqual([]);
    expect(told).toHaveLength(1);
    expect(told?.[0]).toEqual({
      exchangeOrderId: 'own',
      name: 'a stop of the strategy (client order id client-own)',
      side: 'sell',
      ...{ traded: '0', rest: '0.01', terms: { type: 'stop-loss', price: '45000' } },
      of: ['entry'],
      ...expected,
    });
    expect(Object.keys(told?.[0]?.terms ?? {})).toHaveLength(
      'price2' in (given.order ?? {}) ? 3 : 2,
    );
  });

  it.each<[string, Given]>([
    ['has ended', { order: order({}), fill: fillOf({ status: 'filled', volume: '0.01' }) }],
    ['went out at the market', { order: { side: 'sell', type: 'market' } }],
    ['is a limit order', { order: order({ type: 'limit' }) }],
  ])('rests for nothing when it %s', async (_how, given) => {
    const { rowOf, settle } = await inFlight();
    const by = rowOf('next', { signal: { takes: TAKES } });
    const { stops } = await settle([rowOf('own', { ...own, ...given })], { by });
    expect(stops).toEqual([]);
  });

  it('that the sender sent himself is none of those that Harpoon sees to', async () => {
    const { rowOf, settle } = await inFlight();
    expect((await settle([rowOf('one', STOP)])).stops).toEqual([]);
  });
});

function fillOf(changes: Partial<Fill>): Fill {
  return { status: 'open', volume: '0', cost: '0', fee: '0', seenAtMs: 0, ...changes };
}
