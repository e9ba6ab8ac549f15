/** A book's entries, every book of a strategy, and a book that was made again, for who repairs one. */
import { QueryCommand, TransactWriteCommand } from '@aws-sdk/lib-dynamodb';
import type { BookEntry, BookRef, BookView } from '../../core/book.ts';
import type { BookMove } from '../../core/follow/correct-book.ts';
import type { TransactAction } from './audit-item.ts';
import { bookView, entryAction, isVersion, PLACE, placeOf, withoutClaim } from './books.ts';
import { cancellationReasons, type Table } from './client.ts';
import type { OrderRef, OrderRow } from '../../core/order.ts';
import { assert } from '../../core/result.ts';
import { bookEntryKey, bookKey, orderKey, type Key } from './keys.ts';

/** Entries and orders of one transaction, which takes 100 items. Source: TransactWriteItems. */
const MOVES_MAX = 70;
const HOLD_MAX = 20;

/** Every book of a strategy on an account, by pair, strongly consistent. */
export async function booksOf(
  table: Table,
  owner: Omit<BookRef, 'pair'>,
): Promise<readonly BookView[]> {
  const { pk, sk } = bookKey({ ...owner, pair: '' });
  const items = await query(table, { pk, sk });
  return items.map((item) => {
    return bookView({ ...owner, pair: String(item['sk']).slice(sk.length) }, item);
  });
}

/** The entries of a book by version, strongly consistent. */
export async function bookEntries(table: Table, ref: BookRef): Promise<readonly BookEntry[]> {
  const { pk, sk } = bookEntryKey(ref, 0);
  const items = await query(table, { pk, sk: sk.slice(0, sk.lastIndexOf('#') + 1) });
  return items.map(({ pk: _pk, sk: _sk, ...entry }) => entry as unknown as BookEntry);
}

/**
 * Writes the moves of a book that was made again, and orders that may still move it. Each transaction
 * is conditional on the version before it, and an order is in flight only if its row is as it was read:
 * one that has landed meanwhile would never land again. `lost`: something moved, and nothing more was
 * written.
 */
export async function rewriteBook(
  table: Table,
  { book }: BookView,
  { moves, hold }: { readonly moves: readonly BookMove[]; readonly hold: readonly HeldOrder[] },
): Promise<'written' | 'lost'> {
  assert(hold.length <= HOLD_MAX, `a book has at most ${HOLD_MAX} orders that it does not know of`);
  let from = book.version;
  for (let at = 0; at === 0 || at < moves.length; at += MOVES_MAX) {
    const part = moves.slice(at, at + MOVES_MAX);
    const to = part.at(-1)?.to;
    if (to === undefined && hold.length === 0) return 'written';
    const actions = [
      rewriteAction(table, book, { from, to, hold: at === 0 ? hold : [] }),
      ...(at === 0 ? hold : []).map((row) => isAsRead(table, row)),
      ...part.map(({ entry }) => entryAction(table, book, entry)),
    ];
    try {
      await table.client.send(new TransactWriteCommand({ TransactItems: actions }));
    } catch (error) {
      const reasons = cancellationReasons(error) ?? [];
      if (reasons.some(({ code }) => code === 'ConditionalCheckFailed')) return 'lost';
      throw error;
    }
    from = to?.version ?? from;
  }
  return 'written';
}

/** An order that may move the book, as its row was read. */
type HeldOrder = OrderRef & Pick<OrderRow, 'version'>;

function isAsRead(table: Table, row: HeldOrder): TransactAction {
  return {
    ConditionCheck: {
      TableName: table.name,
      Key: orderKey(row),
      ConditionExpression: 'version = :version',
      ExpressionAttributeValues: { ':version': row.version },
    },
  };
}

function rewriteAction(
  table: Table,
  ref: BookRef,
  {
    from,
    to,
    hold,
  }: {
    readonly from: number;
    readonly to: BookMove['to'] | undefined;
    readonly hold: readonly HeldOrder[];
  },
): TransactAction {
  const parts = [
    `SET ${[PLACE, ...(to === undefined ? [] : ['book = :book', 'version = :to'])].join(', ')}`,
    ...(hold.length === 0 ? [] : ['ADD inFlight :orders']),
  ];
  return {
    Update: {
      TableName: table.name,
      Key: bookKey(ref),
      UpdateExpression: parts.join(' '),
      ExpressionAttributeValues: {
        ...placeOf(ref),
        ...(to === undefined ? {} : { ':book': withoutClaim(to), ':to': to.version }),
        ...(hold.length === 0 ? {} : { ':orders': new Set(hold.map((row) => row.orderKey)) }),
        ...(from === 0 ? {} : { ':version': from }),
      },
      ConditionExpression: isVersion(from),
    },
  };
}

async function query(table: Table, { pk, sk }: Key): Promise<Record<string, unknown>[]> {
  const items: Record<string, unknown>[] = [];
  let start: Record<string, unknown> | undefined;
  do {
    const { Items, LastEvaluatedKey } = await table.client.send(
      new QueryCommand({
        TableName: table.name,
        KeyConditionExpression: 'pk = :pk AND begins_with(sk, :sk)',
        ExpressionAttributeValues: { ':pk': pk, ':sk': sk },
        ConsistentRead: true,
        ...(start === undefined ? {} : { ExclusiveStartKey: start }),
      }),
    );
    items.push(...(Items ?? []));
    start = LastEvaluatedKey;
  } while (start !== undefined);
  return items;
}
