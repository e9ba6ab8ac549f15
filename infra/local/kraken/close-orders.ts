/**
 * What a fill leaves behind where its order has an attached close: an order in the other direction
 * for the filled volume, which names its parent and has its userref, and is then on its own. Nothing
 * is checked when it opens, neither minimums nor funds: it stands on what its parent just brought.
 */
import { decimal, plain } from '../../../functions/core/decimal.ts';
import { isTriggerType } from '../../../functions/core/paper/paper-rules.ts';
import { orderOf } from './events.ts';
import { listedPair } from './names.ts';
import { closeWords, leverageWords } from './order-words.ts';
import type { OrderRecord, TradeRecord } from './state.ts';
import { exchangeId, type Turn } from './turn.ts';

/** Opens the close order of a fill; undefined where its order has none. */
export function openClose(turn: Turn, trade: TradeRecord): string | undefined {
  const parent = orderOf(turn.state, trade.txid);
  const { close, account, pair } = parent;
  if (close === undefined) return undefined;
  const txid = exchangeId('O', turn.state.counters.ordersPlaced + 1);
  const side = parent.side === 'buy' ? 'sell' : 'buy';
  const volume = volumeOf(parent, trade);
  const listed = listedPair(pair);
  const amount = decimal(volume).toFixed(listed.lotDecimals);
  const waits = isTriggerType(close.type);
  turn.emit({
    kind: 'opened',
    order: {
      ...{ txid, account, pair, side, ...close, volume, refid: parent.txid },
      ...(waits ? { trigger: parent.trigger ?? 'last', holdPrice: trade.price } : {}),
      // It has its parent's leverage, and is free to open: when the position was left by another
      // order, it begins one the other way.
      ...(parent.leverage === undefined ? {} : { leverage: parent.leverage }),
      flags: [side === 'buy' ? 'fciq' : 'fcib'],
      timeInForce: 'GTC',
      userref: parent.userref,
      clOrdId: null,
      text: `${side} ${amount} ${listed.altname} @ ${closeWords(listed, close)}${leverageWords(parent.leverage)}`,
      openedAtMs: trade.atMs,
      expiresAtMs: null,
      ...{ status: 'open', reason: null, closedAtMs: null },
      ...{ executed: '0', cost: '0', fee: '0', trades: [] },
    },
  });
  return txid;
}

/** What was filled; less a fee that was taken out of it, so that it can be sold. */
function volumeOf({ pair, side }: OrderRecord, trade: TradeRecord): string {
  const isLess = side === 'buy' && trade.feeAsset === listedPair(pair).base;
  return isLess ? plain(decimal(trade.volume).minus(trade.feeAmount)) : trade.volume;
}
