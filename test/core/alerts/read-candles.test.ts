/** How candles are asked for: within the limits of the exchange, and no more than rules need. */
import { describe, expect, test } from 'vitest';
import { compileRule } from '../../../functions/core/alerts/compiled-rule.ts';
import { notePoll, type PairMemory } from '../../../functions/core/alerts/pair-memory.ts';
import { candleReader } from '../../../functions/core/alerts/read-candles.ts';
import type { Condition } from '../../../functions/core/alerts/rule.ts';
import { decimal, plain } from '../../../functions/core/decimal.ts';
import { ExchangeError } from '../../../functions/core/exchange-error.ts';
import { fakeClock } from '../../fakes/clock.ts';
import { fakeLog } from '../../fakes/log.ts';
import { fakePriceFeed, pairNamed, type Tick } from '../../fakes/price-feed.ts';
import { crossing, MINUTE, NOON, path, ruleOf } from './rule-fixture.ts';
import { markAt, quoteOf, stateOf } from './sight-fixture.ts';

const HOUR = 60 * MINUTE;
const BTC = pairNamed('BTC/USD');
const extreme = (pair = 'BTC/USD'): Condition => ({ kind: 'extreme', pair, end: 'high' });
const move = (windowMs: number): Condition => ({
  ...{ kind: 'move', pair: 'BTC/USD', direction: 'up', percent: '5', windowMs },
});

/** A reader at noon over these ticks, for one rule of these conditions or several. */
function reading(ticks: readonly Tick[], ...rules: readonly (readonly Condition[])[]) {
  const clock = fakeClock(NOON);
  const feed = fakePriceFeed(clock, { 'BTC/USD': ticks });
  const log = fakeLog();
  const sleeps: number[] = [];
  const watch = {
    nowMs: () => clock.nowMs(),
    sleep: (ms: number) => {
      sleeps.push(ms);
      return clock.sleep(ms);
    },
  };
  const pairs = new Map<string, PairMemory>();
  notePoll(pairs, new Map([['BTC/USD', quoteOf()]]), NOON);
  const memory = pairs.get('BTC/USD');
  if (memory === undefined) throw new Error('the pair was polled');
  const known = rules.map((conditions) => ({
    compiled: compileRule(ruleOf(conditions)),
    state: stateOf(
      conditions.map(() => ({ holds: false })),
      { marks: { 'BTC/USD': markAt(NOON - MINUTE), 'ETH/USD': markAt(NOON - MINUTE) } },
    ),
  }));
  const reader = candleReader({ feed, clock: watch, log }, NOON);
  return { clock, feed, log, sleeps, memory, reader, read: () => reader.read(BTC, memory, known) };
}

/** So many readings, and after how many ms each was asked; the last may be `spent`. */
async function asked(world: ReturnType<typeof reading>, count: number) {
  const times: number[] = [];
  const candles = world.feed.candles.bind(world.feed);
  world.feed.candles = (pair, minutes) => {
    times.push(world.clock.nowMs() - NOON);
    return candles(pair, minutes);
  };
  let last: unknown;
  for (let at = 0; at < count; at += 1) last = await world.read();
  return { times, last: typeof last === 'string' ? last : 'read' };
}

const flat = path(NOON, [-9, '99']);
/** A trade every five minutes for two days; 110 was the price 20 hours ago. */
const days = path(
  NOON,
  ...Array.from({ length: 576 }, (_, at) => {
    const seconds = (at - 576) * 300 + 30;
    return [seconds, Math.abs(seconds + 72_000) < 300 ? '110' : '99'] as const;
  }),
);

describe('the limits of the exchange', () => {
  test('one call in a second', async () => {
    const world = reading(flat);
    expect(await asked(world, 4)).toEqual({ times: [0, 1_000, 2_000, 3_000], last: 'read' });
    expect(world.sleeps).toEqual([1_000, 1_000, 1_000]);
  });

  test('no pause where the answer took as long', async () => {
    const world = reading(flat);
    world.feed.candleMs = 1_000;
    expect((await asked(world, 3)).times).toEqual([0, 1_000, 2_000]);
    expect(world.sleeps).toEqual([]);
  });

  test('forty calls in a run', async () => {
    const world = reading(flat);
    const { times, last } = await asked(world, 41);
    expect([times.length, last, world.reader.calls()]).toEqual([40, 'spent', 40]);
  });

  test('none later than 42 seconds after the run began', async () => {
    const world = reading(flat);
    world.feed.candleMs = 6_000;
    expect((await asked(world, 9)).times.slice(-2)).toEqual([36_000, 42_000]);
    expect(await world.read()).toBe('spent');
  });

  test.for([
    [['EGeneral:Too many requests'], 'spent'],
    [['EService:Market in cancel_only mode', 'EAPI:Rate limit exceeded'], 'spent'],
    [['EService: Throttled: 1700000000'], 'spent'],
    [['EService:Unavailable'], 'read'],
    [[], 'read'],
  ] as const)('%j: the next pair is %s', async ([errors, next]) => {
    const world = reading(flat);
    const candles = world.feed.candles.bind(world.feed);
    world.feed.candles = () => {
      world.feed.candles = candles;
      return Promise.reject(new ExchangeError('candles were refused', { retryable: true, errors }));
    };
    expect(await world.read()).toBe('failed');
    const view = await world.read();
    expect(typeof view === 'string' ? view : 'read').toBe(next);
  });
});

describe('what was not answered', () => {
  test('fails, and is logged with its pair and the reason', async () => {
    const world = reading(flat);
    world.feed.down.add('candles');
    expect(await world.read()).toBe('failed');
    world.feed.down.clear();
    world.feed.distort = () => [];
    expect(await world.read()).toBe('failed');
    expect(world.log.lines.map((line) => JSON.parse(line) as object)).toMatchObject([
      { pair: 'BTC/USD', error: 'candles got no answer' },
      { pair: 'BTC/USD', error: 'no candle at all' },
    ]);
  });

  test('and breaks in a way nobody foresaw, ends the run', async () => {
    const world = reading(flat);
    world.feed.candles = () => Promise.reject(new TypeError('no rows'));
    await expect(world.read()).rejects.toThrow('no rows');
  });
});

describe('a price that is too far off', () => {
  const ticks = path(NOON, [-300, '99'], [-20, '130'], [-10, '99']);

  test.for<readonly [string, Condition]>([
    ['alone', crossing()],
    ['beside one of another pair', extreme('ETH/USD')],
  ])('is left out with all behind it, and logged with its pair: a rule %s', async ([, other]) => {
    const world = reading(ticks, [crossing(), other]);
    const view = await world.read();
    if (typeof view === 'string') throw new Error(view);
    expect(view.rows.at(-1)?.atMs).toBe(NOON - 2 * MINUTE);
    expect(view.running).toBe(false);
    expect(world.log.lines.map((line) => JSON.parse(line) as object)).toMatchObject([
      { pair: 'BTC/USD' },
    ]);
  });

  test('is none where nothing is: all rows are there, the last one runs, and nothing is logged', async () => {
    const world = reading(path(NOON, [-300, '99'], [-20, '101']), [crossing()]);
    const view = await world.read();
    expect(view).toMatchObject({ running: true, readAtMs: NOON });
    expect(typeof view === 'string' ? [] : view.rows).toHaveLength(6);
    expect(world.log.lines).toEqual([]);
  });

  test('may be in the first of all candles: then there is none to read', async () => {
    const world = reading(path(NOON, [-50, '99'], [-20, '130'], [-10, '99']), [extreme()]);
    expect(await world.read()).toMatchObject({ rows: [], running: false });
  });
});

describe('candles of five minutes', () => {
  const world = (...rules: readonly (readonly Condition[])[]) => reading(days, ...rules);

  test.for<readonly [string, readonly (readonly Condition[])[], boolean]>([
    ['no rule looks back', [[crossing()]], false],
    ['minutes reach as far as the move does', [[move(2 * HOUR)]], false],
    ['minutes reach as far as a longer move does', [[move(5 * HOUR)]], false],
    ['a move reaches further', [[move(13 * HOUR)]], true],
    ['a new high', [[extreme()]], true],
    ['a new high, beside what looks back less', [[move(HOUR), extreme()]], true],
    ['a new high of one rule of several', [[crossing()], [extreme()]], true],
    ['a new high of another pair', [[crossing(), extreme('ETH/USD')]], false],
  ])('%s: asked for them %#', async ([, rules, asks]) => {
    const { feed, read } = world(...rules);
    await read();
    expect(feed.candleCalls).toEqual(asks ? ['BTC/USD 1', 'BTC/USD 5'] : ['BTC/USD 1']);
  });

  test('are asked for once, and show what the minutes do not reach', async () => {
    const { feed, read } = world([extreme()]);
    await read();
    const view = await read();
    expect(feed.candleCalls).toEqual(['BTC/USD 1', 'BTC/USD 5', 'BTC/USD 1']);
    const range = typeof view === 'string' ? undefined : view.range(NOON, 24 * HOUR);
    expect(range && plain(range.high)).toBe('110');
  });

  test('fill a hole that the minutes have', async () => {
    const { feed, read } = world([move(5 * HOUR)]);
    feed.distort = (_, rows) =>
      rows.length < 2 || (rows[1]?.atMs ?? 0) - (rows[0]?.atMs ?? 0) > MINUTE
        ? rows
        : rows.filter(({ atMs }) => atMs < NOON - 3 * HOUR || atMs >= NOON - 2 * HOUR);
    await read();
    expect(feed.candleCalls).toEqual(['BTC/USD 1', 'BTC/USD 5']);
  });

  test('that were not answered are asked for again, and nothing is read until then', async () => {
    const { feed, read } = world([extreme()]);
    feed.distort = (_, rows) => ((rows[1]?.atMs ?? 0) - (rows[0]?.atMs ?? 0) > MINUTE ? [] : rows);
    expect(await read()).toBe('failed');
    feed.distort = (_, rows) => rows;
    expect(await read()).toMatchObject({ running: true });
    expect(feed.candleCalls).toEqual(['BTC/USD 1', 'BTC/USD 5', 'BTC/USD 1', 'BTC/USD 5']);
  });

  test('with a price that is too far off fail once: the second reading is believed', async () => {
    const { feed, read } = world([extreme()]);
    feed.distort = (_, rows) => {
      const isCoarse = (rows[1]?.atMs ?? 0) - (rows[0]?.atMs ?? 0) > MINUTE;
      if (!isCoarse) return rows;
      return rows.map((row) =>
        row.atMs === NOON - 15 * HOUR ? { ...row, high: decimal('150') } : row,
      );
    };
    expect(await read()).toBe('failed');
    const view = await read();
    const range = typeof view === 'string' ? undefined : view.range(NOON, 24 * HOUR);
    expect(range && plain(range.high)).toBe('150');
  });

  test('are kept for 35 hours, which no window reaches beyond', async () => {
    const { memory, read } = world([extreme()]);
    const range = { high: decimal('99'), low: decimal('99') };
    const at = (hours: number) => NOON - hours * HOUR;
    memory.fivesAsked = true;
    memory.fives.set(at(35), range).set(at(35) - 5 * MINUTE, range);
    await read();
    expect(memory.fives.has(at(35))).toBe(true);
    expect(memory.fives.has(at(35) - 5 * MINUTE)).toBe(false);
    // And those that the answer itself has are no older.
    memory.fivesAsked = false;
    memory.fives.clear();
    await read();
    expect(Math.min(...memory.fives.keys())).toBeGreaterThanOrEqual(at(35));
  });
});
