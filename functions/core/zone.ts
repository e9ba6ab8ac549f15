/** Local days and minutes of IANA time zones, by the runtime's own table of zones. */

const FORMATS = new Map<string, Intl.DateTimeFormat>();

/** A moment as its zone's clock and calendar show it. */
export interface LocalTime {
  /** `2026-11-23` */
  readonly day: string;
  /** Minutes since local midnight by the clock: 02:30 is 150 also on days that skip an hour. */
  readonly minute: number;
}

/** Whether the runtime knows the zone: `Europe/Berlin`, `UTC`. */
export function isZone(zone: string): boolean {
  try {
    return formatOf(zone) !== undefined;
  } catch {
    return false;
  }
}

/** The local time of a moment. Throws RangeError on an unknown zone. */
export function localTime(atMs: number, zone: string): LocalTime {
  const parts = new Map(
    formatOf(zone)
      .formatToParts(atMs)
      .map(({ type, value }) => [type, value]),
  );
  const part = (type: Intl.DateTimeFormatPartTypes): string => parts.get(type) ?? '';
  return {
    day: `${part('year')}-${part('month')}-${part('day')}`,
    minute: Number(part('hour')) * 60 + Number(part('minute')),
  };
}

/**
 * The moment at which a zone's clock shows that minute of that day. Of two (the hour that comes
 * twice) the first; where the clock jumps over it, the same distance behind the jump.
 */
export function momentOf({ day, minute }: LocalTime, zone: string): number {
  const asUtcMs = Date.parse(`${day}T00:00:00Z`) + minute * 60_000;
  const offsets = [-DAY_MS, DAY_MS].map((ms) => offsetMs(asUtcMs + ms, zone));
  const candidates = offsets.map((offset) => asUtcMs - offset);
  const [first, second] = candidates.sort((a, b) => a - b);
  const fits = candidates.find((atMs) => atMs + offsetMs(atMs, zone) === asUtcMs);
  return fits ?? Math.max(first ?? asUtcMs, second ?? asUtcMs);
}

const DAY_MS = 86_400_000;

/** Local clock minus UTC at a moment. */
function offsetMs(atMs: number, zone: string): number {
  const { day, minute } = localTime(atMs, zone);
  const wholeMs = Math.floor(atMs / 60_000) * 60_000;
  return Date.parse(`${day}T00:00:00Z`) + minute * 60_000 - wholeMs;
}

function formatOf(zone: string): Intl.DateTimeFormat {
  const kept = FORMATS.get(zone);
  if (kept !== undefined) return kept;
  const made = new Intl.DateTimeFormat('en-US', {
    ...{ timeZone: zone, year: 'numeric', month: '2-digit', day: '2-digit' },
    ...{ hour: '2-digit', minute: '2-digit', hourCycle: 'h23' },
  });
  FORMATS.set(zone, made);
  return made;
}
