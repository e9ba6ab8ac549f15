/** What the daily summary relies on of the store: the one of its tests, and DynamoDB embedded. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { dynamoDayBook } from '../../../functions/adapters/dynamo/day-book.ts';
import { dynamoOrderLog } from '../../../functions/adapters/dynamo/order-log.ts';
import { dynamoOutbox } from '../../../functions/adapters/dynamo/outbox.ts';
import { settledDay, settledEntry, settledSort } from '../../../functions/adapters/dynamo/keys.ts';
import type { DayBook } from '../../../functions/core/day-book.ts';
import type { Notice } from '../../../functions/core/notices/notice.ts';
import { ORDER_STATES } from '../../../functions/core/order-state.ts';
import type { OrderLog, Outbox } from '../../../functions/core/ports.ts';
import { orderRow, TEST_CONFIG } from '../../core/order-fixture.ts';
import { fakeClock } from '../../fakes/clock.ts';
import { dayBookOf } from '../../fakes/day-book.ts';
import { fakeStore } from '../../fakes/store.ts';
import { startDynamo } from '../../../infra/local/cloud/dynamo.ts';
import { tablesAt } from './delivery-table.ts';

interface BookUnderTest {
  readonly book: DayBook;
  readonly orders: OrderLog;
  readonly outbox: Outbox;
}

const MIDNIGHT_MS = Date.UTC(2026, 10, 23);
const stops: (() => Promise<void>)[] = [];
afterAll(async () => {
  for (const stop of stops) await stop();
});

async function inMemory(): Promise<BookUnderTest> {
  const store = fakeStore(fakeClock());
  return { book: dayBookOf(store), orders: store.orders, outbox: store.outbox };
}

async function overDynamo(): Promise<BookUnderTest> {
  const dynamo = await startDynamo();
  const tables = tablesAt(dynamo.url);
  stops.push(
    async () => tables.close(),
    () => dynamo.close(),
  );
  const table = await tables.fresh();
  const stores = { orders: dynamoOrderLog(table), outbox: dynamoOutbox(table) };
  return { book: dynamoDayBook(table), ...stores };
}

describe.each([
  ['in memory', inMemory],
  ['over DynamoDB', overDynamo],
])('the day book %s', (_name, make) => {
  let all: BookUnderTest;
  beforeAll(async () => {
    all = await make();
  });

  const receive = async (id: string, atMs: number, end?: 'expired' | 'rejected') => {
    const row = orderRow({ id, sentAtMs: atMs }, TEST_CONFIG);
    const { dueAtMs: _due, ...settled } = row;
    await all.orders.receive(end === undefined ? row : { ...settled, state: end }, 'received');
    return row;
  };
  const states = async (fromMs: number, untilMs: number) => {
    const { orders, isWhole } = await all.book.received({ fromMs, untilMs });
    expect(isWhole).toBe(true);
    return orders.map(({ state, receivedAtMs }) => [state, receivedAtMs - MIDNIGHT_MS]);
  };

  it('has every signal of a span once, by the time it came, settled or not', async () => {
    await receive('before', MIDNIGHT_MS - 1, 'expired');
    await receive('first', MIDNIGHT_MS, 'rejected');
    await receive('waits', MIDNIGHT_MS + 5);
    await receive('last', MIDNIGHT_MS + 9, 'expired');
    await receive('after', MIDNIGHT_MS + 10, 'expired');
    expect(await states(MIDNIGHT_MS, MIDNIGHT_MS + 10)).toEqual([
      ['rejected', 0],
      ['received', 5],
      ['expired', 9],
    ]);
    expect(await states(MIDNIGHT_MS - 86_400_000, MIDNIGHT_MS + 1)).toEqual([
      ['expired', -1],
      ['rejected', 0],
    ]);
    expect(await states(MIDNIGHT_MS + 11, MIDNIGHT_MS + 11)).toEqual([]);
  });

  it('follows a row to its end, which is still of the day on which it came', async () => {
    const atMs = MIDNIGHT_MS + 7 * 86_400_000;
    const ref = await receive('moves', atMs);
    const row = await all.orders.read(ref);
    if (row === undefined) throw new Error('the row is there');
    const change = { why: 'too late', atMs: atMs + 86_400_000, dueAtMs: null };
    await all.orders.move(row, 'expired', change);
    expect(await all.book.received({ fromMs: atMs, untilMs: atMs + 1 })).toEqual({
      orders: [
        { account: row.account, orderKey: row.orderKey, state: 'expired', receivedAtMs: atMs },
      ],
      isWhole: true,
    });
  });

  it('knows what was told', async () => {
    const notice: Notice = {
      ...{ id: 'summary:2026-11-23', atMs: 1, urgency: 'info', channels: [] },
      ...{ title: 'T', text: 't' },
    };
    expect(await all.book.isTold(notice.id)).toBe(false);
    await all.outbox.put(notice);
    expect(await all.book.isTold(notice.id)).toBe(true);
    expect(await all.book.isTold('summary:2026-11-24')).toBe(false);
  });
});

describe('the place of a settled row in the index', () => {
  it('tells its day, its time and its state', () => {
    for (const state of ORDER_STATES) {
      const sort = settledSort(MIDNIGHT_MS, state);
      expect(settledEntry(sort)).toEqual({ receivedAtMs: MIDNIGHT_MS, state });
    }
    expect(settledDay(MIDNIGHT_MS - 1)).toBe('DONE#2026-11-22');
    expect(settledDay(MIDNIGHT_MS)).toBe('DONE#2026-11-23');
  });

  it.each(['', '1795392000000', 'x#placed', '1795392000000#lost', '1795392000000#placed#x'])(
    'is not read from %s',
    (sort) => {
      expect(settledEntry(sort)).toBeUndefined();
    },
  );
});
