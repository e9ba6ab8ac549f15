/**
 * What a person is told about an account, a source or Harpoon's own queue rather than about one
 * order: switches, keys, secrets, messages that should not be there.
 */
import { sha256 } from '../hash.ts';
import { blockedOrders, stoppedOrders } from './blocked-orders.ts';
import { commandFor } from './notice-command.ts';
import { meanings } from './notice-glossary.ts';
import { withinLimits } from './notice-limits.ts';
import { ended, sentence } from './notice-sentence.ts';
import type { Notice, NoticeFact } from './notice.ts';
import type { NoticeContext } from './order-notice.ts';
import type { OrderRow } from '../order.ts';
import { actionWords } from '../order-words.ts';

/** What happened to an account. */
interface Event {
  readonly id: string;
  readonly title: string;
  readonly lines: readonly string[];
  readonly facts?: readonly NoticeFact[];
}

/** A kill switch that Harpoon itself has set. */
export function trippedNotice(
  row: OrderRow,
  { blocks, reason }: { readonly blocks: 'entries' | 'all'; readonly reason: string },
  context: NoticeContext,
): Notice {
  const { account, clientOrderId, signal, decision } = row;
  return accountNotice(
    account,
    {
      id: `tripped:${row.orderKey}`,
      title: `Kill switch of ${account} tripped: it blocks ${blocks}`,
      lines: [
        sentence(reason),
        ...meanings(reason),
        `From now on, for account ${account}, ${stoppedOrders(blocks)}. Mend the cause, look at your open orders and positions at Kraken, then lift the switch (docs/runbook.md).`,
      ],
      facts: [
        { label: 'Account', value: account },
        { label: 'Blocks', value: blockedOrders(blocks) },
        { label: 'By order', value: `${actionWords(row)} ${decision?.pair ?? signal.symbol}` },
        { label: 'Source', value: signal.source },
        { label: 'Client order id', value: clientOrderId },
      ],
    },
    context,
  );
}

/** An API key that is not what it must be, or cannot be read; told once a UTC day for each fault. */
export function keyNotice(
  account: string,
  { half, why }: { readonly half: 'trade' | 'query'; readonly why: string },
  context: NoticeContext,
): Notice {
  const day = new Date(context.atMs).toISOString().slice(0, 10);
  const stops =
    half === 'trade'
      ? 'Orders of this account wait until it is mended, and those that are too old by then are not placed.'
      : 'Harpoon cannot look orders of this account up until it is mended: an order whose outcome is unknown stays so.';
  return accountNotice(
    account,
    {
      id: `key:${half}:${day}:${sha256(why).slice(0, 12)}`,
      title: `The ${half} key of ${account} cannot be used`,
      lines: [
        sentence(why),
        ...meanings(why),
        `${stops} README.md says what each key must be allowed to do, how it is stored, and how it is armed.`,
      ],
      facts: [
        { label: 'Account', value: account },
        { label: 'Key', value: half === 'trade' ? 'trade (places orders)' : 'query (only looks)' },
      ],
    },
    context,
  );
}

/** A message on the queue that names a row which does not exist. */
export function noRowNotice(
  { account, orderKey }: { readonly account: string; readonly orderKey: string },
  context: NoticeContext,
): Notice {
  return accountNotice(
    account,
    {
      id: `no-row:${orderKey}`,
      title: `A queue message names an order that does not exist (account ${account})`,
      lines: [
        `No order row ${orderKey} exists, so nothing was traded.`,
        'Somebody who is not Harpoon wrote to its queue, or the table was restored from a backup: see docs/runbook.md.',
      ],
      facts: [
        { label: 'Account', value: account },
        { label: 'Order row', value: orderKey },
      ],
    },
    context,
  );
}

/** A message on the queue that Harpoon did not write. */
export function foreignMessageNotice(messageId: string, context: NoticeContext): Notice {
  return accountNotice(
    'all',
    {
      id: `foreign-message:${messageId}`,
      title: 'A message that Harpoon did not write was on its order queue',
      lines: ['Nothing was traded. Find out who may send to the queue: see docs/runbook.md.'],
      facts: [{ label: 'Queue message', value: messageId }],
    },
    context,
  );
}

/** Everybody hears of an account, at once. */
export function accountNotice(
  account: string,
  { id, title, lines, facts = [] }: Event,
  { config, atMs }: NoticeContext,
): Notice {
  return withinLimits({
    id: `account:${account}:${id}`,
    atMs,
    urgency: 'page',
    channels: [],
    title,
    text: lines
      .filter((line) => line !== '')
      .map(ended)
      .join('\n'),
    facts,
    command: commandFor({ kind: 'account', account }),
    subject: 'account',
    ...(config.zone === undefined ? {} : { zone: config.zone }),
  });
}
