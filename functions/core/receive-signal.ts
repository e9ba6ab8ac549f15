/**
 * The use case behind the webhook: from a request to durable, queued order rows, one for each
 * account of the source. The answer is 200 only when every row is stored and every order that is
 * to be carried out is queued; when a store or the queue fails this throws, the sender is told
 * 503, sends again, and meets the rows of its first attempt.
 */
import type { Config } from './config.ts';
import { sha256 } from './hash.ts';
import { readJson } from './json.ts';
import { laneGroup } from './lane-group.ts';
import { secretOf, type JsonObject } from './message.ts';
import { parseSignal, type ParsedSignal } from './parse-signal.ts';
import { refusal, REFUSALS, type Refusal } from './refusal.ts';
import { assert, err, ok, type Result } from './result.ts';
import { bodyText, refusalAtDoor } from './signal-request.ts';
import { refusalOfFuture, verdictOf, type Verdict } from './signal-verdict.ts';
import type { OrderRow } from './order.ts';
import type { Clock, Log, MarketSnapshot, MarketSnapshots } from './ports.ts';
import type { OrderLog, OrderQueue, Outbox, Switches } from './ports.ts';
import type {
  AdmittedSource,
  NamedSource,
  SignalRequest,
  SignedMessage,
  SourceGuard,
} from './signal-request.ts';

/** What the use case works with. */
export interface ReceiveSignalDeps {
  readonly config: Config;
  readonly clock: Clock;
  readonly guard: SourceGuard;
  readonly orderLog: OrderLog;
  readonly queue: OrderQueue;
  readonly switches: Switches;
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

/** What became of a signal. */
export type Word = 'accepted' | 'duplicate' | 'stale' | 'halted';

/** What became of the signal for one account. */
export interface AccountAnswer {
  readonly account: string;
  readonly status: Word | 'refused' | 'conflict';
  readonly message: string;
}

/** A snapshot is written every minute; an older one than this says nothing. */
const SNAPSHOT_MAX_AGE_MS = 3_600_000;

/** One text for every cause, so that the answer teaches nothing to who guesses. */
const UNAUTHENTICATED = refusal('unauthenticated', 'not authenticated.');

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
  if (admitted === undefined) return turnedAway(UNAUTHENTICATED, deps);
  const nowMs = deps.clock.nowMs();
  const signal = authenticSignal(request, admitted, nowMs, deps.log);
  if (signal.ok) return receiveForAccounts(signal.value, admitted, nowMs, deps);
  if (signal.error.code === 'unauthenticated') return turnedAway(signal.error, deps, admitted);
  return refuseWithNotice(request, admitted, signal.error, nowMs, deps);
}

/** Authenticates the message, then reads it. */
function authenticSignal(
  request: SignalRequest,
  admitted: AdmittedSource,
  nowMs: number,
  log: Log,
): Result<ParsedSignal, Refusal> {
  let signed: SignedMessage | undefined;
  const isSigned = admitted.source.auth === 'standard-webhooks';
  if (isSigned && typeof request.body !== 'string') {
    signed = admitted.matchSignature(request.signature, request.body, nowMs);
    if (signed === undefined) return err(UNAUTHENTICATED);
  }
  const root = readRoot(request);
  if (!root.ok) return root;
  const secretIndex = signed?.secretIndex ?? admitted.matchSecret(secretOf(root.value), nowMs);
  if (secretIndex === undefined) return err(UNAUTHENTICATED);
  log.info('message-authenticated', { source: admitted.name, credential: secretIndex });
  const { name, source } = admitted;
  const envelope = { sourceName: name, source, ...(signed === undefined ? {} : { signed }) };
  const parsed = parseSignal(root.value, envelope);
  if (!parsed.ok) return parsed;
  const future = refusalOfFuture(parsed.value.signal, nowMs);
  return future === undefined ? parsed : err(future);
}

function readRoot(request: SignalRequest): Result<JsonObject, Refusal> {
  const text = bodyText(request.body);
  if (!text.ok) return text;
  const json = readJson(text.value);
  if (!json.ok) {
    const { line, column, remedy } = json.error;
    return err(
      refusal(
        'unreadable-body',
        `the message is not readable at line ${line}, column ${column}: ${remedy}.`,
      ),
    );
  }
  if (json.value.kind === 'object') return ok(json.value);
  return err(
    refusal('unreadable-body', 'the message must be a JSON object, such as {"action":"buy"}.'),
  );
}

/** What recording a signal needs: everything but a guard, which has done its work by then. */
export type RecordSignalDeps = Omit<ReceiveSignalDeps, 'guard'>;

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
  const market = snapshot(deps);
  const all = await Promise.allSettled(
    accounts.map(async (accountName) => {
      const account = deps.config.accounts[accountName];
      assert(account !== undefined, `account ${accountName} is configured`);
      const switches = await deps.switches.read(accountName);
      const { signal, payloadHash } = parsed;
      const { source } = admitted;
      const { config } = deps;
      const now = { nowMs, switches, market: await market };
      const arrival = { signal, payloadHash, config, source, accountName, account, ...now };
      return record(verdictOf(arrival), deps);
    }),
  );
  await market;
  // Everything has ended by now: nothing is left running when the answer goes out.
  const outcomes = all.map((one) => {
    if (one.status === 'rejected') throw one.reason;
    return one.value;
  });
  return overall(parsed.signal.id, outcomes);
}

/** One account's part: the row is durable, and queued if it is to be carried out. */
interface Outcome extends AccountAnswer {
  readonly refusal?: Refusal;
}

async function record(verdict: Verdict, deps: RecordSignalDeps): Promise<Outcome> {
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
  const { signal, account, orderKey } = row;
  const reason = refusal(
    'identity-reused',
    'this id came before with another message: every order needs an id of its own, so build it with {{timenow}}.',
  );
  await outbox.put({
    id: `${orderKey}-reused-${row.payloadHash.slice(0, 16)}`,
    atMs: row.receivedAtMs,
    urgency: 'page',
    channels: config.sources[signal.source]?.notify ?? [],
    title: `Not traded (id used twice): ${signal.action} ${signal.symbol} of ${signal.source} for ${account}`,
    text: `Signal ${signal.id}: ${reason.sentence} The first message stands.`,
  });
  return { account, status: 'conflict', message: reason.sentence, refusal: reason };
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
  { name, source }: AdmittedSource,
  reason: Refusal,
  atMs: number,
  { outbox, log }: ReceiveSignalDeps,
): Promise<Answer> {
  const body = sha256(request.body);
  log.warn('message-refused', { source: name, code: reason.code });
  await outbox.put({
    id: `refused-${sha256(JSON.stringify([name, reason.code, body]))}`,
    atMs,
    urgency: 'warning',
    channels: source.notify,
    title: `Not traded: a message of ${name} was refused (${reason.code})`,
    text: `${reason.sentence} Nothing was recorded or traded; correct the alert and let it fire again.`,
  });
  return refusalAnswer(reason);
}

function turnedAway(
  reason: Refusal,
  { log }: ReceiveSignalDeps,
  admitted?: AdmittedSource,
): Answer {
  log.warn('request-refused', { source: admitted?.name, code: reason.code });
  return refusalAnswer(reason);
}

function refusalAnswer(
  { code, sentence }: Refusal,
  more: { signal?: string; accounts?: readonly AccountAnswer[] } = {},
): Answer {
  return { status: REFUSALS[code], body: { code, message: sentence, ...more } };
}

/** The market as it was last seen; early refusals can do without, the worker asks Kraken itself. */
async function snapshot({
  market,
  log,
  clock,
}: RecordSignalDeps): Promise<MarketSnapshot | undefined> {
  try {
    const read = await market.read();
    // An old one may lack pairs that are traded now; then the worker alone decides.
    return read !== undefined && clock.nowMs() - read.atMs < SNAPSHOT_MAX_AGE_MS ? read : undefined;
  } catch {
    log.warn('market-snapshot-unreadable');
    return undefined;
  }
}
