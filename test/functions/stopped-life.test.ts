/**
 * A position with its stop at the exchange, over the embedded DynamoDB and the embedded Kraken: what
 * the stop sells is in the book of its strategy, nothing sells beside it, and the next order follows
 * from a book that says what is there.
 */
import { afterEach, describe, expect, it } from 'vitest';
import { executeOrder } from '../../functions/core/execute/execute-order.ts';
import type { Source } from '../../functions/core/config.ts';
import type { Signal } from '../../functions/core/signal.ts';
import { base, FLAT, long, positionLife, STOP, type PositionLife } from './position-life.ts';

let life: PositionLife | undefined;
afterEach(() => life?.close());

async function start(source: Partial<Source> = {}): Promise<PositionLife> {
  life = await positionLife(source);
  return life;
}

/** The market goes there; a fall below the stop fires it. */
function fall({ market }: PositionLife): void {
  market(47_000);
}

describe('a position with a stop', () => {
  it('that was filled in two parts is flat when its stops fired, and the next entry is sized from that', async () => {
    const life = await start();
    const { control, send, say, follow, book, held, stops } = life;
    const limit = { type: 'limit', price: '49500', size: base('0.01'), stop: STOP } as const;
    expect(await send(limit)).toMatchObject({ state: 'placed' });
    const quote = { bid: '49490', ask: '49500', last: '49495', liquidity: '0.006' };
    control.setQuote('BTC/USD', quote);
    await follow();
    expect(await book()).toMatchObject({ quantity: '0.006' });
    control.setQuote('BTC/USD', quote);
    await follow();
    expect(await book()).toMatchObject({ quantity: '0.01', inFlight: [expect.any(String)] });
    expect(stops()).toMatchObject([
      { volume: '0.006', status: 'open' },
      { volume: '0.004', status: 'open' },
    ]);
    control.setQuote('BTC/USD', { bid: '50000', ask: '50000.1', last: '50000', liquidity: null });
    fall(life);
    await follow();
    expect(stops().map(({ status }) => status)).toEqual(['closed', 'closed']);
    expect(await book()).toMatchObject({ quantity: '0', cost: '0', stopped: 'long', inFlight: [] });
    expect(await held()).toBe('0');
    // Bought for 495, sold for 470.
    expect(Number((await book()).result)).toBeLessThan(-25);
    expect(
      await say({ ...long('0.02'), prev: FLAT }, { stop: { ...STOP, price: '45000' } }),
    ).toMatchObject({
      state: 'placed',
      attempt: { order: { side: 'buy', volume: '0.02', close: { price: '45000' } } },
    });
    await follow();
    expect(await book()).toMatchObject({ quantity: '0.02' });
    expect(await book()).not.toHaveProperty('stopped');
    expect(await held()).toBe('0.02');
  });

  it.each<[string, Partial<Signal>]>([
    ['close without a size', { target: FLAT, action: 'sell', reduceOnly: true }],
    ['a strategy that says flat', { target: { ...FLAT, prev: long('0.01') }, stop: STOP }],
  ])(
    'is left whole by %s: the stop is cancelled, and exactly what is owned is sold',
    async (_what, exit) => {
      const { send, say, follow, book, held, stops, control, world } = await start();
      // Somebody else's holding, which nothing may touch.
      control.setBalance({ key: world.trade.key, asset: 'BTC', amount: '0.5' });
      await say({ ...long('0.01'), prev: FLAT });
      expect(stops()).toMatchObject([{ volume: '0.01', status: 'open' }]);
      expect(await send(exit)).toMatchObject({
        state: 'placed',
        attempt: { order: { side: 'sell', volume: '0.01' } },
      });
      expect(stops()).toEqual([{ volume: '0.01', status: 'canceled', executed: '0' }]);
      await follow();
      expect(await book()).toMatchObject({ quantity: '0', inFlight: [] });
      expect(await held()).toBe('0.5');
    },
  );

  it('whose stop fired while nobody looked has nothing to close', async () => {
    const life = await start();
    const { send, say, book, held } = life;
    await say({ ...long('0.01'), prev: FLAT });
    fall(life);
    const exit = await send({ target: FLAT, action: 'sell', reduceOnly: true });
    expect(exit).toMatchObject({ state: 'unneeded' });
    expect(await book()).toMatchObject({ quantity: '0', inFlight: [] });
    expect(await held()).toBe('0');
  });

  it('that a stop took the strategy out of is not entered again before the strategy was out', async () => {
    const life = await start();
    const { say, follow, book, held } = life;
    await say({ ...long('0.01'), prev: FLAT });
    fall(life);
    await follow();
    const still = await say({ ...long('0.015'), prev: long('0.01') });
    expect(still).toMatchObject({ state: 'unneeded' });
    expect(still.outcome).toContain('it is entered again when it comes from flat');
    expect(await say({ ...FLAT, prev: long('0.015') })).toMatchObject({ state: 'unneeded' });
    await say({ ...long('0.01'), prev: FLAT }, { stop: { ...STOP, price: '45000' } });
    await follow();
    expect(await book()).toMatchObject({ quantity: '0.01' });
    expect(await held()).toBe('0.01');
  });

  it('grows and shrinks, and its stops are for what it is all the while', async () => {
    const { say, follow, book, held, stops } = await start();
    await say({ ...long('0.01'), prev: FLAT });
    expect(await say({ ...long('0.015'), prev: long('0.01') })).toMatchObject({ state: 'placed' });
    await follow();
    expect(stops()).toMatchObject([{ volume: '0.01' }, { volume: '0.005' }]);
    const less = await say({ ...long('0.006'), prev: long('0.015') });
    expect(less).toMatchObject({
      state: 'placed',
      attempt: { order: { side: 'sell', volume: '0.009' } },
    });
    expect(stops()).toMatchObject([
      { volume: '0.001', status: 'open' },
      { volume: '0.005', status: 'open' },
    ]);
    await follow();
    expect(await book()).toMatchObject({ quantity: '0.006' });
    expect(await held()).toBe('0.006');
  });

  it('is not left before the stop is shown that holds it', async () => {
    const { say, send, held, stops, control, execute, world } = await start();
    await say({ ...long('0.01'), prev: FLAT });
    control.setReadLag(40_000);
    const exit = await send({ target: FLAT, action: 'sell', reduceOnly: true });
    expect([exit.state, exit.outcome]).toEqual([
      'received',
      expect.stringContaining('an earlier order'),
    ]);
    expect(stops()).toMatchObject([{ status: 'open' }]);
    await world.clock.sleep(41_000);
    control.setReadLag(0);
    for (const { ref } of world.queue.sent.splice(0)) await executeOrder(ref, execute);
    expect(stops()).toMatchObject([{ status: 'canceled', executed: '0' }]);
    expect(await world.row(exit)).toMatchObject({ state: 'placed' });
    expect(await held()).toBe('0');
  });
});
