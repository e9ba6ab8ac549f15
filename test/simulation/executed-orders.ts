/** What the exchange executed of the orders of strategies, and what of it was counted in a book. */
import type { BookEntry } from '../../functions/core/book.ts';
import { ZERO, type Decimal } from '../../functions/core/decimal.ts';
import type { OrderRow } from '../../functions/core/order.ts';
import type { FoundOrder } from '../../functions/core/ports.ts';

/** What was counted of one order. */
interface Counted {
  readonly volume: Decimal;
  readonly cost: Decimal;
  readonly fee: Decimal;
}

const NOTHING: Counted = { volume: ZERO, cost: ZERO, fee: ZERO };

/** The orders of one world's strategies, and the close orders that their fills opened. */
export class ExecutedOrders {
  readonly #orders = new Map<string, FoundOrder>();
  /** Close orders of an entry, by our id of that. */
  readonly #closes = new Map<string, FoundOrder[]>();
  readonly #counted = new Map<string, Counted>();

  /** The exchange made an order; `order` goes on to say how much of it was executed. */
  placed(order: FoundOrder, clientOrderId: string): void {
    this.#orders.set(clientOrderId, order);
  }

  /** A fill of an entry opened this close order, which goes on to say what was executed of it. */
  opened(close: FoundOrder, clientOrderId: string): void {
    this.#closes.set(clientOrderId, [...this.closesOf(clientOrderId), close]);
  }

  /** An entry of a book counts this much more of an order: the sums before and after. */
  count(
    { orderKey }: OrderRow,
    { closeId, volume, cost, fee }: BookEntry,
  ): { readonly before: Counted; readonly now: Counted } {
    const name = nameOf(orderKey, closeId);
    const before = this.#counted.get(name) ?? NOTHING;
    const now = {
      volume: before.volume.plus(volume),
      cost: before.cost.plus(cost),
      fee: before.fee.plus(fee),
    };
    this.#counted.set(name, now);
    return { before, now };
  }

  /** Whether neither the order of a row nor a close of it is open. */
  isEnded({ clientOrderId }: OrderRow): boolean {
    const closes = this.closesOf(clientOrderId);
    const all = [this.#orders.get(clientOrderId), ...closes];
    return all.every((order) => order?.status !== 'open');
  }

  /** Whether all that was executed of a row's order and its closes is counted. */
  isCounted(row: OrderRow): boolean {
    const closes = this.closesOf(row.clientOrderId);
    return (
      this.isOrderCounted(row) &&
      closes.every(({ exchangeOrderId }) => this.isOrderCounted(row, exchangeOrderId))
    );
  }

  /** The close orders that an entry opened. */
  closesOf(clientOrderId: string): readonly FoundOrder[] {
    return this.#closes.get(clientOrderId) ?? [];
  }

  /** The order of a row, or a close order that it opened. */
  orderOf(clientOrderId: string, closeId?: string): FoundOrder | undefined {
    if (closeId === undefined) return this.#orders.get(clientOrderId);
    return this.closesOf(clientOrderId).find((one) => one.exchangeOrderId === closeId);
  }

  /** The same of one of them. */
  isOrderCounted({ orderKey, clientOrderId }: OrderRow, closeId?: string): boolean {
    const { volume, cost, fee } = this.#counted.get(nameOf(orderKey, closeId)) ?? NOTHING;
    const order = this.orderOf(clientOrderId, closeId);
    return (
      volume.eq(order?.filled ?? ZERO) && cost.eq(order?.cost ?? ZERO) && fee.eq(order?.fee ?? ZERO)
    );
  }
}

function nameOf(orderKey: string, closeId: string | undefined): string {
  return `${orderKey} ${closeId ?? ''}`;
}
