/** Minutes that still run, prices that only the ticker has shown, and answers of the store that got lost. */
import { expect, test } from 'vitest';
import { crossing, MINUTE, NOON, path, ruleOf, watching } from './rule-fixture.ts';

test('a minute that still runs fires at once, and not again when it is over', async () => {
  const world = watching([ruleOf([crossing()])], {
    'BTC/USD': path(NOON, [-9, '99'], [65, '101']),
  });
  await world.runAt(0, 70);
  expect(world.ids()).toEqual(['alert:r:1']);
  await world.runAt(80, 121, 181);
  world.forget();
  await world.runAt(241);
  expect(world.ids()).toEqual(['alert:r:1']);
});

test('what only the end of a minute can tell waits for it', async () => {
  // Below and above again, seen while the minute runs; at its end it was a fall.
  const ticks = path(NOON, [-9, '101'], [65, '98'], [75, '101'], [100, '99']);
  const world = watching([ruleOf([crossing()])], { 'BTC/USD': ticks });
  await world.runAt(0, 61, 80, 121, 181);
  expect(world.ids()).toEqual([]);
});

test('in the minute in which a rule begins, a price within the day’s range counts at its end only', async () => {
  const ticks = path(NOON, [-300, '99'], [-100, '101'], [10, '99'], [30, '100.5']);
  const world = watching([ruleOf([crossing('99', 'below')])], { 'BTC/USD': ticks });
  await world.runAt(5, 15, 61, 121);
  expect(world.ids()).toEqual([]);
});

test('in the minute in which a rule begins, a price beyond the day’s range counts at once', async () => {
  const ticks = path(NOON, [-300, '99'], [-100, '101'], [10, '98.5'], [30, '100.5']);
  const world = watching([ruleOf([crossing('99', 'below')])], { 'BTC/USD': ticks });
  await world.runAt(5, 15, 61, 121);
  expect(world.ids()).toEqual(['alert:r:1']);
});

test('what the ticker told ahead counts from the minute in which it happened', async () => {
  const ticks = path(
    NOON,
    [-9, '99'],
    [260, '101'],
    [380, '99'],
    [440, '101'],
    [620, '99'],
    [680, '101'],
  );
  const world = watching([ruleOf([crossing()], { cooldownMs: 5 * MINUTE })], { 'BTC/USD': ticks });
  await world.runAt(1);
  world.feed.down.add('candles');
  await world.runAt(61, 121, 181, 241, 301);
  expect(world.ids()).toEqual(['alert:r:1']);
  world.feed.down.clear();
  await world.runAt(601);
  // The second came three minutes after the first, within the cooldown; the third did not.
  expect(world.ids()).toEqual(['alert:r:1']);
  await world.runAt(721);
  expect(world.ids()).toEqual(['alert:r:1', 'alert:r:2']);
  expect(world.store.notices[1]?.text).toContain('1 more time was not told');
});

test.for(['before', 'after'] as const)(
  'a commit that fails %s it took effect is told once, and the rule goes on',
  async (when) => {
    const ticks = path(NOON, [-9, '99'], [65, '101'], [125, '99'], [245, '101']);
    const world = watching([ruleOf([crossing()])], { 'BTC/USD': ticks });
    await world.runAt(0);
    const calls = world.store.calls.length;
    world.store.failAt(calls + 1, when);
    expect(await world.runAt(70)).toMatchObject({ whole: false });
    expect(world.store.calls[calls + 1]).toBe('commit');
    await world.runAt(121, 181, 241, 301);
    expect(world.ids()).toEqual(['alert:r:1', 'alert:r:2']);
  },
);

test('a store that is away ends the run', async () => {
  const rules = Array.from({ length: 9 }, (_, at) => ruleOf([crossing()], { id: `r${at}` }));
  const world = watching(rules, { 'BTC/USD': path(NOON, [-9, '99']) });
  for (let call = 0; call < 60; call += 1) if (call > 5) world.store.failAt(call, 'before');
  await expect(world.runAt(0)).rejects.toThrow('the store is away');
  world.store.heal();
  expect(await world.runAt(61, 121)).toMatchObject({ whole: true });
});

test('what a dead process had left unread is read by the next one from where the rule stood', async () => {
  // While the cooldown lasts nobody reads; the dip that arms the rule again lies in that time.
  const ticks = path(NOON, [-9, '99'], [65, '101'], [605, '98'], [665, '100.5'], [4_205, '101']);
  const rule = ruleOf([crossing()], { cooldownMs: 60 * MINUTE });
  const world = watching([rule], { 'BTC/USD': ticks });
  await world.runAt(1, 121, 181);
  const read = world.feed.candleCalls.length;
  for (let minute = 4; minute < 20; minute += 1) await world.runAt(minute * 60 + 1);
  expect(world.feed.candleCalls).toHaveLength(read);
  world.forget();
  await world.runAt(1_261, 4_261);
  expect(world.ids().filter((id) => id.startsWith('alert:'))).toEqual(['alert:r:1']);
  expect(world.store.commits.at(-1)?.after.suppressed).toBe(1);
});
