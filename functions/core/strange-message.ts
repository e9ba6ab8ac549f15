/** Messages on the order queue that Harpoon cannot have written: told to a person, never traded. */
import type { OrderDeps } from './order-deps.ts';
import { accountNotice } from './order-notice.ts';
import type { OrderRef } from './order.ts';

/** What reporting needs. */
type ReportDeps = Pick<OrderDeps, 'clock' | 'log' | 'outbox'>;

/** A message that names a row which does not exist. */
export async function reportUnknownRow(ref: OrderRef, deps: ReportDeps): Promise<void> {
  deps.log.error('message-without-row', { account: ref.account, orderKey: ref.orderKey });
  const title = `A queue message names an order that does not exist (account ${ref.account})`;
  const text =
    `No order row ${ref.orderKey} exists, so nothing was traded. Somebody who is not Harpoon wrote` +
    ` to its queue, or the table was restored from a backup: see docs/runbook.md.`;
  const what = { id: `no-row:${ref.orderKey}`, title, text };
  await deps.outbox.put(accountNotice(ref.account, what, deps.clock.nowMs()));
}

/** A message that Harpoon did not write: nothing is traded, somebody is told, it does not come back. */
export async function reportForeignMessage(messageId: string, deps: ReportDeps): Promise<void> {
  deps.log.error('foreign-message', { messageId });
  const what = {
    id: `foreign-message:${messageId}`,
    title: 'A message that Harpoon did not write was on its order queue',
    text: 'Nothing was traded. Find out who may send to the queue: see docs/runbook.md.',
  };
  await deps.outbox.put(accountNotice('all', what, deps.clock.nowMs()));
}
