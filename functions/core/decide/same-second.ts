/**
 * Which of several messages of one second is the newest. TradingView's time counts whole seconds, and
 * alerts of one second may arrive in any order; but each says where its strategy comes from, so that
 * they are steps of one way, and the newest is the one at whose end nothing begins. Pure.
 */
import type { Claim, SameSecond, Step } from '../book.ts';
import type { Stand, Target } from '../signal.ts';

/** Of a message beside the one that the book was last set by, when both bear the same second. */
export type Age = 'newer' | 'older' | 'unknown';

/**
 * How old a message is beside the claim of its second. Where either says nothing of before, the one
 * that comes later is taken for newer.
 */
export function ageWithin(target: Target, claim: Claim): Age {
  const step = stepOf(target);
  const { began, steps } = sameSecondOf(claim);
  const last = steps.at(-1);
  if (step === undefined || last === undefined || isSame(step, last)) return 'newer';
  const end = endOf([...steps, step], began);
  const isLast = end === keyOf(target);
  // Said again by a second alert, or a way that leads here twice: nothing is opened for it.
  if (steps.some((one) => isSame(one, step))) return isLast ? 'unknown' : 'older';
  if (end === undefined) return 'unknown';
  return isLast ? 'newer' : 'older';
}

/** What is known of its second once a message is taken for the newest. */
export function withStep(
  target: Target,
  { sentAtMs, before }: { readonly sentAtMs: number; readonly before: Claim | undefined },
): SameSecond | undefined {
  const step = stepOf(target);
  if (step === undefined) return undefined;
  if (before?.sentAtMs !== sentAtMs) {
    return { ...(before === undefined ? {} : { began: standOf(before) }), steps: [step] };
  }
  const known = sameSecondOf(before);
  const last = known.steps.at(-1);
  if (last !== undefined && isSame(step, last)) return known;
  return { ...known, steps: [...known.steps, step].slice(-STEPS_MAX) };
}

/** TradingView stops an alert that fires more than 15 times in three minutes. */
const STEPS_MAX = 16;

function sameSecondOf(claim: Claim): SameSecond {
  const step = stepOf(claim);
  return claim.second ?? { steps: step === undefined ? [] : [step] };
}

function stepOf({ prev, ...to }: Target): Step | undefined {
  return prev === undefined ? undefined : { from: standOf(prev), to: standOf(to) };
}

function standOf({ position, size }: Stand): Stand {
  return { position, ...(size === undefined ? {} : { size }) };
}

/**
 * Where a way ends that all of these steps are of. Steps hang together where one begins at what
 * another one ends at; of parts with gaps between them the one that begins where the second began is
 * first. Undefined where that leaves more than one reading.
 */
function endOf(steps: readonly Step[], began: Stand | undefined): string | undefined {
  const first = began && keyOf(began);
  const parts = partsOf(steps).map((part) => endsOf(part, first));
  const later = parts.filter((part) => part === undefined || part.start !== first);
  const [last, ...more] = later.length > 0 ? later : parts;
  return more.length > 0 ? undefined : last?.end;
}

/** Groups of steps that have a stand in common. */
function partsOf(steps: readonly Step[]): readonly (readonly Step[])[] {
  let parts: (readonly Step[])[] = [];
  for (const step of steps) {
    const touches = (part: readonly Step[]): boolean =>
      part.some((one) => standsOf(one).some((stand) => standsOf(step).includes(stand)));
    const joined = parts.filter(touches);
    parts = [...parts.filter((part) => !touches(part)), [...joined.flat(), step]];
  }
  return parts;
}

/** Where a part begins and ends, each of its steps gone once; undefined: not one way, or several. */
function endsOf(
  part: readonly Step[],
  first: string | undefined,
): { readonly start: string; readonly end: string } | undefined {
  const surplus = new Map<string, number>();
  for (const { from, to } of part) {
    surplus.set(keyOf(from), (surplus.get(keyOf(from)) ?? 0) + 1);
    surplus.set(keyOf(to), (surplus.get(keyOf(to)) ?? 0) - 1);
  }
  const uneven = [...surplus].filter(([, count]) => count !== 0);
  if (uneven.length === 0) {
    // Around in a circle: where it ends is known where it is known to have begun.
    return first !== undefined && surplus.has(first) ? { start: first, end: first } : undefined;
  }
  const [start, ...starts] = uneven.filter(([, count]) => count > 0);
  const [end] = uneven.filter(([, count]) => count < 0);
  if (start?.[1] !== 1 || starts.length > 0 || end === undefined) return undefined;
  // What leaves from where the second began may be its first step, or come after what led back there.
  const isLeft = part.some(({ from }) => keyOf(from) === first);
  return isLeft && start[0] !== first ? undefined : { start: start[0], end: end[0] };
}

function standsOf({ from, to }: Step): readonly string[] {
  return [keyOf(from), keyOf(to)];
}

function isSame(a: Step, b: Step): boolean {
  return keyOf(a.from) === keyOf(b.from) && keyOf(a.to) === keyOf(b.to);
}

function keyOf({ position, size }: Stand): string {
  return `${position} ${size ?? ''}`;
}
