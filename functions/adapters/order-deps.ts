/**
 * Everything that carrying out and reconciling orders need, from the environment of a function.
 * The two differ only in the half of the keys that they may read.
 */
import type { HaltRequests } from '../core/halt/halt-requests.ts';
import type { OrderDeps } from '../core/execute/order-deps.ts';
import type { Amends } from '../core/execute/amends.ts';
import type { Recalls } from '../core/execute/recalls.ts';
import type { SwitchBoard } from '../core/halt/switch-board.ts';
import { readConfig, required } from './config-file.ts';
import { dynamoAmends } from './dynamo/amends.ts';
import { dynamoBooks } from './dynamo/books.ts';
import { openTable, type Table } from './dynamo/client.ts';
import { dynamoHaltRequests } from './dynamo/halt-requests.ts';
import { dynamoLanes } from './dynamo/lanes.ts';
import { dynamoOrderLog } from './dynamo/order-log.ts';
import { dynamoOutbox } from './dynamo/outbox.ts';
import { dynamoRecalls } from './dynamo/recalls.ts';
import { dynamoSwitchBoard } from './dynamo/switch-board.ts';
import { dynamoSwitches } from './dynamo/switches.ts';
import { dynamoTally } from './dynamo/tally.ts';
import { functionLog } from './json-log.ts';
import { krakenDesks } from './kraken/desks.ts';
import { paperDesks } from './paper/paper-desks.ts';
import { randomIds } from './random-ids.ts';
import type { KeyHalf } from './secrets/account-keys.ts';
import { sqsOrderQueue } from './sqs/order-queue.ts';
import { systemClock } from './system-clock.ts';

/** Opens everything once, when the function is loaded. */
export function openOrderDeps(
  name: string,
  half: KeyHalf,
): OrderDeps & {
  readonly table: Table;
  readonly board: SwitchBoard;
  readonly halts: HaltRequests;
  readonly recalls: Recalls;
  readonly amends: Amends;
} {
  const clock = systemClock;
  const log = functionLog(name);
  const config = readConfig();
  const table = openTable(required('HARPOON_TABLE'));
  const { market, desk: krakenDesk } = krakenDesks({ config, half, clock, log });
  const paperDesk = paperDesks({ config, half, table, clock, log, market });
  return {
    ...{ config, clock, log, table, market, ids: randomIds },
    orders: dynamoOrderLog(table),
    books: dynamoBooks(table),
    lanes: dynamoLanes(table, clock),
    switches: dynamoSwitches(table, clock),
    board: dynamoSwitchBoard(table),
    halts: dynamoHaltRequests(table),
    recalls: dynamoRecalls(table),
    amends: dynamoAmends(table),
    tally: dynamoTally(table),
    outbox: dynamoOutbox(table),
    queue: sqsOrderQueue(required('HARPOON_QUEUE_URL')),
    // The one place where an account's mode chooses its exchange.
    desk: async (account) =>
      config.accounts[account]?.mode === 'paper' ? paperDesk(account) : krakenDesk(account),
  };
}
