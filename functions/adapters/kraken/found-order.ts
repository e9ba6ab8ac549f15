/**
 * Reads an order as Kraken shows it. What is not shown, or shown as nothing (`0`, `none`, an empty
 * text), is absent.
 * Source: https://docs.kraken.com/api/docs/rest-api/get-open-orders
 */
import { parseDecimal, type Decimal } from '../../core/decimal.ts';
import type { Pair } from '../../core/market/pair.ts';
import type { FoundOrder } from '../../core/ports.ts';
import { leverageOf } from '../../core/reconcile/same-order.ts';
import { bySpelling } from './pairs.ts';
import type { WireOrder } from './wire.ts';

/** Reads entries of OpenOrders, ClosedOrders and QueryOrders; `pair` becomes the pair's altname. */
export function foundOrder(
  pairs: readonly Pair[],
): (entry: readonly [string, WireOrder]) => FoundOrder {
  const pairOf = bySpelling(pairs);
  return ([exchangeOrderId, order]) => {
    const { cl_ord_id, userref, refid, status, opentm, descr, vol, vol_exec } = order;
    return {
      exchangeOrderId,
      ...(cl_ord_id ? { clientOrderId: withDashes(cl_ord_id) } : {}),
      ...(userref ? { userref } : {}),
      ...(refid ? { refid } : {}),
      pair: pairOf(descr.pair)?.altname ?? descr.pair,
      side: descr.type,
      type: descr.ordertype,
      volume: vol,
      ...terms(order),
      openedAtMs: opentm,
      status,
      filled: vol_exec,
      ...executed(order),
    };
  };
}

/** A client order id as we write it. Kraken keeps UUIDs as numbers and may write them otherwise. */
function withDashes(clientOrderId: string): string {
  const hex = clientOrderId.replaceAll('-', '').toLowerCase();
  if (!/^[0-9a-f]{32}$/.test(hex)) return clientOrderId;
  return hex.replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, '$1-$2-$3-$4-$5');
}

type Terms = Pick<
  FoundOrder,
  | 'price'
  | 'distance'
  | 'price2'
  | 'leverage'
  | 'closes'
  | 'flags'
  | 'trigger'
  | 'startAtMs'
  | 'expireAtMs'
>;

function terms({ descr, oflags, trigger, starttm, expiretm }: WireOrder): Terms {
  const price = parseDecimal(descr.price);
  const leverage = leverageOf(descr.leverage);
  const isDistance = /^[+-]/.test(descr.price);
  return {
    ...(price.ok && !price.value.eq('0') ? { price: price.value } : {}),
    ...(isDistance ? { distance: descr.price } : {}),
    ...(isShown(descr.price2) ? { price2: descr.price2 } : {}),
    ...(leverage === undefined ? {} : { leverage }),
    ...(descr.close === '' ? {} : { closes: descr.close }),
    ...(typeof oflags !== 'string'
      ? {}
      : { flags: oflags.split(',').filter((flag) => flag !== '') }),
    ...(trigger === 'last' || trigger === 'index' ? { trigger } : {}),
    ...(starttm > 0 ? { startAtMs: starttm } : {}),
    ...(expiretm > 0 ? { expireAtMs: expiretm } : {}),
  };
}

type Executed = Pick<FoundOrder, 'cost' | 'fee' | 'averagePrice'>;

/** Figures of what was executed; none while nothing is. */
function executed({ vol_exec, cost, fee, price }: WireOrder): Executed {
  if (!vol_exec.gt('0')) return {};
  return {
    ...(cost === undefined ? {} : { cost }),
    ...(fee === undefined ? {} : { fee }),
    ...(isAbove(price) ? { averagePrice: price } : {}),
  };
}

function isAbove(price: Decimal | undefined): price is Decimal {
  return price?.gt('0') === true;
}

function isShown(text: string): boolean {
  const price = parseDecimal(text);
  return price.ok ? !price.value.eq('0') : text !== '';
}
