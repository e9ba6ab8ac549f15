import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  cleanLine,
  cleanLines,
  cut,
  unlinked,
} from '../../../functions/core/notifications/clean-text.ts';
import { candleMinutes } from '../../../functions/core/notifications/chart-window.ts';
import { messageLines } from '../../../functions/core/notifications/notice-lines.ts';
import type { Notice } from '../../../functions/core/notices/notice.ts';
import { ATTEMPTS_MAX, retryDelayMs } from '../../../functions/core/notifications/retry.ts';
import { readableSpan, readableTime } from '../../../functions/core/notifications/times.ts';

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const atMs = Date.UTC(2026, 10, 23, 12);
const NOTICE: Notice = {
  ...{ id: 'a', atMs, urgency: 'info', channels: [], title: 'T', text: 'S' },
};

describe('a message that is told late', () => {
  const footer = (nowMs: number, some: Partial<Notice> = {}) =>
    messageLines({ id: 'a', notices: [{ ...NOTICE, ...some }] }, nowMs).footer.join('\n');

  it.each([
    [9 * MINUTE, undefined],
    [10 * MINUTE, '10 min late'],
    [25 * HOUR + 30 * MINUTE, '1 d 1 h late'],
  ])('says so (%d ms)', (lateMs, said) => {
    const text = footer(atMs + lateMs);
    if (said === undefined) expect(text).not.toContain('late');
    else expect(text).toContain(`Told ${said}`);
  });

  it('is not late when quiet hours held it back', () => {
    const notBeforeMs = atMs + 8 * HOUR;
    expect(footer(notBeforeMs + MINUTE, { notBeforeMs })).not.toContain('late');
    expect(footer(notBeforeMs + HOUR, { notBeforeMs })).toContain('Told 1 h late');
  });
});

describe('a message of several', () => {
  const of = (...some: readonly Partial<Notice>[]) => {
    const [first = NOTICE, ...others] = some.map((one) => ({ ...NOTICE, ...one }));
    return messageLines({ id: 'a', notices: [first, ...others] }, atMs + 15 * MINUTE);
  };

  it('says how late the oldest is, and for each its own time', () => {
    const { footer, list } = of({ atMs }, { atMs: atMs + 12 * MINUTE });
    expect(footer).toEqual([
      'The oldest is told 15 min late: it could not be delivered before',
      'Notification a',
    ]);
    expect(list.map(({ rest }) => rest)).toEqual([
      '23 Nov 2026, 12:00:00 (UTC) [a]',
      '23 Nov 2026, 12:12:00 (UTC) [a]',
    ]);
  });

  it('is as urgent as the most urgent', () => {
    expect(of({}, { urgency: 'warning' }).urgency).toBe('warning');
    expect(of({ urgency: 'page' }, {}).title).toBe('URGENT: 2 notifications');
  });

  it('says what it is', () => {
    expect(of({}, {}).title).toBe('2 notifications');
    expect(of({ subject: 'alert' }, { subject: 'alert' }).title).toBe('2 price alerts');
    expect(of({}, {}).paragraphs).toEqual([
      'These 2 waited at the same time. Each is one line here, with its own id.',
    ]);
  });
});

describe('a message of one', () => {
  const lines = (some: Partial<Notice>, picture?: Uint8Array) =>
    messageLines({ id: 'a', notices: [{ ...NOTICE, ...some }], ...(picture && { picture }) }, atMs);

  it('has its sentences, without empty ones between', () => {
    expect(lines({ text: 'one\n\ntwo' }).paragraphs).toEqual(['one', 'two']);
  });

  it('has twenty numbers at the most', () => {
    const facts = Array.from({ length: 21 }, (_, n) => ({ label: `F${n}`, value: '1' }));
    expect(lines({ facts }).facts.map(({ label }) => label)).toHaveLength(20);
  });

  it('has a caption where it has a picture and a chart', () => {
    const chart = { pair: 'BTC/USD', atMs, levels: [], zone: 'UTC' };
    const picture = Uint8Array.of(1);
    expect(lines({ chart }, picture).caption).toBe('BTC/USD, 23 Nov 2026, 12:00:00 (UTC)');
    expect(lines({ chart })).not.toHaveProperty('caption');
    expect(lines({}, picture)).not.toHaveProperty('caption');
  });
});

describe('times', () => {
  it.each([
    [Date.UTC(2026, 8, 1, 22, 30), 'Europe/Berlin', '2 Sep 2026, 00:30:00 (Europe/Berlin)'],
    [atMs, undefined, '23 Nov 2026, 12:00:00 (UTC)'],
    [atMs, 'Nowhere/Town', '23 Nov 2026, 12:00:00 (UTC)'],
  ])('are told in the zone of the person (%d, %s)', (ms, zone, text) => {
    expect(readableTime(ms, zone)).toBe(text);
  });

  it.each([
    [45_999, '45 s'],
    [59_999, '59 s'],
    [60_000, '1 min'],
    [59 * MINUTE, '59 min'],
    [HOUR, '1 h'],
    [23 * HOUR, '23 h'],
    [24 * HOUR, '1 d'],
    [12 * MINUTE, '12 min'],
    [3 * HOUR + 20 * MINUTE, '3 h 20 min'],
    [48 * HOUR, '2 d'],
  ])('%d ms are %s', (ms, text) => {
    expect(readableSpan(ms)).toBe(text);
  });
});

describe('text from outside', () => {
  it.each([
    ['a\r\nb\rc\u2028d', 'a b c d'],
    ['abc\u202Edef\u200B\u0000', 'abcdef'],
    ['  a \t b  ', 'a b'],
    ['\uD800x', 'x'],
  ])('%j becomes the line %j', (text, line) => {
    expect(cleanLine(text)).toBe(line);
  });

  it('keeps its lines where it may have some', () => {
    expect(cleanLines('a \t \r\nb\n\n\n\nc')).toBe('a\nb\n\nc');
  });

  it.each([
    'https://evil.example',
    'evil.example/path',
    'thief@evil.example',
    'x2.com',
    'evil.market_position.com',
    '@here',
    '#general',
  ])('%s is no link and no mention any more, and reads the same', (text) => {
    expect(unlinked(text)).not.toBe(text);
    expect(unlinked(text).replaceAll('\u2060', '')).toBe(text);
  });

  it.each(['100012.3', 'BTC/USD', 'a. b', 'e.g', '…!.com', 'alert:ab12:3', '0.5 BTC @ 3'])(
    '%s stays',
    (text) => {
      expect(unlinked(text)).toBe(text);
    },
  );

  it.each(['{{strategy.market_position}}', '{{strategy.market_position_size}}'])(
    '%s can be copied from a message into an alert',
    (placeholder) => {
      expect(unlinked(`write "positionSize": "${placeholder}"`)).toContain(placeholder);
    },
  );

  it.each([
    ['abc', 3, 'abc'],
    ['abcd', 3, 'ab…'],
    ['abc', 1, '…'],
    ['', 1, ''],
    ['a😀', 3, 'a😀'],
    ['a😀b', 3, 'a…'],
  ])('%j in %i units is %j', (text, max, short) => {
    expect(cut(text, max)).toBe(short);
    expect(cut(text, max, (character) => character)).toBe(short);
  });

  it('is cut to its length, never inside a character or an escape', () => {
    const escape = (character: string) => (character === '&' ? '&amp;' : character);
    fc.assert(
      fc.property(
        fc.array(fc.constantFrom('&', 'a', '😀', ' ')).map((some) => some.join('')),
        fc.integer({ min: 1, max: 40 }),
        (text, max) => {
          const short = cut(text, max, escape);
          const whole = [...text].map(escape).join('');
          expect(short.length).toBeLessThanOrEqual(max);
          if (whole.length <= max) expect(short).toBe(whole);
          else expect(short).toMatch(/^(&amp;|a|😀| )*…$/u);
        },
      ),
    );
  });
});

describe('the next attempt', () => {
  it('comes later each time, spread by the id, and the same on every machine', () => {
    for (let attempts = 1; attempts < ATTEMPTS_MAX; attempts += 1) {
      const middle = MINUTE * 2 ** (attempts - 1);
      const waits = Array.from({ length: 100 }, (_, n) => retryDelayMs(`id${n}`, attempts, 'info'));
      expect(Math.min(...waits)).toBeGreaterThanOrEqual(middle * 0.8);
      expect(Math.max(...waits)).toBeLessThanOrEqual(middle * 1.2);
      expect(new Set(waits).size).toBeGreaterThan(90);
      expect(retryDelayMs('id1', attempts, 'info')).toBe(waits[1]);
      expect(retryDelayMs('id1', attempts, 'page')).toBeLessThan(waits[1] ?? 0);
    }
  });
});

describe('the candles of a picture', () => {
  it.each([
    [0, 5],
    [57 * HOUR, 5],
    [58 * HOUR, 15],
    [7 * 24 * HOUR, 15],
    [20 * 24 * HOUR, 60],
    [400 * 24 * HOUR, 240],
  ])('%d ms afterwards are of %d minutes', (lateMs, minutes) => {
    expect(candleMinutes(atMs, atMs + lateMs)).toBe(minutes);
  });
});
