import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Running } from '../../../infra/local/cloud/aws-json-server.ts';
import { startDynamo } from '../../../infra/local/cloud/dynamo.ts';
import { agreeAtTheEnd, type Real } from './order-row.acts.ts';
import { KEYS, orderRowCommands, receive } from './order-row.commands.ts';
import { Model } from './order-row.model.ts';
import type { StoreUnderTest } from './store.contract.ts';
import { inMemory, overDynamo } from './stores.ts';

/** Told in the title, so that a run can be repeated: HARPOON_SEED=... npx vitest run ... */
const SEED = Number(process.env['HARPOON_SEED'] ?? Math.floor(Math.random() * 2 ** 31));

const ARMED = fc.constantFrom(true, true, true, false);

const stops: (() => Promise<void>)[] = [];
let dynamo: Running;
beforeAll(async () => {
  dynamo = await startDynamo();
});
afterAll(async () => {
  for (const stop of stops) await stop();
  await dynamo.close();
});

const stores: [string, number, () => Promise<StoreUnderTest>][] = [
  ['the store in memory', 300, inMemory],
  ['the store in the embedded DynamoDB', 20, () => overDynamo(dynamo.url, stops)],
];

describe.each(stores)('an order row in %s', (_, numRuns, make) => {
  it(`is what the model says, whoever does what to it (seed ${SEED})`, async () => {
    let prepared = 0;
    await fc.assert(
      fc.asyncProperty(orderRowCommands(), ARMED, async (commands, isArmed) => {
        const store = await make();
        const model = new Model(store.clock.nowMs());
        const real = await realOver(store);
        if (isArmed) {
          await store.arm(real.account);
          model.switches.account = 'nothing';
        }
        for (const key of KEYS.slice(1)) await receive(key, 'a').run(model, real);
        await fc.asyncModelRun(() => ({ model, real }), commands);
        await agreeAtTheEnd(model, real);
        prepared += model.hour;
      }),
      { numRuns, seed: SEED },
    );
    // A run in which nothing was ever licensed would prove little.
    expect(prepared).toBeGreaterThan(numRuns / 10);
  }, 120_000);
});

async function realOver(store: StoreUnderTest): Promise<Real> {
  const keyId = 'key';
  await store.arm('somebody-else', keyId);
  let count = 0;
  const fresh = (): string => {
    count += 1;
    return `text-${count}`;
  };
  return { store, account: 'main', keyId, read: new Map(), fresh };
}
