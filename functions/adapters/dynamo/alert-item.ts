/**
 * Alert rules, their states, and what they tell and raise, as items and as actions of transactions.
 * Rules and states are kept as JSON text: they are only ever read and written whole, and reading
 * thousands of them as DynamoDB's nested attributes takes two to three times as long.
 */
import type { RaisedSignal } from '../../core/alerts/ports.ts';
import { isOfAdded } from '../../core/alerts/rule-name.ts';
import type { AlertRule } from '../../core/alerts/rule.ts';
import type { FeedState, RuleState } from '../../core/alerts/state.ts';
import type { Notice } from '../../core/notices/notice.ts';
import { assert } from '../../core/result.ts';
import type { TransactAction } from './audit-item.ts';
import type { Table } from './client.ts';
import {
  ALERT_FEED,
  ALERT_REVISION,
  dueSort,
  noticeKey,
  RAISED,
  raiseKey,
  ruleKey,
  stateKey,
  type Key,
} from './keys.ts';
import { noticeItem } from './outbox.ts';

/**
 * Longest text of one notice, rule, state or signal, in bytes. DynamoDB takes items of 400 KB
 * (https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/Constraints.html), and Harpoon
 * makes none of a tenth of this: what is longer is a fault to be seen, not to be stored.
 */
const BYTES_MAX = 64 * 1_024;

/** The state of the prices names every pair in trouble. */
const FEED_BYTES_MAX = 350 * 1_024;

/** Attribute that holds the JSON text. */
export const BODY = 'body';

/** What an item's JSON text says. */
export function bodyOf<T>(item: Record<string, unknown>): T {
  return JSON.parse(String(item[BODY])) as T;
}

/** A value as JSON text of a length that the table takes. */
export function bodyText(value: unknown, what: string, bytesMax = BYTES_MAX): string {
  const text = JSON.stringify(value);
  const bytes = Buffer.byteLength(text);
  assert(bytes <= bytesMax, `${what} has at most ${bytesMax} bytes, not ${bytes}`);
  return text;
}

/** The item of a rule. */
export function ruleItem(rule: AlertRule): Record<string, unknown> {
  return { ...ruleKey(rule.id), [BODY]: bodyText(rule, `the rule ${rule.id}`) };
}

/** Writes a state in the place of the version before it. */
export function stateAction(table: Table, after: RuleState): TransactAction {
  const body = bodyText(after, `the state of ${after.ruleId}`);
  const { ruleId: name, version } = after;
  return nextVersion(table, stateKey(name), { version, body, hasPlace: isOfAdded(name) });
}

/** Writes the state of the prices in the place of the version before it. */
export function feedAction(table: Table, after: FeedState): TransactAction {
  const body = bodyText(after, 'the state of the prices', FEED_BYTES_MAX);
  return nextVersion(table, ALERT_FEED, { version: after.version, body, hasPlace: false });
}

/**
 * The place of a state that nobody has written yet, made with its rule and taken away with it: the
 * first version is written over it. So a run that still knows a removed rule begins none.
 */
export function emptyState(name: string): Record<string, unknown> {
  return { ...stateKey(name), version: 0 };
}

function nextVersion(
  table: Table,
  key: Key,
  { version, body, hasPlace }: { version: number; body: string; hasPlace: boolean },
): TransactAction {
  assert(Number.isSafeInteger(version) && version >= 1, 'versions count from one');
  const isFirst = version === 1 && !hasPlace;
  return {
    Put: {
      TableName: table.name,
      Item: { ...key, version, [BODY]: body },
      ConditionExpression: isFirst ? 'attribute_not_exists(pk)' : 'version = :before',
      ...(isFirst ? {} : { ExpressionAttributeValues: { ':before': version - 1 } }),
      ReturnValuesOnConditionCheckFailure: 'ALL_OLD',
    },
  };
}

/** Counts a change that a person made. */
export function revisionAction(table: Table): TransactAction {
  return {
    Update: {
      TableName: table.name,
      Key: ALERT_REVISION,
      UpdateExpression: 'ADD revision :one',
      ExpressionAttributeValues: { ':one': 1 },
    },
  };
}

/** Puts a notice into the outbox, unless it is there or was there. */
export function noticeOnce(table: Table, notice: Notice): TransactAction {
  bodyText(notice, `the notice ${notice.id}`);
  return once(table, noticeKey(notice.id), noticeItem(notice));
}

/** Keeps a raised signal until somebody hands it over, unless it is there or was there. */
export function raisedOnce(table: Table, raised: RaisedSignal): TransactAction {
  const key = raiseKey(raised.id);
  const body = bodyText(raised, `the raised signal ${raised.id}`);
  return once(table, key, { gsi1pk: RAISED, gsi1sk: dueSort(raised.atMs), [BODY]: body });
}

/**
 * Writes an item where none is, and changes nothing of one that is there: without a condition, so
 * that only the state, which guards the transaction, decides whether it is carried out. What is
 * done with keeps its index attributes (it stands in another partition), so nothing brings it back.
 */
function once(table: Table, key: Key, item: Record<string, unknown>): TransactAction {
  const fields = Object.entries(item).filter(([name]) => !(name in key));
  return {
    Update: {
      TableName: table.name,
      Key: { ...key },
      UpdateExpression: `SET ${fields.map((_, at) => `#${at} = if_not_exists(#${at}, :${at})`).join(', ')}`,
      ExpressionAttributeNames: Object.fromEntries(fields.map(([name], at) => [`#${at}`, name])),
      ExpressionAttributeValues: Object.fromEntries(
        fields.map(([, value], at) => [`:${at}`, value]),
      ),
    },
  };
}
