/** One signal for two hundred accounts: until the sender is answered, and every order is queued. */
import { openTable } from '../../functions/adapters/dynamo/client.ts';
import { accountSwitch, GLOBAL_SWITCH } from '../../functions/adapters/dynamo/keys.ts';
import { dynamoMarketSnapshots } from '../../functions/adapters/dynamo/market-snapshots.ts';
import { dynamoOrderLog } from '../../functions/adapters/dynamo/order-log.ts';
import { dynamoOutbox } from '../../functions/adapters/dynamo/outbox.ts';
import { armSwitch, dynamoSwitches } from '../../functions/adapters/dynamo/switches.ts';
import { sqsOrderQueue } from '../../functions/adapters/sqs/order-queue.ts';
import { systemClock } from '../../functions/adapters/system-clock.ts';
import type { Account, Config } from '../../functions/core/config.ts';
import type { Log } from '../../functions/core/ports.ts';
import { parseSignal } from '../../functions/core/message/parse-signal.ts';
import { readJson } from '../../functions/core/message/json.ts';
import {
  receiveForAccounts,
  type RecordSignalDeps,
} from '../../functions/core/receive/receive-signal.ts';
import { startCloud } from '../../infra/local/cloud/cloud.ts';
import { median } from './bundles.ts';
import type { Figure } from './sign.ts';

const ACCOUNTS = 200;
const SIGNALS = 5;
const SILENT: Log = { info: () => undefined, warn: () => undefined, error: () => undefined };

/** Milliseconds for one signal with the table and the queue of the local stack. */
export async function benchFanOut(): Promise<Figure> {
  const cloud = await startCloud();
  const kept = { ...process.env };
  Object.assign(process.env, cloud.environment);
  try {
    const table = openTable(cloud.tableName);
    const config = configOf();
    for (const key of [GLOBAL_SWITCH, ...Object.keys(config.accounts).map(accountSwitch)]) {
      await armSwitch(table, key);
    }
    const clock = systemClock;
    const deps: RecordSignalDeps = {
      ...{ config, clock, log: SILENT },
      orderLog: dynamoOrderLog(table),
      queue: sqsOrderQueue(cloud.queueUrl),
      switches: dynamoSwitches(table, clock),
      outbox: dynamoOutbox(table),
      market: dynamoMarketSnapshots(table, clock),
    };
    const times: number[] = [];
    // The first one opens the connections.
    for (let at = 0; at <= SIGNALS; at += 1) {
      const startMs = performance.now();
      const { status } = await receive(`fan-out-${at}`, deps);
      if (status !== 200) throw new Error(`answered ${status}`);
      if (at > 0) times.push(performance.now() - startMs);
    }
    table.client.destroy();
    const name = `one signal for ${ACCOUNTS} accounts, answered`;
    return { name, value: median(times), unit: 'ms', budget: 3_000 };
  } finally {
    for (const name of Object.keys(process.env)) if (!(name in kept)) delete process.env[name];
    await cloud.close();
  }
}

function receive(id: string, deps: RecordSignalDeps) {
  const nowMs = deps.clock.nowMs();
  const time = new Date(nowMs).toISOString();
  const root = readJson(JSON.stringify({ id, time, symbol: 'KRAKEN:XBTUSD', action: 'buy' }));
  const source = deps.config.sources['bench'];
  if (!root.ok || root.value.kind !== 'object' || source === undefined) throw new Error(id);
  const parsed = parseSignal(root.value, { sourceName: 'bench', source });
  if (!parsed.ok) throw new Error(parsed.error.sentence);
  return receiveForAccounts(parsed.value, { name: 'bench', source }, nowMs, deps);
}

function configOf(): Config {
  const names = Array.from({ length: ACCOUNTS }, (_, at) => `acc-${at}`);
  const rails = { pairs: ['BTC/USD'] } as const;
  const account = (name: string): Account => {
    return { exchange: 'kraken-spot', mode: 'live', secret: `harpoon/${name}`, rails };
  };
  return {
    version: 1,
    accounts: Object.fromEntries(names.map((name) => [name, account(name)])),
    sources: {
      bench: {
        ...{ auth: 'tradingview', secret: 'harpoon/sources/bench', accounts: names },
        ...{ size: { kind: 'quote', amount: '100', currency: 'USD' }, maxAgeMs: 60_000 },
        ...{ symbols: {}, onUnplaced: 'notify', notify: [] },
      },
    },
    channels: {},
  };
}
