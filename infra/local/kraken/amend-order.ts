/**
 * AmendOrder: changes an open order in place, by txid or cl_ord_id. Its ids stay; what it holds is
 * held anew; what is left below the filled volume is cancelled.
 *
 * Sources: https://docs.kraken.com/api/docs/rest-api/amend-order and
 * https://docs.kraken.com/api/docs/guides/spot-amends
 */
import {
  decimal,
  parseDecimal,
  plain,
  roundDown,
  type Decimal,
} from '../../../functions/core/decimal.ts';
import { isTrailing, isTriggerType } from '../../../functions/core/paper/paper-rules.ts';
import { err, ok, type Result } from '../../../functions/core/result.ts';
import { readBoolean, readDeadline, sameClientOrderId } from './add-order-arguments.ts';
import { belowMinimum, describe, priceFault } from './add-order.ts';
import { answered, refused, type Answer } from './answer.ts';
import type { Params } from './body.ts';
import { marketOf, orderOf } from './events.ts';
import { availableOf, holdOf } from './funds.ts';
import { marginFault } from './margin-orders.ts';
import { closeOrder, crosses, takeAtOnce } from './match.ts';
import { modeRefusal } from './modes.ts';
import { listedPair } from './names.ts';
import type { KeyRecord, OrderRecord } from './state.ts';
import { isWaiting } from './triggers.ts';
import { exchangeId, type Turn } from './turn.ts';

/** What is asked for. */
interface Wish {
  readonly volume?: Decimal;
  readonly limit?: Decimal;
  readonly trigger?: Decimal;
  readonly postOnly: boolean;
  readonly deadlineMs: number;
}

/** Told of the order before it is changed, for the rate counter; Kraken's error when it is full. */
export type OnAmend = (order: OrderRecord) => string | undefined;

/** Changes the order, or says why not. */
export function amendOrder(turn: Turn, key: KeyRecord, params: Params, onAmend: OnAmend): Answer {
  const wish = readWish(params, turn.nowMs);
  if (!wish.ok) return refused(wish.error);
  const order = namedOrder(turn, key, params);
  if (typeof order === 'string') return refused(order);
  const over = onAmend(order);
  if (over !== undefined) return refused(over);
  const next = amended(order, wish.value);
  const fault = next.ok ? faultOf(turn, order, next.value, wish.value) : next.error;
  if (!next.ok || fault !== undefined) return refused(fault ?? '');
  turn.emit({ kind: 'amended', txid: order.txid, set: next.value });
  const { executed, volume, openedAtMs } = orderOf(turn.state, order.txid);
  if (decimal(executed).gte(volume)) {
    closeOrder(turn, order.txid, { status: 'canceled', reason: 'User requested' });
  } else if (openedAtMs <= turn.nowMs) {
    takeAtOnce(turn, order.txid);
  }
  return answered({ amend_id: exchangeId('T', turn.nowMs) });
}

function readWish(params: Params, nowMs: number): Result<Wish, string> {
  const bad = (name: string): Result<never, string> => err(`EGeneral:Invalid arguments:${name}`);
  const amounts: Partial<Record<'volume' | 'limit' | 'trigger', Decimal>> = {};
  for (const [name, part] of [
    ['order_qty', 'volume'],
    ['limit_price', 'limit'],
    ['trigger_price', 'trigger'],
  ] as const) {
    const text = params.get(name) ?? '';
    if (text === '') continue;
    // Distances from the market are refused rather than half done, as for AddOrder.
    const amount = parseDecimal(text);
    if (!amount.ok || amount.value.lte('0')) return bad(name);
    amounts[part] = amount.value;
  }
  if ((params.get('display_qty') ?? '') !== '') return bad('display_qty');
  const postOnly = readBoolean(params.get('post_only') ?? '');
  if (postOnly === undefined) return bad('post_only');
  const deadlineMs = readDeadline(params.get('deadline') ?? '', nowMs);
  if (deadlineMs === undefined) return bad('deadline');
  return ok({ ...amounts, postOnly, deadlineMs });
}

function namedOrder({ state }: Turn, { account }: KeyRecord, params: Params): OrderRecord | string {
  const [txid, clOrdId] = [params.get('txid') ?? '', params.get('cl_ord_id') ?? ''];
  if (txid === '' && clOrdId === '') return 'EGeneral:Invalid arguments:txid';
  const found = [...state.open]
    .map((id) => orderOf(state, id))
    .find((order) =>
      clOrdId === ''
        ? order.txid === txid
        : order.clOrdId !== null && sameClientOrderId(order.clOrdId, clOrdId),
    );
  if (found?.account === account) return found;
  const issued = clOrdId !== '' || state.orders.get(txid)?.account === account;
  return issued ? 'EOrder:Unknown order' : 'EOrder:Invalid order';
}

type Changed = Partial<
  Pick<OrderRecord, 'volume' | 'price' | 'price2' | 'holdPrice' | 'limit' | 'text'>
>;

/** The parts of the order that change; the words are made anew from all of it. */
function amended(order: OrderRecord, { volume, limit, trigger }: Wish): Result<Changed, string> {
  const waits = isTriggerType(order.type);
  const isLimit = order.type === 'limit' || order.type === 'iceberg';
  const bad = (name: string): Result<never, string> => err(`EGeneral:Invalid arguments:${name}`);
  if (trigger !== undefined && (!waits || isTrailing(order.type) || !isWaiting(order))) {
    return bad('trigger_price');
  }
  const hasLimit = isLimit || (waits && order.price2 !== undefined && !isTrailing(order.type));
  if (limit !== undefined && !hasLimit) return bad('limit_price');
  const set: Changed = {
    ...(differs(volume, order.volume) ? { volume: plain(volume) } : {}),
    ...(isLimit && differs(limit, order.price) ? { price: plain(limit) } : {}),
    ...(differs(trigger, order.price) ? { price: plain(trigger) } : {}),
    ...(!isLimit && differs(limit, order.price2 ?? '0') ? { price2: plain(limit) } : {}),
  };
  if (Object.keys(set).length === 0) return err('EOrder:No amendable parameters specified');
  const next = { ...order, ...set };
  return ok({
    ...set,
    // What was triggered rests at its limit.
    ...(set.price2 !== undefined && order.limit !== undefined ? { limit: set.price2 } : {}),
    ...(waits && !isTrailing(order.type) ? { holdPrice: holdPrice(next) } : {}),
    text: textOf(next),
  });
}

function differs(wanted: Decimal | undefined, has: string): wanted is Decimal {
  return wanted !== undefined && !wanted.eq(has);
}

/** As for a new order: a buy at its limit or trigger, a sale by the higher of the two. */
function holdPrice({ side, price, price2 }: OrderRecord): string {
  if (price2 === undefined) return price;
  return side === 'buy' || decimal(price2).gt(price) ? price2 : price;
}

function faultOf(
  turn: Turn,
  order: OrderRecord,
  set: Changed,
  { postOnly, deadlineMs }: Wish,
): string | undefined {
  const { state, nowMs, delays } = turn;
  const pair = listedPair(order.pair);
  const market = marketOf(state, pair.id);
  const next = { ...order, ...set };
  const mode = modeRefusal(state.mode, market.status, next);
  if (mode !== undefined) return mode;
  const volume = decimal(next.volume);
  if (!roundDown(volume, pair.lotDecimals).eq(volume))
    return 'EGeneral:Invalid arguments:order_qty';
  const price = decimal(next.holdPrice ?? next.price);
  const isCancelled = decimal(order.executed).gte(volume);
  const fault =
    (isTrailing(order.type) || isCancelled
      ? undefined
      : belowMinimum(turn, pair, { volume, price })) ??
    priceFault({ request: described(next), pair });
  if (fault !== undefined) return fault;
  const hold = holdOf(next);
  const free = availableOf(state, order.account, hold.asset).plus(holdOf(order).amount);
  if (!isCancelled && free.lt(hold.amount)) return 'EOrder:Insufficient funds';
  const { leverage, reduceOnly = false } = order;
  if (!isCancelled && leverage !== undefined) {
    const rest = volume.minus(order.executed);
    const margin = marginFault(turn, { ...next, leverage, reduceOnly, volume: rest, price });
    if (margin !== undefined) return margin;
  }
  if (nowMs + delays.engineMs > deadlineMs) return 'EService:Deadline elapsed';
  const posts = postOnly || order.flags.includes('post');
  const isMoved = set.price !== undefined || set.limit !== undefined;
  if (!posts || !isMoved || isWaiting(order)) return undefined;
  const limit = { side: order.side, price: decimal(next.limit ?? next.price) };
  return crosses(market, limit) ? 'EOrder:Post only order' : undefined;
}

/** The order in the terms of a request; distances of trailing stops have no tick of their own. */
function described({ side, type, volume, price, price2, leverage }: OrderRecord) {
  const fixed = (text: string | undefined): Decimal | undefined => {
    const read = text === undefined ? undefined : parseDecimal(text);
    return read?.ok === true && read.value.gt('0') ? read.value : undefined;
  };
  const [first, second] = [fixed(price), fixed(price2)];
  return {
    ...{ side, type, volume: decimal(volume) },
    ...(first === undefined ? {} : { price: first }),
    ...(second === undefined ? {} : { price2: second }),
    ...(leverage === undefined ? {} : { leverage: decimal(leverage) }),
  };
}

/** Kraken's one line; of a trailing stop the old one, as its distances do not change. */
function textOf(order: OrderRecord): string {
  if (isTrailing(order.type)) return order.text;
  return describe({ request: described(order), pair: listedPair(order.pair) });
}
