/**
 * Writes the daily summary into the outbox: once for each local day, at its time or as soon as
 * possible after it, also when nothing happened. Runs every minute beside reconcile-orders, which
 * has the keys that look at Kraken.
 */
import { checkOrders } from '../reconcile/check-orders.ts';
import type { DayBook, ReceivedOrder } from '../day-book.ts';
import type { OrderDeps } from '../execute/order-deps.ts';
import type { OrderRow } from '../order.ts';
import { blockedOrders } from '../notices/blocked-orders.ts';
import { summaryId, summaryNotice, type DayReport } from './daily-summary.ts';
import type { DeliveryLog } from './ports.ts';
import { latestSummary, type SummaryDay } from './summary-day.ts';

/** What writing the summary needs. */
export interface SummaryDeps extends OrderDeps {
  readonly dayBook: DayBook;
  readonly deliveries: Pick<DeliveryLog, 'recent'>;
}

/** Orders on record as placed are compared with Kraken for this long. */
const COMPARED_MS = 48 * 3_600_000;

/** Rows and notices that are read for a summary. */
const ROWS_MAX = 300;
const NOTICES_MAX = 400;
const READS_AT_ONCE = 50;

/** Writes the summary if one is due and not written. No account is checked after `untilMs`. */
export async function writeSummary(
  deps: SummaryDeps,
  untilMs: number,
): Promise<'off' | 'written-before' | 'written'> {
  const { config, clock, dayBook, outbox } = deps;
  const { summary, zone } = config;
  if (summary === undefined) return 'off';
  const atMs = clock.nowMs();
  const day = latestSummary(summary.atMinute, zone ?? 'UTC', atMs);
  if (await dayBook.isTold(summaryId(day.day))) return 'written-before';
  // A summary that is late is about a day that began more than two days ago.
  const fromMs = Math.min(day.fromMs, atMs - COMPARED_MS);
  const { orders: received, isWhole } = await dayBook.received({ fromMs, untilMs: atMs });
  const { rows, isWhole: hasAllRows } = await placedRows(received, deps);
  const check = await checkOrders({ received, placed: rows, untilMs }, deps);
  const inDay = ({ receivedAtMs }: { readonly receivedAtMs: number }) =>
    receivedAtMs >= day.fromMs && receivedAtMs < day.untilMs;
  const report: DayReport = {
    ...{ day, atMs, channels: summary.channels, check },
    ...(zone === undefined ? {} : { zone }),
    received: received.filter(inDay),
    placed: rows.filter(inDay),
    told: await toldOn(day, deps),
    blocked: await blockedNow(deps),
    isWhole: isWhole && hasAllRows,
  };
  await outbox.put(summaryNotice(report));
  deps.log.info('summary-written', {
    ...{ day: day.day, received: report.received.length, checked: check.checked },
    ...{ differences: check.differences.length, unchecked: check.unchecked.length },
  });
  return 'written';
}

/** Rows on record as placed, newest first: the index only says which to read. */
async function placedRows(
  received: readonly ReceivedOrder[],
  { orders }: OrderDeps,
): Promise<{ readonly rows: readonly OrderRow[]; readonly isWhole: boolean }> {
  const placed = received.filter(({ state }) => state === 'placed').reverse();
  const wanted = placed.slice(0, ROWS_MAX);
  const rows: OrderRow[] = [];
  for (let at = 0; at < wanted.length; at += READS_AT_ONCE) {
    const some = wanted.slice(at, at + READS_AT_ONCE).map((ref) => orders.read(ref));
    rows.push(...(await Promise.all(some)).flatMap((row) => row ?? []));
  }
  return { rows, isWhole: wanted.length === placed.length };
}

/** What people were told on that day, and what reached nobody on some channel. */
async function toldOn(
  { fromMs, untilMs }: SummaryDay,
  { deliveries }: SummaryDeps,
): Promise<DayReport['told']> {
  const entries = await deliveries.recent(NOTICES_MAX);
  const ofDay = entries.filter(({ notice: { atMs } }) => atMs >= fromMs && atMs < untilMs);
  const oldestMs = Math.min(...entries.map(({ notice }) => notice.atMs));
  return {
    // A rule that ended, or was tried, did not fire.
    alerts: ofDay.filter(({ notice }) => /^alert:.*(?<!:expired)$/.test(notice.id)).length,
    dead: ofDay.filter((entry) => entry.deliveries.some(({ state }) => state === 'dead')).length,
    isWhole: entries.length < NOTICES_MAX || oldestMs < fromMs,
  };
}

async function blockedNow({ config, switches }: OrderDeps): Promise<readonly string[]> {
  const names = Object.keys(config.accounts);
  const readings = await Promise.all(
    names.map(async (name) => ({ name, reading: await switches.read(name) })),
  );
  return readings.flatMap(({ name, reading }) => {
    if (reading.kind === 'on') return [];
    if (reading.kind === 'not-armed') return [`${name}: it is not armed`];
    return [`${name}: ${blockedOrders(reading.blocks)} (${reading.why})`];
  });
}
