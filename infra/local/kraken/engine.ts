/**
 * The exchange as a function: state, request and time give an answer and events. The same state,
 * request and time always give the same answer; nothing here waits, writes or looks at a clock.
 */
import { addOrder } from './add-order.ts';
import { amendOrder } from './amend-order.ts';
import { apiKeyInfo, balance, balanceEx, cancelAll, cancelOrder } from './account-calls.ts';
import { refused, type Answer } from './answer.ts';
import { authenticate, PERMISSIONS, type Lockouts } from './auth.ts';
import type { Params } from './body.ts';
import { orderOf, type ExchangeEvent } from './events.ts';
import {
  countAmend,
  countCall,
  countCancel,
  countOrder,
  countPublicCall,
  type RateCounters,
} from './limits.ts';
import { expireDue, startDue } from './match.ts';
import { findPair } from './names.ts';
import { closedOrders, openOrders, queryOrders, tradesHistory } from './order-reads.ts';
import { openPositions, tradeBalance } from './position-calls.ts';
import { PUBLIC_CALLS } from './public-calls.ts';
import type { ExchangeState, KeyRecord, OrderRecord } from './state.ts';
import { beginTurn, type Delays, type Rules, type Turn } from './turn.ts';

/** A request as it came, with the bytes that were signed. */
export interface ApiRequest {
  readonly visibility: 'public' | 'private';
  /** Name of the endpoint: `AddOrder`. */
  readonly method: string;
  /** HTTP method. */
  readonly verb: string;
  /** Path as it was requested, without the query. */
  readonly path: string;
  readonly body: Uint8Array;
  readonly params: Params;
  readonly apiKey: string;
  readonly apiSign: string;
}

/** The exchange: its state, and what it forgets with the process. */
export interface Exchange {
  readonly state: ExchangeState;
  readonly rules: Rules;
  readonly lockouts: Lockouts;
  readonly counters: RateCounters;
}

/** Answers one request. The events must be on disk before the answer leaves. */
export function handleRequest(
  exchange: Exchange,
  request: ApiRequest,
  at: { readonly nowMs: number; readonly delays: Delays },
): { readonly answer: Answer; readonly events: readonly ExchangeEvent[] } {
  const { state, rules } = exchange;
  const { turn, events } = beginTurn({ state, rules, ...at });
  expireDue(turn);
  startDue(turn);
  const answer =
    request.visibility === 'public'
      ? answerPublic(exchange, turn, request)
      : answerPrivate(exchange, turn, request);
  return { answer, events };
}

/** Ends orders whose time is over; what a command of the control page does first. */
export function handleExpiry(
  exchange: Exchange,
  at: { readonly nowMs: number; readonly delays: Delays },
): readonly ExchangeEvent[] {
  const { turn, events } = beginTurn({ state: exchange.state, rules: exchange.rules, ...at });
  expireDue(turn);
  startDue(turn);
  return events;
}

/** A command of the control page; it throws on bad input, before its first event. */
export function handleCommand(
  exchange: Exchange,
  command: (turn: Turn) => void,
  at: { readonly nowMs: number; readonly delays: Delays },
): readonly ExchangeEvent[] {
  const { turn, events } = beginTurn({ state: exchange.state, rules: exchange.rules, ...at });
  command(turn);
  return events;
}

function answerPublic(exchange: Exchange, turn: Turn, request: ApiRequest): Answer {
  const { method } = request;
  const call = Object.hasOwn(PUBLIC_CALLS, method) ? PUBLIC_CALLS[method] : undefined;
  if (call === undefined || !['GET', 'POST'].includes(request.verb)) {
    return refused('EGeneral:Unknown method');
  }
  const { nowMs } = turn;
  const over = countPublicCall(exchange.counters, turn.rules.limits, { method, nowMs });
  return over === undefined ? call(turn, request.params) : refused(over);
}

function answerPrivate(exchange: Exchange, turn: Turn, request: ApiRequest): Answer {
  if (!Object.hasOwn(PERMISSIONS, request.method) || request.verb !== 'POST') {
    return refused('EGeneral:Unknown method');
  }
  const caller = authenticate(turn, exchange.lockouts, request);
  if (typeof caller === 'string') return refused(caller);
  const over = countCall(exchange.counters, turn.rules.limits, {
    key: caller.key,
    method: request.method,
    nowMs: turn.nowMs,
  });
  return over === undefined ? answerCaller(exchange, turn, caller, request) : refused(over);
}

function answerCaller(
  exchange: Exchange,
  turn: Turn,
  key: KeyRecord,
  { method, params }: ApiRequest,
): Answer {
  const onCancel = ({ account, pair, openedAtMs }: OrderRecord): void => {
    const { nowMs } = turn;
    const order = { account, pair, ageMs: nowMs - openedAtMs, nowMs };
    countCancel(exchange.counters, turn.rules.limits, order);
  };
  switch (method) {
    case 'AddOrder': {
      const over = countNewOrder(exchange, turn, key, params);
      return over === undefined ? addOrder(turn, key.account, params) : refused(over);
    }
    case 'AmendOrder': {
      const { nowMs } = turn;
      return amendOrder(turn, key, params, ({ account, pair, openedAtMs }) => {
        const order = { account, pair, ageMs: nowMs - openedAtMs, nowMs };
        return countAmend(exchange.counters, turn.rules.limits, order);
      });
    }
    case 'CancelOrder':
      return cancelOrder(turn, key, params, onCancel);
    case 'CancelAll':
      return cancelAll(turn, key, onCancel);
    case 'QueryOrders':
      return queryOrders(turn, key, params);
    case 'OpenOrders':
      return openOrders(turn, key, params);
    case 'ClosedOrders':
      return closedOrders(turn, key, params);
    case 'TradesHistory':
      return tradesHistory(turn, key, params);
    case 'Balance':
      return balance(turn, key);
    case 'BalanceEx':
      return balanceEx(turn, key);
    case 'OpenPositions':
      return openPositions(turn, key, params);
    case 'TradeBalance':
      return tradeBalance(turn, key, params);
    case 'GetApiKeyInfo':
      return apiKeyInfo(turn, key);
    default:
      return refused('EGeneral:Unknown method');
  }
}

function countNewOrder(
  exchange: Exchange,
  turn: Turn,
  key: KeyRecord,
  params: Params,
): string | undefined {
  const pair = findPair(params.get('pair') ?? '')?.id;
  if (pair === undefined) return undefined;
  const open = [...turn.state.open].filter((txid) => {
    const order = orderOf(turn.state, txid);
    return order.account === key.account && order.pair === pair;
  }).length;
  const order = { account: key.account, pair, open, nowMs: turn.nowMs };
  return countOrder(exchange.counters, turn.rules.limits, order);
}
