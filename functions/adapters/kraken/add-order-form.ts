/**
 * The fields of AddOrder for every order type. What Kraken would read in another way than it is
 * meant is not sent: a price where none belongs, a missing one, an end without a date.
 * Source: https://docs.kraken.com/api/docs/rest-api/add-order
 */
import type { OrderName } from '../../core/identity.ts';
import type { Attempt, Order } from '../../core/order.ts';
import { assert, unreachable } from '../../core/result.ts';
import type { OrderType } from '../../core/signal.ts';
import type { Form } from './form.ts';

/** The form of an attempt. Throws when the order is not one that may go out. */
export function addOrderForm(attempt: Attempt, name: OrderName): Form & { nonce: string } {
  const { order, nonce, deadlineMs, validate } = attempt;
  const { clientOrderId, userref } = name;
  const { close } = order;
  check(order);
  assert((close !== undefined) === (userref !== undefined), 'a userref is for an attached close');
  return {
    nonce,
    ordertype: order.type,
    type: order.side,
    volume: order.volume,
    pair: order.pair,
    price: order.price,
    price2: order.price2,
    trigger: order.trigger,
    displayvol: order.displayVolume,
    leverage: order.leverage,
    reduce_only: order.reduceOnly === true ? 'true' : undefined,
    stptype: order.selfTrade,
    // Never both: Kraken refuses them together.
    cl_ord_id: userref === undefined ? clientOrderId : undefined,
    userref: userref === undefined ? undefined : String(userref),
    'close[ordertype]': close?.type,
    'close[price]': close?.price,
    'close[price2]': close?.price2,
    deadline: new Date(deadlineMs).toISOString(),
    timeinforce: order.timeInForce,
    starttm: unixSeconds(order.startAtMs),
    expiretm: unixSeconds(order.expireAtMs),
    oflags: flags(order),
    validate: validate ? 'true' : undefined,
  };
}

/** How many prices a type has. */
function pricesOf(type: OrderType): 0 | 1 | 2 {
  switch (type) {
    case 'market':
    case 'settle-position':
      return 0;
    case 'limit':
    case 'iceberg':
    case 'stop-loss':
    case 'take-profit':
    case 'trailing-stop':
      return 1;
    case 'stop-loss-limit':
    case 'take-profit-limit':
    case 'trailing-stop-limit':
      return 2;
    default:
      return unreachable(type);
  }
}

/** A distance that Kraken reckons from its own last price; only trailing stops go out so. */
const DISTANCE = /^[+-]/;

function check(order: Order): void {
  const { type } = order;
  checkPrices(order);
  if (order.close !== undefined) checkPrices(order.close);
  assert((order.displayVolume !== undefined) === (type === 'iceberg'), 'an iceberg shows a part');
  assert((order.timeInForce === 'GTD') === (order.expireAtMs !== undefined), 'GTD has an end');
  assert(order.reduceOnly !== true || order.leverage !== undefined, 'reduce-only is for margin');
  const isMarketBuy = type === 'market' && order.side === 'buy' && order.leverage === undefined;
  assert(order.volumeInQuote !== true || isMarketBuy, 'a quote volume is for market buys on spot');
}

function checkPrices({ type, price, price2 }: Pick<Order, 'type' | 'price' | 'price2'>): void {
  const prices = pricesOf(type);
  assert((price !== undefined) === prices > 0, `an order of type ${type} has ${prices} prices`);
  assert((price2 !== undefined) === prices > 1, `an order of type ${type} has ${prices} prices`);
  const trails = type.startsWith('trailing');
  for (const text of [price, price2]) {
    assert(text === undefined || DISTANCE.test(text) === trails, 'only what trails is a distance');
  }
}

/**
 * Every fee is asked for in the quote currency (`fciq`). Left out, Kraken takes that of a sale in the
 * base asset, so that a strategy which sells what it owns would owe a little of what it has not.
 */
function flags({ postOnly, volumeInQuote }: Order): string {
  const set = [postOnly === true ? 'post' : '', volumeInQuote === true ? 'viqc' : '', 'fciq'];
  return set.filter((flag) => flag !== '').join(',');
}

function unixSeconds(atMs: number | undefined): string | undefined {
  if (atMs === undefined) return undefined;
  assert(Number.isInteger(atMs / 1_000), 'Kraken counts whole seconds');
  return String(atMs / 1_000);
}
