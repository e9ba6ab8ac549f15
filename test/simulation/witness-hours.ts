/** The witness of the hourly cap: counts licences itself, however the store counts them. */
import type { Config } from '../../functions/core/config.ts';
import type { OrderRow } from '../../functions/core/order.ts';
import type { Preparation } from '../../functions/core/ports.ts';
import type { Monitor } from './monitor.ts';

const HOUR_MS = 3_600_000;

/** Licences that were counted, by account and hour. */
export class HourlyCaps {
  readonly #counted = new Map<string, number>();
  readonly #monitor: Monitor;
  readonly #config: Config;

  constructor(monitor: Monitor, config: Config) {
    this.#monitor = monitor;
    this.#config = config;
  }

  prepared({ account, clientOrderId }: OrderRow, { risk }: Pick<Preparation, 'risk'>): void {
    const cap = this.#config.accounts[account]?.rails?.maxOrdersPerHour;
    if (risk.count === undefined || cap === undefined) return;
    const hour = `${account} ${Math.floor(risk.atMs / HOUR_MS)}`;
    const count = (this.#counted.get(hour) ?? 0) + 1;
    this.#counted.set(hour, count);
    if (count > cap) {
      this.#monitor.broken('an hour has no more orders than its cap', `${count}`, clientOrderId);
    }
  }

  /** What was counted so far. */
  kept(): ReadonlyMap<string, number> {
    return new Map(this.#counted);
  }

  /** The store is as it was then, and so are its counts. */
  restored(kept: ReadonlyMap<string, number>): void {
    this.#counted.clear();
    for (const [hour, count] of kept) this.#counted.set(hour, count);
  }
}
