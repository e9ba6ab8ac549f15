/** Halts that sources asked for, in DynamoDB: one item for each source, with a counting version. */
import { GetCommand, PutCommand, UpdateCommand } from '@aws-sdk/lib-dynamodb';
import { withHalt, type HaltRequest, type HaltRequests } from '../../core/halt/halt-requests.ts';
import type { HaltOrder } from '../../core/halt/halt-trading.ts';
import { isConditionFailure, type Table } from './client.ts';
import { haltKey } from './keys.ts';

/** Each try is lost only to another halt of the same source. */
const TRIES_MAX = 10;

interface HaltItem {
  readonly state: 'asked' | 'done';
  readonly request: HaltRequest;
}

/** The requests over a table. */
export function dynamoHaltRequests(table: Table): HaltRequests {
  return {
    async ask(source, order) {
      for (let tries = 0; tries < TRIES_MAX; tries += 1) {
        const request = await askOnce(table, source, order);
        if (request !== undefined) return request;
      }
      throw new Error(`too many halts of source ${source} at once`);
    },
    async asked(source) {
      const item = await read(table, source);
      return item?.state === 'asked' ? item.request : undefined;
    },
    done: (source, request) => markDone(table, source, request),
  };
}

/** Undefined when somebody else asked first. */
async function askOnce(
  table: Table,
  source: string,
  order: HaltOrder,
): Promise<HaltRequest | undefined> {
  const was = await read(table, source);
  const version = was?.request.version ?? 0;
  const waiting = was?.state === 'asked' ? was.request.orders : undefined;
  const request: HaltRequest = { version: version + 1, orders: withHalt(waiting, order) };
  const item: HaltItem = { state: 'asked', request };
  try {
    await table.client.send(
      new PutCommand({
        TableName: table.name,
        Item: { ...haltKey(source), ...item },
        ...(was === undefined
          ? { ConditionExpression: 'attribute_not_exists(pk)' }
          : {
              ConditionExpression: '#request.version = :version AND #state = :state',
              ExpressionAttributeNames: { '#request': 'request', '#state': 'state' },
              ExpressionAttributeValues: { ':version': version, ':state': was.state },
            }),
      }),
    );
    return request;
  } catch (error) {
    if (isConditionFailure(error)) return undefined;
    throw error;
  }
}

async function read(table: Table, source: string): Promise<HaltItem | undefined> {
  const { Item } = await table.client.send(
    new GetCommand({ TableName: table.name, Key: haltKey(source), ConsistentRead: true }),
  );
  return Item as HaltItem | undefined;
}

async function markDone(table: Table, source: string, { version }: HaltRequest): Promise<void> {
  try {
    await table.client.send(
      new UpdateCommand({
        TableName: table.name,
        Key: haltKey(source),
        UpdateExpression: 'SET #state = :done',
        ConditionExpression: '#request.version = :version',
        ExpressionAttributeNames: { '#request': 'request', '#state': 'state' },
        ExpressionAttributeValues: { ':done': 'done', ':version': version },
      }),
    );
  } catch (error) {
    if (!isConditionFailure(error)) throw error;
  }
}
