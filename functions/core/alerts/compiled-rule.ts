/** A rule with its numbers read: made once, looked at every minute. */
import { decimal, HUNDRED, type Decimal } from '../decimal.ts';
import type { AlertRule, Condition, Side } from './rule.ts';

/** A condition with its numbers read. `back`: how far it must fail before it may hold again. */
export type CompiledCondition =
  | {
      readonly kind: 'cross';
      readonly pair: string;
      readonly sides: readonly Side[];
      readonly level: Decimal;
      readonly back: Readonly<Record<Side, Decimal>>;
    }
  | {
      readonly kind: 'level';
      readonly pair: string;
      readonly side: Side;
      readonly level: Decimal;
      readonly back: Decimal;
      readonly forMs: number;
    }
  | {
      readonly kind: 'move';
      readonly pair: string;
      readonly sides: readonly Side[];
      /** By what the lowest price is multiplied; by what the highest. */
      readonly factor: Readonly<Record<Side, Decimal>>;
      readonly back: Readonly<Record<Side, Decimal>>;
      readonly windowMs: number;
    }
  | {
      readonly kind: 'spread' | 'volume';
      readonly pair: string;
      readonly side: Side;
      readonly bound: Decimal;
      readonly back: Decimal;
    }
  | {
      readonly kind: 'extreme';
      readonly pair: string;
      readonly side: Side;
      /** By what the highest or lowest price is multiplied. */
      readonly back: Decimal;
    };

/** A rule, ready to be looked at. */
export interface CompiledRule {
  readonly rule: AlertRule;
  readonly conditions: readonly CompiledCondition[];
  /** Which condition is an event, something that happens at a moment; undefined: all are states. */
  readonly event: number | undefined;
  /** Pairs whose ticker it needs. */
  readonly pairs: readonly string[];
  /** Pairs whose candles it needs; none when all that it asks is as polled. */
  readonly candlePairs: readonly string[];
}

/** 24 hours: what `new 24h high` looks back on. */
export const EXTREME_WINDOW_MS = 86_400_000;

const ONE = decimal('1');
/** Below this, what is left of the price after a move of so many percent would not be above zero. */
const NOTHING = decimal('0');

/** Reads a rule. Throws on numbers that are none: rules are checked when they are made. */
export function compileRule(rule: AlertRule): CompiledRule {
  const band = percent(rule.hysteresis);
  const conditions = rule.conditions.map((condition) => compile(condition, band));
  const event = conditions.findIndex(({ kind }) => kind === 'cross' || kind === 'extreme');
  const priced = conditions.filter(({ kind }) => kind !== 'spread' && kind !== 'volume');
  const names = (list: readonly CompiledCondition[]) => [...new Set(list.map(({ pair }) => pair))];
  return {
    ...{ rule, conditions, event: event < 0 ? undefined : event },
    ...{ pairs: names(conditions), candlePairs: names(priced) },
  };
}

function compile(condition: Condition, band: Decimal): CompiledCondition {
  const { kind, pair } = condition;
  const under = ONE.minus(band);
  const over = ONE.plus(band);
  const backOf = (side: Side, bound: Decimal) => bound.times(side === 'above' ? under : over);
  switch (kind) {
    case 'cross': {
      const level = decimal(condition.level);
      const { side } = condition;
      const sides: readonly Side[] = side === 'either' ? ['above', 'below'] : [side];
      const back = { above: backOf('above', level), below: backOf('below', level) };
      return { kind, pair, sides, level, back };
    }
    case 'level': {
      const { side, forMs } = condition;
      const level = decimal(condition.level);
      return { kind, pair, side, level, back: backOf(side, level), forMs };
    }
    case 'move': {
      const { direction, windowMs } = condition;
      const share = percent(condition.percent);
      const ups: readonly Side[] = direction === 'down' ? [] : ['above'];
      const downs: readonly Side[] = direction === 'up' ? [] : ['below'];
      const factors = (by: Decimal) => ({
        above: ONE.plus(by),
        below: by.lt(ONE) ? ONE.minus(by) : NOTHING,
      });
      const [factor, back] = [factors(share), factors(share.times(under))];
      return { kind, pair, sides: [...ups, ...downs], factor, back, windowMs };
    }
    case 'spread':
    case 'volume': {
      const { side } = condition;
      const bound = decimal(condition.kind === 'spread' ? condition.percent : condition.amount);
      return { kind, pair, side, bound, back: backOf(side, bound) };
    }
    case 'extreme': {
      const side: Side = condition.end === 'high' ? 'above' : 'below';
      return { kind, pair, side, back: side === 'above' ? under : over };
    }
  }
}

function percent(text: string): Decimal {
  return decimal(text).div(HUNDRED);
}
