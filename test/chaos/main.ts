/**
 * `npm run chaos -- [signals]`: fires signals, many of them more than once, at a real local stack
 * that is killed at random and whose exchange is made to fail; at the end every accepted signal
 * must be final, and the exchange must hold exactly the orders that the rows say. Takes some four
 * minutes, because what is unknown is only settled after Kraken's deadline and lag.
 */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { ORDER_STATES, isFinal, type OrderState } from '../../functions/core/order-state.ts';
import { get, post, startStack, type StackProcess } from '../infra/local/stack-process.ts';

const CONFIG = `
accounts:
  main: { exchange: kraken-spot, mode: paper }
sources:
  chaos: { auth: tradingview, accounts: [main], size: { base: 0.0002 }, maxAge: 10m, allowFrom: any }
channels:
  ops: { slack: harpoon/slack }
`;

const FAULTS = [
  'reset-before',
  'reset-after',
  'html-502-before',
  'html-502-after',
  'cut-json-after',
  'redirect-307',
  'misdirected-421',
] as const;
const SETTLE_UNTIL_MS = 6 * 60_000;

interface Row {
  readonly state: OrderState;
  readonly clientOrderId: string;
  readonly auditFault: string | null;
  readonly signal: { readonly id: string };
}
interface ExchangeState {
  readonly orders: readonly { readonly clOrdId: string }[];
  readonly counters: { readonly noncesRefused: number };
}

const signals = Number(process.argv[2] ?? 1_000);
const directory = mkdtempSync(join(tmpdir(), 'harpoon-chaos-'));
const configFile = join(directory, 'harpoon.yaml');
writeFileSync(configFile, CONFIG);
const pick = <T>(from: readonly T[]): T => from[Math.floor(Math.random() * from.length)] as T;

let stack: StackProcess = await startStack(directory, configFile);
let kills = 0;
let firing = true;
const secret = stack.message['secret'] ?? '';
const { pathname } = new URL(stack.hookUrl);

/** Posts as a sender does that does not give up: the stack may be dead at this moment. */
async function send(id: string, time: string): Promise<void> {
  const body = { secret, id, time, symbol: 'KRAKEN:XBTUSD', action: 'buy' };
  for (;;) {
    try {
      const answer = await post(`${stack.gatewayUrl}${pathname}`, body);
      if (answer.status === 200) return;
      if (answer.status !== 503) throw new Error(`${answer.status} ${JSON.stringify(answer.body)}`);
    } catch (error) {
      if (error instanceof Error && /^\d/.test(error.message)) throw error;
    }
    await sleep(50);
  }
}

async function misbehave(): Promise<void> {
  while (firing) {
    await sleep(300 + Math.random() * 700);
    if (Math.random() < 0.4) {
      await stack.kill();
      kills += 1;
      stack = await startStack(directory, configFile);
      continue;
    }
    const fault = { method: 'AddOrder', kind: pick(FAULTS), times: 1 };
    await post(`${stack.krakenUrl}/control/faults`, fault).catch(() => undefined);
  }
}

async function fire(): Promise<void> {
  const misbehaving = misbehave();
  for (let first = 0; first < signals; first += 10) {
    const time = new Date().toISOString();
    const ids = Array.from(
      { length: Math.min(10, signals - first) },
      (_, at) => `chaos-${first + at}`,
    );
    const copies = ids.flatMap((id) => Array.from({ length: pick([1, 1, 2, 3]) }, () => id));
    await Promise.all(copies.map((id) => send(id, time)));
  }
  firing = false;
  await misbehaving;
}

async function settled(): Promise<readonly Row[]> {
  const untilMs = Date.now() + SETTLE_UNTIL_MS;
  for (;;) {
    await post(`${stack.gatewayUrl}/local/reconcile`, {});
    const rows = await get<Row[]>(`${stack.gatewayUrl}/local/orders`);
    const open = rows.filter(({ state }) => !isFinal(state));
    if (open.length === 0 || Date.now() > untilMs) return rows;
    console.log(`${open.length} of ${rows.length} rows are still open`);
    await sleep(5_000);
  }
}

function faultsOf(rows: readonly Row[], exchange: ExchangeState): string[] {
  const held = new Map<string, number>();
  for (const { clOrdId } of exchange.orders) held.set(clOrdId, (held.get(clOrdId) ?? 0) + 1);
  const wrong = rows.flatMap(({ state, clientOrderId, signal, auditFault }) => {
    const orders = held.get(clientOrderId) ?? 0;
    held.delete(clientOrderId);
    const said = `${signal.id} is ${state} with ${orders} orders at the exchange`;
    const audit = auditFault === null ? [] : [`${signal.id}: ${auditFault}`];
    return isFinal(state) && orders === (state === 'placed' ? 1 : 0) ? audit : [said, ...audit];
  });
  const strangers = [...held.keys()].map((id) => `order ${id} belongs to no row`);
  const missing = rows.length === signals ? [] : [`${rows.length} rows for ${signals} signals`];
  return [...wrong, ...strangers, ...missing];
}

const startedMs = Date.now();
await fire();
const firedS = Math.round((Date.now() - startedMs) / 1_000);
console.log(`${signals} signals accepted in ${firedS} s, with ${kills} kills`);
const rows = await settled();
const exchange = await get<ExchangeState>(`${stack.krakenUrl}/control/state`);
await stack.kill();
rmSync(directory, { recursive: true, force: true });
for (const state of ORDER_STATES) {
  const count = rows.filter((row) => row.state === state).length;
  if (count > 0) console.log(`  ${state}: ${count}`);
}
const wrong = faultsOf(rows, exchange);
for (const line of wrong.slice(0, 20)) console.log(`WRONG ${line}`);
console.log(
  `${rows.length} rows, ${exchange.orders.length} orders, ${exchange.counters.noncesRefused} nonces refused, ${wrong.length} wrong`,
);
process.exit(wrong.length === 0 ? 0 : 1);
