/**
 * Positions on margin that are settled, over the embedded DynamoDB and the embedded Kraken: at what
 * they had cost, once, within every limit, and only where no strategy has to do with them.
 */
import { afterEach, describe, expect, it } from 'vitest';
import type { Rails } from '../../functions/core/config.ts';
import type { OrderRow } from '../../functions/core/order.ts';
import type { Signal, SignalSize } from '../../functions/core/signal.ts';
import type { FaultSpec } from '../../infra/local/kraken/faults.ts';
import { base, positionLife, type PositionLife } from './position-life.ts';

let life: PositionLife | undefined;
afterEach(() => life?.close());

const ALL: SignalSize = { unit: 'position', amount: '100' };
const SETTLE: Partial<Signal> = { type: 'settle-position', leverage: '2', size: ALL };

/** A position that somebody opened by hand at 50000, with the market at 60000 now. */
async function opened(side: 'buy' | 'sell', rails: Partial<Record<keyof Rails, unknown>> = {}) {
  const wide = { maxOrder: '6000 USD', maxPosition: undefined, ...rails } as Partial<Rails>;
  life = await positionLife({ target: false }, wide);
  const at = life;
  at.control.setBalance({ key: at.world.trade.key, asset: 'BTC', amount: '0' });
  await at.byHand({ type: side, volume: '0.06', leverage: '5' });
  await at.byHand({ type: side, volume: '0.04', leverage: '3' });
  at.market(60_000);
  return {
    ...at,
    settle: (more: Partial<Signal> = {}): Promise<OrderRow> =>
      at.send({ action: side, ...SETTLE, ...more }),
    dollars: () => at.control.state().balances['main']?.['ZUSD']?.total,
    settled: () => at.control.state().orders.filter(({ type }) => type === 'settle-position'),
  };
}

describe('a long position', () => {
  it('is paid off at what it had cost, and its coins are held', async () => {
    const at = await opened('buy');
    const before = Number(at.dollars());
    const row = await at.settle();
    expect(row).toMatchObject({
      state: 'placed',
      decision: { notional: '5000.01', reducing: false },
      attempt: { order: { type: 'settle-position', side: 'buy', volume: '0.1', leverage: '2' } },
    });
    expect(row.attempt?.order).not.toHaveProperty('reduceOnly');
    expect([at.open(), await at.held()]).toEqual(['0', '0.1']);
    expect(before - Number(at.dollars())).toBeCloseTo(5000.01, 6);
    await at.minute();
    // Nobody traded, so no strategy owns it.
    expect(await at.book()).toMatchObject({ quantity: '0', version: 0, inFlight: [] });
    expect(await at.world.row(row)).toMatchObject({ fill: { status: 'filled', volume: '0.1' } });
    expect((await at.world.row(row)).dueAtMs).toBeUndefined();
  });

  it('is settled in part, the first opened first, and again for the rest', async () => {
    const at = await opened('buy');
    await at.settle({ size: base('0.07') });
    expect([at.open(), await at.held()]).toEqual(['0.03', '0.07']);
    // Until the first is seen to have ended it may still settle.
    const soon = await at.settle();
    expect(soon.refusal?.sentence).toContain('trend has an order there');
    await at.minute();
    await at.settle();
    expect([at.open(), await at.held()]).toEqual(['0', '0.1']);
  });

  it.each<[string, FaultSpec, boolean]>([
    ['the answer is lost', { method: 'AddOrder', kind: 'reset-after' }, true],
    ['the answer is a page', { method: 'AddOrder', kind: 'html-502-after' }, true],
    ['the order is lost', { method: 'AddOrder', kind: 'html-502-before' }, false],
  ])(
    'is settled once at most when %s; where it is not shown, a person says what became of it',
    async (_w, fault, isMade) => {
      const at = await opened('buy');
      at.control.addFault(fault);
      const row = await at.settle();
      expect(row).toMatchObject({ state: 'unknown' });
      // Meanwhile no other one goes out.
      expect((await at.settle()).state).not.toBe('placed');
      for (let minute = 0; minute < 17; minute += 1) await at.minute();
      expect(await at.world.row(row)).toMatchObject({ state: isMade ? 'placed' : 'needs-human' });
      expect(at.settled()).toHaveLength(isMade ? 1 : 0);
      expect(await at.held()).toBe(isMade ? '0.1' : '0');
    },
  );
});

it('a short position is settled with coins, for what they were sold for', async () => {
  const at = await opened('sell');
  expect((await at.settle()).refusal).toMatchObject({ code: 'insufficient-funds' });
  at.control.setBalance({ key: at.world.trade.key, asset: 'BTC', amount: '0.15' });
  const before = Number(at.dollars());
  expect(await at.settle()).toMatchObject({ state: 'placed' });
  expect([at.open(), await at.held()]).toEqual(['0', '0.05']);
  expect(Number(at.dollars()) - before).toBeCloseTo(5000, 6);
});

describe('a settlement is refused', () => {
  it.each<[string, Partial<Record<keyof Rails, unknown>>, string]>([
    ['maxOrder', { maxOrder: '5000 USD' }, 'above-max-order'],
    ['maxPosition', { maxPosition: '5999 USD' }, 'above-max-position'],
    ['maxDaily', { maxDaily: '5000 USD' }, 'above-max-daily'],
    ['maxDailyLoss', { maxDailyLoss: '100 USD' }, 'not-supported'],
    ['types', { types: ['market', 'limit'] }, 'type-not-allowed'],
    ['sides', { sides: ['sell'] }, 'side-not-allowed'],
  ])('by the rail %s', async (_rail, rails, code) => {
    const at = await opened('buy', rails);
    expect((await at.settle()).refusal).toMatchObject({ code });
    expect(at.settled()).toEqual([]);
  });

  it('while a strategy has the pair on margin, by its book or by an order', async () => {
    const at = await opened('buy');
    await at.send({ action: 'buy', size: base('0.01'), leverage: '5' });
    expect((await at.settle()).refusal?.sentence).toContain('trend has an order there');
    await at.minute();
    expect((await at.settle()).refusal?.sentence).toContain('trend owns 0.01');
    expect(at.settled()).toEqual([]);
  });

  it('on the other side, and where nothing is open', async () => {
    const at = await opened('buy');
    expect((await at.settle({ action: 'sell' })).refusal?.sentence).toContain(
      'write "action": "buy"',
    );
    await at.byHand({ type: 'sell', volume: '0.1', leverage: '2', reduce_only: 'true' });
    expect((await at.settle()).refusal?.sentence).toContain('nothing of BTC/USD is open on margin');
  });

  it('by Kraken, when the position went between the look and the order', async () => {
    const at = await opened('buy');
    at.control.addFault({ method: 'AddOrder', kind: 'error', error: 'EOrder:Unknown position' });
    expect(await at.settle()).toMatchObject({
      state: 'rejected',
      outcome: expect.stringContaining('EOrder:Unknown position') as string,
    });
    await at.minute();
    expect(await at.settle()).toMatchObject({ state: 'placed' });
  });
});
