/** Cancels, balances, and what a key is: the private endpoints beside AddOrder and the order reads. */
import { plain } from '../../../functions/core/decimal.ts';
import { sameClientOrderId } from './add-order-arguments.ts';
import { answered, refused, type Answer } from './answer.ts';
import type { Params } from './body.ts';
import { orderOf } from './events.ts';
import { heldOf } from './funds.ts';
import { closeOrder } from './match.ts';
import { cancelRefusal } from './modes.ts';
import type { KeyRecord, OrderRecord } from './state.ts';
import type { Turn } from './turn.ts';
import { amountText, balancesOf } from './wire.ts';

/** Told of every order that is about to be cancelled, for the rate counters. */
export type OnCancel = (order: OrderRecord) => void;

function cancel(turn: Turn, orders: readonly OrderRecord[], onCancel: OnCancel): Answer {
  for (const order of orders) {
    onCancel(order);
    closeOrder(turn, order.txid, { status: 'canceled', reason: 'User requested' });
  }
  return answered({ count: orders.length });
}

function openOf(turn: Turn, account: string): readonly OrderRecord[] {
  return [...turn.state.open]
    .map((txid) => orderOf(turn.state, txid))
    .filter((order) => order.account === account);
}

/**
 * CancelOrder by txid, userref or cl_ord_id. A closed order is `Unknown order`, an id that was never
 * issued `Invalid order`; that is a measurement of others, Kraken's own client knows one text only.
 */
export function cancelOrder(
  turn: Turn,
  key: KeyRecord,
  params: Params,
  onCancel: OnCancel,
): Answer {
  const halted = cancelRefusal(turn.state.mode);
  if (halted !== undefined) return refused(halted);
  const open = openOf(turn, key.account);
  const clOrdId = params.get('cl_ord_id') ?? '';
  const name = params.get('txid') ?? '';
  if (clOrdId === '' && name === '') return refused('EGeneral:Invalid arguments:txid');
  if (clOrdId !== '') {
    const named = open.filter(
      (order) => order.clOrdId !== null && sameClientOrderId(order.clOrdId, clOrdId),
    );
    return named.length > 0 ? cancel(turn, named, onCancel) : refused('EOrder:Unknown order');
  }
  const found = open.filter((order) => order.txid === name || String(order.userref) === name);
  if (found.length > 0) return cancel(turn, found, onCancel);
  const issued = turn.state.orders.get(name)?.account === key.account;
  return refused(issued ? 'EOrder:Unknown order' : 'EOrder:Invalid order');
}

/** CancelAll. */
export function cancelAll(turn: Turn, key: KeyRecord, onCancel: OnCancel): Answer {
  const halted = cancelRefusal(turn.state.mode);
  if (halted !== undefined) return refused(halted);
  return cancel(turn, openOf(turn, key.account), onCancel);
}

/** Balance: the whole amounts, holds included. */
export function balance(turn: Turn, key: KeyRecord): Answer {
  const rows = balancesOf(turn.state, key.account);
  return answered(
    Object.fromEntries(rows.map(([asset, amount]) => [asset, amountText(asset, amount)])),
  );
}

/** BalanceEx: the same with what open orders hold. */
export function balanceEx(turn: Turn, key: KeyRecord): Answer {
  const rows = balancesOf(turn.state, key.account).map(([asset, amount]) => {
    const held = plain(heldOf(turn.state, key.account, asset));
    const entry = { balance: amountText(asset, amount), hold_trade: amountText(asset, held) };
    return [asset, entry] as const;
  });
  return answered(Object.fromEntries(rows));
}

/** GetApiKeyInfo, which every valid key may call. Numbers are text. */
export function apiKeyInfo(turn: Turn, key: KeyRecord): Answer {
  const unix = (atMs: number): string => String(Math.floor(atMs / 1000));
  const snake = {
    api_key_name: key.account,
    api_key: key.key,
    nonce: key.nonce,
    nonce_window: key.nonceWindow,
    permissions: key.permissions,
    iban: 'AA00 N84G SIMU LATE',
    valid_until: '0',
    query_from: String(key.queryFrom),
    query_to: String(key.queryTo),
    created_time: unix(key.createdAtMs),
    modified_time: unix(key.createdAtMs),
    ip_allowlist: [''],
    last_used: unix(key.lastUsedAtMs),
  };
  if (turn.rules.keyInfoSpelling === 'snake') return answered(snake);
  const camel = (name: string): string =>
    name.replace(/_([a-z])/g, (_match, letter: string) => letter.toUpperCase());
  return answered(Object.fromEntries(Object.entries(snake).map(([k, v]) => [camel(k), v])));
}
