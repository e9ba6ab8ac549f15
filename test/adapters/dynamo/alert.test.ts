import { ScanCommand } from '@aws-sdk/lib-dynamodb';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { dynamoAlertStore } from '../../../functions/adapters/dynamo/alert-store.ts';
import type { Table } from '../../../functions/adapters/dynamo/client.ts';
import { ALERT_SHARDS, stateKey } from '../../../functions/adapters/dynamo/keys.ts';
import { dynamoDeliveryLog } from '../../../functions/adapters/dynamo/delivery-log.ts';
import { startDynamo } from '../../../infra/local/cloud/dynamo.ts';
import { fakeAlertStore } from '../../fakes/alert-store.ts';
import {
  alertStoreContract,
  raisedOf,
  ruleOf,
  stateOf,
  type AlertStoreUnderTest,
} from './alert.contract.ts';
import { noticeOf } from './delivery.contract.ts';
import {
  acknowledgedLate,
  cancelled,
  tableOver,
  tablesAt,
  troubled,
  type Tables,
} from './delivery-table.ts';

function over(table: Table): AlertStoreUnderTest {
  const log = dynamoDeliveryLog(table);
  const waiting = () => log.due(Date.UTC(2200, 0, 1), 1_000);
  return {
    store: dynamoAlertStore(table),
    notices: async () => (await waiting()).map(({ notice }) => notice),
  };
}

alertStoreContract('alerts in memory', async () => {
  const store = fakeAlertStore();
  return { store, notices: async () => store.notices };
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

  alertStoreContract('alerts', async () => over(await tables.fresh()));

  describe('a commit', () => {
    const firing = {
      before: undefined,
      after: stateOf('a'),
      notices: [noticeOf('n')],
      raised: raisedOf('r'),
    };

    it('whose acknowledgement got lost is known by what it wrote', async () => {
      const { store, notices } = over(tableOver(await tables.fresh(), acknowledgedLate));
      expect(await store.commit(firing)).toBe('done');
      const after = stateOf('a', 2);
      expect(await store.commit({ before: stateOf('a'), after, notices: [] })).toBe('done');
      const feed = { market: 'ok', marketSinceMs: 1, marketTold: true, pairs: {} } as const;
      expect(await store.commitFeed({ version: 1, ...feed }, [noticeOf('f')])).toBe('done');
      expect(await notices()).toHaveLength(2);
      expect(await store.raised(9)).toEqual([raisedOf('r')]);
    });

    it('that met another one is lost when that one wrote, and else unknown', async () => {
      const table = await tables.fresh();
      const conflict = cancelled('TransactionConflict', 'None', 'None');
      const { store } = over(tableOver(table, troubled(conflict, conflict, conflict)));
      await expect(store.commit(firing)).rejects.toBe(conflict);
      expect(await store.state('a')).toBeUndefined();
      await over(table).store.commit({ ...firing, after: { ...stateOf('a'), suppressed: 1 } });
      expect(await store.commit(firing)).toBe('lost');
      expect(await over(table).store.remove('a')).toBe(false);
      const now = await store.state('a');
      expect(await store.commit({ ...firing, after: now ?? stateOf('b') })).toBe('done');
    });

    it('that the table has no room for throws what came, and writes nothing', async () => {
      const throttled = cancelled('None', 'ThrottlingError', 'None');
      const { store, notices } = over(tableOver(await tables.fresh(), troubled(throttled)));
      await expect(store.commit(firing)).rejects.toBe(throttled);
      expect(await notices()).toEqual([]);
      expect(await store.commit(firing)).toBe('done');
    });

    it('with a notice that is too long is refused and writes nothing', async () => {
      const { store, notices } = over(await tables.fresh());
      const told = [noticeOf('n'), noticeOf('long', { text: 'é'.repeat(33_000) })];
      const commit = { before: undefined, after: stateOf('a'), notices: told };
      await expect(store.commit(commit)).rejects.toThrow('the notice long has at most 65536 bytes');
      expect(await store.state('a')).toBeUndefined();
      expect(await notices()).toEqual([]);
    });

    it('must write the version after the one that was read', async () => {
      const { store } = over(await tables.fresh());
      const commit = { before: undefined, after: stateOf('a', 2), notices: [] };
      await expect(store.commit(commit)).rejects.toThrow('next version');
    });

    it('brings no notice back that was delivered, and no signal that was handed over', async () => {
      const table = await tables.fresh();
      const { store } = over(table);
      const deliveries = dynamoDeliveryLog(table);
      await store.commit(firing);
      const [entry] = await deliveries.due(Date.UTC(2030, 0), 9);
      if (entry === undefined) throw new Error('it is due');
      await deliveries.record(entry, [
        { channel: 'a', state: 'delivered', attempts: 1, dueAtMs: 1, atMs: 1 },
      ]);
      await store.handedOver(raisedOf('r'), 1);
      const again = { ...firing, before: stateOf('a'), after: stateOf('a', 2) };
      expect(await store.commit(again)).toBe('done');
      expect(await deliveries.due(Date.UTC(2030, 0), 9)).toEqual([]);
      expect(await store.raised(9)).toEqual([]);
    });
  });

  describe('a change of a person', () => {
    it('is tried again when it met another one, and gives up at last', async () => {
      const table = await tables.fresh();
      const conflict = cancelled('None', 'TransactionConflict');
      const { store } = over(tableOver(table, troubled(conflict, conflict)));
      expect(await store.add(ruleOf('a'))).toBe(true);
      const hopeless = over(tableOver(table, troubled(...Array<Error>(99).fill(conflict)))).store;
      await expect(hopeless.add(ruleOf('b'))).rejects.toBe(conflict);
      expect(await store.rules()).toEqual([expect.objectContaining(ruleOf('a'))]);
    });

    it('that the table has no room for throws what came', async () => {
      const throttled = cancelled('None', 'ThrottlingError');
      const { store } = over(tableOver(await tables.fresh(), troubled(throttled)));
      await expect(store.mute('a', 1)).rejects.toBe(throttled);
      expect(await store.revision()).toBe(0);
    });
  });

  describe('the partitions', () => {
    it('share the rules evenly', () => {
      const counts = new Map(ALERT_SHARDS.map((shard) => [shard, 0]));
      for (let at = 0; at < 16_000; at += 1) {
        const { pk } = stateKey(`rule-${at}`);
        counts.set(pk, (counts.get(pk) ?? 0) + 1);
      }
      expect(counts.size).toBe(ALERT_SHARDS.length);
      for (const count of counts.values()) expect(Math.abs(count - 1_000)).toBeLessThan(200);
    });

    it('have names that a policy can name', async () => {
      const table = await tables.fresh();
      const { store } = over(table);
      await store.add(ruleOf('a'));
      await store.mute('a', 1);
      await store.beat(1);
      await store.commit({
        ...{ before: undefined, after: stateOf('a') },
        ...{ notices: [noticeOf('n')], raised: raisedOf('r') },
      });
      const { Items } = await table.client.send(new ScanCommand({ TableName: table.name }));
      const nouns = (Items ?? []).map(({ pk }) => String(pk).split('#')[0]);
      expect([...new Set(nouns)].sort()).toEqual(['ALERT', 'OUT', 'RAISE']);
    });
  });
});

// Started by .ci/dynamodb-local.sh, which prints this variable.
const url = process.env['DYNAMODB_LOCAL_URL'];
describe.runIf(url !== undefined)('the reference', () => {
  const tables = tablesAt(url ?? '');
  afterAll(() => tables.close());
  alertStoreContract("alerts in AWS's DynamoDB Local", async () => over(await tables.fresh()));
});
