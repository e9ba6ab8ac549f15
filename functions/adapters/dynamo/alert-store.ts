/**
 * The memory of alert rules and what they tell and raise, in DynamoDB. What one step of a rule
 * changes is ONE transaction over its state, its notices and its signal, conditional on the version
 * of the state: all of it is written or nothing.
 *
 * The transactions have no ClientRequestToken of our own. The SDK makes one for each call, which
 * covers its repeats. A write whose acknowledgement got lost altogether is recognised by what it
 * wrote.
 */
import { GetCommand, PutCommand, TransactWriteCommand, UpdateCommand } from '@aws-sdk/lib-dynamodb';
import { unmarshall } from '@aws-sdk/util-dynamodb';
import type { AttributeValue } from '@aws-sdk/client-dynamodb';
import type { AlertStore, RaisedSignal } from '../../core/alerts/ports.ts';
import type { FeedState } from '../../core/alerts/state.ts';
import { assert } from '../../core/result.ts';
import { bodyOf, feedAction, noticeOnce, raisedOnce, stateAction } from './alert-item.ts';
import { dynamoAlertRules, readStates, stateOf } from './alert-rules.ts';
import type { TransactAction } from './audit-item.ts';
import { cancellationReasons, isConditionFailure, type Table } from './client.ts';
import { dueItems } from './due-items.ts';
import {
  ALERT_BEAT,
  ALERT_FEED,
  RAISED,
  RAISED_DONE,
  raiseKey,
  stateKey,
  type Key,
} from './keys.ts';
import { expiresAtS } from './outbox.ts';
import { EXPIRES_AT } from './table.ts';

/** Notices of one commit: within DynamoDB's 100 actions and 4 MB of a transaction. */
const NOTICES_MAX = 50;

/** The alert store over a table. */
export function dynamoAlertStore(table: Table): AlertStore {
  return {
    ...dynamoAlertRules(table),
    states: () => readStates(table),
    state: async (name) => stateOf(await read(table, stateKey(name))),
    async commit({ before, after, notices, raised }) {
      assert(after.version === (before?.version ?? 0) + 1, 'a commit writes the next version');
      assert(notices.length <= NOTICES_MAX, `a commit has at most ${NOTICES_MAX} notices`);
      return writeVersion(table, [
        stateAction(table, after),
        ...notices.map((notice) => noticeOnce(table, notice)),
        ...(raised === undefined ? [] : [raisedOnce(table, raised)]),
      ]);
    },
    async feed() {
      const item = await read(table, ALERT_FEED);
      return item && bodyOf<FeedState>(item);
    },
    async commitFeed(after, notices) {
      assert(notices.length <= NOTICES_MAX, `a commit has at most ${NOTICES_MAX} notices`);
      const told = notices.map((notice) => noticeOnce(table, notice));
      return writeVersion(table, [feedAction(table, after), ...told]);
    },
    async raised(limit) {
      const items = await dueItems(table, { partition: RAISED, limit });
      return items.map((item) => bodyOf<RaisedSignal>(item));
    },
    handedOver: (raised, atMs) => markHandedOver(table, raised, atMs),
    beat: (atMs) => writeBeat(table, atMs),
    async lastBeat() {
      const item = await read(table, ALERT_BEAT);
      return item && Number(item['atMs']);
    },
  };
}

async function read(table: Table, key: Key): Promise<Record<string, unknown> | undefined> {
  const { Item } = await table.client.send(
    new GetCommand({ TableName: table.name, Key: key, ConsistentRead: true }),
  );
  return Item;
}

/**
 * Writes the next version of an item, the first of the actions, together with the others. Only that
 * item is conditional. Throws when the outcome cannot be told, or nothing was decided.
 */
async function writeVersion(
  table: Table,
  actions: readonly TransactAction[],
): Promise<'done' | 'lost'> {
  const item = actions[0]?.Put?.Item;
  assert(item !== undefined, 'a version is put');
  try {
    await table.client.send(new TransactWriteCommand({ TransactItems: [...actions] }));
    return 'done';
  } catch (error) {
    const reasons = cancellationReasons(error);
    if (reasons === undefined) throw error;
    const isRefused = reasons[0]?.code === 'ConditionalCheckFailed';
    const raw = reasons[0]?.item as Record<string, AttributeValue> | undefined;
    // Another transaction was at the item in this instant, or the table is throttled: what is there
    // now tells whether anything was decided.
    const found = isRefused
      ? raw && unmarshall(raw)
      : await read(table, { pk: String(item['pk']), sk: String(item['sk']) });
    // The same text is our own write, whose acknowledgement got lost.
    if (found?.['version'] === item['version'] && found?.['body'] === item['body']) return 'done';
    if (isRefused || Number(found?.['version'] ?? 0) >= Number(item['version'])) return 'lost';
    throw error;
  }
}

async function markHandedOver(table: Table, raised: RaisedSignal, atMs: number): Promise<void> {
  try {
    await table.client.send(
      new UpdateCommand({
        TableName: table.name,
        Key: raiseKey(raised.id),
        UpdateExpression: `SET gsi1pk = :done, handedOverAtMs = :at, ${EXPIRES_AT} = :expires`,
        ConditionExpression: 'gsi1pk = :waiting',
        ExpressionAttributeValues: {
          ...{ ':done': RAISED_DONE, ':waiting': RAISED, ':at': atMs },
          ':expires': expiresAtS(atMs),
        },
      }),
    );
  } catch (error) {
    // It was handed over before.
    if (!isConditionFailure(error)) throw error;
  }
}

async function writeBeat(table: Table, atMs: number): Promise<void> {
  try {
    await table.client.send(
      new PutCommand({
        TableName: table.name,
        Item: { ...ALERT_BEAT, atMs },
        ConditionExpression: 'attribute_not_exists(pk) OR atMs < :at',
        ExpressionAttributeValues: { ':at': atMs },
      }),
    );
  } catch (error) {
    // A run that began later was ready earlier.
    if (!isConditionFailure(error)) throw error;
  }
}
