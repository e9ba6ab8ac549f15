/** One uncertain row: look for its order, and say what the look-up proves. */
import { sameOrder } from './decide-order.ts';
import type { OrderDeps } from './order-deps.ts';
import { orderNotice } from './order-notice.ts';
import type { OrderState } from './order-state.ts';
import type { AbsenceSweep, Attempt, OrderRow } from './order.ts';
import { pairTable } from './pair-table.ts';
import {
  GIVE_UP_MS,
  LOOK_AGAIN_MS,
  LOOK_AGAIN_UNTIL_MS,
  MAX_SENDS,
  MAX_SKEW_MS,
  SETTLE_MS,
  SWEEP_GAP_MS,
  SWEEPS_NEEDED,
} from './protocol.ts';
import type { Exchange, FoundOrder, RowChange } from './ports.ts';
import { enqueueAgain } from './queue-again.ts';
import { trip } from './record-outcome.ts';
import { assert } from './result.ts';

/** Clocks and Kraken's time stamps may differ by this much around the attempt's own times. */
const OPENED_TOLERANCE_MS = MAX_SKEW_MS + 3_000;

/** Exchange ids that one look-up takes. Source: QueryOrders, `txid`. */
const IDS_PER_CALL = 50;

/** What a look-up showed. */
type Sight =
  | { readonly kind: 'found'; readonly order: FoundOrder }
  | { readonly kind: 'contradiction'; readonly why: string }
  | { readonly kind: 'nothing'; readonly sweep: AbsenceSweep }
  /** Nothing was found, but the look-up proves nothing either. */
  | { readonly kind: 'no-proof'; readonly why: string };

/** Looks the order of a prepared, unknown or needs-human row up and acts on what was seen. */
export async function settleUncertain(
  row: OrderRow,
  open: () => Promise<Exchange>,
  deps: OrderDeps,
): Promise<void> {
  const { attempt } = row;
  assert(attempt !== undefined, 'an uncertain row holds its attempt');
  const sight = await look(row, attempt, open, deps);
  switch (sight.kind) {
    case 'found':
      return adopt(row, sight.order, deps);
    case 'contradiction':
      return callPerson(row, sight.why, deps);
    case 'nothing':
      return weighAbsence(row, attempt, sight.sweep, deps);
    case 'no-proof':
      return lookAgain(row, attempt, sight.why, deps);
  }
}

async function look(
  row: OrderRow,
  attempt: Attempt,
  open: () => Promise<Exchange>,
  deps: OrderDeps,
): Promise<Sight> {
  const atMs = deps.clock.nowMs();
  try {
    const exchange = await open();
    // Since the receipt: a row that was licensed twice may be found by its first attempt.
    const found = await exchange.find(row.clientOrderId, row.receivedAtMs);
    if (found.length > 1) {
      const ids = found.map(({ exchangeOrderId }) => exchangeOrderId).join(', ');
      return { kind: 'contradiction', why: `Kraken has more than one order of this id: ${ids}` };
    }
    const [order] = found;
    if (order !== undefined) return compare(row, attempt, order, deps);
    return await proveAbsence(row, attempt, { exchange, atMs }, deps);
  } catch (error) {
    return { kind: 'no-proof', why: error instanceof Error ? error.message : String(error) };
  }
}

async function compare(
  row: OrderRow,
  attempt: Attempt,
  order: FoundOrder,
  deps: OrderDeps,
): Promise<Sight> {
  const pair = pairTable(await deps.market.pairs()).byAnyName(attempt.order.pair);
  if (pair === undefined) return { kind: 'no-proof', why: `pair ${attempt.order.pair} is unknown` };
  const same = sameOrder(attempt.order, order, pair);
  if (!same.ok) return { kind: 'contradiction', why: `${order.exchangeOrderId}: ${same.error}` };
  // The row may have been licensed twice; the first attempt is not older than the receipt.
  const earliestMs = row.receivedAtMs - OPENED_TOLERANCE_MS;
  const latestMs = attempt.deadlineMs + OPENED_TOLERANCE_MS;
  if (order.openedAtMs < earliestMs || order.openedAtMs > latestMs) {
    const opened = new Date(order.openedAtMs).toISOString();
    return {
      kind: 'contradiction',
      why: `${order.exchangeOrderId} was opened at ${opened}, outside of the attempt`,
    };
  }
  return { kind: 'found', order };
}

/**
 * Nothing by our id in open and closed orders. It counts as a sweep only when Kraken is up, no
 * trade since the attempt belongs to an order of ours, and the key is shown to see old orders.
 */
async function proveAbsence(
  row: OrderRow,
  attempt: Attempt,
  { exchange, atMs }: { readonly exchange: Exchange; readonly atMs: number },
  deps: OrderDeps,
): Promise<Sight> {
  if ((await deps.market.mode()) === 'maintenance') {
    return { kind: 'no-proof', why: 'Kraken is in maintenance' };
  }
  const traded = await exchange.tradedOrders(row.receivedAtMs);
  const behindTrades = await ordersOf(traded, exchange);
  if (behindTrades.length < traded.length) {
    return { kind: 'no-proof', why: 'a recent trade belongs to an order that cannot be read' };
  }
  const ours = behindTrades.find(({ clientOrderId }) => clientOrderId === row.clientOrderId);
  if (ours !== undefined) return compare(row, attempt, ours, deps);
  const control = await positiveControl(row.account, exchange, deps);
  if (control === undefined) {
    return { kind: 'no-proof', why: 'the query key does not see an order that is known to exist' };
  }
  return { kind: 'nothing', sweep: { atMs, control } };
}

/** The orders behind trades, asked for in as many calls as Kraken's limit on ids makes them. */
async function ordersOf(ids: readonly string[], exchange: Exchange): Promise<FoundOrder[]> {
  const found: FoundOrder[] = [];
  for (let at = 0; at < ids.length; at += IDS_PER_CALL) {
    found.push(...(await exchange.orders(ids.slice(at, at + IDS_PER_CALL))));
  }
  return found;
}

async function positiveControl(
  account: string,
  exchange: Exchange,
  deps: OrderDeps,
): Promise<string | undefined> {
  const known = await deps.tally.lastPlaced(account);
  if (known !== undefined) {
    const [seen] = await exchange.orders([known]);
    return seen === undefined ? undefined : `order ${known} is seen`;
  }
  const { seesAllTimes } = await exchange.keyInfo();
  return seesAllTimes ? 'no order yet; the key has no query window' : undefined;
}

async function adopt(row: OrderRow, order: FoundOrder, deps: OrderDeps): Promise<void> {
  const { exchangeOrderId, status } = order;
  const why = `found at Kraken as ${exchangeOrderId} (${status}) and adopted`;
  await moveTold(
    row,
    'placed',
    { why, set: { exchangeOrderId, outcome: why }, dueAtMs: null },
    deps,
  );
  await deps.tally.placed(row.account, exchangeOrderId);
}

async function weighAbsence(
  row: OrderRow,
  attempt: Attempt,
  sweep: AbsenceSweep,
  deps: OrderDeps,
): Promise<void> {
  const mayGoAgain = row.sends < MAX_SENDS && sweep.atMs < row.expiresAtMs;
  const engineRefuses = sweep.atMs > attempt.deadlineMs + MAX_SKEW_MS;
  // Kraken documents this refusal as made before the engine; the clean look-up confirms it.
  if (row.refusedBeforeEngine === true && engineRefuses && mayGoAgain && row.state === 'unknown') {
    return license(row, 'refused before the engine and not at Kraken: licensed once more', deps);
  }
  if (sweep.atMs < attempt.deadlineMs + SETTLE_MS) {
    const dueAtMs =
      row.refusedBeforeEngine === true
        ? attempt.deadlineMs + MAX_SKEW_MS + 1
        : attempt.deadlineMs + SETTLE_MS;
    return noteDue(
      row,
      {
        why: 'not seen yet; Kraken may still show it',
        dueAtMs: Math.max(dueAtMs, sweep.atMs + SWEEP_GAP_MS),
      },
      deps,
    );
  }
  const absences = [...(row.absences ?? []), sweep];
  const [first] = absences;
  assert(first !== undefined, 'a sweep was just added');
  const proved = absences.length >= SWEEPS_NEEDED && sweep.atMs - first.atMs >= SWEEP_GAP_MS;
  if (!proved) {
    const why = `absent in sweep ${absences.length} (${sweep.control})`;
    const set = { absences: absences.slice(0, SWEEPS_NEEDED) };
    return noteDue(row, { why, set, dueAtMs: sweep.atMs + SWEEP_GAP_MS }, deps);
  }
  const resend = deps.config.sources[row.signal.source]?.onUnplaced === 'resend';
  if (resend && mayGoAgain && row.state === 'unknown') {
    return license(
      row,
      'proved not to be at Kraken: licensed once more (onUnplaced: resend)',
      deps,
    );
  }
  const why = `proved not to be at Kraken by ${absences.length} sweeps (${sweep.control})`;
  await moveTold(row, 'unplaced', { why, set: { absences, outcome: why }, dueAtMs: null }, deps);
}

/** A second licence: the row is queued again, and PREPARE counts it. */
async function license(row: OrderRow, why: string, deps: OrderDeps): Promise<void> {
  assert(row.state === 'unknown', 'only an unknown row is licensed again');
  const atMs = deps.clock.nowMs();
  const set = { licences: row.sends + 1, outcome: why };
  const queued = await deps.orders.move(row, 'queued', { why, set, atMs, dueAtMs: atMs });
  if (queued !== 'lost') await enqueueAgain(queued, deps);
}

/** The look-up failed or proves nothing: try again, and call a person when that goes on too long. */
async function lookAgain(
  row: OrderRow,
  attempt: Attempt,
  why: string,
  deps: OrderDeps,
): Promise<void> {
  const atMs = deps.clock.nowMs();
  deps.log.warn('look-up-proves-nothing', { account: row.account, orderKey: row.orderKey, why });
  if (row.state !== 'needs-human' && atMs >= attempt.preparedAtMs + GIVE_UP_MS) {
    return callPerson(row, `no answer for ${GIVE_UP_MS / 60_000} minutes: ${why}`, deps);
  }
  return noteDue(row, { why, dueAtMs: atMs + SWEEP_GAP_MS }, deps);
}

async function callPerson(row: OrderRow, why: string, deps: OrderDeps): Promise<void> {
  await trip(row, 'entries', why, deps);
  if (row.state === 'needs-human') return noteDue(row, { why, dueAtMs: 0 }, deps);
  const dueAtMs = deps.clock.nowMs() + LOOK_AGAIN_MS;
  await moveTold(row, 'needs-human', { why, set: { outcome: why }, dueAtMs }, deps);
}

/** Keeps the row due; once a person was called, seldom, and not for ever. */
async function noteDue(
  row: OrderRow,
  change: Omit<RowChange, 'atMs'>,
  deps: OrderDeps,
): Promise<void> {
  const atMs = deps.clock.nowMs();
  if (row.state !== 'needs-human') {
    await deps.orders.note(row, { ...change, atMs });
    return;
  }
  const over = atMs > row.receivedAtMs + LOOK_AGAIN_UNTIL_MS;
  await deps.orders.note(row, { ...change, atMs, dueAtMs: over ? null : atMs + LOOK_AGAIN_MS });
}

async function moveTold(
  row: OrderRow,
  to: OrderState,
  change: Omit<RowChange, 'atMs'>,
  deps: OrderDeps,
): Promise<void> {
  const atMs = deps.clock.nowMs();
  const notice = orderNotice(row, to, change.why, { config: deps.config, atMs });
  await deps.orders.move(row, to, { ...change, atMs, ...(notice ? { notice } : {}) });
}
