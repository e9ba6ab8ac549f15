/** What a person is told about an amend: what was asked, what came of it, and what to do. */
import { meanings } from './notice-glossary.ts';
import { withinLimits } from './notice-limits.ts';
import { ended, sentence } from './notice-sentence.ts';
import { noticeText, orderBase, orderSubject, type NoticeContext } from './order-notice.ts';
import type { Notice, NoticeFact, Urgency } from './notice.ts';
import type { Amend } from '../execute/amends.ts';
import type { AmendEnd } from '../execute/end-amend.ts';
import { orderNow } from '../order-now.ts';
import { orderWords } from '../order-words.ts';
import type { OrderRow } from '../order.ts';

/** How an end is told. */
interface Wording {
  readonly urgency: Urgency;
  readonly happened: string;
  readonly todo: string;
}

const STAYS = 'The order stays as it is.';

const WORDING: Readonly<Record<AmendEnd['kind'], Wording>> = {
  amended: { urgency: 'info', happened: 'changed', todo: '' },
  refused: {
    urgency: 'warning',
    happened: 'not changed',
    todo: `${STAYS} Send a new amend once the cause is mended.`,
  },
  stopped: {
    urgency: 'warning',
    happened: 'not changed, the kill switch is off',
    todo: `${STAYS} Find out why the switch is off before you lift it (docs/runbook.md).`,
  },
  'too-late': {
    urgency: 'warning',
    happened: 'not changed in time',
    todo: `${STAYS} Look at the chart before you change it by hand.`,
  },
  'not-open': { urgency: 'info', happened: 'nothing left to change', todo: '' },
  unchanged: {
    urgency: 'warning',
    happened: 'not changed',
    todo: `${STAYS} The change was sent, and its answer got lost; nothing will be sent again.`,
  },
  'not-known': {
    urgency: 'page',
    happened: 'NEEDS YOU, whether it was changed is not known',
    todo: 'Open Kraken, look for the client order id, and change or cancel the order by hand.',
  },
};

/** The one notice about how an amend ended. `row` says what the end left. */
export function amendedNotice(
  row: OrderRow,
  { amend, how }: { readonly amend: Amend; readonly how: AmendEnd },
  context: NoticeContext,
): Notice {
  const { urgency, happened, todo } = WORDING[how.kind];
  const reason = how.kind === 'refused' ? how.refusal.sentence : how.why;
  const order = orderNow(row);
  const now = order === undefined ? '' : `It is now ${orderWords(order)}.`;
  return withinLimits({
    ...orderBase(row, context, amendFacts(amend)),
    id: `amend:${row.clientOrderId}:${amend.firedAtMs}`,
    urgency,
    title: `${orderSubject(row)}: ${happened}`,
    text: noticeText([
      sentence(reason),
      ...meanings(reason),
      how.kind === 'amended' ? now : todo,
      urgency === 'page' ? `Client order id ${row.clientOrderId}.` : '',
    ]),
  });
}

/**
 * The notice about an amend that was too old when it came: nothing of it is on record. A copy that came
 * earlier, or to a function whose clock is right, has a notice of its own.
 */
export function lateAmendNotice(
  row: OrderRow,
  { amend, why }: { readonly amend: Amend; readonly why: string },
  context: NoticeContext,
): Notice {
  const notice = amendedNotice(row, { amend, how: { kind: 'too-late', why } }, context);
  return { ...notice, id: `amend-late:${row.clientOrderId}:${amend.firedAtMs}` };
}

/** The one notice about an amend that could be carried out neither way so far. */
export function amendWaitsNotice(
  row: OrderRow,
  { amend, why }: { readonly amend: Amend; readonly why: string },
  context: NoticeContext,
): Notice {
  return withinLimits({
    ...orderBase(row, context, amendFacts(amend)),
    id: `amend-waits:${row.clientOrderId}:${amend.firedAtMs}`,
    urgency: 'page',
    title: `${orderSubject(row)}: not known yet whether it was changed`,
    text: noticeText([
      `Its sender asked for a change, which is not settled yet: ${ended(why)}`,
      ...meanings(why),
      'Harpoon goes on looking every minute. Cancel the order at Kraken by hand if it cannot wait.',
      `Client order id ${row.clientOrderId}.`,
    ]),
  });
}

function amendFacts({ wish }: Amend): readonly NoticeFact[] {
  const labels = {
    volume: 'Size asked for',
    price: 'Price asked for',
    limitPrice: 'Limit asked for',
    triggerPrice: 'Trigger asked for',
    price2: 'Second price asked for',
  } as const;
  return (Object.keys(labels) as (keyof typeof labels)[]).flatMap((name) => {
    const value = wish[name];
    return value === undefined ? [] : [{ label: labels[name], value }];
  });
}
