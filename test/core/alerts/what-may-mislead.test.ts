/** What the exchange shows and does not mean; each of these once made a rule fire wrongly, or not. */
import { expect, test } from 'vitest';
import { decimal, ZERO } from '../../../functions/core/decimal.ts';
import type { Candle } from '../../../functions/core/alerts/market.ts';
import { alertMemory } from '../../../functions/core/alerts/memory.ts';
import { checkPrices } from '../../../functions/core/alerts/check-prices.ts';
import { fakeAlertStore } from '../../fakes/alert-store.ts';
import { fakeClock } from '../../fakes/clock.ts';
import { fakeLog } from '../../fakes/log.ts';
import { fakePriceFeed } from '../../fakes/price-feed.ts';
import { crossing, MINUTE, NOON, path, ruleOf, watching } from './rule-fixture.ts';

/** Rows as they were before the first trade of the newest minute. */
function withoutNewest(rows: readonly Candle[]): readonly Candle[] {
  const [before, last] = rows.slice(-2);
  if (before === undefined || last === undefined) return rows;
  const { close } = before;
  const quiet = { open: close, high: close, low: close, close, volume: ZERO };
  return [...rows.slice(0, -1), { ...last, ...quiet }];
}

const alerts = (ids: readonly string[]) => ids.filter((id) => id.startsWith('alert:'));

/** A row in which a price is shown that never was; in the answers that are read at these seconds. */
function faking(world: ReturnType<typeof watching>, rowAtS: number, price: string) {
  const seconds = new Set<number>();
  world.feed.distort = (_, rows) => {
    if (!seconds.has((world.clock.nowMs() - NOON) / 1_000)) return rows;
    return rows.map((row): Candle => {
      if (row.atMs !== NOON + rowAtS * 1_000) return row;
      const far = decimal(price);
      return far.gt(row.high) ? { ...row, high: far } : { ...row, low: far };
    });
  };
  return seconds;
}

test('a minute before its first trade shows the price of the one before, which is not its own', async () => {
  const up = { kind: 'move', pair: 'BTC/USD', direction: 'up', percent: '2' } as const;
  const down = { kind: 'move', pair: 'BTC/USD', direction: 'down', percent: '1' } as const;
  const windowMs = 5 * MINUTE;
  const rule = ruleOf([
    { ...up, windowMs },
    { ...down, windowMs },
  ]);
  // At 120 s the last price is 102: up from 100, down from 103.5. The minute itself knows 101.5.
  const ticks = path(NOON, [-300, '100'], [70, '103.5'], [90, '102'], [120.001, '101.5']);
  const world = watching([rule], { 'BTC/USD': ticks });
  await world.runAt(5, 60, 120, 181, 241);
  expect(world.ids()).toEqual([]);
});

test('a price that never was, in a minute that was read before, widens no window', async () => {
  const falls = { kind: 'move', pair: 'BTC/USD', direction: 'down', percent: '5' } as const;
  const ticks = path(
    NOON,
    // So long ago that no window reaches it; but the ticker's day does, so candles are read.
    ...([
      [-15_000, '106'],
      [-14_000, '100'],
    ] as const),
    ...Array.from({ length: 40 }, (_, at) => [at * 20 - 300, at % 2 ? '100' : '100.5'] as const),
  );
  for (const windowMs of [15 * MINUTE, 180 * MINUTE]) {
    const world = watching([ruleOf([{ ...falls, windowMs }])], { 'BTC/USD': ticks });
    const seconds = faking(world, -120, '150');
    await world.runAt(5, 65, 125);
    seconds.add(185);
    await world.runAt(185, 245, 305);
    expect(world.ids()).toEqual([]);
  }
});

test('of a minute that is doubted, a price further off in the next reading is doubted as well', async () => {
  const ticks = path(NOON, [-60, '100'], [65, '130'], [70, '100'], [100, '101'], [125, '100']);
  // The second rule is why candles are read at all.
  const rules = [ruleOf([crossing('300')]), ruleOf([crossing('110', 'either')], { id: 'near' })];
  const world = watching(rules, { 'BTC/USD': ticks });
  const seconds = faking(world, 60, '350');
  await world.runAt(5, 110);
  seconds.add(125);
  await world.runAt(125, 185, 245);
  expect(world.ids()).toEqual(['alert:near:1']);
});

test('a ticker that hangs since before the candles were read tells nothing ahead', async () => {
  const rule = ruleOf([crossing()]);
  const ticks = path(NOON, [-60, '99'], [70, '101'], [130, '99'], [200, '98.5']);
  const world = watching([rule], { 'BTC/USD': ticks });
  await world.runAt(5, 75);
  expect(alerts(world.ids())).toEqual(['alert:r:1']);
  const hung = await world.feed.quotes(await world.feed.pairs());
  await world.runAt(185, 245);
  world.feed.quotes = async () => hung;
  world.feed.down.add('candles');
  await world.runAt(305, 365, 425, 485);
  expect(alerts(world.ids())).toEqual(['alert:r:1']);
});

test('a rule ends when the minute of its date was read, also where the ticker shows nothing yet', async () => {
  const rule = ruleOf([crossing()], { expiresAtMs: NOON + 80_000 });
  const ticks = path(NOON, [-60, '99'], [75, '101'], [78, '99']);
  const world = watching([rule], { 'BTC/USD': ticks });
  await world.runAt(5);
  const before = await world.feed.quotes(await world.feed.pairs());
  const now = world.feed.quotes.bind(world.feed);
  world.feed.quotes = async () => before;
  await world.runAt(82);
  expect(world.ids()).toEqual([]);
  world.feed.quotes = now;
  await world.runAt(125, 185);
  expect(world.ids()).toEqual(['alert:r:1', 'alert:r:expired']);
});

test('what only the ticker has shown since the date of a rule is not told ahead', async () => {
  const rule = ruleOf([crossing()], { expiresAtMs: NOON + 120_000 });
  const before = path(NOON, [-3_600, '105'], [-3_500, '99']);
  const ticks = [...before, ...path(NOON, [-60, '99'], [100, '99.5'], [200, '101'], [270, '102'])];
  const world = watching([rule], { 'BTC/USD': ticks });
  await world.runAt(5, 65);
  world.feed.down.add('candles');
  await world.runAt(125, 185, 245, 305);
  world.feed.down.clear();
  await world.runAt(365, 425);
  expect(alerts(world.ids())).toEqual(['alert:r:expired']);
});

test('a signal is not withheld because a minute that still runs does not tell the order', async () => {
  const signal = { source: 'btc-trend', fields: { action: 'buy' } };
  const rule = ruleOf([crossing()], { hysteresis: '1', signal });
  // Down by the band and up to the level within one minute, which ends above it.
  const ticks = path(NOON, [-60, '101'], [61, '99.5'], [125, '98'], [130, '100'], [140, '99.5']);
  const world = watching([rule], { 'BTC/USD': [...ticks, ...path(NOON, [170, '100.5'])] });
  await world.runAt(5, 65, 145);
  expect(world.ids()).toEqual([]);
  await world.runAt(185);
  expect(world.ids()).toEqual(['alert:r:1']);
  expect(await world.store.raised(9)).toHaveLength(1);
});

test('a move within the newest minute counts in the next, also when nobody trades any more', async () => {
  const rises = { kind: 'move', pair: 'BTC/USD', direction: 'up', percent: '1' } as const;
  const rule = ruleOf([{ ...rises, windowMs: 15 * MINUTE }]);
  const ticks = path(NOON, [-60, '100'], [65, '93'], [70, '94']);
  const world = watching([rule], { 'BTC/USD': ticks });
  await world.runAt(5, 75, 125, 185, 245, 305);
  expect(world.firedAt()).toEqual([120]);
});

test('a trade that our clock, being behind, dates before the minute in which it was is read', async () => {
  const clock = fakeClock(NOON);
  const behind = { nowMs: () => clock.nowMs() - 2_000, sleep: (ms: number) => clock.sleep(ms) };
  const ticks = path(NOON, [-60, '99'], [-30, '99'], [120.5, '101']);
  const feed = fakePriceFeed(clock, { 'BTC/USD': ticks });
  const store = fakeAlertStore();
  const config = { alerts: [ruleOf([crossing()])], zone: 'UTC' };
  const memory = alertMemory();
  // Noticed at 119 s of our clock; the candles that are read then reach up to 120 s.
  for (const second of [5, 65, 121, 185, 245, 305]) {
    clock.advance(NOON + second * 1_000 - clock.nowMs());
    // These candles are half a second older than the ticker: the newest one has no trade yet.
    feed.distort = (_, rows) => (second === 121 ? withoutNewest(rows) : rows);
    await checkPrices({ config, clock: behind, feed, store, log: fakeLog(), memory });
  }
  expect(alerts(store.notices.map(({ id }) => id))).toEqual(['alert:r:1']);
});

test('midnight alone is no sign of life', async () => {
  const midnight = Date.UTC(2026, 10, 23);
  const ticks = path(midnight, [-240, '99'], [-200, '98']);
  const world = watching([ruleOf([crossing()])], { 'BTC/USD': ticks }, midnight);
  const hung = await (async () => {
    world.clock.advance(-190_000);
    return world.feed.quotes(await world.feed.pairs());
  })();
  world.feed.quotes = async () => hung;
  await world.runAt(-180, -120, -60, 5, 65, 125, 185);
  expect(world.titles()).toEqual(['The price of BTC/USD stands still']);
});

test('maintenance is told once, also when nobody says the mode for a while', async () => {
  const world = watching([ruleOf([crossing()])], { 'BTC/USD': path(NOON, [-60, '99']) });
  await world.runAt(5);
  world.feed.marketMode = 'maintenance';
  await world.runAt(65);
  world.feed.down.add('mode');
  world.feed.down.add('quotes');
  await world.runAt(125, 185);
  world.feed.down.clear();
  await world.runAt(245);
  world.feed.marketMode = 'online';
  await world.runAt(305);
  expect(world.titles().slice(0, 2)).toEqual([
    'Kraken is not trading normally',
    'Kraken’s prices are back',
  ]);
});

test('of a price that stands still, and that no rule watches any more, no end is told', async () => {
  const rules = [
    ruleOf([crossing('98', 'below')], { repeat: 'once' }),
    ruleOf([crossing('100', 'above', 'ETH/USD')], { id: 'other' }),
  ];
  const ticks = path(NOON, [-60, '99'], [605, '98'], [610, '98']);
  const paths = { 'BTC/USD': ticks, 'ETH/USD': path(NOON, [-60, '99']) };
  const world = watching(rules, paths);
  await world.runAt(5, 65, 125, 185, 245, 305, 365);
  expect(world.titles()).toEqual(['The price of BTC/USD, ETH/USD stands still']);
  await world.runAt(665, 725);
  expect(world.ids().slice(1)).toEqual(['alert:r:1']);
});

test('a run that cannot read its rules ends when everything that it asked for has ended', async () => {
  const store = fakeAlertStore();
  let open = 0;
  const slowly = async <T>(value: T): Promise<T> => {
    open += 1;
    await new Promise((resolve) => setImmediate(resolve));
    open -= 1;
    return value;
  };
  const clock = fakeClock(NOON);
  const feed = fakePriceFeed(clock, {});
  const broken = {
    ...store,
    rules: () => Promise.reject(new Error('the store is away')),
    states: () => slowly([]),
    mutes: () => slowly(new Map<string, number>()),
  };
  const deps = { config: { alerts: [] }, clock, feed, log: fakeLog(), memory: alertMemory() };
  await expect(checkPrices({ ...deps, store: broken })).rejects.toThrow('the store is away');
  expect(open).toBe(0);
});
