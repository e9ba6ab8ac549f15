/**
 * The last look before an order replaces others, or has stops make room for it: it is decided and would
 * go out, so what stands in its way is cancelled or made smaller, and the next round sees what traded
 * of it in between. A switch that stops the order leaves everything as it is: nobody loses a stop by a
 * message that changes nothing.
 */
import type { BookChange } from '../book.ts';
import { closesOf } from '../closes.ts';
import { decimal } from '../decimal.ts';
import { stopsOrder } from '../halt/switch-board.ts';
import type { CloseFill } from '../fill.ts';
import type { CloseOrder, Decision, OrderRef, OrderRow } from '../order.ts';
import type { Exchange } from '../ports.ts';
import { DEADLINE_MS, MAX_SKEW_MS, REQUEUE_MS } from '../protocol.ts';
import type { Replaced, StopChange } from '../resting.ts';
import { recordGuard, type Guard } from './guard-rest.ts';
import { reject, suppress, trip } from './record-outcome.ts';
import { notArmed } from './refusals.ts';
import { again, type Round } from './round.ts';
import type { OrderDeps } from './order-deps.ts';

/**
 * Kraken's words for a change that it does not make of such an order, now or later.
 * Source: https://docs.kraken.com/api/docs/guides/spot-errors
 */
const IMPOSSIBLE = /^EGeneral: ?(?:Invalid arguments|Unknown method)/i;

/** What orders are cancelled and changed with. */
type Changing = Pick<Exchange, 'cancel' | 'amend'>;

/** Cancels and changes what stands in the way of the order. Throws ExchangeError. */
export async function replaceOrders(
  row: OrderRow,
  given: {
    readonly decision: Pick<Decision, 'reducing'>;
    readonly replaces: readonly Replaced[];
    readonly guard?: Guard | undefined;
    readonly says?: BookChange;
  },
  exchange: Changing,
  deps: OrderDeps,
): Promise<Round> {
  const { decision, replaces, guard, says } = given;
  const reading = await deps.switches.read(row.account);
  if (reading.kind === 'not-armed') return reject(row, notArmed(row.account), deps, says);
  if (reading.kind === 'off' && stopsOrder(reading.blocks, decision.reducing)) {
    return suppress(row, deps, decision.reducing ? says : undefined);
  }
  const atMs = deps.clock.nowMs();
  const why = `${replaces.map(wordsOf).join(', ')}`;
  // On record before anything is cancelled: what it held is looked for, and not taken for gone.
  const noted = await deps.orders.note(row, {
    ...{ why, atMs, dueAtMs: atMs + REQUEUE_MS, set: { freedAtMs: atMs } },
  });
  if (noted === 'lost') return again('the row has just changed');
  // Before any stop gives way: whatever ends this invocation, what is left is looked after.
  if (guard !== undefined) await recordGuard(row, guard, deps);
  for (const { exchangeOrderId, to } of replaces) {
    const isChanged =
      to !== undefined && (await changeStop({ exchangeOrderId, to }, row, exchange, deps));
    if (!isChanged) await cancel(exchangeOrderId, exchange, deps);
  }
  return again(why);
}

function wordsOf({ name, to }: Replaced): string {
  return to === undefined ? `${name}: open, and being cancelled` : `${name}: being changed`;
}

async function cancel(exchangeOrderId: string, exchange: Changing, { log }: OrderDeps) {
  const count = await exchange.cancel(exchangeOrderId);
  log.info('replaced-order-cancelled', { exchangeOrderId, count });
}

/**
 * Changes a stop in place; false where the exchange does not do that, so that it has to go. That it goes
 * out is on record before: while a change may still be made, nothing follows from the stop.
 */
async function changeStop(
  { exchangeOrderId, to }: { readonly exchangeOrderId: string; readonly to: StopChange },
  row: OrderRow,
  exchange: Changing,
  deps: OrderDeps,
): Promise<boolean> {
  const { volume, trigger, limit, orderKey } = to;
  const entry = { account: row.account, orderKey };
  const deadlineMs = deps.clock.nowMs() + DEADLINE_MS;
  const changingUntilMs = deadlineMs + MAX_SKEW_MS;
  const why = `a change of its stop (${exchangeOrderId}) is sent`;
  const noted = await noteStop(entry, { exchangeOrderId, why }, deps, (stop) => {
    return { ...stop, changingUntilMs };
  });
  if (!noted) return true;
  const outcome = await exchange.amend(exchangeOrderId, {
    volume,
    ...(trigger === undefined ? {} : { triggerPrice: trigger }),
    ...(limit === undefined ? {} : { limitPrice: limit }),
    deadlineMs,
  });
  const reason = 'reason' in outcome ? outcome.reason : outcome.description;
  deps.log.info('stop-changed', {
    ...{ exchangeOrderId, volume, trigger, outcome: outcome.kind, reason },
  });
  if (outcome.kind === 'amended') {
    const where = trigger === undefined ? '' : `, at ${trigger}`;
    const made = `its stop (${exchangeOrderId}) is for ${volume} now${where}`;
    await noteStop(entry, { exchangeOrderId, why: made }, deps, (stop, terms) =>
      changed(stop, { to, terms }),
    );
  }
  if (outcome.kind !== 'refused') return true;
  if (outcome.trips) await trip(row, 'all', outcome.reason, deps);
  // Anything else may pass, as a market's mode does, and the stop stays meanwhile.
  return !IMPOSSIBLE.test(outcome.reason);
}

/** The stop after the change; what is not written down, the next look sees. */
function changed(
  { changingUntilMs: _over, ...stop }: CloseFill,
  { to, terms }: { readonly to: StopChange; readonly terms: CloseOrder },
): CloseFill {
  const { volume, trigger, limit } = to;
  const smaller = { ...stop, ...(decimal(volume).lt(stop.size) ? { cut: volume } : {}) };
  if (trigger === undefined) return smaller;
  const price2 = limit === undefined ? {} : { price2: limit };
  return { ...smaller, movedTo: { ...(stop.movedTo ?? terms), price: trigger, ...price2 } };
}

/** Writes a stop down on the row of its entry; false: the row has changed meanwhile. */
async function noteStop(
  ref: OrderRef,
  { exchangeOrderId, why }: { readonly exchangeOrderId: string; readonly why: string },
  { orders, clock }: OrderDeps,
  next: (stop: CloseFill, terms: CloseOrder) => CloseFill,
): Promise<boolean> {
  const entry = await orders.read(ref);
  const terms = entry?.attempt?.order.close;
  if (entry?.closes === undefined || terms === undefined) return false;
  const stops = closesOf(entry).map((stop) =>
    stop.exchangeOrderId === exchangeOrderId ? next(stop, terms) : stop,
  );
  const noted = await orders.note(entry, {
    ...{ why, atMs: clock.nowMs(), set: { closes: { ...entry.closes, orders: stops } } },
    dueAtMs: entry.dueAtMs ?? null,
  });
  return noted !== 'lost';
}
