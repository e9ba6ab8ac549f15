/**
 * The fields of AmendOrder. The order is named by Kraken's id; what is absent stays as it is.
 * Source: https://docs.kraken.com/api/docs/rest-api/amend-order
 */
import type { OrderChange } from '../../core/amending.ts';
import { assert } from '../../core/result.ts';
import type { Form } from './form.ts';

/** A plain price or volume: Kraken would read a sign or a percentage as a distance. */
const PLAIN = /^[0-9]+(?:\.[0-9]+)?$/;

/** The form of a change, without its nonce. Throws when it is not one that may go out. */
export function amendOrderForm(exchangeOrderId: string, change: OrderChange): Form {
  const { volume, limitPrice, triggerPrice, postOnly, deadlineMs } = change;
  const values = [volume, limitPrice, triggerPrice].filter((value) => value !== undefined);
  assert(exchangeOrderId !== '', 'an amend names its order');
  assert(values.length > 0, 'an amend changes something');
  assert(
    values.every((value) => PLAIN.test(value)),
    'an amend has absolute values',
  );
  assert(postOnly !== true || limitPrice !== undefined, 'post-only belongs to a limit');
  return {
    txid: exchangeOrderId,
    order_qty: volume,
    limit_price: limitPrice,
    trigger_price: triggerPrice,
    post_only: postOnly === true ? 'true' : undefined,
    deadline: new Date(deadlineMs).toISOString(),
  };
}
