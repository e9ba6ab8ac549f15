/** Times and spans of time as a person reads them. */

const FORMATS = new Map<string, Intl.DateTimeFormat>();

/** `23 Nov 2026, 13:05:12 (Europe/Berlin)`. A zone that the runtime does not know shows as UTC. */
export function readableTime(atMs: number, zone = 'UTC'): string {
  const known = isZone(zone) ? zone : 'UTC';
  return `${format(known)
    .format(atMs)
    .replace(/\bSept\b/, 'Sep')} (${known})`;
}

/** `45 s`, `12 min`, `3 h 20 min`, `2 d 4 h`: the two largest units, rounded down. */
export function readableSpan(ms: number): string {
  const seconds = Math.floor(ms / 1_000);
  if (seconds < 60) return `${seconds} s`;
  const minutes = Math.floor(seconds / 60);
  if (minutes < 60) return `${minutes} min`;
  const hours = Math.floor(minutes / 60);
  if (hours < 24) return withRest(`${hours} h`, minutes % 60, 'min');
  return withRest(`${Math.floor(hours / 24)} d`, hours % 24, 'h');
}

function withRest(whole: string, rest: number, unit: string): string {
  return rest === 0 ? whole : `${whole} ${rest} ${unit}`;
}

function isZone(zone: string): boolean {
  try {
    format(zone);
    return true;
  } catch {
    return false;
  }
}

function format(zone: string): Intl.DateTimeFormat {
  const kept = FORMATS.get(zone);
  if (kept !== undefined) return kept;
  const made = new Intl.DateTimeFormat('en-GB', {
    ...{ timeZone: zone, day: 'numeric', month: 'short', year: 'numeric' },
    ...{ hour: '2-digit', minute: '2-digit', second: '2-digit', hourCycle: 'h23' },
  });
  FORMATS.set(zone, made);
  return made;
}
