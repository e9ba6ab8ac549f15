/** What becomes of a row: every way out of the money path, each one transaction with its notice. */
import type { BookChange } from '../book.ts';
import { trippedNotice } from '../notices/account-notice.ts';
import { endStep } from '../follow/book-step.ts';
import type { OrderDeps } from './order-deps.ts';
import { orderNotice } from '../notices/order-notice.ts';
import type { OrderState } from '../order-state.ts';
import type { OrderRow } from '../order.ts';
import { isPaperKey, isPaperOrder } from '../paper/paper-key.ts';
import type { PlaceOutcome, RowChange } from '../ports.ts';
import { refusal, type Refusal } from '../refusal.ts';
import { unreachable } from '../result.ts';
import { again, DONE, type Round } from './round.ts';
import { isReducing } from '../signal.ts';

/** What the ways out need. */
export type RecordDeps = Pick<
  OrderDeps,
  'config' | 'clock' | 'log' | 'orders' | 'books' | 'outbox' | 'switches' | 'tally'
>;

/** Writes what Kraken's answer means for the row. */
export async function recordOutcome(
  row: OrderRow,
  outcome: PlaceOutcome,
  deps: RecordDeps,
): Promise<Round> {
  deps.log.info('order-answered', {
    account: row.account,
    orderKey: row.orderKey,
    outcome: outcome.kind,
    reason: 'reason' in outcome ? outcome.reason : undefined,
    exchangeOrderId: 'exchangeOrderId' in outcome ? outcome.exchangeOrderId : undefined,
  });
  switch (outcome.kind) {
    case 'placed': {
      const { exchangeOrderId, description } = outcome;
      const set = { exchangeOrderId, outcome: description };
      // A paper order says so itself.
      const whose = isPaperOrder(exchangeOrderId) ? '' : 'Kraken: ';
      const why = `${whose}${description} (${exchangeOrderId})`;
      // Due at once: what trades of it is followed to its end.
      await settle(row, 'placed', { why, set, dueAtMs: deps.clock.nowMs() }, deps);
      await rememberPlaced(row.account, exchangeOrderId, deps);
      return DONE;
    }
    case 'validated': {
      const set = { outcome: outcome.description };
      return settle(row, 'validated', { why: `Kraken: ${outcome.description}`, set }, deps);
    }
    case 'never-sent': {
      // No byte left, so the licence was not used: it is given back.
      const why = `never sent: ${outcome.reason}`;
      const set = { sends: row.sends - 1, outcome: why };
      const atMs = deps.clock.nowMs();
      await deps.orders.move(row, 'queued', { why, set, atMs, dueAtMs: atMs });
      return again(why);
    }
    case 'refused': {
      // Before the row is final: afterwards nobody would come back to trip the switch.
      if (outcome.trips) await trip(row, 'all', outcome.reason, deps);
      await countFailure(row, deps);
      // On paper Kraken was not asked: its rules and its words were applied.
      const who = isPaperKey(row.attempt?.keyId ?? '')
        ? "The paper exchange refused by Kraken's rules"
        : 'Kraken refused';
      return reject(row, refusal('refused-by-kraken', `${who}: ${outcome.reason}`), deps);
    }
    case 'refused-before-engine':
      await park(row, `refused before the engine: ${outcome.reason}`, true, deps);
      return DONE;
    case 'unknown':
      await park(row, `outcome unknown: ${outcome.reason}`, false, deps);
      await countFailure(row, deps);
      return DONE;
    default:
      return unreachable(outcome);
  }
}

/** Ends a row as refused by a rule or by Kraken; `book`: what its sender says all the same. */
export function reject(
  row: OrderRow,
  refused: Refusal,
  deps: RecordDeps,
  book?: BookChange,
): Promise<Round> {
  const set = { refusal: refused, outcome: refused.sentence };
  const why = `${refused.code}: ${refused.sentence}`;
  return settle(row, 'rejected', { why, set, ...(book ? { book } : {}) }, deps);
}

/** Ends a row whose strategy stands already where it wants to. */
export function endUnneeded(
  row: OrderRow,
  why: string,
  deps: RecordDeps,
  book: BookChange | undefined,
): Promise<Round> {
  const set = { outcome: why };
  return settle(row, 'unneeded', { why, set, ...(book ? { book } : {}) }, deps);
}

/** Ends a row that may not be carried out any more because of its age. */
export function expire(row: OrderRow, deps: RecordDeps): Promise<Round> {
  const nowMs = deps.clock.nowMs();
  const seconds = Math.round((nowMs - row.signal.sentAtMs) / 1_000);
  // What leaves has a time of its own; where its target turns out to open, maxAge ends it before that.
  const isOver = isReducing(row.signal) && nowMs >= row.expiresAtMs;
  const limit = isOver ? 'longer than it may wait' : "more than its source's maxAge";
  const waited = row.outcome === undefined ? '' : `; it waited because ${row.outcome}`;
  const why = `the signal is ${seconds} s old, ${limit}${waited}`;
  return settle(row, 'expired', { why, set: { outcome: why } }, deps);
}

/** Ends a row that a kill switch stopped. */
export async function suppress(row: OrderRow, deps: RecordDeps, book?: BookChange): Promise<Round> {
  const reading = await deps.switches.read(row.account);
  const why =
    reading.kind === 'off'
      ? `the kill switch blocks ${reading.blocks}: ${reading.why}`
      : 'the kill switch was off';
  return settle(row, 'suppressed', { why, set: { outcome: why }, ...(book ? { book } : {}) }, deps);
}

/** Ends a row that was taken back before it went out. */
export function withdraw(
  row: OrderRow,
  because: 'silence' | undefined,
  deps: RecordDeps,
): Promise<Round> {
  const why =
    because === 'silence'
      ? 'its source fell silent before it went out'
      : 'its sender cancelled it before it went out';
  return settle(row, 'withdrawn', { why, set: { outcome: why } }, deps);
}

/** Blocks an account and tells a person. */
export async function trip(
  row: OrderRow,
  blocks: 'entries' | 'all',
  reason: string,
  deps: RecordDeps,
): Promise<void> {
  const why = `tripped by order ${row.clientOrderId}: ${reason}`;
  const context = { config: deps.config, atMs: deps.clock.nowMs() };
  // Told first: a switch that is off and silent is worse than a notice about one that still is on.
  await deps.outbox.put(trippedNotice(row, { blocks, reason }, context));
  await deps.switches.trip(row.account, blocks, why);
}

/** The order is placed whether or not this is remembered. */
export async function rememberPlaced(
  account: string,
  exchangeOrderId: string,
  { tally, log }: Pick<OrderDeps, 'tally' | 'log'>,
): Promise<void> {
  try {
    await tally.placed(account, exchangeOrderId);
  } catch (error) {
    log.warn('placed-not-remembered', { account, exchangeOrderId, error: String(error) });
  }
}

/** Moves a row to a state nobody leaves by itself; told in the same transaction. */
async function settle(
  row: OrderRow,
  to: OrderState,
  {
    why,
    set,
    dueAtMs = null,
    book: given,
  }: Pick<RowChange, 'why' | 'book'> &
    Required<Pick<RowChange, 'set'>> &
    Partial<Pick<RowChange, 'dueAtMs'>>,
  deps: RecordDeps,
): Promise<Round> {
  const atMs = deps.clock.nowMs();
  const notice = orderNotice({ ...row, ...set }, to, why, { config: deps.config, atMs });
  // Only one that was licensed before, and looked for, was in flight for long.
  const ends = to !== 'placed' && row.licences > 1;
  const book = ends ? await endStep(row, atMs, deps, given) : given;
  const change: RowChange = { why, set, atMs, dueAtMs, ...(book ? { book } : {}) };
  const moved = await deps.orders.move(row, to, notice ? { ...change, notice } : change);
  if (moved === 'lost') {
    // Somebody moved the row first: reload and see. After a send that can only be reconcile.
    deps.log.warn('row-moved-meanwhile', { account: row.account, orderKey: row.orderKey, to });
    return again('somebody else moved the row');
  }
  return DONE;
}

async function park(row: OrderRow, why: string, before: boolean, deps: RecordDeps): Promise<void> {
  const atMs = deps.clock.nowMs();
  const set = { outcome: why, refusedBeforeEngine: before };
  await deps.orders.move(row, 'unknown', { why, set, atMs, dueAtMs: atMs });
}

async function countFailure(row: OrderRow, deps: RecordDeps): Promise<void> {
  const rails = deps.config.accounts[row.account]?.rails;
  const cap = rails?.maxConsecutiveFailures ?? Infinity;
  const failures = await deps.tally.failed(row.account);
  if (failures >= cap) {
    await trip(
      row,
      'entries',
      `${failures} failures in a row (maxConsecutiveFailures ${cap})`,
      deps,
    );
  }
}
