/** Orders at the exchange that stand in the way of a new one, and the stops that a position has there. */
import { openCloses } from './closes.ts';
import { decimal, type Decimal } from './decimal.ts';
import type { CloseOrder, OrderRow } from './order.ts';

/** An order at the exchange that has to go, or to become smaller, before the new one goes out. */
export interface Replaced {
  readonly exchangeOrderId: string;
  /** What it is, for who reads. */
  readonly name: string;
  readonly side: 'buy' | 'sell';
  /** Base units that it may not trade any more: all of its rest, or what is taken from it. */
  readonly rest: Decimal;
  /** Its limit or its trigger; absent: at the market. */
  readonly price?: string;
  /** What it is changed to, in place; absent: it is cancelled. */
  readonly to?: StopChange;
}

/** How a stop that Kraken opened is changed, in place. */
export interface StopChange {
  /** The entry that it belongs to. */
  readonly orderKey: string;
  /** Base units, with what traded of it; never more than before. */
  readonly volume: string;
  /** Where it triggers from now on; absent: where it did. */
  readonly trigger?: string;
  /** The limit behind it, where it has one and is moved. */
  readonly limit?: string;
}

/** A stop that rests for some of a position. */
export interface RestingStop {
  readonly exchangeOrderId: string;
  readonly name: string;
  readonly side: 'buy' | 'sell';
  /** Base units that traded of it, and that it may yet trade. */
  readonly traded: Decimal;
  readonly rest: Decimal;
  /** Its terms as they are now. */
  readonly terms: CloseOrder;
  /** The entry whose fill opened it; absent: it is an order of its own, which is cancelled whole. */
  readonly orderKey?: string;
  /** Keys of the entries that it protects. */
  readonly of: readonly string[];
  /** See CloseFill. */
  readonly changingUntilMs?: number;
}

/** The stops that Kraken opened from an entry and that rest. */
export function restingStops(row: OrderRow): readonly RestingStop[] {
  const { attempt, clientOrderId, orderKey } = row;
  const order = attempt?.order;
  const { close } = order ?? {};
  if (order === undefined || close === undefined) return [];
  return openCloses(row).map((stop) => {
    const { exchangeOrderId, size, cut, volume, movedTo, changingUntilMs } = stop;
    return {
      exchangeOrderId,
      name: `the stop of an earlier order of the strategy (client order id ${clientOrderId})`,
      side: order.side === 'buy' ? 'sell' : 'buy',
      traded: decimal(volume),
      rest: decimal(cut ?? size).minus(volume),
      terms: movedTo ?? close,
      orderKey,
      of: [orderKey],
      ...(changingUntilMs === undefined ? {} : { changingUntilMs }),
    };
  });
}
