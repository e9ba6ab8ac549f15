import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { expect, it } from 'vitest';
import { systemClock } from '../../functions/adapters/system-clock.ts';
import type { OrderRow } from '../../functions/core/order.ts';
import { orderWorld } from './order-world.ts';
import type { Work } from './place-orders.ts';
import { TYPESCRIPT } from '../typescript.ts';

const SCRIPT = fileURLToPath(new URL('./place-orders.ts', import.meta.url));
const ORDERS = 40;

async function run(work: Work): Promise<void> {
  const child = spawn(process.execPath, ['--import', TYPESCRIPT, SCRIPT, JSON.stringify(work)], {
    stdio: 'inherit',
  });
  const [code] = (await once(child, 'exit')) as [number | null];
  expect(code).toBe(0);
}

it('two processes placing on one key at once have no nonce refused and repeat none', async () => {
  const world = await orderWorld(systemClock);
  try {
    const rows: OrderRow[] = [];
    for (let order = 0; order < ORDERS; order += 1) rows.push(await world.receive());
    const work = (refs: readonly OrderRow[]): Work => ({
      dynamoUrl: world.dynamoUrl,
      tableName: world.table.name,
      krakenUrl: world.kraken.url,
      key: world.trade,
      refs: refs.map(({ account, orderKey }) => ({ account, orderKey })),
    });
    // Half of the orders are given to both, so that they also fight for the same rows.
    await Promise.all([
      run(work(rows.slice(0, (ORDERS * 3) / 4))),
      run(work(rows.slice(ORDERS / 4))),
    ]);

    const { counters, orders } = world.kraken.control.state();
    expect(counters).toMatchObject({ noncesRefused: 0, ordersPlaced: ORDERS });
    expect(new Set(orders.map(({ clOrdId }) => clOrdId)).size).toBe(ORDERS);
    const settled = await Promise.all(rows.map((row) => world.row(row)));
    expect(settled.map(({ state }) => state)).toEqual(rows.map(() => 'placed'));
    const nonces = settled.map(({ attempt }) => attempt?.nonce);
    expect(new Set(nonces).size).toBe(ORDERS);
  } finally {
    await world.close();
  }
});
