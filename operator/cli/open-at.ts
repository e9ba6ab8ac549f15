/**
 * What is open at Kraken, asked with an account's query key, which cannot trade. The only command
 * that needs it goes on without: where the key may not be read, that is what is shown.
 */
import { dynamoLanes } from '../../functions/adapters/dynamo/lanes.ts';
import { dynamoOrderLog } from '../../functions/adapters/dynamo/order-log.ts';
import { dynamoSwitches } from '../../functions/adapters/dynamo/switches.ts';
import { dynamoTally } from '../../functions/adapters/dynamo/tally.ts';
import { randomIds } from '../../functions/adapters/random-ids.ts';
import { openAtKraken } from '../../functions/core/open-orders.ts';
import type { Log } from '../../functions/core/ports.ts';
import type { SwitchToolDeps } from '../switch.ts';
import { CliError } from './command.ts';
import type { Installation } from './installation.ts';

/** What goes wrong is shown by the command itself. */
const QUIET: Log = { info: () => undefined, warn: () => undefined, error: () => undefined };

/** A way to ask; it fails with a sentence for a person. */
export function askOpen(installation: Installation): NonNullable<SwitchToolDeps['openAt']> {
  return async (account) => {
    try {
      return await openAtKraken(account, await orderDepsOf(installation));
    } catch (error) {
      const said = error instanceof Error ? error.message : String(error);
      return Promise.reject(new CliError('failed', `${said}; look at Kraken`));
    }
  };
}

async function orderDepsOf({ config, table, clock, outbox }: Installation) {
  // Only now: no other command but `arm` reads a secret or speaks to Kraken.
  const { krakenDesks } = await import('../../functions/adapters/kraken/desks.ts');
  return {
    ...{ config, clock, outbox, log: QUIET, ids: randomIds },
    orders: dynamoOrderLog(table),
    lanes: dynamoLanes(table, clock),
    switches: dynamoSwitches(table, clock),
    tally: dynamoTally(table),
    // A look places nothing in the queue.
    queue: { enqueue: () => Promise.reject(new Error('a look queues nothing')) },
    ...krakenDesks({ config, half: 'query', clock, log: QUIET }),
  };
}
