/** Whether a source is silent: each case by itself, and what holds under any schedule of looks. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  judgeSilence,
  LOOK_GAP_MS,
  type Judgement,
  type Watch,
} from '../../../functions/core/silence/judge-silence.ts';

const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;
const AT = 1_000 * HOUR_MS;
const NONE = { kind: 'none' } as const;

/** A source that was last looked at a minute ago. */
const watched = (countsFromMs: number, silence?: Watch['silence']): Watch => ({
  ...{ countsFromMs, lookedAtMs: AT - MINUTE_MS },
  ...(silence === undefined ? {} : { silence }),
});

/** What is judged at AT of a source that may be silent for an hour. */
const judged = (watch?: Watch, heardAtMs?: number, allowedMs = HOUR_MS): Judgement =>
  judgeSilence({
    ...{ allowedMs, nowMs: AT },
    ...(watch === undefined ? {} : { watch }),
    ...(heardAtMs === undefined ? {} : { heardAtMs }),
  });

describe('a source', () => {
  it('that nobody looked at yet is not silent, however long it was', () => {
    const first = { watch: { countsFromMs: AT, lookedAtMs: AT }, event: NONE };
    expect(judged()).toEqual(first);
    expect(judged(undefined, AT - 100 * HOUR_MS)).toEqual(first);
  });

  it.each<[string, Watch, number | undefined, Judgement['event']]>([
    ['heard an hour ago may be silent', watched(0), AT - HOUR_MS, NONE],
    [
      ...(['heard longer ago is silent since then', watched(0), AT - HOUR_MS - 1] as const),
      { kind: 'fell-silent', sinceMs: AT - HOUR_MS - 1 },
    ],
    ['never heard has an hour from the first look', watched(AT - HOUR_MS), undefined, NONE],
    [
      ...(['never heard is silent after that', watched(AT - HOUR_MS - 1), undefined] as const),
      { kind: 'fell-silent', sinceMs: AT - HOUR_MS - 1 },
    ],
    [
      'heard before the first look has an hour from the look',
      watched(AT - HOUR_MS),
      AT - 9 * HOUR_MS,
      NONE,
    ],
    ['heard by a clock that is ahead is not silent', watched(0), AT + MINUTE_MS, NONE],
  ])('%s', (_what, watch, heardAtMs, event) => {
    const { sinceMs } = event.kind === 'fell-silent' ? event : { sinceMs: undefined };
    expect(judged(watch, heardAtMs)).toEqual({
      event,
      watch: {
        ...{ countsFromMs: watch.countsFromMs, lookedAtMs: AT },
        ...(sinceMs === undefined ? {} : { silence: { sinceMs } }),
      },
    });
  });

  const told = { sinceMs: AT - 3 * HOUR_MS, cancelOn: ['main'] };

  it.each<[string, number | undefined, Judgement['event']]>([
    ['that is still silent is not told again', told.sinceMs, NONE],
    ['that was never heard is not told again', undefined, NONE],
    ['of which an older message arrives is not heard again', told.sinceMs - 1, NONE],
    ['of which a late message arrives is not heard again', AT - HOUR_MS - 1, NONE],
    [
      'that speaks is heard again',
      AT - MINUTE_MS,
      { kind: 'heard-again', sinceMs: told.sinceMs, heardAtMs: AT - MINUTE_MS },
    ],
  ])('%s', (_what, heardAtMs, event) => {
    const { watch, event: happened } = judged(watched(0, told), heardAtMs);
    expect(happened).toEqual(event);
    expect(watch.silence).toEqual(event.kind === 'none' ? told : undefined);
  });

  it('counts anew after a stand-still of Harpoon, and nothing is cancelled any more', () => {
    const lookedAtMs = AT - LOOK_GAP_MS;
    const heardAtMs = AT - 2 * HOUR_MS;
    const before: Watch = { countsFromMs: 0, lookedAtMs };
    expect(judged(before, heardAtMs).event.kind).toBe('fell-silent');
    const late: Watch = { countsFromMs: 0, lookedAtMs: lookedAtMs - 1 };
    const anew = { countsFromMs: AT, lookedAtMs: AT };
    expect(judged(late, heardAtMs)).toEqual({ watch: anew, event: NONE });
    const silence = { sinceMs: heardAtMs, cancelOn: ['main'] };
    expect(judged({ ...before, silence }, heardAtMs).watch.silence).toEqual(silence);
    expect(judged({ ...late, silence }, heardAtMs)).toEqual({
      watch: { ...anew, silence: { sinceMs: heardAtMs } },
      event: NONE,
    });
  });

  it('that spoke while Harpoon stood still is heard again, however long ago that was', () => {
    const sinceMs = AT - 50 * HOUR_MS;
    const watch = { countsFromMs: 0, lookedAtMs: AT - 49 * HOUR_MS, silence: { sinceMs } };
    expect(judged(watch, AT - 20 * HOUR_MS).event).toEqual({
      ...{ kind: 'heard-again', sinceMs, heardAtMs: AT - 20 * HOUR_MS },
    });
  });

  it('is not looked at late because a look before had a clock that was ahead', () => {
    const ahead = { countsFromMs: 0, lookedAtMs: AT + 5 * MINUTE_MS };
    expect(judged(ahead, AT).watch.lookedAtMs).toBe(AT + 5 * MINUTE_MS);
  });
});

/** What happens in a world: time passes, the source speaks, a run looks and may die on the way. */
interface Step {
  readonly afterMs: number;
  readonly act: 'speak' | 'look' | 'look-dies-before' | 'look-dies-after' | 'two-looks';
}

const steps = (longestMs: number): fc.Arbitrary<readonly Step[]> =>
  fc.array(
    fc.record({
      afterMs: fc.integer({ min: 1, max: longestMs }),
      act: fc.constantFrom<Step['act'][]>(
        ...(['speak', 'look', 'look-dies-before', 'look-dies-after', 'two-looks'] as const),
      ),
    }),
    { maxLength: 120 },
  );

interface Told {
  readonly event: Exclude<Judgement['event'], { readonly kind: 'none' }>;
  readonly atMs: number;
  readonly heardAtMs: number | undefined;
}

/** Plays it against a store that keeps a watch and tells in one step, if nobody kept one meanwhile. */
function play(all: readonly Step[], allowedMs: number) {
  let nowMs = AT;
  let heardAtMs: number | undefined;
  let kept: { readonly version: number; readonly watch?: Watch } = { version: 0 };
  const told: Told[] = [];
  const begin = () => {
    const { version, watch } = kept;
    const look = { allowedMs, nowMs, ...(heardAtMs === undefined ? {} : { heardAtMs }) };
    return { version, ...judgeSilence(watch === undefined ? look : { ...look, watch }) };
  };
  const end = ({ version, watch, event }: ReturnType<typeof begin>): void => {
    if (version !== kept.version) return;
    kept = { version: version + 1, watch };
    if (event.kind !== 'none') told.push({ event, atMs: nowMs, heardAtMs });
  };
  for (const { afterMs, act } of all) {
    nowMs += afterMs;
    if (act === 'speak') heardAtMs = nowMs;
    if (act === 'look' || act === 'look-dies-after') end(begin());
    if (act === 'look-dies-before') begin();
    if (act === 'two-looks') [begin(), begin()].forEach(end);
  }
  return { told, watch: kept.watch, nowMs, heardAtMs };
}

describe('under any schedule of looks and crashes', () => {
  const allowed = fc.integer({ min: LOOK_GAP_MS, max: 10 * LOOK_GAP_MS });

  it('a silence is told once, its end once, and each only when it is so', () => {
    fc.assert(
      fc.property(steps(5 * MINUTE_MS), allowed, (all, allowedMs) => {
        const { told, watch } = play(all, allowedMs);
        told.forEach(({ event, atMs, heardAtMs }, at) => {
          // Silences and their ends take turns, and each end is that of the silence before it.
          expect(event.kind).toBe(at % 2 === 0 ? 'fell-silent' : 'heard-again');
          if (event.kind === 'fell-silent') {
            expect(atMs - event.sinceMs).toBeGreaterThan(allowedMs);
            expect(atMs - (heardAtMs ?? 0)).toBeGreaterThan(allowedMs);
          } else {
            expect(event.sinceMs).toBe(told[at - 1]?.event.sinceMs);
            expect(event.heardAtMs).toBe(heardAtMs);
            expect(event.heardAtMs).toBeGreaterThan(event.sinceMs);
          }
        });
        const silences = told.filter(({ event }) => event.kind === 'fell-silent');
        expect(new Set(silences.map(({ event }) => event.sinceMs)).size).toBe(silences.length);
        expect(watch?.silence === undefined).toBe(told.length % 2 === 0);
      }),
      { numRuns: 2_000 },
    );
  });

  it('no silence that is looked at each minute is missed, nor its end', () => {
    const talk = fc.array(fc.integer({ min: 1, max: 90 }), { minLength: 1, maxLength: 20 });
    fc.assert(
      fc.property(talk, fc.integer({ min: 3, max: 45 }), (pauses, allowedMinutes) => {
        // One look a minute; the source speaks between two looks, after so many of them.
        const all = pauses.flatMap((pause): Step[] => [
          ...Array.from({ length: pause }, (): Step => ({ afterMs: MINUTE_MS, act: 'look' })),
          { afterMs: 1, act: 'speak' },
        ]);
        const { told } = play(all, allowedMinutes * MINUTE_MS);
        // The first pause counts from the first look; the milliseconds of speaking make up for it.
        const silent = pauses.filter((pause, at) => pause - (at === 0 ? 1 : 0) > allowedMinutes);
        const exact = pauses.filter((pause, at) => at > 0 && pause === allowedMinutes);
        const count = told.filter(({ event }) => event.kind === 'fell-silent').length;
        expect(count).toBeGreaterThanOrEqual(silent.length);
        expect(count).toBeLessThanOrEqual(silent.length + exact.length);
      }),
    );
  });
});
