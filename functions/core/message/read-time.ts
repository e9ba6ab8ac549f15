/**
 * Points in time as senders write them. A time without a zone is not guessed, and a time span is
 * measured from the moment at which the signal was fired, never from when it arrived.
 */
import { refusal, type Refusal } from '../refusal.ts';
import { err, ok, type Result } from '../result.ts';
import type { FieldText } from './message.ts';

const INSTANT =
  /^(\d{4})-(\d\d)-(\d\d)[Tt](\d\d):(\d\d):(\d\d)(?:\.(\d{1,9}))?(?:[Zz]|([+-])(\d\d):(\d\d))$/;
const UNIX_SECONDS = /^(\d{10})(?:\.(\d{1,9}))?$/;
const UNIX_MS = /^\d{13}$/;
const SPAN = /^\+(\d{1,9})(s|m|h|d)$/;
const UNIT_MS: Readonly<Record<string, number>> = {
  s: 1_000,
  m: 60_000,
  h: 3_600_000,
  d: 86_400_000,
};

/** The latest time that there is: ECMA-262, 21.4.1.1. */
const LATEST_MS = 8_640_000_000_000_000;

/**
 * A point in time as epoch milliseconds: RFC 3339 with `Z` or an offset, or unix seconds or
 * milliseconds, told apart by their digits.
 */
export function readTime({ name, text }: FieldText): Result<number, Refusal> {
  const atMs = timeOf(text);
  if (atMs !== undefined) return ok(atMs);
  return bad(
    name,
    'write the fire time as "{{timenow}}" makes it, such as 2026-01-31T12:00:00Z (with Z or an offset), or as unix seconds or milliseconds',
  );
}

/** A point in time that may also be a span behind the fire time: `+30s`, `+5m`, `+2h`, `+1d`. */
export function readLaterTime(
  { name, text }: FieldText,
  sentAtMs: number,
): Result<number, Refusal> {
  const [, count, unit = ''] = SPAN.exec(text) ?? [];
  const spanMs = UNIT_MS[unit];
  const atMs =
    count === undefined || spanMs === undefined ? timeOf(text) : sentAtMs + Number(count) * spanMs;
  if (atMs === undefined || atMs > LATEST_MS) {
    return bad(
      name,
      'write a time such as 2026-01-31T12:00:00Z, unix seconds, or a span from the time of the signal such as +30s, +5m, +2h or +1d',
    );
  }
  if (atMs > sentAtMs) return ok(atMs);
  const sentence = `${name} is not later than the time of the signal: write a later time, or a span such as +2h.`;
  return err(refusal('bad-field', sentence));
}

function timeOf(text: string): number | undefined {
  const seconds = UNIX_SECONDS.exec(text);
  if (seconds !== null) return Number(seconds[1]) * 1_000 + milliseconds(seconds[2]);
  if (UNIX_MS.test(text)) return Number(text);
  const instant = INSTANT.exec(text);
  return instant === null ? undefined : instantMs(instant);
}

function instantMs(match: RegExpExecArray): number | undefined {
  const [year, month, day, hour, minute, second] = match.slice(1, 7).map(Number);
  const parts = [
    year ?? 0,
    (month ?? 0) - 1,
    day ?? 0,
    hour ?? 0,
    minute ?? 0,
    second ?? 0,
  ] as const;
  const local = Date.UTC(...parts);
  const date = new Date(local);
  // Date.UTC carries 31 June over to 1 July; such a date was a mistake of the sender.
  const given = [date.getUTCMonth(), date.getUTCDate(), date.getUTCHours(), date.getUTCMinutes()];
  if (given.some((value, index) => value !== parts[index + 1]) || parts[5] > 59) return undefined;
  const [offsetHours, offsetMinutes] = [Number(match[9] ?? '0'), Number(match[10] ?? '0')];
  if (offsetHours > 23 || offsetMinutes > 59) return undefined;
  const offsetMs = (offsetHours * 60 + offsetMinutes) * 60_000;
  return local + milliseconds(match[7]) - (match[8] === '-' ? -offsetMs : offsetMs);
}

function milliseconds(fraction: string | undefined): number {
  return Number((fraction ?? '').padEnd(3, '0').slice(0, 3));
}

function bad(name: string, remedy: string): Result<never, Refusal> {
  return err(refusal('bad-field', `${name} is not readable: ${remedy}.`));
}
