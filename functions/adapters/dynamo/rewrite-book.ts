/** A book's entries, every book of a strategy, and a book that was made again, for who repairs one. */
import { QueryCommand, TransactWriteCommand } from '@aws-sdk/lib-dynamodb';
import type { BookEntry, BookRef, BookView } from '../../core/book.ts';
import type { BookMove } from '../../core/follow/correct-book.ts';
import type { TransactAction } from './audit-item.ts';
import { bookView, entryAction, isVersion, PLACE, placeOf, withoutClaim } from './books.ts';
import { cancellationReasons, type Table } from './client.ts';
import type { OrderRef, OrderRow } from '../../core/order.ts';
import { bookEntryKey, bookKey, orderKey, type Key } from './keys.ts';

/** Entries and orders in flight of one transaction, which takes 100 items. Source: TransactWriteItems. */
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
 * one that has landed meanwhile would never land again. `lost`: something moved before anything was
 * written; `in part`: after some was, which stands by itself and is gone on from by making it again.
 */
export async function rewriteBook(
  table: Table,
  { book }: BookView,
  { moves, hold }: { readonly moves: readonly BookMove[]; readonly hold: readonly HeldOrder[] },
): Promise<'written' | 'lost' | 'in part'> {
  let from = book.version;
  const parts = Math.max(Math.ceil(moves.length / MOVES_MAX), Math.ceil(hold.length / HOLD_MAX));
  for (let at = 0; at < parts; at += 1) {
    const part = moves.slice(at * MOVES_MAX, (at + 1) * MOVES_MAX);
    const held = hold.slice(at * HOLD_MAX, (at + 1) * HOLD_MAX);
    const to = part.at(-1)?.to;
    const actions = [
      rewriteAction(table, book, { from, to, hold: held }),
      ...held.map((row) => isAsRead(table, row)),
      ...part.map(({ entry }) => entryAction(table, book, entry)),
    ];
    try {
      await table.client.send(new TransactWriteCommand({ TransactItems: actions }));
    } catch (error) {
      const reasons = cancellationReasons(error) ?? [];
      if (!reasons.some(({ code }) => code === 'ConditionalCheckFailed')) throw error;
      return at === 0 ? 'lost' : 'in part';
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
