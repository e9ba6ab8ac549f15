/** The exchange through an account's query key, which looks and cannot trade. */
import { keyNotice } from '../notices/account-notice.ts';
import { keyFault } from './key-check.ts';
import type { Desk, OrderDeps } from './order-deps.ts';
import type { Exchange, LaneLease } from '../ports.ts';
import { releaseLane, takeLane } from './take-lane.ts';

/**
 * Takes the lane of the query key and checks what the key may do. Throws when it cannot be used now;
 * what a person has to mend is told. Whoever gets the exchange gives its lane back.
 */
export async function openQueryExchange(
  account: string,
  deps: OrderDeps,
): Promise<{ readonly exchange: Exchange; readonly lease: LaneLease }> {
  const desk = await openDesk(account, deps);
  const lease = await takeLane(desk.keyId, deps);
  if (lease === 'not-armed') {
    const why = `the query key of ${account} is not armed: run npm run arm -- ${account}`;
    throw await told(account, why, deps);
  }
  if (lease === 'busy') throw new Error(`the query key of ${account} is in use`);
  try {
    const exchange = desk.exchange(lease);
    // A key that lost a permission or got a query window answers look-ups with silence.
    const fault = keyFault(await exchange.keyInfo(), 'query');
    if (fault !== undefined) throw await told(account, fault, deps);
    return { lease, exchange };
  } catch (error) {
    await releaseLane(lease, deps);
    throw error;
  }
}

async function openDesk(account: string, deps: OrderDeps): Promise<Desk> {
  try {
    return await deps.desk(account);
  } catch (error) {
    // The error may quote what it could not read, so it is in the log alone.
    deps.log.error('keys-unreadable', { account, error: String(error) });
    const why = `the secret with the query key of ${account} cannot be read: the log of reconcile-orders says why`;
    throw new Error(why, { cause: error });
  }
}

/** An error that a person has been told of. */
async function told(
  account: string,
  why: string,
  { outbox, config, clock }: OrderDeps,
): Promise<Error> {
  await outbox.put(keyNotice(account, { half: 'query', why }, { config, atMs: clock.nowMs() }));
  return new Error(why);
}
