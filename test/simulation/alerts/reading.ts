/**
 * What a rule means, read the slow and plain way from the trades themselves: minute by minute, and
 * each minute in every order in which its high and low can have come. It shares no code with the
 * product, works in whole halves of a unit and hundredths of a percent, and knows nothing of runs,
 * faults or marks: only when the rule was first looked at, and what the ticker said then.
 */
import type { AlertRule, Condition } from '../../../functions/core/alerts/rule.ts';
import { begunAt, type Bar, type Beginning } from './bars.ts';

const MINUTE = 60_000;
const DAY = 24 * 60 * MINUTE;
/** Whole percent of a price: prices times this are compared with prices times hundredths. */
const WHOLE = 10_000;

/** One time that a rule fires: the minute, from the first moment that counts. */
export interface Fire {
  readonly fromMs: number;
  /** The order of high and low decides whether it happened, and nobody knows it. */
  readonly ambiguous: boolean;
  /** Events before it that came too soon after the one before. */
  readonly missed: number;
}

/** The minutes in which a rule fires, up to an end that lies in a minute nobody asks about. */
export function readPlainly(
  rule: AlertRule,
  barsByPair: ReadonlyMap<string, readonly Bar[]>,
  { begin, endMs }: { readonly begin: Beginning; readonly endMs: number },
): readonly Fire[] {
  const watchers = rule.conditions.map((one) => {
    const bars = begunAt(barsByPair.get(one.pair) ?? [], one.pair, begin);
    return watcher(one, Math.round(Number(rule.hysteresis) * 100), bars, begin);
  });
  const isEvent = rule.conditions.some(({ kind }) => kind === 'cross' || kind === 'extreme');
  const fires: Fire[] = [];
  let [armed, missed] = [true, 0];
  for (let at = Math.floor(begin.atMs / MINUTE) * MINUTE; at < endMs; at += MINUTE) {
    const from = Math.max(at, begin.atMs);
    const looks = watchers.map((watch) => watch(at));
    const last = fires.at(-1);
    const isSpent = rule.repeat === 'once' && last !== undefined;
    const isOver = rule.expiresAtMs !== undefined && from >= rule.expiresAtMs;
    if (isSpent || isOver) break;
    const isRested = () =>
      last === undefined ||
      (from - last.fromMs >= Math.max(rule.cooldownMs, MINUTE) &&
        (rule.repeat !== 'daily' || dayOf(from, rule.zone) !== dayOf(last.fromMs, rule.zone)));
    const holds = (isEvent || armed) && looks.every((one) => one.holds);
    const fired = holds && isRested();
    if (fired) {
      fires.push({ fromMs: from, ambiguous: looks.some((one) => one.ambiguous), missed });
      [armed, missed] = [false, 0];
    } else if (holds && isEvent) missed += 1;
    if (!armed && looks.some((one) => (fired ? one.failedAtClose : one.failed))) armed = true;
  }
  return fires;
}

/** The calendar day in a zone. */
export function dayOf(atMs: number, zone: string): string {
  return new Date(atMs).toLocaleDateString('en-GB', { timeZone: zone });
}

interface Look {
  readonly holds: boolean;
  readonly ambiguous: boolean;
  readonly failed: boolean;
  readonly failedAtClose: boolean;
}

type Watch = (at: number) => Look;

const NO: Look = { holds: false, ambiguous: false, failed: false, failedAtClose: false };

function watcher(
  condition: Condition,
  band: number,
  bars: readonly Bar[],
  begin: Beginning,
): Watch {
  const byTime = new Map(bars.map((bar) => [bar.at, bar]));
  const barAt = (at: number): Bar => {
    const bar = byTime.get(at);
    if (bar === undefined) throw new Error(`no minute ${at} of ${condition.pair}`);
    return bar;
  };
  const last = begin.looks.get(condition.pair)?.last ?? 0;
  switch (condition.kind) {
    case 'cross': {
      const sides = condition.side === 'either' ? (['above', 'below'] as const) : [condition.side];
      const edges = sides.map((side) => {
        const sign = side === 'above' ? 1 : -1;
        const level = sign * halvesOf(condition.level);
        const back = level * WHOLE - Math.abs(level) * band;
        return edge(sign, sign * last < level, () => ({ level, back }));
      });
      return (at) => {
        const looks = edges.map((each) => each(barAt(at)));
        return { ...NO, ...looks.find(({ holds }) => holds) };
      };
    }
    case 'extreme': {
      const sign = condition.end === 'high' ? 1 : -1;
      const each = edge(sign, true, (bar) => {
        const before = windowOf(bars, bar.at, DAY);
        const top = Math.max(...before.map((one) => sign * (sign > 0 ? one.top : one.bottom)));
        const far = Math.max(top, sign * (sign > 0 ? bar.high : bar.low));
        // The next price beyond; and back is never beyond.
        const back = Math.min(far * WHOLE - Math.abs(far) * band, top * WHOLE);
        return { level: top + 1, back };
      });
      return (at) => ({ ...NO, ...each(barAt(at)) });
    }
    case 'level':
      return levelWatch(condition, band, { bars, barAt, begin });
    case 'move':
      return moveWatch(condition, band, { bars, barAt });
    case 'spread':
    case 'volume':
      throw new Error(`${condition.kind} is as polled: no path tells it`);
  }
}

/** Windows up to two hours are read from minutes; longer ones begin at a whole five minutes. */
function windowOf(bars: readonly Bar[], at: number, windowMs: number): readonly Bar[] {
  const exact = at - windowMs;
  const from = windowMs <= 120 * MINUTE ? exact : Math.floor(exact / (5 * MINUTE)) * 5 * MINUTE;
  return bars.filter((bar) => bar.at >= from && bar.at < at);
}

interface Path {
  readonly bars: readonly Bar[];
  readonly barAt: (at: number) => Bar;
}

function levelWatch(
  condition: Extract<Condition, { kind: 'level' }>,
  band: number,
  { bars, barAt, begin }: Path & { readonly begin: Beginning },
): Watch {
  const sign = condition.side === 'above' ? 1 : -1;
  const level = sign * halvesOf(condition.level);
  const back = level * WHOLE - Math.abs(level) * band;
  const isBack = (price: number) => sign * price < level && sign * price * WHOLE <= back;
  return (at) => {
    const bar = barAt(at);
    const failures = {
      ambiguous: false,
      failed: isBack(sign > 0 ? bar.low : bar.high),
      failedAtClose: isBack(bar.close),
    };
    const touched = Math.max(sign * bar.start, sign * bar.high, sign * bar.low) >= level;
    if (condition.forMs === 0) return { ...failures, holds: touched };
    const since = Math.max(at, begin.atMs) - condition.forMs;
    const first = Math.floor(begin.atMs / MINUTE) * MINUTE;
    const inside = bars.filter((one) => one.at >= first && one.at < at && one.at + MINUTE > since);
    const unbroken = inside.every((one) =>
      [one.start, one.high, one.low].every((price) => sign * price >= level),
    );
    return { ...failures, holds: since >= begin.atMs && unbroken };
  };
}

function moveWatch(
  condition: Extract<Condition, { kind: 'move' }>,
  band: number,
  { bars, barAt }: Path,
): Watch {
  const share = Math.round(Number(condition.percent) * 100);
  const signs = { up: [1], down: [-1], either: [1, -1] }[condition.direction];
  /** `part` of the share, in hundredths of a percent. */
  const isMoved = (sign: number, bar: Bar, price: number, part: number) => {
    const window = windowOf(bars, bar.at, condition.windowMs);
    const from = [bar.start, ...window.map((one) => (sign > 0 ? one.bottom : one.top))];
    const base = sign > 0 ? Math.min(...from) : Math.max(...from);
    return sign * price * WHOLE * WHOLE >= sign * base * (WHOLE * WHOLE + sign * share * part);
  };
  return (at) => {
    const bar = barAt(at);
    const far = (sign: number) => (sign > 0 ? bar.high : bar.low);
    const holds = signs.some((sign) => isMoved(sign, bar, far(sign), WHOLE));
    const failed = signs.every((sign) => !isMoved(sign, bar, bar.close, WHOLE - band));
    return { holds, ambiguous: false, failed, failedAtClose: failed };
  };
}

/** Walks every order of high and low; `sign` turns everything over for the other side. */
function edge(
  sign: number,
  first: boolean,
  boundsOf: (bar: Bar) => { readonly level: number; readonly back: number },
): (bar: Bar) => Pick<Look, 'holds' | 'ambiguous'> {
  let ready = first;
  return (bar) => {
    const { level, back } = boundsOf(bar);
    const [start, close] = [sign * bar.start, sign * bar.close];
    const high = sign * (sign > 0 ? bar.high : bar.low);
    const low = sign * (sign > 0 ? bar.low : bar.high);
    const walk = (prices: readonly number[]) => {
      let [able, fired] = [ready, false];
      for (const price of prices) {
        if (able && price >= level) [able, fired] = [false, true];
        else if (!able && price < level && price * WHOLE <= back) able = true;
      }
      return { able, fired };
    };
    const fall = walk([high, low, close]);
    // It began beyond and ended short of it: a fall through it is all that is certain.
    const isFall = !ready && start >= level && close < level;
    const orders = isFall ? [fall] : [fall, walk([low, high, close])];
    const holds = orders.some(({ fired }) => fired);
    ready = orders.every(({ able }) => able);
    return { holds, ambiguous: holds && !orders.every(({ fired }) => fired) };
  };
}

function halvesOf(price: string): number {
  return Math.round(Number(price) * 2);
}
