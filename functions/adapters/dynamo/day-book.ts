/**
 * A day read back from the due index: settled rows stand there by the day on which they came, with
 * their state in the sort key, so that counting them reads no row.
 */
import { GetCommand } from '@aws-sdk/lib-dynamodb';
import type { DayBook, ReceivedOrder, TimeSpan } from '../../core/day-book.ts';
import type { Table } from './client.ts';
import { dueItems, entriesBetween } from './due-items.ts';
import { DUE, dueSort, FOLLOWED, noticeKey, orderRef, settledDay, settledEntry } from './keys.ts';
import { orderRow } from './order-item.ts';

/** Settled rows of a day, and rows that are still due, that are looked at. */
const SETTLED_MAX = 20_000;
const DUE_MAX = 1_000;

const DAY_MS = 86_400_000;

/** The day book over a table. */
export function dynamoDayBook(table: Table): DayBook {
  return {
    async isTold(noticeId) {
      const { Item } = await table.client.send(
        new GetCommand({
          TableName: table.name,
          Key: noticeKey(noticeId),
          ConsistentRead: true,
          ProjectionExpression: 'pk',
        }),
      );
      return Item !== undefined;
    },
    async received(span) {
      // What is due first: a row that is settled meanwhile is then in the second answer.
      const due = await unsettled(table, span);
      const days = await Promise.all(daysOf(span).map((day) => settled(table, day, span)));
      const done = days.flat();
      // The index may have a row in both places while it moves.
      const orders = [
        ...new Map([...due.orders, ...done].map((one) => [one.orderKey, one])).values(),
      ];
      const isWhole = due.isWhole && days.every((day) => day.length < SETTLED_MAX);
      return { orders: orders.sort((a, b) => a.receivedAtMs - b.receivedAtMs), isWhole };
    },
  };
}

async function unsettled(table: Table, span: TimeSpan) {
  const items = await dueItems(table, { partition: DUE, limit: DUE_MAX });
  const orders = items
    .map(orderRow)
    .filter(({ receivedAtMs }) => receivedAtMs >= span.fromMs && receivedAtMs < span.untilMs)
    .map(({ account, orderKey, state, receivedAtMs }) => {
      return { account, orderKey, state, receivedAtMs };
    });
  // What is followed stands there as a settled row does.
  const followed = await settled(table, FOLLOWED, span);
  const isWhole = items.length < DUE_MAX && followed.length < SETTLED_MAX;
  return { orders: [...orders, ...followed], isWhole };
}

/** Partitions of the UTC days that the span touches. */
function daysOf({ fromMs, untilMs }: TimeSpan): readonly string[] {
  const days: string[] = [];
  const first = Math.floor(fromMs / DAY_MS) * DAY_MS;
  for (let atMs = first; atMs < untilMs; atMs += DAY_MS) days.push(settledDay(atMs));
  return days;
}

async function settled(
  table: Table,
  partition: string,
  { fromMs, untilMs }: TimeSpan,
): Promise<ReceivedOrder[]> {
  // A sort key is longer than its time, so it lies behind a bound of the same time.
  const between = { from: dueSort(fromMs), until: dueSort(untilMs) };
  const entries = await entriesBetween(table, { partition, ...between, limit: SETTLED_MAX });
  return entries.flatMap(({ key, sort }) => {
    const ref = orderRef(key.pk);
    const entry = settledEntry(sort);
    return ref === undefined || entry === undefined ? [] : [{ ...ref, ...entry }];
  });
}
