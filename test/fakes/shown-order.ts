/** An order as an exchange of the tests shows it again: what Kraken's reads say of its terms. */
import { decimal } from '../../functions/core/decimal.ts';
import type { OrderName } from '../../functions/core/identity.ts';
import type { Order } from '../../functions/core/order.ts';
import type { FoundOrder } from '../../functions/core/ports.ts';
import { parsePriceText } from '../../functions/core/message/price-text.ts';
import { assert } from '../../functions/core/result.ts';

/** The part of a found order that says what was asked for. */
export type ShownOrder = Omit<FoundOrder, 'exchangeOrderId' | 'openedAtMs' | 'status' | 'filled'>;

/** The order in the words of a read; a distance stays a distance. */
export function shownOrder(order: Order): ShownOrder {
  const { price, price2, leverage, trigger, startAtMs, expireAtMs, postOnly, close } = order;
  return {
    pair: order.pair,
    side: order.side,
    type: order.type,
    volume: decimal(order.volume),
    ...(price === undefined ? {} : shownPrice(price)),
    ...(price2 === undefined ? {} : { price2 }),
    ...(leverage === undefined ? {} : { leverage: decimal(leverage) }),
    ...(postOnly === true ? { flags: ['fciq', 'post'] } : {}),
    ...(trigger === undefined ? {} : { trigger }),
    ...(startAtMs === undefined ? {} : { startAtMs }),
    ...(expireAtMs === undefined ? {} : { expireAtMs }),
    ...(close === undefined ? {} : { closes: closesText(close) }),
  };
}

/** The one identifier that the exchange knows the order by. */
export function shownName({
  clientOrderId,
  userref,
}: OrderName): Pick<FoundOrder, 'clientOrderId' | 'userref'> {
  return userref === undefined ? { clientOrderId } : { userref };
}

/** The attached close order that what was filled of an order opens; undefined where there is none. */
export function closeOrderOf(
  { close, pair, side }: Order,
  { exchangeOrderId, userref, filled }: FoundOrder,
  openedAtMs: number,
): FoundOrder | undefined {
  if (close === undefined || !filled.gt('0')) return undefined;
  const { type, price, price2 } = close;
  return {
    exchangeOrderId: `${exchangeOrderId}-CLOSE`,
    refid: exchangeOrderId,
    ...(userref === undefined ? {} : { userref }),
    ...{ pair, side: side === 'buy' ? 'sell' : 'buy', type, volume: filled },
    ...shownPrice(price),
    ...(price2 === undefined ? {} : { price2 }),
    ...{ openedAtMs, status: 'open', filled: decimal('0') },
  };
}

/** `close position @ stop loss 22000.0 -> limit 21000.0`, as Kraken writes it. */
function closesText({ type, price, price2 }: NonNullable<Order['close']>): string {
  const words = type.replace(/-limit$/, '').replace('-', ' ');
  return `close position @ ${words} ${price}${price2 === undefined ? '' : ` -> limit ${price2}`}`;
}

function shownPrice(text: string): Pick<FoundOrder, 'price' | 'distance'> {
  const price = parsePriceText(text);
  assert(price.ok, `an order is sent with a price, not with ${text}`);
  return price.value.kind === 'price' ? { price: price.value.price } : { distance: text };
}

/** Whether the order stays open when it arrives: it waits for its time, its trigger or its price. */
export function restsOnArrival({ type, timeInForce, startAtMs }: Order): boolean {
  if (startAtMs !== undefined) return true;
  const atOnce = type === 'market' || type === 'settle-position';
  return !atOnce && timeInForce !== 'IOC' && timeInForce !== 'FOK';
}
