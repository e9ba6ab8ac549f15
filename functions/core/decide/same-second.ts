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
 * that comes later is taken for newer. So is what begins where the claim stands, whatever was lost
 * before it, unless all that came is one way that ends elsewhere: then either an alert before them was
 * lost or they changed places, so it is never dropped as older, and it waits.
 */
export function ageWithin(target: Target, claim: Claim): Age {
  const step = stepOf(target);
  const { began, steps } = sameSecondOf(claim);
  const last = stepOf(claim);
  if (step === undefined || last === undefined) return 'newer';
  const nameOf = namesAmong([...steps, step, ...(began ? [{ from: began, to: began }] : [])]);
  const named = ({ from, to }: Step): Named => ({ from: nameOf(from), to: nameOf(to) });
  const [{ from, to }, known] = [named(step), steps.map(named)];
  const stands = nameOf(last.to);
  const end = endOf([...known, { from, to }], began && nameOf(began));
  if (from === stands) return end === undefined || end === to ? 'newer' : 'unknown';
  // Said again by a second alert.
  if (from === nameOf(last.from) && to === stands) return 'newer';
  if (end === stands) return 'older';
  // Said again as well, or a way that leads here twice: nothing is opened for it.
  if (known.some((one) => one.from === from && one.to === to)) {
    return end === to ? 'unknown' : 'older';
  }
  return end === to ? 'newer' : 'unknown';
}

/** What is known of its second once a message is taken for the newest. */
export function withStep(
  target: Target,
  { sentAtMs, before }: { readonly sentAtMs: number; readonly before: Claim | undefined },
): SameSecond | undefined {
  const step = stepOf(target);
  if (step === undefined) return undefined;
  if (before?.sentAtMs !== sentAtMs) {
    return { began: before === undefined ? FLAT : standOf(before), steps: [step] };
  }
  const known = sameSecondOf(before);
  const last = stepOf(before);
  if (last !== undefined && isSame(step, last)) return known;
  return { ...known, steps: [...known.steps, step].slice(-STEPS_MAX) };
}

/**
 * What is known of the claim's second once a message is taken for older: without it a way that comes
 * back to a place would be read with a gap. Undefined: nothing new.
 */
export function withOlder(target: Target, claim: Claim): SameSecond | undefined {
  const step = stepOf(target);
  const known = sameSecondOf(claim);
  if (step === undefined || known.steps.some((one) => isSame(one, step))) return undefined;
  return { ...known, steps: [...known.steps, step].slice(-STEPS_MAX) };
}

/** Where a book that never spoke began. */
const FLAT: Stand = { position: 'flat' };

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
function endOf(steps: readonly Named[], first: string | undefined): string | undefined {
  const parts = partsOf(steps).map((part) => endsOf(part, first));
  const later = parts.filter((part) => part === undefined || part.start !== first);
  const [last, ...more] = later.length > 0 ? later : parts;
  return more.length > 0 ? undefined : last?.end;
}

/** Groups of steps that have a stand in common. */
function partsOf(steps: readonly Named[]): readonly (readonly Named[])[] {
  let parts: (readonly Named[])[] = [];
  for (const step of steps) {
    const touches = (part: readonly Named[]): boolean =>
      part.some(({ from, to }) => [from, to].some((one) => one === step.from || one === step.to));
    const joined = parts.filter(touches);
    parts = [...parts.filter((part) => !touches(part)), [...joined.flat(), step]];
  }
  return parts;
}

/** Where a part begins and ends, each of its steps gone once; undefined: not one way, or several. */
function endsOf(
  part: readonly Named[],
  first: string | undefined,
): { readonly start: string; readonly end: string } | undefined {
  const surplus = new Map<string, number>();
  for (const { from, to } of part) {
    surplus.set(from, (surplus.get(from) ?? 0) + 1);
    surplus.set(to, (surplus.get(to) ?? 0) - 1);
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
  const isLeft = part.some(({ from }) => from === first);
  return isLeft && start[0] !== first ? undefined : { start: start[0], end: end[0] };
}

function isSame(a: Step, b: Step): boolean {
  return sizedName(a.from) === sizedName(b.from) && sizedName(a.to) === sizedName(b.to);
}

/** A step between stands by their names. */
interface Named {
  readonly from: string;
  readonly to: string;
}

/** What tells stands apart: where one of them is of no known size, the position alone. */
function namesAmong(steps: readonly Step[]): (stand: Stand) => string {
  const isSized = steps
    .flatMap(({ from, to }) => [from, to])
    .every(({ position, size }) => position === 'flat' || size !== undefined);
  return isSized ? sizedName : ({ position }) => position;
}

function sizedName({ position, size }: Stand): string {
  return `${position} ${size ?? ''}`;
}
