/**
 * A bracket over the embedded DynamoDB and the embedded Kraken: an entry with its stop and its
 * take-profits. Whatever comes first, and whatever is lost in between, no more is sold than is owned,
 * and what is left keeps its stop.
 */
import { afterEach, describe, expect, it } from 'vitest';
import { executeOrder } from '../../functions/core/execute/execute-order.ts';
import type { Signal } from '../../functions/core/signal.ts';
import type { FaultSpec } from '../../infra/local/kraken/faults.ts';
import { base, FLAT, long, positionLife, STOP, type PositionLife } from './position-life.ts';

let life: PositionLife | undefined;
afterEach(() => life?.close());

const PROFITS: Partial<Signal> = {
  takeProfits: [
    { price: '+2%', share: '50' },
    { price: '53000', share: '30' },
  ],
  breakEven: true,
};

/** An entry of 0.01 at 50000.1 with a stop, filled and seen. */
async function entered(more: Partial<Signal> = PROFITS) {
  life = await positionLife({ target: false });
  const entry = await life.send({ size: base('0.01'), stop: STOP, ...more });
  await life.follow();
  return { ...life, entry, entryNow: () => life!.world.row(entry) };
}

/** Stops that rest, `0.01 at 48000`. */
function resting({ control }: PositionLife): readonly string[] {
  return control
    .state()
    .orders.filter(({ status, type }) => status === 'open' && type.startsWith('stop-loss'))
    .map(({ volume, price }) => `${volume} at ${price}`);
}

describe('a bracket', () => {
  it('sells each share when the market is there, and its stop is for the rest all the while', async () => {
    const at = await entered();
    const { market, minute, book, held, entryNow } = at;
    expect((await entryNow()).decision?.takeProfits).toEqual([
      { price: '51000.2', share: '50' },
      { price: '53000', share: '30' },
    ]);
    expect(resting(at)).toEqual(['0.01 at 48000']);
    market(51_000);
    await minute();
    expect(await held()).toBe('0.01');
    market(51_100);
    await minute();
    expect(await held()).toBe('0.005');
    // To where it was opened, in the change that made it smaller.
    expect(resting(at)).toEqual(['0.005 at 50000.1']);
    await minute();
    await minute();
    expect(await book()).toMatchObject({ quantity: '0.005', stopped: 'long' });
    market(53_500);
    await minute();
    await minute();
    expect(await held()).toBe('0.002');
    expect(resting(at)).toEqual(['0.002 at 50000.1']);
    expect(await book()).toMatchObject({ quantity: '0.002' });
    expect((await entryNow()).profits).toMatchObject({ ended: true });
    // What is left is held by the stop alone.
    market(50_000);
    await minute();
    expect(await held()).toBe('0');
    expect(await book()).toMatchObject({ quantity: '0', inFlight: [] });
    expect((await entryNow()).dueAtMs).toBeUndefined();
  });

  it('ends with its stop', async () => {
    const at = await entered();
    const { market, minute, held, book, entryNow } = at;
    market(47_000);
    await minute();
    await minute();
    market(55_000);
    await minute();
    await minute();
    expect(await held()).toBe('0');
    expect(await book()).toMatchObject({ quantity: '0', inFlight: [] });
    expect(await entryNow()).toMatchObject({ profits: { tries: [], ended: true } });
  });

  it('ends when its strategy leaves, and not in the position after it', async () => {
    const at = await entered();
    const { send, market, minute, held } = at;
    await send({ target: FLAT, action: 'sell', reduceOnly: true });
    await minute();
    expect(await held()).toBe('0');
    await send({ size: base('0.008'), stop: STOP });
    await minute();
    market(54_000);
    await minute();
    await minute();
    expect(await held()).toBe('0.008');
    expect(resting(at)).toEqual(['0.008 at 48000']);
  });

  it('that sells all takes its stop along', async () => {
    const at = await entered({ takeProfits: [{ price: '51000', share: '100' }] });
    at.market(51_000);
    await at.minute();
    await at.minute();
    expect(await at.held()).toBe('0');
    expect(resting(at)).toEqual([]);
    expect(await at.book()).toMatchObject({ quantity: '0', inFlight: [] });
  });

  it('that would sell all sells nothing when the market has left, and keeps its stop', async () => {
    const at = await entered({ takeProfits: [{ price: '51000', share: '100' }] });
    at.market(51_000);
    await at.world.clock.sleep(60_000);
    await at.follow();
    at.market(50_500);
    await at.work();
    expect(await at.held()).toBe('0.01');
    expect(resting(at)).toEqual(['0.01 at 48000']);
  });

  it('touches neither a later position nor its stop, however long its sale waited', async () => {
    const at = await entered({ takeProfits: [{ price: '51000', share: '100' }] });
    at.market(51_000);
    await at.world.clock.sleep(60_000);
    await at.follow();
    const late = at.world.queue.sent.splice(0);
    await at.send({ target: FLAT, action: 'sell', reduceOnly: true });
    await at.follow();
    at.market(51_000);
    await at.send({ size: base('0.008'), stop: STOP });
    await at.follow();
    for (const { ref } of late) await executeOrder(ref, at.execute);
    expect(await at.held()).toBe('0.008');
    expect(resting(at)).toEqual(['0.008 at 48000']);
  });

  it('needs no stop', async () => {
    const { stop: _none, ...alone } = { ...PROFITS, stop: undefined };
    life = await positionLife();
    const { breakEven: _no, ...profits } = alone;
    await life.send({ size: base('0.01'), ...profits });
    await life.follow();
    life.market(53_100);
    await life.minute();
    await life.minute();
    expect(await life.held()).toBe('0.002');
  });

  it.each<[string, FaultSpec]>([
    ['loses the answer to the change of its stop', { method: 'AmendOrder', kind: 'reset-after' }],
    ['loses the change of its stop', { method: 'AmendOrder', kind: 'reset-before' }],
    [
      'hears a rate limit',
      { method: 'AmendOrder', kind: 'error', error: 'EOrder:Rate limit exceeded' },
    ],
    ['loses the answer to the sale', { method: 'AddOrder', kind: 'reset-after' }],
  ])('that %s sells its share once', async (_what, fault) => {
    const at = await entered();
    at.control.addFault(fault);
    at.market(51_100);
    for (let minute = 0; minute < 6; minute += 1) await at.minute();
    expect(await at.held()).toBe('0.005');
    expect(resting(at)).toEqual(['0.005 at 50000.1']);
    expect(await at.book()).toMatchObject({ quantity: '0.005' });
  });

  it('whose stop Kraken does not change has it placed anew for the rest', async () => {
    const at = await entered();
    at.control.addFault({
      method: 'AmendOrder',
      kind: 'error',
      error: 'EGeneral:Invalid arguments:order_qty',
    });
    at.market(51_100);
    await at.minute();
    await at.work();
    expect(await at.held()).toBe('0.005');
    expect(resting(at)).toEqual(['0.005 at 50000.1']);
  });

  it('whose sale Kraken refuses has its stop for all of it again, and sells later', async () => {
    const at = await entered();
    at.control.addFault({ method: 'AddOrder', kind: 'error', error: 'EOrder:Insufficient funds' });
    at.market(51_100);
    await at.minute();
    await at.work();
    expect(await at.held()).toBe('0.01');
    expect(resting(at)).toEqual(['0.005 at 50000.1', '0.005 at 50000.1']);
    for (let minute = 0; minute < 18; minute += 1) await at.minute();
    expect(await at.held()).toBe('0.005');
    expect(resting(at)).toEqual(['0.005 at 50000.1']);
  });

  it('that was killed between the change of its stop and the sale goes on where it was', async () => {
    const at = await entered();
    const { world, execute, market, minute } = at;
    market(51_100);
    const dead: typeof execute = {
      ...execute,
      orders: { ...execute.orders, prepare: () => Promise.reject(new Error('killed')) },
    };
    await world.clock.sleep(60_000);
    await at.follow();
    for (const { ref } of world.queue.sent.splice(0)) await executeOrder(ref, dead);
    expect(resting(at)).toEqual(['0.005 at 50000.1']);
    expect(await at.held()).toBe('0.01');
    for (let after = 0; after < 4; after += 1) await minute();
    expect(await at.held()).toBe('0.005');
    expect(resting(at)).toEqual(['0.005 at 50000.1']);
  });

  it('of a strategy that says where it stands is not opened again by the same word', async () => {
    life = await positionLife({ target: true });
    const { say, follow, market, minute, held } = life;
    await say({ ...long('0.01'), prev: FLAT }, PROFITS);
    await follow();
    market(51_100);
    await minute();
    await minute();
    expect(await held()).toBe('0.005');
    expect(await say({ ...long('0.01'), prev: long('0.01') })).toMatchObject({ state: 'unneeded' });
    // What the strategy itself takes at the same price is out already.
    expect(await say({ ...long('0.005'), prev: long('0.01') })).toMatchObject({
      state: 'unneeded',
    });
    expect(await held()).toBe('0.005');
  });
});
