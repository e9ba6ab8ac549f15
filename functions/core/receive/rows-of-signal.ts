/** The orders that a message speaks of which names a signal by its id. */
import { allEnded } from '../all-ended.ts';
import { orderKeyOf } from '../identity.ts';
import type { OrderRow } from '../order.ts';
import type { OrderLog } from '../ports.ts';
import { refusal, type Refusal } from '../refusal.ts';
import { err, ok, type Result } from '../result.ts';
import type { NamedSource } from './signal-request.ts';

/** The rows of a signal on every account of its source; refused where there is none. */
export async function rowsOfSignal(
  signalId: string,
  { name, source }: NamedSource,
  {
    wish,
    orderLog,
  }: { readonly wish: 'cancel' | 'change'; readonly orderLog: Pick<OrderLog, 'read'> },
): Promise<Result<readonly OrderRow[], Refusal>> {
  const rows = await allEnded(
    source.accounts.map((account) =>
      orderLog.read({ account, orderKey: orderKeyOf({ source: name, account, signalId }) }),
    ),
  );
  const known = rows.filter((row) => row !== undefined);
  if (known.length > 0) return ok(known);
  const sentence = `no signal of source ${name} had this id, so there is nothing to ${wish}: write the id that the signal was sent with.`;
  return err(refusal('unknown-signal', sentence));
}
