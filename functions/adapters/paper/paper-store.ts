/**
 * Keeps a paper account in the table: its book is one item, each order one of its own. A write is one
 * transaction on condition that nobody changed the book meanwhile, and that a new order is new.
 */
import { GetCommand, TransactWriteCommand } from '@aws-sdk/lib-dynamodb';
import { emptyBook, type PaperBook, type PaperOrder } from '../../core/paper/paper-book.ts';
import { cancellationReasons, type Table } from '../dynamo/client.ts';
import { paperBookKey, paperOrderKey, type Key } from '../dynamo/keys.ts';

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

/** Orders that one transaction may carry beside the book; DynamoDB allows 100 actions. */
const ORDERS_MAX = 90;

/** The store of one account; `currencies`: what a new account begins with. */
export function dynamoPaperStore(
  table: Table,
  account: string,
  currencies: readonly string[],
): PaperStore {
  const get = async (Key: Key): Promise<Record<string, unknown> | undefined> => {
    const asked = new GetCommand({ TableName: table.name, Key, ConsistentRead: true });
    return (await table.client.send(asked)).Item;
  };
  return {
    async read() {
      const item = await get(paperBookKey(account));
      if (item === undefined) return { book: emptyBook(currencies), version: 0 };
      return { book: item['book'] as PaperBook, version: item['version'] as number };
    },
    async order(id) {
      return (await get(paperOrderKey(account, id)))?.['order'] as PaperOrder | undefined;
    },
    async write({ version }, { book, opened, ended = [] }) {
      const orders = [...(opened === undefined ? [] : [opened]), ...ended];
      if (orders.length > ORDERS_MAX) throw new Error('too many orders of one account change');
      const command = new TransactWriteCommand({
        TransactItems: [
          bookWrite(table, account, { book, version }),
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
    },
  };
}

function bookWrite(table: Table, account: string, { book, version }: KeptBook) {
  const isNew = version === 0;
  return {
    Put: {
      TableName: table.name,
      Item: { ...paperBookKey(account), book, version: version + 1 },
      ConditionExpression: isNew ? 'attribute_not_exists(pk)' : 'version = :was',
      ...(isNew ? {} : { ExpressionAttributeValues: { ':was': version } }),
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
