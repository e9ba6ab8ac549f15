/** How often a rule may speak, when, to whom, and what it sets off. */
import { describe, expect, test } from 'vitest';
import { makeRule } from '../../../functions/core/alerts/make-rule.ts';
import { crossing, MINUTE, NOON, path, ruleOf, watching } from './rule-fixture.ts';

/** Above 100 in every second minute, below in the others. */
const everyOtherMinute = (minutes: number, startMs = NOON) =>
  path(
    startMs,
    [-9, '99'],
    ...Array.from({ length: minutes }, (_, at): [number, string] => [
      60 * at + 20,
      at % 2 === 1 ? '101' : '99',
    ]),
  );
const minutes = (count: number) => Array.from({ length: count }, (_, at) => at * 60 + 1);

describe('how often', () => {
  test.for([
    { repeat: 'once' as const, cooldownMs: MINUTE, fires: [60] },
    { repeat: 'every' as const, cooldownMs: MINUTE, fires: [60, 180, 300, 420, 540] },
    { repeat: 'every' as const, cooldownMs: 3 * MINUTE, fires: [60, 300, 540] },
    { repeat: 'daily' as const, cooldownMs: MINUTE, fires: [60] },
  ])('$repeat with $cooldownMs ms of cooldown', async ({ repeat, cooldownMs, fires }) => {
    const world = watching([ruleOf([crossing()], { repeat, cooldownMs })], {
      'BTC/USD': everyOtherMinute(10),
    });
    await world.runAt(...minutes(12));
    expect(world.firedAt()).toEqual(fires);
  });

  test('daily begins anew at midnight of the rule’s own zone', async () => {
    // 23:57 in Berlin.
    const startMs = Date.UTC(2026, 10, 22, 22, 57);
    const rule = ruleOf([crossing()], { repeat: 'daily', zone: 'Europe/Berlin' });
    const world = watching([rule], { 'BTC/USD': everyOtherMinute(8, startMs) }, startMs);
    await world.runAt(...minutes(10));
    expect(world.firedAt()).toEqual([60, 180]);
  });

  test('what fell into the cooldown is counted in the next notice', async () => {
    const world = watching([ruleOf([crossing()], { cooldownMs: 5 * MINUTE })], {
      'BTC/USD': everyOtherMinute(10),
    });
    await world.runAt(...minutes(12));
    expect(world.firedAt()).toEqual([60, 420]);
    expect(world.store.notices[1]?.text).toContain('2 more times were not told');
  });
});

describe('when', () => {
  test('a muted rule fires unheard, and the next notice says how often', async () => {
    const world = watching([ruleOf([crossing()])], { 'BTC/USD': everyOtherMinute(8) });
    await world.store.mute('r', NOON + 5 * MINUTE);
    await world.runAt(...minutes(5));
    expect(world.ids()).toEqual([]);
    await world.runAt(301, 361);
    expect(world.ids()).toEqual(['alert:r:3']);
    expect(world.store.notices[0]?.text).toContain('2 more times were not told');
    await world.runAt(421, 481);
    expect(world.store.notices[1]?.text).not.toContain('not told');
  });

  test('in quiet hours the notice waits for their end', async () => {
    const quiet = { fromMinute: 11 * 60, toMinute: 13 * 60 + 30, zone: 'UTC' };
    const world = watching([ruleOf([crossing()], { quiet })], { 'BTC/USD': everyOtherMinute(2) });
    await world.runAt(...minutes(3));
    expect(world.store.notices[0]?.notBeforeMs).toBe(Date.UTC(2026, 10, 22, 13, 30));
  });

  test('a rule ends by its date, is told once, and what came before still counts', async () => {
    const rule = ruleOf([crossing()], { expiresAtMs: NOON + 4 * MINUTE });
    const world = watching([rule], { 'BTC/USD': everyOtherMinute(10) });
    await world.runAt(0);
    await world.runAt(601, 661, 721);
    expect(world.ids()).toEqual(['alert:r:1', 'alert:r:2', 'alert:r:expired']);
    expect(world.store.notices[2]?.text).toContain('It fired 2 times.');
  });
});

describe('what is told', () => {
  test('what happened, the numbers, why, what to do', async () => {
    const rule = ruleOf([crossing('100.50')], {
      ...{ text: 'BTC/USD crosses above 100.5', note: 'Sell a third.', channels: ['ops'] },
      ...{ hysteresis: '0.2', cooldownMs: 15 * MINUTE, zone: 'Europe/Berlin' },
    });
    const world = watching([rule], { 'BTC/USD': path(NOON, [-9, '98'], [70, '101']) });
    await world.runAt(0, 90);
    expect(world.store.notices).toEqual([
      {
        id: 'alert:r:1',
        atMs: NOON + 90_000,
        urgency: 'info',
        channels: ['ops'],
        title: 'BTC/USD crossed above 100.5',
        text: 'Sell a third.\nRule: BTC/USD crosses above 100.5.\nIt can fire again when the price was back by 0.2 %, after 15 min at the earliest.',
        facts: [
          { label: 'Price', value: '101 USD' },
          { label: 'Level', value: '100.5 USD' },
          { label: 'When', value: '22 Nov 2026, 13:01:00 (Europe/Berlin)' },
          { label: '24 h high', value: '101 USD' },
          { label: '24 h low', value: '98 USD' },
          { label: '24 h volume', value: '2' },
        ],
        command: 'npx harpoon alerts list',
        subject: 'alert',
        zone: 'Europe/Berlin',
        chart: {
          ...{ pair: 'BTC/USD', atMs: NOON + 90_000, price: '100.5', zone: 'Europe/Berlin' },
          levels: [{ role: 'level', price: '100.5', label: 'alert' }],
        },
      },
    ]);
  });

  test('what could not be read at once says how late it is', async () => {
    const world = watching([ruleOf([crossing()])], {
      'BTC/USD': path(NOON, [-9, '99'], [70, '101'], [75, '99']),
    });
    await world.runAt(0);
    await world.runAt(3_600);
    expect(world.store.notices[0]?.text).toContain('This is told 58 min late');
  });
});

describe('a signal', () => {
  const signal = { source: 'trend', fields: { action: 'buy' } };

  test('is raised with the firing, named by it, as old as the price may be', async () => {
    const world = watching([ruleOf([crossing()], { signal })], {
      'BTC/USD': path(NOON, [-9, '99'], [70, '101']),
    });
    await world.runAt(0, 90, 150);
    expect(await world.store.raised(10)).toEqual([
      {
        id: 'r-1',
        atMs: NOON + 90_000,
        source: 'trend',
        fields: { symbol: 'BTC/USD', action: 'buy' },
      },
    ]);
    expect(world.store.notices[0]?.text).toContain('It raised the signal "buy" of trend');
  });

  test('is not raised by what may not have happened', async () => {
    const ticks = path(NOON, [-9, '100'], [70, '99.5'], [190, '98'], [195, '100.5'], [200, '99.5']);
    const world = watching([ruleOf([crossing()], { hysteresis: '1', signal })], {
      'BTC/USD': ticks,
    });
    await world.runAt(0, 61, 121, 181, 241, 301);
    expect(world.ids()).toEqual(['alert:r:1']);
    expect(world.store.notices[0]?.text).toContain('It did not raise the signal');
    expect(await world.store.raised(10)).toEqual([]);
  });

  test('is not raised by a muted rule', async () => {
    const world = watching([ruleOf([crossing()], { signal })], {
      'BTC/USD': path(NOON, [-9, '99'], [70, '101']),
    });
    await world.store.mute('r', NOON + 3_600_000);
    await world.runAt(0, 90);
    expect(await world.store.raised(10)).toEqual([]);
  });
});

describe('rules that change while running', () => {
  test('an added rule begins at its first look, a removed one is over', async () => {
    const world = watching([], {
      'BTC/USD': path(
        NOON,
        [-9, '99'],
        [70, '101'],
        [250, '99'],
        [370, '101'],
        [490, '99'],
        [550, '101'],
      ),
    });
    await world.runAt(0, 61);
    await world.store.add(ruleOf([crossing()], { id: 'added' }));
    await world.runAt(121, 181, 241, 301, 361, 421);
    expect(world.ids()).toEqual(['alert:added.a1:1']);
    await world.store.remove('added');
    await world.runAt(481, 541, 601);
    expect(world.ids()).toEqual(['alert:added.a1:1']);
  });

  test('a rule that is taken away and added again may fire again', async () => {
    const rule = ruleOf([crossing()], { id: 'again', repeat: 'once' });
    const world = watching([], { 'BTC/USD': everyOtherMinute(8) });
    await world.store.add(rule);
    await world.runAt(0, 61, 121, 181);
    // Between two looks, so that no run sees that it was gone.
    await world.store.remove('again');
    await world.store.add(rule);
    await world.runAt(241, 301, 361, 421);
    expect(world.ids()).toEqual(['alert:again.a1:1', 'alert:again.a3:1']);
  });

  test('under the same id with other words, what was compiled before is not used', async () => {
    const world = watching([], { 'BTC/USD': everyOtherMinute(12) });
    await world.store.add(ruleOf([crossing('1000')], { id: 'again' }));
    await world.runAt(0, 61, 121, 181);
    await world.store.remove('again');
    await world.store.add(ruleOf([crossing()], { id: 'again', repeat: 'once' }));
    await world.runAt(241, 301, 361, 421);
    expect(world.ids()).toEqual(['alert:again.a3:1']);
  });

  test('a run that read the rule before it was removed begins, tells and trades nothing', async () => {
    const signal = { source: 's', fields: { action: 'buy' } };
    const rule = ruleOf([crossing()], { id: 'again', signal });
    const world = watching([], { 'BTC/USD': everyOtherMinute(12) });
    await world.store.add(rule);
    const quotes = world.feed.quotes.bind(world.feed);
    // The frozen run goes on when the rule is gone, and there again.
    world.feed.quotes = async (pairs) => {
      world.feed.quotes = quotes;
      await world.store.remove('again');
      await world.store.add(rule);
      return quotes(pairs);
    };
    await world.run();
    expect(await world.store.states()).toEqual([]);
    await world.runAt(61, 121, 181, 241);
    const states = await world.store.states();
    expect(states.map(({ ruleId }) => ruleId)).toEqual(['again.a3']);
    expect(world.ids()[0]).toBe('alert:again.a3:1');
    expect((await world.store.raised(9))[0]?.id).toBe('again.a3-1');
  });

  test('a rule of the file whose words change under its id begins anew', async () => {
    const made = (text: string) => {
      const rule = makeRule(text, { id: 'mine', repeat: 'once', hysteresis: '0%' });
      if (!rule.ok) throw new Error(JSON.stringify(rule.error));
      return rule.value;
    };
    const ticks = { 'BTC/USD': everyOtherMinute(12) };
    const before = watching([made('BTC/USD crosses above 100')], ticks);
    await before.runAt(0, 61, 121, 181);
    expect(before.ids()).toHaveLength(1);
    const after = watching([made('BTC/USD crosses above 100.5')], ticks, NOON, before.store);
    await after.runAt(241, 301, 361, 421);
    expect(after.ids()).toHaveLength(2);
    expect(new Set(after.ids()).size).toBe(2);
    // The same words are the same rule, and it is done.
    const again = watching([made('BTC/USD crosses above 100')], ticks, NOON, before.store);
    await again.runAt(481, 541, 601, 661);
    expect(again.ids()).toHaveLength(2);
  });

  test('a rule that cannot be read does not silence the others', async () => {
    const broken = ruleOf([crossing('a lot')], { id: 'broken' });
    const world = watching([broken, ruleOf([crossing()])], { 'BTC/USD': everyOtherMinute(2) });
    await world.runAt(...minutes(3));
    expect(world.ids()).toEqual(['alert:r:1']);
    expect(world.log.lines.filter((line) => line.includes('rule-unusable'))).toHaveLength(1);
  });

  test('two processes that watch the same rule tell it once', async () => {
    const ticks = { 'BTC/USD': everyOtherMinute(6) };
    const rules = [ruleOf([crossing()])];
    const one = watching(rules, ticks);
    const two = watching(rules, ticks, NOON, one.store);
    await one.runAt(0);
    await two.runAt(1);
    for (const second of minutes(7)) {
      await Promise.all([one.runAt(second + 1), two.runAt(second + 2)]);
    }
    expect(one.ids()).toEqual(['alert:r:1', 'alert:r:2', 'alert:r:3']);
  });
});
