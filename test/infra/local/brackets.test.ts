/**
 * Brackets on a running `npm start`: entries with a stop and two take-profits, one through its stop,
 * the others through their take-profits, with the process killed in between. At every moment no more
 * is sold than was bought, and what is left has its stop.
 */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { plain, ZERO } from '../../../functions/core/decimal.ts';
import { runHere } from '../../operator/cli/cli-world.ts';
import { doorOf } from './doors.ts';
import { get, post, startStack, type StackProcess } from './stack-process.ts';

const LIMIT_MS = 120_000;
const PATIENCE = { timeout: 20_000, interval: 100 };
/** Longer than a killed process holds an order, its lane and its message of the queue. */
const OFF_MS = 120_000;

/** One bracket of each kind, on pairs of their own: at what it begins, and how much is bought. */
const BRACKETS = {
  stopped: { pair: 'ETH/USD', size: '0.2' },
  taken: { pair: 'BTC/USD', size: '0.01' },
  unanswered: { pair: 'SOL/USD', size: '4' },
} as const;
type Name = keyof typeof BRACKETS;
const NAMES = Object.keys(BRACKETS) as readonly Name[];

const CONFIG = `
accounts:
${NAMES.map((name) => `  ${name}: { exchange: kraken-spot, mode: paper, rails: { pairs: [${BRACKETS[name].pair}] } }`).join('\n')}
sources:
${NAMES.map((name) => `  ${name}: { auth: tradingview, accounts: [${name}], size: signal, allow: { types: [market, stop-loss] } }`).join('\n')}
`;

interface ExchangeOrder {
  readonly account: string;
  readonly side: 'buy' | 'sell';
  readonly type: string;
  readonly status: string;
  readonly volume: string;
  readonly executed: string;
  readonly price: string;
}

const directory = mkdtempSync(join(tmpdir(), 'harpoon-brackets-'));
const config = join(directory, 'harpoon.yaml');
const clockFile = join(directory, 'clock');
let stack: StackProcess;

beforeAll(async () => {
  writeFileSync(config, CONFIG);
  writeFileSync(clockFile, '0');
  stack = await startStack(directory, { config, clockFile });
}, LIMIT_MS);
afterAll(async () => {
  await stack.kill();
  rmSync(directory, { recursive: true, force: true });
});

/** kill -9, and started again as if the machine had been off for a while. */
async function killAndStart(kills: number): Promise<void> {
  await stack.kill();
  writeFileSync(clockFile, String(kills * OFF_MS));
  stack = await startStack(directory, { config, clockFile });
}

/** What a strategy's alert says that opens with a bracket. */
async function enter(name: Name): Promise<void> {
  const { path, secret } = doorOf(directory, name);
  const time = new Date().toISOString();
  const { pair, size } = BRACKETS[name];
  const answer = await post(`${stack.gatewayUrl}${path}`, {
    ...{ secret, id: `${name}-entry`, time, symbol: `KRAKEN:${pair.replace('/', '')}` },
    ...{ action: 'buy', size, marketPosition: 'long' },
    ...{ stopLoss: '2%', takeProfit: '50% at 2%, 30% at 4%', breakEven: true },
  });
  expect(answer).toMatchObject({ status: 200, body: { status: 'accepted' } });
}

const market = (name: Name, price: string): Promise<unknown> =>
  post(`${stack.krakenUrl}/control/price`, { pair: BRACKETS[name].pair, price });
const minute = (): Promise<unknown> => post(`${stack.gatewayUrl}/local/reconcile`, {});
const fault = (method: string): Promise<unknown> =>
  post(`${stack.krakenUrl}/control/faults`, { method, kind: 'timeout-after' });

/** Where a bracket is at the exchange: `holds 0.01, stop 0.01 at 58800.1`. */
async function at(name: Name): Promise<string> {
  const state = await get<{ readonly orders: readonly ExchangeOrder[] }>(
    `${stack.krakenUrl}/control/state`,
  );
  const orders = state.orders.filter(({ account }) => account === `local/${name}`);
  const held = orders.reduce(
    (sum, { side, executed }) => (side === 'buy' ? sum.plus(executed) : sum.minus(executed)),
    ZERO,
  );
  const stops = orders.filter(({ type, status }) => type === 'stop-loss' && status === 'open');
  const stopped = stops.reduce(
    (sum, { volume, executed }) => sum.plus(volume).minus(executed),
    ZERO,
  );
  expect(held.gte('0')).toBe(true);
  expect(stopped.lte(held)).toBe(true);
  const words = stops.map(({ volume, price }) => `, stop ${volume} at ${price}`);
  return `holds ${plain(held)}${words.join('')}`;
}

/** Minutes pass until it is there, and then two more, in which nothing may change. */
async function comesTo(name: Name, words: string): Promise<void> {
  await vi.waitFor(async () => {
    await minute();
    expect(await at(name)).toBe(words);
  }, PATIENCE);
  await minute();
  await minute();
  expect(await at(name)).toBe(words);
}

/** The printed story of its entry. */
async function why(name: Name): Promise<string> {
  const told = await runHere(
    ['why', `${name}-entry`, '--on', 'local', '--dir', directory],
    directory,
  );
  expect([told.code, told.err]).toEqual([0, expect.any(String)]);
  expect(told.out).toContain('is whole and unchanged');
  return told.out;
}

describe('a bracket on npm start', { timeout: LIMIT_MS }, () => {
  it('has its stop from the first fill on, also when the process dies with it', async () => {
    for (const name of NAMES) await enter(name);
    for (const name of NAMES) {
      await vi.waitFor(async () => expect(await at(name)).toContain('stop'), PATIENCE);
    }
    await killAndStart(1);
    expect(await at('stopped')).toBe('holds 0.2, stop 0.2 at 2940.01');
    expect(await at('taken')).toBe('holds 0.01, stop 0.01 at 58800.1');
    expect(await at('unanswered')).toBe('holds 4, stop 4 at 147.01');
  });

  it('ends through its stop, and is not sold again when the market comes back', async () => {
    await market('stopped', '2930');
    await comesTo('stopped', 'holds 0');
    await market('stopped', '3200');
    await comesTo('stopped', 'holds 0');
    const story = await why('stopped');
    expect(story).toContain('placed, filled, stopped');
    expect(story).toMatch(/Its stop +O\S+ for 0.2 ETH: filled, 0.2 ETH at 29/);
    expect(story).toMatch(/Take-profit 1 +50% at 3060.02: not reached/);
    expect(story).toMatch(/Book after it +stopped owns no ETH/);
  });

  it('goes on where it was when the process dies around the sale at a take-profit', async () => {
    // The sale is made, and its answer never comes.
    await fault('AddOrder');
    await market('unanswered', '153.5');
    await minute();
    await minute();
    await vi.waitFor(async () => expect(await at('unanswered')).toContain('holds 2,'), PATIENCE);
    // The stop is made smaller, the answer never comes, and the sale is not sent.
    await fault('AmendOrder');
    await market('taken', '61300');
    await minute();
    await minute();
    const between = 'holds 0.01, stop 0.005 at 60000.1';
    await vi.waitFor(async () => expect(await at('taken')).toBe(between), PATIENCE);
    await killAndStart(2);
    expect(await at('taken')).toBe(between);
    await comesTo('taken', 'holds 0.005, stop 0.005 at 60000.1');
    await comesTo('unanswered', 'holds 2, stop 2 at 150.01');
  });

  it('goes through its take-profits, and its rest ends by the stop at the entry', async () => {
    await market('taken', '62500');
    await market('unanswered', '156.5');
    await comesTo('taken', 'holds 0.002, stop 0.002 at 60000.1');
    await comesTo('unanswered', 'holds 0.8, stop 0.8 at 150.01');
    await market('taken', '59900');
    await market('unanswered', '150');
    await comesTo('taken', 'holds 0');
    await comesTo('unanswered', 'holds 0');
    for (const name of ['taken', 'unanswered'] as const) {
      const story = await why(name);
      expect(story).toContain('placed, filled, stopped');
      expect(story).toMatch(/Take-profit 1 +50% at \S+: reached .*: sold \S+ ... at \S+ USD, fee/);
      expect(story).toMatch(/Take-profit 2 +30% at \S+: reached .*: sold \S+ ... at \S+ USD, fee/);
      expect(story).toMatch(/take-profit 1 has traded: \S+ for/);
      expect(story).toMatch(new RegExp(`Book after it +${name} owns no ...;`));
    }
  });
});
