/**
 * The money path: carries out one order row. It reads top to bottom as what happens to an order.
 *
 * At most once: `orders.prepare` is the only licence to send; only the invocation that got it
 * sends, once, and nothing here ever sends again because a call failed. Whatever cannot be told is
 * left as `unknown` for reconcile-orders, which looks and never sends.
 */
import type { Config } from './config.ts';
import { decideOrder } from './decide-order.ts';
import { gatherFacts } from './gather-facts.ts';
import { recordOutcome, reject, expire, suppress } from './record-outcome.ts';
import { laneGroup } from './lane-group.ts';
import { isWaiting } from './order-state.ts';
import { accountNotice } from './order-notice.ts';
import type { Attempt, OrderRef, OrderRow } from './order.ts';
import { DEADLINE_MS, LANE_WAIT_MS, PREPARED_STALE_MS, REQUEUE_MS } from './protocol.ts';
import type {
  Clock,
  Exchange,
  Ids,
  KeyInfo,
  LaneLease,
  Lanes,
  Log,
  MarketData,
  OrderLog,
  OrderQueue,
  Outbox,
  PrepareResult,
  RiskClaim,
  Switches,
  Tally,
} from './ports.ts';
import { decimal, plain } from './decimal.ts';
import { refusal } from './refusal.ts';
import { unreachable } from './result.ts';

/** Rounds of read, decide, prepare before the order goes back to the queue. */
const ROUNDS_MAX = 4;
const ROUND_PAUSE_MS = 400;
const LANE_POLL_MS = 40;

/** An account's trading desk: its key's name, and the exchange as seen by the lane's holder. */
export interface Desk {
  readonly keyId: string;
  exchange(lane: LaneLease): Exchange;
  /** What the key may do; asked once a day through the exchange given. */
  keyInfo(exchange: Exchange): Promise<KeyInfo>;
}

/** What carrying out an order needs. */
export interface ExecuteDeps {
  readonly config: Config;
  readonly clock: Clock;
  readonly ids: Ids;
  readonly log: Log;
  readonly orders: OrderLog;
  readonly lanes: Lanes;
  readonly switches: Switches;
  readonly tally: Tally;
  readonly queue: OrderQueue;
  readonly outbox: Outbox;
  readonly market: MarketData;
  /** Opens the desk of an account that has keys. */
  desk(account: string): Promise<Desk>;
}

/** Whether a round settled the order or another one may help. */
export type Round = 'done' | 'again';

/**
 * Carries out one order. Returns when its message may be deleted: the row is final, parked as
 * unknown, or queued again. Throws when the store failed; the message then comes back.
 */
export async function executeOrder(ref: OrderRef, deps: ExecuteDeps): Promise<void> {
  for (let round = 1; round <= ROUNDS_MAX; round += 1) {
    const row = await deps.orders.read(ref);
    if (row === undefined) return reportUnknownRow(ref, deps);
    // Final, or prepared and unknown: somebody else's, who may have sent it. Never send here.
    if (!isWaiting(row.state)) return;
    if ((await carryOut(row, deps)) === 'done') return;
    await deps.clock.sleep(ROUND_PAUSE_MS * round);
  }
  await queueAgain(ref, deps);
}

async function carryOut(row: OrderRow, deps: ExecuteDeps): Promise<Round> {
  if (deps.clock.nowMs() >= row.expiresAtMs) return expire(row, deps);
  const account = deps.config.accounts[row.account];
  if (account === undefined || account.mode === 'paper') {
    const sentence =
      account === undefined
        ? `account ${row.account} is not in harpoon.yaml any more`
        : `account ${row.account} is a paper account: paper fills exist in the local stack only; set mode: validate or live to reach Kraken`;
    return reject(row, refusal('account-not-tradable', sentence), deps);
  }
  const desk = await deps.desk(row.account);
  const lane = await waitForLane(desk.keyId, deps);
  if (lane === 'busy') return 'again';
  if (lane === 'not-armed') {
    return reject(row, refusal('not-armed', notArmed(row.account)), deps);
  }
  try {
    return await placeOrder(row, { lane, desk }, deps);
  } finally {
    // A lane that is not released runs out by itself.
    await deps.lanes.release(lane).catch((error: unknown) => {
      deps.log.warn('lane-not-released', { account: row.account, error: String(error) });
    });
  }
}

async function placeOrder(
  row: OrderRow,
  { lane, desk }: { readonly lane: LaneLease; readonly desk: Desk },
  deps: ExecuteDeps,
): Promise<Round> {
  const exchange = desk.exchange(lane);
  // The connection for the order is opened now, while the facts are read and the licence is
  // written, so that a fresh one costs no time.
  exchange.warm();
  const facts = await gatherFacts(row, { exchange, desk }, deps);
  if (facts.kind === 'unavailable') return 'again';
  if (facts.kind === 'refused') return reject(row, facts.refusal, deps);

  const decided = decideOrder(facts.input);
  if (!decided.ok) return reject(row, decided.error, deps);
  const { order, decision, risk } = decided.value;

  const preparedAtMs = deps.clock.nowMs();
  const attempt: Attempt = {
    token: deps.ids.uuid(),
    nonce: lane.nextNonce(),
    deadlineMs: preparedAtMs + DEADLINE_MS,
    preparedAtMs,
    order,
    keyId: desk.keyId,
    fence: lane.fence,
    validate: deps.config.accounts[row.account]?.mode !== 'live',
  };
  const prepared = await deps.orders.prepare(row, {
    attempt,
    decision,
    lane,
    dueAtMs: preparedAtMs + PREPARED_STALE_MS,
    risk: { atMs: preparedAtMs, ...claimOnce(row, risk) },
  });
  if (prepared.kind !== 'prepared') return notPrepared(row, prepared, deps);

  const outcome = await exchange.place(attempt, row.clientOrderId);
  return recordOutcome(prepared.row, outcome, deps);
}

/** An order that goes out again after it was never sent is not counted twice, only what grew. */
function claimOnce(row: OrderRow, risk: Omit<RiskClaim, 'atMs'>): Omit<RiskClaim, 'atMs'> {
  const counted = row.decision?.counted;
  if (row.attempt === undefined || risk.notional === undefined || counted === undefined) {
    return row.attempt === undefined ? risk : {};
  }
  const grown = decimal(risk.notional.add).minus(decimal(counted));
  return grown.gt('0') ? { notional: { add: plain(grown), cap: risk.notional.cap } } : {};
}

async function notPrepared(
  row: OrderRow,
  result: Exclude<PrepareResult, { kind: 'prepared' }>,
  deps: ExecuteDeps,
): Promise<Round> {
  const rails = deps.config.accounts[row.account]?.rails;
  switch (result.kind) {
    case 'lost':
    case 'busy':
    case 'lane-lost':
      return 'again';
    case 'switched-off':
      return suppress(row, deps);
    case 'not-armed':
      return reject(row, refusal('not-armed', notArmed(row.account)), deps);
    case 'daily-cap': {
      const sentence = `today's orders would exceed maxDaily ${rails?.maxDaily ?? ''} of account ${row.account}`;
      return reject(row, refusal('above-max-daily', sentence), deps);
    }
    case 'hourly-cap': {
      const sentence = `this hour had its maxOrdersPerHour ${rails?.maxOrdersPerHour ?? ''} of account ${row.account}`;
      return reject(row, refusal('too-many-orders', sentence), deps);
    }
    default:
      return unreachable(result.kind);
  }
}

function notArmed(account: string): string {
  return `account ${account} is not armed: run npm run arm -- ${account} once its keys are stored`;
}

async function waitForLane(
  keyId: string,
  deps: ExecuteDeps,
): Promise<LaneLease | 'busy' | 'not-armed'> {
  const owner = deps.ids.uuid();
  const untilMs = deps.clock.nowMs() + LANE_WAIT_MS;
  for (;;) {
    const lane = await deps.lanes.take(keyId, owner);
    if (lane !== 'busy' || deps.clock.nowMs() >= untilMs) return lane;
    await deps.clock.sleep(LANE_POLL_MS);
  }
}

/** The order goes to the end of its group: whatever was in the way is in the others' way too. */
async function queueAgain(ref: OrderRef, deps: ExecuteDeps): Promise<void> {
  const row = await deps.orders.read(ref);
  if (row === undefined || !isWaiting(row.state)) return;
  const atMs = deps.clock.nowMs();
  const why = 'could not be decided or prepared now; queued again';
  const noted = await deps.orders.note(row, { why, atMs, dueAtMs: atMs + REQUEUE_MS });
  if (noted === 'lost') return;
  await deps.queue.enqueue(ref, laneGroup(deps.config, ref.account), requeueName(noted));
}

/** Dedup text of a repeated message: another one for each version of the row. */
export function requeueName(row: OrderRow): string {
  return `${row.orderKey}-${row.version}`;
}

async function reportUnknownRow(ref: OrderRef, deps: ExecuteDeps): Promise<void> {
  deps.log.error('message-without-row', { account: ref.account, orderKey: ref.orderKey });
  const title = `A queue message names an order that does not exist (account ${ref.account})`;
  const text =
    `No order row ${ref.orderKey} exists, so nothing was traded. Somebody who is not Harpoon wrote` +
    ` to its queue, or the table was restored from a backup: see docs/runbook.md.`;
  const what = { id: `no-row:${ref.orderKey}`, title, text };
  await deps.outbox.put(accountNotice(ref.account, what, deps.clock.nowMs()));
}

/** A message that Harpoon did not write: nothing is traded, somebody is told, it does not come back. */
export async function reportForeignMessage(
  messageId: string,
  deps: Pick<ExecuteDeps, 'clock' | 'log' | 'outbox'>,
): Promise<void> {
  deps.log.error('foreign-message', { messageId });
  const what = {
    id: `foreign-message:${messageId}`,
    title: 'A message that Harpoon did not write was on its order queue',
    text: 'Nothing was traded. Find out who may send to the queue: see docs/runbook.md.',
  };
  await deps.outbox.put(accountNotice('all', what, deps.clock.nowMs()));
}
