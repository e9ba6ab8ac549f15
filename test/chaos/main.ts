/**
 * Fires signals at a real `npm start` that is killed and whose exchange fails, and holds the end
 * against what was sent.
 *
 *     npm run chaos -- --signals 600 --kills 6 --seed 7
 *     npm run chaos -- --signals 150 --kills 2 --seed 1 --short
 *
 *   --signals N   signals; each is sent one to four times            (600)
 *   --kills K     kill -9, a third of them while things are settled  (one for 100 signals)
 *   --seed S      draws copies, kills and faults                     (another one each time)
 *   --short       what has to be waited for is slept through: the machine is off for that time
 *
 * Exits 0 when nothing is wrong, else 1 with the first differences and the directory of the run; 2
 * when called wrongly. Firing takes a second for ten signals and some for each kill. Then an order
 * is only believed to be absent after its deadline, Kraken's lag and two sweeps: two minutes, four
 * where it is sent once more. A run gives up after firing and 15 minutes more (`--short`: 5).
 */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { doorOf } from '../infra/local/doors.ts';
import { fire } from './fire.ts';
import { planOf, type Wish } from './plan.ts';
import { report } from './report.ts';
import { Sender } from './sender.ts';
import { settle } from './settle.ts';
import { Stack } from './stack.ts';
import { differences, type ExchangeOrder, type Row } from './verdict.ts';

const VOLUME = '0.0001';
const CONFIG = `
accounts:
  notify: { exchange: kraken-spot, mode: paper }
  resend: { exchange: kraken-spot, mode: paper }
sources:
  notify: { auth: tradingview, accounts: [notify], size: { base: ${VOLUME} }, maxAge: 30m, allowFrom: any }
  resend: { auth: tradingview, accounts: [resend], size: { base: ${VOLUME} }, maxAge: 30m, allowFrom: any, onUnplaced: resend }
`;
const SHOWN = 20;

interface ExchangeState {
  readonly orders: readonly ExchangeOrder[];
  readonly counters: { readonly noncesRefused: number };
  readonly keys: readonly { readonly key: string }[];
}

async function run(wish: Wish): Promise<number> {
  const startMs = performance.now();
  const plan = planOf(wish);
  const directory = mkdtempSync(join(tmpdir(), 'harpoon-chaos-'));
  const configFile = join(directory, 'harpoon.yaml');
  writeFileSync(configFile, CONFIG);
  const stack = await Stack.start(directory, configFile);
  for (const signal of ['SIGINT', 'SIGTERM'] as const) {
    process.once(signal, () => void stack.end().then(() => process.exit(130)));
  }
  try {
    const { keys } = await stack.exchange<ExchangeState>();
    for (const { key } of keys) {
      await stack.control('balance', { key, asset: 'USD', amount: '100000000' });
    }
    const sender = new Sender(stack, {
      notify: doorOf(directory, 'notify'),
      resend: doorOf(directory, 'resend'),
    });
    const fired = await fire(plan, stack, sender);
    console.log(`fired    ${fired.kills} kills, ${Math.round(seconds(startMs))} s`);
    const rest = await settle(plan, stack, { short: wish.short });
    // Late copies and forgeries, when everything is over: nothing may come of them.
    for (const signal of rest.gaveUp ? [] : plan.signals) {
      if (signal.again) await sender.again(signal);
      if (signal.forged) await sender.forge(signal);
    }
    if (!rest.gaveUp) await settle({ ...plan, lastKills: [] }, stack, { short: wish.short });
    await stack.countFaults();
    const exchange = await stack.exchange<ExchangeState>();
    const rows = await stack.read<readonly Row[]>('/local/orders');
    const { told } = sender;
    const wrong = [
      ...told.wrong,
      ...differences({
        ...{ signals: plan.signals, volume: VOLUME, rows, orders: exchange.orders },
        ...{ acknowledged: told.acknowledged, conflicts: told.conflicts },
        notices: await stack.read('/local/notices'),
      }),
    ];
    const done = { rows, orders: exchange.orders.length, ...exchange.counters };
    const kills = { firing: fired.kills, settling: rest.kills, sleeps: rest.sleeps };
    const took = seconds(startMs);
    for (const line of report({ plan, told, faults: stack.faults, kills, ...done, took })) {
      console.log(line);
    }
    for (const line of wrong.slice(0, SHOWN)) console.log(`WRONG    ${line}`);
    console.log(`wrong    ${wrong.length}`);
    if (wrong.length === 0) rmSync(directory, { recursive: true, force: true });
    else console.log(`kept     ${directory}`);
    return wrong.length === 0 ? 0 : 1;
  } finally {
    await stack.end();
  }
}

function seconds(sinceMs: number): number {
  return (performance.now() - sinceMs) / 1_000;
}

function whole(name: string, text: string, least: number): number {
  const number = Number(text);
  if (/^\d{1,7}$/.test(text) && number >= least) return number;
  console.error(`--${name} is a whole number from ${least}, not ${text}`);
  process.exit(2);
}

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    signals: { type: 'string' },
    kills: { type: 'string' },
    seed: { type: 'string', default: String(Date.now() % 1_000_000) },
    short: { type: 'boolean', default: false },
  },
});
const signals = whole('signals', values.signals ?? positionals[0] ?? '600', 10);
const kills = whole('kills', values.kills ?? String(Math.ceil(signals / 100)), 0);
const seed = whole('seed', values.seed, 0);
const { short } = values;
console.log(
  `npm run chaos -- --signals ${signals} --kills ${kills} --seed ${seed}${short ? ' --short' : ''}`,
);
process.exit(await run({ signals, kills, seed, short }));
