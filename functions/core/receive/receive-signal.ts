/**
 * The use case behind the webhook: from a request to durable, queued order rows, one for each
 * account of the source. The answer is 200 only when every row is stored and every order that is
 * to be carried out is queued; when a store or the queue fails this throws, the sender is told
 * 503, sends again, and meets the rows of its first attempt.
 */
import { allEnded, forEachEnded } from '../all-ended.ts';
import { authenticMessage, unauthenticated, type AuthenticMessage } from './authentic-message.ts';
import type { Config } from '../config.ts';
import { haltOf } from './halt-message.ts';
import type { HaltRequests } from '../halt/halt-requests.ts';
import { amendOf, receiveAmend } from './receive-amend.ts';
import { cancelledIdOf, receiveRecall } from './receive-recall.ts';
import type { Amends } from '../execute/amends.ts';
import type { Recalls } from '../execute/recalls.ts';
import { hearSource } from './hear-source.ts';
import { heartbeatOf, receiveHeartbeat } from './receive-heartbeat.ts';
import type { HeardSources } from '../silence/source-watches.ts';
import { laneGroup } from '../execute/lane-group.ts';
import { parseSignal, type ParsedSignal } from '../message/parse-signal.ts';
import { receiveHalt } from './receive-halt.ts';
import { recentMarket } from './recent-market.ts';
import { refusal, REFUSALS, type Refusal } from '../refusal.ts';
import { assert, err, ok, type Result } from '../result.ts';
import { refusedMessageNotice, reusedIdNotice } from '../notices/signal-notice.ts';
import { refusalAtDoor } from './signal-request.ts';
import { refusalOfFuture, verdictOf, type Verdict } from './signal-verdict.ts';
import type { OrderRow } from '../order.ts';
import type { Clock, Log, MarketSnapshots } from '../ports.ts';
import type { OrderLog, OrderQueue, Outbox, Switches } from '../ports.ts';
import type { AdmittedSource, NamedSource, SignalRequest, SourceGuard } from './signal-request.ts';

/** What the use case works with. */
export interface ReceiveSignalDeps {
  readonly config: Config;
  readonly clock: Clock;
  readonly guard: SourceGuard;
  readonly orderLog: OrderLog;
  readonly queue: OrderQueue;
  readonly switches: Switches;
  /** Where a message that halts is put on record. */
  readonly halts: HaltRequests;
  /** Where a message that takes an order back is put on record. */
  readonly recalls: Pick<Recalls, 'ask'>;
  /** Where it is put on record that a source was heard. */
  readonly heard: HeardSources;
  /** Where a message that changes an order is put on record. */
  readonly amends: Pick<Amends, 'ask' | 'asked'>;
  readonly outbox: Outbox;
  readonly market: MarketSnapshots;
  readonly log: Log;
}

/** What the sender is told. */
export interface Answer {
  readonly status: number;
  readonly body: AnswerBody;
}

/** 200 carries `status`, everything else `code`; both a sentence. */
export type AnswerBody =
  | {
      readonly status: Word;
      readonly message: string;
      readonly signal: string;
      readonly accounts: readonly AccountAnswer[];
    }
  | {
      readonly code: Refusal['code'] | 'unavailable';
      readonly message: string;
      readonly signal?: string;
      readonly accounts?: readonly AccountAnswer[];
    };

/** What became of a signal; `heard`: it was a heartbeat. */
export type Word = 'accepted' | 'duplicate' | 'stale' | 'halted' | 'heard';

/** What became of the signal for one account. */
export interface AccountAnswer {
  readonly account: string;
  readonly status: Word | 'refused' | 'conflict';
  readonly message: string;
}

/**
 * Accounts under way at a time. Each takes three or four calls one after the other, so that two
 * hundred take a fraction of the three seconds that TradingView waits, and no call waits for a
 * connection until it times out.
 */
const ACCOUNTS_AT_ONCE = 25;

/** Receives one request. Throws when something that must be stored could not be. */
export async function receiveSignal(
  request: SignalRequest,
  deps: ReceiveSignalDeps,
): Promise<Answer> {
  const atDoor = refusalAtDoor(request);
  if (atDoor !== undefined || request.hook === undefined) {
    return turnedAway(atDoor ?? refusal('not-found', 'there is nothing here.'), deps);
  }
  const admitted = await deps.guard.admit({ ...request.hook, address: request.address });
  if (!admitted.ok) return turnedAway(unauthenticated(admitted.error), deps);
  const source = admitted.value;
  const nowMs = deps.clock.nowMs();
  const message = authenticMessage(request, source, nowMs, deps.log);
  if (!message.ok && message.error.code === 'unauthenticated') {
    return turnedAway(message.error, deps, source);
  }
  if (!message.ok) return refuseWithNotice(request, source, message.error, nowMs, deps);
  // Beside the other writes, and ended with them: nothing is left running when the answer goes out.
  const [answer] = await allEnded([
    answerTo(message.value, source, nowMs, deps),
    hearSource(message.value, source, nowMs, deps),
  ]);
  if (answer.ok) return answer.value;
  return refuseWithNotice(request, source, answer.error, nowMs, deps);
}

/** Does what the message asks for: a halt, an order's cancel or change, a sign of life, or a trade. */
async function answerTo(
  message: AuthenticMessage,
  source: NamedSource,
  nowMs: number,
  deps: ReceiveSignalDeps,
): Promise<Result<Answer, Refusal>> {
  const wish = haltOf(message.root);
  if (wish !== undefined) {
    if (!wish.ok) return wish;
    const { name, source: configured } = source;
    const { hasHaltSecret } = message;
    return receiveHalt(wish.value, { name, source: configured, hasHaltSecret }, deps);
  }
  const cancelled = cancelledIdOf(message.root, source.source);
  if (cancelled !== undefined) {
    return cancelled.ok ? receiveRecall(cancelled.value, source, deps) : cancelled;
  }
  const firedAt = heartbeatOf(message, source.source, nowMs);
  if (firedAt !== undefined) {
    return firedAt.ok
      ? ok(await receiveHeartbeat(firedAt.value, source, { ...deps, nowMs }))
      : firedAt;
  }
  const change = amendOf(message.root, source.source, message.signed?.atMs);
  if (change !== undefined) {
    return change.ok ? receiveAmend(change.value, source, deps) : change;
  }
  const signal = signalOf(message, source, nowMs);
  return signal.ok ? ok(await receiveForAccounts(signal.value, source, nowMs, deps)) : signal;
}

/** Reads the signal of a message that somebody vouches for. */
function signalOf(
  { root, signed }: AuthenticMessage,
  { name, source }: NamedSource,
  nowMs: number,
): Result<ParsedSignal, Refusal> {
  const envelope = { sourceName: name, source, ...(signed === undefined ? {} : { signed }) };
  const parsed = parseSignal(root, envelope);
  if (!parsed.ok) return parsed;
  const future = refusalOfFuture(parsed.value.signal, nowMs);
  return future === undefined ? parsed : err(future);
}

/** What recording a signal needs: everything but a guard, which has done its work by then. */
export type RecordSignalDeps = Omit<
  ReceiveSignalDeps,
  'guard' | 'halts' | 'recalls' | 'amends' | 'heard'
>;

/**
 * Records a signal whose source was admitted, for every account of the source: the same rows, rails
 * and switches whoever brought it. Throws when something that must be stored could not be.
 */
export async function receiveForAccounts(
  parsed: ParsedSignal,
  admitted: NamedSource,
  nowMs: number,
  deps: RecordSignalDeps,
): Promise<Answer> {
  const { accounts } = admitted.source;
  assert(accounts.length > 0, `source ${admitted.name} has an account`);
  const market = recentMarket(deps);
  const recorded = forEachEnded(accounts, ACCOUNTS_AT_ONCE, async (accountName) => {
    const account = deps.config.accounts[accountName];
    assert(account !== undefined, `account ${accountName} is configured`);
    const switches = await deps.switches.read(accountName);
    const { signal, payloadHash } = parsed;
    const { source } = admitted;
    const { config } = deps;
    const now = { nowMs, switches, market: await market };
    const arrival = { signal, payloadHash, config, source, accountName, account, ...now };
    return recordVerdict(verdictOf(arrival), deps);
  });
  // Everything has ended by then: nothing is left running when the answer goes out.
  const [outcomes] = await allEnded([recorded, market]);
  return overall(parsed.signal.id, outcomes);
}

/** One account's part: the row is durable, and queued if it is to be carried out. */
interface Outcome extends AccountAnswer {
  readonly refusal?: Refusal;
}

async function recordVerdict(verdict: Verdict, deps: RecordSignalDeps): Promise<Outcome> {
  const { row, why, word, notice } = verdict;
  const { account, orderKey } = row;
  const existing = await deps.orderLog.receive(row, why, notice);
  const repeated = existing !== 'created';
  deps.log.info('order-received', {
    ...{ account, orderKey, source: row.signal.source, id: row.signal.id },
    ...{ state: repeated ? existing.state : row.state, repeated },
  });
  if (repeated && existing.payloadHash !== row.payloadHash) return conflict(row, deps);
  // A row that is still waiting is queued again: the first attempt may have died before its queue.
  if ((repeated ? existing : row).state === 'received') {
    await deps.queue.enqueue({ account, orderKey }, laneGroup(deps.config, account), orderKey);
  }
  if (repeated) {
    const message = `this signal was received before; its order is ${existing.state}.`;
    return { account, status: 'duplicate', message };
  }
  if (word === 'refused' && row.refusal !== undefined) {
    return { account, status: 'refused', message: why, refusal: row.refusal };
  }
  return {
    account,
    status: word,
    message: word === 'accepted' ? 'recorded and queued.' : `${why}.`,
  };
}

async function conflict(row: OrderRow, { outbox, config }: RecordSignalDeps): Promise<Outcome> {
  const reason = refusal(
    'identity-reused',
    'this id came before with another message: every order needs an id of its own, so build it with {{timenow}}.',
  );
  await outbox.put(reusedIdNotice(row, reason.sentence, config));
  return { account: row.account, status: 'conflict', message: reason.sentence, refusal: reason };
}

/** The words of the answer, the most telling first. */
const WORDS = ['accepted', 'duplicate', 'halted', 'stale'] as const;

function overall(signal: string, outcomes: readonly Outcome[]): Answer {
  const accounts = outcomes.map(({ account, status, message }) => ({ account, status, message }));
  const clash = outcomes.find(({ status }) => status === 'conflict')?.refusal;
  const word = WORDS.find((one) => outcomes.some(({ status }) => status === one));
  if (clash === undefined && word !== undefined) {
    const message = outcomes.find(({ status }) => status === word)?.message ?? '';
    return { status: 200, body: { status: word, message, signal, accounts } };
  }
  const reason = clash ?? outcomes.find((one) => one.refusal !== undefined)?.refusal;
  assert(reason !== undefined, 'an outcome without a word has a refusal');
  return refusalAnswer(reason, { signal, accounts });
}

/** Tells the person about an authenticated message that left no row. */
async function refuseWithNotice(
  request: SignalRequest,
  admitted: AdmittedSource,
  reason: Refusal,
  atMs: number,
  { outbox, log, config }: ReceiveSignalDeps,
): Promise<Answer> {
  log.warn('message-refused', { source: admitted.name, code: reason.code });
  const message = { reason, body: request.body };
  await outbox.put(refusedMessageNotice(admitted, message, { config, atMs }));
  return refusalAnswer(reason);
}

function turnedAway(
  reason: Refusal,
  { log }: ReceiveSignalDeps,
  admitted?: AdmittedSource,
): Answer {
  const { code, numbers } = reason;
  log.warn('request-refused', { source: admitted?.name, code, ...numbers });
  return refusalAnswer(reason);
}

function refusalAnswer(
  { code, sentence }: Refusal,
  more: { signal?: string; accounts?: readonly AccountAnswer[] } = {},
): Answer {
  return { status: REFUSALS[code], body: { code, message: sentence, ...more } };
}
