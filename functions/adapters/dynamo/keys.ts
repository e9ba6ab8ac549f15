/**
 * Where everything lives in the one table. Partition keys begin with a noun that IAM policies can
 * name (`dynamodb:LeadingKeys`).
 */
import { sha256 } from '../../core/hash.ts';
import { ORDER_STATES, type OrderState } from '../../core/order-state.ts';
import type { BookRef } from '../../core/book.ts';
import type { OrderRef } from '../../core/order.ts';
import type { SwitchEntry, SwitchScope } from '../../core/halt/switch-board.ts';

/** Primary key of one item. */
export interface Key {
  readonly pk: string;
  readonly sk: string;
}

/** The order row, `ORD#account#orderKey`. */
export function orderKey({ account, orderKey }: OrderRef): Key {
  return { pk: `ORD#${account}#${orderKey}`, sk: 'A' };
}

/** Reads an order's name back from its partition key; undefined when it is another item. */
export function orderRef(pk: string): OrderRef | undefined {
  const [noun, account, key, ...rest] = pk.split('#');
  if (noun !== 'ORD' || !account || !key || rest.length > 0) return undefined;
  return { account, orderKey: key };
}

/** One entry of an order's audit chain; zero-padded so that they sort. */
export function auditKey(ref: OrderRef, seq: number): Key {
  return { pk: orderKey(ref).pk, sk: `E#${String(seq).padStart(6, '0')}` };
}

/** The book of a strategy on an account for a pair, with the orders in flight. */
export function bookKey({ on, account, source, pair }: BookRef): Key {
  return { pk: `BOOK#${on}#${account}#${source}`, sk: `B#${pair}` };
}

/** Index partition of every book, by its name. */
export const BOOKS = 'BOOKS';

/** A book's place in the index; no name in harpoon.yaml has this sign. */
export function bookSort({ on, account, source, pair }: BookRef): string {
  return [on, account, source, pair].join('#');
}

/** Reads a book's name back; undefined when it is another sort key. */
export function bookOfSort(sortKey: string): BookRef | undefined {
  const [on, account, source, pair, ...rest] = sortKey.split('#');
  if ((on !== 'kraken' && on !== 'paper') || !account || !source || !pair) return undefined;
  return rest.length > 0 ? undefined : { on, account, source, pair };
}

/** One entry of a book; zero-padded so that they sort. */
export function bookEntryKey(ref: BookRef, version: number): Key {
  return { pk: bookKey(ref).pk, sk: `E#${ref.pair}#${String(version).padStart(8, '0')}` };
}

/** The lane of an API key: nonce, holder, fence. */
export function laneKey(keyId: string): Key {
  return { pk: `KEY#${keyId}`, sk: 'LANE' };
}

/** The kill switch over all accounts. */
export const GLOBAL_SWITCH: Key = { pk: 'CTL', sk: 'GLOBAL' };

/** The kill switch of one account. */
export function accountSwitch(account: string): Key {
  return { pk: 'CTL', sk: `ACC#${account}` };
}

/** The code that a person was given to switch on again. */
export function resumeKey(scope: SwitchScope): Key {
  return { pk: 'CTL', sk: scope.kind === 'global' ? 'CODE#GLOBAL' : `CODE#ACC#${scope.account}` };
}

/** A wish to cancel every open order of an account. */
export function cancelKey(account: string): Key {
  return { pk: `CANCEL#${account}`, sk: 'A' };
}

/** What a source asked to halt. */
export function haltKey(source: string): Key {
  return { pk: `HALT#${source}`, sk: 'A' };
}

/** A wish of a source to cancel one of its orders. */
export function recallKey({ account, orderKey }: OrderRef): Key {
  return { pk: `RECALL#${account}#${orderKey}`, sk: 'A' };
}

/** When a source was last heard. */
export function heardKey(source: string): Key {
  return { pk: `HEARD#${source}`, sk: 'A' };
}

/** How a source that should speak is watched. */
export function watchKey(source: string): Key {
  return { pk: `WATCH#${source}`, sk: 'A' };
}

/** The newest wish of a source to change one of its orders. */
export function amendKey({ account, orderKey }: OrderRef): Key {
  return { pk: `AMEND#${account}#${orderKey}`, sk: 'A' };
}

/** All turns of switches, as a query reads them. */
export const SWITCH_ENTRIES: Key = { pk: 'CTLLOG', sk: 'T#' };

/** One turn of a switch; they sort by time, and those of one switch by their number then. */
export function switchEntryKey({ atMs, version, hash }: SwitchEntry): Key {
  const { pk, sk } = SWITCH_ENTRIES;
  return { pk, sk: `${sk}${dueSort(atMs)}#${String(version).padStart(8, '0')}#${hash}` };
}

/** Risk counters of one UTC day. */
export function riskDay(account: string, atMs: number): Key {
  return { pk: `RISK#${account}`, sk: `DAY#${new Date(atMs).toISOString().slice(0, 10)}` };
}

/** Risk counters of one UTC clock hour. */
export function riskHour(account: string, atMs: number): Key {
  return { pk: `RISK#${account}`, sk: `HOUR#${new Date(atMs).toISOString().slice(0, 13)}` };
}

/** When a source last opened an order on an account that has a cooldown. */
export function cooldownKey(account: string, source: string): Key {
  return { pk: `RISK#${account}`, sk: `COOL#${source}` };
}

/** The book of a paper account: amounts, open orders, newest fills. */
export function paperBookKey(account: string): Key {
  return { pk: `PAPER#${account}`, sk: 'A' };
}

/** One order of a paper account. */
export function paperOrderKey(account: string, id: string): Key {
  return { pk: paperBookKey(account).pk, sk: `O#${id}` };
}

/** Running figures of an account that belong to no day. */
export function tallyKey(account: string): Key {
  return { pk: `RISK#${account}`, sk: 'TALLY' };
}

/** A notice in the outbox. */
export function noticeKey(id: string): Key {
  return { pk: `OUT#${id}`, sk: 'A' };
}

/** What was last seen of an exchange's market. */
export function marketKey(exchange: string): Key {
  return { pk: 'MARKET', sk: exchange };
}

/** What there is once of the price alerts, and the mutes: little, and read together. */
const ALERTS = 'ALERT';

/** Counts what people changed of the price alerts. */
export const ALERT_REVISION: Key = { pk: ALERTS, sk: 'REVISION' };

/** How the prices themselves are. */
export const ALERT_FEED: Key = { pk: ALERTS, sk: 'FEED' };

/** The newest whole run over the prices. */
export const ALERT_BEAT: Key = { pk: ALERTS, sk: 'BEAT' };

/** Until when a rule is muted. */
export function muteKey(ruleId: string): Key {
  return { pk: ALERTS, sk: `MUTE#${ruleId}` };
}

/** All mutes, as a query reads them. */
export const MUTES: Key = { pk: ALERTS, sk: 'MUTE#' };

/**
 * Partitions of rules and their states. One partition gives 3,000 read and takes 1,000 write units
 * a second (DynamoDB guide, "Designing partition keys"). A market that moves fires thousands of
 * rules within a minute, at four units each (state and notice, twice in a transaction), and a run
 * that begins cold reads all states: sixteen partitions take that in seconds, one would throttle.
 */
export const ALERT_SHARDS: readonly string[] = [...'0123456789abcdef'].map(
  (shard) => `${ALERTS}#${shard}`,
);

/** An alert rule that was added while running. */
export function ruleKey(ruleId: string): Key {
  return { pk: alertShard(ruleId), sk: `RULE#${ruleId}` };
}

/** What is remembered of an alert rule. */
export function stateKey(ruleId: string): Key {
  return { pk: alertShard(ruleId), sk: `STATE#${ruleId}` };
}

function alertShard(ruleId: string): string {
  return `${ALERTS}#${sha256(ruleId).charAt(0)}`;
}

/** A signal that an alert rule raised. */
export function raiseKey(id: string): Key {
  return { pk: `RAISE#${id}`, sk: 'A' };
}

/** Index partition of order rows that somebody must look at again. */
export const DUE = 'DUE';

/** Index partition of placed rows whose order has not come to its end. */
export const FOLLOWED = 'FOLLOW';

/** Index partitions of order rows that nobody must look at again: one for each UTC day. */
export const SETTLED_PREFIX = 'DONE#';

/** Index partition of the rows that were received on that UTC day. */
export function settledDay(receivedAtMs: number): string {
  return `${SETTLED_PREFIX}${new Date(receivedAtMs).toISOString().slice(0, 10)}`;
}

/** Sort key of a settled row: the index holds keys only, so a day is counted without reading rows. */
export function settledSort(receivedAtMs: number, state: OrderState): string {
  return `${dueSort(receivedAtMs)}#${state}`;
}

/** Reads it back; undefined when it is another sort key. */
export function settledEntry(
  sortKey: string,
): { readonly receivedAtMs: number; readonly state: OrderState } | undefined {
  const [time = '', name, ...rest] = sortKey.split('#');
  const state = ORDER_STATES.find((one) => one === name);
  if (state === undefined || rest.length > 0 || !/^[0-9]{13,}$/.test(time)) return undefined;
  return { receivedAtMs: Number(time), state };
}

/** Index partition of notices that wait for delivery. */
export const OUTBOX = 'OUT';

/** Index partition of notices that wait no more, by the time of the notice. */
export const OUTBOX_DONE = 'OUTDONE';

/** Index partition of raised signals that nobody has handed over yet. */
export const RAISED = 'RAISE';

/** Index partition of raised signals that were handed over. */
export const RAISED_DONE = 'RAISEDONE';

/** Index partition of recalls that nobody has carried out yet. */
export const RECALLED = 'RECALL';

/** Index partition of amends that nobody has carried out yet. */
export const AMENDED = 'AMEND';

/** Index partition of the books of paper accounts where an order rests, by account. */
export const PAPER_RESTS = 'PAPER#RESTS';

/** Sort key of the due index: times sort as text because all have 13 digits until 2286. */
export function dueSort(atMs: number): string {
  return String(atMs).padStart(13, '0');
}

/**
 * Sort key of a waiting notice: when it is due, then when it was written. The index holds keys only;
 * so the newest of all that wait are found without reading them.
 */
export function outboxSort({ dueAtMs, atMs }: { dueAtMs: number; atMs: number }): string {
  return `${dueSort(dueAtMs)}#${dueSort(atMs)}`;
}

/** When the notice of an index entry was written: of one that waits, or of one that waits no more. */
export function noticeTime(sortKey: string): number {
  return Number(sortKey.split('#').at(-1));
}
