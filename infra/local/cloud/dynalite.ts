/**
 * The doors to dynalite's inside. dynalite 4.0.0 emulates single-item operations of DynamoDB over
 * leveldb, but its server knows no transactions, and it writes an item and its index entries one
 * after the other, so that a kill in between leaves an index that disagrees with its table. Its
 * parsers, validations and actions are good, though, and each action takes the store to work on as
 * its first argument. So they are called here directly, on a store that gathers all writes of a
 * request for one atomic batch (staged-store.ts). dynalite's version is pinned exactly because of
 * this file, and only this file knows how it looks inside.
 */
import { createRequire } from 'node:module';
import type { Input } from './aws-json-server.ts';

/** An item in DynamoDB's own form: `{ pk: { S: 'x' } }`. */
export type Item = Readonly<Record<string, unknown>>;

/** A table's description as dynalite keeps it. */
export interface TableDescription {
  readonly TableName: string;
  TableStatus: string;
  GlobalSecondaryIndexes?: { IndexStatus: string }[];
}

type Callback<T> = (error: Error | null | undefined, value?: T) => void;

/** One write of a batch; keys carry the prefix of their part of the store. */
export type BatchWrite =
  | { readonly type: 'put'; readonly key: string; readonly value: unknown }
  | { readonly type: 'del'; readonly key: string };

/** The part of a store that one kind of record lives in. */
export interface SubStore {
  get(key: string, done: Callback<unknown>): void;
  put(key: string, value: unknown, done: Callback<void>): void;
  del(key: string, done: Callback<void>): void;
  /** dynalite's lock of one key: hands out a function that wraps the callback to release it. */
  lock(key: string, locked: (release: (done: unknown) => unknown) => void): void;
}

/** dynalite's store over one leveldb database. */
export interface Store {
  readonly db: {
    open(): Promise<void>;
    get(key: string): Promise<unknown>;
    batch(writes: readonly BatchWrite[]): Promise<void>;
    close(): Promise<void>;
    iterator(range: { gte: string; lt: string }): AsyncIterable<[key: string, value: unknown]>;
  };
  getItemDb(table: string): SubStore;
  getIndexDb(kind: string, table: string, index: string): SubStore;
  getTable(name: string, done: Callback<TableDescription>): void;
}

/** Prefix of a table's items in the database. */
export function itemPrefix(table: string): string {
  return `item-${table}~`;
}

/** Prefix of an index's entries in the database. */
export function indexPrefix(kind: string, table: string, index: string): string {
  return `index-${kind.toLowerCase()}~${table}~${index}~`;
}

/** Prefix of the tables' descriptions in the database. */
export const TABLE_PREFIX = 'table~';

interface Validation {
  readonly types: Readonly<Record<string, unknown>>;
  readonly custom?: (data: Input, store: Store) => string | undefined;
}

const require = createRequire(import.meta.url);

const database = require('dynalite/db') as {
  create(options: object): Store;
  createKey(item: Item, table: TableDescription): string;
  validateItem(item: Item, table: TableDescription): Error | undefined;
  validateKey(key: Item, table: TableDescription): Error | undefined;
  checkConditional(data: Input, existing: Item | undefined): Error | undefined;
};
const validations = require('dynalite/validations') as {
  checkTypes(data: Input, types: Validation['types']): Input;
  checkValidations(
    data: Input,
    types: Validation['types'],
    custom: Validation['custom'],
    store: Store,
  ): void;
};

/** Operations that dynalite carries out. */
export const READS = ['BatchGetItem', 'DescribeTable', 'GetItem', 'ListTables', 'Query', 'Scan'];
export const ITEM_WRITES = ['BatchWriteItem', 'DeleteItem', 'PutItem', 'UpdateItem'];
export const TABLE_WRITES = ['CreateTable', 'DeleteTable'];

type Act = (store: Store, data: Input, done: Callback<object>) => void;

const operations = new Map(
  [...READS, ...ITEM_WRITES, ...TABLE_WRITES].map((name) => {
    const file = name.charAt(0).toLowerCase() + name.slice(1);
    return [
      name,
      {
        act: require(`dynalite/actions/${file}`) as Act,
        validation: require(`dynalite/validations/${file}`) as Validation,
      },
    ];
  }),
);

/** Opens the database: in a directory, or in memory. */
export async function openStore(directory: string | undefined): Promise<Store> {
  const path = directory === undefined ? {} : { path: directory };
  const store = database.create({ ...path, createTableMs: 0, deleteTableMs: 0 });
  await store.db.open();
  return store;
}

/** Checks an input as DynamoDB would before it looks at any item; throws its ValidationException. */
export function validated(operation: string, input: Input, store: Store): Input {
  const { validation } = known(operation);
  // checkTypes deletes what it does not know from the object that it is given.
  const data = validations.checkTypes(structuredClone(input), validation.types);
  validations.checkValidations(data, validation.types, validation.custom, store);
  return data;
}

/** Carries out a validated operation on a store. */
export function act(operation: string, data: Input, store: Store): Promise<object> {
  return new Promise((resolve, reject) => {
    known(operation).act(store, data, (error, output) => {
      if (error) reject(error);
      else resolve(output ?? {});
    });
  });
}

/** A table's description; rejects with ResourceNotFoundException. */
export function describe(table: string, store: Store): Promise<TableDescription> {
  return new Promise((resolve, reject) => {
    store.getTable(table, (error, description) => {
      if (error || !description) reject(error ?? new Error(`no description of table ${table}`));
      else resolve(description);
    });
  });
}

/** Where an item with this key lives within its table; throws when it is not a key of the table. */
export function storeKey(key: Item, table: TableDescription): string {
  const invalid = database.validateKey(key, table);
  if (invalid) throw invalid;
  return database.createKey(key, table);
}

/** Where a whole item lives within its table; throws when its keys do not fit the table. */
export function storeKeyOfItem(item: Item, table: TableDescription): string {
  const invalid = database.validateItem(item, table);
  if (invalid) throw invalid;
  return database.createKey(item, table);
}

/** Throws ConditionalCheckFailedException when the validated condition does not hold. */
export function checkCondition(data: Input, existing: Item | undefined): void {
  const failed = database.checkConditional(data, existing);
  if (failed) throw failed;
}

function known(operation: string): { act: Act; validation: Validation } {
  const found = operations.get(operation);
  if (found === undefined) throw new Error(`dynalite has no operation ${operation}`);
  return found;
}
