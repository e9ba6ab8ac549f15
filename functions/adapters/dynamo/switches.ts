/**
 * Kill switches: one over all accounts and one for each. They are read strongly consistent and
 * checked again inside PREPARE, so a switch that is off is off for the very next order. A missing
 * switch means that the account was never armed, and blocks.
 */
import { GetCommand, UpdateCommand } from '@aws-sdk/lib-dynamodb';
import type { SwitchReading, Switches } from '../../core/ports.ts';
import { isConditionFailure, type Table } from './client.ts';
import { accountSwitch, GLOBAL_SWITCH, type Key } from './keys.ts';

/** What a switch blocks. */
export type Blocks = 'nothing' | 'entries' | 'all';

interface SwitchRow {
  readonly blocks: Blocks;
  readonly why: string;
}

/** Kill switches over a table. */
export function dynamoSwitches(table: Table): Switches {
  return {
    async read(account) {
      const rows = await Promise.all([
        readSwitch(table, GLOBAL_SWITCH),
        readSwitch(table, accountSwitch(account)),
      ]);
      return reading(rows);
    },
    trip: (account, blocks, why) => tighten(table, accountSwitch(account), blocks, why),
  };
}

function reading(rows: readonly (SwitchRow | undefined)[]): SwitchReading {
  for (const blocks of ['all', 'entries'] as const) {
    const row = rows.find((one) => one?.blocks === blocks);
    if (row !== undefined) return { kind: 'off', blocks, why: row.why };
  }
  return rows.includes(undefined) ? { kind: 'not-armed' } : { kind: 'on' };
}

async function readSwitch(table: Table, key: Key): Promise<SwitchRow | undefined> {
  const { Item } = await table.client.send(
    new GetCommand({ TableName: table.name, Key: key, ConsistentRead: true }),
  );
  return Item as SwitchRow | undefined;
}

async function tighten(table: Table, key: Key, blocks: Blocks, why: string): Promise<void> {
  try {
    await table.client.send(
      new UpdateCommand({
        TableName: table.name,
        Key: key,
        UpdateExpression: 'SET blocks = :blocks, why = :why',
        // A switch that blocks everything is never loosened from here.
        ConditionExpression: 'attribute_not_exists(blocks) OR blocks <> :all',
        ExpressionAttributeValues: { ':blocks': blocks, ':why': why, ':all': 'all' },
      }),
    );
  } catch (error) {
    if (!isConditionFailure(error)) throw error;
  }
}

/** Writes the switch in the on position unless it exists: arming never overrides a halt. */
export async function armSwitch(table: Table, key: Key): Promise<void> {
  await table.client.send(
    new UpdateCommand({
      TableName: table.name,
      Key: key,
      UpdateExpression:
        'SET blocks = if_not_exists(blocks, :nothing), why = if_not_exists(why, :armed)',
      ExpressionAttributeValues: { ':nothing': 'nothing', ':armed': 'armed' },
    }),
  );
}
