/**
 * Whether a source that should speak is silent, judged once a minute from what was heard of it and
 * from what the look before remembered. Pure. A silence is named by the time from which it counts,
 * so that however often it is judged, and whoever dies in between, it is one silence.
 */

/** What is remembered of a source between two looks. */
export interface Watch {
  /** Silence counts from here where nothing was heard later: from the first look, as a rule. */
  readonly countsFromMs: number;
  /** The newest look. */
  readonly lookedAtMs: number;
  /** The silence that was told and has not ended. */
  readonly silence?: Silence;
}

/** A silence that was told. */
export interface Silence {
  /** When the source was last heard, or from where silence counts; names the silence. */
  readonly sinceMs: number;
  /** Accounts on which entries of the source are still to be cancelled; absent: none. */
  readonly cancelOn?: readonly string[];
}

/** What a look comes to. */
export interface Judgement {
  /** To be remembered, in one step with the telling of what happened. */
  readonly watch: Watch;
  readonly event:
    | { readonly kind: 'none' }
    | { readonly kind: 'fell-silent'; readonly sinceMs: number }
    | { readonly kind: 'heard-again'; readonly sinceMs: number; readonly heardAtMs: number };
}

/**
 * Two looks further apart than this mean that Harpoon itself stood still, or that its table was
 * restored: what was sent meanwhile may never have arrived. No source may be allowed less silence,
 * or one that spoke and fell silent again between two looks would pass for one that never spoke.
 */
export const LOOK_GAP_MS = 3 * 60_000;

/** Judges one look. `allowedMs`: the longest time between two messages; at least LOOK_GAP_MS. */
export function judgeSilence(look: {
  /** Absent before the first look. */
  readonly watch?: Watch;
  /** Absent while nothing was ever heard. */
  readonly heardAtMs?: number;
  readonly allowedMs: number;
  readonly nowMs: number;
}): Judgement {
  const { watch, heardAtMs = 0, allowedMs, nowMs } = look;
  const none = { kind: 'none' } as const;
  if (watch === undefined)
    return { watch: { countsFromMs: nowMs, lookedAtMs: nowMs }, event: none };
  // A clock that was set back, or a run that was late, must not make the next look seem late.
  const lookedAtMs = Math.max(nowMs, watch.lookedAtMs);
  const stoodStill = nowMs - watch.lookedAtMs > LOOK_GAP_MS;
  const countsFromMs = stoodStill ? nowMs : watch.countsFromMs;
  const sinceMs = Math.max(countsFromMs, heardAtMs);
  const isSilent = nowMs - sinceMs > allowedMs;
  const { silence } = watch;
  if (silence === undefined) {
    const seen = { countsFromMs, lookedAtMs };
    if (!isSilent) return { watch: seen, event: none };
    return { watch: { ...seen, silence: { sinceMs } }, event: { kind: 'fell-silent', sinceMs } };
  }
  if (heardAtMs > silence.sinceMs && !isSilent) {
    const event = { kind: 'heard-again', sinceMs: silence.sinceMs, heardAtMs } as const;
    return { watch: { countsFromMs, lookedAtMs }, event };
  }
  // What was to be cancelled before a stand-still is a person's to judge: rows may be old ones.
  const kept = stoodStill ? { sinceMs: silence.sinceMs } : silence;
  return { watch: { countsFromMs, lookedAtMs, silence: kept }, event: none };
}
