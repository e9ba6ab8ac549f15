/** Where an amend is carried out from: the lane of the trade key, and the order as Kraken shows it. */
import type { Config } from '../config.ts';
import type { Pair } from '../market/pair.ts';
import { pairTable } from '../market/pair-table.ts';
import type { OrderRow } from '../order.ts';
import type { Desk, OrderDeps } from './order-deps.ts';
import type { Exchange, FoundOrder, LaneLease } from '../ports.ts';
import { MAX_SKEW_MS } from '../protocol.ts';
import { assert } from '../result.ts';
import { releaseLane, takeLane } from './take-lane.ts';

/** What the holder of a lane amends with. */
export interface AmendSeat {
  readonly kind: 'open';
  readonly lane: LaneLease;
  readonly desk: Desk;
  readonly exchange: Exchange;
  readonly exchangeOrderId: string;
  /** The order as Kraken shows it now; its reads may lag. */
  readonly found: FoundOrder;
  readonly isOpen: boolean;
  readonly pair: Pair;
}

/** Whether nothing may be changed at Kraken: of an order it checks only, of an amend it cannot. */
export function isCheckedOnly({ account }: OrderRow, { accounts }: Config): boolean {
  return accounts[account]?.mode === 'validate';
}

/** The order cannot be looked at now. */
interface Unavailable {
  readonly kind: 'unavailable';
  readonly why: string;
}

/** Takes the lane and looks at the order. The caller gives the lane back. */
export async function openSeat(row: OrderRow, deps: OrderDeps): Promise<AmendSeat | Unavailable> {
  const { account } = row;
  if (deps.config.accounts[account] === undefined) {
    return unavailable(`account ${account} is not in harpoon.yaml any more`);
  }
  const desk = await deps.desk(account).catch((error: unknown) => {
    // The error may quote what it could not read, so it is in the log alone.
    deps.log.error('keys-unreadable', { account, error: String(error) });
  });
  if (desk === undefined) return unavailable(`the keys of account ${account} cannot be read`);
  const lane = await takeLane(desk.keyId, deps);
  if (typeof lane === 'string') return unavailable(`the trade key of ${account} is ${lane}`);
  const seat = await look(row, { desk, lane }, deps).catch((error: unknown) =>
    unavailable(String(error)),
  );
  if (seat.kind === 'unavailable') await releaseLane(lane, deps);
  return seat;
}

async function look(
  { exchangeOrderId }: OrderRow,
  { desk, lane }: { readonly desk: Desk; readonly lane: LaneLease },
  { market }: OrderDeps,
): Promise<AmendSeat | Unavailable> {
  assert(exchangeOrderId !== undefined, 'a placed order has an id of Kraken');
  // What may still come and what reads show is judged by this clock, and deadlines are set by it.
  const skewMs = await market.skewMs();
  if (Math.abs(skewMs) > MAX_SKEW_MS) {
    return unavailable(`this clock and Kraken's differ by ${skewMs} ms`);
  }
  const exchange = desk.exchange(lane);
  const pairs = pairTable(await market.pairs());
  const [found] = await exchange.orders([exchangeOrderId]);
  if (found === undefined) return unavailable('Kraken does not show the order just now');
  const pair = pairs.byAnyName(found.pair);
  if (pair === undefined) return unavailable(`Kraken does not list ${found.pair} just now`);
  const isOpen = found.status === 'open' || found.status === 'pending';
  return { kind: 'open', lane, desk, exchange, exchangeOrderId, found, isOpen, pair };
}

function unavailable(why: string): Unavailable {
  return { kind: 'unavailable', why };
}
