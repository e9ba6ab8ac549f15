import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { isZone, localTime, momentOf } from '../../functions/core/zone.ts';

const at = (text: string): number => Date.parse(text);

describe('local time', () => {
  it.each([
    ['2026-07-01T10:05:59Z', 'Europe/Berlin', { day: '2026-07-01', minute: 725 }],
    ['2026-01-01T02:00:00Z', 'America/New_York', { day: '2025-12-31', minute: 1_260 }],
    ['2026-01-01T00:00:00Z', 'Asia/Kathmandu', { day: '2026-01-01', minute: 345 }],
    ['2026-01-01T00:00:00Z', 'UTC', { day: '2026-01-01', minute: 0 }],
  ])('of %s in %s is what its clocks show', (moment, zone, local) => {
    expect(localTime(at(moment), zone)).toEqual(local);
  });

  it.each([
    [
      'an hour that is skipped counts on behind the jump',
      '2026-03-29',
      150,
      '2026-03-29T01:30:00Z',
    ],
    ['of an hour that comes twice the first counts', '2026-10-25', 150, '2026-10-25T00:30:00Z'],
    ['midnight of the next day ends a day', '2026-12-31', 1_440, '2026-12-31T23:00:00Z'],
  ])('%s', (_title, day, minute, moment) => {
    expect(new Date(momentOf({ day, minute }, 'Europe/Berlin')).toISOString()).toBe(
      moment.replace('Z', '.000Z'),
    );
  });

  it('of the moment of a local time is that local time, but where clocks jump', () => {
    const zones = [
      'UTC',
      'Europe/Berlin',
      'America/New_York',
      'Australia/Lord_Howe',
      'Asia/Kolkata',
    ];
    const minute = fc.integer({ min: at('2025-01-01') / 60_000, max: at('2028-01-01') / 60_000 });
    fc.assert(
      fc.property(minute, fc.constantFrom(...zones), (minutes, zone) => {
        const local = localTime(minutes * 60_000, zone);
        expect(localTime(momentOf(local, zone), zone)).toEqual(local);
        expect(momentOf(local, zone)).toBeLessThanOrEqual(minutes * 60_000);
      }),
    );
  });

  it('knows which zones there are', () => {
    expect(['UTC', 'Europe/Berlin', 'Berlin', '', 'Mars/Base'].map(isZone)).toEqual([
      ...[true, true, false, false, false],
    ]);
  });
});
