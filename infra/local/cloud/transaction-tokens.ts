/**
 * ClientRequestTokens of transactions. For 10 minutes after a transaction was carried out, the same
 * token with the same request answers success and does nothing, and with another request is refused
 * (https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_TransactWriteItems.html).
 * A token is written in the batch of its transaction, so a restart forgets neither or both.
 */
import { createHash } from 'node:crypto';
import { AwsError } from './aws-json-server.ts';
import type { BatchWrite, Store } from './dynalite.ts';

/** How long a token is remembered after its transaction. */
export const TOKEN_MS = 10 * 60_000;

const PREFIX = 'transaction-token~';

interface Entry {
  readonly hash: string;
  readonly atMs: number;
}

/** The tokens of one database. */
export interface TransactionTokens {
  /** Whether this very transaction was carried out; throws when the token belongs to another. */
  isDone(token: string, actions: unknown): boolean;
  /** What to write with the transaction: its token, and the removal of tokens that expired. */
  writes(token: string, actions: unknown): readonly BatchWrite[];
  /** To be called once the transaction is in the database. */
  remember(token: string, actions: unknown): void;
}

/** Reads the tokens that a database holds. */
export async function openTokens(store: Store, nowMs: () => number): Promise<TransactionTokens> {
  const entries = new Map<string, Entry>();
  const range = { gte: PREFIX, lt: `${PREFIX}\uffff` };
  for await (const [key, value] of store.db.iterator(range)) {
    entries.set(key.slice(PREFIX.length), value as Entry);
  }
  const isOld = ({ atMs }: Entry) => nowMs() - atMs > TOKEN_MS;
  return {
    isDone(token, actions) {
      const entry = entries.get(token);
      if (entry === undefined || isOld(entry)) return false;
      if (entry.hash === hashOf(actions)) return true;
      throw new AwsError(
        'com.amazonaws.dynamodb.v20120810#IdempotentParameterMismatchException',
        'The ClientRequestToken was used before with other parameters',
      );
    },
    writes(token, actions) {
      const value: Entry = { hash: hashOf(actions), atMs: nowMs() };
      const old = [...entries].filter(([, entry]) => isOld(entry));
      const removals = old.map(([name]) => ({ type: 'del' as const, key: PREFIX + name }));
      return [...removals, { type: 'put', key: PREFIX + token, value }];
    },
    remember(token, actions) {
      for (const [name, entry] of entries) if (isOld(entry)) entries.delete(name);
      entries.set(token, { hash: hashOf(actions), atMs: nowMs() });
    },
  };
}

function hashOf(actions: unknown): string {
  return createHash('sha256')
    .update(JSON.stringify(sorted(actions)))
    .digest('hex');
}

/** The order in which a client writes the fields of a map carries no meaning. */
function sorted(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(sorted);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value)
      .sort(([a], [b]) => (a < b ? -1 : 1))
      .map(([key, inner]) => [key, sorted(inner)]),
  );
}
