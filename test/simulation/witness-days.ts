/** The witness of the daily cap: adds up what licences are worth itself, however the store does. */
import type { Config } from '../../functions/core/config.ts';
import { decimal, ZERO, type Decimal } from '../../functions/core/decimal.ts';
import type { OrderRow } from '../../functions/core/order.ts';
import type { Preparation } from '../../functions/core/ports.ts';
import { worthOf } from './amend-rails.ts';
import type { Monitor } from './monitor.ts';

const DAY_MS = 86_400_000;
/** Of what an order is worth by the witness: markets wander a little between a look and a licence. */
const AT_LEAST = '0.98';

/** What was counted, by account and day. */
export class DailyCaps {
  readonly #counted = new Map<string, Decimal>();
  readonly #monitor: Monitor;
  readonly #config: Config;

  constructor(monitor: Monitor, config: Config) {
    this.#monitor = monitor;
    this.#config = config;
  }

  /** A first licence of an order that adds risk. */
  licensed({ account, clientOrderId }: OrderRow, { attempt, risk }: Preparation): void {
    const { order } = attempt;
    const isCapped = this.#config.accounts[account]?.rails?.maxDaily !== undefined;
    // What a settlement costs is what its position cost once.
    if (!isCapped || order.type === 'settle-position') return;
    const [least, added] = [worthOf(order).times(AT_LEAST), decimal(risk.notional?.add ?? '0')];
    if (added.gte(least)) return;
    const detail = `${added.toFixed()} of ${least.toFixed()}`;
    this.#monitor.broken('what an order is worth is counted in its day', detail, clientOrderId);
  }

  count({ account, clientOrderId }: OrderRow, atMs: number, add: string | undefined): void {
    const cap = this.#config.accounts[account]?.rails?.maxDaily?.split(' ')[0];
    if (cap === undefined || add === undefined) return;
    const day = `${account} ${Math.floor(atMs / DAY_MS)}`;
    const sum = (this.#counted.get(day) ?? ZERO).plus(decimal(add));
    this.#counted.set(day, sum);
    if (sum.gt(decimal(cap))) {
      const promise = 'what is counted in a day stays within its cap';
      this.#monitor.broken(promise, sum.toFixed(), clientOrderId);
    }
  }

  /** What was counted so far. */
  kept(): ReadonlyMap<string, Decimal> {
    return new Map(this.#counted);
  }

  /** The store is as it was then, and so are its sums. */
  restored(kept: ReadonlyMap<string, Decimal>): void {
    this.#counted.clear();
    for (const [day, sum] of kept) this.#counted.set(day, sum);
  }
}
