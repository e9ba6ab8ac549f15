/** One run over all rules: what it asks for, what it looks at, and what it counts. */
import { describe, expect, test } from 'vitest';
import { checkPrices } from '../../../functions/core/alerts/check-prices.ts';
import { alertMemory } from '../../../functions/core/alerts/memory.ts';
import type { Condition } from '../../../functions/core/alerts/rule.ts';
import { crossing, MINUTE, NOON, path, ruleOf, watching } from './rule-fixture.ts';

const level = (pair: string): Condition => ({
  ...{ kind: 'level', pair, side: 'above', level: '100', forMs: 0 },
});
const spread: Condition = { kind: 'spread', pair: 'BTC/USD', side: 'above', percent: '1' };
const flat = path(NOON, [-60, '99']);
/** Above 100 for a moment, a minute after noon; trades go on. */
const spike = path(NOON, [-60, '99'], [65, '101'], [70, '99'], [130, '99'], [190, '99']);

describe('with nothing to watch', () => {
  test('the exchange is asked nothing, not even for its mode', async () => {
    const world = watching([], { 'BTC/USD': flat });
    world.feed.marketMode = 'maintenance';
    world.feed.down.add('pairs');
    expect(await world.runAt(0, 60)).toEqual({
      ...{ rules: 0, pairs: 0, candleCalls: 0, late: 0, fired: 0, muted: 0, lost: 0 },
      whole: true,
    });
    expect(world.titles()).toEqual([]);
  });

  test('a configuration without alerts has no rules', async () => {
    const { clock, feed, store, log } = watching([], {});
    const memory = alertMemory();
    const done = await checkPrices({ config: {}, clock, feed, store, log, memory });
    expect(done).toMatchObject({ rules: 0, whole: true });
    expect(log.lines).toEqual([]);
  });

  test.for(['fired once', 'ended'] as const)('a rule that has %s is not counted', async (how) => {
    const options =
      how === 'ended' ? { expiresAtMs: NOON + MINUTE } : ({ repeat: 'once' } as const);
    const rules = [ruleOf([level('BTC/USD')], options), ruleOf([level('ETH/USD')], { id: 'on' })];
    const ticks = how === 'ended' ? flat : spike;
    const world = watching(rules, { 'BTC/USD': ticks, 'ETH/USD': flat });
    expect(await world.runAt(0)).toMatchObject({ rules: 2, pairs: 2 });
    await world.runAt(61, 125);
    expect(await world.runAt(185)).toMatchObject({ rules: 1, pairs: 1 });
  });
});

describe('what one run came to', () => {
  test('rules, their pairs once each, and calls for candles', async () => {
    const rules = [
      ruleOf([crossing()]),
      ruleOf([crossing('98', 'below')], { id: 'low' }),
      ruleOf([crossing('100', 'above', 'ETH/USD')], { id: 'eth' }),
    ];
    const world = watching(rules, { 'BTC/USD': spike, 'ETH/USD': flat });
    await world.runAt(0);
    expect(await world.runAt(125)).toEqual({
      ...{ rules: 3, pairs: 2, candleCalls: 1, late: 0, fired: 1, muted: 0, lost: 0 },
      whole: true,
    });
  });

  test('a firing that is muted counts as both', async () => {
    const world = watching([ruleOf([crossing()])], { 'BTC/USD': spike });
    await world.store.mute('r', NOON + 3_600_000);
    await world.runAt(0);
    expect(await world.runAt(125)).toMatchObject({ fired: 1, muted: 1, lost: 0 });
  });

  test('what another process has written in between is lost, and the run is whole', async () => {
    const one = watching([ruleOf([crossing()])], { 'BTC/USD': spike });
    const two = watching([ruleOf([crossing()])], { 'BTC/USD': spike }, NOON, one.store);
    await one.runAt(0);
    await two.runAt(1);
    expect(await one.runAt(125)).toMatchObject({ fired: 1, lost: 0 });
    expect(await two.runAt(125)).toMatchObject({ fired: 0, lost: 1, whole: true });
    expect(await two.runAt(185)).toMatchObject({ fired: 0, lost: 0 });
    expect(one.ids()).toEqual(['alert:r:1']);
  });
});

describe('the table of pairs', () => {
  test('that is not answered is the one before', async () => {
    const world = watching([ruleOf([crossing()])], { 'BTC/USD': spike });
    await world.runAt(0);
    world.feed.down.add('pairs');
    expect(await world.runAt(125)).toMatchObject({ fired: 1, whole: true });
  });

  test('that was never answered leaves nothing to ask for: the run is not whole', async () => {
    const world = watching([ruleOf([crossing()])], { 'BTC/USD': spike });
    world.feed.down.add('pairs');
    expect(await world.runAt(0)).toMatchObject({ rules: 1, pairs: 1, whole: false });
    expect(world.feed.quoteCalls).toBe(0);
    await world.runAt(60);
    expect(world.titles()).toEqual(['Kraken’s prices cannot be read']);
  });

  test('without the only pair that is watched is an answer, and nothing more is asked', async () => {
    const world = watching([ruleOf([crossing('1', 'above', 'OLD/USD')])], {});
    expect(await world.runAt(0)).toMatchObject({ pairs: 1, whole: true });
    await world.runAt(60);
    expect(world.feed.quoteCalls).toBe(0);
    expect(world.titles()).toEqual(['No price for OLD/USD']);
  });
});

describe('the ticker', () => {
  test('that is not answered is logged with its reason, and no rule begins on it', async () => {
    const world = watching([ruleOf([spread])], { 'BTC/USD': flat });
    world.feed.down.add('quotes');
    expect(await world.runAt(0)).toMatchObject({ whole: false });
    expect(world.log.lines.join()).toContain('quotes got no answer');
    expect(world.store.commits).toEqual([]);
  });

  test('that breaks in a way nobody foresaw ends the run', async () => {
    const world = watching([ruleOf([crossing()])], { 'BTC/USD': flat });
    world.feed.quotes = () => Promise.reject(new TypeError('not a ticker'));
    await expect(world.runAt(0)).rejects.toThrow('not a ticker');
  });
});

describe('rules that share their candles', () => {
  test('are all settled by one reading', async () => {
    const rules = ['a', 'b', 'c'].map((id) => ruleOf([crossing()], { id }));
    const world = watching(rules, { 'BTC/USD': spike });
    await world.runAt(0);
    expect(await world.runAt(125)).toMatchObject({ candleCalls: 1, fired: 3 });
  });

  test('are not disturbed by one whose beginning could not be written', async () => {
    const rules = [ruleOf([crossing()]), ruleOf([crossing('98', 'below')], { id: 'late' })];
    const world = watching(rules.slice(0, 1), { 'BTC/USD': spike });
    await world.runAt(0);
    const next = watching(rules, { 'BTC/USD': spike }, NOON, world.store);
    const commit = world.store.commit.bind(world.store);
    world.store.commit = (one) =>
      one.after.ruleId === 'late' ? Promise.reject(new Error('away')) : commit(one);
    expect(await next.runAt(125)).toMatchObject({ fired: 1, whole: false });
  });
});

describe('a rule of two pairs, one of which cannot be read', () => {
  const rule = ruleOf([crossing(), level('ETH/USD')]);
  // A day's high above the level: its candles are asked for.
  const high = path(NOON, [-7_200, '105'], [-7_100, '99'], [-60, '99']);
  const busy = path(NOON, ...Array.from({ length: 700 }, (_, at) => [at * 60 + 5, '99'] as const));
  const pairs = { 'BTC/USD': [...high, ...busy], 'ETH/USD': [...high, ...busy] };

  const gaps = (titles: readonly string[]) =>
    titles.filter((title) => title.startsWith('Prices were not seen'));

  test('tells a gap of the other one once, when both were read', async () => {
    const world = watching([rule], pairs);
    const gap = NOON + MINUTE;
    const fails = new Set(['ETH/USD']);
    world.feed.distort = (pair, rows) =>
      fails.has(pair) ? [] : rows.filter(({ atMs }) => pair !== 'BTC/USD' || atMs !== gap);
    await world.runAt(0, 185, 245);
    expect(gaps(world.titles())).toEqual([]);
    fails.clear();
    await world.runAt(305, 365);
    expect(gaps(world.titles())).toEqual(['Prices were not seen for a time: BTC/USD']);
  });

  test('is given up with the other one, when its candles are about to be lost', async () => {
    const world = watching([rule], pairs);
    world.feed.distort = (pair, rows) => (pair === 'ETH/USD' ? [] : rows);
    await world.runAt(0);
    for (const minute of [200, 400, 600, 601, 602]) await world.runAt(minute * 60 + 1);
    expect(gaps(world.titles())).toEqual(['Prices were not seen for a time: BTC/USD, ETH/USD']);
  });
});
