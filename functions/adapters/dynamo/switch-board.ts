/**
 * The kill switches in DynamoDB as people and rules turn them. A turn is conditional on the switch
 * as it was read, and its entry and its notice are in the same transaction. A row that was written
 * by hand has no version and no hash; it is turned like any other, and its entry follows nothing.
 */
import { GetCommand, QueryCommand, TransactWriteCommand } from '@aws-sdk/lib-dynamodb';
import { PutCommand, UpdateCommand } from '@aws-sdk/lib-dynamodb';
import {
  switchEntry,
  type CancelRequest,
  type SwitchBoard,
  type SwitchEntry,
  type SwitchScope,
  type SwitchState,
  type SwitchTurn,
} from '../../core/halt/switch-board.ts';
import type { TransactAction } from './audit-item.ts';
import { cancellationReasons, isConditionFailure, type Table } from './client.ts';
import { accountSwitch, cancelKey, GLOBAL_SWITCH, type Key } from './keys.ts';
import { resumeKey, switchEntryKey, SWITCH_ENTRIES } from './keys.ts';
import { noticeItem } from './outbox.ts';

/** The switches over a table. */
export function dynamoSwitchBoard(table: Table): SwitchBoard {
  return {
    read: (scope) => readSwitch(table, scope),
    async turn(scope, was, turn) {
      const result = await turnSwitch(table, { scope, was, turn });
      return result === 'turned' ? result : 'lost';
    },
    entries: (limit) => newestEntries(table, limit),
    async offerResume(scope, offer) {
      const Item = { ...resumeKey(scope), ...offer };
      await table.client.send(new PutCommand({ TableName: table.name, Item }));
    },
    async resume(scope, was, { code, ...resumed }) {
      const turn: SwitchTurn = { ...resumed, to: 'nothing' };
      const used: TransactAction = {
        Update: {
          TableName: table.name,
          Key: resumeKey(scope),
          UpdateExpression: 'REMOVE code',
          ConditionExpression: 'code = :code AND version = :version AND untilMs >= :now',
          ExpressionAttributeValues: {
            ...{ ':code': code, ':version': was.version, ':now': turn.atMs },
          },
        },
      };
      return turnSwitch(table, { scope, was, turn }, used);
    },
    askCancel: (account, request) => askCancel(table, account, request),
    async cancelAsked(account) {
      const Item = await get(table, cancelKey(account));
      if (Item?.['state'] !== 'asked') return undefined;
      const { askedAtMs, why, by, flatten, sales } = Item as unknown as CancelRequest;
      const named = sales === undefined ? {} : { sales };
      return { askedAtMs, why, by, ...(flatten === true ? { flatten, ...named } : {}) };
    },
    cancelDone: (account, request, outcome) => cancelDone(table, account, { request, outcome }),
  };
}

async function readSwitch(table: Table, scope: SwitchScope): Promise<SwitchState | undefined> {
  const row = (await get(table, switchKey(scope))) as Partial<SwitchState> | undefined;
  if (row?.blocks === undefined) return undefined;
  const { blocks, why = '', by = 'unknown', atMs = 0, version = 0, auditHash = '' } = row;
  return { blocks, why, by, atMs, version, auditHash };
}

interface Turn {
  readonly scope: SwitchScope;
  readonly was: SwitchState | undefined;
  readonly turn: SwitchTurn;
}

async function turnSwitch(
  table: Table,
  { scope, was, turn }: Turn,
  code?: TransactAction,
): Promise<'turned' | 'lost' | 'wrong-code'> {
  const entry = switchEntry(scope, was, turn);
  const { notice } = turn;
  const actions: TransactAction[] = [
    { Update: updateOf(table, { scope, was, turn }, entry) },
    { Put: { TableName: table.name, Item: { ...switchEntryKey(entry), ...entry } } },
    ...(notice === undefined ? [] : [{ Put: { TableName: table.name, Item: noticeItem(notice) } }]),
    ...(code === undefined ? [] : [code]),
  ];
  try {
    await table.client.send(new TransactWriteCommand({ TransactItems: actions }));
    return 'turned';
  } catch (error) {
    const reasons = cancellationReasons(error);
    if (reasons === undefined) throw error;
    // The newest entry is ours: the acknowledgement of our own write got lost.
    if ((await readSwitch(table, scope))?.auditHash === entry.hash) return 'turned';
    const isCodeWrong = code !== undefined && reasons.at(-1)?.code === 'ConditionalCheckFailed';
    return isCodeWrong && reasons[0]?.code === 'None' ? 'wrong-code' : 'lost';
  }
}

function updateOf(
  table: Table,
  { scope, was, turn }: Turn,
  entry: SwitchEntry,
): NonNullable<TransactAction['Update']> {
  const before = wasCondition(was);
  return {
    TableName: table.name,
    Key: switchKey(scope),
    UpdateExpression:
      'SET blocks = :blocks, why = :why, #by = :by, atMs = :at, version = :next, auditHash = :hash',
    ConditionExpression: before.condition,
    ExpressionAttributeNames: { '#by': 'by' },
    ExpressionAttributeValues: {
      ...{ ':blocks': turn.to, ':why': turn.why, ':by': turn.by, ':at': turn.atMs },
      ...{ ':next': (was?.version ?? 0) + 1, ':hash': entry.hash },
      ...before.values,
    },
  };
}

/** That the switch still is as it was read. */
function wasCondition(was: SwitchState | undefined) {
  if (was === undefined) return { condition: 'attribute_not_exists(blocks)', values: {} };
  const values = { ':was': was.blocks };
  if (was.version === 0) {
    return { condition: 'blocks = :was AND attribute_not_exists(version)', values };
  }
  return {
    condition: 'blocks = :was AND version = :version',
    values: { ...values, ':version': was.version },
  };
}

async function newestEntries(table: Table, limit: number): Promise<readonly SwitchEntry[]> {
  const { pk, sk } = SWITCH_ENTRIES;
  const { Items } = await table.client.send(
    new QueryCommand({
      TableName: table.name,
      KeyConditionExpression: 'pk = :pk AND begins_with(sk, :entries)',
      ExpressionAttributeValues: { ':pk': pk, ':entries': sk },
      ScanIndexForward: false,
      ConsistentRead: true,
      Limit: limit,
    }),
  );
  return (Items ?? []).map(({ pk: _pk, sk: _sk, ...entry }) => entry as unknown as SwitchEntry);
}

async function askCancel(table: Table, account: string, request: CancelRequest): Promise<void> {
  try {
    await table.client.send(
      new PutCommand({
        TableName: table.name,
        Item: { ...cancelKey(account), ...request, state: 'asked' },
        // One that waits gives way to one that flattens too.
        ConditionExpression: `attribute_not_exists(pk) OR #state <> :asked${request.flatten ? ' OR attribute_not_exists(flatten)' : ''}`,
        ExpressionAttributeNames: { '#state': 'state' },
        ExpressionAttributeValues: { ':asked': 'asked' },
      }),
    );
  } catch (error) {
    if (!isConditionFailure(error)) throw error;
  }
}

async function cancelDone(
  table: Table,
  account: string,
  { request, outcome }: { readonly request: CancelRequest; readonly outcome: string },
): Promise<void> {
  try {
    await table.client.send(
      new UpdateCommand({
        TableName: table.name,
        Key: cancelKey(account),
        UpdateExpression: 'SET #state = :done, outcome = :outcome',
        // One that flattens too may have been asked for in the same millisecond.
        ConditionExpression: `askedAtMs = :asked AND attribute${request.flatten ? '' : '_not'}_exists(flatten)`,
        ExpressionAttributeNames: { '#state': 'state' },
        ExpressionAttributeValues: {
          ...{ ':done': 'done', ':outcome': outcome, ':asked': request.askedAtMs },
        },
      }),
    );
  } catch (error) {
    if (!isConditionFailure(error)) throw error;
  }
}

async function get(table: Table, key: Key): Promise<Record<string, unknown> | undefined> {
  const { Item } = await table.client.send(
    new GetCommand({ TableName: table.name, Key: key, ConsistentRead: true }),
  );
  return Item;
}

function switchKey(scope: SwitchScope): Key {
  return scope.kind === 'global' ? GLOBAL_SWITCH : accountSwitch(scope.account);
}
