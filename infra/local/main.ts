/**
 * `npm start`: Harpoon on this machine, with an embedded exchange. Prints what to try next.
 */
import { resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { faultsText } from '../../operator/config/fault.ts';
import { loadConfig } from '../../operator/config/load.ts';
import { startLocalStack, type LocalStack } from './stack.ts';
import { alertTrial, alertTrialText } from './try-alert.ts';
import { curlFor, pairToTry } from './try-this.ts';

const HELP = `Harpoon on this machine: gateway, queue, table, scheduler and an embedded exchange.

  npm start -- [options]

  --config FILE      configuration            (harpoon.yaml)
  --dir DIRECTORY    where everything is kept (.harpoon)
  --port N           gateway                  (8787, or HARPOON_PORT)
  --kraken-port N    Kraken simulator         (8788, or HARPOON_KRAKEN_PORT)
  --help

Nothing leaves the machine: every account trades on the embedded exchange with made-up keys.`;

/** Exit codes: 0 stopped by the user, 1 could not start or was called wrongly, 2 wrong configuration. */
async function main(): Promise<number> {
  const { values } = parseArgs({
    options: {
      config: { type: 'string', default: 'harpoon.yaml' },
      dir: { type: 'string', default: '.harpoon' },
      port: { type: 'string', default: process.env['HARPOON_PORT'] ?? '8787' },
      'kraken-port': { type: 'string', default: process.env['HARPOON_KRAKEN_PORT'] ?? '8788' },
      help: { type: 'boolean', default: false },
    },
  });
  if (values.help) {
    print(HELP);
    return 0;
  }
  const compiled = loadConfig(values.config);
  if (!compiled.ok) {
    process.stderr.write(`${faultsText(values.config, compiled.faults)}\n`);
    return 2;
  }
  const stack = await startLocalStack({
    config: compiled.config,
    directory: resolve(values.dir),
    port: portOf(values.port),
    krakenPort: portOf(values['kraken-port']),
  });
  print(welcome(stack));
  await signalled();
  await stack.close();
  return 0;
}

function welcome(stack: LocalStack): string {
  const { gatewayUrl, krakenUrl, config, sources, prices } = stack;
  // The printed message is in Harpoon's own words, which a source with a map does not speak.
  const first = [...sources].find(([name]) => config.sources[name]?.map === undefined);
  const [name, secrets] = first ?? [];
  const source = name === undefined ? undefined : config.sources[name];
  const lines = [
    '',
    'Harpoon is running on this machine. Nothing leaves it.',
    '',
    `  gateway            ${gatewayUrl}`,
    `  Kraken simulator   ${krakenUrl}   (controls: curl ${krakenUrl}/control)`,
    `  orders             curl ${gatewayUrl}/local/orders`,
    `  notices            curl ${gatewayUrl}/local/notices`,
    `  mailbox            ${gatewayUrl}/local/mailbox   (what Slack and e-mail would show)`,
    `  settle now         curl -X POST ${gatewayUrl}/local/reconcile   (else once a minute)`,
    `  check prices now   curl -X POST ${gatewayUrl}/local/check-prices   (else once a minute)`,
    '',
  ];
  if (name !== undefined && secrets !== undefined && source !== undefined) {
    const pair = pairToTry(source, config, (one) => prices.has(one));
    lines.push(
      `Try this. It buys once; the same command again is a duplicate (within ${source.maxAgeMs / 1_000} s,`,
      'later its signal is stale and buys nothing):',
      '',
      `  ${curlFor(name, source, { gatewayUrl, secrets, nowMs: Date.now(), pair })}`,
      '',
      `See the order at the exchange:   curl ${krakenUrl}/control/state`,
      '',
    );
  }
  lines.push(
    ...alertTrialText(alertTrial(config, { krakenUrl, prices }), { gatewayUrl }),
    'Stop with Ctrl-C; everything is kept and goes on at the next start.',
  );
  return lines.join('\n');
}

function portOf(text: string): number {
  if (!/^\d{1,5}$/.test(text) || Number(text) > 65_535) {
    throw new Error(`a port is a number from 0 to 65535, not ${text}`);
  }
  return Number(text);
}

function signalled(): Promise<void> {
  return new Promise((resolve) => {
    for (const signal of ['SIGINT', 'SIGTERM'] as const) {
      process.once(signal, () => {
        resolve();
      });
    }
  });
}

function print(text: string): void {
  process.stdout.write(`${text}\n`);
}

// The SDK's notice about Node versions to come is for developers, not for who starts this.
process.env['AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED'] = 'true';

main().then(
  (code) => process.exit(code),
  (error: unknown) => {
    process.stderr.write(`harpoon: ${error instanceof Error ? error.message : String(error)}\n`);
    process.exit(1);
  },
);
