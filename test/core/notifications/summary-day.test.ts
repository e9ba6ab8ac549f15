import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { latestSummary } from '../../../functions/core/notifications/summary-day.ts';

const HOUR_MS = 3_600_000;
const at = (text: string) => Date.parse(text);
const iso = (ms: number) => new Date(ms).toISOString().slice(0, 16);

describe('the day of a summary', () => {
  it.each([
    // zone, time of the summary, now, day, from, to
    ['UTC', 8 * 60, '2026-11-23T08:00Z', '2026-11-23', '2026-11-22T08:00', '2026-11-23T08:00'],
    ['UTC', 8 * 60, '2026-11-23T07:59Z', '2026-11-22', '2026-11-21T08:00', '2026-11-22T08:00'],
    ['UTC', 0, '2026-11-23T00:00Z', '2026-11-23', '2026-11-22T00:00', '2026-11-23T00:00'],
    ['UTC', 1439, '2026-11-23T23:58Z', '2026-11-22', '2026-11-21T23:59', '2026-11-22T23:59'],
    ['Asia/Tokyo', 480, '2026-11-22T23:00Z', '2026-11-23', '2026-11-21T23:00', '2026-11-22T23:00'],
    // Berlin: 29 March 2026 has 23 hours, 25 October 2026 has 25.
    [
      'Europe/Berlin',
      480,
      '2026-03-29T06:00Z',
      '2026-03-29',
      '2026-03-28T07:00',
      '2026-03-29T06:00',
    ],
    [
      'Europe/Berlin',
      480,
      '2026-10-25T07:00Z',
      '2026-10-25',
      '2026-10-24T06:00',
      '2026-10-25T07:00',
    ],
    // 02:30 does not exist on that day, and comes twice on the other.
    [
      'Europe/Berlin',
      150,
      '2026-03-29T01:29Z',
      '2026-03-28',
      '2026-03-27T01:30',
      '2026-03-28T01:30',
    ],
    [
      'Europe/Berlin',
      150,
      '2026-03-29T01:30Z',
      '2026-03-29',
      '2026-03-28T01:30',
      '2026-03-29T01:30',
    ],
    [
      'Europe/Berlin',
      150,
      '2026-10-25T00:30Z',
      '2026-10-25',
      '2026-10-24T00:30',
      '2026-10-25T00:30',
    ],
    [
      'Europe/Berlin',
      150,
      '2026-10-25T01:30Z',
      '2026-10-25',
      '2026-10-24T00:30',
      '2026-10-25T00:30',
    ],
    // A clock that goes back by half an hour.
    [
      'Australia/Lord_Howe',
      90,
      '2026-04-04T14:30Z',
      '2026-04-05',
      '2026-04-03T14:30',
      '2026-04-04T14:30',
    ],
  ])('in %s at minute %i, now %s', (zone, atMinute, now, day, from, to) => {
    const found = latestSummary(atMinute, zone, at(now));
    expect([found.day, iso(found.fromMs), iso(found.untilMs)]).toEqual([day, from, to]);
  });

  it('has every moment of two years in exactly one day, and is due until the next one is', () => {
    const zone = fc.constantFrom(
      ...['UTC', 'Europe/Berlin', 'America/New_York', 'America/St_Johns', 'Asia/Kathmandu'],
      ...['Australia/Lord_Howe', 'Africa/Casablanca', 'Pacific/Auckland'],
    );
    const moment = fc.integer({ min: at('2026-01-01T00:00Z'), max: at('2027-12-31T00:00Z') });
    const minute = fc.integer({ min: 0, max: 1_439 });
    fc.assert(
      fc.property(zone, minute, moment, (name, atMinute, nowMs) => {
        const now = latestSummary(atMinute, name, nowMs);
        expect(now.untilMs).toBeLessThanOrEqual(nowMs);
        const lengthMs = now.untilMs - now.fromMs;
        expect(lengthMs).toBeGreaterThanOrEqual(22 * HOUR_MS);
        expect(lengthMs).toBeLessThanOrEqual(26 * HOUR_MS);
        const before = latestSummary(atMinute, name, now.untilMs - 1);
        expect(before.untilMs).toBe(now.fromMs);
        expect(before.day < now.day).toBe(true);
        expect(latestSummary(atMinute, name, now.untilMs)).toEqual(now);
        const next = latestSummary(atMinute, name, now.untilMs + 26 * HOUR_MS);
        expect(next.fromMs).toBe(now.untilMs);
        expect(nowMs).toBeLessThan(next.untilMs);
      }),
      { numRuns: 300 },
    );
  });
});
