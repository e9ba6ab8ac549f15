/** Where a strategy stands, in the fields that TradingView's placeholders fill. */

/** Which side. */
export type Position = 'long' | 'short' | 'flat';

/** A stand; of `flat` the size is 0. */
export interface Stands {
  readonly position: Position;
  readonly size: string;
}

/** The stand, and the one before it. */
export function standWords(now: Stands, before: Stands): Record<string, string> {
  return {
    // What the strategy did to get there decides nothing.
    action: now.position === 'long' ? 'buy' : 'sell',
    market_position: now.position,
    market_position_size: now.size,
    prev_market_position: before.position,
    prev_market_position_size: before.size,
  };
}

/** Another message under the same id: the opposite. */
export function opposite(fields: Readonly<Record<string, string>>): Record<string, string> {
  const isFlat = fields['market_position'] === 'flat';
  const now: Stands = isFlat
    ? { position: 'long', size: '0.01234' }
    : { position: 'flat', size: '0' };
  const { prev_market_position: _prev, prev_market_position_size: _size, ...rest } = fields;
  const {
    prev_market_position: _no,
    prev_market_position_size: _none,
    ...words
  } = standWords(now, now);
  return { ...rest, ...words };
}
