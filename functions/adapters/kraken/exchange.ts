/**
 * The trading side of Kraken spot for one API key. `place` sends an order once and never again;
 * `amend`, `cancel` and `cancelAll` may be asked again; everything else only looks.
 */
import { amendOutcome } from '../../core/amend-answer.ts';
import { placeOutcome } from '../../core/answer.ts';
import { assetName } from '../../core/market/asset-name.ts';
import { ExchangeError } from '../../core/exchange-error.ts';
import { isOtherName, type OrderName } from '../../core/identity.ts';
import type { Attempt } from '../../core/order.ts';
import type { Pair } from '../../core/market/pair.ts';
import type { AmendOutcome, OrderChange } from '../../core/amending.ts';
import type { Balance, Clock, Exchange, FoundOrder, Log, PlaceOutcome } from '../../core/ports.ts';
import { DEADLINE_REST_MS } from '../../core/protocol.ts';
import type { ApiKey } from '../../core/secret.ts';
import { amendOrderForm } from './amend-order-form.ts';
import { addOrderForm } from './add-order-form.ts';
import { foundOrder } from './found-order.ts';
import { openLots } from './open-lots.ts';
import { SpotPrivate } from './spot-private.ts';
import { Transport } from './transport.ts';
import type { WireOrder } from './wire.ts';

/** Look-ups begin this much before the time asked for: our clock and Kraken's may differ. */
const LOOK_BACK_MS = 60_000;

/** What the exchange is bound to. */
export interface ExchangeOptions {
  /** `https://api.kraken.com` */
  readonly url: string;
  readonly key: ApiKey;
  /** The next nonce of the key for look-ups; an order brings its own. */
  readonly nextNonce: () => string;
  readonly clock: Clock;
  readonly log?: Log;
  /** The table of pairs, for names of assets and pairs in answers. */
  readonly pairs: () => Promise<readonly Pair[]>;
  /** A certificate authority to trust instead of the public ones, in PEM. */
  readonly ca?: string;
  /** Connections to share with others that reach the same address; absent: its own. */
  readonly transport?: Transport;
}

/**
 * Kraken spot for one API key. `FoundOrder.pair` is the pair's altname, as in `Order.pair`.
 * `close` ends the connections that are kept, unless they are shared.
 */
export function krakenExchange(options: ExchangeOptions): Exchange & { close(): void } {
  const { url, key, nextNonce, clock, log, pairs, ca } = options;
  const shared = options.transport;
  const transport = shared ?? new Transport({ url, nowMs: () => clock.nowMs(), ca });
  const spot = new SpotPrivate({ transport, key, nextNonce, log });

  async function place(attempt: Attempt, name: OrderName): Promise<PlaceOutcome> {
    const inTime = () => clock.nowMs() < attempt.deadlineMs - DEADLINE_REST_MS;
    if (!inTime()) return { kind: 'never-sent', reason: 'its deadline was too near' };
    let form: ReturnType<typeof addOrderForm>;
    try {
      form = addOrderForm(attempt, name);
    } catch (error) {
      return { kind: 'never-sent', reason: String(error) };
    }
    try {
      return placeOutcome(await spot.addOrder(form, inTime), attempt.validate);
    } catch (error) {
      // Not foreseen, so nothing is known of how far it came.
      return { kind: 'unknown', reason: String(error) };
    }
  }

  async function balances(): Promise<ReadonlyMap<string, Balance>> {
    const rows = await spot.balanceEx();
    return tradable(rows, await pairs());
  }

  async function find(name: OrderName, sinceMs: number): Promise<readonly FoundOrder[]> {
    // Open before closed: an order that closes in between is in the second answer.
    const open = await spot.openOrders(name);
    const closed = await spot.closedOrders({ name, sinceMs: sinceMs - LOOK_BACK_MS });
    const toFound = foundOrder(await pairs());
    // One that is shown without any name is kept: presence matters more than tidiness.
    return Object.entries({ ...open, ...closed })
      .map(toFound)
      .filter((order) => !isOtherName(name, order));
  }

  async function tradedOrders(sinceMs: number, untilMs: number): Promise<readonly string[]> {
    const trades = await spot.trades({ sinceMs, untilMs });
    return [...new Set(Object.values(trades).map(({ ordertxid }) => ordertxid))];
  }

  async function orders(exchangeOrderIds: readonly string[]): Promise<readonly FoundOrder[]> {
    if (exchangeOrderIds.length === 0) return [];
    let found: Readonly<Record<string, WireOrder>>;
    try {
      found = await spot.queryOrders(exchangeOrderIds);
    } catch (error) {
      if (saysNoSuchOrder(error)) return [];
      throw error;
    }
    return Object.entries(found).map(foundOrder(await pairs()));
  }

  async function openOrders(): Promise<readonly FoundOrder[]> {
    return Object.entries(await spot.openOrders()).map(foundOrder(await pairs()));
  }

  return {
    warm: () => transport.warm(),
    place,
    balances,
    positions: async () => openLots(await spot.openPositions(), await pairs()),
    find,
    tradedOrders,
    orders,
    openOrders,
    cancel: (exchangeOrderId) => cancel(spot, exchangeOrderId),
    amend: (exchangeOrderId, change) => amend(spot, { exchangeOrderId, change, clock }),
    cancelAll: () => spot.cancelAll(),
    keyInfo: () => spot.apiKeyInfo(),
    close: () => {
      if (shared === undefined) transport.close();
    },
  };
}

async function amend(
  spot: SpotPrivate,
  asked: {
    readonly exchangeOrderId: string;
    readonly change: OrderChange;
    readonly clock: Pick<Clock, 'nowMs'>;
  },
): Promise<AmendOutcome> {
  const { exchangeOrderId, change, clock } = asked;
  let form: ReturnType<typeof amendOrderForm>;
  try {
    form = amendOrderForm(exchangeOrderId, change);
  } catch (error) {
    return { kind: 'not-reached', reason: String(error) };
  }
  const inTime = () => clock.nowMs() < change.deadlineMs - DEADLINE_REST_MS;
  try {
    return amendOutcome(await spot.amendOrder(form, inTime));
  } catch (error) {
    // Not foreseen, so nothing is known of how far it came.
    return { kind: 'unknown', reason: String(error) };
  }
}

async function cancel(spot: SpotPrivate, exchangeOrderId: string): Promise<number> {
  try {
    return await spot.cancelOrder({ exchangeOrderId });
  } catch (error) {
    // Kraken's words for an order that is filled, cancelled or expired.
    if (saysNoSuchOrder(error)) return 0;
    throw error;
  }
}

/** What can be traded with, by canonical asset. */
function tradable(
  rows: Awaited<ReturnType<SpotPrivate['balanceEx']>>,
  pairs: readonly Pair[],
): ReadonlyMap<string, Balance> {
  const names = assetNames(pairs);
  const found = new Map<string, Balance>();
  for (const [id, { balance, hold_trade, credit, credit_used }] of Object.entries(rows)) {
    // Staked, bonded, rewarded and tokenized amounts (ETH2.S, USD.M) cannot be traded with.
    if (id.includes('.')) continue;
    const available = balance.plus(credit).minus(credit_used).minus(hold_trade);
    found.set(names.get(id) ?? assetName(id), { total: balance, available });
  }
  return found;
}

/** Canonical names by Kraken's asset id. */
function assetNames(pairs: readonly Pair[]): ReadonlyMap<string, string> {
  return new Map(
    pairs.flatMap(({ baseId, base, quoteId, quote }) => [
      [baseId, base],
      [quoteId, quote],
    ]),
  );
}

function saysNoSuchOrder(error: unknown): boolean {
  return (
    error instanceof ExchangeError &&
    error.errors.some((text) => /^EOrder: ?(Unknown|Invalid) order/i.test(text))
  );
}
