/**
 * What became of an order at the exchange after it was placed: how much of it traded, at what cost,
 * and whether more may come. Plain JSON, kept on the order row beside its state; the state says that
 * the order was placed and stays so.
 */
import { decimal, plain, ZERO, type Decimal } from './decimal.ts';
import type { CloseOrder } from './order.ts';
import type { FoundOrder } from './ports.ts';

/** `open`: more may trade. The others are the end: no trade of the order comes after it. */
export type FillStatus = 'open' | 'filled' | 'cancelled' | 'expired';

/** The execution of one order as it was last seen. Amounts are decimal text. */
export interface Fill {
  readonly status: FillStatus;
  /** Base units that traded. */
  readonly volume: string;
  /** What they were worth, and what they cost in fees, in the quote currency. */
  readonly cost: string;
  readonly fee: string;
  /** When it was seen so, by our clock. */
  readonly seenAtMs: number;
}

/** One close order as it was last seen. */
export interface CloseFill extends Fill {
  readonly exchangeOrderId: string;
  /** Base units that it was opened for. One that was made smaller since still stands for these. */
  readonly size: string;
  /** Base units that it has since it was made smaller, with what traded; it never grows again. */
  readonly cut?: string;
  /** Its terms since Harpoon moved it; absent: as its entry asked for. */
  readonly movedTo?: CloseOrder;
  /** A change was sent and nobody knows of it: until then the exchange may make it. */
  readonly changingUntilMs?: number;
}

/** The close orders of one entry. */
export interface CloseRecord {
  readonly orders: readonly CloseFill[];
  /** Filled base units of which no close order was shown for too long: a person was told. */
  readonly unseen?: string;
  /** When a search that shows what is there first missed one, long after the fill. */
  readonly missedAtMs?: number;
}

/** What traded between two looks. */
export interface Traded {
  readonly volume: Decimal;
  readonly cost: Decimal;
  readonly fee: Decimal;
}

/**
 * Kraken's words for an order's status that mean its end. `closed` with less than its volume does
 * not occur by its documentation; it is an end all the same.
 * Source: https://docs.kraken.com/api/docs/rest-api/get-orders-info (`status`)
 */
const ENDS: Readonly<Record<string, Exclude<FillStatus, 'open'>>> = {
  closed: 'filled',
  canceled: 'cancelled',
  expired: 'expired',
};

/** The execution as the exchange shows it. Any status that is no known end is still open. */
export function fillOf(order: FoundOrder, seenAtMs: number): Fill {
  const { status, filled, cost = ZERO, fee = ZERO } = order;
  const [volume, worth, fees] = [plain(filled), plain(cost), plain(fee)];
  return { status: ENDS[status] ?? 'open', volume, cost: worth, fee: fees, seenAtMs };
}

/** Whether no more of the order can trade. */
export function hasEnded({ status }: Fill): boolean {
  return status !== 'open';
}

/**
 * What traded since the look before; undefined when the newer look shows less than the older one: it
 * is then a look into the past, as lagging reads give, and says nothing.
 */
export function tradedSince(before: Fill | undefined, now: Fill): Traded | undefined {
  const traded = {
    volume: decimal(now.volume).minus(decimal(before?.volume ?? '0')),
    cost: decimal(now.cost).minus(decimal(before?.cost ?? '0')),
    fee: decimal(now.fee).minus(decimal(before?.fee ?? '0')),
  };
  const isBack = Object.values(traded).some((amount) => amount.lt('0'));
  return isBack ? undefined : traded;
}

/** The average price of what traded, to a number of decimals; undefined while nothing did. */
export function averagePrice({ volume, cost }: Fill, decimals: number): string | undefined {
  const base = decimal(volume);
  return base.gt('0') ? plain(decimal(cost).div(base).round(decimals, 1)) : undefined;
}
