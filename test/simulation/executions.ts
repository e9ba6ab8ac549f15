/**
 * How orders trade in a world that follows them: market orders at once, in parts over some seconds,
 * or in part and then no more; orders that rest whole, in part, or never. A read that lags shows an
 * order as it was some time ago.
 */
import { decimal, min, ZERO, type Decimal } from '../../functions/core/decimal.ts';
import type { FoundOrder } from '../../functions/core/ports.ts';
import type { Surroundings } from './process.ts';
import type { Random } from './random.ts';
import { ReadHistory } from './read-history.ts';

/** The rate of a fee, and decimals of amounts. */
const FEE = '0.0026';
const COST_DECIMALS = 5;
const LOT_DECIMALS = 8;
/** How far back a look may see. */
const LAG_MAX_MS = 60_000;

/** The executions of one exchange. */
export class Executions {
  readonly #around: Surroundings;
  readonly #random: Random;
  /** What reads show. */
  readonly history: ReadHistory;

  constructor(around: Surroundings, random: Random) {
    this.#around = around;
    this.#random = random;
    this.history = new ReadHistory(around, LAG_MAX_MS);
  }

  /** An order has arrived and begins to trade; `traded` hears of each part. */
  begin(order: FoundOrder, rests: boolean, traded: () => void): void {
    const { volume } = order;
    Object.assign(order, { status: 'open', filled: ZERO, cost: ZERO, fee: ZERO });
    const random = this.#random;
    if (!rests && random.chance(550_000)) this.#trade(order, volume, traded);
    this.changed(order);
    if (order.status !== 'open' || (rests && random.chance(300_000))) return;
    const parts = random.between(1, 4);
    const part = volume.div(String(parts)).round(LOT_DECIMALS, 0);
    const isCut = random.chance(rests ? 500_000 : 60_000);
    const [least, most] = rests ? [100, 90_000] : [50, 9_000];
    let atMs = 0;
    for (let count = 1; count <= parts; count += 1) {
      atMs += random.between(least, most);
      const isLast = count === parts;
      this.#later(atMs, order, () => {
        if (isLast && isCut) return rests ? undefined : this.#end(order);
        // It may have become smaller since it began.
        const rest = order.volume.minus(order.filled);
        this.#trade(order, isLast ? rest : min(part, rest), traded);
        this.changed(order);
      });
    }
  }

  /** The order is another one from now on. */
  changed(order: FoundOrder): void {
    this.history.changed(order);
  }

  #later(ms: number, order: FoundOrder, act: () => void): void {
    this.#around.scheduler.after(ms, () => {
      if (order.status === 'open') act();
    });
  }

  #end(order: FoundOrder): void {
    Object.assign(order, { status: 'canceled' });
    this.#around.seen.add('market order ended in part');
    this.changed(order);
  }

  #trade(order: FoundOrder, volume: Decimal, traded: () => void): void {
    const price = decimal(String(50_000 + this.#random.between(-40, 40)));
    const worth = volume.times(price).round(COST_DECIMALS, 1);
    const filled = order.filled.plus(volume);
    const isWhole = filled.gte(order.volume);
    const cost = (order.cost ?? ZERO).plus(worth);
    const fee = (order.fee ?? ZERO).plus(worth.times(FEE).round(COST_DECIMALS, 1));
    const status = isWhole ? 'closed' : 'open';
    Object.assign(order, { filled, cost, fee, status });
    const kind = order.type === 'market' ? 'market' : 'limit';
    this.#around.seen.add(`${kind} filled${isWhole ? '' : ' in part'}`);
    traded();
  }
}
