/**
 * The use cases over the real adapters: embedded DynamoDB, Kraken's client, the exchange simulator.
 * Only the clock is under the test's hand, so that minutes pass at once.
 */
import { randomUUID } from 'node:crypto';
import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb';
import { dynamoBooks } from '../../functions/adapters/dynamo/books.ts';
import type { Table } from '../../functions/adapters/dynamo/client.ts';
import { accountSwitch, GLOBAL_SWITCH } from '../../functions/adapters/dynamo/keys.ts';
import { armLane, dynamoLanes } from '../../functions/adapters/dynamo/lanes.ts';
import { dynamoOrderLog } from '../../functions/adapters/dynamo/order-log.ts';
import { dynamoOutbox } from '../../functions/adapters/dynamo/outbox.ts';
import { armSwitch, dynamoSwitches } from '../../functions/adapters/dynamo/switches.ts';
import { dynamoTally } from '../../functions/adapters/dynamo/tally.ts';
import { krakenExchange } from '../../functions/adapters/kraken/exchange.ts';
import { krakenMarketData } from '../../functions/adapters/kraken/market-data.ts';
import { randomIds } from '../../functions/adapters/random-ids.ts';
import { keyIdOf } from '../../functions/adapters/secrets/account-keys.ts';
import { executeOrder } from '../../functions/core/execute/execute-order.ts';
import type { OrderDeps } from '../../functions/core/execute/order-deps.ts';
import { newRow } from '../../functions/core/new-row.ts';
import type { Clock } from '../../functions/core/ports.ts';
import { REQUEUE_MS } from '../../functions/core/protocol.ts';
import { reconcileOrders } from '../../functions/core/reconcile/reconcile-orders.ts';
import { Secret } from '../../functions/core/secret.ts';
import { createTable } from '../../infra/local/cloud/cloud.ts';
import { startDynamo } from '../../infra/local/cloud/dynamo.ts';
import { localClient } from '../../infra/local/cloud/local-account.ts';
import { startKraken } from '../../infra/local/kraken/server.ts';
import { orderRow, TEST_CONFIG, TREND } from '../core/order-fixture.ts';
import { fakeClock } from '../fakes/clock.ts';
import { fakeLog } from '../fakes/log.ts';
import { fakeQueue } from '../fakes/queue.ts';
import type { Signal } from '../../functions/core/signal.ts';

const READ = ['query-funds', 'query-open-trades', 'query-closed-trades'];

/** A made-up key of the simulator. */
function madeUpKey(name: string, permissions: readonly string[]) {
  const secret = Buffer.from(`${name}-secret`.padEnd(64, '.')).toString('base64');
  return { key: `${name}-${randomUUID()}`, secret, account: 'main', permissions };
}

/** Starts the services, arms the account, and returns them with the use cases over them. */
export async function orderWorld(clock: Clock = fakeClock()) {
  const trade = madeUpKey('trade', [...READ, 'modify-trades']);
  const query = madeUpKey('query', READ);
  const byHand = madeUpKey('by-hand', [...READ, 'modify-trades']);
  const balances = { USD: '100000' };
  const kraken = await startKraken({
    port: 0,
    clock,
    accounts: [{ ...trade, balances }, query, byHand],
  });
  const dynamo = await startDynamo();
  const raw = new DynamoDBClient(localClient(dynamo.url));
  const table: Table = {
    name: `orders-${randomUUID()}`,
    client: DynamoDBDocumentClient.from(raw, { marshallOptions: { removeUndefinedValues: true } }),
  };
  await createTable(raw, table.name);
  await armSwitch(table, GLOBAL_SWITCH);
  await armSwitch(table, accountSwitch('main'));
  for (const { key } of [trade, query]) await armLane(table, keyIdOf(key), clock.nowMs() * 1_000);
  const log = fakeLog();
  const queue = fakeQueue(clock);
  const common = { table, clock, log, queue, krakenUrl: kraken.url };
  const execute = depsOver({ ...common, key: trade });
  const reconcile = depsOver({ ...common, key: query });
  let count = 0;
  return {
    ...{ clock, kraken, table, log, queue, execute, reconcile, trade, query, byHand },
    dynamoUrl: dynamo.url,
    /** Writes the row of a signal that arrives now. */
    async receive(changed: Partial<Signal> = {}) {
      count += 1;
      const [id, receivedAtMs] = [`life-${count}`, clock.nowMs()];
      const says = { id, sentAtMs: receivedAtMs, ...changed };
      const { account, signal, payloadHash, state } = orderRow(says, TEST_CONFIG);
      const { maxAgeMs } = TREND;
      const known = { account, signal, payloadHash, state, receivedAtMs, maxAgeMs };
      const row = { ...newRow(known), dueAtMs: receivedAtMs + REQUEUE_MS };
      await execute.orders.receive(row, 'received');
      return row;
    },
    async row(ref: { account: string; orderKey: string }) {
      const row = await execute.orders.read(ref);
      if (row === undefined) throw new Error('the row is there');
      return row;
    },
    /** Lets minutes pass, with the minute's job and whatever it queued. */
    async minutes(count: number) {
      for (let minute = 0; minute < count; minute += 1) {
        await clock.sleep(60_000);
        await reconcileOrders(reconcile);
        for (const { ref } of queue.sent.splice(0)) await executeOrder(ref, execute);
      }
    },
    async close() {
      raw.destroy();
      await kraken.close();
      await dynamo.close();
    },
  };
}

/** What both use cases need, with one half of the keys. */
export function depsOver(options: {
  readonly table: Table;
  readonly clock: Clock;
  readonly key: { readonly key: string; readonly secret: string };
  readonly krakenUrl: string;
  readonly log: OrderDeps['log'];
  readonly queue: OrderDeps['queue'];
}): OrderDeps {
  const { table, clock, krakenUrl: url, log, queue } = options;
  const market = krakenMarketData({ url, clock, log });
  const key = { key: new Secret(options.key.key), secret: new Secret(options.key.secret) };
  return {
    config: TEST_CONFIG,
    clock,
    ids: randomIds,
    log,
    queue,
    orders: dynamoOrderLog(table),
    books: dynamoBooks(table),
    lanes: dynamoLanes(table, clock),
    switches: dynamoSwitches(table, clock),
    tally: dynamoTally(table),
    outbox: dynamoOutbox(table),
    market,
    desk: async () => ({
      keyId: keyIdOf(options.key.key),
      keyInfo: (exchange) => exchange.keyInfo(),
      exchange: (lane) =>
        krakenExchange({
          ...{ url, key, clock, log },
          nextNonce: () => lane.nextNonce(),
          pairs: () => market.pairs(),
        }),
    }),
  };
}
