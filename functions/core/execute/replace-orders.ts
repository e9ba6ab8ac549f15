/**
 * The last look before an order replaces others: it is decided and would go out, so what it replaces
 * is cancelled, and the next round sees what traded of it in between. A switch that stops the order
 * leaves everything as it is: nobody loses a stop by a message that changes nothing.
 */
import type { BookChange } from '../book.ts';
import type { Replaced } from '../follow/settle-book.ts';
import { stopsOrder } from '../halt/switch-board.ts';
import type { Decision, OrderRow } from '../order.ts';
import type { Exchange } from '../ports.ts';
import { REQUEUE_MS } from '../protocol.ts';
import { reject, suppress } from './record-outcome.ts';
import { notArmed } from './refusals.ts';
import { again, type Round } from './round.ts';
import type { OrderDeps } from './order-deps.ts';

/** Cancels what the order replaces. Throws ExchangeError. */
export async function replaceOrders(
  row: OrderRow,
  given: {
    readonly decision: Pick<Decision, 'reducing'>;
    readonly replaces: readonly Replaced[];
    readonly says?: BookChange;
  },
  exchange: Pick<Exchange, 'cancel'>,
  deps: OrderDeps,
): Promise<Round> {
  const { decision, replaces, says } = given;
  const reading = await deps.switches.read(row.account);
  if (reading.kind === 'not-armed') return reject(row, notArmed(row.account), deps, says);
  if (reading.kind === 'off' && stopsOrder(reading.blocks, decision.reducing)) {
    return suppress(row, deps, decision.reducing ? says : undefined);
  }
  const atMs = deps.clock.nowMs();
  const why = `${replaces.map(({ name }) => name).join(', ')}: open, and being cancelled`;
  // On record before anything is cancelled: what it held is looked for, and not taken for gone.
  const noted = await deps.orders.note(row, {
    ...{ why, atMs, dueAtMs: atMs + REQUEUE_MS, set: { freedAtMs: atMs } },
  });
  if (noted === 'lost') return again('the row has just changed');
  for (const { exchangeOrderId } of replaces) {
    const count = await exchange.cancel(exchangeOrderId);
    deps.log.info('replaced-order-cancelled', { exchangeOrderId, count });
  }
  return again(why);
}
