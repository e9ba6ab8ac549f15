import { GetCommand, PutCommand } from '@aws-sdk/lib-dynamodb';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Table } from '../../../functions/adapters/dynamo/client.ts';
import { dynamoDeliveryLog } from '../../../functions/adapters/dynamo/delivery-log.ts';
import { dueSort, noticeKey } from '../../../functions/adapters/dynamo/keys.ts';
import { dynamoOutbox } from '../../../functions/adapters/dynamo/outbox.ts';
import { startDynamo } from '../../../infra/local/cloud/dynamo.ts';
import { fakeClock } from '../../fakes/clock.ts';
import { fakeDeliveryLog } from '../../fakes/delivery-log.ts';
import { deliveryLogContract, noticeOf, type DeliveryLogUnderTest } from './delivery.contract.ts';
import { acknowledgedLate, tableOver, tablesAt, type Tables } from './delivery-table.ts';

const DAY_S = 24 * 3_600;

function over(table: Table): DeliveryLogUnderTest {
  return {
    clock: fakeClock(),
    deliveries: dynamoDeliveryLog(table),
    outbox: dynamoOutbox(table),
  };
}

deliveryLogContract('deliveries in memory', async () => {
  const clock = fakeClock();
  return { clock, ...fakeDeliveryLog() };
});

describe('the embedded DynamoDB', () => {
  let tables: Tables;
  let stop: () => Promise<void>;
  beforeAll(async () => {
    const server = await startDynamo();
    tables = tablesAt(server.url);
    stop = async () => {
      tables.close();
      await server.close();
    };
  });
  afterAll(() => stop());

  deliveryLogContract('deliveries', async () => over(await tables.fresh()));

  deliveryLogContract('deliveries when every acknowledgement gets lost once', async () =>
    over(tableOver(await tables.fresh(), acknowledgedLate)),
  );

  describe('the outbox', () => {
    const item = async (table: Table, id: string) => {
      const Key = noticeKey(id);
      const command = new GetCommand({ TableName: table.name, Key, ConsistentRead: true });
      return (await table.client.send(command)).Item;
    };

    it('forgets what is done 90 days after it was done, and nothing that waits', async () => {
      const table = await tables.fresh();
      const { clock, deliveries, outbox } = over(table);
      const nowMs = clock.nowMs();
      await outbox.put(noticeOf('done'));
      expect(await item(table, 'done')).not.toHaveProperty('expiresAtS');
      const [entry] = await deliveries.due(nowMs, 1);
      if (entry === undefined) throw new Error('it is due');
      const atMs = nowMs + 5_000;
      const part = { channel: 'a', state: 'dead', attempts: 1, dueAtMs: nowMs, atMs } as const;
      await deliveries.record(entry, [part]);
      expect(await item(table, 'done')).toMatchObject({ expiresAtS: atMs / 1_000 + 90 * DAY_S });
      expect(await item(table, 'done')).not.toHaveProperty('deliveredAtMs');
    });

    it('lets a page through quiet hours', async () => {
      const { clock, deliveries, outbox } = over(await tables.fresh());
      const nowMs = clock.nowMs();
      await outbox.put(noticeOf('page', { urgency: 'page', notBeforeMs: nowMs + 1 }));
      expect(await deliveries.due(nowMs, 1)).toHaveLength(1);
    });

    it('delivers what was put before notices had versions', async () => {
      const table = await tables.fresh();
      const { clock, deliveries } = over(table);
      const notice = noticeOf('old');
      const place = { gsi1pk: 'OUT', gsi1sk: dueSort(notice.atMs) };
      const Item = { ...noticeKey('old'), ...place, notice };
      await table.client.send(new PutCommand({ TableName: table.name, Item }));
      const [entry] = await deliveries.due(clock.nowMs(), 1);
      if (entry === undefined) throw new Error('it is due');
      const results = await Promise.all(
        [1, 2].map(() => deliveries.claim(entry, clock.nowMs() + 1)),
      );
      expect(results.filter((result) => result !== 'lost')).toHaveLength(1);
      expect(await deliveries.recent(1)).toMatchObject([{ notice, version: 1 }]);
    });
  });
});

// Started by .ci/dynamodb-local.sh, which prints this variable.
const url = process.env['DYNAMODB_LOCAL_URL'];
describe.runIf(url !== undefined)('the reference', () => {
  const tables = tablesAt(url ?? '');
  afterAll(() => tables.close());
  deliveryLogContract("deliveries in AWS's DynamoDB Local", async () => over(await tables.fresh()));
});
