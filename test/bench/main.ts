/**
 * `npm run bench`: figures against their budgets. Machines are noisy, so what matters is measured
 * as a ratio or a difference within one run; a missed budget makes the exit code 1.
 */
import { cpus } from 'node:os';
import { benchBundles } from './bundles.ts';
import { benchCheckPrices } from './check-prices.ts';
import { benchDecide } from './decide.ts';
import { benchFanOut } from './fan-out.ts';
import { benchIntent } from './intent.ts';
import { benchPlace } from './place.ts';
import { benchSign, type Figure } from './sign.ts';
import { benchSignal } from './signal.ts';

// The SDK's notice about Node versions to come is no figure.
process.env['AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED'] = 'true';

async function main(): Promise<void> {
  const [cpu] = cpus();
  console.log(`Node ${process.version}, ${cpus().length} x ${cpu?.model ?? 'unknown processor'}\n`);
  const parts: readonly (() => Promise<readonly Figure[]>)[] = [
    async () => [benchSign()],
    async () => [benchDecide()],
    async () => [benchIntent()],
    async () => [await benchPlace()],
    benchCheckPrices,
    benchBundles,
    benchSignal,
    async () => [await benchFanOut()],
  ];
  let missed = 0;
  for (const part of parts) {
    for (const figure of await part()) {
      if (figure.value > figure.budget) missed += 1;
      console.log(line(figure));
    }
  }
  console.log(missed === 0 ? '\nEvery budget is kept.' : `\n${missed} budgets are missed.`);
  process.exit(missed === 0 ? 0 : 1);
}

function line({ name, value, unit, budget }: Figure): string {
  const verdict = value <= budget ? 'ok    ' : 'MISSED';
  return `${verdict} ${name.padEnd(54)} ${value.toFixed(2).padStart(9)} ${unit}   (at most ${budget})`;
}

await main();
