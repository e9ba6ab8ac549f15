/**
 * Days and quiet hours in the zone where a person lives. Daylight saving comes from the runtime's
 * own table of zones; nothing here computes an offset.
 */
import { localTime } from '../zone.ts';
import type { QuietHours } from './rule.ts';

const MINUTE_MS = 60_000;
const DAY_MINUTES = 1_440;
/** No clock was ever put forward or back by more than this at once. */
const SHIFT_MINUTES_MAX = 180;

/** The local calendar day, `2026-11-23`. */
export function localDay(atMs: number, zone: string): string {
  return localTime(atMs, zone).day;
}

/**
 * The first moment from `atMs` on that is not within the quiet hours; `atMs` itself when it is not.
 * A `toMinute` that a change of the clock leaves out counts as reached when it is passed.
 */
export function afterQuiet(atMs: number, quiet: QuietHours): number {
  const { toMinute, zone } = quiet;
  let endMs = atMs;
  // Twice is enough: the second time corrects the night in which the clock is put back.
  for (let turn = 0; turn < 3 && isQuiet(endMs, quiet); turn += 1) {
    const { minute } = localTime(endMs, zone);
    const wholeMs = Math.floor(endMs / MINUTE_MS) * MINUTE_MS;
    endMs = wholeMs + ((toMinute - minute + DAY_MINUTES) % DAY_MINUTES) * MINUTE_MS;
    // The clock was put forward on the way: the hours ended before.
    const earliestMs = endMs - SHIFT_MINUTES_MAX * MINUTE_MS;
    while (endMs > earliestMs && !isQuiet(endMs - MINUTE_MS, quiet)) endMs -= MINUTE_MS;
  }
  return endMs;
}

function isQuiet(atMs: number, { fromMinute, toMinute, zone }: QuietHours): boolean {
  const { minute } = localTime(atMs, zone);
  if (fromMinute <= toMinute) return minute >= fromMinute && minute < toMinute;
  return minute >= fromMinute || minute < toMinute;
}
