/**
 * Sends an amend, once, after it was licensed: the row says what is asked before Kraken hears of it,
 * and what the change adds is counted with that.
 */
import type { Amend } from './amends.ts';
import type { AmendDeps } from './amend-order.ts';
import type { AmendSeat } from './amend-seat.ts';
import { claimRefusal, isClaimFull, type ClaimFull } from '../decide/rails-claim.ts';
import { endAmend, settleAmend, turnedDownEnd, type AmendEnd } from './end-amend.ts';
import { orderWords } from '../order-words.ts';
import { orderNow, unsettledAmend } from '../order-now.ts';
import type { AskedAmend, Order, OrderRow } from '../order.ts';
import type { AmendOutcome, OrderChange } from '../amending.ts';
import type { PrepareResult, RiskClaim } from '../ports.ts';
import { DEADLINE_MS, DEADLINE_REST_MS } from '../protocol.ts';
import { trip } from './record-outcome.ts';
import { notArmed } from './refusals.ts';
import { assert, unreachable } from '../result.ts';
import { again, type Round } from './round.ts';
import { isReducing } from '../signal.ts';

/** A change that may go out. */
export interface SendableAmend {
  readonly amend: Amend;
  readonly row: OrderRow;
  readonly seat: AmendSeat;
  /** The order as it is to be. */
  readonly order: Order;
  readonly adds: boolean;
  readonly risk: Omit<RiskClaim, 'atMs'>;
  /** The same change, which went out before. */
  readonly asked?: AskedAmend;
}

/** Licenses and sends it, and writes down what Kraken says. */
export async function sendAmend(sent: SendableAmend, deps: AmendDeps): Promise<Round> {
  const { amend, row, seat, order } = sent;
  const atMs = deps.clock.nowMs();
  const deadlineMs = Math.min(atMs + DEADLINE_MS, amend.untilMs);
  if (atMs >= deadlineMs - DEADLINE_REST_MS) return tooLate(sent, deps);
  const asked = askedOf(sent, { atMs, deadlineMs });
  const licensed = await deps.orders.licenseAmend(row, {
    ...{ asked, lane: seat.lane, atMs, risk: { atMs, ...sent.risk } },
    why: `amend asked for: ${orderWords(order)}`,
    reducing: isReducing(row.signal) || !asked.adds,
  });
  if (isClaimFull(licensed)) {
    const { account } = row;
    const rails = deps.config.accounts[account]?.rails;
    const full = claimRefusal(licensed, { atMs, ...sent.risk }, { account, rails });
    return endAmend({ amend, row, how: { kind: 'refused', refusal: full } }, deps);
  }
  if (licensed.kind !== 'prepared') return notLicensed(sent, licensed, deps);
  const outcome = await seat.exchange.amend(seat.exchangeOrderId, changeOf(asked));
  return writeDown({ sent, row: licensed.row, asked }, outcome, deps);
}

function askedOf(
  { amend, row, order, adds, asked }: SendableAmend,
  { atMs, deadlineMs }: { readonly atMs: number; readonly deadlineMs: number },
): AskedAmend {
  if (asked !== undefined) return { ...asked, deadlineMs };
  const before = orderNow(row);
  assert(before !== undefined, 'a placed order was sent');
  const { firedAtMs, hash } = amend;
  const open = unsettledAmend(row);
  const earlier = open && [...(open.earlier ?? []), open.order];
  const versions = { order, before, ...(earlier ? { earlier } : {}) };
  return { firedAtMs, hash, ...versions, adds, licensedAtMs: atMs, deadlineMs };
}

/** Every value that an amend may have: whatever Kraken holds, it is the order afterwards. */
function changeOf({ order, deadlineMs }: AskedAmend): OrderChange {
  const { type, volume, price, price2, postOnly } = order;
  if (price === undefined || type.startsWith('trailing')) return { volume, deadlineMs };
  const isLimit = type === 'limit' || type === 'iceberg';
  return {
    volume,
    ...(isLimit ? { limitPrice: price } : { triggerPrice: price }),
    ...(price2 === undefined ? {} : { limitPrice: price2 }),
    ...(isLimit && postOnly === true ? { postOnly } : {}),
    deadlineMs,
  };
}

/** Nothing goes out any more; of what went out before, a look tells. */
async function tooLate({ amend, row, asked }: SendableAmend, deps: AmendDeps): Promise<Round> {
  if (asked !== undefined) return again('too little of its time is left to send it again');
  const how: AmendEnd = { kind: 'too-late', why: 'too little of its time was left to send it' };
  return endAmend({ amend, row, how }, deps);
}

async function notLicensed(
  { amend, row, asked }: SendableAmend,
  result: Exclude<PrepareResult, { kind: 'prepared' } | ClaimFull>,
  deps: AmendDeps,
): Promise<Round> {
  const end = (how: AmendEnd) => endAmend({ amend, row, how }, deps);
  switch (result.kind) {
    case 'lost':
    case 'busy':
    case 'lane-lost':
      return again(`the licence was not given: ${result.kind}`);
    case 'switched-off':
      // What went out before may have been made: a look tells, once it cannot come any more.
      if (asked !== undefined) return again('the kill switch is off');
      return end({ kind: 'stopped', why: 'the kill switch is off' });
    case 'not-armed':
      return end({ kind: 'refused', refusal: notArmed(row.account) });
    default:
      return unreachable(result.kind);
  }
}

/** A change that went out. */
interface SentAmend {
  /** As it was before its licence. */
  readonly sent: SendableAmend;
  readonly row: OrderRow;
  readonly asked: AskedAmend;
}

async function writeDown(
  { sent, row, asked }: SentAmend,
  outcome: AmendOutcome,
  deps: AmendDeps,
): Promise<Round> {
  const { account, orderKey } = row;
  const reason = 'reason' in outcome ? outcome.reason : outcome.description;
  deps.log.info('amend-answered', { account, orderKey, outcome: outcome.kind, reason });
  switch (outcome.kind) {
    case 'amended': {
      const how: AmendEnd = { kind: 'amended', why: `changed in place (${reason})` };
      return settleAmend({ amend: sent.amend, row, how, asked, now: asked.order }, deps);
    }
    case 'gone':
      return turnDown({ sent, row, asked }, { kind: 'gone', reason }, deps);
    case 'refused':
      // Before it is settled: afterwards nobody would come back to trip the switch.
      if (outcome.trips) await trip(row, 'all', reason, deps);
      return turnDown({ sent, row, asked }, { kind: 'refused', reason }, deps);
    case 'not-reached':
    case 'unknown':
      return again(`${outcome.kind === 'unknown' ? 'no clear answer' : 'not sent'}: ${reason}`);
    default:
      return unreachable(outcome);
  }
}

/**
 * Kraken made nothing of this copy. The first one leaves the record as it was before; after a later one
 * a look has to tell whether one before it was made.
 */
async function turnDown(
  { sent, row, asked }: SentAmend,
  turnedDown: NonNullable<AskedAmend['turnedDown']>,
  deps: AmendDeps,
): Promise<Round> {
  if (sent.asked === undefined) {
    const amended = { ...sent.row.amended };
    const how = turnedDownEnd(turnedDown);
    return endAmend({ amend: sent.amend, row: { ...row, amended }, how }, deps);
  }
  const why = `amend turned down (${turnedDown.reason}): whether a copy before was made, a look tells`;
  const amended = { ...row.amended, asked: { ...asked, turnedDown } };
  const change = { why, atMs: deps.clock.nowMs(), set: { amended }, dueAtMs: row.dueAtMs ?? null };
  const noted = await deps.orders.note(row, change);
  return again(noted === 'lost' ? 'somebody else moved the row' : why);
}
