/**
 * The money path: carries out one order row. It reads top to bottom as what happens to an order.
 *
 * At most once: `orders.prepare` is the only licence to send; only the invocation that got it
 * sends, once, and nothing here ever sends again because a call failed. Whatever cannot be told is
 * left as `unknown` for reconcile-orders, which looks and never sends.
 */
import { keyNotice } from '../notices/account-notice.ts';
import { bookOf, type BookChange } from '../book.ts';
import type { Account } from '../config.ts';
import { decideOrder } from '../decide/decide-order.ts';
import { decimal, plain } from '../decimal.ts';
import { gatherFacts, type Facts } from './gather-facts.ts';
import { orderNameOf } from '../identity.ts';
import type { Desk, OrderDeps } from './order-deps.ts';
import { isWaiting } from '../order-state.ts';
import type { Attempt, OrderRef, OrderRow } from '../order.ts';
import type { LaneLease, PlaceOutcome, PrepareResult, RiskClaim } from '../ports.ts';
import { DEADLINE_MS, LANE_REST_MS, PREPARED_STALE_MS, REQUEUE_MS } from '../protocol.ts';
import { leaveWaiting, waitsLong } from './queue-again.ts';
import { claimRefusal, isClaimFull, type ClaimFull } from '../decide/rails-claim.ts';
import { endUnneeded, expire, recordOutcome, reject, suppress } from './record-outcome.ts';
import { notArmed, waitsOut } from './refusals.ts';
import { refusal } from '../refusal.ts';
import { unreachable } from '../result.ts';
import { again, INVOCATION_MS, ROUND_PAUSE_MS, ROUNDS_MAX, type Round } from './round.ts';
import { reportUnknownRow } from './strange-message.ts';
import { replaceOrders } from './replace-orders.ts';
import { recordSecondLeg } from './second-leg.ts';
import { releaseLane, takeLane } from './take-lane.ts';

/**
 * Carries out one order. Returns when its message may be deleted: the row is final, parked as
 * unknown, or queued again. Throws when the store stays away; the message then comes back. Nothing is
 * begun that could not end before `untilMs`, when the invocation is cut off.
 */
export async function executeOrder(
  ref: OrderRef,
  deps: OrderDeps,
  untilMs = deps.clock.nowMs() + INVOCATION_MS,
): Promise<void> {
  let why = '';
  for (let round = 1; round <= ROUNDS_MAX && hasTime(deps, untilMs); round += 1) {
    const row = await deps.orders.read(ref);
    if (row === undefined) return reportUnknownRow(ref, deps);
    // Final, or prepared and unknown: somebody else's, who may have sent it. Never send here.
    if (!isWaiting(row.state)) return;
    const ended = await carryOut(row, deps, untilMs).catch((error: unknown) =>
      failed(row, error, deps),
    );
    if (ended.kind === 'done') return;
    why = ended.why;
    // The orders of the same key wait behind this one.
    if (waitsLong(row.receivedAtMs, deps)) break;
    await deps.clock.sleep(ROUND_PAUSE_MS * round);
  }
  const row = await deps.orders.read(ref);
  if (row === undefined || !isWaiting(row.state)) return;
  await leaveWaiting(row, why === '' ? 'too little time in the invocation' : why, deps);
}

/**
 * A round that threw, as when the store fails, ends like any other: the next one reads the row and
 * sees how far it came. Throwing on would block the orders of this key for the visibility time.
 */
function failed(row: OrderRow, error: unknown, { log }: OrderDeps): Round {
  const why = error instanceof Error ? error.message : String(error);
  log.error('round-failed', { account: row.account, orderKey: row.orderKey, why });
  return again(why);
}

/** A licence is taken only when there is time to send the order and to write its outcome down. */
function hasTime({ clock }: OrderDeps, untilMs: number): boolean {
  return clock.nowMs() + LANE_REST_MS < untilMs;
}

async function carryOut(row: OrderRow, deps: OrderDeps, untilMs: number): Promise<Round> {
  if (deps.clock.nowMs() >= row.expiresAtMs) return expire(row, deps);
  const account = deps.config.accounts[row.account];
  if (account === undefined) {
    const sentence = `account ${row.account} is not in harpoon.yaml any more`;
    return reject(row, refusal('account-not-tradable', sentence), deps);
  }
  const desk = await openDesk(row, deps);
  if (desk === undefined) return again(`the keys of account ${row.account} cannot be read`);
  const lane = await takeLane(desk.keyId, deps);
  if (lane === 'busy') return again(`the key of account ${row.account} is in use`);
  if (lane === 'not-armed') {
    return reject(row, notArmed(row.account), deps);
  }
  try {
    return await placeOrder(row, { lane, desk, account, untilMs }, deps);
  } finally {
    await releaseLane(lane, deps);
  }
}

/** What the holder of a lane places an order with. */
interface Seat {
  readonly lane: LaneLease;
  readonly desk: Desk;
  readonly account: Account;
  readonly untilMs: number;
}

async function placeOrder(
  row: OrderRow,
  { lane, desk, account, untilMs }: Seat,
  deps: OrderDeps,
): Promise<Round> {
  const exchange = desk.exchange(lane);
  // The connection for the order is opened now, while the facts are read and the licence is
  // written, so that a fresh one costs no time.
  exchange.warm();
  const facts = await gatherFacts(row, { exchange, desk }, deps);
  if (facts.kind === 'unsettled') {
    // To cancel adds no risk, as little as an order that leaves.
    return replaceOrders(row, { ...facts, decision: { reducing: true } }, exchange, deps);
  }
  if (facts.kind !== 'gathered') return notGathered(row, facts, deps);
  const { input, planned, replaces } = facts;

  const decided = decideOrder(input);
  if (!decided.ok) {
    if (waitsOut(decided.error, input.signal)) return again(decided.error.sentence);
    return reject(row, decided.error, deps, planned?.says);
  }
  const { order, decision, risk } = decided.value;
  const more = planned && { says: planned.says, guard: planned.guard };
  if (replaces) return replaceOrders(row, { decision, replaces, ...more }, exchange, deps);

  if (!hasTime(deps, untilMs)) return again('too little time was left in this invocation');
  const preparedAtMs = deps.clock.nowMs();
  // Reading what it was decided from took its time.
  if (preparedAtMs >= (planned?.staleFromMs ?? Infinity)) return expire(row, deps);
  const attempt: Attempt = {
    token: deps.ids.uuid(),
    nonce: lane.nextNonce(),
    deadlineMs: preparedAtMs + DEADLINE_MS,
    preparedAtMs,
    order,
    keyId: desk.keyId,
    fence: lane.fence,
    validate: account.mode === 'validate',
  };
  const claim = { atMs: preparedAtMs, ...claimOnce(row, risk) };
  const dueAtMs = preparedAtMs + PREPARED_STALE_MS;
  const { pair } = decision;
  const book = planned?.hold ?? { ref: bookOf(row, { ...attempt, pair }) };
  if (planned?.isFirstLeg === true) await recordSecondLeg(row, deps);
  const licence = { attempt, decision, lane, dueAtMs, risk: claim, book };
  const prepared = await deps.orders.prepare(row, licence);
  if (isClaimFull(prepared)) {
    const whose = { account: row.account, rails: account.rails };
    return reject(row, claimRefusal(prepared, claim, whose), deps, planned?.says);
  }
  if (prepared.kind !== 'prepared') {
    // An exit that is stopped says where the strategy wants to stand; an entry is asked for anew.
    return notPrepared(row, prepared, deps, decision.reducing ? planned?.says : undefined);
  }

  const outcome = await exchange.place(attempt, orderNameOf(row, order));
  return writeDown(prepared.row, outcome, deps);
}

/** Facts that make no order. */
function notGathered(
  row: OrderRow,
  facts: Exclude<Facts, { kind: 'gathered' | 'unsettled' }>,
  deps: OrderDeps,
): Round | Promise<Round> {
  switch (facts.kind) {
    case 'unavailable':
      return again(facts.why);
    case 'refused':
      return reject(row, facts.refusal, deps, facts.book);
    case 'unneeded':
      return endUnneeded(row, facts.why, deps, facts.book);
    case 'stale':
      return expire(row, deps);
    default:
      return unreachable(facts);
  }
}

/** What Kraken said is worth a second try of the store; without it reconcile-orders looks it up. */
async function writeDown(row: OrderRow, outcome: PlaceOutcome, deps: OrderDeps): Promise<Round> {
  try {
    return await recordOutcome(row, outcome, deps);
  } catch (error) {
    failed(row, error, deps);
    await deps.clock.sleep(ROUND_PAUSE_MS);
    return recordOutcome(row, outcome, deps);
  }
}

/** An order that goes out again after it was never sent is not counted twice, only what grew. */
function claimOnce(row: OrderRow, risk: Omit<RiskClaim, 'atMs'>): Omit<RiskClaim, 'atMs'> {
  if (row.attempt === undefined) return risk;
  if (risk.notional === undefined) return {};
  const grown = decimal(risk.notional.add).minus(decimal(row.decision?.counted ?? '0'));
  return grown.gt('0') ? { notional: { add: plain(grown), cap: risk.notional.cap } } : {};
}

async function notPrepared(
  row: OrderRow,
  result: Exclude<PrepareResult, { kind: 'prepared' } | ClaimFull>,
  deps: OrderDeps,
  says: BookChange | undefined,
): Promise<Round> {
  switch (result.kind) {
    case 'lost':
    case 'busy':
    case 'lane-lost':
      return again(`the licence was not given: ${result.kind}`);
    case 'switched-off':
      // What stops a position is not given up because everything stands still.
      if (row.signal.covers !== undefined) return again('the kill switch is off');
      return suppress(row, deps, says);
    case 'not-armed':
      return reject(row, notArmed(row.account), deps);
    default:
      return unreachable(result.kind);
  }
}

/** Keys that cannot be read now may be readable in a moment; the log says why they were not. */
async function openDesk(row: OrderRow, deps: OrderDeps): Promise<Desk | undefined> {
  try {
    return await deps.desk(row.account);
  } catch (error) {
    const { account } = row;
    deps.log.error('keys-unreadable', { account, error: String(error) });
    await tellUnreadable(row, deps);
    return undefined;
  }
}

/** A short failure passes unnoticed; one that holds an order up is told. */
async function tellUnreadable(
  { account, receivedAtMs }: OrderRow,
  { config, clock, outbox }: OrderDeps,
): Promise<void> {
  const atMs = clock.nowMs();
  if (atMs < receivedAtMs + REQUEUE_MS) return;
  // The error may quote what it could not read, so it is in the log alone.
  const why = 'the secret with its keys cannot be read: the log of execute-order says why';
  await outbox.put(keyNotice(account, { half: 'trade', why }, { config, atMs }));
}
