/**
 * Reading orders and trades: QueryOrders, OpenOrders, ClosedOrders, TradesHistory. All of them may
 * be late (`readLagMs`), and show nothing outside the key's query window; neither is an error.
 *
 * Source: https://docs.kraken.com/api/docs/rest-api/get-open-orders and its neighbours.
 */
import { answered, refused, type Answer } from './answer.ts';
import type { Params } from './body.ts';
import { accountOf, orderOf } from './events.ts';
import { sameClientOrderId } from './add-order-arguments.ts';
import type { KeyRecord, OrderRecord } from './state.ts';
import type { Turn } from './turn.ts';
import { orderEntry, tradeEntry } from './wire.ts';

const PAGE = 50;
const MAX_TXIDS = 50;
const TXID = /^[A-Z0-9]{6}-[A-Z0-9]{5}-[A-Z0-9]{6}$/;

function isTrue(text: string | undefined): boolean {
  return text === 'true' || text === '1';
}

function isSeen(turn: Turn, key: KeyRecord, order: OrderRecord): boolean {
  if (order.account !== key.account) return false;
  if (order.openedAtMs + turn.delays.readLagMs > turn.nowMs) return false;
  return isInWindow(key, order.openedAtMs);
}

function isInWindow(key: KeyRecord, atMs: number): boolean {
  if (key.queryFrom > 0 && atMs < key.queryFrom * 1000) return false;
  return key.queryTo === 0 || atMs <= key.queryTo * 1000;
}

function isAskedFor(params: Params, order: OrderRecord): boolean {
  const clOrdId = params.get('cl_ord_id') ?? '';
  const userref = params.get('userref') ?? '';
  if (clOrdId !== '') {
    return order.clOrdId !== null && sameClientOrderId(order.clOrdId, clOrdId);
  }
  return userref === '' || String(order.userref) === userref;
}

/** QueryOrders: ids that do not exist, or belong to somebody else, are left out. */
export function queryOrders(turn: Turn, key: KeyRecord, params: Params): Answer {
  const asked = (params.get('txid') ?? '').split(',').map((id) => id.trim());
  if (asked[0] === '' || asked.length > MAX_TXIDS)
    return refused('EGeneral:Invalid arguments:txid');
  if (!asked.every((id) => TXID.test(id))) return refused('EOrder:Invalid order');
  const result: Record<string, unknown> = {};
  for (const id of asked) {
    const order = turn.state.orders.get(id);
    if (order === undefined || !isSeen(turn, key, order) || !isAskedFor(params, order)) continue;
    result[id] = orderEntry(order, isTrue(params.get('trades')));
  }
  return answered(result);
}

/** OpenOrders. */
export function openOrders(turn: Turn, key: KeyRecord, params: Params): Answer {
  const open: Record<string, unknown> = {};
  for (const txid of [...turn.state.open].reverse()) {
    const order = orderOf(turn.state, txid);
    if (!isSeen(turn, key, order) || !isAskedFor(params, order)) continue;
    open[txid] = orderEntry(order, isTrue(params.get('trades')));
  }
  return answered({ open });
}

/** ClosedOrders: 50 a page, newest first; `count` is the number on all pages. */
export function closedOrders(turn: Turn, key: KeyRecord, params: Params): Answer {
  const range = readRange(turn, params);
  if (typeof range === 'string') return refused(range);
  const by = params.get('closetime') ?? 'both';
  if (!['open', 'close', 'both'].includes(by))
    return refused('EGeneral:Invalid arguments:closetime');
  const found = accountOf(turn.state, key.account)
    .closed.map((txid) => orderOf(turn.state, txid))
    .filter((order) => isSeen(turn, key, order) && isAskedFor(params, order))
    .filter(
      (order) =>
        (by !== 'close' && isIn(range, order.openedAtMs)) ||
        (by !== 'open' && isIn(range, order.closedAtMs ?? 0)),
    )
    .reverse();
  const closed: Record<string, unknown> = {};
  for (const order of found.slice(range.offset, range.offset + PAGE)) {
    closed[order.txid] = orderEntry(order, isTrue(params.get('trades')));
  }
  const counted = isTrue(params.get('without_count')) ? {} : { count: found.length };
  return answered({ closed, ...counted });
}

/** TradesHistory: 50 a page, newest first. There is no filter by cl_ord_id. */
export function tradesHistory(turn: Turn, key: KeyRecord, params: Params): Answer {
  const range = readRange(turn, params);
  if (typeof range === 'string') return refused(range);
  const found = accountOf(turn.state, key.account)
    .trades.flatMap((id) => turn.state.trades.get(id) ?? [])
    .filter(({ atMs }) => atMs + turn.delays.readLagMs <= turn.nowMs)
    .filter(({ atMs }) => isInWindow(key, atMs) && isIn(range, atMs))
    .reverse();
  const trades: Record<string, unknown> = {};
  for (const trade of found.slice(range.offset, range.offset + PAGE)) {
    const lot = turn.state.positions.get(trade.id);
    trades[trade.id] = tradeEntry(trade, orderOf(turn.state, trade.txid), lot);
  }
  const counted = isTrue(params.get('without_count')) ? {} : { count: found.length };
  return answered({ trades, ...counted });
}

interface Range {
  /** Exclusive. */
  readonly afterMs: number;
  /** Inclusive. */
  readonly untilMs: number;
  readonly offset: number;
}

function isIn(range: Range, atMs: number): boolean {
  return atMs > range.afterMs && atMs <= range.untilMs;
}

/** `start` and `end` are unix seconds or the id of an order or trade. */
function readRange(turn: Turn, params: Params): Range | string {
  const afterMs = readMoment(turn, params.get('start') ?? '', Number.NEGATIVE_INFINITY);
  if (afterMs === undefined) return 'EGeneral:Invalid arguments:start';
  const untilMs = readMoment(turn, params.get('end') ?? '', Number.POSITIVE_INFINITY);
  if (untilMs === undefined) return 'EGeneral:Invalid arguments:end';
  const offset = Number(params.get('ofs') ?? '0');
  if (!Number.isSafeInteger(offset) || offset < 0) return 'EGeneral:Invalid arguments:ofs';
  return { afterMs, untilMs, offset };
}

function readMoment(turn: Turn, text: string, absent: number): number | undefined {
  if (text === '') return absent;
  if (/^\d{1,12}(\.\d{1,9})?$/.test(text)) return Math.round(Number(text) * 1000);
  return turn.state.orders.get(text)?.openedAtMs ?? turn.state.trades.get(text)?.atMs;
}
