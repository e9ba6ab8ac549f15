/**
 * Kill switches: one over all accounts and one for each. They are read strongly consistent and
 * checked again inside PREPARE, so a switch that is off is off for the very next order. A missing
 * switch means that the account was never armed, and blocks.
 */
import { GetCommand, UpdateCommand } from '@aws-sdk/lib-dynamodb';
import type { Clock, SwitchReading, Switches } from '../../core/ports.ts';
import { isTighter, switchOf } from '../../core/halt/switch-board.ts';
import type { Blocks, SwitchBoard, SwitchTurn } from '../../core/halt/switch-board.ts';
import type { Table } from './client.ts';
import { accountSwitch, GLOBAL_SWITCH, type Key } from './keys.ts';
import { dynamoSwitchBoard } from './switch-board.ts';

/** Each try is lost only to somebody else who turned the switch meanwhile. */
const TRIES_MAX = 10;

interface SwitchRow {
  readonly blocks: Blocks;
  readonly why: string;
}

/** Kill switches over a table. */
export function dynamoSwitches(table: Table, clock: Pick<Clock, 'nowMs'>): Switches {
  const board = dynamoSwitchBoard(table);
  return {
    async read(account) {
      const rows = await Promise.all([
        readSwitch(table, GLOBAL_SWITCH),
        readSwitch(table, accountSwitch(account)),
      ]);
      return reading(rows);
    },
    trip: (account, to, why) => trip(account, { to, why, atMs: clock.nowMs() }, board),
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

/** Turns the switch of an account as a rule of Harpoon's own; never loosens it. */
async function trip(
  account: string,
  turn: Omit<SwitchTurn, 'by'>,
  board: SwitchBoard,
): Promise<void> {
  const scope = switchOf(account);
  for (let tries = 0; tries < TRIES_MAX; tries += 1) {
    const was = await board.read(scope);
    if (!isTighter(turn.to, was?.blocks)) return;
    if ((await board.turn(scope, was, { ...turn, by: 'harpoon' })) === 'turned') return;
  }
  throw new Error(`the switch of account ${account} is being turned by others`);
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
