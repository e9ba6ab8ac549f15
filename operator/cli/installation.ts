/**
 * An installation of Harpoon as commands use it: the ports of the core over its table, and the
 * configuration that it runs with. The same adapters and the same SDK for both kinds; only the
 * environment of this process differs.
 */
import { readFileSync } from 'node:fs';
import { DescribeTableCommand } from '@aws-sdk/client-dynamodb';
import { dynamoAlertStore } from '../../functions/adapters/dynamo/alert-store.ts';
import { openTable, type Table } from '../../functions/adapters/dynamo/client.ts';
import { dynamoDeliveryLog } from '../../functions/adapters/dynamo/delivery-log.ts';
import { dynamoOutbox } from '../../functions/adapters/dynamo/outbox.ts';
import { TABLE_NAME } from '../../functions/adapters/dynamo/table.ts';
import { systemClock } from '../../functions/adapters/system-clock.ts';
import type { AlertStore } from '../../functions/core/alerts/ports.ts';
import type { Config } from '../../functions/core/config.ts';
import type { DeliveryLog } from '../../functions/core/notifications/ports.ts';
import type { Clock, Outbox } from '../../functions/core/ports.ts';
import { faultsText } from '../config/fault.ts';
import { loadConfig } from '../config/load.ts';
import { explained } from './aws-error.ts';
import type { Target } from './choose.ts';
import { CliError } from './command.ts';

/** Where a command acts, and with what. */
export interface Installation {
  readonly kind: Target['kind'];
  /** `local stack in .harpoon`, `AWS account 123456789012, region eu-central-1, table harpoon`. */
  readonly title: string;
  /** The same in JSON. */
  readonly json: Readonly<Record<string, string>>;
  readonly config: Config;
  readonly table: Table;
  readonly clock: Clock;
  readonly alerts: AlertStore;
  readonly deliveries: DeliveryLog;
  readonly outbox: Outbox;
}

/** What an installation is opened with. */
export interface OpenOptions {
  readonly target: Target;
  /** The folder of the local stack, as it was named. */
  readonly directory: string;
  /** The configuration of what is deployed; a local stack names its own. */
  readonly configFile: string;
  /** Where nobody chose another name, TABLE_NAME. */
  readonly tableName: string | undefined;
}

/** Opens it. Throws CliError when it cannot be reached or is not configured. */
export async function openInstallation(options: OpenOptions): Promise<Installation> {
  return options.target.kind === 'local' ? openLocal(options) : openAws(options);
}

function openLocal({ target, directory }: OpenOptions): Installation {
  if (target.kind !== 'local') throw new TypeError('a local stack is opened');
  const { environment, table, configFile } = target.local;
  // Whatever there was of AWS must not reach the SDK: profiles, tokens, addresses.
  for (const name of Object.keys(process.env)) {
    if (name.startsWith('AWS_') && !name.startsWith('AWS_SDK_JS_')) delete process.env[name];
  }
  Object.assign(process.env, environment);
  const config = JSON.parse(readFileSync(configFile, 'utf8')) as Config;
  const json = { kind: 'local', directory, table };
  const title = `local stack in ${directory}`;
  return installationOf(openTable(table), { kind: 'local', title, json, config });
}

async function openAws({ configFile, tableName }: OpenOptions): Promise<Installation> {
  const compiled = loadConfig(configFile);
  if (!compiled.ok) {
    const faults = faultsText(configFile, compiled.faults).trimEnd();
    throw new CliError('usage', `${configFile} is not right:\n${faults}`);
  }
  const table = openTable(tableName ?? TABLE_NAME);
  const { account, region } = await whoseTable(table);
  const endpoint = process.env['AWS_ENDPOINT_URL_DYNAMODB'] ?? process.env['AWS_ENDPOINT_URL'];
  const at = endpoint === undefined ? '' : `, at ${endpoint}`;
  const title = `AWS account ${account}, region ${region}, table ${table.name}${at}`;
  const json = {
    ...{ kind: 'aws', account, region, table: table.name },
    ...(endpoint === undefined ? {} : { endpoint }),
  };
  return installationOf(table, { kind: 'aws', title, json, config: compiled.config });
}

/** The account and region that the table itself names: what is acted on, not what was meant. */
async function whoseTable({ client, name }: Table): Promise<{ account: string; region: string }> {
  try {
    const { Table: found } = await client.send(new DescribeTableCommand({ TableName: name }));
    const [, , , region, account] = (found?.TableArn ?? '').split(':');
    if (!region || !account) throw new Error(`the table has no ARN: ${String(found?.TableArn)}`);
    return { account, region };
  } catch (error) {
    throw explained(error, name);
  }
}

function installationOf(
  table: Table,
  known: Pick<Installation, 'kind' | 'title' | 'json' | 'config'>,
): Installation {
  return {
    ...known,
    ...{ table, clock: systemClock },
    alerts: dynamoAlertStore(table),
    deliveries: dynamoDeliveryLog(table),
    outbox: dynamoOutbox(table),
  };
}
