/**
 * Cancels what a source that fell silent has resting at Kraken and what would open risk; what only
 * leaves a position stays, for it protects. It looks with the query key and asks the worker for a
 * recall of each such order, as the source itself could have done.
 */
import type { DayBook } from '../day-book.ts';
import type { OrderDeps } from '../execute/order-deps.ts';
import { openQueryExchange } from '../execute/query-exchange.ts';
import { queueRecall, type Recalls } from '../execute/recalls.ts';
import { releaseLane } from '../execute/take-lane.ts';
import { nameShown, possibleNames } from '../identity.ts';
import { isFinal } from '../order-state.ts';
import type { OrderRow } from '../order.ts';
import type { FoundOrder } from '../ports.ts';
import { isReducing } from '../signal.ts';

/** What cancelling needs. */
export interface CancelEntriesDeps extends OrderDeps {
  readonly recalls: Pick<Recalls, 'ask'>;
  readonly dayBook: Pick<DayBook, 'received'>;
}

const DAY_MS = 24 * 3_600_000;

/** An order of a signal that came longer ago than this is not known as the source's any more. */
const LOOK_BACK_MS = 30 * DAY_MS;

/**
 * Whether the order of the row may open or add to a position. What was decided counts more than what
 * the sender said, which of a target says neither side nor size. On spot a sale without leverage sells
 * what is held, whatever its sender said of it: it may be somebody's stop.
 */
export function opensRisk({
  signal,
  attempt,
  decision,
}: Pick<OrderRow, 'signal' | 'attempt' | 'decision'>): boolean {
  if (decision?.reducing ?? isReducing(signal)) return false;
  if (signal.type === 'settle-position') return false;
  // Until the order of a target is decided it may be a buy.
  const action = signal.target === undefined ? signal.action : 'buy';
  const { side, leverage } = attempt?.order ?? { side: action, leverage: signal.leverage };
  return side === 'buy' || leverage !== undefined;
}

/**
 * Asks for the recall of each entry of the source on the account that rests, waits, or of which it
 * is not known whether Kraken has it. Throws when Kraken or the store could not be asked; doing it
 * again is harmless. Says how many were asked for.
 */
export async function cancelEntries(
  { source, account }: { readonly source: string; readonly account: string },
  deps: CancelEntriesDeps,
): Promise<number> {
  const { clock, log, orders, recalls, switches } = deps;
  // A person who halted the account since decides about its orders.
  if ((await switches.read(account)).kind !== 'on') return 0;
  let asked = 0;
  for (const ref of await mayBeOpen(account, deps)) {
    const row = await orders.read(ref);
    if (row?.signal.source !== source || !opensRisk(row)) continue;
    if (isFinal(row.state) && row.state !== 'placed') continue;
    const askedAtMs = clock.nowMs();
    const { orderKey, signal } = row;
    const because = 'silence';
    const recall = { account, orderKey, source, signalId: signal.id, askedAtMs, because } as const;
    await recalls.ask(recall);
    await queueRecall(recall, askedAtMs, deps);
    asked += 1;
  }
  log.info('entries-cancelled', { source, account, asked });
  return asked;
}

/**
 * Rows of the account, of any source, whose order is open at Kraken or may come to be. The index of
 * what was received holds no more than names; an open order is found among them by what
 * Kraken calls it, which follows from the name, so rows that are long filled are not read.
 */
async function mayBeOpen(account: string, deps: CancelEntriesDeps) {
  const { clock, dayBook, log } = deps;
  // The stop that a filled entry opened has its entry's userref, and is no entry.
  const open = (await openOrders(account, deps)).filter(({ refid }) => refid === undefined);
  const names = new Set(open.map(nameShown));
  const nowMs = clock.nowMs();
  const oldestMs = Math.min(nowMs, ...open.map(({ openedAtMs }) => openedAtMs));
  // An order opens after its signal came: a day before the oldest is enough, and for what waits.
  const fromMs = Math.max(nowMs - LOOK_BACK_MS, oldestMs - DAY_MS);
  const { orders, isWhole } = await dayBook.received({ fromMs, untilMs: nowMs + 1 });
  if (!isWhole) log.warn('entries-not-all-seen', { account });
  return orders.filter((one) => {
    if (one.account !== account) return false;
    return !isFinal(one.state) || possibleNames(one.orderKey).some((name) => names.has(name));
  });
}

/** One call with the query key, whose lane is given back at once. */
async function openOrders(
  account: string,
  deps: CancelEntriesDeps,
): Promise<readonly FoundOrder[]> {
  const { exchange, lease } = await openQueryExchange(account, deps);
  try {
    return await exchange.openOrders();
  } finally {
    await releaseLane(lease, deps);
  }
}
