/**
 * Keeps a paper account in the table: its book is one item, each order one of its own. What counts
 * is the transaction that changes the book: on condition that nobody changed it meanwhile, and that
 * a new order is new.
 */
import { GetCommand, TransactWriteCommand } from '@aws-sdk/lib-dynamodb';
import type { PaperBook, PaperOrder } from '../../core/paper/paper-book.ts';
import { cancellationReasons, type Table } from '../dynamo/client.ts';
import { latestEntries } from '../dynamo/due-items.ts';
import { PAPER_RESTS, paperBookKey, paperOrderKey, type Key } from '../dynamo/keys.ts';

/** A book and the version that it was read at; 0: it was never written. */
export interface KeptBook {
  readonly book: PaperBook;
  readonly version: number;
}

/** What is written together. */
export interface PaperChange {
  readonly book: PaperBook;
  /** An order that must not be there yet. */
  readonly opened?: PaperOrder;
  /** Orders that ended. */
  readonly ended?: readonly PaperOrder[];
}

/** Where a paper account is kept. */
export interface PaperStore {
  read(): Promise<KeptBook>;
  order(id: string): Promise<PaperOrder | undefined>;
  /** `lost`: the book was changed meanwhile; `taken`: an order of that id was there before. */
  write(was: KeptBook, change: PaperChange): Promise<'written' | 'lost' | 'taken'>;
}

/** Orders that one transaction carries beside the book; DynamoDB allows 100 actions. */
const ORDERS_MAX = 90;

/** The store of one account; `opening`: its book until the first one is written. */
export function dynamoPaperStore(table: Table, account: string, opening: PaperBook): PaperStore {
  const get = async (Key: Key): Promise<Record<string, unknown> | undefined> => {
    const asked = new GetCommand({ TableName: table.name, Key, ConsistentRead: true });
    return (await table.client.send(asked)).Item;
  };
  const transact = async (
    { was, next }: { readonly was: number; readonly next: KeptBook },
    orders: readonly PaperOrder[],
    opened?: PaperOrder,
  ): Promise<'written' | 'lost' | 'taken'> => {
    const command = new TransactWriteCommand({
      TransactItems: [
        bookWrite(table, account, { next, was }),
        ...orders.map((order) => orderWrite(table, account, { order, isNew: order === opened })),
      ],
    });
    try {
      await table.client.send(command);
      return 'written';
    } catch (error) {
      const failed = cancellationReasons(error)?.map(({ code }) => code) ?? [];
      const busy = failed.some((code) => code === 'TransactionConflict');
      const [ofBook, ofOrder] = failed.map((code) => code === 'ConditionalCheckFailed');
      if (opened !== undefined && ofOrder === true) return 'taken';
      if (ofBook === true || busy) return 'lost';
      throw error;
    }
  };
  return {
    async read() {
      const item = await get(paperBookKey(account));
      if (item === undefined) return { book: opening, version: 0 };
      return { book: item['book'] as PaperBook, version: item['version'] as number };
    },
    async order(id) {
      return (await get(paperOrderKey(account, id)))?.['order'] as PaperOrder | undefined;
    },
    async write(was, { book, opened, ended = [] }) {
      const { version } = was;
      const orders = [...(opened === undefined ? [] : [opened]), ...ended];
      // Those beyond what one transaction takes go first, beside the book as it was. An order that
      // is open in the book is told from there, so that nobody sees them before the rest.
      for (let at = ORDERS_MAX; at < orders.length; at += ORDERS_MAX) {
        const early = await transact(
          { was: version, next: was },
          orders.slice(at, at + ORDERS_MAX),
        );
        if (early !== 'written') return early;
      }
      const next = { book, version: version + 1 };
      return transact({ was: version, next }, orders.slice(0, ORDERS_MAX), opened);
    },
  };
}

/** Accounts where an order rests, as the index knows it: it may lag behind by moments. */
export async function restingAccounts(table: Table): Promise<readonly string[]> {
  const entries = await latestEntries(table, { partition: PAPER_RESTS, limit: Infinity });
  return entries.map(({ sort }) => sort);
}

function bookWrite(
  table: Table,
  account: string,
  { next, was }: { readonly next: KeptBook; readonly was: number },
) {
  const { book, version } = next;
  const isNew = was === 0;
  // Whoever matches once a minute finds by the index whom to look at.
  const rests = book.open.length === 0 ? {} : { gsi1pk: PAPER_RESTS, gsi1sk: account };
  return {
    Put: {
      TableName: table.name,
      Item: { ...paperBookKey(account), ...rests, book, version },
      ConditionExpression: isNew ? 'attribute_not_exists(pk)' : 'version = :was',
      ...(isNew ? {} : { ExpressionAttributeValues: { ':was': was } }),
    },
  };
}

function orderWrite(
  table: Table,
  account: string,
  { order, isNew }: { readonly order: PaperOrder; readonly isNew: boolean },
) {
  return {
    Put: {
      TableName: table.name,
      Item: { ...paperOrderKey(account, order.id), order },
      ...(isNew ? { ConditionExpression: 'attribute_not_exists(pk)' } : {}),
    },
  };
}
