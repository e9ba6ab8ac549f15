/**
 * What a person is told about an order. One wording for every state: what happened, with which
 * numbers, why, and what to do.
 */
import type { Config } from './config.ts';
import type { Notice, Urgency } from './notice.ts';
import type { OrderState } from './order-state.ts';
import type { OrderRow } from './order.ts';

/** How each state is told. States that nobody needs to hear of are absent. */
const WORDING: Partial<Record<OrderState, { urgency: Urgency; happened: string; todo: string }>> = {
  placed: { urgency: 'info', happened: 'placed', todo: '' },
  validated: {
    urgency: 'info',
    happened: 'checked by Kraken, nothing placed',
    todo: 'The account is in validate mode; set mode: live in harpoon.yaml to trade.',
  },
  rejected: { urgency: 'warning', happened: 'refused', todo: 'Nothing was placed.' },
  expired: {
    urgency: 'warning',
    happened: 'too late',
    todo: 'Nothing was placed. Look at the chart before you place it by hand.',
  },
  suppressed: {
    urgency: 'warning',
    happened: 'stopped by the kill switch',
    todo: 'Nothing was placed.',
  },
  unplaced: {
    urgency: 'page',
    happened: 'not at Kraken',
    todo: 'The order was sent or may have been sent, and Kraken does not have it. Nothing will be sent again; place it by hand if you still want it.',
  },
  'needs-human': {
    urgency: 'page',
    happened: 'NEEDS YOU',
    todo: 'Harpoon cannot tell whether Kraken has this order. Open Kraken, look for the client order id, and correct the position by hand. New entries on this account are blocked until you lift the switch.',
  },
};

/** The notice about a row that has just reached a state; undefined for states that are not told. */
export function orderNotice(
  row: OrderRow,
  to: OrderState,
  why: string,
  context: { readonly config: Config; readonly atMs: number },
): Notice | undefined {
  const wording = WORDING[to];
  if (wording === undefined) return undefined;
  const { config, atMs } = context;
  const pair = row.decision?.pair ?? row.signal.symbol;
  const lines = [
    why,
    wording.todo,
    `Signal ${row.signal.id} from ${row.signal.source}, account ${row.account}.`,
    `Client order id ${row.clientOrderId}.`,
  ];
  return {
    id: `order:${row.clientOrderId}:${row.version + 1}`,
    atMs,
    urgency: wording.urgency,
    channels: config.sources[row.signal.source]?.notify ?? [],
    title: `${row.signal.action} ${pair} on ${row.account}: ${wording.happened}`,
    text: lines.filter((line) => line !== '').join('\n'),
  };
}

/** The one notice about an order that waits longer than a person would expect. */
export function waitingNotice(
  row: OrderRow,
  why: string,
  { config, atMs }: { readonly config: Config; readonly atMs: number },
): Notice {
  const minutes = Math.floor((atMs - row.receivedAtMs) / 60_000);
  const until = new Date(row.expiresAtMs).toISOString();
  return {
    id: `waiting:${row.clientOrderId}`,
    atMs,
    urgency: 'page',
    channels: config.sources[row.signal.source]?.notify ?? [],
    title: `${row.signal.action} ${row.signal.symbol} on ${row.account}: still waiting`,
    text: `It has waited ${minutes} minutes: ${why}\nIt is tried until ${until}. Place it by hand only after you blocked the account (docs/runbook.md).\nClient order id ${row.clientOrderId}.`,
  };
}

/** A notice about an account rather than about one order. */
export function accountNotice(
  account: string,
  what: { readonly id: string; readonly title: string; readonly text: string },
  atMs: number,
): Notice {
  const { id, title, text } = what;
  return { id: `account:${account}:${id}`, atMs, urgency: 'page', channels: [], title, text };
}
