/** What the ticker shows of a pair, and where a rule stands, each as short as a table needs it. */
import type { PairSight } from '../../../functions/core/alerts/could-fire.ts';
import type { Quote } from '../../../functions/core/alerts/market.ts';
import type { PriceRange } from '../../../functions/core/alerts/price-range.ts';
import type { ConditionState, Mark, RuleState } from '../../../functions/core/alerts/state.ts';
import { decimal } from '../../../functions/core/decimal.ts';
import { NOON } from './rule-fixture.ts';

/** `95 105`: the lowest and the highest. */
export function rangeOf(text: string): PriceRange {
  const [low = '', high = ''] = text.split(' ');
  return { low: decimal(low), high: decimal(high) };
}

/** What a quote says, where it matters. */
export interface QuoteText {
  readonly last?: string;
  /** Lowest and highest since midnight, and of the last 24 hours. */
  readonly day?: string;
  readonly hours?: string;
  readonly dayTrades?: number;
  readonly bid?: string;
  readonly ask?: string;
  readonly volume?: string;
}

/** A quote at 99, in a day that has seen trades at 99 alone, or what is given. */
export function quoteOf(text: QuoteText = {}): Quote {
  const { last = '99', day = '99 99', hours = day, dayTrades = 1, volume = '1' } = text;
  const { bid = last, ask = last } = text;
  return {
    ...{ ask: decimal(ask), bid: decimal(bid), last: decimal(last), dayTrades },
    ...{ dayHigh: rangeOf(day).high, dayLow: rangeOf(day).low },
    ...{ high24h: rangeOf(hours).high, low24h: rangeOf(hours).low, volume24h: decimal(volume) },
  };
}

/** A mark at the beginning of a minute. */
export function markAt(atMs: number, close = '99'): Mark {
  return { atMs, minuteMs: atMs, high: close, low: close, close };
}

/** A rule that was read up to noon, and is armed. */
export function stateOf(
  conditions: readonly ConditionState[],
  more: Partial<RuleState> = {},
): RuleState {
  return {
    ...{ ruleId: 'r', version: 1, seq: 0, status: 'armed', suppressed: 0, conditions },
    marks: { 'BTC/USD': markAt(NOON) },
    ...more,
  };
}

/** A pair that has just traded. */
export function sightOf(
  quote: QuoteText,
  more: { readonly changedAtMs?: number; readonly known?: string } = {},
): PairSight {
  const { changedAtMs = Infinity, known } = more;
  return {
    quote: quoteOf(quote),
    changedAtMs,
    known: () => (known === undefined ? undefined : rangeOf(known)),
  };
}
