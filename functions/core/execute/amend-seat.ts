/** Where an amend is carried out from: the lane of the trade key, and the order as Kraken shows it. */
import type { Config } from '../config.ts';
import type { Pair } from '../market/pair.ts';
import { pairTable } from '../market/pair-table.ts';
import type { OrderRow } from '../order.ts';
import type { Desk, OrderDeps } from './order-deps.ts';
import type { Exchange, FoundOrder, LaneLease } from '../ports.ts';
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

/** Takes the lane and looks at the order. The caller gives the lane back. */
export async function openSeat(
  row: OrderRow,
  deps: OrderDeps,
): Promise<AmendSeat | { readonly kind: 'unavailable'; readonly why: string }> {
  const { account, exchangeOrderId } = row;
  assert(exchangeOrderId !== undefined, 'a placed order has an id of Kraken');
  const unavailable = (why: string) => ({ kind: 'unavailable', why }) as const;
  const desk = await deps.desk(account);
  const lane = await takeLane(desk.keyId, deps);
  if (typeof lane === 'string') return unavailable(`the trade key of ${account} is ${lane}`);
  const seat = await look(lane).catch((error: unknown) => unavailable(String(error)));
  if (seat.kind === 'unavailable') await releaseLane(lane, deps);
  return seat;

  async function look(taken: LaneLease): Promise<AmendSeat | ReturnType<typeof unavailable>> {
    const exchange = desk.exchange(taken);
    const pairs = pairTable(await deps.market.pairs());
    const [found] = await exchange.orders([exchangeOrderId ?? '']);
    if (found === undefined) return unavailable('Kraken does not show the order just now');
    const pair = pairs.byAnyName(found.pair);
    if (pair === undefined) return unavailable(`Kraken does not list ${found.pair} just now`);
    const isOpen = found.status === 'open' || found.status === 'pending';
    const id = found.exchangeOrderId;
    return {
      kind: 'open',
      ...{ lane: taken, desk, exchange, exchangeOrderId: id, found, isOpen, pair },
    };
  }
}
