/** Asks an account's exchange with its query key, which cannot trade, and gives the key back. */
import { openQueryExchange } from '../../functions/core/execute/query-exchange.ts';
import { releaseLane } from '../../functions/core/execute/take-lane.ts';
import type { Exchange, MarketData } from '../../functions/core/ports.ts';
import type { Installation } from './installation.ts';
import { queryDepsOf } from './query-deps.ts';

/** Uses it. Throws with a sentence for a person when it cannot be asked; nobody else is told of that. */
export async function askExchange<T>(
  account: string,
  installation: Installation,
  use: (exchange: Exchange, market: MarketData) => Promise<T>,
): Promise<T> {
  const quiet = { put: () => Promise.resolve() };
  const deps = { ...(await queryDepsOf(installation)), outbox: quiet };
  const { exchange, lease } = await openQueryExchange(account, deps);
  try {
    return await use(exchange, deps.market);
  } finally {
    await releaseLane(lease, deps);
  }
}
