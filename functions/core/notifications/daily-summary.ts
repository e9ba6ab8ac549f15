/**
 * The daily summary as a notice: what came, what became of it, what was bought and sold as far as
 * Kraken tells, what is blocked, and whether the record agrees with Kraken. Pure: whoever writes it
 * has gathered everything. It counts orders; what a strategy made of them stands in its book.
 */
import type { OrderCheck } from '../reconcile/check-orders.ts';
import type { ReceivedOrder } from '../day-book.ts';
import { decimal, plain, ZERO, type Decimal } from '../decimal.ts';
import { commandFor } from '../notices/notice-command.ts';
import { withinLimits } from '../notices/notice-limits.ts';
import type { Notice } from '../notices/notice.ts';
import type { OrderState } from '../order-state.ts';
import { orderNow } from '../order-now.ts';
import { sideOf } from '../order-words.ts';
import type { OrderRow } from '../order.ts';
import type { FoundOrder } from '../ports.ts';
import { cut } from './clean-text.ts';
import type { SummaryDay } from './summary-day.ts';
import { readableTime } from './times.ts';

/** Everything that a summary says. */
export interface DayReport {
  readonly day: SummaryDay;
  readonly atMs: number;
  readonly channels: readonly string[];
  /** Absent: UTC. */
  readonly zone?: string;
  /** Signals of the day; one signal counts once for each of its accounts. */
  readonly received: readonly ReceivedOrder[];
  /** Rows of the day that are on record as placed, newest first. */
  readonly placed: readonly OrderRow[];
  readonly check: OrderCheck;
  readonly told: {
    readonly alerts: number;
    readonly dead: number;
    /** False where there were more notices than were read: the numbers are then the least. */
    readonly isWhole: boolean;
  };
  /** Switches that block something now; sentences. */
  readonly blocked: readonly string[];
  /** Whether everything of the day was read. */
  readonly isWhole: boolean;
}

/** Sentences of one kind, and orders, that a summary names; the rest is counted. */
const NAMED_MAX = 5;
const NAMED_LENGTH = 220;

const STATES: Readonly<Record<OrderState, string>> = {
  placed: 'placed',
  validated: 'checked by Kraken only',
  rejected: 'refused',
  expired: 'too late',
  suppressed: 'stopped by a kill switch',
  withdrawn: 'taken back before they went out',
  unneeded: 'nothing to trade',
  unplaced: 'not at Kraken',
  'needs-human': 'NEED YOU',
  unknown: 'not known yet',
  received: 'waiting',
  queued: 'waiting again',
  prepared: 'being sent',
};

/** The id of the one summary of a local day. */
export function summaryId(day: string): string {
  return `summary:${day}`;
}

/** The summary of a day. */
export function summaryNotice(report: DayReport): Notice {
  const { day, atMs, channels, zone, received, check, told, blocked } = report;
  const { differences, external, unchecked } = check;
  const troubles = [differences, external, unchecked, blocked].some((some) => some.length > 0);
  const least = (count: number) => `${told.isWhole ? '' : 'at least '}${count}`;
  const needYou = received.filter(({ state }) => state === 'needs-human').length;
  return withinLimits({
    id: summaryId(day.day),
    atMs,
    urgency: troubles || told.dead > 0 || needYou > 0 ? 'warning' : 'info',
    channels,
    title: titleOf(report),
    text: sentencesOf(report).join('\n'),
    facts: [
      { label: 'From', value: readableTime(day.fromMs, zone) },
      { label: 'To', value: readableTime(day.untilMs, zone) },
      { label: 'Signals', value: countsOf(received) },
      ...moneyFacts(report),
      { label: 'Alerts fired', value: least(told.alerts) },
      { label: 'Not delivered', value: least(told.dead) },
      { label: 'Blocked now', value: blocked.length === 0 ? 'nothing' : blocked.join('; ') },
      { label: 'Record', value: recordOf(check) },
    ],
    command: commandFor({ kind: 'summary' }),
    subject: 'summary',
    ...(zone === undefined ? {} : { zone }),
  });
}

function titleOf({ day, received, check }: DayReport): string {
  const placed = received.filter(({ state }) => state === 'placed').length;
  const parts = [`${counted(received.length, 'signal')}, ${placed} placed`];
  if (check.differences.length > 0) parts.push(counted(check.differences.length, 'difference'));
  if (check.unchecked.length > 0) parts.push('not all could be checked');
  return `Daily summary ${day.day}: ${parts.join(', ')}`;
}

/** `3: 2 placed, 1 refused` */
function countsOf(received: readonly ReceivedOrder[]): string {
  if (received.length === 0) return 'none';
  const shown = (Object.keys(STATES) as OrderState[]).flatMap((state) => {
    const count = received.filter((one) => one.state === state).length;
    return count === 0 ? [] : [`${count} ${STATES[state]}`];
  });
  return `${received.length}: ${shown.join(', ')}`;
}

/** `checked 12 orders against Kraken, no differences` */
function recordOf({ checked, differences, unchecked, external }: OrderCheck): string {
  const parts = [
    `checked ${counted(checked, 'order')} against Kraken, ${counted(differences.length, 'difference')}`,
  ];
  if (external.length > 0) parts.push(`${counted(external.length, 'order')} not Harpoon’s`);
  if (unchecked.length > 0)
    parts.push(`could not be checked: ${counted(unchecked.length, 'part')}`);
  return parts.join('; ');
}

/** What was bought and sold, by currency, and the fees; of the rest what it was to be worth. */
function moneyFacts({ placed, check }: DayReport) {
  const sums = { Bought: new Sums(), Sold: new Sums(), Fees: new Sums(), rest: new Sums() };
  let rest = 0;
  for (const row of placed) {
    const found = check.found.get(row.clientOrderId);
    const cost = found && costOf(found);
    const currency = quoteOf(row);
    if (cost === undefined) {
      rest += 1;
      sums.rest.add(currency, decimal(row.decision?.notional ?? '0'));
      continue;
    }
    sums[sideOf(row) === 'buy' ? 'Bought' : 'Sold'].add(currency, cost);
    sums.Fees.add(currency, found?.fee ?? ZERO);
  }
  const facts = (['Bought', 'Sold', 'Fees'] as const).map((label) => {
    return { label, value: sums[label].text() };
  });
  if (rest === 0) return facts;
  const value = `${counted(rest, 'order')}, ordered for about ${sums.rest.text()}`;
  return [...facts, { label: 'Fills not known', value }];
}

/** Of an order with nothing filled Kraken names no figures. */
function costOf({ cost, filled }: FoundOrder): Decimal | undefined {
  return cost ?? (filled.eq('0') ? ZERO : undefined);
}

/** Amounts by currency. */
class Sums {
  readonly #amounts = new Map<string, Decimal>();

  add(currency: string, amount: Decimal): void {
    this.#amounts.set(currency, (this.#amounts.get(currency) ?? ZERO).plus(amount));
  }

  text(): string {
    const known = [...this.#amounts].filter(([, amount]) => !amount.eq('0'));
    return (
      known.map(([currency, amount]) => `${plain(amount)} ${currency}`).join(', ') || 'nothing'
    );
  }
}

function quoteOf({ decision }: OrderRow): string {
  return decision?.pair.split('/')[1] ?? '';
}

function sentencesOf(report: DayReport): readonly string[] {
  const { received, placed, check, blocked, isWhole } = report;
  const lines = received.length === 0 ? ['No signal came.'] : [];
  lines.push(
    ...listed(
      'Placed:',
      placed.map((row) => orderLine(row, check)),
    ),
  );
  const trouble = [
    ...listed(
      'Kraken and Harpoon’s record differ. Look at Kraken and mend it by hand:',
      check.differences,
    ),
    ...listed(
      'These traded and are not Harpoon’s. If nobody placed them by hand, somebody else uses the account:',
      check.external,
    ),
    ...listed('Could not be checked:', check.unchecked),
    ...listed('Blocked now, until you lift it (docs/runbook.md):', blocked),
  ];
  // What is wrong comes first: a text may be cut at its end.
  lines.unshift(...trouble);
  if (received.some(({ state }) => state === 'needs-human')) {
    lines.unshift(
      'An order needs you: Harpoon cannot tell whether Kraken has it. You were told when it happened.',
    );
  }
  if (!isWhole)
    lines.push('There was more on this day than a summary reads; the numbers are the least.');
  if (placed.length > 0) {
    lines.push(
      'Bought, sold and fees are what Kraken executed of these orders so far. What each strategy made is in its book: npx harpoon books.',
    );
  }
  return lines;
}

/** `buy 0.01 BTC/USD on main: filled 0.01 at 50004.1, worth 500.041 USD, fee 1.3 USD` */
function orderLine(row: OrderRow, check: OrderCheck): string {
  const { signal, decision, account, clientOrderId } = row;
  const what = `${sideOf(row)} ${orderNow(row)?.volume ?? ''} ${decision?.pair ?? signal.symbol} on ${account}`;
  const found = check.found.get(clientOrderId);
  const currency = quoteOf(row);
  if (found === undefined)
    return `${what}: about ${decision?.notional ?? '0'} ${currency}, fill not known`;
  const { filled, averagePrice, cost, fee, status } = found;
  if (filled.eq('0')) return `${what}: ${status}, nothing filled`;
  const at = averagePrice === undefined ? '' : ` at ${plain(averagePrice)}`;
  const costs = cost === undefined ? '' : `, worth ${plain(cost)} ${currency}`;
  const fees = fee === undefined ? '' : `, fee ${plain(fee)} ${currency}`;
  return `${what}: filled ${plain(filled)}${at}${costs}${fees}`;
}

/** A heading and a few lines; nothing when there are none. */
function listed(heading: string, lines: readonly string[]): readonly string[] {
  if (lines.length === 0) return [];
  const few = lines.slice(0, NAMED_MAX).map((line) => `- ${cut(line, NAMED_LENGTH)}`);
  const more = lines.length - few.length;
  return [heading, ...few, ...(more > 0 ? [`- and ${more} more`] : [])];
}

/** `1 order`, `2 orders`, `no orders` */
function counted(count: number, noun: string): string {
  return `${count === 0 ? 'no' : count} ${noun}${count === 1 ? '' : 's'}`;
}
