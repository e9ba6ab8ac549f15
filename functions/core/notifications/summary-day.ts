/** Which day a summary is about. Local time, so that summer time neither skips nor repeats one. */
import type { TimeSpan } from '../day-book.ts';
import { localTime, momentOf } from '../zone.ts';

/** The day of a summary: from its time on the day before, to its time on this day. */
export interface SummaryDay extends TimeSpan {
  /** Local day on which it goes out, `2026-11-23`. */
  readonly day: string;
}

const DAY_MS = 86_400_000;

/**
 * The newest summary that is due. Its time may have been missed: it is due until the next one is.
 * Each moment lies in the span of exactly one day.
 */
export function latestSummary(atMinute: number, zone: string, nowMs: number): SummaryDay {
  const today = localTime(nowMs, zone).day;
  const dueMs = (day: string) => momentOf({ day, minute: atMinute }, zone);
  const day = dueMs(today) <= nowMs ? today : dayBefore(today);
  return { day, fromMs: dueMs(dayBefore(day)), untilMs: dueMs(day) };
}

/** Calendar arithmetic alone: in UTC every day has 24 hours. */
function dayBefore(day: string): string {
  return new Date(Date.parse(`${day}T00:00:00Z`) - DAY_MS).toISOString().slice(0, 10);
}
