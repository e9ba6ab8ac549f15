/**
 * Where everything lives in the one table. Partition keys begin with a noun that IAM policies can
 * name (`dynamodb:LeadingKeys`).
 */
import type { OrderRef } from '../../core/order.ts';

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

/** Risk counters of one UTC day. */
export function riskDay(account: string, atMs: number): Key {
  return { pk: `RISK#${account}`, sk: `DAY#${new Date(atMs).toISOString().slice(0, 10)}` };
}

/** Risk counters of one UTC clock hour. */
export function riskHour(account: string, atMs: number): Key {
  return { pk: `RISK#${account}`, sk: `HOUR#${new Date(atMs).toISOString().slice(0, 13)}` };
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

/** Index partition of order rows that somebody must look at again. */
export const DUE = 'DUE';

/** Index partition of notices that wait for delivery. */
export const OUTBOX = 'OUT';

/** Sort key of the due index: times sort as text because all have 13 digits until 2286. */
export function dueSort(atMs: number): string {
  return String(atMs).padStart(13, '0');
}
