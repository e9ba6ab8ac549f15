/**
 * Changes an open paper order in place, by the rules that a new one is judged by: ids, fills and the
 * rest of its terms stay. What is refused is said in Kraken's own error texts. Pure.
 * Source: https://docs.kraken.com/api/docs/guides/spot-amends
 */
import { decimal, plain, roundUp } from '../decimal.ts';
import type { Order } from '../order.ts';
import type { OrderChange } from '../amending.ts';
import { err, ok, type Result } from '../result.ts';
import { judgeOrder, type PaperCase } from './judge-paper.ts';
import { availableOf, restOf, type PaperOrder } from './paper-book.ts';
import { nextMinute } from './paper-price.ts';
import { crosses, isTrailing, isTriggerType } from './paper-rules.ts';

/** What an order is amended with: the market and the book of now. */
export type AmendCase = Omit<PaperCase, 'order'>;

/** The order as it is now, or Kraken's error text. One with nothing left is cancelled. */
export function amendPaper(
  paper: PaperOrder,
  change: Omit<OrderChange, 'deadlineMs'>,
  given: AmendCase,
): Result<PaperOrder, string> {
  const order = changed(paper, change);
  if (!order.ok) return order;
  const { pair, quote, book, nowMs } = given;
  const judged = judgeOrder({ ...given, order: order.value }, true);
  if (!judged.ok) return judged;
  const next: PaperOrder = { ...paper, order: order.value, volume: judged.value.volume };
  if (restOf(next).lte('0')) {
    return ok({ ...next, status: 'canceled', reason: 'User requested' });
  }
  const { asset, amount } = judged.value.hold;
  const share = decimal(amount).times(restOf(next)).div(next.volume);
  const decimals = asset === pair.quote ? pair.costDecimals : pair.lotDecimals;
  const hold = roundUp(share, decimals);
  if (availableOf(book, asset, paper.id).lt(hold)) return err('EOrder:Insufficient funds');
  const { side, price = '0' } = order.value;
  const posts = change.postOnly === true || order.value.postOnly === true;
  const isMoved = posts && change.limitPrice !== undefined;
  if (isMoved && crosses(quote, { side, price: decimal(price) })) {
    return err('EOrder:Post only order');
  }
  const isFired = paper.triggered?.limit !== undefined && change.limitPrice !== undefined;
  return ok({
    ...next,
    hold: { asset, amount: plain(hold) },
    // Prices from before the change say nothing about it.
    candlesFromMs: Math.max(paper.candlesFromMs, nextMinute(nowMs)),
    ...(isFired ? { triggered: { limit: change.limitPrice } } : {}),
  });
}

/** The order with its new terms, where its type has them and something changes. */
function changed(
  { order, triggered }: PaperOrder,
  { volume, limitPrice, triggerPrice }: Omit<OrderChange, 'deadlineMs'>,
): Result<Order, string> {
  const bad = (name: string) => err(`EGeneral:Invalid arguments:${name}`);
  const isFixed = !isTrailing(order.type);
  const waits = isTriggerType(order.type) && triggered === undefined;
  if (triggerPrice !== undefined && !(isFixed && waits)) return bad('trigger_price');
  const isLimit = order.type === 'limit' || order.type === 'iceberg';
  const hasLimit = isLimit || (isFixed && order.price2 !== undefined);
  if (limitPrice !== undefined && !hasLimit) return bad('limit_price');
  const price = isLimit ? limitPrice : triggerPrice;
  const price2 = isLimit ? undefined : limitPrice;
  const next: Order = {
    ...order,
    ...(volume === undefined ? {} : { volume }),
    ...(price === undefined ? {} : { price }),
    ...(price2 === undefined ? {} : { price2 }),
  };
  const same = (a: string | undefined, b: string | undefined): boolean =>
    a === b ||
    (a !== undefined && b !== undefined && !/^[+-]/.test(a) && decimal(a).eq(decimal(b)));
  const isSame = (['volume', 'price', 'price2'] as const).every((name) =>
    same(order[name], next[name]),
  );
  return isSame ? err('EOrder:No amendable parameters specified') : ok(next);
}
