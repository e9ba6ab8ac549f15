/**
 * Amends in DynamoDB: one item for each order, which holds its newest amend, in an index partition
 * while that waits. What is done leaves the index and, after a month, the table: by then every older
 * amend has outlived its time.
 */
import { GetCommand, PutCommand, UpdateCommand } from '@aws-sdk/lib-dynamodb';
import { joined, type Amend, type Amends, type Asked } from '../../core/execute/amends.ts';
import type { OrderRef } from '../../core/order.ts';
import { isConditionFailure, type Table } from './client.ts';
import { dueItems } from './due-items.ts';
import { AMENDED, amendKey, dueSort } from './keys.ts';
import { EXPIRES_AT } from './table.ts';

const KEPT_MS = 30 * 24 * 60 * 60_000;

/** How often asking is tried when another amend of the order is asked for at the same time. */
const TRIES = 5;

/** The amends over a table. */
export function dynamoAmends(table: Table): Amends {
  return {
    ask: (amend) => ask(table, amend),
    async asked(ref) {
      const known = await read(table, ref);
      return known?.waits === true ? known.amend : undefined;
    },
    done: (amend) => done(table, amend),
    async waiting(limit) {
      const items = await dueItems(table, { partition: AMENDED, limit });
      return items.map(amendOf);
    },
  };
}

async function read(table: Table, ref: OrderRef) {
  const { Item } = await table.client.send(
    new GetCommand({ TableName: table.name, Key: amendKey(ref), ConsistentRead: true }),
  );
  return Item === undefined
    ? undefined
    : { amend: amendOf(Item), waits: Item['gsi1pk'] === AMENDED };
}

async function ask(table: Table, amend: Amend): Promise<Asked> {
  for (let attempt = 0; attempt < TRIES; attempt += 1) {
    const known = await read(table, amend);
    const next = joined(amend, known);
    if (typeof next === 'string') return next;
    if (await write(table, next, known)) return 'asked';
  }
  throw new Error('other amends of the order are being asked for at the same time');
}

/** Writes the amend where nothing changed meanwhile; says whether it did. */
async function write(
  table: Table,
  amend: Amend,
  known: { readonly amend: Amend; readonly waits: boolean } | undefined,
): Promise<boolean> {
  const due = { gsi1pk: AMENDED, gsi1sk: dueSort(amend.askedAtMs) };
  const isSame = known?.waits === true ? 'gsi1pk = :waits' : 'attribute_not_exists(gsi1pk)';
  const condition =
    known === undefined
      ? { ConditionExpression: 'attribute_not_exists(pk)' }
      : {
          ConditionExpression: `#hash = :hash AND firedAtMs = :fired AND ${isSame}`,
          ExpressionAttributeNames: { '#hash': 'hash' },
          ExpressionAttributeValues: {
            ':hash': known.amend.hash,
            ':fired': known.amend.firedAtMs,
            ...(known.waits ? { ':waits': AMENDED } : {}),
          },
        };
  try {
    await table.client.send(
      new PutCommand({
        TableName: table.name,
        Item: { ...amendKey(amend), ...due, ...amend },
        ...condition,
      }),
    );
    return true;
  } catch (error) {
    if (isConditionFailure(error)) return false;
    throw error;
  }
}

async function done(table: Table, amend: Amend): Promise<void> {
  const expiresAt = Math.ceil((amend.askedAtMs + KEPT_MS) / 1_000);
  try {
    await table.client.send(
      new UpdateCommand({
        TableName: table.name,
        Key: amendKey(amend),
        UpdateExpression: `SET ${EXPIRES_AT} = :expires REMOVE gsi1pk, gsi1sk`,
        ConditionExpression: '#hash = :hash AND firedAtMs = :fired',
        ExpressionAttributeNames: { '#hash': 'hash' },
        ExpressionAttributeValues: {
          ':expires': expiresAt,
          ':hash': amend.hash,
          ':fired': amend.firedAtMs,
        },
      }),
    );
  } catch (error) {
    if (!isConditionFailure(error)) throw error;
  }
}

function amendOf(item: Record<string, unknown>): Amend {
  const { account, orderKey, source, signalId, firedAtMs } = item as unknown as Amend;
  const { hash, wish, askedAtMs, untilMs } = item as unknown as Amend;
  return { account, orderKey, source, signalId, firedAtMs, hash, wish, askedAtMs, untilMs };
}
