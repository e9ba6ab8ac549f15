/**
 * `npm run replay`: sends recorded alerts to the local stack that runs, as TradingView sends them.
 */
import { setTimeout as sleep } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import { GetSecretValueCommand, SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import type { OrderRow } from '../../functions/core/order.ts';
import { isRunning, readEnvironment } from '../../operator/cli/environment-file.ts';
import { localClient } from './cloud/local-account.ts';
import type { MadeUpSource } from './made-up-keys.ts';
import { arriving, firedAt, readAlerts, withSecret, type Mishaps } from './recording.ts';

const HELP = `Sends recorded alerts of TradingView to the local stack that runs.

  npm run replay -- SOURCE [options]

  SOURCE             a source of the stack; docs/replay/SOURCE.jsonl has its alerts
  --lose N           message N never arrives
  --double N         message N is delivered twice
  --swap N           message N arrives after the next one
  --dir DIRECTORY    of the stack             (.harpoon)

Their times become the last seconds, one second for each; nothing else of them is changed.`;

/** Exit codes: 0 all were accepted, 1 one was not or there is no stack, 2 no source was named. */
async function main(): Promise<number> {
  const { values, positionals } = parseArgs({
    allowPositionals: true,
    options: {
      ...{ lose: { type: 'string' }, double: { type: 'string' }, swap: { type: 'string' } },
      dir: { type: 'string', default: '.harpoon' },
      help: { type: 'boolean', default: false },
    },
  });
  const [source, ...more] = positionals;
  if (values.help || source === undefined || more.length > 0 || !/^[a-z][a-z0-9-]*$/.test(source)) {
    process.stdout.write(`${HELP}\n`);
    return values.help ? 0 : 2;
  }
  const door = await doorOf(source, values.dir);
  const recorded = readAlerts(new URL(`../../docs/replay/${source}.jsonl`, import.meta.url));
  const lastMs = await lastSecond(recorded.length, source, door.gatewayUrl);
  const alerts = recorded.map((alert, at) =>
    firedAt(alert, lastMs - (recorded.length - 1 - at) * 1_000),
  );
  const mishaps = Object.fromEntries(
    (['lose', 'double', 'swap'] as const).map((name) => [name, whole(name, values[name])]),
  ) as Mishaps;
  let refused = 0;
  for (const alert of arriving(alerts, mishaps)) {
    const answer = await fetch(door.url, {
      method: 'POST',
      headers: { 'content-type': 'application/json; charset=utf-8' },
      body: withSecret(alert, door.secret),
    });
    const { status, message } = (await answer.json()) as Record<string, string | undefined>;
    if (!answer.ok) refused += 1;
    process.stdout.write(`${alert.id}: ${answer.status} ${status ?? message ?? ''}\n`);
  }
  return refused === 0 ? 0 : 1;
}

/**
 * The time of the last of so many alerts, one each second. What was played before stays before it: it
 * waits some seconds where it has to.
 */
async function lastSecond(count: number, source: string, gatewayUrl: string): Promise<number> {
  const answer = await fetch(`${gatewayUrl}/local/orders`);
  const rows = (await answer.json()) as readonly Pick<OrderRow, 'signal'>[];
  const before = rows.filter(({ signal }) => signal.source === source);
  const newestMs = Math.max(0, ...before.map(({ signal }) => signal.sentAtMs));
  const leastMs = newestMs + count * 1_000;
  await sleep(Math.max(0, leastMs - Date.now()));
  return Math.max(leastMs, Date.now());
}

/** Where the source is spoken to, and with which made-up secret. */
async function doorOf(
  source: string,
  directory: string,
): Promise<{ readonly url: string; readonly secret: string; readonly gatewayUrl: string }> {
  const found = readEnvironment(directory);
  if (typeof found === 'string' || !(await isRunning(found))) {
    throw new Error(`no local stack runs in ${directory}. Start it with npm start.`);
  }
  const { environment } = found;
  const endpoint = environment['AWS_ENDPOINT_URL_SECRETS_MANAGER'] ?? '';
  const client = new SecretsManagerClient(localClient(endpoint));
  const name = `harpoon/sources/${source}`;
  const held = await client.send(new GetSecretValueCommand({ SecretId: name }));
  const { token, secrets } = JSON.parse(held.SecretString ?? '{}') as MadeUpSource;
  client.destroy();
  const gatewayUrl = environment['HARPOON_GATEWAY_URL'] ?? '';
  const url = `${gatewayUrl}/hook/${source}/${token}`;
  return { url, secret: secrets[0]?.value ?? '', gatewayUrl };
}

function whole(name: string, text: string | undefined): number | undefined {
  if (text === undefined || /^[1-9]\d{0,3}$/.test(text))
    return text === undefined ? text : Number(text);
  throw new Error(`--${name} is the number of a message, from 1 on, not ${text}`);
}

process.env['AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED'] = 'true';

main().then(
  (code) => process.exit(code),
  (error: unknown) => {
    process.stderr.write(`replay: ${error instanceof Error ? error.message : String(error)}\n`);
    process.exit(1);
  },
);
