/** What is asked of the exchange, how little, and what is told when it does not answer well. */
import { describe, expect, test } from 'vitest';
import { decimal } from '../../../functions/core/decimal.ts';
import type { Tick } from '../../fakes/price-feed.ts';
import { crossing, MINUTE, NOON, path, ruleOf, watching } from './rule-fixture.ts';

const flat = path(NOON, [-90_000, '99'], [-9, '99']);
/** A trade in every minute, around a price. */
const busy = (minutes: number, price: (minute: number) => string): Tick[] =>
  path(
    NOON,
    [-300, '99'],
    ...Array.from({ length: minutes }, (_, at): [number, string] => [at * 60 + 20, price(at)]),
  );
const minutes = (from: number, to: number) =>
  Array.from({ length: to - from }, (_, at) => (from + at) * 60 + 1);

describe('how little is asked', () => {
  test('one ticker call for all pairs in every run', async () => {
    const rules = ['BTC/USD', 'ETH/USD', 'SOL/USD'].map((pair) =>
      ruleOf([crossing('100', 'above', pair)], { id: pair }),
    );
    const world = watching(rules, { 'BTC/USD': flat, 'ETH/USD': flat, 'SOL/USD': flat });
    await world.runAt(...minutes(0, 5));
    expect(world.feed.quoteCalls).toBe(5);
  });

  test('no candles while no level lies within what the ticker says was reached', async () => {
    const world = watching([ruleOf([crossing()])], {
      'BTC/USD': busy(60, (at) => (at % 2 === 0 ? '98' : '99.5')),
    });
    await world.runAt(...minutes(0, 60));
    expect(world.feed.candleCalls).toEqual([]);
    expect(world.store.calls.filter((call) => call === 'commit')).toHaveLength(1);
  });

  test('candles as soon as the day’s high has reached the level, though the price is back', async () => {
    const world = watching([ruleOf([crossing()])], {
      'BTC/USD': busy(60, (at) => (at === 30 ? '100' : '99')),
    });
    await world.runAt(...minutes(0, 40));
    expect(world.firedAt()).toEqual([1_800]);
  });

  test('no candles without a trade, though the level lies within the day’s range', async () => {
    const ticks = path(NOON, [-7_200, '105'], [-3_600, '99'], [200, '101']);
    const world = watching([ruleOf([crossing()])], { 'BTC/USD': ticks });
    await world.runAt(...minutes(0, 2));
    // Until the minute in which the rule began was read: the exchange's clock may be behind ours.
    expect(world.feed.candleCalls).toHaveLength(2);
    await world.runAt(150);
    expect(world.feed.candleCalls).toHaveLength(2);
    await world.runAt(...minutes(3, 6));
    expect(world.firedAt()).toEqual([180]);
  });

  test('nothing is written in a run in which nothing happens, but the heartbeat', async () => {
    const world = watching([ruleOf([crossing()])], { 'BTC/USD': busy(9, () => '98') });
    await world.runAt(...minutes(0, 2));
    world.store.calls.length = 0;
    await world.runAt(...minutes(2, 4));
    expect(world.store.calls).toEqual(['revision', 'beat', 'revision', 'beat']);
  });

  test('what is unread for hours is read before its candles are gone, without a write', async () => {
    const world = watching([ruleOf([crossing()])], { 'BTC/USD': busy(1_600, () => '98') });
    for (let minute = 0; minute < 1_500; minute += 5) await world.runAt(minute * 60 + 1);
    expect(world.feed.candleCalls.length).toBeGreaterThan(1);
    expect(world.feed.candleCalls.length).toBeLessThan(6);
    // The state was written once, a day ago: the heartbeat says that nothing is missing since.
    world.forget();
    await world.runAt(1_501 * 60, 1_502 * 60);
    expect(world.ids()).toEqual([]);
    expect(world.store.calls.filter((call) => call === 'commit')).toHaveLength(1);
  });
});

describe('when the ticker is not answered', () => {
  test('it is told in the second run, once, and so is its end', async () => {
    const world = watching([ruleOf([crossing()])], {
      'BTC/USD': busy(20, (at) => (at === 6 ? '101' : '99')),
    });
    await world.runAt(1);
    world.feed.down.add('quotes');
    expect((await world.runAt(61))?.whole).toBe(false);
    expect(world.ids()).toEqual([]);
    await world.runAt(...minutes(2, 9));
    expect(world.titles()).toEqual(['Kraken’s prices cannot be read']);
    world.feed.down.clear();
    await world.runAt(...minutes(9, 12));
    expect(world.titles().slice(1).sort()).toEqual([
      'BTC/USD crossed above 100',
      'Kraken’s prices are back',
    ]);
  });

  test('one failure in between is not told', async () => {
    const world = watching([ruleOf([crossing()])], { 'BTC/USD': busy(20, () => '99') });
    for (const minute of [0, 1, 2, 3, 4, 5]) {
      if (minute % 2 === 1) world.feed.down.add('quotes');
      else world.feed.down.clear();
      await world.runAt(minute * 60 + 1);
    }
    expect(world.ids()).toEqual([]);
  });

  test('the heartbeat stands still, and goes on', async () => {
    const world = watching([ruleOf([crossing()])], { 'BTC/USD': busy(9, () => '99') });
    await world.runAt(1);
    world.feed.down.add('quotes');
    await world.runAt(61);
    expect(await world.store.lastBeat()).toBe(NOON + 1_000);
    world.feed.down.clear();
    await world.runAt(121);
    expect(await world.store.lastBeat()).toBe(NOON + 121_000);
  });

  test('with no rule there is nothing to ask, and the heartbeat goes on', async () => {
    const world = watching([], {});
    expect(await world.runAt(1)).toMatchObject({ rules: 0, whole: true });
    expect(world.feed.quoteCalls).toBe(0);
  });
});

describe('maintenance', () => {
  test('is told at once, keeps single pairs quiet, and its end is told', async () => {
    const world = watching([ruleOf([crossing()])], { 'BTC/USD': flat });
    await world.runAt(1);
    world.feed.marketMode = 'maintenance';
    world.feed.absent.add('BTC/USD');
    await world.runAt(...minutes(1, 10));
    expect(world.titles()).toEqual(['Kraken is not trading normally']);
    world.feed.marketMode = 'online';
    world.feed.absent.clear();
    await world.runAt(601);
    expect(world.titles().at(-1)).toBe('Kraken’s prices are back');
  });
});

describe('single pairs', () => {
  test('a pair that the ticker leaves out twice is told, all such pairs together, and their return', async () => {
    const rules = ['BTC/USD', 'ETH/USD', 'OLD/USD'].map((pair) =>
      ruleOf([crossing('100', 'above', pair)], { id: pair }),
    );
    const ticks = busy(20, () => '99');
    const world = watching(rules, { 'BTC/USD': ticks, 'ETH/USD': ticks });
    world.feed.absent.add('ETH/USD');
    await world.runAt(1);
    expect(world.ids()).toEqual([]);
    await world.runAt(61, 121, 181);
    expect(world.titles()).toEqual(['No price for ETH/USD, OLD/USD']);
    world.feed.absent.clear();
    await world.runAt(241, 301);
    expect(world.titles().slice(1)).toEqual(['Prices of ETH/USD are well again']);
  });

  test('a price that stands still is told after five minutes, not again by a new process, and its end', async () => {
    const ticks = path(NOON, [-60, '99'], [-30, '98'], [900, '99']);
    const world = watching([ruleOf([crossing()])], { 'BTC/USD': ticks });
    await world.runAt(...minutes(0, 5));
    expect(world.ids()).toEqual([]);
    await world.runAt(...minutes(5, 10));
    expect(world.titles()).toEqual(['The price of BTC/USD stands still']);
    world.forget();
    await world.runAt(...minutes(10, 15));
    expect(world.titles()).toHaveLength(1);
    await world.runAt(901);
    expect(world.titles().slice(1)).toEqual(['Prices of BTC/USD are well again']);
  });

  test('a pair that is often quiet is told only when it is quiet for longer than ever', async () => {
    const ticks = path(NOON, [-60, '99'], [420, '98'], [840, '99'], [1_260, '98']);
    const world = watching([ruleOf([crossing()])], { 'BTC/USD': ticks });
    await world.runAt(...minutes(0, 24));
    expect(world.titles()).toEqual([
      'The price of BTC/USD stands still',
      'Prices of BTC/USD are well again',
    ]);
  });

  test('candles of one pair that fail do not stop the others', async () => {
    const rules = ['BTC/USD', 'ETH/USD'].map((pair) =>
      ruleOf([crossing('100', 'above', pair)], { id: pair }),
    );
    const ticks = path(NOON, [-300, '99'], [125, '101'], [140, '99'], [200, '99']);
    const world = watching(rules, { 'BTC/USD': ticks, 'ETH/USD': ticks });
    world.feed.distort = (pair, rows) => (pair === 'BTC/USD' ? [] : rows);
    const done = [await world.runAt(1, 61, 121), await world.runAt(181)];
    expect(world.ids()).toEqual(['alert:ETH/USD:1']);
    expect(done[1]?.whole).toBe(true);
    world.feed.distort = (_pair, rows) => rows;
    await world.runAt(241, 301);
    expect(world.ids()).toEqual(['alert:ETH/USD:1', 'alert:BTC/USD:1']);
  });
});

describe('prices that are too far off', () => {
  const spiky = busy(9, (at) => (at === 3 ? '130' : '99'));

  test('count when a second reading still shows them', async () => {
    const world = watching([ruleOf([crossing()])], { 'BTC/USD': spiky });
    await world.runAt(...minutes(0, 5));
    expect(world.ids()).toEqual([]);
    await world.runAt(301);
    expect(world.firedAt()).toEqual([180]);
  });

  test('do not count when it does not', async () => {
    const world = watching([ruleOf([crossing()])], { 'BTC/USD': spiky });
    await world.runAt(...minutes(0, 5));
    world.feed.distort = (_pair, rows) =>
      rows.map((row) => ({ ...row, high: row.high.gt('120') ? decimal('99') : row.high }));
    await world.runAt(...minutes(5, 9));
    expect(world.ids()).toEqual([]);
  });
});

describe('prices that cannot be read any more', () => {
  test('are told with their times, and what fired meanwhile and is still so fires', async () => {
    const ticks = busy(900, (at) => (at < 60 ? '99' : '101'));
    const world = watching([ruleOf([crossing()])], { 'BTC/USD': ticks });
    await world.runAt(1);
    await world.runAt(800 * 60 + 1);
    const gap = world.store.notices.find(({ id }) => id.endsWith(':gap'));
    expect(gap?.title).toBe('Prices were not seen for a time: BTC/USD');
    expect(gap?.text).toContain('BTC/USD: 2026-11-22 12:00 to 2026-11-22 13:21');
    expect(world.ids().filter((id) => id.startsWith('alert:'))).toEqual(['alert:r:1']);
  });

  test('a minute that the exchange leaves out is told too', async () => {
    const world = watching([ruleOf([crossing()])], {
      'BTC/USD': busy(9, (at) => (at === 3 ? '101' : '99')),
    });
    world.feed.distort = (_pair, rows) => rows.filter(({ atMs }) => atMs !== NOON + 2 * MINUTE);
    await world.runAt(1, 241, 301);
    expect(world.titles()).toEqual([
      'BTC/USD crossed above 100',
      'Prices were not seen for a time: BTC/USD',
    ]);
  });

  test('candles that fail for ten hours are given up, with the ticker as the last word', async () => {
    const world = watching([ruleOf([crossing()])], {
      'BTC/USD': busy(700, (at) => (at === 30 ? '101' : '99')),
    });
    await world.runAt(1);
    world.feed.down.add('candles');
    for (let minute = 5; minute < 620; minute += 5) await world.runAt(minute * 60 + 1);
    expect(world.ids().filter((id) => id.endsWith(':gap'))).toHaveLength(1);
    expect(world.ids().filter((id) => id.startsWith('alert:'))).toEqual([]);
  });
});

describe('more than can be read in time', () => {
  const names = Array.from({ length: 200 }, (_, at) => `C${at}/USD`);
  const world = (price: (minute: number) => string) =>
    watching(
      names.map((pair) => ruleOf([crossing('100', 'above', pair)], { id: pair })),
      Object.fromEntries(names.map((pair) => [pair, busy(40, price)])),
    );

  test('is told once with its pairs, and its end', async () => {
    const crowd = world((at) => (at < 12 ? (at % 2 === 0 ? '99' : '99.9') : '98'));
    // A day's high above the level: every pair has to be looked at in every minute.
    for (const name of names)
      crowd.feed.ticks.get(name)?.unshift({ atMs: NOON - 7_200_000, price: '105' });
    await crowd.runAt(...minutes(0, 12));
    const late = crowd.titles().filter((title) => title.startsWith('Some price alerts come late'));
    expect(late).toHaveLength(1);
    expect(crowd.log.lines.filter((line) => line.includes('unread'))).toEqual([]);
  });

  test('a price that stays beyond its level is told at once, beyond the budget', async () => {
    const crowd = world((at) => (at < 5 ? '99' : '101'));
    await crowd.runAt(...minutes(0, 5));
    await crowd.runAt(5 * 60 + 30);
    expect(crowd.ids().filter((id) => id.startsWith('alert:'))).toHaveLength(200);
    await crowd.runAt(...minutes(6, 20));
    expect(crowd.ids().filter((id) => id.startsWith('alert:'))).toHaveLength(200);
  });

  test('calls for candles keep their distance and end before the next run', async () => {
    const crowd = world((at) => (at < 5 ? '99' : '101'));
    await crowd.runAt(...minutes(0, 5));
    crowd.feed.candleMs = 1_500;
    const beganMs = NOON + 330_000;
    const done = await crowd.runAt(330);
    expect(crowd.clock.nowMs() - beganMs).toBeLessThan(50_000);
    expect(done?.candleCalls).toBeGreaterThan(20);
    expect(done?.late).toBeGreaterThan(100);
  });
});
