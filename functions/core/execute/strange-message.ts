/** Messages on the order queue that Harpoon cannot have written: told to a person, never traded. */
import { foreignMessageNotice, noRowNotice } from '../notices/account-notice.ts';
import type { OrderDeps } from './order-deps.ts';
import type { OrderRef } from '../order.ts';

/** What reporting needs. */
type ReportDeps = Pick<OrderDeps, 'clock' | 'config' | 'log' | 'outbox'>;

/** A message that names a row which does not exist. */
export async function reportUnknownRow(ref: OrderRef, deps: ReportDeps): Promise<void> {
  deps.log.error('message-without-row', { account: ref.account, orderKey: ref.orderKey });
  await deps.outbox.put(noRowNotice(ref, { config: deps.config, atMs: deps.clock.nowMs() }));
}

/** A message that Harpoon did not write: nothing is traded, somebody is told, it does not come back. */
export async function reportForeignMessage(messageId: string, deps: ReportDeps): Promise<void> {
  deps.log.error('foreign-message', { messageId });
  const context = { config: deps.config, atMs: deps.clock.nowMs() };
  await deps.outbox.put(foreignMessageNotice(messageId, context));
}
