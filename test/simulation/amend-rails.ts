/** What a change to an order is worth and what rails say of that, reckoned by the witness itself. */
import { decimal, max, ZERO, type Decimal } from '../../functions/core/decimal.ts';
import type { AmendLicence } from '../../functions/core/amending.ts';
import type { Order, OrderRow } from '../../functions/core/order.ts';
import type { Monitor } from './monitor.ts';

/** What a market order would pay. */
const ASK = decimal('50000.5');

/** What one unit is reckoned with: what a buy pays at most, the higher price of a sale. */
function priceOf({ side, type, price, price2 }: Order): Decimal {
  if (price === undefined || type.startsWith('trailing')) return ASK;
  if (price2 === undefined || /^[+-]/.test(price2)) return decimal(price);
  return side === 'buy' ? decimal(price2) : max(decimal(price), decimal(price2));
}

/** What the whole order is worth. */
export function worthOf(order: Order): Decimal {
  if (order.volumeInQuote === true) return decimal(order.volume);
  return priceOf(order).times(order.volume);
}

/** Whether it is larger, or a price worse for its owner: higher for a buy, lower for a sale. */
export function addsRisk(before: Order, next: Order): boolean {
  if (decimal(next.volume).gt(before.volume)) return true;
  return (['price', 'price2'] as const).some((slot) => {
    const [was, is] = [before[slot], next[slot]];
    if (was === undefined || is === undefined || /^[+-]/.test(is)) return false;
    return before.side === 'buy' ? decimal(is).gt(was) : decimal(is).lt(was);
  });
}

/** The least that a change adds to the day, whatever was filled of the order when it was decided. */
function leastAdded(before: Order, next: Order): Decimal {
  const more = decimal(next.volume).minus(before.volume);
  if (before.side === 'sell') return max(more.times(priceOf(next)), ZERO);
  const [was, is] = [priceOf(before), priceOf(next)];
  return max(is.gte(was) ? more.times(is) : worthOf(next).minus(worthOf(before)), ZERO);
}

/** The rails of a new order hold for what a change adds. */
export function holdRails(
  monitor: Monitor,
  { account, clientOrderId: id, attempt }: OrderRow,
  { asked, risk }: AmendLicence,
): void {
  const rails = monitor.config.accounts[account]?.rails;
  const [cap] = rails?.maxOrder?.split(' ') ?? [];
  const worth = worthOf(asked.order);
  const first = attempt === undefined ? worth : worthOf(attempt.order);
  if (cap !== undefined && worth.gt(cap) && worth.gt(first)) {
    monitor.broken('an amended order is worth no more than one may be', worth.toFixed(), id);
  }
  const least = leastAdded(asked.before, asked.order);
  const added = decimal(risk.notional?.add ?? '0');
  if (rails?.maxDaily !== undefined && added.plus('0.01').lt(least)) {
    const detail = `${added.toFixed()} of ${least.toFixed()}`;
    monitor.broken('what an amend adds is counted in its day', detail, id);
  }
  if (rails?.maxOrdersPerHour !== undefined && risk.count === undefined) {
    monitor.broken('an amend that adds counts as one of the hour', account, id);
  }
  if (rails?.cooldownMs !== undefined && risk.cooldown === undefined) {
    monitor.broken('an amend that adds keeps the cooldown', account, id);
  }
}
