/** A signal: a verified, parsed message from a source, in canonical fields. */

/** What the sender wants done. */
export type Action = 'buy' | 'sell';

/** How much, as the sender wrote it; amounts are decimal text. */
export type SignalSize =
  | { readonly unit: 'base'; readonly amount: string }
  | { readonly unit: 'quote'; readonly amount: string; readonly currency: string }
  | { readonly unit: 'percent'; readonly amount: string };

/** Where the sender says that its strategy stands after this order. */
export type MarketPosition = 'long' | 'flat' | 'short';

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
  readonly type: 'market' | 'limit';
  readonly size?: SignalSize;
  /** Limit price; present exactly when type is limit. */
  readonly price?: string;
  /** Price that the sender saw (`close`, or price of a market order): informs, never trades. */
  readonly seenPrice?: string;
  readonly timeInForce?: 'GTC' | 'IOC';
  readonly postOnly?: boolean;
  readonly reduceOnly?: boolean;
  readonly marketPosition?: MarketPosition;
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
  if (signal.action !== 'sell') return false;
  if (signal.reduceOnly === true) return true;
  return signal.marketPosition === 'flat' || signal.marketPosition === 'long';
}
