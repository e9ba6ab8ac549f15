/**
 * The exhaustive sweep: a life is run once without strikes, which counts its places; then once more
 * for each place and each way in which a fault can strike there, alone. Pairs: the second place is
 * counted in the run as it goes after the first.
 */
import { AFTER, BEFORE, LIMITS } from '../exchange-temper.ts';
import type { Mutant } from '../experiment.ts';
import type { FaultKind } from '../faults.ts';
import { runLife, type LifeReport } from './life-run.ts';
import type { Life } from './lives.ts';
import type { Strike } from './strikes.ts';

/** One run of a sweep, and what came of it. */
export interface SweptRun {
  readonly life: string;
  readonly strikes: readonly Strike[];
  readonly areLost: boolean;
  readonly report: LifeReport;
}

/** The sums of a sweep. */
export class Swept {
  /** Places of the lives without strikes. */
  places = 0;
  runs = 0;
  readonly ends = new Map<string, number>();
  /** Places that were struck first. */
  readonly struckPlaces = new Set<number>();
  readonly broken: SweptRun[] = [];

  add(run: SweptRun): void {
    this.runs += 1;
    const [first] = run.strikes;
    if (first !== undefined) this.struckPlaces.add(first.place);
    for (const [state, count] of run.report.ends) {
      this.ends.set(state, (this.ends.get(state) ?? 0) + count);
    }
    if (run.report.violation !== undefined) this.broken.push(run);
  }
}

/** How long a killed process stands still before it goes on; undefined: for ever. */
export const THAWS_MS = [undefined, 1_000, 20_000, 100_000, 600_000] as const;
/** Fewer of them: for ever, within the life of a licence, and after everything was settled without it. */
const FEW_THAWS_MS = [undefined, 20_000, 600_000] as const;

/** Faults that bring a delay: once as short as it can be, once as long. */
const DELAYS: ReadonlySet<FaultKind> = new Set<FaultKind>([
  ...(['slow call', 'slow start', 'message delivered twice'] as const),
  ...(['store acknowledgement lost, call repeated'] as const),
  ...(['order reaches the gateway late', 'order reaches the engine late'] as const),
  ...(['signal sent twice', 'signal replayed later', 'id used for another message'] as const),
]);

/** What a sweep is asked beyond a life. */
export interface SweepOptions {
  readonly mutant?: Mutant;
  /** Ends with the first broken promise. */
  readonly untilBroken?: boolean;
}

/** Every place of a life, alone, in every way. */
export async function sweepSingles(life: Life, options: SweepOptions = {}): Promise<Swept> {
  const swept = new Swept();
  const golden = await runLife(life, options);
  swept.places = golden.places.length;
  swept.add({ life: life.name, strikes: [], areLost: false, report: golden });
  for (const [place, { kind }] of golden.places.entries()) {
    for (const strike of waysAlone(kind, place)) {
      if (options.untilBroken === true && swept.broken.length > 0) return swept;
      await strikeAt(life, [strike], { swept, options, modes: MODES });
    }
  }
  return swept;
}

/** Every pair whose first place is this one; `places` counts the second places of all its ways. */
export async function sweepPairs(
  life: Life,
  at: number,
  options: SweepOptions = {},
): Promise<Swept> {
  const swept = new Swept();
  const { places } = await runLife(life, options);
  const first = places[at];
  if (first === undefined) throw new Error(`${life.name} has ${places.length} places`);
  for (const one of waysOf(first.kind, at, FEW_THAWS_MS)) {
    for (const areLost of MODES) {
      const once = await runLife(life, { ...options, strikes: [one], areLost });
      const modes = once.wereUnderWay ? [areLost] : MODES;
      for (const [place, { kind }] of [...once.places.entries()].slice(at + 1)) {
        swept.places += 1;
        for (const other of waysOf(kind, place, FEW_THAWS_MS)) {
          await strikeAt(life, [one, other], { swept, options, modes });
        }
      }
      if (!once.wereUnderWay) break;
    }
  }
  return swept;
}

/** Whether calls under way when their process is killed are lost. */
const MODES = [false, true] as const;

/** One run; and where calls were under way when their process was killed, the other one too. */
async function strikeAt(
  life: Life,
  strikes: readonly Strike[],
  how: {
    readonly swept: Swept;
    readonly options: SweepOptions;
    readonly modes: readonly boolean[];
  },
): Promise<void> {
  for (const areLost of how.modes) {
    const report = await runLife(life, { ...how.options, strikes, areLost });
    how.swept.add({ life: life.name, strikes, areLost, report });
    if (!report.wereUnderWay) return;
  }
}

/**
 * The ways of a fault that is alone: more times to stand still, and limits that are told of an order
 * that was made, which the one look before the second licence has to see.
 */
function waysAlone(kind: FaultKind, place: number): readonly Strike[] {
  const ways = waysOf(kind, place, THAWS_MS);
  if (kind !== 'order answered with trouble after placing') return ways;
  return [...ways, ...LIMITS.map((says) => ({ place, says }))];
}

/** Every way in which a fault of this kind can strike at a place. */
function waysOf(
  kind: FaultKind,
  place: number,
  thawsMs: readonly (number | undefined)[],
): readonly Strike[] {
  if (kind === 'crash before a call' || kind === 'crash after a call') {
    return thawsMs.map((thawMs) => (thawMs === undefined ? { place } : { place, thawMs }));
  }
  if (kind === 'order answered with trouble before placing') {
    return BEFORE.map((says) => ({ place, says }));
  }
  if (kind === 'order answered with trouble after placing') {
    return AFTER.map((says) => ({ place, says }));
  }
  if (kind === 'reads lag') return [{ place, isLong: true }];
  return DELAYS.has(kind) ? [{ place }, { place, isLong: true }] : [{ place }];
}
