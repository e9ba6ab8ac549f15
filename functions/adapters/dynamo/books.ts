/**
 * Strategies' books in DynamoDB: one item a book with the orders in flight beside it, and an entry for
 * each fill. A book changes only within the transactions that license, move and note order rows, so
 * none of them can be forgotten or done twice.
 */
import { GetCommand } from '@aws-sdk/lib-dynamodb';
import {
  emptyBook,
  type Book,
  type BookChange,
  type BookRef,
  type BookView,
  type Claim,
} from '../../core/book.ts';
import type { Books } from '../../core/ports.ts';
import type { BookHold } from '../../core/book.ts';
import { assert } from '../../core/result.ts';
import type { TransactAction } from './audit-item.ts';
import type { Table } from './client.ts';
import { entriesBetween } from './due-items.ts';
import { bookEntryKey, bookKey, bookOfSort, BOOKS, bookSort } from './keys.ts';

/** The books of a table. */
export function dynamoBooks(table: Table): Books {
  return {
    async read(ref) {
      const { Item } = await table.client.send(
        new GetCommand({ TableName: table.name, Key: bookKey(ref), ConsistentRead: true }),
      );
      return bookView(ref, Item);
    },
    async all(limit) {
      const between = { from: ' ', until: '~' };
      const entries = await entriesBetween(table, { partition: BOOKS, ...between, limit });
      return entries.flatMap(({ sort }) => bookOfSort(sort) ?? []);
    },
  };
}

/** A book as its item holds it. */
export function bookView(ref: BookRef, item: Record<string, unknown> | undefined): BookView {
  const { book, claim, inFlight } = (item ?? {}) as {
    readonly book?: Book;
    readonly claim?: Claim;
    readonly inFlight?: ReadonlySet<string>;
  };
  assert(book === undefined || book.schema === 1, 'the book has schema 1');
  const kept = book ?? emptyBook(ref);
  return {
    book: claim === undefined ? kept : { ...kept, claim },
    inFlight: [...(inFlight ?? [])].sort(),
  };
}

/** PREPARE's part: the order is in flight from now on, decided from this very book where it says so. */
export function holdAction(
  table: Table,
  orderKey: string,
  { ref, version, claim }: BookHold,
): TransactAction {
  return {
    Update: {
      TableName: table.name,
      Key: bookKey(ref),
      UpdateExpression: `ADD inFlight :order SET ${PLACE}${claim === undefined ? '' : ', claim = :claim'}`,
      ExpressionAttributeValues: {
        ...placeOf(ref),
        ':order': new Set([orderKey]),
        ...(claim === undefined ? {} : { ':claim': claim }),
        ...(version === undefined || version === 0 ? {} : { ':version': version }),
      },
      ...(version === undefined ? {} : { ConditionExpression: isVersion(version) }),
    },
  };
}

/** What a step of a row does to its book. */
export function bookActions(table: Table, change: BookChange | undefined): TransactAction[] {
  if (change === undefined) return [];
  const { ref, claim, moved, landed, held } = change;
  const sets = [
    ...([moved, claim, held].every((one) => one === undefined) ? [] : [PLACE]),
    ...(moved === undefined ? [] : ['book = :book', 'version = :to']),
    ...(claim === undefined ? [] : ['claim = :claim']),
  ];
  const parts = [
    ...(sets.length === 0 ? [] : [`SET ${sets.join(', ')}`]),
    ...(landed === undefined ? [] : ['DELETE inFlight :order']),
    ...(held === undefined ? [] : ['ADD inFlight :held']),
  ];
  if (parts.length === 0) return [];
  const from = moved?.from ?? 0;
  const values = {
    ...(sets.length === 0 ? {} : placeOf(ref)),
    ...(moved === undefined ? {} : { ':book': withoutClaim(moved.to), ':to': moved.to.version }),
    ...(from === 0 ? {} : { ':version': from }),
    ...(claim === undefined ? {} : { ':claim': claim }),
    ...(landed === undefined ? {} : { ':order': new Set([landed]) }),
    ...(held === undefined ? {} : { ':held': new Set([held]) }),
  };
  const update: TransactAction = {
    Update: {
      TableName: table.name,
      Key: bookKey(ref),
      UpdateExpression: parts.join(' '),
      ExpressionAttributeValues: values,
      ...(moved === undefined ? {} : { ConditionExpression: isVersion(from) }),
    },
  };
  return moved === undefined ? [update] : [update, entryAction(table, ref, moved.entry)];
}

/** Writes an entry; one that is there is never overwritten. */
export function entryAction(
  table: Table,
  ref: BookRef,
  entry: NonNullable<BookChange['moved']>['entry'],
): TransactAction {
  return {
    Put: {
      TableName: table.name,
      Item: { ...bookEntryKey(ref, entry.version), ...entry },
      ConditionExpression: 'attribute_not_exists(pk)',
    },
  };
}

/** Every book stands in the index, so that all of them are found without a scan. */
export const PLACE = 'gsi1pk = :books, gsi1sk = :name';

/** The values of PLACE. */
export function placeOf(ref: BookRef): Record<string, string> {
  return { ':books': BOOKS, ':name': bookSort(ref) };
}

/** Holds while the book has this version; 0: nothing moved it yet. */
export function isVersion(version: number): string {
  return version === 0 ? 'attribute_not_exists(version)' : 'version = :version';
}

/** The claim is an attribute of its own: it changes without the book being read. */
export function withoutClaim({ claim: _claim, ...book }: Book): Omit<Book, 'claim'> {
  return book;
}
