/** Moments and spans as people type them, and as tables show them. */
import { minuteOf } from '../../functions/core/alerts/make-rule.ts';
import { readTime, Words, wordsOf } from '../../functions/core/alerts/rule-words.ts';
import { localTime, momentOf } from '../../functions/core/zone.ts';
import { CliError } from './command.ts';

const DAY_MS = 86_400_000;
/** Longest span that a person may ask for. */
const SPAN_MAX_MS = 365 * DAY_MS;

/** `2h`, `30m`, `7d` in milliseconds. Throws CliError. */
export function spanOf(text: string, option: string): number {
  const words = new Words(wordsOf(text));
  const time = readTime(words, SPAN_MAX_MS);
  if (time.ok && words.peek() === undefined) return time.value;
  const problem = time.ok ? `"${text.slice(0, 40)}" is more than one time` : time.error.problem;
  throw new CliError('usage', `${option}: ${problem}. Write 30m, 2h or 7d.`);
}

/**
 * `18:00` (the next one), `2026-12-31 18:00`, or `2026-12-31` (its end), by the clock of a zone.
 * Throws CliError, also for what is over.
 */
export function momentFrom(
  text: string,
  { zone, nowMs, option }: { zone: string; nowMs: number; option: string },
): number {
  const atMs = momentIn(text, zone, nowMs);
  const write = 'Write 18:00, 2026-12-31 or "2026-12-31 18:00"';
  const said = `"${text.slice(0, 40)}"`;
  if (atMs === undefined) throw new CliError('usage', `${option}: ${said} is no time. ${write}.`);
  if (atMs <= nowMs) {
    throw new CliError('usage', `${option}: ${said} (${zone}) is over. ${write}, in the future.`);
  }
  return atMs;
}

function momentIn(text: string, zone: string, nowMs: number): number | undefined {
  const [, day, time] = /^(\d{4}-\d{2}-\d{2})?[T ]?(\d{1,2}:\d{2})?$/.exec(text.trim()) ?? [];
  const minute = time === undefined ? 24 * 60 : minuteOf(time);
  if (minute === undefined || (day === undefined && time === undefined)) return undefined;
  if (day === undefined) {
    const { day: today } = localTime(nowMs, zone);
    const atMs = momentOf({ day: today, minute }, zone);
    // Of the next day by the calendar: a day may have 23 or 25 hours.
    return atMs > nowMs ? atMs : momentOf({ day: today, minute: minute + 24 * 60 }, zone);
  }
  const isDay = new Date(`${day}T00:00:00Z`).toJSON()?.startsWith(day) === true;
  return isDay ? momentOf({ day, minute }, zone) : undefined;
}

/** `2026-11-23 13:05` by the clock of a zone. */
export function shortTime(atMs: number, zone: string): string {
  const { day, minute } = localTime(atMs, zone);
  const two = (value: number) => String(value).padStart(2, '0');
  return `${day} ${two(Math.floor(minute / 60))}:${two(minute % 60)}`;
}

/** A moment in JSON: ISO 8601 in UTC; null: there is none. */
export function isoTime(atMs: number | undefined): string | null {
  return atMs === undefined ? null : new Date(atMs).toISOString();
}
