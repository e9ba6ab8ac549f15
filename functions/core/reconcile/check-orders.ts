/**
 * Compares what Harpoon has on record with what Kraken says: each order that is recorded as placed
 * must be there and be the one that was sent, and what traded on the account should be Harpoon's. It
 * looks and changes nothing. What could not be compared is said, never left out.
 */
import type { Account } from '../config.ts';
import type { ReceivedOrder } from '../day-book.ts';
import { decimal, plain } from '../decimal.ts';
import { compareTraded } from './check-trades.ts';
import { isOtherName, orderNameOf } from '../identity.ts';
import { laneGroup } from '../execute/lane-group.ts';
import type { OrderDeps } from '../execute/order-deps.ts';
import { IDS_PER_CALL, ordersById } from './orders-by-id.ts';
import { orderNow, ordersShown } from '../order-now.ts';
import type { OrderRow } from '../order.ts';
import { pairTable, type PairTable } from '../market/pair-table.ts';
import { isPaperOrder } from '../paper/paper-key.ts';
import type { Exchange, FoundOrder, LaneLease } from '../ports.ts';
import { LANE_REST_MS, SETTLE_MS } from '../protocol.ts';
import { openQueryExchange } from '../execute/query-exchange.ts';
import { releaseLane } from '../execute/take-lane.ts';
import { sameOrder } from './same-order.ts';

/**
 * Orders of one key that are looked at: with the trades these are a handful of the 15 to 20 calls
 * that Kraken allows a key at once, and look-ups of the same minute need some of them.
 */
export const CHECKED_MAX = 150;

/** A comparison, over all accounts. */
export interface OrderCheck {
  /** Orders that were compared. */
  readonly checked: number;
  /** What is other at Kraken than on record; sentences. */
  readonly differences: readonly string[];
  /** Orders that traded on an account and are not Harpoon's; sentences. */
  readonly external: readonly string[];
  /** What could not be compared, and why; sentences. */
  readonly unchecked: readonly string[];
  /** What Kraken says of the orders that were found, by our id. */
  readonly found: ReadonlyMap<string, FoundOrder>;
}

/** What is compared. */
export interface CheckInput {
  /** Every signal of the last two days: whatever was opened in the last one came within them. */
  readonly received: readonly ReceivedOrder[];
  /** Rows that are on record as placed, newest first. */
  readonly placed: readonly OrderRow[];
  /** No account is begun after this time. */
  readonly untilMs: number;
}

/** Compares, one key after the other, so that no burst of calls meets Kraken. */
export async function checkOrders(input: CheckInput, deps: OrderDeps): Promise<OrderCheck> {
  const sum = new Findings();
  const { config, clock } = deps;
  const pairs = await deps.market.pairs().then(pairTable, (error: unknown) => reason(error));
  for (const accounts of keysOf(input, deps)) {
    const [first = ''] = accounts;
    const names = accounts.join(', ');
    const all = input.placed.filter(({ account }) => accounts.includes(account));
    const placed = all.filter((row) => isOfMode(row, config.accounts[first]));
    if (placed.length < all.length) {
      const count = all.length - placed.length;
      sum.unchecked.push(`${names}: ${count} went out before the account changed to or from paper`);
    }
    if (!hasDesk(config.accounts[first])) {
      sum.unchecked.push(`${names}: the account is not in harpoon.yaml any more, or has no keys`);
    } else if (typeof pairs === 'string') {
      sum.unchecked.push(`${names}: ${pairs}`);
    } else if (clock.nowMs() >= input.untilMs) {
      sum.unchecked.push(`${names}: there was no time left for it in this run`);
    } else {
      // What another key's account sent is nothing of this one's, whatever name it has.
      const received = input.received.filter(({ account }) => accounts.includes(account));
      const ofKey = { ...input, received, placed, pairs };
      await checkKey(names, ofKey, { sum, account: first }, deps);
    }
  }
  return sum;
}

/** Gathers what is found. */
export class Findings implements OrderCheck {
  checked = 0;
  readonly differences: string[] = [];
  readonly external: string[] = [];
  readonly unchecked: string[] = [];
  readonly found = new Map<string, FoundOrder>();
}

/** The accounts that trade, for real or on paper, or did; those that share a key together. */
function keysOf({ placed }: CheckInput, { config }: OrderDeps): readonly (readonly string[])[] {
  const live = Object.entries(config.accounts).filter(([, { mode }]) => mode !== 'validate');
  const names = new Set([...live.map(([name]) => name), ...placed.map(({ account }) => account)]);
  const groups = new Map<string, string[]>();
  for (const name of names) {
    const group = laneGroup(config, name);
    groups.set(group, [...(groups.get(group) ?? []), name]);
  }
  return [...groups.values()];
}

/** Whether the order is at the exchange that the account has now. */
function isOfMode({ exchangeOrderId = '' }: OrderRow, account: Account | undefined): boolean {
  return isPaperOrder(exchangeOrderId) === (account?.mode === 'paper');
}

/** Whether the account can be asked: paper needs no keys. */
function hasDesk(account: Account | undefined): boolean {
  return account?.mode === 'paper' || account?.secret !== undefined;
}

/** What is compared of one key. */
export interface KeyInput extends CheckInput {
  readonly pairs: PairTable;
}

async function checkKey(
  names: string,
  input: KeyInput,
  { sum, account }: { readonly sum: Findings; readonly account: string },
  deps: OrderDeps,
): Promise<void> {
  const fail = (what: string) => (error: unknown) => {
    deps.log.warn('orders-not-checked', { account, what, error: reason(error) });
    sum.unchecked.push(`${names}: ${what}: ${reason(error)}`);
  };
  const opened = await openQueryExchange(account, deps).catch(fail('Kraken could not be asked'));
  if (opened === undefined) return;
  const { lease } = opened;
  const exchange = whileHeld(opened, deps);
  try {
    await comparePlaced(names, input, { sum, exchange }, deps).catch(
      fail('orders could not be compared'),
    );
    await compareTraded(names, input, { sum, exchange }, deps).catch(
      fail('trades could not be compared'),
    );
  } finally {
    await releaseLane(lease, deps);
  }
}

/** What is asked of Kraken. */
type Reads = Pick<Exchange, 'orders' | 'tradedOrders'>;

/** Asks nothing that could outlast the lane: its next holder would then meet late requests. */
function whileHeld(
  { exchange, lease }: { readonly exchange: Exchange; readonly lease: LaneLease },
  { clock }: OrderDeps,
): Reads {
  const inTime = async <T>(ask: () => Promise<T>): Promise<T> => {
    if (clock.nowMs() + LANE_REST_MS < lease.untilMs) return ask();
    throw new Error('Kraken answered too slowly to ask for everything');
  };
  return {
    orders: (ids) => inTime(() => exchange.orders(ids)),
    tradedOrders: (sinceMs, untilMs) => inTime(() => exchange.tradedOrders(sinceMs, untilMs)),
  };
}

/** Where findings go, and who is asked. */
export interface At {
  readonly sum: Findings;
  readonly exchange: Reads;
}

async function comparePlaced(
  names: string,
  { placed, pairs }: KeyInput,
  { sum, exchange }: At,
  { clock }: OrderDeps,
): Promise<void> {
  // Kraken's reads lag behind what it executes, so a young order may be missing for a while.
  const settledMs = clock.nowMs() - SETTLE_MS;
  const old = placed.filter((row) => (row.attempt?.preparedAtMs ?? row.receivedAtMs) < settledMs);
  const rows = old.slice(0, CHECKED_MAX);
  if (rows.length < old.length) {
    sum.unchecked.push(`${names}: ${old.length - rows.length} older orders were not compared`);
  }
  for (let at = 0; at < rows.length; at += IDS_PER_CALL) {
    const some = rows.slice(at, at + IDS_PER_CALL);
    const ids = some.flatMap(({ exchangeOrderId }) => exchangeOrderId ?? []);
    const found = await ordersById(ids, exchange);
    const byId = new Map(found.map((order) => [order.exchangeOrderId, order]));
    for (const row of some) {
      const order = byId.get(row.exchangeOrderId ?? '');
      const difference = differenceOf(row, order, { pairs, nowMs: clock.nowMs() });
      if (difference !== undefined) sum.differences.push(`${named(row)}: ${difference}`);
      if (order !== undefined) sum.found.set(row.clientOrderId, order);
      sum.checked += 1;
    }
  }
}

/** What is other at Kraken than on record; undefined when nothing is. */
function differenceOf(
  row: OrderRow,
  order: FoundOrder | undefined,
  { pairs, nowMs }: { readonly pairs: PairTable; readonly nowMs: number },
): string | undefined {
  const { attempt, exchangeOrderId = 'none' } = row;
  if (order === undefined) return `Kraken does not show it (Kraken order id ${exchangeOrderId})`;
  const name = orderNameOf(row, attempt?.order);
  if (isOtherName(name, order)) {
    return name.userref === undefined
      ? `Kraken has it under the client order id ${order.clientOrderId ?? 'none'}`
      : `Kraken has it under the userref ${order.userref ?? 'none'}, and ${name.userref} was sent`;
  }
  const [now, ...others] = ordersShown(row, nowMs);
  if (now === undefined) return 'what was sent is not on record';
  const pair = pairs.byAnyName(now.pair);
  if (pair === undefined) return `Kraken does not list its pair ${now.pair} any more`;
  const same = sameOrder(now, order, pair);
  if (same.ok || others.some((one) => sameOrder(one, order, pair).ok)) return undefined;
  return same.error;
}

/** An order as a sentence names it. */
function named(row: OrderRow): string {
  const { signal, decision, account, clientOrderId } = row;
  const order = orderNow(row);
  const pair = decision?.pair ?? signal.symbol;
  const volume = order === undefined ? '' : ` ${plain(decimal(order.volume))}`;
  return `${signal.action}${volume} ${pair} on ${account} (client order id ${clientOrderId})`;
}

function reason(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
