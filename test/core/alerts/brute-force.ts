/**
 * What rules mean, read the slow and plain way: from the ticks to minute candles, and from each
 * candle to every order in which its high and low can have come. Shares no code with the product.
 * Prices are binary floats here: the tests use halves and levels at which these are exact.
 */
import type { AlertRule, Condition } from '../../../functions/core/alerts/rule.ts';
import type { Tick } from '../../fakes/price-feed.ts';

const MINUTE = 60_000;

interface Bar {
  at: number;
  from: number;
  start: number;
  high: number;
  low: number;
  close: number;
  /** Of the whole minute, also before the rule began: what windows look back on. */
  top: number;
  bottom: number;
}

interface Fire {
  readonly from: number;
  readonly ambiguous: boolean;
}

/** The minutes in which a rule that begins at a time fires until another; both are whole minutes' reads. */
export function bruteForce(
  rule: AlertRule,
  paths: Readonly<Record<string, readonly Tick[]>>,
  { beginMs, endMs }: { readonly beginMs: number; readonly endMs: number },
): readonly Fire[] {
  const bars = new Map(
    Object.entries(paths).map(([pair, ticks]) => [pair, barsOf(ticks, beginMs, endMs)]),
  );
  const watchers = rule.conditions.map((one) =>
    watcher(one, Number(rule.hysteresis) / 100, bars.get(one.pair) ?? [], beginMs),
  );
  const event = rule.conditions.some(({ kind }) => kind === 'cross' || kind === 'extreme');
  const fires: Fire[] = [];
  let armed = true;
  for (let at = Math.floor(beginMs / MINUTE) * MINUTE; at <= endMs; at += MINUTE) {
    const looks = watchers.map((watch) => watch(at));
    const from = Math.max(at, beginMs);
    const last = fires.at(-1);
    const rested = last === undefined || from - last.from >= rule.cooldownMs;
    const spent = rule.repeat === 'once' && last !== undefined;
    const fired = (event || armed) && !spent && rested && looks.every(({ holds }) => holds);
    if (fired) {
      fires.push({ from, ambiguous: looks.some(({ ambiguous }) => ambiguous) });
      armed = false;
    }
    if (!armed && looks.some((one) => (fired ? one.failedAtClose : one.failed))) armed = true;
  }
  return fires;
}

interface Look {
  readonly holds: boolean;
  readonly ambiguous: boolean;
  readonly failed: boolean;
  readonly failedAtClose: boolean;
}

function watcher(
  condition: Condition,
  band: number,
  bars: readonly Bar[],
  beginMs: number,
): (at: number) => Look {
  const barAt = (at: number) => bars.find((bar) => bar.at === at) as Bar;
  const begin = barAt(Math.floor(beginMs / MINUTE) * MINUTE);
  const no = { holds: false, ambiguous: false, failed: false, failedAtClose: false };
  if (condition.kind === 'cross') {
    const sides = (['above', 'below'] as const).filter(
      (side) => condition.side === 'either' || condition.side === side,
    );
    const edges = sides.map((side) => {
      const sign = side === 'above' ? 1 : -1;
      const level = sign * Number(condition.level);
      return edge(sign, sign * begin.start < level, () => ({
        level,
        back: level - Math.abs(level) * band,
      }));
    });
    return (at) => {
      const looks = edges.map((each) => each(barAt(at)));
      return { ...no, ...(looks.find(({ holds }) => holds) ?? {}) };
    };
  }
  if (condition.kind === 'extreme') {
    const sign = condition.end === 'high' ? 1 : -1;
    const each = edge(sign, true, (bar) => {
      const before = bars.filter(({ at }) => at < bar.at && at >= bar.at - 86_400_000);
      const top = Math.max(...before.map((one) => sign * (sign > 0 ? one.top : one.bottom)));
      const far = Math.max(top, sign * (sign > 0 ? bar.high : bar.low));
      // Beyond, not at: half of the smallest step of these tests.
      return { level: top + 0.25, back: Math.min(far - Math.abs(far) * band, top) };
    });
    return (at) => ({ ...no, ...each(barAt(at)) });
  }
  if (condition.kind === 'level') {
    const sign = condition.side === 'above' ? 1 : -1;
    const level = sign * Number(condition.level);
    const back = level - Math.abs(level) * band;
    const isBack = (price: number) => sign * price < level && sign * price <= back;
    return (at) => {
      const bar = barAt(at);
      const failures = {
        ambiguous: false,
        failed: isBack(sign > 0 ? bar.low : bar.high),
        failedAtClose: isBack(bar.close),
      };
      const touched = Math.max(sign * bar.start, sign * bar.high, sign * bar.low) >= level;
      if (condition.forMs === 0) return { ...failures, holds: touched };
      const since = bar.from - condition.forMs;
      const inside = bars.filter((one) => one.from >= beginMs && one.at < at && ends(one) > since);
      const unbroken = inside.every((one) =>
        [one.start, one.high, one.low].every((price) => sign * price >= level),
      );
      return { ...failures, holds: since >= beginMs && unbroken };
    };
  }
  if (condition.kind === 'move') {
    const percent = Number(condition.percent) / 100;
    const isMoved = (sign: number, bar: Bar, price: number, share: number) => {
      const window = bars.filter(({ at }) => at < bar.at && at >= bar.at - condition.windowMs);
      const from = [bar.start, ...window.map((one) => (sign > 0 ? one.bottom : one.top))];
      const base = sign > 0 ? Math.min(...from) : Math.max(...from);
      return sign * price >= sign * base * (1 + sign * share) - 1e-9;
    };
    const signs = { up: [1], down: [-1], either: [1, -1] }[condition.direction];
    return (at) => {
      const bar = barAt(at);
      const holds = signs.some((sign) =>
        isMoved(sign, bar, sign > 0 ? bar.high : bar.low, percent),
      );
      const failed = signs.every((sign) => !isMoved(sign, bar, bar.close, percent * (1 - band)));
      return { holds, ambiguous: false, failed, failedAtClose: failed };
    };
  }
  throw new Error('not a condition on prices');
}

/** Walks every order of high and low; `sign` turns everything over for the other side. */
function edge(
  sign: number,
  first: boolean,
  boundsOf: (bar: Bar) => { readonly level: number; readonly back: number },
): (bar: Bar) => { readonly holds: boolean; readonly ambiguous: boolean } {
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
        else if (!able && price < level && price <= back) able = true;
      }
      return { able, fired };
    };
    const fall = walk([high, low, close]);
    const isFall = !ready && start >= level && close < level;
    const worlds = isFall ? [fall] : [fall, walk([low, high, close])];
    const holds = worlds.some(({ fired }) => fired);
    ready = worlds.every(({ able }) => able);
    return { holds, ambiguous: holds && !worlds.every(({ fired }) => fired) };
  };
}

function ends(bar: Bar): number {
  return bar.at + MINUTE;
}

/** Every minute from the first tick on; the minute in which the rule begins holds what came after. */
function barsOf(ticks: readonly Tick[], beginMs: number, endMs: number): readonly Bar[] {
  const bars: Bar[] = [];
  const price = (tick: Tick) => Number(tick.price);
  const known = ticks.filter(({ atMs }) => atMs <= beginMs);
  const day = known.filter(
    ({ atMs }) => Math.floor(atMs / 86_400_000) === Math.floor(beginMs / 86_400_000),
  );
  let close = price(ticks[0] as Tick);
  const firstMs = Math.floor((ticks[0] as Tick).atMs / MINUTE) * MINUTE;
  for (let at = firstMs; at <= endMs; at += MINUTE) {
    const inside = ticks.filter(({ atMs }) => atMs >= at && atMs < at + MINUTE).map(price);
    const bar = {
      at,
      from: Math.max(at, at + MINUTE > beginMs ? beginMs : at),
      start: close,
      high: close,
      low: close,
      close,
      top: close,
      bottom: close,
    };
    if (inside.length > 0) {
      bar.high = Math.max(...inside);
      bar.low = Math.min(...inside);
      bar.close = inside.at(-1) as number;
    }
    [bar.top, bar.bottom] = [bar.high, bar.low];
    if (at <= beginMs && beginMs < at + MINUTE && beginMs > at) {
      const now = price(known.at(-1) as Tick);
      const top = Math.max(now, ...day.map(price));
      const bottom = Math.min(now, ...day.map(price));
      bar.start = now;
      bar.high = bar.high > top ? bar.high : Math.max(now, bar.close);
      bar.low = bar.low < bottom ? bar.low : Math.min(now, bar.close);
    }
    close = bar.close;
    bars.push(bar);
  }
  return bars;
}
