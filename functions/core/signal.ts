/** A signal: a verified, parsed message from a source, in canonical fields. */
import { decimal } from './decimal.ts';

/** What the sender wants done. */
export type Action = 'buy' | 'sell';

/**
 * Kraken's order types.
 * Source: https://docs.kraken.com/api/docs/rest-api/add-order (`ordertype`)
 */
export type OrderType =
  | 'market'
  | 'limit'
  | 'iceberg'
  | 'stop-loss'
  | 'take-profit'
  | 'stop-loss-limit'
  | 'take-profit-limit'
  | 'trailing-stop'
  | 'trailing-stop-limit'
  | 'settle-position';

/** How long an order stays; GTD needs `expireAtMs`. */
export type TimeInForce = 'GTC' | 'IOC' | 'FOK' | 'GTD';

/** Which of two own orders gives way when they would trade with each other. */
export type SelfTrade = 'cancel-newest' | 'cancel-oldest' | 'cancel-both';

/**
 * How much, as the sender wrote it; amounts are decimal text. A percentage is of the account's
 * equity (`percent`), of what is free to spend (`available`), of the asset held (`position`), or
 * the share of the equity that is lost when the price reaches `riskStop` (`risk`).
 */
export type SignalSize =
  | { readonly unit: 'base'; readonly amount: string }
  | { readonly unit: 'quote'; readonly amount: string; readonly currency: string }
  | { readonly unit: 'percent' | 'available' | 'position' | 'risk'; readonly amount: string };

/**
 * The stop that goes to the exchange together with the order. `price` is a decimal above zero, or a
 * distance from the entry to its losing side: `-2%`, `+500`, `-50 ticks`; of a trailing stop what it
 * keeps from the market, `+2%`. `price2` is the limit of stop-loss-limit, in the same forms from the
 * stop.
 */
export interface SignalStop {
  readonly type: 'stop-loss' | 'stop-loss-limit' | 'trailing-stop';
  readonly price: string;
  readonly price2?: string;
}

/**
 * A price at which some of what the order opens is sold again. `price` is a decimal above zero, or a
 * distance from the entry to its winning side: `+2%`, `-500` of a short, `+50 ticks`.
 */
export interface SignalTakeProfit {
  readonly price: string;
  /** Percent of what the order opens, decimal text; those of one order come to 100 at most. */
  readonly share: string;
}

/** Which take-profit an order of Harpoon's own sells at. */
export interface TakenProfit {
  /** Of the entry. */
  readonly orderKey: string;
  /** From 1 on. */
  readonly number: number;
  /** Where the market has to be. */
  readonly price: string;
  /** Average price of the entry, to which its stop moves; absent: that stays. */
  readonly evenAt?: string;
}

/** What a stop of Harpoon's own is for. */
export interface CoveredRest {
  /** Of the order that may leave something without a stop; it has ended before this one goes out. */
  readonly orderKey: string;
  /** The position in whose book it is; see Book.since. A later one has stops of its own. */
  readonly since: number;
  /**
   * Keys of the entries whose stops may be missed; what others brought rests for what they opened.
   * Absent on rows of a version that did not tell them apart: all of them.
   */
  readonly of?: readonly string[];
}

/** Where the sender says that its strategy stands after this order. */
export type MarketPosition = 'long' | 'flat' | 'short';

/** Where a strategy stands, as its sender says; the size in the sender's own units, decimal text. */
export interface Stand {
  readonly position: MarketPosition;
  /** Absent: the sender does not say; never of a flat position. */
  readonly size?: string;
}

/** The position that is to be reached, and the one that the sender says it comes from. */
export interface Target extends Stand {
  readonly prev?: Stand;
}

/**
 * A signal as it is stored in the order row. Plain JSON; optional fields are absent when the
 * message did not speak of them. Prices are decimal text above zero.
 */
export interface Signal {
  /** Identity given by the sender, or `sha256:...` of the canonical body. */
  readonly id: string;
  readonly source: string;
  /** When the sender fired, epoch milliseconds. */
  readonly sentAtMs: number;
  /** As written: `KRAKEN:XBTUSD`. */
  readonly symbol: string;
  readonly action: Action;
  readonly type: OrderType;
  readonly size?: SignalSize;
  /**
   * The price of the type: limit of limit and iceberg orders, trigger of stop-loss and take-profit
   * orders, distance of trailing stops; absent for market and settle-position. A decimal above
   * zero, or a distance from the last price: `-2%`, `+50`.
   */
  readonly price?: string;
  /** The limit of a triggered order (`-limit` types): a price, or a distance from the trigger. */
  readonly price2?: string;
  /** Which price triggers; absent: last. */
  readonly trigger?: 'last' | 'index';
  /** What an iceberg order shows, in base units. */
  readonly displayVolume?: string;
  /** Epoch milliseconds at which the order becomes active, or ends (GTD). */
  readonly startAtMs?: number;
  readonly expireAtMs?: number;
  /** Decimal text, at least 2; absent: spot without margin. */
  readonly leverage?: string;
  readonly selfTrade?: SelfTrade;
  /** Is at the exchange as soon as the order fills. */
  readonly stop?: SignalStop;
  /** In the order in which the market comes to them. */
  readonly takeProfits?: readonly SignalTakeProfit[];
  /** With the first take-profit the stop moves to where the position was opened. */
  readonly breakEven?: true;
  /** Where the sender would get out: sizes by risk, is never traded. */
  readonly riskStop?: string;
  /** Price that the sender saw (`close`, or price of a market order): informs, never trades. */
  readonly seenPrice?: string;
  readonly timeInForce?: TimeInForce;
  readonly postOnly?: boolean;
  readonly reduceOnly?: boolean;
  readonly marketPosition?: MarketPosition;
  /**
   * Where the strategy is to stand: side and volume then follow from its book, and `action` is only
   * what the sender called it.
   */
  readonly target?: Target;
  /** This is the second order of a signal that turns its position around: the entry after the exit. */
  readonly leg?: { readonly of: string };
  /** Harpoon says again what this message of the sender said; in order of time it stands in its place. */
  readonly restates?: { readonly signalId: string; readonly sentAtMs: number };
  /** Harpoon's own: sells a share at a take-profit of an entry. */
  readonly takes?: TakenProfit;
  /** Harpoon's own: a stop for what an order may leave without one. */
  readonly covers?: CoveredRest;
  /** The strategy whose book the order moves; absent: the source's own. */
  readonly owner?: string;
  /** Free text of the sender; shown escaped, never interpreted. */
  readonly comment?: string;
  /** Fields that Harpoon does not know, as raw JSON text, for the record only. */
  readonly unknown?: Readonly<Record<string, string>>;
}

/**
 * Whether the sender itself says that this order only leaves a position. Limits against new risk
 * let such an order pass. On spot a sale reduces a long; a plain `sell` that does not say so
 * counts as an order like any other.
 */
export function isReducing(signal: Signal): boolean {
  // It spends what the account owns, and leaves what it is worth to the market as it was.
  if (signal.type === 'settle-position') return false;
  // The order behind an exit opens, whatever its sender thought that it would leave.
  if (signal.target !== undefined) return signal.leg === undefined && isLeaving(signal.target);
  // Told to only reduce a margin position, Kraken lets the order open nothing.
  if (signal.leverage !== undefined && signal.reduceOnly === true) return true;
  if (signal.action !== 'sell') return false;
  if (signal.reduceOnly === true) return true;
  return signal.marketPosition === 'flat' || signal.marketPosition === 'long';
}

/** `long 0.5`, `flat`. */
export function standText({ position, size }: Stand): string {
  return size === undefined ? position : `${position} ${size}`;
}

/**
 * Whether the sender says that reaching the target leaves a position, wholly or in part. One that is
 * turned around is left first, on spot that is all; what opens then is an order of its own, and what
 * turns out to open by the book is held to all that entries are held to.
 */
function isLeaving({ position, size, prev }: Target): boolean {
  if (position === 'flat') return true;
  if (prev === undefined || prev.position === 'flat') return false;
  if (prev.position !== position) return true;
  if (size === undefined || prev.size === undefined) return false;
  return decimal(size).lt(prev.size);
}
