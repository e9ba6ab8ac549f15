/** What `harpoon settle` shows: what was sent, what Kraken shows, and what either word would do. */
import { plain } from '../../functions/core/decimal.ts';
import { orderNameOf } from '../../functions/core/identity.ts';
import { orderWords } from '../../functions/core/order-words.ts';
import type { OrderRow } from '../../functions/core/order.ts';
import type { FoundOrder } from '../../functions/core/ports.ts';
import type { Shown } from '../../functions/core/reconcile/settle-by-hand.ts';
import { printable } from '../config/fault.ts';
import { reasonOf, subjectOf, utc } from './order-words.ts';
import type { Paint } from './paint.ts';

/** One look, and what a person says. */
export interface SettleView {
  readonly row: OrderRow;
  /** What bears its name at Kraken; absent: it could not be asked. */
  readonly shown?: Shown;
  readonly notAsked?: string;
  /** The order that the person named, where Kraken shows it. */
  readonly named?: FoundOrder;
  /** Why that cannot be the one. */
  readonly fault?: string;
  /** In what it differs from what was sent, and may be the one all the same. */
  readonly doubts: readonly string[];
  readonly placed?: string;
  readonly absent: boolean;
  /** Whether Harpoon trades it again by itself when it is absent; absent: it does not. */
  readonly again?: string;
  readonly isWritten: boolean;
}

/** The report. */
export function settleLines(view: SettleView, paint: Paint): readonly string[] {
  const { row, isWritten, placed, absent } = view;
  if (isWritten) return [paint.good(doneWords(view)), ...afterWords(view)];
  const said = placed !== undefined || absent;
  return [
    `${paint.strong(subjectOf(row))} on ${row.account}: ${paint.bad(row.state)}`,
    ...sentLines(row),
    '',
    ...shownLines(view),
    '',
    ...(said ? wouldLines(view, paint) : choiceLines(view)),
  ];
}

function sentLines(row: OrderRow): readonly string[] {
  const { attempt } = row;
  if (attempt === undefined) return [];
  const { order, preparedAtMs, deadlineMs } = attempt;
  const { userref } = orderNameOf(row, order);
  const name = userref === undefined ? '' : `, at Kraken the userref ${userref}`;
  return [
    `  why    ${printable(reasonOf(row))}`,
    `  sent   ${order.side} ${printable(orderWords(order))}, ${order.pair}`,
    `  when   licensed ${utc(preparedAtMs)}; Kraken took it until ${utc(deadlineMs)}`,
    `  name   client order id ${row.clientOrderId}${name}`,
  ];
}

function shownLines({ shown, notAsked, named, doubts }: SettleView): readonly string[] {
  if (shown === undefined) {
    return [`What Kraken shows is not known: ${printable(notAsked ?? '')}. Look there yourself.`];
  }
  const { orders } = shown;
  const known = orders.some((one) => one.exchangeOrderId === named?.exchangeOrderId);
  const all = named === undefined || known ? orders : [...orders, named];
  return [
    ...(all.length === 0
      ? ['Kraken shows no order of this name. Its lists may lag by a minute.']
      : ['What Kraken shows:', ...all.map((one) => `  ${foundWords(one)}`)]),
    ...(doubts.length === 0
      ? []
      : ['In this it differs from what was sent:', ...doubts.map((one) => `  ${printable(one)}`)]),
  ];
}

function foundWords(order: FoundOrder): string {
  const { exchangeOrderId, side, volume, pair, type, status, filled, openedAtMs, refid } = order;
  const of = refid === undefined ? '' : `, the stop that it opened from ${refid}`;
  return printable(
    `${exchangeOrderId}  ${side} ${plain(volume)} ${pair}, ${type}, ${status}, ${plain(filled)} filled, opened ${utc(openedAtMs)}${of}`,
  );
}

function choiceLines({ row, again }: SettleView): readonly string[] {
  const { clientOrderId, signal, account } = row;
  return [
    `If it is there: npx harpoon settle ${clientOrderId} --placed KRAKEN-ID`,
    `  It is then an order as any other: followed to its end, and what it traded is in the book of ${signal.owner ?? signal.source}.`,
    `If it is not: npx harpoon settle ${clientOrderId} --absent`,
    '  It ends as unplaced, and nothing is ever sent again under its id. It is looked for another week, and you are paged if it turns up.',
    ...(again === undefined ? [] : [`  ${again}`]),
    `Neither lifts the kill switch: npx harpoon resume --account ${account}`,
  ];
}

function wouldLines({ row, placed, absent, again }: SettleView, paint: Paint): readonly string[] {
  const word = absent ? '--absent' : `--placed ${placed ?? ''}`;
  const what = absent
    ? 'It would end as unplaced, and nothing would ever be sent again under its id. It would be looked for another week, and you would be paged if it turned up.'
    : `It would be ${placed ?? ''}: followed to its end, and what it traded goes into the book of ${row.signal.owner ?? row.signal.source}.`;
  return [
    paint.strong(what),
    ...(absent && again !== undefined ? [again] : []),
    'Nothing was written. To write it:',
    `  npx harpoon settle ${row.clientOrderId} ${word} --write --why "TEXT"`,
  ];
}

function doneWords({ row, placed, absent }: SettleView): string {
  const what = `${subjectOf(row)} on ${row.account}`;
  return absent
    ? `Written: ${what} is unplaced.`
    : `Written: ${what} is placed as ${placed ?? ''}.`;
}

function afterWords({ row, absent, again }: SettleView): readonly string[] {
  const { clientOrderId, account } = row;
  return [
    ...(absent && again !== undefined ? [again] : []),
    `What became of it: npx harpoon why ${clientOrderId}`,
    `The kill switch stays as it is. To go on: npx harpoon resume --account ${account}`,
  ];
}

/** The same in JSON. */
export function settleJson({ row, shown, notAsked, doubts, isWritten }: SettleView) {
  const { clientOrderId, account, state, attempt } = row;
  const order = { id: clientOrderId, account, state, why: reasonOf(row) };
  return {
    written: isWritten,
    order: { ...order, sent: attempt?.order ?? null },
    orders: shown?.orders.map((one) => foundWords(one)) ?? [],
    ...{ notAsked: notAsked ?? null, doubts },
  };
}
