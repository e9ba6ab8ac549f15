/** A paper order as an exchange shows it. */
import { decimal } from '../decimal.ts';
import type { FoundOrder } from '../ports.ts';
import type { PaperOrder } from './paper-book.ts';
import { closeWords } from './paper-close.ts';
import { isTrailing, isTriggerType } from './paper-rules.ts';

/** What a look-up finds: every parameter that was sent, and what was executed. */
export function showOrder(paper: PaperOrder): FoundOrder {
  const { order, fill, volume } = paper;
  const flags = [order.postOnly === true ? 'post' : '', order.volumeInQuote === true ? 'viqc' : ''];
  return {
    exchangeOrderId: paper.id,
    ...(paper.clientOrderId === undefined ? {} : { clientOrderId: paper.clientOrderId }),
    ...(paper.userref === undefined ? {} : { userref: paper.userref }),
    ...(paper.refid === undefined ? {} : { refid: paper.refid }),
    pair: order.pair,
    side: order.side,
    type: order.type,
    volume: decimal(volume),
    ...priceOf(paper),
    ...(order.price2 === undefined ? {} : { price2: order.price2 }),
    // Fees are taken in the quote currency, for sales too.
    flags: ['fciq', ...flags].filter((flag) => flag !== ''),
    ...(isTriggerType(order.type) ? { trigger: order.trigger ?? 'last' } : {}),
    ...(order.startAtMs === undefined ? {} : { startAtMs: order.startAtMs }),
    ...(order.expireAtMs === undefined ? {} : { expireAtMs: order.expireAtMs }),
    ...(order.close === undefined ? {} : { closes: closeWords(order.close) }),
    openedAtMs: paper.openedAtMs,
    status: paper.status,
    filled: decimal(fill?.volume ?? '0'),
    ...(fill === undefined
      ? {}
      : {
          cost: decimal(fill.cost),
          fee: decimal(fill.fee),
          averagePrice: decimal(fill.price),
        }),
  };
}

function priceOf({ order: { price, type } }: PaperOrder): Pick<FoundOrder, 'price' | 'distance'> {
  if (price === undefined) return {};
  return isTrailing(type) ? { distance: price } : { price: decimal(price) };
}
