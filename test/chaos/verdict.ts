/**
 * Holds what the stack and the exchange say at the end against what was sent: one order for each
 * accepted signal that was to be placed, an end with a reason and a notice for every other one.
 */
import { isFinal, type OrderState } from '../../functions/core/order-state.ts';
import type { AuditEntry } from '../../functions/core/order.ts';
import type { PlannedSignal } from './plan.ts';

/** A row as `/local/orders` shows it. */
export interface Row {
  readonly state: OrderState;
  /** Every step of the row, oldest first; looks at its order are steps to the same state. */
  readonly audit: readonly Pick<AuditEntry, 'seq' | 'from' | 'to'>[];
  readonly clientOrderId: string;
  readonly orderKey: string;
  readonly exchangeOrderId?: string;
  readonly dueAtMs?: number;
  readonly outcome?: string;
  readonly refusal?: { readonly code: string; readonly sentence: string };
  readonly auditFault: string | null;
  readonly signal: { readonly id: string; readonly source: string };
}

/** An order as the exchange shows it. */
export interface ExchangeOrder {
  readonly txid: string;
  readonly clOrdId: string | null;
  readonly side: string;
  readonly type: string;
  readonly volume: string;
}

/** Everything that is known at the end. */
export interface End {
  readonly signals: readonly PlannedSignal[];
  readonly volume: string;
  /** By signal: how often it was acknowledged as new; absent: never acknowledged. */
  readonly acknowledged: ReadonlyMap<string, number>;
  readonly conflicts: ReadonlySet<string>;
  readonly rows: readonly Row[];
  readonly orders: readonly ExchangeOrder[];
  readonly notices: readonly { readonly id: string }[];
}

/** In how many of a hundred signals that were to be placed the faults may have prevented it. */
const PREVENTED_PERCENT = 30;

/** Ends of a signal that was to be placed. Nothing here expires, and no switch is off. */
const ENDS: readonly OrderState[] = ['placed', 'unplaced', 'rejected'];

/** Every difference between what is and what should be. */
export function differences(end: End): string[] {
  const rows = new Map<string, Row[]>();
  for (const row of end.rows) rows.set(row.signal.id, [...(rows.get(row.signal.id) ?? []), row]);
  const orders = new Map<string, ExchangeOrder[]>();
  for (const one of end.orders) {
    orders.set(one.clOrdId ?? '', [...(orders.get(one.clOrdId ?? '') ?? []), one]);
  }
  const told = new Set(end.notices.map(({ id }) => id));
  const known = new Set(end.rows.map(({ clientOrderId }) => clientOrderId));
  const planned = new Set(end.signals.map(({ id }) => id));
  return [
    ...end.signals.flatMap((signal) => ofSignal(signal, rows.get(signal.id) ?? [], end)),
    ...end.signals.flatMap((signal) =>
      (rows.get(signal.id) ?? []).flatMap((row) =>
        ofRow(signal, row, orders.get(row.clientOrderId) ?? [], { told, volume: end.volume }),
      ),
    ),
    ...[...orders].flatMap(([id, found]) =>
      known.has(id) ? [] : found.map(({ txid }) => `order ${txid} (${id}) belongs to no row`),
    ),
    ...[...rows.keys()].filter((id) => !planned.has(id)).map((id) => `${id} was never sent`),
    ...ofConflicts(end, rows),
    ...ofLiveness(end, rows),
  ];
}

function ofSignal({ id }: PlannedSignal, rows: readonly Row[], end: End): string[] {
  const asNew = end.acknowledged.get(id);
  const wrong: string[] = [];
  if (rows.length > 1) wrong.push(`${id} has ${rows.length} rows`);
  if (asNew === undefined) wrong.push(`${id} was never acknowledged`);
  else if (rows.length === 0) wrong.push(`${id} was acknowledged and is lost`);
  if ((asNew ?? 0) > 1) wrong.push(`${id} was acknowledged as new ${asNew} times`);
  return wrong;
}

function ofRow(
  { id, isStale, type }: PlannedSignal,
  row: Row,
  orders: readonly ExchangeOrder[],
  { told, volume }: { readonly told: ReadonlySet<string>; readonly volume: string },
): string[] {
  const { state, clientOrderId, audit } = row;
  const wrong: string[] = [];
  const should = state === 'placed' ? 1 : 0;
  if (orders.length !== should) {
    wrong.push(`${id} is ${state} with ${orders.length} orders at the exchange`);
  }
  for (const order of orders) {
    const same = order.side === 'buy' && order.type === type && order.volume === volume;
    const found = `${order.side} ${order.type} ${order.volume} (${order.txid})`;
    if (!same) wrong.push(`${id} is a buy ${type} ${volume}, and ${found} at the exchange`);
    if (should === 1 && order.txid !== row.exchangeOrderId) {
      wrong.push(`${id} names ${row.exchangeOrderId ?? 'no order'}, and it is ${order.txid}`);
    }
  }
  const fits = isStale ? state === 'expired' : ENDS.includes(state);
  if (!isFinal(state)) wrong.push(`${id} is still ${state}: ${row.outcome ?? ''}`);
  else if (!fits) wrong.push(`${id} ended ${state}: ${row.outcome ?? ''}`);
  // What was placed is looked at again until it is filled; told is the step to its end.
  const step = audit.findLast(({ from, to }) => from !== to);
  const isTold = step?.to === state && told.has(`order:${clientOrderId}:${step.seq}`);
  if (isFinal(state) && !isTold) wrong.push(`nobody is told that ${id} is ${state}`);
  const reason = row.refusal?.sentence ?? row.outcome ?? '';
  if (state !== 'placed' && reason === '') wrong.push(`${id} is ${state} without a reason`);
  if (row.auditFault !== null) wrong.push(`${id}: ${row.auditFault}`);
  return wrong;
}

function ofConflicts({ conflicts, notices }: End, rows: ReadonlyMap<string, readonly Row[]>) {
  return [...conflicts].flatMap((id) => {
    const key = rows.get(id)?.[0]?.orderKey;
    const isTold = notices.some((notice) => notice.id.startsWith(`${key}-reused-`));
    return isTold ? [] : [`nobody is told that ${id} came with another body`];
  });
}

/** A run that places next to nothing proves next to nothing. */
function ofLiveness({ signals }: End, rows: ReadonlyMap<string, readonly Row[]>): string[] {
  const wanted = signals.filter(({ isStale }) => !isStale);
  const placed = wanted.filter(({ id }) => rows.get(id)?.some(({ state }) => state === 'placed'));
  const few = placed.length * 100 < wanted.length * (100 - PREVENTED_PERCENT);
  return few ? [`only ${placed.length} of ${wanted.length} signals were placed`] : [];
}
