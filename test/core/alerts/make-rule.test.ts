/** A rule of what a person wrote: what each option means, and what is said when it means nothing. */
import { describe, expect, test } from 'vitest';
import { makeRule, minuteOf, type RuleOptions } from '../../../functions/core/alerts/make-rule.ts';

const TEXT = 'BTC/USD crosses over 100k';

function made(options: RuleOptions, zone?: string) {
  const rule = makeRule(TEXT, options, zone);
  if (!rule.ok) throw new Error(JSON.stringify(rule.error));
  return rule.value;
}

/** What is said about a rule, one line for each fault. */
function said(options: RuleOptions, text = TEXT): readonly string[] {
  const rule = makeRule(text, options);
  if (rule.ok) return [];
  return rule.error.map(({ option, problem, remedy }) => `${option} ${problem}. ${remedy}`);
}

describe('a rule', () => {
  test('without options speaks every time, with a small band and a quarter of an hour between', () => {
    expect(made({})).toEqual({
      id: expect.stringMatching(/^r[0-9a-f]{9}$/) as string,
      text: 'BTC/USD crosses above 100000',
      conditions: [{ kind: 'cross', pair: 'BTC/USD', side: 'above', level: '100000' }],
      ...{ repeat: 'every', hysteresis: '0.2', cooldownMs: 900_000, zone: 'UTC', channels: [] },
    });
  });

  test('with every option is made of all of them', () => {
    const signal = { source: 'trend', fields: { action: 'buy' } };
    const rule = made({
      ...{ id: 'btc-high', repeat: 'daily', hysteresis: '1.50%', cooldown: '2h' },
      ...{ quiet: '22:00-07:30', zone: 'Europe/Berlin', expires: '2026-12-31 18:00' },
      ...{ note: 'Sell a third.', notify: ['ops'], signal },
    });
    expect(rule).toEqual({
      ...{ id: 'btc-high', edition: expect.stringMatching(/^f[0-9a-f]{9}$/) as string },
      text: 'BTC/USD crosses above 100000',
      conditions: [{ kind: 'cross', pair: 'BTC/USD', side: 'above', level: '100000' }],
      ...{ repeat: 'daily', hysteresis: '1.5', cooldownMs: 7_200_000, zone: 'Europe/Berlin' },
      quiet: { fromMinute: 1_320, toMinute: 450, zone: 'Europe/Berlin' },
      expiresAtMs: Date.UTC(2026, 11, 31, 17),
      ...{ note: 'Sell a third.', channels: ['ops'], signal },
    });
  });

  test('is of the person’s zone, unless it names its own', () => {
    expect(made({}, 'Asia/Tokyo').zone).toBe('Asia/Tokyo');
    expect(made({ zone: 'Europe/Berlin' }, 'Asia/Tokyo').zone).toBe('Europe/Berlin');
  });

  test('has no option that was left empty, or out', () => {
    const empty = { id: '', quiet: '', expires: '', note: '' };
    expect(made(empty)).toStrictEqual(made({}));
    expect(made({})).not.toHaveProperty('signal');
  });

  test('is named by all that it says: the same words are the same rule, others another one', () => {
    const ids = [{}, { note: 'x' }, { cooldown: '16m' }, { notify: ['ops'] }].map(
      (options) => made(options).id,
    );
    expect(new Set(ids).size).toBe(4);
    expect(made({ note: 'x' }).id).toBe(ids[1]);
    const editions = [{}, { note: 'x' }].map((options) => made({ ...options, id: 'a' }).edition);
    expect(new Set(editions).size).toBe(2);
  });
});

describe('what an option means', () => {
  test.for<readonly [RuleOptions, object]>([
    [{ repeat: 'once' }, { repeat: 'once' }],
    [{ repeat: 'every' }, { repeat: 'every' }],
    [{ hysteresis: '0%' }, { hysteresis: '0' }],
    [{ hysteresis: '20%' }, { hysteresis: '20' }],
    [{ cooldown: '1m' }, { cooldownMs: 60_000 }],
    [{ cooldown: '7 days' }, { cooldownMs: 604_800_000 }],
    [{ quiet: '9:00 – 17:05' }, { quiet: { fromMinute: 540, toMinute: 1_025, zone: 'UTC' } }],
    [{ quiet: '00:00-23:59' }, { quiet: { fromMinute: 0, toMinute: 1_439, zone: 'UTC' } }],
    // A day is meant to its end.
    [{ expires: '2026-12-31' }, { expiresAtMs: Date.UTC(2027, 0, 1) }],
    [{ expires: '2026-12-31T8:30' }, { expiresAtMs: Date.UTC(2026, 11, 31, 8, 30) }],
    [{ expires: '2026-07-01', zone: 'Europe/Berlin' }, { expiresAtMs: Date.UTC(2026, 6, 1, 22) }],
    [{ expires: '2028-02-29 00:00' }, { expiresAtMs: Date.UTC(2028, 1, 29) }],
    [{ note: 'n'.repeat(500) }, { note: 'n'.repeat(500) }],
    [{ id: 'a' }, { id: 'a' }],
    [{ id: `a${'-9'.repeat(15)}z` }, { id: `a${'-9'.repeat(15)}z` }],
  ])('%j', ([options, meaning]) => {
    expect(made(options)).toMatchObject(meaning);
  });
});

describe('what is said of an option that means nothing', () => {
  const [BAND, TIMES] = ['is not a percentage from 0% to 20%', 'is not from one time to another'];
  const DAY = 'is not a day. Write 2026-12-31 or 2026-12-31 18:00.';
  const NAME =
    'is not a usable name. Begin with a letter a-z, then a-z, 0-9 or "-", at most 32 characters.';
  test.for<readonly [RuleOptions, string]>([
    [{ repeat: 'twice' }, 'repeat is "twice". Write once, every or daily.'],
    [{ repeat: 'x'.repeat(99) }, `repeat is "${'x'.repeat(40)}". Write once, every or daily.`],
    [{ zone: 'Berlin' }, 'zone "Berlin" is no time zone. Write a name such as Europe/Berlin.'],
    [
      { zone: 'z'.repeat(99) },
      `zone "${'z'.repeat(40)}" is no time zone. Write a name such as Europe/Berlin.`,
    ],
    [{ hysteresis: '0.2' }, `hysteresis "0.2" ${BAND}. Write 0.2%.`],
    [{ hysteresis: '20.01%' }, `hysteresis "20.01%" ${BAND}. Write 0.2%.`],
    [{ hysteresis: '-1%' }, `hysteresis "-1%" ${BAND}. Write 0.2%.`],
    [{ hysteresis: 'a%b' }, `hysteresis "a%b" ${BAND}. Write 0.2%.`],
    [{ hysteresis: '1%%' }, `hysteresis "1%%" ${BAND}. Write 0.2%.`],
    [{ hysteresis: 'x'.repeat(99) }, `hysteresis "${'x'.repeat(40)}" ${BAND}. Write 0.2%.`],
    [{ cooldown: 'soon' }, 'cooldown "soon" is not a time. Write 10m, 1h or 1d.'],
    [{ cooldown: '0m' }, 'cooldown "0m" is below a minute. Write 10m, 1h or 1d.'],
    [{ cooldown: '8d' }, 'cooldown "8d" is above 7d. Write 10m, 1h or 1d.'],
    [{ cooldown: '1h 30m' }, 'cooldown is more than one time. Write 15m.'],
    [{ quiet: '22:00' }, `quiet "22:00" ${TIMES}. Write 22:00-07:00.`],
    [{ quiet: '24:00-07:00' }, `quiet "24:00-07:00" ${TIMES}. Write 22:00-07:00.`],
    [{ quiet: '22:00-07:60' }, `quiet "22:00-07:60" ${TIMES}. Write 22:00-07:00.`],
    [{ quiet: '07:00-7:00' }, `quiet "07:00-7:00" ${TIMES}. Write 22:00-07:00.`],
    [{ quiet: 'at 22:00-07:00' }, `quiet "at 22:00-07:00" ${TIMES}. Write 22:00-07:00.`],
    [{ quiet: '22:00-07:00 daily' }, `quiet "22:00-07:00 daily" ${TIMES}. Write 22:00-07:00.`],
    [{ quiet: 'x'.repeat(99) }, `quiet "${'x'.repeat(40)}" ${TIMES}. Write 22:00-07:00.`],
    [{ expires: 'tomorrow' }, `expires "tomorrow" ${DAY}`],
    [{ expires: '2026-02-30' }, `expires "2026-02-30" ${DAY}`],
    [{ expires: '2026-13-01' }, `expires "2026-13-01" ${DAY}`],
    [{ expires: '2026-12-31 24:00' }, `expires "2026-12-31 24:00" ${DAY}`],
    [{ expires: 'on 2026-12-31' }, `expires "on 2026-12-31" ${DAY}`],
    [{ expires: '2026-12-31 18:00 UTC' }, `expires "2026-12-31 18:00 UTC" ${DAY}`],
    [{ expires: 'x'.repeat(99) }, `expires "${'x'.repeat(40)}" ${DAY}`],
    [{ note: 'n'.repeat(501) }, 'note is too long. Keep it below 500 characters.'],
    [{ id: 'Btc' }, `id "Btc" ${NAME}`],
    [{ id: '9a' }, `id "9a" ${NAME}`],
    [{ id: 'a.b' }, `id "a.b" ${NAME}`],
    [{ id: 'a'.repeat(33) }, `id "${'a'.repeat(33)}" ${NAME}`],
    [{ id: 'a'.repeat(99) }, `id "${'a'.repeat(40)}" ${NAME}`],
  ])('%j', ([options, sentence]) => {
    expect(said(options)).toEqual([sentence]);
  });

  test('is said of each of them at once, and of the words of the rule with their place', () => {
    expect(said({ repeat: 'twice', note: 'n'.repeat(501) }, 'BTC/USD abve 1')).toEqual([
      'rule "abve" is not known here. Write above.',
      'repeat is "twice". Write once, every or daily.',
      'note is too long. Keep it below 500 characters.',
    ]);
    const rule = makeRule('BTC/USD abve 1', {});
    expect(rule.ok ? [] : rule.error).toMatchObject([{ option: 'rule', from: 8, to: 12 }]);
  });
});

describe('minutes since midnight', () => {
  test.for<readonly [string | undefined, number | undefined]>([
    ['00:00', 0],
    ['7:05', 425],
    ['23:59', 1_439],
    ['24:00', undefined],
    ['12:60', undefined],
    ['1:2', undefined],
    ['123:00', undefined],
    ['12:000', undefined],
    ['', undefined],
    [undefined, undefined],
  ])('%s is %s', ([text, minute]) => {
    expect(minuteOf(text)).toBe(minute);
  });
});
