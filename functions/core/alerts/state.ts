/**
 * What is remembered of a rule between two runs. It is the whole memory: from the state and the
 * prices since its marks, any run on any machine comes to the same firings.
 */

/** How far the prices of one pair were read: what is known of its running minute. Prices as text. */
export interface Mark {
  readonly atMs: number;
  /** Beginning of the minute candle that was running then. */
  readonly minuteMs: number;
  /** Highest and lowest of that minute so far, and the newest price. */
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
  /** Whether it held when it was last looked at. */
  readonly holds: boolean;
}

/** The state of one rule. */
export interface RuleState {
  readonly ruleId: string;
  /** Guards every write: a write with an old version is lost. 0: never written. */
  readonly version: number;
  /** Firings so far; names the next one. */
  readonly seq: number;
  readonly status: 'armed' | 'fired' | 'done' | 'expired';
  readonly firedAtMs?: number;
  /** Firings since the last one that was told: muted. */
  readonly suppressed: number;
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
  /** Pairs with trouble of their own. `missing`: not in the ticker. `stale`: nothing moves. */
  readonly pairs: Readonly<
    Record<
      string,
      {
        readonly trouble: 'missing' | 'stale';
        readonly sinceMs: number;
        readonly told: boolean;
      }
    >
  >;
}
