/** `harpoon settle`: of orders on the local stack that need a person. */
import { UpdateCommand } from '@aws-sdk/lib-dynamodb';
import { beforeAll, describe, expect, it, vi } from 'vitest';
import { orderKey } from '../../../functions/adapters/dynamo/keys.ts';
import { dynamoOrderLog } from '../../../functions/adapters/dynamo/order-log.ts';
import { clientOrderIdOf, orderKeyOf } from '../../../functions/core/identity.ts';
import type { OrderRow } from '../../../functions/core/order.ts';
import type { FoundOrder } from '../../../functions/core/ports.ts';
import { assertMayBeAbsent } from '../../../operator/cli/settle.ts';
import { PATIENCE, stackHere } from './stack-here.ts';
import { armStories, writeStuck } from './stories.ts';

const YAML = `accounts:
  main:
    exchange: kraken-spot
    mode: paper
    rails: { pairs: [BTC/USD] }
sources:
  btc-trend: { auth: tradingview, accounts: [main], size: signal }
`;

const { harpoon, send, table } = stackHere(YAML);
const refOf = (signalId: string) => {
  const account = 'main';
  return { account, orderKey: orderKeyOf({ source: 'btc-trend', account, signalId }) };
};
const idOf = (signalId: string) => clientOrderIdOf(refOf(signalId).orderKey);
const rowOf = async (signalId: string) => {
  const row = await dynamoOrderLog(table()).read(refOf(signalId));
  if (row === undefined) throw new Error(`${signalId} is there`);
  return row;
};

/** An order that rests at the stack's Kraken, and of which the table has forgotten that it is there. */
async function lostSight(id: string): Promise<string> {
  const order = { action: 'buy', type: 'limit', price: '20000', size: '0.01' };
  await send('btc-trend', { id, ...order });
  await vi.waitFor(async () => expect((await rowOf(id)).state).toBe('placed'), PATIENCE);
  const { exchangeOrderId = '' } = await rowOf(id);
  await table().client.send(
    new UpdateCommand({
      ...{ TableName: table().name, Key: orderKey(refOf(id)) },
      UpdateExpression:
        'SET #state = :state, outcome = :why REMOVE exchangeOrderId, dueAtMs, gsi1pk, gsi1sk',
      ExpressionAttributeNames: { '#state': 'state' },
      ExpressionAttributeValues: { ':state': 'needs-human', ':why': 'no answer for 15 minutes' },
    }),
  );
  return exchangeOrderId;
}

describe('harpoon settle of an order that is there', () => {
  let krakenId = '';
  beforeAll(async () => {
    krakenId = await lostSight('there');
  }, 30_000);

  it('shows what was sent, what Kraken has, and both words with what they do', async () => {
    const { code, out, err } = await harpoon('settle', 'there');
    expect([code, err]).toEqual([0, '']);
    for (const part of [
      'buy BTC/USD on main: needs-human',
      'why    no answer for 15 minutes',
      /sent {3}buy 0\.01 at limit 20000, XBTUSD/,
      `name   client order id ${idOf('there')}`,
      new RegExp(`What Kraken shows:\n {2}${krakenId} {2}buy 0\\.01 XBTUSD, limit, open, 0 filled`),
      `npx harpoon settle ${idOf('there')} --placed KRAKEN-ID`,
      `npx harpoon settle ${idOf('there')} --absent`,
      'npx harpoon resume --account main',
    ]) {
      expect(out).toMatch(part);
    }
    expect((await rowOf('there')).state).toBe('needs-human');
  });

  it('does not take it for absent in the face of it', async () => {
    const { code, err } = await harpoon('settle', 'there', '--absent', '--write', '--why', 'gone');
    expect([code, err]).toEqual([4, expect.stringContaining(`under its name: ${krakenId}`)]);
    expect((await rowOf('there')).state).toBe('needs-human');
  });

  it.each<[string[], number, string]>([
    [['--placed', 'ONOBOD-YHASIT-AAAAAA'], 4, 'shows no order ONOBOD-YHASIT-AAAAAA'],
    [['--placed', 'OONE', '--absent'], 2, 'not both'],
    [['--write'], 2, 'say what is to be written'],
  ])('%j ends with code %i', async (args, code, said) => {
    const run = await harpoon('settle', 'there', ...args);
    expect([run.code, run.err]).toEqual([code, expect.stringContaining(said)]);
  });

  it('says what it would be and why it is not written, then writes and follows it', async () => {
    const looked = await harpoon('settle', 'there', '--placed', krakenId);
    expect([looked.code, looked.out]).toEqual([0, expect.stringContaining('Nothing was written.')]);
    const unsaid = await harpoon('settle', 'there', '--placed', krakenId, '--write');
    expect([unsaid.code, unsaid.err]).toEqual([2, expect.stringContaining('say why')]);
    expect((await rowOf('there')).state).toBe('needs-human');
    const word = ['--write', '--why', 'seen at Kraken', '--by', 'ann'];
    const { code, out } = await harpoon('settle', 'there', '--placed', krakenId, ...word);
    expect([code, out]).toEqual([0, expect.stringContaining(`is placed as ${krakenId}`)]);
    const row = await rowOf('there');
    expect(row).toMatchObject({ state: 'placed', exchangeOrderId: krakenId });
    expect(row.settled).toMatchObject({ says: 'placed', by: 'ann', why: 'seen at Kraken' });
    const told = await harpoon('why', 'there');
    expect(told.out).toContain(`ann says that it is ${krakenId} (open): seen at Kraken`);
    expect(told.out).toContain('taken for placed, on a person’s word');
    // It is an order as any other: cancelled at Kraken, that is seen within a round.
    await dynamoOrderLog(table()).followed(10);
    expect(await dynamoOrderLog(table()).followed(10)).toContainEqual(refOf('there'));
  });

  it('has nothing to settle any more', async () => {
    const { code, err } = await harpoon('settle', 'there');
    expect([code, err]).toEqual([4, expect.stringContaining('there is nothing to settle')]);
  });
});

describe('harpoon settle of an order that is not there', () => {
  beforeAll(async () => {
    await armStories(table(), []);
    await writeStuck(table(), 'gone');
  });

  it('says that Kraken shows none, then ends it as unplaced, on record', async () => {
    const looked = await harpoon('settle', idOf('gone'), '--absent', '--json');
    expect(looked.err).toBe('');
    expect(JSON.parse(looked.out)).toMatchObject({
      ...{ ok: true, written: false, orders: [], notAsked: null },
      order: { id: idOf('gone'), state: 'needs-human' },
    });
    const word = ['--write', '--why', 'in no list of Kraken', '--by', 'ann'];
    const { code, out } = await harpoon('settle', 'gone', '--absent', ...word);
    expect([code, out]).toEqual([0, expect.stringContaining('is unplaced')]);
    const row = await rowOf('gone');
    expect(row).toMatchObject({ state: 'unplaced', settled: { says: 'absent', by: 'ann' } });
    expect(row.dueAtMs).toBeGreaterThan(Date.now());
    const told = await harpoon('why', 'gone');
    expect(told.out).toContain('ann says that it is not at Kraken: in no list of Kraken');
    expect(told.out).toContain('This record');
    expect(told.out).not.toContain('DOES NOT HOLD');
  });

  it('knows what it never heard of', async () => {
    const { code, err } = await harpoon('settle', 'never-heard');
    expect([code, err]).toEqual([3, expect.stringContaining('orders --state needs-human')]);
  });
});

describe('an order of which Kraken shows only a stop under its name', () => {
  const row = { clientOrderId: 'c1' } as OrderRow;
  const stop = { exchangeOrderId: 'OSTOP', refid: 'OENTRY' } as FoundOrder;

  it('is not taken for absent while whose stop that is cannot be told', () => {
    const why = 'a close order is there, and the order that opened it is not';
    const shown = { orders: [stop], sight: { kind: 'no-proof', why } } as const;
    expect(() => assertMayBeAbsent({ row, shown })).toThrow(
      `Kraken shows OSTOP under its name, and whose that is cannot be told: ${why}. It may be there: try again in a minute, or npx harpoon settle c1 --placed OENTRY. Nothing was written.`,
    );
  });

  it('may be absent where the stop is somebody else’s, or nothing is shown', () => {
    for (const shown of [{ orders: [stop] }, { orders: [] }, undefined]) {
      expect(() => assertMayBeAbsent(shown === undefined ? { row } : { row, shown })).not.toThrow();
    }
  });
});
