/**
 * A paper account through the functions as they are deployed: the handlers of execute-order and
 * reconcile-orders, over an embedded table and queue. Whoever asks Secrets Manager is counted, and
 * Kraken's stand-in knows no key, so that every private call would be refused and counted too.
 */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import type { SQSBatchResponse, SQSEvent } from 'aws-lambda';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { openTable, type Table } from '../../functions/adapters/dynamo/client.ts';
import { dynamoOrderLog } from '../../functions/adapters/dynamo/order-log.ts';
import { dynamoPaperStore } from '../../functions/adapters/paper/paper-store.ts';
import { orderMessage } from '../../functions/adapters/sqs/order-queue.ts';
import { systemClock } from '../../functions/adapters/system-clock.ts';
import type { Config } from '../../functions/core/config.ts';
import { openingBook } from '../../functions/core/paper/paper-book.ts';
import type { OrderRow } from '../../functions/core/order.ts';
import type { Signal } from '../../functions/core/signal.ts';
import { startCloud, type Cloud } from '../../infra/local/cloud/cloud.ts';
import { startKraken, type RunningKraken } from '../../infra/local/kraken/server.ts';
import { armAccount } from '../../operator/arm.ts';
import { orderRow, TEST_CONFIG } from '../core/order-fixture.ts';

const CONFIG: Config = {
  ...TEST_CONFIG,
  // Neither a secret nor rails: what a first harpoon.yaml has.
  accounts: { main: { exchange: 'kraken-spot', mode: 'paper' } },
};

const folder = mkdtempSync(join(tmpdir(), 'harpoon-paper-'));
let cloud: Cloud;
let kraken: RunningKraken;
let table: Table;
let secrets: Server;
let secretCalls = 0;
let execute: { handler(event: SQSEvent): Promise<SQSBatchResponse> };
let reconcile: { handler(): Promise<unknown> };

beforeAll(async () => {
  secrets = createServer((_, response) => {
    secretCalls += 1;
    response.writeHead(500).end();
  });
  await new Promise<void>((resolve) => secrets.listen(0, '127.0.0.1', resolve));
  cloud = await startCloud();
  kraken = await startKraken({ port: 0, accounts: [] });
  kraken.control.setPrice('BTC/USD', '50000');
  const configFile = join(folder, 'config.json');
  writeFileSync(configFile, JSON.stringify(CONFIG));
  const environment = {
    ...cloud.environment,
    AWS_ENDPOINT_URL_SECRETS_MANAGER: `http://127.0.0.1:${(secrets.address() as AddressInfo).port}`,
    HARPOON_TABLE: cloud.tableName,
    HARPOON_QUEUE_URL: cloud.queueUrl,
    HARPOON_CONFIG: configFile,
    HARPOON_LOG_FILE: join(folder, 'functions.log'),
    KRAKEN_SPOT_URL: kraken.url,
  };
  for (const [name, value] of Object.entries(environment)) vi.stubEnv(name, value);
  table = openTable(cloud.tableName);
  const krakenUrl = kraken.url;
  const arming = { config: CONFIG, table, clock: systemClock, krakenUrl };
  await armAccount('main', { ...arming, secrets: new SecretsManagerClient({}) });
  execute = await import('../../functions/execute-order/handler.ts');
  reconcile = await import('../../functions/reconcile-orders/handler.ts');
}, 30_000);

afterAll(async () => {
  vi.unstubAllEnvs();
  table?.client.destroy();
  await kraken?.close();
  await cloud?.close();
  await new Promise((resolve) => secrets.close(resolve));
  rmSync(folder, { recursive: true, force: true });
});

/** Records a signal as receive-signal does, and lets execute-order carry it out. */
async function trade(id: string, changed: Partial<Signal> = {}): Promise<OrderRow | undefined> {
  const orders = dynamoOrderLog(table);
  const row = orderRow({ id, sentAtMs: systemClock.nowMs(), ...changed }, CONFIG);
  await orders.receive(row, 'received');
  const body = orderMessage(row);
  const record = { body, messageId: id, attributes: { MessageGroupId: 'main' } };
  const event = { Records: [record] } as unknown as SQSEvent;
  expect(await execute.handler(event)).toEqual({ batchItemFailures: [] });
  return orders.read(row);
}

describe('a paper account of a deployed Harpoon', () => {
  it('fills an order at Kraken’s public price, with Kraken’s fee', async () => {
    expect(await trade('paper-1')).toMatchObject({
      state: 'placed',
      exchangeOrderId: expect.stringMatching(/^PAPER-[0-9A-F]{20}$/) as string,
      outcome: expect.stringMatching(/^paper: buy 0\.0\d+ XBTUSD @ market$/) as string,
      attempt: { keyId: 'paper:main:trade', validate: false },
    });
    const { book } = await dynamoPaperStore(table, 'main', openingBook({})).read();
    expect(Number(book.balances['USD'])).toBeLessThan(9_501);
    expect(Number(book.balances['BTC'])).toBeGreaterThan(0.0099);
  });

  it('does not carry out an order twice when its message comes twice', async () => {
    const row = await trade('paper-2');
    const store = dynamoPaperStore(table, 'main', openingBook({}));
    const { version } = await store.read();
    const record = { body: orderMessage(row!), messageId: 'again', attributes: {} };
    await execute.handler({ Records: [record] } as unknown as SQSEvent);
    expect((await store.read()).version).toBe(version);
  });

  it('is looked at by the minute’s job, which finds its orders', async () => {
    await reconcile.handler();
    expect(await trade('paper-3')).toMatchObject({ state: 'placed' });
  });

  it('is filled by the minute’s job when the price comes to an order that rests', async () => {
    const row = await trade('paper-4', { type: 'limit', price: '49000' });
    const store = dynamoPaperStore(table, 'main', openingBook({}));
    expect((await store.read()).book.open.map(({ id }) => id)).toEqual([row?.exchangeOrderId]);
    kraken.control.setPrice('BTC/USD', '48000');
    await reconcile.handler();
    expect((await store.read()).book.open).toEqual([]);
    const order = await store.order(row?.exchangeOrderId ?? '');
    expect(order).toMatchObject({ status: 'closed', fill: { price: '49000', maker: true } });
    kraken.control.setPrice('BTC/USD', '50000');
  });

  it('refuses in Kraken’s words, and says that Kraken was not asked', async () => {
    const row = await trade('paper-5', { type: 'limit', price: '51000', postOnly: true });
    const sentence =
      "The paper exchange refused by Kraken's rules: EOrder:Post only order (a rule of trading forbids the order)";
    expect(row).toMatchObject({ state: 'rejected', refusal: { sentence } });
  });

  it('never asks for a secret and never knocks at Kraken’s private side', () => {
    expect(secretCalls).toBe(0);
    expect(kraken.control.state().counters).toMatchObject({
      keysRefused: 0,
      signaturesRefused: 0,
      ordersPlaced: 0,
    });
  });
});
