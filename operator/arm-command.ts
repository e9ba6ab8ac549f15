/**
 * `npm run arm -- ACCOUNT`: arms an account of a deployed Harpoon with the credentials of the
 * person who runs it. See arm.ts for what that means.
 */
import { parseArgs } from 'node:util';
import { SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { AWS_LIMITS } from '../functions/adapters/aws-limits.ts';
import { openTable } from '../functions/adapters/dynamo/client.ts';
import { TABLE_NAME } from '../functions/adapters/dynamo/table.ts';
import { krakenSpotUrl } from '../functions/adapters/kraken/spot-url.ts';
import { systemClock } from '../functions/adapters/system-clock.ts';
import { armAccount } from './arm.ts';
import { faultsText } from './config/fault.ts';
import { loadConfig } from './config/load.ts';

const HELP = `Arms an account: checks both halves of its keys at Kraken, writes the first nonces and switches.

  npm run arm -- ACCOUNT [--config harpoon.yaml] [--table ${TABLE_NAME}]

Uses your own AWS credentials and region. Harmless to repeat: it never lowers a nonce and never
lifts a halt. Exit code 0: armed; 1: not armed, with the reason; 2: wrong use or configuration.`;

async function main(): Promise<number> {
  const { values, positionals } = parseArgs({
    allowPositionals: true,
    options: {
      config: { type: 'string', default: 'harpoon.yaml' },
      table: { type: 'string', default: TABLE_NAME },
      help: { type: 'boolean', default: false },
    },
  });
  const [account, ...rest] = positionals;
  if (values.help || account === undefined || rest.length > 0) {
    process.stdout.write(`${HELP}\n`);
    return values.help ? 0 : 2;
  }
  const compiled = loadConfig(values.config);
  if (!compiled.ok) {
    process.stderr.write(`${faultsText(values.config, compiled.faults)}\n`);
    return 2;
  }
  await armAccount(account, {
    config: compiled.config,
    table: openTable(values.table),
    secrets: new SecretsManagerClient(AWS_LIMITS),
    clock: systemClock,
    krakenUrl: krakenSpotUrl(),
  });
  process.stdout.write(`Account ${account} is armed.\n`);
  return 0;
}

main().then(
  (code) => process.exit(code),
  (error: unknown) => {
    const reason = error instanceof Error ? error.message : String(error);
    process.stderr.write(`not armed: ${reason}\n`);
    process.exit(1);
  },
);
