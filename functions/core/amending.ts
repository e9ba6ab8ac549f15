/** What changing an order at the exchange takes: the change, its licence, and what became of it. */
import type { AskedAmend, OrderRow } from './order.ts';
import type { LaneLease, PrepareResult, RiskClaim } from './ports.ts';

/** The part of the order log that changing orders needs. */
export interface AmendLog {
  /**
   * Licenses one sending of a change to a placed order, as `prepare` does for an order: writes what is
   * asked, and counts what it adds. Nothing may be sent unless this returned `prepared`.
   */
  licenseAmend(row: OrderRow, licence: AmendLicence): Promise<PrepareResult>;
}

/** The part of an exchange that changes orders. */
export interface AmendExchange {
  /**
   * Changes an open order in place, once; its ids stay. Every failure is an outcome, nothing is
   * thrown. The values are absolute, so that the same change again is harmless.
   */
  amend(exchangeOrderId: string, change: OrderChange): Promise<AmendOutcome>;
}

/** What licensing an amend writes and counts. */
export interface AmendLicence {
  readonly asked: AskedAmend;
  readonly lane: LaneLease;
  readonly atMs: number;
  /** What the change is, for the audit entry. */
  readonly why: string;
  /** It adds no risk: a switch that blocks entries lets it pass. */
  readonly reducing: boolean;
  /** What it adds; nothing when the same change goes out again. */
  readonly risk: RiskClaim;
}

/**
 * What an order is to be: decimal text; what is absent stays as it is.
 * Source: https://docs.kraken.com/api/docs/rest-api/amend-order
 */
export interface OrderChange {
  /** The whole volume in base units, with what is filled; below that Kraken cancels the rest. */
  readonly volume?: string;
  /** Of the types that have a limit. */
  readonly limitPrice?: string;
  /** Of the types that wait for a price. */
  readonly triggerPrice?: string;
  /** The new limit must not trade at once; Kraken then refuses the change. */
  readonly postOnly?: true;
  /** After this time the matching engine must refuse the change. */
  readonly deadlineMs: number;
}

/** What became of one change. The classes of errors are explained in answer.ts. */
export type AmendOutcome =
  /** The order is now as it was asked for, by this change or an earlier one. */
  | { readonly kind: 'amended'; readonly description: string }
  /** The order is not open any more. */
  | { readonly kind: 'gone'; readonly reason: string }
  /** Kraken refuses, and changed nothing. `trips`: going on would make it worse. */
  | { readonly kind: 'refused'; readonly reason: string; readonly trips: boolean }
  /** It did not reach the engine; nothing is changed, and it may go again. */
  | { readonly kind: 'not-reached'; readonly reason: string }
  | { readonly kind: 'unknown'; readonly reason: string };

/** What an amend asks for; what is absent stays. */
export interface AmendWish {
  /** The whole volume in base units, decimal text. */
  readonly volume?: string;
  /** Prices as a signal has them: decimal text, or a distance from the last price or the trigger. */
  readonly price?: string;
  readonly price2?: string;
  readonly limitPrice?: string;
  readonly triggerPrice?: string;
}
