/** What commands need that ask an exchange with an account's query key, which cannot trade. */
import { dynamoBooks } from '../../functions/adapters/dynamo/books.ts';
import { dynamoLanes } from '../../functions/adapters/dynamo/lanes.ts';
import { dynamoOrderLog } from '../../functions/adapters/dynamo/order-log.ts';
import { dynamoRiskCounts } from '../../functions/adapters/dynamo/risk-counts.ts';
import { dynamoSwitches } from '../../functions/adapters/dynamo/switches.ts';
import { dynamoTally } from '../../functions/adapters/dynamo/tally.ts';
import { randomIds } from '../../functions/adapters/random-ids.ts';
import type { Log } from '../../functions/core/ports.ts';
import type { PreviewDeps } from '../../functions/core/receive/preview-order.ts';
import type { Installation } from './installation.ts';

/** What goes wrong is shown by the command itself. */
const QUIET: Log = { info: () => undefined, warn: () => undefined, error: () => undefined };

/** The ports over an installation; its desks are those of query keys and of paper accounts. */
export async function queryDepsOf(installation: Installation): Promise<PreviewDeps> {
  const { config, table, clock, outbox } = installation;
  // Only now: few commands read a secret or speak to Kraken.
  const { krakenDesks } = await import('../../functions/adapters/kraken/desks.ts');
  const { paperDesks } = await import('../../functions/adapters/paper/paper-desks.ts');
  const opened = { config, half: 'query', clock, log: QUIET } as const;
  const { market, desk: krakenDesk } = krakenDesks(opened);
  const paperDesk = paperDesks({ ...opened, table, market });
  return {
    ...{ config, clock, outbox, market, log: QUIET, ids: randomIds },
    orders: dynamoOrderLog(table),
    books: dynamoBooks(table),
    lanes: dynamoLanes(table, clock),
    switches: dynamoSwitches(table, clock),
    tally: dynamoTally(table),
    counts: dynamoRiskCounts(table),
    // Who only looks places nothing in the queue.
    queue: { enqueue: () => Promise.reject(new Error('a look queues nothing')) },
    desk: async (account) =>
      config.accounts[account]?.mode === 'paper' ? paperDesk(account) : krakenDesk(account),
  };
}
