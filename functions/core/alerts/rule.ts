/**
 * An alert rule in its compiled form: what a person wrote, as one list of conditions that must all
 * hold, and how often and when it may speak. Plain JSON: amounts are decimal text.
 */

/** A price is on one side of a level, or an amount above or below a bound. Both include equality. */
export type Side = 'above' | 'below';

/** One condition. Every condition names its pair; a rule may watch several. */
export type Condition =
  /** `BTC/USD crosses above 100000`: the price was on the other side and reached the level. */
  | {
      readonly kind: 'cross';
      readonly pair: string;
      readonly side: Side | 'either';
      readonly level: string;
    }
  /** `ETH/USD below 3000 for 10m`: it is there, without a break for so long (0: it was there). */
  | {
      readonly kind: 'level';
      readonly pair: string;
      readonly side: Side;
      readonly level: string;
      readonly forMs: number;
    }
  /** `SOL/USD moves 5% in 1h`: from the lowest or highest price of the time before. */
  | {
      readonly kind: 'move';
      readonly pair: string;
      readonly direction: 'up' | 'down' | 'either';
      readonly percent: string;
      readonly windowMs: number;
    }
  /** `ADA/USD spread above 0.5%`: (ask - bid) / mid, as polled. */
  | {
      readonly kind: 'spread';
      readonly pair: string;
      readonly side: Side;
      readonly percent: string;
    }
  /** `DOGE/USD volume 24h above 1e9`: of the last 24 hours, in base units, as polled. */
  | {
      readonly kind: 'volume';
      readonly pair: string;
      readonly side: Side;
      readonly amount: string;
    }
  /** `XRP/USD new 24h high`: beyond the highest or lowest price of the 24 hours before. */
  | { readonly kind: 'extreme'; readonly pair: string; readonly end: 'high' | 'low' };

/** Times of the day in which nobody wants to be told; what fires then is told at their end. */
export interface QuietHours {
  /** Minutes since local midnight. `from` after `to` goes over midnight. */
  readonly fromMinute: number;
  readonly toMinute: number;
  /** IANA name, `Europe/Berlin`. */
  readonly zone: string;
}

/** What a rule sends to a source when it fires: fields of the message of design 6, as text. */
export interface RuleSignal {
  readonly source: string;
  readonly fields: Readonly<Record<string, string>>;
}

/** One alert rule. */
export interface AlertRule {
  /** Names the rule in commands. */
  readonly id: string;
  /** Tells it from other rules that have or had this id; see rule-name.ts. Absent: there are none. */
  readonly edition?: string;
  /** The conditions in the canonical words of format-rule.ts. */
  readonly text: string;
  /** At least one; at most one of kind `cross` or `extreme`. */
  readonly conditions: readonly Condition[];
  /** once: then it is done. every: again after it was re-armed. daily: once a day of `zone`. */
  readonly repeat: 'once' | 'every' | 'daily';
  /** Percent as text: how far beyond its level a condition must fail before it may hold again. */
  readonly hysteresis: string;
  /** Least time between two firings; at least a minute, the grain of the candles. */
  readonly cooldownMs: number;
  /** IANA zone in which days begin and times are shown. */
  readonly zone: string;
  readonly quiet?: QuietHours;
  readonly expiresAtMs?: number;
  readonly note?: string;
  /** Names of channels of harpoon.yaml; empty: every channel. */
  readonly channels: readonly string[];
  readonly signal?: RuleSignal;
}
