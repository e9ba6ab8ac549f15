/**
 * Harpoon on one machine, in one process: the same Lambda handlers behind a gateway, a queue
 * poller and a scheduler, over embedded AWS services and the embedded exchange. Everything that
 * must outlive a kill -9 lies in one directory.
 */
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import type { SQSEvent } from 'aws-lambda';
import { openTable } from '../../functions/adapters/dynamo/client.ts';
import { isArmed } from '../../functions/adapters/dynamo/lanes.ts';
import { keyIdOf } from '../../functions/adapters/secrets/account-keys.ts';
import { systemClock } from '../../functions/adapters/system-clock.ts';
import type { Config } from '../../functions/core/config.ts';
import { openingBook } from '../../functions/core/paper/paper-book.ts';
import { armAccount } from '../../operator/arm.ts';
import { removeEnvironment, writeEnvironment } from '../../operator/cli/environment-file.ts';
import { PICTURES, startBucket } from './cloud/bucket.ts';
import { startCloud } from './cloud/cloud.ts';
import { pollQueue } from './cloud/poll-queue.ts';
import { startGateway, type HttpFunction } from './gateway.ts';
import type { SimulatedKey } from './kraken/control.ts';
import { findAsset } from './kraken/names.ts';
import { startKraken } from './kraken/server.ts';
import { localConfig } from './local-config.ts';
import { lookRoutes } from './look.ts';
import { Mailbox } from './mailbox/mailbox.ts';
import { startMail } from './mailbox/mail-stand-in.ts';
import { mailboxRoutes } from './mailbox/routes.ts';
import { startSlack } from './mailbox/slack-stand-in.ts';
import { localKey, localSlack, localSource, type MadeUpSource } from './made-up-keys.ts';
import { schedule } from './schedule.ts';

/** What the local stack is started with. */
export interface StackOptions {
  readonly config: Config;
  /** Where everything is kept. */
  readonly directory: string;
  /** Ports on 127.0.0.1; 0 takes any free one. */
  readonly port: number;
  readonly krakenPort: number;
  /** How often the scheduled functions run; a minute, as on AWS. */
  readonly everyMs?: number;
}

/** A running local stack. */
export interface LocalStack {
  readonly gatewayUrl: string;
  readonly krakenUrl: string;
  readonly config: Config;
  readonly sources: ReadonlyMap<string, MadeUpSource>;
  /** Newest prices of the embedded exchange, by pair. */
  readonly prices: ReadonlyMap<string, string>;
  readonly environment: Readonly<Record<string, string>>;
  close(): Promise<void>;
}

const MINUTE_MS = 60_000;

/** A little more than a chart shows. */
const PAST_MINUTES = 200;

/** Permissions of the made-up keys: as narrow as the README asks for on Kraken. */
const QUERY = ['query-funds', 'query-open-trades', 'query-closed-trades'];
const TRADE = [...QUERY, 'modify-trades'];

/** Both halves of an account's keys see the same money: what paper begins with, as far as listed here. */
function at(account: string, funds: Readonly<Record<string, string>>) {
  const listed = Object.entries(funds).filter(([asset]) => findAsset(asset) !== undefined);
  return { account, balances: Object.fromEntries(listed) };
}

/** Starts everything, arms every account, and runs the first minute's job. */
export async function startLocalStack(options: StackOptions): Promise<LocalStack> {
  const { directory } = options;
  mkdirSync(directory, { recursive: true });
  const config = localConfig(options.config);
  const cloud = await startCloud({ directory: join(directory, 'aws') });
  const configFile = join(directory, 'config.json');
  writeFileSync(configFile, JSON.stringify(config, null, 2));
  Object.assign(process.env, cloud.environment, {
    HARPOON_TABLE: cloud.tableName,
    HARPOON_QUEUE_URL: cloud.queueUrl,
    HARPOON_CONFIG: configFile,
    HARPOON_LOG_FILE: join(directory, 'functions.log'),
  });

  const mailbox = new Mailbox(join(directory, 'mailbox.jsonl'));
  const slack = await startSlack(mailbox);
  const mail = await startMail(mailbox);
  const bucket = await startBucket(join(directory, 'bucket'));
  Object.assign(process.env, {
    AWS_ENDPOINT_URL_SESV2: mail.url,
    AWS_ENDPOINT_URL_S3: bucket.url,
    HARPOON_PICTURES: PICTURES,
  });

  const secrets = new SecretsManagerClient({});
  for (const channel of Object.values(config.channels)) {
    if ('slack' in channel) await localSlack(secrets, channel.slack, slack.url);
  }
  const keys = await accountKeysOf(config, secrets);
  const kraken = await startKraken({
    port: options.krakenPort,
    directory: join(directory, 'kraken'),
    accounts: keys,
    pastMinutes: PAST_MINUTES,
  });
  process.env['KRAKEN_SPOT_URL'] = kraken.url;
  const sources = await sourcesOf(config, secrets);

  const table = openTable(cloud.tableName);
  // A lane that a killed process held stays held for some seconds; armed it is all the same.
  const armed = await Promise.all(keys.map(({ key }) => isArmed(table, keyIdOf(key))));
  if (armed.includes(false)) {
    const arming = { config, table, secrets, clock: systemClock, krakenUrl: kraken.url };
    for (const account of Object.keys(config.accounts)) await armAccount(account, arming);
  }

  // Only now: the handlers read their environment when they are loaded, as on Lambda.
  const receive = await import('../../functions/receive-signal/handler.ts');
  const execute = await import('../../functions/execute-order/handler.ts');
  const reconcile = await import('../../functions/reconcile-orders/handler.ts');
  const check = await import('../../functions/check-prices/handler.ts');
  const deliver = await import('../../functions/deliver-notifications/handler.ts');
  const everyMs = options.everyMs ?? MINUTE_MS;
  const failed = (name: string) => (error: unknown) =>
    process.stderr.write(`${name} failed: ${String(error)}\n`);
  const jobs = {
    reconcile: schedule({
      job: () => reconcile.handler(),
      everyMs,
      failed: failed('reconcile-orders'),
    }),
    // What was found is told in the same minute.
    prices: schedule({
      job: async () => {
        await check.handler().catch(failed('check-prices'));
        await deliver.handler();
      },
      everyMs,
      failed: failed('deliver-notifications'),
    }),
  };
  await jobs.reconcile.now();
  await jobs.prices.now();
  const poller = pollQueue({
    queueUrl: cloud.queueUrl,
    // One order a call, as the function is deployed.
    batchSize: 1,
    handler: (event: SQSEvent) => execute.handler(event),
  });
  const hook: HttpFunction = (event) => receive.handler(event);
  const gateway = await startGateway({
    port: options.port,
    routes: [
      { method: 'POST', path: '/hook/{source}/{token}', handler: hook },
      ...lookRoutes(table, jobs),
      ...mailboxRoutes(mailbox, slack),
    ],
  });

  // For `npx harpoon`; last, so that whoever finds it finds everything running.
  const { environment, queueUrl, tableName } = cloud;
  writeEnvironment(directory, {
    ...{ version: 1, pid: process.pid, startedAtMs: systemClock.nowMs(), configFile },
    table: tableName,
    environment: {
      ...{ ...environment, HARPOON_QUEUE_URL: queueUrl, KRAKEN_SPOT_URL: kraken.url },
      HARPOON_GATEWAY_URL: gateway.url,
    },
  });

  return {
    gatewayUrl: gateway.url,
    krakenUrl: kraken.url,
    config,
    sources,
    prices: new Map(kraken.control.state().markets.map(({ name, last }) => [name, last])),
    environment: cloud.environment,
    async close() {
      removeEnvironment(directory, process.pid);
      await gateway.close();
      await Promise.all(Object.values(jobs).map((job) => job.stop()));
      await poller.stop();
      await kraken.close();
      await Promise.all([slack, mail, bucket, cloud].map((service) => service.close()));
    },
  };
}

/** Both halves of every account's keys; the query half may not place orders. */
async function accountKeysOf(
  config: Config,
  secrets: SecretsManagerClient,
): Promise<readonly SimulatedKey[]> {
  const all = Object.values(config.accounts);
  const funds = new Map(
    all.map((account) => [account.secret ?? '', openingBook(account).balances] as const),
  );
  const pairs = await Promise.all(
    [...funds].map(async ([name, begins]) => [
      { ...(await localKey(secrets, `${name}/trade`)), ...at(name, begins), permissions: TRADE },
      { ...(await localKey(secrets, `${name}/query`)), ...at(name, begins), permissions: QUERY },
    ]),
  );
  return pairs.flat();
}

async function sourcesOf(
  config: Config,
  secrets: SecretsManagerClient,
): Promise<ReadonlyMap<string, MadeUpSource>> {
  const made = await Promise.all(
    Object.entries(config.sources).map(
      async ([name, { secret, auth }]) => [name, await localSource(secrets, secret, auth)] as const,
    ),
  );
  return new Map(made);
}
