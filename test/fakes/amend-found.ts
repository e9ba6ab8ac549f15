/** An order as an exchange of the tests has it after an amend, and what Kraken says of that. */
import { decimal } from '../../functions/core/decimal.ts';
import { amendOutcome } from '../../functions/core/amend-answer.ts';
import type { AmendOutcome, OrderChange } from '../../functions/core/amending.ts';
import type { FoundOrder } from '../../functions/core/ports.ts';

/** The order and the answer, by Kraken's rules as far as an exchange without money has them. */
export function amendFound(
  found: FoundOrder,
  change: OrderChange,
): { readonly order: FoundOrder; readonly told: AmendOutcome } {
  const { order, errors } = amendedTerms(found, change);
  const result = errors.length > 0 ? undefined : { amend_id: 'TFAKEA-AAAAA-BBBBBB' };
  return { order, told: amendOutcome({ kind: 'answered', errors, result }) };
}

/** The order after the change, and why Kraken refuses it; no errors: it was made. */
export function amendedTerms(
  order: FoundOrder,
  {
    volume,
    limitPrice,
    triggerPrice,
    postOnly,
  }: Omit<OrderChange, 'deadlineMs' | 'postOnly'> & {
    readonly postOnly?: boolean;
  },
): { readonly order: FoundOrder; readonly errors: readonly string[] } {
  const refused = (text: string) => ({ order, errors: [text] });
  if (order.status !== 'open') return refused('EOrder:Unknown order');
  const isLimit = order.type === 'limit' || order.type === 'iceberg';
  if (isLimit && triggerPrice !== undefined) {
    return refused('EGeneral:Invalid arguments:trigger_price');
  }
  if (!isLimit && limitPrice !== undefined && order.price2 === undefined) {
    return refused('EGeneral:Invalid arguments:limit_price');
  }
  const price = isLimit ? limitPrice : triggerPrice;
  const price2 = isLimit ? undefined : limitPrice;
  const next: FoundOrder = {
    ...order,
    ...(volume === undefined ? {} : { volume: decimal(volume) }),
    ...(price === undefined ? {} : { price: decimal(price) }),
    ...(price2 === undefined ? {} : { price2 }),
  };
  const isSame =
    next.volume.eq(order.volume) &&
    (price === undefined || order.price?.eq(price) === true) &&
    (price2 === undefined || decimal(order.price2 ?? '0').eq(price2));
  if (isSame) return refused('EOrder:No amendable parameters specified');
  const status = next.filled.gte(next.volume) ? 'canceled' : next.status;
  return { order: { ...next, ...flagsOf(next, postOnly === true), status }, errors: [] };
}

/** Whether Kraken keeps post-only is not known, so it does not: it is what the change says. */
function flagsOf({ flags }: FoundOrder, isPost: boolean): Pick<FoundOrder, 'flags'> {
  if (flags === undefined || isPost) return {};
  return { flags: flags.filter((flag) => flag !== 'post') };
}
