/**
 * The witness of rails that count over many orders: cooldown, orders of an hour, open orders. It
 * counts what is at the exchange, whatever PREPARE was told to count.
 */
import type { Config, Rails } from '../../functions/core/config.ts';
import type { Decision, OrderRow } from '../../functions/core/order.ts';
import type { Preparation } from '../../functions/core/ports.ts';
import { isReducing, type Signal } from '../../functions/core/signal.ts';
import { restsOnArrival } from '../fakes/shown-order.ts';
import type { Monitor } from './monitor.ts';

/** What is known of an order that adds risk. */
interface Claim {
  readonly account: string;
  readonly source: string;
  /** Of its first licence: a second one counts nothing again. */
  readonly atMs: number;
  /** What its worker was shown as open before it was licensed. */
  shown: readonly string[] | undefined;
  readonly rests: boolean;
}

const HOUR_MS = 3_600_000;

/** What PREPARE was told is believed of the order alone that makes the difference to a book. */
export function isLeaving(signal: Signal, { reducing }: Pick<Decision, 'reducing'>): boolean {
  return signal.target === undefined ? isReducing(signal) : reducing;
}

/** Orders at the exchange that were counted, and those on their way. */
export class RailsWitness {
  readonly #monitor: Monitor;
  readonly #config: Config;
  readonly #claims = new Map<string, Claim>();
  readonly #placed = new Map<string, Claim>();
  readonly #shown = new Map<string, readonly string[]>();

  constructor(monitor: Monitor, config: Config) {
    this.#monitor = monitor;
    this.#config = config;
  }

  /** A worker was told which orders are open. */
  shown(process: string, ids: readonly string[]): void {
    this.#shown.set(process, ids);
  }

  /** A licence was given. */
  licensed(row: OrderRow, { attempt, decision }: Preparation, process: string): void {
    if (isLeaving(row.signal, decision)) return;
    const shown = this.#shown.get(process);
    const known = this.#claims.get(row.clientOrderId);
    if (known !== undefined) known.shown = shown;
    // Of one that a restored table licensed before, nobody here knows when.
    if (known !== undefined || row.attempt !== undefined) return;
    this.#claims.set(row.clientOrderId, {
      account: row.account,
      source: row.signal.source,
      atMs: attempt.preparedAtMs,
      shown,
      rests: restsOnArrival(attempt.order),
    });
  }

  /** An order of ours was made; `isOpen` says of another one whether it rests there now. */
  placed(clientOrderId: string, isOpen: (exchangeOrderId: string) => boolean): void {
    const claim = this.#claims.get(clientOrderId);
    const rails = claim && this.#config.accounts[claim.account]?.rails;
    if (claim === undefined || rails === undefined || this.#placed.has(clientOrderId)) return;
    this.#placed.set(clientOrderId, claim);
    for (const [promise, isKept] of [
      ['the orders of an hour at the exchange stay within their cap', this.#inHour(claim, rails)],
      ['two orders of a source at the exchange keep its cooldown', this.#isCool(claim, rails)],
      ['an order comes to rest where another one may', hasRoom(claim, rails, isOpen)],
    ] as const) {
      if (!isKept) this.#monitor.broken(promise, claim.account, clientOrderId);
    }
  }

  /** The store counts again from what it was. */
  restored(): void {
    this.#claims.clear();
    this.#placed.clear();
  }

  #inHour(claim: Claim, { maxOrdersPerHour: most }: Rails): boolean {
    if (most === undefined) return true;
    const hourOf = ({ atMs }: Claim): number => Math.floor(atMs / HOUR_MS);
    const isOfHour = (one: Claim): boolean =>
      one.account === claim.account && hourOf(one) === hourOf(claim);
    return [...this.#placed.values()].filter(isOfHour).length <= most;
  }

  #isCool(claim: Claim, { cooldownMs }: Rails): boolean {
    if (cooldownMs === undefined) return true;
    return [...this.#placed.values()].every((one) => {
      const isOther = one.account !== claim.account || one.source !== claim.source;
      return one === claim || isOther || Math.abs(one.atMs - claim.atMs) >= cooldownMs;
    });
  }
}

/** Orders that came after its worker looked are not held against it. */
function hasRoom(
  { rests, shown }: Claim,
  { maxOpenOrders: most }: Rails,
  isOpen: (exchangeOrderId: string) => boolean,
): boolean {
  if (most === undefined || !rests) return true;
  return shown !== undefined && shown.filter(isOpen).length < most;
}
