/** A folder with an embedded table and a running local stack's file, and the real command line in it. */
import { spawn } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb';
import { dynamoAlertStore } from '../../../functions/adapters/dynamo/alert-store.ts';
import type { Table } from '../../../functions/adapters/dynamo/client.ts';
import { dynamoDeliveryLog } from '../../../functions/adapters/dynamo/delivery-log.ts';
import { dynamoOutbox } from '../../../functions/adapters/dynamo/outbox.ts';
import { TABLE_NAME } from '../../../functions/adapters/dynamo/table.ts';
import type { AlertStore } from '../../../functions/core/alerts/ports.ts';
import type { Config } from '../../../functions/core/config.ts';
import type { Notice } from '../../../functions/core/notices/notice.ts';
import type { Delivery } from '../../../functions/core/notifications/ports.ts';
import { startCloud, type Cloud } from '../../../infra/local/cloud/cloud.ts';
import { localClient } from '../../../infra/local/cloud/local-account.ts';
import { writeEnvironment } from '../../../operator/cli/environment-file.ts';
import { main } from '../../../operator/cli/main.ts';
import { compileConfig } from '../../../operator/config/compile.ts';

export const HARPOON = fileURLToPath(new URL('../../../operator/cli/harpoon.js', import.meta.url));

/** The configuration that the tests run with, unless they bring their own. */
export const YAML = `accounts:
  main:
    exchange: kraken-spot
    mode: paper
sources:
  btc-trend: { auth: tradingview, accounts: [main], size: { quote: 100 USD }, maxAge: 60s }
channels:
  ops: { slack: harpoon/slack }
  me: { email: me@example.com }
timezone: UTC
alerts:
  - { rule: ETH/USD below 3000 for 10m, id: eth-low, notify: [me] }
`;

/** What a command line came to. */
export interface Run {
  readonly code: number | null;
  readonly out: string;
  readonly err: string;
}

/** One world; nothing of it is shared with another one. */
export interface CliWorld {
  readonly folder: string;
  readonly cloud: Cloud;
  readonly config: Config;
  readonly alerts: AlertStore;
  /** Runs `harpoon` in the folder as a process, with nothing in the environment but what is given. */
  run(args: readonly string[], env?: Readonly<Record<string, string>>): Promise<Run>;
  /** The same in this process: quicker, for tables. */
  runHere(args: readonly string[], env?: Readonly<Record<string, string>>): Promise<Run>;
  /** The same again, on the local stack. */
  call(args: readonly string[]): Promise<Run>;
  /** A notification that was told, or is being told. */
  told(notice: Notice, deliveries: readonly Delivery[]): Promise<void>;
  notices(): Promise<readonly Notice[]>;
  close(): Promise<void>;
}

/** Starts a world; its stack is this process. */
export async function cliWorld(yaml = YAML): Promise<CliWorld> {
  const folder = mkdtempSync(join(tmpdir(), 'harpoon-cli-'));
  const compiled = compileConfig(yaml);
  if (!compiled.ok) throw new Error(JSON.stringify(compiled.faults));
  const cloud = await startCloud();
  const directory = join(folder, '.harpoon');
  mkdirSync(directory);
  writeFileSync(join(folder, 'harpoon.yaml'), yaml);
  const configFile = join(directory, 'config.json');
  writeFileSync(configFile, JSON.stringify(compiled.config));
  writeEnvironment(directory, {
    ...{ version: 1, pid: process.pid, startedAtMs: Date.now(), configFile },
    ...{ table: cloud.tableName, environment: cloud.environment },
  });
  const url = cloud.environment['AWS_ENDPOINT_URL_DYNAMODB'] ?? '';
  const table = tableAt(url);
  return {
    ...{ folder, cloud, config: compiled.config, alerts: dynamoAlertStore(table) },
    run: (args, env = {}) => runHarpoon(args, folder, env),
    runHere: (args, env) => runHere(args, folder, env),
    async call(args) {
      const local = [...args, '--on', 'local', '--dir', directory];
      return inEnvironment(foreign(), () => captured(local));
    },
    told: toldIn(url),
    notices: async () => {
      const entries = await dynamoDeliveryLog(table).recent(1_000);
      return entries.map(({ notice }) => notice);
    },
    async close() {
      table.client.destroy();
      await cloud.close();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

function tableAt(url: string): Table {
  const marshallOptions = { removeUndefinedValues: true };
  const raw = new DynamoDBClient(localClient(url));
  return { client: DynamoDBDocumentClient.from(raw, { marshallOptions }), name: TABLE_NAME };
}

/** Writes notifications that were told, or are being told, into the table at an address. */
export function toldIn(url: string): CliWorld['told'] {
  const table = tableAt(url);
  const deliveryLog = dynamoDeliveryLog(table);
  return async (notice, deliveries) => {
    await dynamoOutbox(table).put(notice);
    const entry = (await deliveryLog.recent(1_000)).find((one) => one.notice.id === notice.id);
    if (entry === undefined) throw new Error(`${notice.id} is not there`);
    await deliveryLog.record(entry, deliveries);
  };
}

/**
 * Runs the command line in this process as if it were called in a folder, with nothing of AWS in the
 * environment but what is given: what a process of its own takes a second for.
 */
export async function runHere(
  args: readonly string[],
  folder: string,
  env: Readonly<Record<string, string>> = {},
): Promise<Run> {
  const from = process.cwd();
  // No home: no profile of whoever runs the tests may be found.
  const environment = { ...foreign(), HOME: folder, ...env };
  process.chdir(folder);
  try {
    return await inEnvironment(environment, () => captured(args));
  } finally {
    process.chdir(from);
  }
}

/** What is neither of AWS nor of Harpoon, which other tests leave behind. */
function foreign(): NodeJS.ProcessEnv {
  const ours = ['AWS_', 'HARPOON_'];
  const entries = Object.entries(process.env);
  return Object.fromEntries(entries.filter(([name]) => !ours.some((own) => name.startsWith(own))));
}

/** Does it in an environment that is put back afterwards: the command line writes into it. */
async function inEnvironment<T>(environment: NodeJS.ProcessEnv, run: () => Promise<T>): Promise<T> {
  const before = { ...process.env };
  become(environment);
  try {
    return await run();
  } finally {
    become(before);
  }
}

function become(environment: NodeJS.ProcessEnv): void {
  for (const name of Object.keys(process.env)) {
    if (!(name in environment)) delete process.env[name];
  }
  Object.assign(process.env, environment);
}

async function captured(args: readonly string[]): Promise<Run> {
  const written = { out: '', err: '' };
  const code = await main(args, {
    out: (text) => (written.out += text),
    err: (text) => (written.err += text),
    isTty: false,
  });
  return { code, ...written };
}

/** Runs the real command line in a folder; nothing of this process's environment but PATH. */
export function runHarpoon(
  args: readonly string[],
  cwd: string,
  env: Readonly<Record<string, string>>,
): Promise<Run> {
  const { PATH = '' } = process.env;
  const child = spawn(process.execPath, [HARPOON, ...args], {
    cwd,
    // No home: no profile of whoever runs the tests may be found.
    env: { PATH, HOME: cwd, ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let [out, err] = ['', ''];
  child.stdout.on('data', (chunk: Buffer) => (out += chunk.toString('utf8')));
  child.stderr.on('data', (chunk: Buffer) => (err += chunk.toString('utf8')));
  return new Promise((resolve, reject) => {
    child.once('error', reject);
    child.once('close', (code) => {
      resolve({ code, out, err });
    });
  });
}
