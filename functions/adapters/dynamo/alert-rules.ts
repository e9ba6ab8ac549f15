/**
 * Alert rules that people add while Harpoon runs, and how they mute them. Each change goes together
 * with the revision, and everything is read consistently: whoever has read a revision, and the rules
 * after it, has seen all changes that it counts.
 */
import { randomBytes } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { GetCommand, QueryCommand, TransactWriteCommand } from '@aws-sdk/lib-dynamodb';
import type { AlertStore } from '../../core/alerts/ports.ts';
import { editionOfAdding, memoryName } from '../../core/alerts/rule-name.ts';
import type { AlertRule } from '../../core/alerts/rule.ts';
import type { RuleState } from '../../core/alerts/state.ts';
import { BODY, bodyOf, emptyState, revisionAction, ruleItem } from './alert-item.ts';
import type { TransactAction } from './audit-item.ts';
import { cancellationReasons, type Table } from './client.ts';
import {
  ALERT_REVISION,
  ALERT_SHARDS,
  muteKey,
  MUTES,
  ruleKey,
  stateKey,
  type Key,
} from './keys.ts';

/** Items of one page: a page of whole rules or states is read well within the time limit of a call. */
const PAGE_ITEMS = 1_000;

/** Tries of a change that met another change, and the longest wait before the next. */
const TRIES = 6;
const WAIT_MS = 100;

/** The part of the alert store that people write. */
export function dynamoAlertRules(
  table: Table,
): Pick<AlertStore, 'revision' | 'rules' | 'add' | 'remove' | 'mute' | 'mutes'> {
  return {
    async revision() {
      const { Item } = await table.client.send(
        new GetCommand({ TableName: table.name, Key: ALERT_REVISION, ConsistentRead: true }),
      );
      return Number(Item?.['revision'] ?? 0);
    },
    async rules() {
      return (await readShards(table, 'RULE#')).map((item) => bodyOf<AlertRule>(item));
    },
    add: (rule) => addRule(table, rule),
    remove: (ruleId) => removeRule(table, ruleId),
    async mute(ruleId, untilMs) {
      const TableName = table.name;
      const key = muteKey(ruleId);
      await change(
        table,
        untilMs === 0
          ? { Delete: { TableName, Key: key } }
          : { Put: { TableName, Item: { ...key, ruleId, untilMs } } },
      );
    },
    async mutes() {
      const items = await readAll(table, MUTES);
      return new Map(items.map((item) => [String(item['ruleId']), Number(item['untilMs'])]));
    },
  };
}

/** What is remembered of every rule. */
export async function readStates(table: Table): Promise<readonly RuleState[]> {
  const items = await readShards(table, 'STATE#');
  return items.flatMap((item) => stateOf(item) ?? []);
}

/** The state that an item holds; undefined: nothing is remembered yet. */
export function stateOf(item: Record<string, unknown> | undefined): RuleState | undefined {
  return item?.[BODY] === undefined ? undefined : bodyOf<RuleState>(item);
}

async function addRule(table: Table, rule: AlertRule): Promise<boolean> {
  const TableName = table.name;
  const edition = editionOfAdding(randomBytes(5).toString('hex'));
  const added = { ...rule, edition };
  const ConditionExpression = 'attribute_not_exists(pk)';
  return change(
    table,
    { Put: { TableName, Item: ruleItem(added), ConditionExpression } },
    { Put: { TableName, Item: emptyState(memoryName(added)) } },
  );
}

/** Removes the edition that is there now; one that somebody adds meanwhile is removed as well. */
async function removeRule(table: Table, ruleId: string): Promise<boolean> {
  const TableName = table.name;
  const Key = ruleKey(ruleId);
  for (let left = TRIES; left > 0; left -= 1) {
    const { Item } = await table.client.send(
      new GetCommand({ TableName, Key, ConsistentRead: true }),
    );
    if (Item === undefined) return false;
    const isThis = {
      ConditionExpression: `${BODY} = :body`,
      ExpressionAttributeValues: { ':body': Item[BODY] as string },
    };
    const name = memoryName(bodyOf<AlertRule>(Item));
    const isRemoved = await change(
      table,
      { Delete: { TableName, Key, ...isThis } },
      { Delete: { TableName, Key: stateKey(name) } },
    );
    if (isRemoved) return true;
  }
  throw new Error(`the rule ${ruleId} is removed and added again all the time; try once more`);
}

async function readShards(table: Table, noun: string): Promise<Record<string, unknown>[]> {
  const shards = ALERT_SHARDS.map((pk) => readAll(table, { pk, sk: noun }, BODY));
  return (await Promise.all(shards)).flat();
}

/** Every item of a partition whose sort key begins like this; of one attribute only, if named. */
async function readAll(
  table: Table,
  { pk, sk }: Key,
  attribute?: string,
): Promise<Record<string, unknown>[]> {
  const items: Record<string, unknown>[] = [];
  let start: Record<string, unknown> | undefined;
  do {
    const { Items, LastEvaluatedKey } = await table.client.send(
      new QueryCommand({
        TableName: table.name,
        KeyConditionExpression: 'pk = :pk AND begins_with(sk, :noun)',
        ExpressionAttributeValues: { ':pk': pk, ':noun': sk },
        ...(attribute === undefined ? {} : { ProjectionExpression: attribute }),
        ConsistentRead: true,
        Limit: PAGE_ITEMS,
        ...(start ? { ExclusiveStartKey: start } : {}),
      }),
    );
    items.push(...(Items ?? []));
    start = LastEvaluatedKey;
  } while (start !== undefined);
  return items;
}

/** Carries out a change and counts it; `false`: the condition of its first action does not hold. */
async function change(table: Table, ...actions: readonly TransactAction[]): Promise<boolean> {
  const TransactItems = [...actions, revisionAction(table)];
  for (let left = TRIES - 1; ; left -= 1) {
    try {
      await table.client.send(new TransactWriteCommand({ TransactItems }));
      return true;
    } catch (error) {
      const codes = cancellationReasons(error)?.map(({ code }) => code) ?? [];
      if (codes.includes('ConditionalCheckFailed')) return false;
      // All changes meet at the revision; two people at the same instant must not see an error.
      if (left === 0 || !codes.includes('TransactionConflict')) throw error;
      await sleep(Math.random() * WAIT_MS);
    }
  }
}
