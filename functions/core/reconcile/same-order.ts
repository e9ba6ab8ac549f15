/**
 * Whether an order at the exchange is the one that was sent. It was found by our own unguessable id,
 * or by a userref and its times, so this is a check of a check: what Kraken shows must not
 * contradict what was sent, and what it does not show, or may show in another way, contradicts
 * nothing; an attached close order alone must be shown. A wrong "differs" would send a person for
 * nothing; it never leads to a second order.
 */
import { decimal, parseDecimal, plain, type Decimal } from '../decimal.ts';
import type { Order } from '../order.ts';
import type { Pair } from '../market/pair.ts';
import type { FoundOrder } from '../ports.ts';
import { err, ok, type Result } from '../result.ts';
import { closeText, sameClose } from './same-close.ts';
import { samePrice } from './same-price.ts';
import type { OrderType } from '../signal.ts';

type Same = Result<true, string>;

/**
 * What a triggered order is once its price is reached. Kraken documents for its executions that the
 * type is then the new one; whether the order itself is shown so is not said.
 */
const BECOMES: Readonly<Partial<Record<OrderType, OrderType>>> = {
  'stop-loss': 'market',
  'take-profit': 'market',
  'trailing-stop': 'market',
  'stop-loss-limit': 'limit',
  'take-profit-limit': 'limit',
  'trailing-stop-limit': 'limit',
};

/** Whether an order is of the pair, under whichever of its names Kraken shows it. */
export function isOfPair(found: FoundOrder, pair: Pair): boolean {
  const names = [pair.altname, pair.id, pair.wsname, pair.name].map((name) => name.toUpperCase());
  return names.includes(found.pair.toUpperCase());
}

/** Compares pair, side, type, volume, prices, and the terms that Kraken shows. */
export function sameOrder(order: Order, found: FoundOrder, pair: Pair): Same {
  if (!isOfPair(found, pair)) return differs('pair', order.pair, found.pair);
  if (found.side !== order.side) return differs('side', order.side, found.side);
  const isTriggered = found.type !== order.type && found.type === BECOMES[order.type];
  if (found.type !== order.type && !isTriggered) return differs('type', order.type, found.type);
  const prices = isTriggered ? triggeredPrices(order, found) : samePrices(order, found);
  const checks = [() => sameVolume(order, found), () => prices, () => sameTerms(order, found)];
  for (const check of checks) {
    const same = check();
    if (!same.ok) return same;
  }
  return ok(true);
}

/** In which unit Kraken shows a volume that was given in the quote is not known. */
function sameVolume(order: Order, found: FoundOrder): Same {
  if (order.volumeInQuote === true || found.volume.eq(decimal(order.volume))) return ok(true);
  return differs('volume', order.volume, plain(found.volume));
}

function samePrices(order: Order, found: FoundOrder): Same {
  const shown = shownPrice(found);
  const isFirst = order.price !== undefined && samePrice(order.price, shown);
  // A recorded answer shows a stop-loss-limit with its limit in place of the trigger.
  const isLimit =
    BECOMES[order.type] === 'limit' && order.price2 !== undefined && samePrice(order.price2, shown);
  if (order.price !== undefined && !isFirst && !isLimit) {
    return differs('price', order.price, shown ?? 'none');
  }
  const second = found.price2;
  if (second === undefined || samePrice(order.price2 ?? '', second)) return ok(true);
  return differs('second price', order.price2 ?? 'none', second);
}

/** Of an order that was triggered every price that is shown must be one that was sent. */
function triggeredPrices(order: Order, found: FoundOrder): Same {
  const sent = [order.price, order.price2].filter((price) => price !== undefined);
  // What a trailing stop became at which price, only the market knows.
  if (order.type.startsWith('trailing')) return ok(true);
  for (const shown of [shownPrice(found), found.price2]) {
    if (shown === undefined || sent.some((price) => samePrice(price, shown))) continue;
    return differs('price', sent.join(' and '), shown);
  }
  return ok(true);
}

function sameTerms(order: Order, found: FoundOrder): Same {
  // Of a settlement it means nothing, and which is shown is not documented.
  const isSettled = order.type === 'settle-position';
  const shown = isSettled ? undefined : found.leverage;
  const leverage = shown ?? decimal(order.leverage ?? '1');
  if (!leverage.eq(order.leverage ?? '1')) {
    return differs('leverage', order.leverage ?? 'none', plain(leverage));
  }
  if (!sameClose(order.close, found.closes)) {
    return differs('attached close', closeText(order.close), found.closes ?? 'none');
  }
  for (const [flag, isSent] of [
    ['post', order.postOnly === true],
    ['viqc', order.volumeInQuote === true],
  ] as const) {
    const isShown = found.flags?.includes(flag) ?? isSent;
    if (isShown !== isSent) return differs(`flag ${flag}`, onOff(isSent), onOff(isShown));
  }
  // Kraken falls back from the index to the last price by itself, never the other way.
  if (found.trigger === 'index' && order.trigger !== 'index') {
    return differs('trigger', 'last', 'index');
  }
  return sameTimes(order, found);
}

function sameTimes(order: Order, found: FoundOrder): Same {
  for (const [what, sent, shown] of [
    ['start', order.startAtMs, found.startAtMs],
    ['end', order.expireAtMs, found.expireAtMs],
  ] as const) {
    // Kraken counts seconds.
    const isSame = sent !== undefined && shown !== undefined && Math.abs(shown - sent) < 1_000;
    if (shown === undefined || isSame) continue;
    return differs(what, sent === undefined ? 'none' : instant(sent), instant(shown));
  }
  return ok(true);
}

/** A price as Kraken shows it: a distance where it shows one. */
function shownPrice({ price, distance }: FoundOrder): string | undefined {
  return distance ?? (price === undefined ? undefined : plain(price));
}

/** Reads Kraken's `5:1`; undefined for `none`. */
export function leverageOf(text: string): Decimal | undefined {
  const ratio = parseDecimal(text.replace(/:1$/, ''));
  return ratio.ok && ratio.value.gt('0') ? ratio.value : undefined;
}

function onOff(is: boolean): string {
  return is ? 'on' : 'off';
}

function instant(atMs: number): string {
  return new Date(atMs).toISOString();
}

function differs(what: string, sent: string, found: string): Same {
  return err(`its ${what} is ${found}, and ${sent} was sent`);
}
