/**
 * The bundles as they are deployed, each in its own process and under its own role, over the
 * embedded AWS services and exchange: a signal becomes one order, and a repeated signal none.
 * Runs on Node.js of LAMBDA_NODE, else on the one that runs the tests.
 */
import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { GetCommand, PutCommand, ScanCommand } from '@aws-sdk/lib-dynamodb';
import type { APIGatewayProxyStructuredResultV2, SQSBatchResponse } from 'aws-lambda';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openTable } from '../../functions/adapters/dynamo/client.ts';
import { dynamoSwitchBoard } from '../../functions/adapters/dynamo/switch-board.ts';
import { randomIds } from '../../functions/adapters/random-ids.ts';
import { systemClock } from '../../functions/adapters/system-clock.ts';
import { confirmResume, requestResume } from '../../functions/core/halt/resume-trading.ts';
import { switchOf } from '../../functions/core/halt/switch-board.ts';
import { bundleAll, FUNCTION_NAMES, type FunctionName } from '../../infra/bundle.ts';
import { startCloud, type Cloud } from '../../infra/local/cloud/cloud.ts';
import { pollQueue, type Poller } from '../../infra/local/cloud/poll-queue.ts';
import { startGateway, type Gateway } from '../../infra/local/gateway.ts';
import { startKraken, type RunningKraken } from '../../infra/local/kraken/server.ts';
import { localKey, localSource, type MadeUpSource } from '../../infra/local/made-up-keys.ts';
import { armAccount } from '../../operator/arm.ts';
import { startIamProxy, type IamProxy } from './iam-proxy.ts';
import { statementsOf } from './iam.ts';
import { startLambda, type LambdaProcess } from './lambda-process.ts';
import { CONFIG, synthesise } from './synth.ts';

const HEARTBEAT = { everyMs: 3_600_000, onSilence: 'cancel-entries' } as const;

/** One live account with rails, one source that should speak. */
const { main } = CONFIG.accounts;
const { trend } = CONFIG.sources;
const config = {
  ...CONFIG,
  summary: { atMinute: 0, channels: [] },
  accounts: { main: main! },
  sources: { trend: { ...trend!, heartbeat: HEARTBEAT, allow: { flatten: true } } },
  // No e-mail: nothing here stands in for SES.
  channels: { ops: { slack: 'harpoon/slack' } },
};

let cloud: Cloud;
let kraken: RunningKraken;
let gateway: Gateway;
let poller: Poller;
let source: MadeUpSource;
const lambdas = new Map<FunctionName, LambdaProcess>();
const proxies = new Map<FunctionName, IamProxy>();
const invoke = (name: FunctionName, event: unknown): Promise<unknown> =>
  lambdas.get(name)!.invoke(event);

beforeAll(async () => {
  cloud = await startCloud();
  Object.assign(process.env, cloud.environment);
  const secrets = new SecretsManagerClient({});
  const keys = await Promise.all(
    (['trade', 'query'] as const).map(async (half) => ({
      ...(await localKey(secrets, `harpoon/main/${half}`)),
      account: 'main',
      balances: { USD: '10000' },
      permissions: [
        'query-funds',
        'query-open-trades',
        'query-closed-trades',
        ...(half === 'trade' ? ['modify-trades'] : []),
      ],
    })),
  );
  kraken = await startKraken({ port: 0, accounts: keys });
  kraken.control.setPrice('BTC/USD', '50000');
  source = await localSource(secrets, trend!.secret, trend!.auth);
  const table = openTable(cloud.tableName);
  const clock = systemClock;
  await armAccount('main', { config, table, secrets, clock, krakenUrl: kraken.url });
  await startFunctions();
  poller = pollQueue({
    queueUrl: cloud.queueUrl,
    handler: (event) => invoke('execute-order', event) as Promise<SQSBatchResponse>,
  });
  gateway = await startGateway({
    port: 0,
    routes: [
      {
        method: 'POST',
        path: '/hook/{source}/{token}',
        handler: (event) =>
          invoke('receive-signal', event) as Promise<APIGatewayProxyStructuredResultV2>,
      },
    ],
  });
}, 120_000);

async function startFunctions(): Promise<void> {
  const bundles = await bundleAll(mkdtempSync(join(tmpdir(), 'harpoon-runtime-')), config);
  const roles = synthesise(config);
  for (const name of FUNCTION_NAMES) {
    const proxy = await startIamProxy(statementsOf(roles, name), cloud.environment);
    proxies.set(name, proxy);
    const lambda = await startLambda(bundles[name].directory, {
      ...cloud.environment,
      ...proxy.environment,
      HARPOON_TABLE: cloud.tableName,
      // The SDK sends to the host of a queue's URL, whatever the endpoint.
      HARPOON_QUEUE_URL: cloud.queueUrl.replace(
        cloud.environment['AWS_ENDPOINT_URL_SQS'] ?? '',
        proxy.environment['AWS_ENDPOINT_URL_SQS'] ?? '',
      ),
      KRAKEN_SPOT_URL: kraken.url,
    });
    lambdas.set(name, lambda);
  }
}

afterAll(async () => {
  await gateway?.close();
  await poller?.stop();
  for (const lambda of lambdas.values()) await lambda.close();
  for (const proxy of proxies.values()) await proxy.close();
  await kraken?.close();
  await cloud?.close();
});

/** Posts a signal as TradingView does. */
async function post(
  body: Readonly<Record<string, unknown>>,
  token = source.token,
): Promise<{ readonly status: number; readonly text: string }> {
  const answer = await fetch(`${gateway.url}/hook/trend/${token}`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(body),
  });
  return { status: answer.status, text: await answer.text() };
}

/** The order rows: what state they are in, and the order that each knows at the exchange. */
async function orderRows(): Promise<readonly Record<string, unknown>[]> {
  const { client, name } = openTable(cloud.tableName);
  const { Items = [] } = await client.send(new ScanCommand({ TableName: name }));
  return Items.filter(({ pk, sk }) => String(pk).startsWith('ORD#') && sk === 'A');
}

function isRow(row: Record<string, unknown>, id: string, state: string): boolean {
  return (row['signal'] as { id: string }).id === id && row['state'] === state;
}

/** Waits for the row of a signal to come into a state. */
function rowOf(id: string, state: string): Promise<Record<string, unknown>> {
  return eventually(async () => (await orderRows()).find((row) => isRow(row, id, state)));
}

/** A signal that buys now. */
function buy(id: string): Readonly<Record<string, unknown>> {
  const time = new Date().toISOString().replace(/\.\d+Z$/, 'Z');
  const secret = source.secrets[0]?.value;
  return { secret, id, time, symbol: 'KRAKEN:XBTUSD', action: 'buy' };
}

/** Lifts the switch of the account, as a person does in two steps. */
async function goOn(): Promise<void> {
  const deps = {
    config,
    clock: systemClock,
    ids: randomIds,
    board: dynamoSwitchBoard(openTable(cloud.tableName)),
  };
  const scope = switchOf('main');
  const offered = await requestResume(scope, deps);
  if (offered.kind !== 'offered') throw new Error('the account is halted');
  const wish = { code: offered.offer.code, why: 'a test goes on', by: 'the test' };
  expect(await confirmResume(scope, wish, deps)).toBe('resumed');
}

async function eventually<T>(read: () => Promise<T | undefined>): Promise<T> {
  for (const giveUpAtMs = Date.now() + 20_000; Date.now() < giveUpAtMs;) {
    const found = await read();
    if (found !== undefined) return found;
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
  throw new Error('it did not happen within 20 s');
}

describe('the deployed bundles', () => {
  it('run on the Node.js that was asked for', () => {
    const wanted = process.env['LAMBDA_NODE_MAJOR'] ?? process.version.slice(1).split('.')[0];
    for (const name of FUNCTION_NAMES) {
      expect(lambdas.get(name)?.node).toMatch(new RegExp(`^v${wanted}\\.`));
    }
  });

  it('answer junk with an explicit refusal', async () => {
    expect((await post({ action: 'buy' }, 'x'.repeat(43))).status).toBe(401);
    const unreadable = await invoke('receive-signal', { requestContext: {} }).catch(String);
    expect(unreadable).toMatchObject({ statusCode: expect.any(Number) as number });
    expect((unreadable as { statusCode: number }).statusCode).toBeGreaterThanOrEqual(400);
  });

  it('make one order of a signal, and none of its repetition', async () => {
    await invoke('reconcile-orders', {});
    const signal = buy('order-1');
    const first = await post(signal);
    expect(first.text).toContain('accepted');
    expect(first.status).toBe(200);
    const row = await rowOf('order-1', 'placed');
    expect(JSON.stringify(kraken.control.state().orders)).toContain(String(row['exchangeOrderId']));
    expect((await post(signal)).text).toContain('duplicate');
    expect((await post({ ...signal, action: 'sell' })).status).toBe(409);
    expect(await orderRows()).toHaveLength(1);
    expect(kraken.control.state().orders).toHaveLength(1);
  });

  it('find an order again whose answer got lost, and do not send it twice', async () => {
    kraken.control.addFault({ method: 'AddOrder', kind: 'reset-after' });
    expect((await post(buy('order-2'))).status).toBe(200);
    await rowOf('order-2', 'unknown');
    await eventually(async () => {
      await invoke('reconcile-orders', {});
      return (await orderRows()).find((row) => isRow(row, 'order-2', 'placed'));
    });
    expect(kraken.control.state().orders).toHaveLength(2);
  });

  it('put on record that the source was heard, and cancel its entry when it falls silent', async () => {
    const limit = { type: 'limit', price: '49500' };
    expect((await post({ ...buy('order-rests'), ...limit })).status).toBe(200);
    const row = await rowOf('order-rests', 'placed');
    expect((await post({ ...buy('alive'), id: undefined, action: 'heartbeat' })).text).toContain(
      'heard',
    );
    const { client, name } = openTable(cloud.tableName);
    const item = async (pk: string) =>
      (await client.send(new GetCommand({ TableName: name, Key: { pk, sk: 'A' } }))).Item;
    expect(await item('HEARD#trend')).toMatchObject({ heardAtMs: expect.any(Number) as number });
    await invoke('reconcile-orders', {});
    expect(await item('WATCH#trend')).toMatchObject({ watch: expect.any(Object) as object });
    // Two hours ago: as if nothing had been heard, and nobody but the minute's job had looked.
    const heardAtMs = Date.now() - 7_200_000;
    const watch = { countsFromMs: heardAtMs, lookedAtMs: Date.now() - 60_000 };
    for (const Item of [
      { pk: 'HEARD#trend', sk: 'A', heardAtMs },
      { pk: 'WATCH#trend', sk: 'A', version: 1, watch },
    ]) {
      await client.send(new PutCommand({ TableName: name, Item }));
    }
    await invoke('reconcile-orders', {});
    const orderId = String(row['exchangeOrderId']);
    await eventually(async () =>
      kraken.control
        .state()
        .orders.find((one) => JSON.stringify(one).includes(orderId) && one.status === 'canceled'),
    );
    expect(await item(`OUT#silent:trend:${heardAtMs}`)).toBeDefined();
    expect(await item('WATCH#trend')).toMatchObject({
      watch: { silence: { sinceMs: heardAtMs } },
    });
  });

  it('cancel what rests and sell what is held, at the first try, when a message halts', async () => {
    const limit = { type: 'limit', price: '49500' };
    expect((await post({ ...buy('order-rests-too'), ...limit })).status).toBe(200);
    const { exchangeOrderId } = await rowOf('order-rests-too', 'placed');
    const halt = { ...buy('halt-1'), action: 'halt', flatten: true };
    expect((await post(halt)).text).toContain('halted');
    const orders = () => kraken.control.state().orders;
    await eventually(async () => orders().find(({ side }) => side === 'sell'));
    const resting = orders().find((one) => JSON.stringify(one).includes(String(exchangeOrderId)));
    expect(resting).toMatchObject({ status: 'canceled' });
    await goOn();
  });

  it('stop the account when Kraken refuses its key', async () => {
    const before = kraken.control.state().orders.length;
    kraken.control.addFault({ method: 'AddOrder', kind: 'error', error: 'EAPI:Invalid key' });
    expect((await post(buy('order-3'))).status).toBe(200);
    await rowOf('order-3', 'rejected');
    await invoke('reconcile-orders', {});
    expect((await post(buy('order-4'))).text).toContain('halted');
    expect(kraken.control.state().orders).toHaveLength(before);
  });

  it('watch prices and hand on notices', async () => {
    await invoke('check-prices', {});
    // The channel has no secret yet: the notice is kept, and why is written down.
    await invoke('deliver-notifications', {});
    const { client, name } = openTable(cloud.tableName);
    const { Items = [] } = await client.send(new ScanCommand({ TableName: name }));
    expect(Items.some(({ pk, sk }) => pk === 'ALERT' && sk === 'BEAT')).toBe(true);
    const notices = Items.filter(({ pk }) => String(pk).startsWith('OUT#'));
    expect(JSON.stringify(notices)).toContain('harpoon/slack');
    const summaries = notices.filter(({ pk }) => String(pk).startsWith('OUT#summary:'));
    expect(JSON.stringify(summaries)).toContain('against Kraken, no differences');
  });

  it('call nothing that their roles refuse', () => {
    const calls = Object.fromEntries(
      FUNCTION_NAMES.map((name) => [name, [...(proxies.get(name)?.denied ?? ['none'])]]),
    );
    expect(calls).toEqual(Object.fromEntries(FUNCTION_NAMES.map((name) => [name, []])));
    for (const name of FUNCTION_NAMES) expect(proxies.get(name)?.allowed.size).toBeGreaterThan(2);
  });
});
