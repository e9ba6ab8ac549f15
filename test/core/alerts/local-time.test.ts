/** Days and quiet hours, also in the nights in which clocks change. */
import { describe, expect, test } from 'vitest';
import { afterQuiet, localDay } from '../../../functions/core/alerts/local-time.ts';

const BERLIN = { fromMinute: 22 * 60, toMinute: 7 * 60, zone: 'Europe/Berlin' };
const at = (text: string) => Date.parse(text);

describe('a local day', () => {
  test.for([
    ['2026-11-22T22:59:59Z', 'Europe/Berlin', '2026-11-22'],
    ['2026-11-22T23:00:00Z', 'Europe/Berlin', '2026-11-23'],
    ['2026-11-23T04:59:59Z', 'America/New_York', '2026-11-22'],
    ['2026-11-22T14:00:00Z', 'Pacific/Kiritimati', '2026-11-23'],
  ] as const)('%s in %s is %s', ([time, zone, day]) => {
    expect(localDay(at(time), zone)).toBe(day);
  });
});

describe('quiet hours', () => {
  test.for([
    // Over midnight, in winter time (UTC+1).
    ['2026-11-22T20:59:59.999Z', '2026-11-22T20:59:59.999Z'],
    ['2026-11-22T21:00:00Z', '2026-11-23T06:00:00Z'],
    ['2026-11-23T05:59:59.999Z', '2026-11-23T06:00:00Z'],
    ['2026-11-23T06:00:00Z', '2026-11-23T06:00:00Z'],
    // Clocks go forward at 02:00 on 29 March 2026: the night is an hour shorter.
    ['2026-03-28T22:00:00Z', '2026-03-29T05:00:00Z'],
    // And back at 03:00 on 25 October 2026: it is an hour longer.
    ['2026-10-24T21:00:00Z', '2026-10-25T06:00:00Z'],
  ] as const)('what happens at %s is told at %s', ([time, told]) => {
    expect(new Date(afterQuiet(at(time), BERLIN)).toISOString()).toBe(new Date(told).toISOString());
  });

  test.for([
    // 02:30 does not exist in the spring night: its hours end when it would have been.
    [{ fromMinute: 60, toMinute: 150 }, '2026-03-29T00:30:00Z', '2026-03-29T01:00:00Z'],
    // 02:30 is there twice in the autumn night: until the second.
    [{ fromMinute: 60, toMinute: 150 }, '2026-10-25T00:45:00Z', '2026-10-25T00:45:00Z'],
    // Within one day; empty when both ends are the same.
    [{ fromMinute: 720, toMinute: 780 }, '2026-11-22T11:10:00Z', '2026-11-22T12:00:00Z'],
    [{ fromMinute: 720, toMinute: 780 }, '2026-11-22T11:00:00Z', '2026-11-22T12:00:00Z'],
    [{ fromMinute: 720, toMinute: 780 }, '2026-11-22T10:59:59Z', '2026-11-22T10:59:59Z'],
    [{ fromMinute: 720, toMinute: 780 }, '2026-11-22T12:00:00Z', '2026-11-22T12:00:00Z'],
    [{ fromMinute: 720, toMinute: 720 }, '2026-11-22T11:00:00Z', '2026-11-22T11:00:00Z'],
    [{ fromMinute: 720, toMinute: 720 }, '2026-11-22T10:30:00Z', '2026-11-22T10:30:00Z'],
  ] as const)('%o: what happens at %s is told at %s', ([hours, time, told]) => {
    const quiet = { ...hours, zone: 'Europe/Berlin' };
    expect(new Date(afterQuiet(at(time), quiet)).toISOString()).toBe(new Date(told).toISOString());
  });

  test('the end is never within quiet hours and never more than a day away', () => {
    for (let ms = at('2026-03-28T00:00:00Z'); ms < at('2026-03-30T12:00:00Z'); ms += 11 * 60_000) {
      const endMs = afterQuiet(ms, BERLIN);
      expect(afterQuiet(endMs, BERLIN)).toBe(endMs);
      expect(endMs - ms).toBeLessThanOrEqual(9 * 3_600_000);
    }
  });
});
