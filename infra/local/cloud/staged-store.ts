/**
 * A view of the store that keeps a request's writes to itself until `commit` puts them into leveldb
 * as one batch. leveldb writes a batch as one record of its log, with a checksum: after a kill at
 * any instant the batch is there wholly or not at all, and no reader ever sees a part of it
 * (https://github.com/google/leveldb/blob/main/doc/index.md#atomic-updates).
 */
import {
  indexPrefix,
  itemPrefix,
  type BatchWrite,
  type Item,
  type Store,
  type SubStore,
} from './dynalite.ts';

/** A store whose writes wait for `commit`. Drop it to forget them. */
export interface StagedStore extends Store {
  /** The item at a key of a table, as this request has left it. */
  item(table: string, key: string): Promise<Item | undefined>;
  /** Writes everything at once, with more that must be written in the same instant. */
  commit(more?: readonly BatchWrite[]): Promise<void>;
}

/** Opens a view. Only one may be open at a time: it takes no locks. */
export function stage(store: Store): StagedStore {
  const writes = new Map<string, BatchWrite>();

  async function read(key: string): Promise<unknown> {
    const write = writes.get(key);
    if (write === undefined) return store.db.get(key);
    return write.type === 'put' ? write.value : undefined;
  }

  function part(prefix: string): SubStore {
    return {
      get(key, done) {
        read(prefix + key).then(
          (value) => setImmediate(done, null, value),
          (error: unknown) => setImmediate(done, error as Error),
        );
      },
      put(key, value, done) {
        writes.set(prefix + key, { type: 'put', key: prefix + key, value });
        done(null);
      },
      del(key, done) {
        writes.set(prefix + key, { type: 'del', key: prefix + key });
        done(null);
      },
      lock(_key, locked) {
        locked((done) => done);
      },
    };
  }

  return {
    ...store,
    getItemDb: (table) => part(itemPrefix(table)),
    getIndexDb: (kind, table, index) => part(indexPrefix(kind, table, index)),
    item: async (table, key) => (await read(itemPrefix(table) + key)) as Item | undefined,
    async commit(more = []) {
      const batch = [...writes.values(), ...more];
      if (batch.length > 0) await store.db.batch(batch);
    },
  };
}
