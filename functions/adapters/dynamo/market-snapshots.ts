/**
 * What the exchange last said publicly, in one item: written every minute, read by the function
 * that faces the internet, which therefore never has to ask the exchange before it answers.
 */
import { GetCommand, PutCommand } from '@aws-sdk/lib-dynamodb';
import { decimal, plain } from '../../core/decimal.ts';
import type { Pair } from '../../core/market/pair.ts';
import type { Clock, MarketSnapshot, MarketSnapshots } from '../../core/ports.ts';
import type { Table } from './client.ts';
import { marketKey } from './keys.ts';

/** A snapshot read by a warm function is used this long before it is read again. */
const CACHE_MS = 60_000;

/** A pair with its decimals as text. */
type StoredPair = Omit<Pair, 'tickSize' | 'orderMin' | 'costMin'> &
  Record<'tickSize' | 'orderMin' | 'costMin', string>;

/** Snapshots of one exchange over a table. */
export function dynamoMarketSnapshots(
  table: Table,
  clock: Clock,
  exchange = 'kraken-spot',
): MarketSnapshots {
  let cached:
    | { readonly snapshot: MarketSnapshot | undefined; readonly untilMs: number }
    | undefined;
  return {
    async read() {
      if (cached === undefined || cached.untilMs <= clock.nowMs()) {
        const { Item } = await table.client.send(
          new GetCommand({ TableName: table.name, Key: marketKey(exchange) }),
        );
        const snapshot = Item === undefined ? undefined : snapshotOf(Item);
        cached = { snapshot, untilMs: clock.nowMs() + CACHE_MS };
      }
      return cached.snapshot;
    },
    async write(snapshot) {
      const item = { ...marketKey(exchange), ...stored(snapshot) };
      await table.client.send(new PutCommand({ TableName: table.name, Item: item }));
    },
  };
}

function stored({ atMs, pairs, last }: MarketSnapshot): Record<string, unknown> {
  return {
    atMs,
    pairs: pairs.map((pair) => ({
      ...pair,
      tickSize: plain(pair.tickSize),
      orderMin: plain(pair.orderMin),
      costMin: plain(pair.costMin),
    })),
    last: Object.fromEntries([...last].map(([name, price]) => [name, plain(price)])),
  };
}

function snapshotOf(item: Record<string, unknown>): MarketSnapshot {
  const pairs = item['pairs'] as readonly StoredPair[];
  const last = item['last'] as Readonly<Record<string, string>>;
  return {
    atMs: Number(item['atMs']),
    pairs: pairs.map((pair) => ({
      ...pair,
      tickSize: decimal(pair.tickSize),
      orderMin: decimal(pair.orderMin),
      costMin: decimal(pair.costMin),
    })),
    last: new Map(Object.entries(last).map(([name, price]) => [name, decimal(price)])),
  };
}
