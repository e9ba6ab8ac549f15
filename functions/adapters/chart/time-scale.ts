/**
 * The time axis: ticks at round times of the clock in a zone, also where the clock changes. Where
 * a day begins its date is written; where the clock was changed, its new distance from UTC.
 */
import { localTime } from '../../core/zone.ts';

/** A moment with a line, and how it is written: the second line is a date or a clock change. */
export interface TimeTick {
  readonly atMs: number;
  readonly text: string;
  readonly below?: string;
}

const MINUTE_MS = 60_000;
const DAY_MINUTES = 1_440;

/** Every zone's distance from UTC since 1972 is a multiple of it: no round local time is missed. */
const GRID_MS = 5 * MINUTE_MS;

/** Minutes between ticks. */
const STEPS = [5, 10, 15, 30, 60, 120, 180, 360, 720, DAY_MINUTES] as const;

const TICKS_MAX = 8;

const MONTHS = 'Jan Feb Mar Apr May Jun Jul Aug Sep Oct Nov Dec'.split(' ');

/** The stretch of time of an axis. */
export interface TimeStretch {
  readonly fromMs: number;
  readonly toMs: number;
  readonly zone: string;
  /** Whether there is room for a tick. */
  readonly isFree: (atMs: number) => boolean;
}

/** The ticks of a stretch, at most nine of them. */
export function timeTicks({ fromMs, toMs, zone, isFree }: TimeStretch): readonly TimeTick[] {
  const minutes = (toMs - fromMs) / MINUTE_MS;
  const days = Math.ceil(minutes / DAY_MINUTES / TICKS_MAX);
  const step = STEPS.find((length) => minutes / length <= TICKS_MAX) ?? days * DAY_MINUTES;
  const ticks: TimeTick[] = [];
  let offset = offsetMinutes(fromMs, zone);
  for (let atMs = Math.ceil(fromMs / GRID_MS) * GRID_MS; atMs <= toMs; atMs += GRID_MS) {
    const { day, minute } = localTime(atMs, zone);
    const dayNumber = Date.parse(day) / MINUTE_MS / DAY_MINUTES;
    if ((dayNumber * DAY_MINUTES + minute) % step !== 0 || !isFree(atMs)) continue;
    const now = offsetMinutes(atMs, zone);
    const below =
      now !== offset ? utcText(now) : minute === 0 ? dateText(atMs, zone).slice(0, -5) : undefined;
    ticks.push({ atMs, text: clockText(atMs, zone), ...(below === undefined ? {} : { below }) });
    offset = now;
  }
  return ticks;
}

/** `UTC+1`: the distance at a moment, if the clock was changed since another; else undefined. */
export function clockChange(sinceMs: number, atMs: number, zone: string): string | undefined {
  const now = offsetMinutes(atMs, zone);
  return now === offsetMinutes(sinceMs, zone) ? undefined : utcText(now);
}

/** `14:05` */
export function clockText(atMs: number, zone: string): string {
  const { minute } = localTime(atMs, zone);
  return [Math.floor(minute / 60), minute % 60].map((part) => `${part}`.padStart(2, '0')).join(':');
}

/** `23 Nov 2026` */
export function dateText(atMs: number, zone: string): string {
  const [year = '', month = '', day = ''] = localTime(atMs, zone).day.split('-');
  return `${Number(day)} ${MONTHS[Number(month) - 1] ?? month} ${year}`;
}

/** Minutes by which the clock of a zone is ahead of UTC. */
function offsetMinutes(atMs: number, zone: string): number {
  const { day, minute } = localTime(atMs, zone);
  return Date.parse(day) / MINUTE_MS + minute - Math.floor(atMs / MINUTE_MS);
}

/** `UTC+5:30` */
function utcText(minutes: number): string {
  const [hours, rest] = [Math.floor(Math.abs(minutes) / 60), Math.abs(minutes) % 60];
  const small = rest === 0 ? '' : `:${`${rest}`.padStart(2, '0')}`;
  return `UTC${minutes < 0 ? '−' : '+'}${hours}${small}`;
}
