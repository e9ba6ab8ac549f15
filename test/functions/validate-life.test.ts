import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Config } from '../../functions/core/config.ts';
import { executeOrder } from '../../functions/core/execute/execute-order.ts';
import { localConfig } from '../../infra/local/local-config.ts';
import { MAIN, TEST_CONFIG } from '../core/order-fixture.ts';
import { orderWorld } from './order-world.ts';

const inMode = (mode: 'paper' | 'validate' | 'live'): Config => ({
  ...TEST_CONFIG,
  accounts: { main: { ...MAIN, mode } },
});

let world: Awaited<ReturnType<typeof orderWorld>>;
beforeAll(async () => {
  world = await orderWorld();
});
afterAll(async () => {
  await world.close();
});

const placed = () => world.kraken.control.state().counters.ordersPlaced;

describe('a validate account', () => {
  it('has its signed order checked by Kraken, and nothing placed', async () => {
    const ref = await world.receive();
    await executeOrder(ref, { ...world.execute, config: inMode('validate') });
    expect(await world.row(ref)).toMatchObject({
      state: 'validated',
      attempt: { validate: true },
      outcome: expect.stringMatching(/^buy 0\.0\d+ XBTUSD @ market$/) as string,
    });
    expect(placed()).toBe(0);
    // The switch, the lane and the keys are those of live: one word later the next one is placed.
    const next = await world.receive();
    await executeOrder(next, { ...world.execute, config: inMode('live') });
    expect((await world.row(next)).state).toBe('placed');
    expect(placed()).toBe(1);
  });
});

describe('the local stack', () => {
  it.each([
    ['paper', 'live'],
    ['validate', 'validate'],
    ['live', 'live'],
  ] as const)('carries out %s on the embedded exchange as %s', (mode, local) => {
    expect(localConfig(inMode(mode)).accounts['main']).toMatchObject({ mode: local });
  });
});
