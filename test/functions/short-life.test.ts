/**
 * Short positions over the embedded DynamoDB and the embedded Kraken, which trades on margin: what a
 * strategy says, what its book says and what is open at the exchange are the same all the while, no
 * more is closed than was opened, and what is open keeps its stop.
 */
import { ScanCommand } from '@aws-sdk/lib-dynamodb';
import { afterEach, describe, expect, it } from 'vitest';
import { decimal, plain, ZERO } from '../../functions/core/decimal.ts';
import type { Signal } from '../../functions/core/signal.ts';
import type { FaultSpec } from '../../infra/local/kraken/faults.ts';
import { base, FLAT, long, positionLife, short, type PositionLife } from './position-life.ts';

let life: PositionLife | undefined;
afterEach(() => life?.close());

const STOP = { type: 'stop-loss', price: '52000' } as const;
const MARGIN: Partial<Signal> = { leverage: '5', stop: STOP };
const BARE: Partial<Signal> = { leverage: '5', stop: undefined } as never;
const ALLOW = { target: true, allow: { leverage: '5' } } as never;
/** `maxPosition` cannot see a margin position, so an account with it opens none. */
const NO_POSITION_RAIL = { maxPosition: undefined } as never;

async function start(source: object = ALLOW): Promise<PositionLife> {
  life = await positionLife(source, NO_POSITION_RAIL);
  return life;
}

/** What the account won and paid at the exchange, in dollars. */
function won({ control }: PositionLife): string {
  const { trades } = control.state();
  const sum = trades.reduce((all, { fee, margin }) => {
    const net = (margin?.closed ?? []).reduce((of, lot) => of.plus(lot.net), ZERO);
    return all.plus(net).minus(fee);
  }, ZERO);
  return plain(sum);
}

describe('a strategy that stands short', () => {
  it('is followed in, further in, partly out and out', async () => {
    const at = await start();
    for (const [size, price] of [
      ['0.01', 50_000],
      ['0.015', 49_000],
      ['0.006', 48_000],
      ['0.02', 48_500],
    ] as const) {
      at.market(price);
      expect(await at.say(short(size), BARE)).toMatchObject({ state: 'placed' });
      await at.minute();
      expect(await at.book()).toMatchObject({ quantity: `-${size}`, leverage: '5', inFlight: [] });
      expect(at.open()).toBe(`-${size}`);
    }
    at.market(47_000);
    expect(await at.say(FLAT, BARE)).toMatchObject({ state: 'placed' });
    await at.minute();
    expect(at.open()).toBe('0');
    expect(await at.held()).toBe('0');
    const book = await at.book();
    expect(book).toMatchObject({ quantity: '0', cost: '0', inFlight: [] });
    // Average cost and first-in-first-out agree once all is closed.
    expect(decimal(book.result).round(6).toFixed()).toBe(decimal(won(at)).round(6).toFixed());
    expect(Number(book.result)).toBeGreaterThan(20);
  });

  it('turns around from long to short and back, each in two orders', async () => {
    const at = await start();
    await at.say(long('0.01'), BARE);
    await at.minute();
    expect(at.open()).toBe('0.01');
    for (const [stand, open] of [
      [short('0.02'), '-0.02'],
      [long('0.015'), '0.015'],
      [short('0.01'), '-0.01'],
    ] as const) {
      await at.say(stand, BARE);
      await at.minute();
      await at.minute();
      expect(at.open()).toBe(open);
      expect(await at.book()).toMatchObject({ quantity: open, inFlight: [] });
    }
    // Never past zero in one order.
    const { trades } = at.control.state();
    expect(trades.every(({ margin }) => margin?.closed.length === 0 || !margin?.opened)).toBe(true);
  });

  it('is only left by what turns it around while a switch stops entries', async () => {
    const at = await start();
    await at.say(long('0.01'), BARE);
    await at.minute();
    await at.execute.switches.trip('main', 'entries', 'by the test');
    const turn = { ...short('0.02'), prev: long('0.01') };
    expect(await at.say(turn, BARE)).toMatchObject({ state: 'placed' });
    for (let minute = 0; minute < 3; minute += 1) await at.minute();
    expect(at.open()).toBe('0');
    expect(await at.book()).toMatchObject({ quantity: '0', inFlight: [] });
  });

  it('is only left by what turns it around and comes too late to open anything', async () => {
    const at = await start();
    await at.say(long('0.01'), BARE);
    await at.minute();
    await at.world.clock.sleep(3_600_000);
    const sentAtMs = at.world.clock.nowMs() - 1_800_000;
    const turn = { ...short('0.02'), prev: long('0.01') };
    expect(await at.say(turn, { ...BARE, sentAtMs })).toMatchObject({ state: 'placed' });
    for (let minute = 0; minute < 3; minute += 1) await at.minute();
    expect(at.open()).toBe('0');
    expect(await at.book()).toMatchObject({ quantity: '0', inFlight: [] });
  });

  it('turns around with a stop on either side, and the one before is gone', async () => {
    const at = await start();
    await at.say(short('0.01'), MARGIN);
    await at.minute();
    expect(at.resting()).toEqual(['buy 0.01 at 52000']);
    await at.say(long('0.01'), { ...MARGIN, stop: { ...STOP, price: '48000' } });
    await at.minute();
    await at.minute();
    expect(at.open()).toBe('0.01');
    expect(at.resting()).toEqual(['sell 0.01 at 48000']);
    await at.say(short('0.008'), MARGIN);
    await at.minute();
    await at.minute();
    expect(at.open()).toBe('-0.008');
    expect(at.resting()).toEqual(['buy 0.008 at 52000']);
  });

  it.each(['html-502-after', 'reset-after', 'html-502-before'] as const)(
    'waits for an order whose answer is lost (%s) before it decides again',
    async (kind) => {
      const at = await start();
      at.control.addFault({ method: 'AddOrder', kind, times: 1 });
      expect(await at.say(short('0.01'), MARGIN)).toMatchObject({ state: 'unknown' });
      const next = await at.say(short('0.02'), MARGIN);
      expect(next.outcome).toContain('an earlier order of the strategy is unknown');
      for (let minute = 0; minute < 5; minute += 1) await at.minute();
      // It was too old to open anything by then.
      const open = kind === 'html-502-before' ? '0' : '-0.01';
      expect(at.open()).toBe(open);
      expect((await at.book()).quantity).toBe(open);
      expect(at.resting()).toEqual(open === '0' ? [] : ['buy 0.01 at 52000']);
    },
  );

  it('is refused where Kraken has no margin for it, and says so', async () => {
    const at = await start();
    at.control.setBalance({ key: at.world.trade.key, asset: 'USD', amount: '50' });
    expect(await at.say(short('0.01'), BARE)).toMatchObject({
      state: 'rejected',
      outcome: expect.stringContaining('Insufficient initial margin') as string,
    });
    expect(await at.book()).toMatchObject({ quantity: '0', inFlight: [] });
  });
});

describe('a short with a stop', () => {
  it('ends with its stop, which buys back exactly what is open', async () => {
    const at = await start();
    await at.say(short('0.01'), MARGIN);
    await at.say(short('0.015'), MARGIN);
    await at.minute();
    expect(at.resting()).toEqual(['buy 0.01 at 52000', 'buy 0.005 at 52000']);
    at.market(52_500);
    await at.minute();
    expect(at.open()).toBe('0');
    const book = await at.book();
    expect(book).toMatchObject({ quantity: '0', stopped: 'short', inFlight: [] });
    expect(decimal(book.result).round(6).toFixed()).toBe(decimal(won(at)).round(6).toFixed());
    // The same wish opens nothing again; one that comes from flat does.
    at.market(50_000);
    expect(await at.say({ ...short('0.015'), prev: short('0.015') }, MARGIN)).toMatchObject({
      state: 'unneeded',
    });
    expect(await at.say({ ...short('0.01'), prev: FLAT }, MARGIN)).toMatchObject({
      state: 'placed',
    });
    expect(at.open()).toBe('-0.01');
  });

  it('that shrinks keeps a stop for what is left, made smaller before anything is bought back', async () => {
    const at = await start();
    await at.say(short('0.01'), MARGIN);
    await at.minute();
    await at.say(short('0.004'), MARGIN);
    expect(at.open()).toBe('-0.004');
    expect(at.resting()).toEqual(['buy 0.004 at 52000']);
    await at.minute();
    await at.minute();
    expect(await at.book()).toMatchObject({ quantity: '-0.004' });
    at.market(52_500);
    await at.minute();
    expect(at.open()).toBe('0');
  });

  it('is left by flat: the stop goes before the order, so that it opens nothing the other way', async () => {
    const at = await start();
    await at.say(short('0.01'), MARGIN);
    await at.minute();
    await at.say(FLAT, MARGIN);
    await at.minute();
    expect(at.resting()).toEqual([]);
    at.market(53_000);
    await at.minute();
    expect(at.open()).toBe('0');
    expect(await at.book()).toMatchObject({ quantity: '0', inFlight: [] });
  });

  it('whose stop fired while nobody looked has nothing to close', async () => {
    const at = await start();
    await at.say(short('0.01'), MARGIN);
    at.market(52_500);
    expect(await at.say(FLAT, MARGIN)).toMatchObject({ state: 'unneeded' });
    expect(at.open()).toBe('0');
  });

  it('that trails follows the market down and closes when it turns', async () => {
    const at = await start();
    await at.say(short('0.01'), { ...MARGIN, stop: { type: 'trailing-stop', price: '+1000' } });
    at.market(45_000);
    await at.minute();
    expect(at.open()).toBe('-0.01');
    at.market(46_000);
    await at.minute();
    expect(at.open()).toBe('0');
    expect(Number((await at.book()).result)).toBeGreaterThan(35);
  });
});

describe('a short with a stop and take-profits', () => {
  const PROFITS: Partial<Signal> = {
    ...MARGIN,
    takeProfits: [
      { price: '-2%', share: '50' },
      { price: '47000', share: '30' },
    ],
    breakEven: true,
  };

  async function entered(more: Partial<Signal> = PROFITS) {
    const at = await start({ allow: { leverage: '5' } });
    const entry = await at.send({ action: 'sell', size: base('0.01'), ...more });
    expect(entry).toMatchObject({ state: 'placed' });
    await at.follow();
    return { ...at, entryNow: () => at.world.row(entry) };
  }

  it('buys each share back when the market is there, and its stop is for the rest all the while', async () => {
    const at = await entered();
    expect(at.resting()).toEqual(['buy 0.01 at 52000']);
    at.market(48_990);
    await at.minute();
    expect(at.open()).toBe('-0.005');
    // To where it was opened, in the change that made it smaller.
    expect(at.resting()).toEqual(['buy 0.005 at 50000']);
    await at.minute();
    await at.minute();
    expect(await at.book()).toMatchObject({ quantity: '-0.005', stopped: 'short' });
    at.market(46_900);
    await at.minute();
    await at.minute();
    expect(at.open()).toBe('-0.002');
    expect(at.resting()).toEqual(['buy 0.002 at 50000']);
    expect((await at.entryNow()).profits).toMatchObject({ ended: true });
    at.market(50_000);
    await at.minute();
    expect(at.open()).toBe('0');
    const book = await at.book();
    expect(book).toMatchObject({ quantity: '0', inFlight: [] });
    expect(decimal(book.result).round(6).toFixed()).toBe(decimal(won(at)).round(6).toFixed());
    expect((await at.entryNow()).dueAtMs).toBeUndefined();
  });

  it('ends with its stop, and nothing is bought at a take-profit afterwards', async () => {
    const at = await entered();
    at.market(52_500);
    await at.minute();
    at.market(46_000);
    for (let minute = 0; minute < 3; minute += 1) await at.minute();
    expect(at.open()).toBe('0');
    expect(await at.entryNow()).toMatchObject({ profits: { tries: [], ended: true } });
  });

  it('that buys all back takes its stop along', async () => {
    const at = await entered({ ...PROFITS, takeProfits: [{ price: '49000', share: '100' }] });
    at.market(48_900);
    await at.minute();
    await at.minute();
    expect([at.open(), at.resting()]).toEqual(['0', []]);
    at.market(53_000);
    await at.minute();
    expect(at.open()).toBe('0');
  });

  it('ends when its strategy closes, and not in the position after it', async () => {
    const at = await entered();
    await at.send({ target: FLAT, action: 'buy', leverage: '5', reduceOnly: true });
    await at.minute();
    expect(at.open()).toBe('0');
    await at.send({ action: 'sell', size: base('0.008'), ...MARGIN });
    await at.minute();
    at.market(46_000);
    await at.minute();
    await at.minute();
    expect(at.open()).toBe('-0.008');
    expect(at.resting()).toEqual(['buy 0.008 at 52000']);
  });

  it.each<[string, FaultSpec]>([
    ['loses the answer to the change of its stop', { method: 'AmendOrder', kind: 'reset-after' }],
    ['loses the change of its stop', { method: 'AmendOrder', kind: 'reset-before' }],
    [
      'hears a rate limit',
      { method: 'AmendOrder', kind: 'error', error: 'EOrder:Rate limit exceeded' },
    ],
    ['loses the answer to the order', { method: 'AddOrder', kind: 'reset-after' }],
  ])('that %s buys its share once', async (_what, fault) => {
    const at = await entered();
    at.control.addFault(fault);
    at.market(48_900);
    for (let minute = 0; minute < 6; minute += 1) await at.minute();
    expect(at.open()).toBe('-0.005');
    expect(at.resting()).toEqual(['buy 0.005 at 50000']);
    expect(await at.book()).toMatchObject({ quantity: '-0.005' });
  });

  it('whose stop Kraken does not change has it placed anew for the rest, on margin', async () => {
    const at = await entered();
    at.control.addFault({
      method: 'AmendOrder',
      kind: 'error',
      error: 'EGeneral:Invalid arguments:order_qty',
    });
    at.market(48_900);
    await at.minute();
    await at.work();
    expect(at.open()).toBe('-0.005');
    expect(at.resting()).toEqual(['buy 0.005 at 50000']);
    // What is placed anew closes and never opens.
    expect(at.control.state().orders.at(-1)).toMatchObject({ leverage: '5', reduceOnly: true });
    at.market(50_500);
    await at.minute();
    expect(at.open()).toBe('0');
    expect(await at.book()).toMatchObject({ quantity: '0' });
  });

  it('whose order Kraken refuses has its stop for all of it again, and buys later', async () => {
    const at = await entered();
    at.control.addFault({ method: 'AddOrder', kind: 'error', error: 'EOrder:Insufficient funds' });
    at.market(48_900);
    await at.minute();
    await at.work();
    expect(at.open()).toBe('-0.01');
    expect(at.resting()).toEqual(['buy 0.005 at 50000', 'buy 0.005 at 50000']);
    for (let minute = 0; minute < 18; minute += 1) await at.minute();
    expect(at.open()).toBe('-0.005');
    expect(at.resting()).toEqual(['buy 0.005 at 50000']);
  });
});

describe('an order with leverage that meets the stop of its position', () => {
  async function opened() {
    const at = await start({ allow: { leverage: '5' } });
    await at.send({ action: 'sell', size: base('0.01'), ...MARGIN });
    await at.minute();
    return at;
  }
  const LEAVES = { action: 'buy', leverage: '5', reduceOnly: true } as const;

  it('has the stop made smaller by what it buys back', async () => {
    const at = await opened();
    expect(await at.send({ ...LEAVES, size: base('0.004') })).toMatchObject({ state: 'placed' });
    expect([at.open(), at.resting()]).toEqual(['-0.006', ['buy 0.006 at 52000']]);
    at.market(52_500);
    await at.minute();
    expect(at.open()).toBe('0');
  });

  it.each(['0.01', '0.02'])('has the stop cancelled where %s is bought back', async (size) => {
    const at = await opened();
    await at.send({ ...LEAVES, size: base(size) });
    await at.work();
    expect([at.open(), at.resting()]).toEqual(['0', []]);
    at.market(52_500);
    await at.minute();
    expect(at.open()).toBe('0');
    expect(await at.book()).toMatchObject({ quantity: '0', inFlight: [] });
  });

  it('has the stop cancelled that was placed anew for what an order before it left', async () => {
    const at = await opened();
    const error = 'EGeneral:Invalid arguments:order_qty';
    at.control.addFault({ method: 'AmendOrder', kind: 'error', error });
    await at.send({ ...LEAVES, size: base('0.004') });
    await at.minute();
    await at.work();
    expect([at.open(), at.resting()]).toEqual(['-0.006', ['buy 0.006 at 52000']]);
    await at.send({ ...LEAVES, size: base('0.006') });
    await at.minute();
    await at.work();
    expect([at.open(), at.resting()]).toEqual(['0', []]);
    expect(await at.book()).toMatchObject({ quantity: '0', inFlight: [] });
  });

  it('that turns the position around has the stop cancelled', async () => {
    const at = await opened();
    await at.send({ action: 'buy', leverage: '5', size: base('0.015') });
    await at.work();
    await at.minute();
    expect([at.open(), at.resting()]).toEqual(['0.005', []]);
    expect(await at.book()).toMatchObject({ quantity: '0.005' });
  });

  it('that turns it around is refused with a stop, which would be for all of the order', async () => {
    const at = await opened();
    const stop = { ...STOP, price: '48000' };
    const row = await at.send({ action: 'buy', leverage: '5', size: base('0.015'), stop });
    expect(row).toMatchObject({ state: 'rejected' });
    expect(row.refusal?.sentence).toContain('would be for all of the order');
    expect([at.open(), at.resting()]).toEqual(['-0.01', ['buy 0.01 at 52000']]);
  });

  it('and waits for a price is refused, as the stop would stay behind it', async () => {
    const at = await opened();
    const limit = { type: 'limit', price: '49000', size: base('0.004') } as const;
    const row = await at.send({ ...LEAVES, ...limit });
    expect(row.refusal?.sentence).toContain('a stop of the position rests for 0.01 BTC');
    expect([at.open(), at.resting()]).toEqual(['-0.01', ['buy 0.01 at 52000']]);
  });

  it('that adds to it leaves the stop alone', async () => {
    const at = await opened();
    await at.send({ action: 'sell', size: base('0.005'), ...MARGIN });
    expect([at.open(), at.resting()]).toEqual([
      '-0.015',
      ['buy 0.01 at 52000', 'buy 0.005 at 52000'],
    ]);
  });
});

describe('a short position and what is told of it', () => {
  const notices = async ({ world }: PositionLife): Promise<readonly string[]> => {
    const { Items = [] } = await world.table.client.send(
      new ScanCommand({ TableName: world.table.name }),
    );
    const titles = Items.map((item) => JSON.stringify(item)).join('\n');
    return [...titles.matchAll(/"title":"([^"]*)"/g)].map(([, title = '']) => title);
  };
  const watched = async (at: PositionLife): Promise<readonly string[]> => {
    for (let minute = 0; minute < 11; minute += 1) {
      await at.minute();
      await at.watch();
    }
    return (await notices(at)).filter((title) => /open on margin|it says/.test(title));
  };

  it('that is open as its book says has nothing to be told', async () => {
    const at = await start();
    await at.say(short('0.01'), MARGIN);
    expect(await watched(at)).toEqual([]);
  });

  it('that somebody closed by hand is told, with what is open', async () => {
    const at = await start();
    await at.say(short('0.01'), MARGIN);
    await at.minute();
    await at.byHand({ type: 'buy', volume: '0.006', leverage: '2' });
    expect(await watched(at)).toEqual([
      'Account main has -0.004 BTC open on margin in BTC/USD, and its strategies own -0.01',
    ]);
  });

  it('that its strategy could not open shows what is open on margin, not what is held', async () => {
    const at = await start();
    at.control.setBalance({ key: at.world.trade.key, asset: 'BTC', amount: '0.5' });
    at.control.addFault({
      method: 'AddOrder',
      kind: 'error',
      error: 'EOrder:Margin allowance exceeded',
    });
    expect(await at.say(short('0.01'), MARGIN)).toMatchObject({ state: 'rejected' });
    expect(await watched(at)).toEqual([
      'trend on main: it says short 0.01 in BTC/USD, and its book holds 0 BTC',
    ]);
  });
});
