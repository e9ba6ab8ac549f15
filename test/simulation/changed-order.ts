/** What the simulated exchange makes of a change to an order that rests there. */
import type { Decimal } from '../../functions/core/decimal.ts';
import type { FoundOrder } from '../../functions/core/ports.ts';
import { amendedTerms } from '../fakes/amend-found.ts';
import type { Random } from './random.ts';
import type { WireAmend } from './wire-order.ts';

/** The order afterwards, which is the very one before where nothing was changed. */
export interface ChangedOrder {
  readonly order: FoundOrder;
  readonly errors: readonly string[];
  /** The market has passed its new price: it trades at once. */
  readonly trades: boolean;
}

/** The change, made whole or not at all; `free`: what a sale may take more, where that is counted. */
export function changedOrder(
  before: FoundOrder,
  wire: WireAmend,
  { free, random }: { readonly free: () => Decimal | undefined; readonly random: Random },
): ChangedOrder {
  const refused = (errors: readonly string[]) => ({ order: before, errors, trades: false });
  const { order, errors } = amendedTerms(before, wire);
  // Whether Kraken always refuses what changes nothing is not known.
  const isSame = errors.some((text) => text.includes('No amendable parameters'));
  if (errors.length > 0) return refused(isSame && random.chance(500_000) ? [] : errors);
  const more = order.volume.minus(before.volume);
  const isSpotSale = order.side === 'sell' && order.leverage === undefined;
  if (isSpotSale && more.gt(free() ?? more)) return refused(['EOrder:Insufficient funds']);
  const trades = tradesAtOnce(order);
  if (trades && wire.postOnly) return refused(['EOrder:Post only order']);
  return { order, errors: [], trades };
}

/** Whether a limit lies on the other side of the market, which stands still. */
function tradesAtOnce({ type, side, price }: FoundOrder): boolean {
  if ((type !== 'limit' && type !== 'iceberg') || price === undefined) return false;
  return side === 'buy' ? price.gte('50000.5') : price.lte('49999.5');
}
