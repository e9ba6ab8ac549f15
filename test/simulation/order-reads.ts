/**
 * How the orders of the simulated exchange show in reads: late, not for a moment, or not at all to a
 * key that is blind.
 */
import { ZERO, type Decimal } from '../../functions/core/decimal.ts';
import type { Order } from '../../functions/core/order.ts';
import type { Balance, FoundOrder } from '../../functions/core/ports.ts';
import { point } from './crash-table.ts';
import type { KeyRing } from './key-ring.ts';
import type { Surroundings } from './process.ts';
import type { ReadHistory } from './read-history.ts';

/** One order at the exchange, and how it shows. */
export interface Entry {
  readonly order: FoundOrder;
  /** What went out; absent for what was not sent by us. */
  readonly sent?: { readonly order: Order; readonly clientOrderId: string };
  /** Our id of the entry that opened it, as an attached close. */
  readonly parent?: string;
  /** For how much it was opened, where it is a close; an amend may make it smaller. */
  readonly opened?: Decimal;
  /** The Kraken account. */
  readonly owner: string;
  readonly visibleAtMs: number;
  tradedAtMs: number | undefined;
  /** Reads between these times miss the order. */
  flicker: { readonly fromMs: number; readonly toMs: number } | undefined;
}

/** Hears which single order of ours was cancelled; of a close, our id of the entry that opened it. */
export type Cancelled = (clientOrderId: string, isClose: boolean) => void;

/** How long a look-up misses an order that flickers: less than lies between two sweeps. */
const FLICKER_MS = 4_000;

/** What reads show of the orders of every account. */
export class OrderReads {
  readonly #around: Surroundings;
  readonly #entries: readonly Entry[];
  readonly #lagMs: number;
  readonly #keys: KeyRing;
  readonly #history: ReadHistory | undefined;

  /** `entries` grow with the book that owns them. */
  constructor(
    around: Surroundings,
    entries: readonly Entry[],
    options: {
      readonly lagMs: number;
      readonly keys: KeyRing;
      /** What reads show of orders that change. */
      readonly history: ReadHistory | undefined;
    },
  ) {
    this.#around = around;
    this.#entries = entries;
    this.#lagMs = options.lagMs;
    this.#keys = options.keys;
    this.#history = options.history;
  }

  /**
   * What of the base asset an account holds that began with `start`, and what of it no open sale
   * holds; `isShown`: as reads show it, which lag. Margin is not of it.
   */
  holding(owner: string, start: Decimal, isShown: boolean): Balance {
    const { faults, scheduler } = this.#around;
    let [total, held] = [start, ZERO];
    for (const entry of this.#entries) {
      const { side, volume, filled, leverage, status } = entry.order;
      if (entry.owner !== owner || leverage !== undefined) continue;
      if (isShown && !faults.quiet && entry.visibleAtMs > scheduler.nowMs) continue;
      total = side === 'buy' ? total.plus(filled) : total.minus(filled);
      if (side === 'sell' && status === 'open') held = held.plus(volume.minus(filled));
    }
    return { total, available: total.minus(held) };
  }

  /** The orders that a key is shown now; a look-up by our id may miss an order for a while. */
  visible(keyId: string, mayFlicker: boolean): readonly FoundOrder[] {
    const { faults, scheduler, seen } = this.#around;
    const { owner, half } = this.#keys.of(keyId);
    if (half === 'query' && faults.lasts('query key is blind')) return [];
    const nowMs = scheduler.nowMs;
    const lag = faults.quiet ? 0 : this.#lagMs;
    return this.#entries
      .filter((entry) => {
        if (entry.owner !== owner) return false;
        if (lag > 0 && entry.visibleAtMs > nowMs) {
          seen.add(point(21));
          return false;
        }
        if (
          entry.flicker === undefined &&
          mayFlicker &&
          faults.strikes('order flickers in reads')
        ) {
          entry.flicker = { fromMs: nowMs, toMs: nowMs + FLICKER_MS };
        }
        const { flicker } = entry;
        return flicker === undefined || nowMs < flicker.fromMs || nowMs >= flicker.toMs;
      })
      .map(({ order }) => this.#history?.shown(order) ?? order);
  }

  /** Exchange ids of the trades in that time. */
  traded(keyId: string, sinceMs: number, untilMs: number): readonly string[] {
    const seen = new Set(this.visible(keyId, false).map(({ exchangeOrderId }) => exchangeOrderId));
    const ids = this.#entries
      .filter(({ tradedAtMs: at }) => at !== undefined && at >= sinceMs && at <= untilMs)
      .map(({ order }) => order.exchangeOrderId)
      .filter((id) => seen.has(id));
    if (ids.some((id) => id.startsWith('OHAND'))) this.#around.seen.add(point(29));
    return ids;
  }
}
