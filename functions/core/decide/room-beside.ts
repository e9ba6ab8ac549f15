/**
 * Makes room beside the stops of a position for an order that sells some of it: in place, so that what
 * is left is protected all the while. Pure.
 */
import { decimal, min, plain, type Decimal } from '../decimal.ts';
import type { Room } from './plan-change.ts';
import type { Pair } from '../market/pair.ts';
import type { CloseOrder } from '../order.ts';
import type { Replaced, RestingStop, StopChange } from '../resting.ts';

/**
 * How the stops have to change. The largest gives first; one that would keep less than the smallest
 * order, and one that is an order of its own, goes whole.
 */
export function roomBeside(
  stops: readonly RestingStop[],
  { frees, moves }: Room,
  pair: Pick<Pair, 'orderMin'>,
): readonly Replaced[] {
  let missing = frees;
  return [...stops]
    .sort((a, b) => b.rest.cmp(a.rest))
    .flatMap((stop): readonly Replaced[] => {
      const { exchangeOrderId, name, side, rest, traded, orderKey } = stop;
      const taken = min(missing, rest);
      const isMoved = moves !== undefined && moves.orderKey === orderKey;
      const moved = isMoved ? movedTerms(stop, moves.trigger) : undefined;
      if (taken.eq('0') && moved === undefined) return [];
      missing = missing.minus(taken);
      const at = { exchangeOrderId, name, side };
      const isGone = taken.gt('0') && rest.minus(taken).lt(pair.orderMin);
      if (orderKey === undefined || isGone) return taken.eq('0') ? [] : [{ ...at, rest }];
      const to: StopChange = {
        orderKey,
        volume: plain(traded.plus(rest).minus(taken)),
        ...(moved === undefined ? {} : { trigger: moved.price }),
        ...(moved?.price2 === undefined ? {} : { limit: moved.price2 }),
      };
      return [{ ...at, rest: taken, to }];
    });
}

/** The stop with its trigger there, its limit at the same distance; undefined: it is no better. */
function movedTerms(
  { terms, side }: Pick<RestingStop, 'terms' | 'side'>,
  trigger: Decimal,
): CloseOrder | undefined {
  if (terms.type.startsWith('trailing')) return undefined;
  const by = trigger.minus(terms.price);
  const isBetter = side === 'sell' ? by.gt('0') : by.lt('0');
  if (!isBetter) return undefined;
  const limit = terms.price2 === undefined ? undefined : decimal(terms.price2).plus(by);
  return {
    ...terms,
    price: plain(trigger),
    ...(limit === undefined ? {} : { price2: plain(limit) }),
  };
}
