/**
 * Alert rules that people add while Harpoon runs, and how they mute them. Each change goes together
 * with the revision, and everything is read consistently: whoever has read a revision, and the rules
 * after it, has seen all changes that it counts.
 */
import { setTimeout as sleep } from 'node:timers/promises';
import { GetCommand, QueryCommand, TransactWriteCommand } from '@aws-sdk/lib-dynamodb';
import type { AlertStore } from '../../core/alerts/ports.ts';
import type { AlertRule } from '../../core/alerts/rule.ts';
import type { RuleState } from '../../core/alerts/state.ts';
import { BODY, bodyOf, revisionAction, ruleItem } from './alert-item.ts';
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
    add: (rule) =>
      change(table, {
        Put: {
          TableName: table.name,
          Item: ruleItem(rule),
          ConditionExpression: 'attribute_not_exists(pk)',
        },
      }),
    remove: (ruleId) =>
      change(
        table,
        {
          Delete: {
            TableName: table.name,
            Key: ruleKey(ruleId),
            ConditionExpression: 'attribute_exists(pk)',
          },
        },
        { Delete: { TableName: table.name, Key: stateKey(ruleId) } },
      ),
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
  return (await readShards(table, 'STATE#')).map((item) => bodyOf<RuleState>(item));
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
