/**
 * What a person is told about an order. One wording for every state: what happened, with which
 * numbers, why, and what to do.
 */
import type { Config } from '../config.ts';
import { FLATTEN_SOURCE } from '../halt/flatten-source.ts';
import { commandFor } from './notice-command.ts';
import { meanings } from './notice-glossary.ts';
import { withinLimits } from './notice-limits.ts';
import { ended, sentence } from './notice-sentence.ts';
import type { Notice, NoticeFact, Urgency } from './notice.ts';
import { readableSpan, readableTime } from '../notifications/times.ts';
import { orderChart } from './order-notice-chart.ts';
import { orderFacts } from './order-notice-facts.ts';
import type { OrderState } from '../order-state.ts';
import type { OrderRow } from '../order.ts';
import { actionWords } from '../order-words.ts';
import { isPaperOrder } from '../paper/paper-key.ts';

/** How a state is told. */
interface Wording {
  readonly urgency: Urgency;
  readonly happened: string;
  readonly todo: string;
  /** Whether a picture helps: there is, or may be, an order in the market. */
  readonly pictured?: true;
}

/** How each state is told. States that nobody needs to hear of are absent. */
const WORDING: Partial<Record<OrderState, Wording>> = {
  placed: { urgency: 'info', happened: 'placed', todo: '', pictured: true },
  validated: {
    urgency: 'info',
    happened: 'checked by Kraken, nothing placed',
    todo: 'The account is in validate mode; set mode: live in harpoon.yaml to trade.',
  },
  rejected: {
    urgency: 'warning',
    happened: 'refused',
    todo: 'Nothing was placed, and it will not be tried again. Send a new signal once the cause is mended, or place it by hand.',
  },
  expired: {
    urgency: 'warning',
    happened: 'too late',
    todo: 'Nothing was placed. Look at the chart before you place it by hand.',
  },
  suppressed: {
    urgency: 'warning',
    happened: 'stopped by the kill switch',
    todo: 'Nothing was placed. Find out why the switch is off before you lift it (docs/runbook.md).',
  },
  withdrawn: {
    urgency: 'info',
    happened: 'taken back before it went out',
    todo: 'Nothing was placed.',
  },
  unneeded: {
    urgency: 'info',
    happened: 'nothing to trade',
    todo: '',
  },
  unplaced: {
    urgency: 'page',
    happened: 'not at Kraken',
    todo: 'The order was sent or may have been sent, and Kraken does not have it. Nothing will be sent again; place it by hand if you still want it.',
    pictured: true,
  },
  'needs-human': {
    urgency: 'page',
    happened: 'NEEDS YOU',
    todo: 'Harpoon cannot tell whether Kraken has this order. Open Kraken, look for the client order id, then say what you found: npx harpoon settle, with that id. New entries on this account are blocked until you lift the switch (docs/runbook.md).',
    pictured: true,
  },
};

/** Ends of an order for a take-profit after which another one goes out. */
const AGAIN: readonly OrderState[] = ['rejected', 'expired', 'suppressed', 'unplaced', 'unneeded'];

/** Of the sale of a halt, which takes out of every book of its pair. */
const HELD_UP =
  'It is the sale of a halt: until npx harpoon settle, every order that follows from a book of this pair waits for it.';

/** What a notice is made with. */
export interface NoticeContext {
  readonly config: Config;
  readonly atMs: number;
}

/**
 * The notice about a row that reaches a state; undefined for states that are not told. `row` is of
 * the version before, with what the step sets: the notice's id belongs to the version after.
 */
export function orderNotice(
  row: OrderRow,
  to: OrderState,
  why: string,
  context: NoticeContext,
): Notice | undefined {
  const wording = wordingOf(row, to);
  if (wording === undefined) return undefined;
  const { urgency, todo, pictured } = wording;
  const isPaper = to === 'placed' && isPaperOrder(row.exchangeOrderId ?? '');
  const happened = isPaper ? 'placed on paper' : wording.happened;
  const chart = pictured && orderChart(row, context.config.zone ?? 'UTC');
  // The audit entry begins with the code, which is among the facts here.
  const reason = (to === 'rejected' && row.refusal?.sentence) || why;
  return withinLimits({
    ...orderBase(row, context),
    id: `order:${row.clientOrderId}:${row.version + 1}`,
    urgency,
    title: `${orderSubject(row)}: ${happened}`,
    // Among the numbers too; here it can be taken from a screen that shows the text alone.
    text: noticeText([
      sentence(reason),
      ...meanings(reason),
      todo,
      urgency === 'page' ? named(row) : '',
    ]),
    ...(chart === undefined ? {} : { chart }),
  });
}

/**
 * Of Harpoon's own orders: a stop that was not needed is no news, and one that was and is not there more
 * than any other order; a take-profit is tried again.
 */
function wordingOf({ signal }: OrderRow, to: OrderState): Wording | undefined {
  const wording = WORDING[to];
  if (signal.takes !== undefined && wording !== undefined && AGAIN.includes(to)) {
    const todo =
      'It is tried again while the market is there: block the account before you sell by hand, or it may be sold twice.';
    return { ...wording, todo };
  }
  if (signal.source === FLATTEN_SOURCE && to === 'needs-human' && wording !== undefined) {
    return { ...wording, todo: `${wording.todo} ${HELD_UP}` };
  }
  if (signal.covers === undefined || wording?.urgency === 'page') return wording;
  if (to === 'unneeded' || wording === undefined) return undefined;
  if (to === 'placed') return wording;
  const todo = 'Some of the position has no stop at Kraken: place one by hand, or close it.';
  return { ...wording, urgency: 'page', todo };
}

/** The one notice about an order that waits longer than a person would expect. */
export function waitingNotice(row: OrderRow, why: string, context: NoticeContext): Notice {
  const { zone } = context.config;
  const until = readableTime(row.expiresAtMs, zone);
  const minutes = Math.floor((context.atMs - row.receivedAtMs) / 60_000);
  return withinLimits({
    ...orderBase(row, context, [{ label: 'Tried until', value: until }]),
    id: `waiting:${row.clientOrderId}`,
    urgency: 'page',
    title: `${orderSubject(row)}: still waiting`,
    text: noticeText([
      `It has waited ${minutes} minutes: ${ended(why)}`,
      ...meanings(why),
      row.sends === 0 ? 'Nothing was sent yet.' : 'What was sent before is not at Kraken.',
      `It is tried until ${until}. Place it by hand only after you blocked the account (docs/runbook.md), or it may be placed twice.`,
      named(row),
    ]),
  });
}

/** The one notice about an order that was sent, and of which Kraken has not said what became of it. */
export function unknownNotice(row: OrderRow, why: string, context: NoticeContext): Notice {
  const sentAtMs = row.attempt?.preparedAtMs ?? row.receivedAtMs;
  const chart = orderChart(row, context.config.zone ?? 'UTC');
  return withinLimits({
    ...orderBase(row, context),
    id: `unknown:${row.clientOrderId}`,
    urgency: 'page',
    title: `${orderSubject(row)}: not known yet whether it was placed`,
    text: noticeText([
      `It was sent ${readableSpan(context.atMs - sentAtMs)} ago, and the answer did not say what became of it. The newest look-up says: ${ended(why)}`,
      ...meanings(why),
      'Harpoon goes on looking and sends nothing again meanwhile. Do not place it by hand before you looked for the client order id at Kraken, or you may have it twice.',
      named(row),
    ]),
    ...(chart === undefined ? {} : { chart }),
  });
}

/**
 * What became of a cancel that the order's sender asked for, or that its silence is the cause of:
 * the one notice that it is settled, or the one that it is not yet.
 */
export function recalledNotice(
  row: OrderRow,
  told: {
    readonly what: string;
    readonly isSettled: boolean;
    readonly because?: 'silence' | undefined;
  },
  context: NoticeContext,
): Notice {
  const { what, isSettled, because } = told;
  const { clientOrderId } = row;
  const asked = because === 'silence' ? 'its source fell silent' : 'its sender asked for a cancel';
  const todo =
    'Harpoon goes on trying every minute. Cancel it at Kraken by hand if it cannot wait.';
  return withinLimits({
    ...orderBase(row, context),
    id: `${isSettled ? 'recalled' : 'recall-waits'}:${clientOrderId}`,
    urgency: isSettled ? 'info' : 'page',
    title: `${orderSubject(row)}: ${isSettled ? asked : 'could not be cancelled yet'}`,
    text: noticeText([
      sentence(what),
      ...meanings(what),
      isSettled ? '' : todo,
      isSettled ? '' : named(row),
    ]),
  });
}

/** What every notice about an order has. */
export function orderBase(
  row: OrderRow,
  { config, atMs }: NoticeContext,
  facts: readonly NoticeFact[] = [],
): Pick<Notice, 'atMs' | 'channels' | 'facts' | 'command' | 'subject' | 'zone'> {
  return {
    atMs,
    channels: config.sources[row.signal.source]?.notify ?? [],
    facts: [...facts, ...orderFacts(row, atMs)],
    command: commandFor({ kind: 'order', clientOrderId: row.clientOrderId }),
    subject: 'order',
    ...(config.zone === undefined ? {} : { zone: config.zone }),
  };
}

/** `buy BTC/USD on main`; of a target as it was planned. */
export function orderSubject(row: OrderRow): string {
  const { signal, decision, account } = row;
  return `${actionWords(row)} ${decision?.pair ?? signal.symbol} on ${account}${ownWords(signal)}`;
}

/** What an order of Harpoon's own is for. */
function ownWords({ takes, covers }: OrderRow['signal']): string {
  if (covers !== undefined) return ', the stop for what is left';
  return takes === undefined ? '' : `, take-profit ${takes.number}`;
}

function named({ clientOrderId }: OrderRow): string {
  return `Client order id ${clientOrderId}.`;
}

/** The lines that say something. */
export function noticeText(lines: readonly string[]): string {
  return lines.filter((line) => line !== '').join('\n');
}
