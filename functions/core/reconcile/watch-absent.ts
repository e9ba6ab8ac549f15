/**
 * An order that a person called absent, because Harpoon could not tell. It is looked for all the same:
 * a person may be wrong, and an order that trades and is in no book is worse than one that is told late.
 * Nothing is ever sent again under its row.
 */
import type { OrderDeps } from '../execute/order-deps.ts';
import { rememberPlaced, trip } from '../execute/record-outcome.ts';
import { stillOpenNotice, turnedUpNotice } from '../notices/turned-up-notice.ts';
import type { OrderRow } from '../order.ts';
import type { Exchange, FoundOrder } from '../ports.ts';
import { LOOK_AGAIN_MS, LOOK_AGAIN_UNTIL_MS } from '../protocol.ts';
import { assert } from '../result.ts';
import { look } from './look-up.ts';

/** Looks once; what turned up is an order again, or a person's matter, and is paged either way. */
export async function watchAbsent(
  row: OrderRow,
  open: () => Promise<Exchange>,
  deps: OrderDeps,
): Promise<void> {
  const { attempt, settled } = row;
  assert(
    attempt !== undefined && settled?.says === 'absent',
    'only what a person called absent is looked for after its end',
  );
  const sight = await look(row, attempt, open, deps);
  if (sight.kind === 'found') return takeUp(row, sight.order, deps);
  if (sight.kind === 'contradiction') return callAgain(row, sight.why, deps);
  const atMs = deps.clock.nowMs();
  const over = atMs >= lookedForUntil(row);
  const why = sight.kind === 'nothing' ? 'still not at Kraken' : `not looked for: ${sight.why}`;
  // Whether it is there is then as open as on the first day, and nobody looks any more.
  const isOpen = over && sight.kind === 'no-proof';
  const context = { config: deps.config, atMs };
  const told = isOpen ? { notice: stillOpenNotice(row, sight.why, context) } : {};
  const dueAtMs = over ? null : atMs + LOOK_AGAIN_MS;
  await deps.orders.note(row, { why, atMs, dueAtMs, ...told });
}

/** Until when it is looked for: as long as any other, from the word on or from when it starts. */
export function lookedForUntil({ settled, attempt }: OrderRow): number {
  const { startAtMs = 0 } = attempt?.order ?? {};
  return Math.max(settled?.atMs ?? 0, startAtMs) + LOOK_AGAIN_UNTIL_MS;
}

/** It is there: from now on it is followed as any other, so that its book gets what it traded. */
async function takeUp(row: OrderRow, order: FoundOrder, deps: OrderDeps): Promise<void> {
  const { exchangeOrderId, status } = order;
  const why = `called absent by ${byOf(row)}, and found at Kraken as ${exchangeOrderId} (${status})`;
  await trip(row, 'entries', why, deps);
  const atMs = deps.clock.nowMs();
  const set = { exchangeOrderId, outcome: why };
  const notice = turnedUpNotice({ ...row, ...set }, why, { config: deps.config, atMs });
  await deps.orders.move(row, 'placed', { why, set, atMs, dueAtMs: atMs, notice });
  await rememberPlaced(row.account, exchangeOrderId, deps);
}

/** Something of its name is there and is not what was sent: only a person can tell again. */
async function callAgain(row: OrderRow, what: string, deps: OrderDeps): Promise<void> {
  const why = `called absent by ${byOf(row)}, and Kraken has an order of its name: ${what}`;
  await trip(row, 'entries', why, deps);
  const atMs = deps.clock.nowMs();
  const notice = turnedUpNotice(row, why, { config: deps.config, atMs });
  const change = { why, set: { outcome: why }, atMs, dueAtMs: atMs + LOOK_AGAIN_MS, notice };
  await deps.orders.move(row, 'needs-human', change);
}

function byOf({ settled }: OrderRow): string {
  return settled?.by ?? '';
}
