/**
 * What is remembered of a rule between two runs. It is the whole memory: from the state and the
 * prices since its marks, any run on any machine comes to the same firings.
 */

/**
 * How far the prices of one pair were read: nearly always to the beginning of a minute. Only where a
 * rule begins within one is something known of its running minute. Prices as text.
 */
export interface Mark {
  readonly atMs: number;
  /** Beginning of the minute candle that was running then. */
  readonly minuteMs: number;
  /** What that minute cannot have exceeded before the mark, and the newest price. */
  readonly high: string;
  readonly low: string;
  readonly close: string;
}

/** What one condition remembers; which fields are used depends on its kind. */
export interface ConditionState {
  /** cross: the price has been on the other side, beyond the band, so reaching the level counts. */
  readonly ready?: Readonly<Partial<Record<'above' | 'below', boolean>>>;
  /** level: since when it has been there without a break. */
  readonly sinceMs?: number;
  /** Whether it held when it was last looked at: shown, and may spare reading candles; no more. */
  readonly holds: boolean;
}

/** The state of one rule. */
export interface RuleState {
  /** The name of the rule's memory, see rule-name.ts. */
  readonly ruleId: string;
  /** Guards every write: a write with an old version is lost. 0: never written. */
  readonly version: number;
  /** Firings so far; names the next one. */
  readonly seq: number;
  readonly status: 'armed' | 'fired' | 'done' | 'expired';
  readonly firedAtMs?: number;
  /** What fired or would have fired since the last notice, and was not told: muted, cooling down. */
  readonly suppressed: number;
  /**
   * The newest firing was told at this time, before the candles up to here were whole: the first
   * firing that they show up to then is that one, and is not told again.
   */
  readonly aheadMs?: number;
  readonly conditions: readonly ConditionState[];
  /** By pair. */
  readonly marks: Readonly<Record<string, Mark>>;
}

/** One firing of one rule: the rule and the number name it for ever. */
export interface Firing {
  readonly ruleId: string;
  readonly seq: number;
  /** Beginning of the stretch of time in which it happened, and its end; a minute at most. */
  readonly fromMs: number;
  readonly toMs: number;
  /** The pair whose price made it fire, and the price that did. */
  readonly pair: string;
  readonly price: string;
  /** Price at the end of the stretch. */
  readonly close: string;
  /** The candle touched both sides in an order that it does not tell. */
  readonly ambiguous: boolean;
}

/** How the prices themselves are: told once when it changes. */
export interface FeedState {
  readonly version: number;
  readonly market: 'ok' | 'no-data' | 'maintenance';
  readonly marketSinceMs: number;
  readonly marketTold: boolean;
  /**
   * Pairs with trouble of their own. `missing`: not in the ticker. `stale`: nothing moves. `late`:
   * more pairs move than can be read in a minute, and this one waits.
   */
  readonly pairs: Readonly<
    Record<
      string,
      {
        readonly trouble: 'missing' | 'stale' | 'late';
        readonly sinceMs: number;
        readonly told: boolean;
      }
    >
  >;
}
