/** What reads show of orders that change: as they are, or, where reads lag, as they were a while ago. */
import type { FoundOrder } from '../../functions/core/ports.ts';
import type { Surroundings } from './process.ts';

/** An order from some time on. */
interface Shown {
  readonly fromMs: number;
  readonly order: FoundOrder;
}

/** The orders of one exchange, as they were at every time. */
export class ReadHistory {
  readonly #around: Surroundings;
  /** How far back a look may see. */
  readonly #lagMs: number;
  readonly #known = new Map<string, Shown[]>();

  constructor(around: Surroundings, lagMs: number) {
    this.#around = around;
    this.#lagMs = lagMs;
  }

  /** The order is another one from now on. */
  changed(order: FoundOrder): void {
    const { nowMs } = this.#around.scheduler;
    const known = this.#known.get(order.exchangeOrderId) ?? [];
    known.push({ fromMs: nowMs, order: { ...order } });
    this.#known.set(order.exchangeOrderId, known);
  }

  /** The order as a read shows it. */
  shown(order: FoundOrder): FoundOrder {
    const { faults, scheduler, seen } = this.#around;
    const known = this.#known.get(order.exchangeOrderId) ?? [];
    const newest = known.at(-1);
    if (newest === undefined) return order;
    if (known.length === 1 || !faults.strikes('reads lag')) return newest.order;
    const atMs = scheduler.nowMs - faults.stream('reads lag').between(0, this.#lagMs);
    const old = known.findLast(({ fromMs }) => fromMs <= atMs) ?? known[0] ?? newest;
    if (old !== newest) seen.add('a read shows an older execution');
    if (!old.order.volume.eq(newest.order.volume))
      seen.add('a read shows an order as before its amend');
    return old.order;
  }
}
