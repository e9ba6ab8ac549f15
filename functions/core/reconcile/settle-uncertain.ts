/** One uncertain row: look for its order, and say what the look-up proves. */
import type { OrderDeps } from '../execute/order-deps.ts';
import { orderNotice, unknownNotice } from '../notices/order-notice.ts';
import type { OrderState } from '../order-state.ts';
import type { AbsenceSweep, Attempt, OrderRow } from '../order.ts';
import {
  GIVE_UP_MS,
  LOOK_AGAIN_MS,
  LOOK_AGAIN_UNTIL_MS,
  MAX_SENDS,
  MAX_SKEW_MS,
  SETTLE_MS,
  SWEEP_GAP_MS,
  SWEEPS_NEEDED,
  UNKNOWN_TOLD_MS,
} from '../protocol.ts';
import { endStep } from '../follow/book-step.ts';
import { look } from './look-up.ts';
import type { Exchange, FoundOrder, RowChange } from '../ports.ts';
import { enqueueAgain } from '../execute/queue-again.ts';
import { rememberPlaced, trip } from '../execute/record-outcome.ts';
import { assert } from '../result.ts';

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

async function adopt(row: OrderRow, order: FoundOrder, deps: OrderDeps): Promise<void> {
  const { exchangeOrderId, status } = order;
  const why = `found at Kraken as ${exchangeOrderId} (${status}) and adopted`;
  await moveTold(
    row,
    'placed',
    { why, set: { exchangeOrderId, outcome: why }, dueAtMs: deps.clock.nowMs() },
    deps,
  );
  await rememberPlaced(row.account, exchangeOrderId, deps);
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
    const why = 'not seen yet; Kraken may still show it';
    const soonMs = sweep.atMs + SWEEP_GAP_MS;
    // One that was refused before the engine may go again long before absence means anything.
    const early = row.refusedBeforeEngine === true;
    const dueAtMs = early ? soonMs : Math.max(soonMs, attempt.deadlineMs + SETTLE_MS);
    return noteDue(row, { why, dueAtMs }, deps);
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
  const book = await endStep(row, sweep.atMs, deps);
  const set = { absences, outcome: why };
  await moveTold(row, 'unplaced', { why, set, dueAtMs: null, ...(book ? { book } : {}) }, deps);
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
  if (atMs >= attempt.preparedAtMs + GIVE_UP_MS) {
    return callPerson(row, `no answer for ${GIVE_UP_MS / 60_000} minutes: ${why}`, deps);
  }
  if (row.state !== 'needs-human' && atMs >= attempt.preparedAtMs + UNKNOWN_TOLD_MS) {
    await deps.outbox.put(unknownNotice(row, why, { config: deps.config, atMs }));
  }
  return noteDue(row, { why, dueAtMs: atMs + SWEEP_GAP_MS }, deps);
}

async function callPerson(row: OrderRow, why: string, deps: OrderDeps): Promise<void> {
  // Called before: the person knows, and may have lifted the switch on purpose.
  if (row.state === 'needs-human') return noteDue(row, { why, dueAtMs: 0 }, deps);
  await trip(row, 'entries', why, deps);
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
  const told = { ...row, ...change.set };
  const notice = orderNotice(told, to, change.why, { config: deps.config, atMs });
  await deps.orders.move(row, to, { ...change, atMs, ...(notice ? { notice } : {}) });
}
