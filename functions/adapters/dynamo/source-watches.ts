/**
 * When sources were heard, and how they are watched, in DynamoDB: two items for each source, because
 * the function that faces the internet writes the one and may not touch the other.
 */
import { GetCommand, TransactWriteCommand, PutCommand } from '@aws-sdk/lib-dynamodb';
import type { Watch } from '../../core/silence/judge-silence.ts';
import type {
  HeardSources,
  SourceWatches,
  WatchedSource,
} from '../../core/silence/source-watches.ts';
import { cancellationReasons, isConditionFailure, type Table } from './client.ts';
import { heardKey, watchKey, type Key } from './keys.ts';
import { noticeItem } from './outbox.ts';

interface HeardItem {
  readonly heardAtMs: number;
}

interface WatchItem {
  readonly version: number;
  readonly watch: Watch;
}

/** Where it is put on record that a source was heard. */
export function dynamoHeardSources(table: Table): HeardSources {
  return {
    async hear(source, heardAtMs) {
      try {
        await table.client.send(
          new PutCommand({
            TableName: table.name,
            Item: { ...heardKey(source), heardAtMs },
            ConditionExpression: 'attribute_not_exists(pk) OR heardAtMs < :at',
            ExpressionAttributeValues: { ':at': heardAtMs },
          }),
        );
      } catch (error) {
        // It was heard later than that.
        if (!isConditionFailure(error)) throw error;
      }
    },
  };
}

/** The memory of the minute's look, over a table. */
export function dynamoSourceWatches(table: Table): SourceWatches {
  return {
    async read(source): Promise<WatchedSource> {
      const [heard, watched] = await Promise.all([
        read<HeardItem>(table, heardKey(source)),
        read<WatchItem>(table, watchKey(source)),
      ]);
      return {
        ...(heard === undefined ? {} : { heardAtMs: heard.heardAtMs }),
        ...(watched === undefined ? {} : { watch: watched.watch }),
        version: watched?.version ?? 0,
      };
    },
    async keep(source, version, { watch, notice }) {
      const item: WatchItem = { version: version + 1, watch };
      const put = {
        TableName: table.name,
        Item: { ...watchKey(source), ...item },
        ...(version === 0
          ? { ConditionExpression: 'attribute_not_exists(pk)' }
          : {
              ConditionExpression: '#version = :version',
              ExpressionAttributeNames: { '#version': 'version' },
              ExpressionAttributeValues: { ':version': version },
            }),
      };
      try {
        if (notice === undefined) {
          // Each minute: a transaction would cost twice as much.
          await table.client.send(new PutCommand(put));
        } else {
          // Unconditional: the version, checked in the same transaction, lets it be written once.
          const told = { Put: { TableName: table.name, Item: noticeItem(notice) } };
          const TransactItems = [{ Put: put }, told];
          await table.client.send(new TransactWriteCommand({ TransactItems }));
        }
        return 'kept';
      } catch (error) {
        const reasons = cancellationReasons(error) ?? [];
        const isLost = reasons.some(({ code }) => code === 'ConditionalCheckFailed');
        if (isLost || isConditionFailure(error)) return 'lost';
        throw error;
      }
    },
  };
}

async function read<Item>(table: Table, key: Key): Promise<Item | undefined> {
  const { Item } = await table.client.send(
    new GetCommand({ TableName: table.name, Key: key, ConsistentRead: true }),
  );
  return Item as Item | undefined;
}
