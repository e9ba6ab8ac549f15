/** `harpoon why`, `signals`, `orders` and `status` over an embedded table. */
import { UpdateCommand } from '@aws-sdk/lib-dynamodb';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Table } from '../../../functions/adapters/dynamo/client.ts';
import { auditKey } from '../../../functions/adapters/dynamo/keys.ts';
import { dynamoOrderLog } from '../../../functions/adapters/dynamo/order-log.ts';
import { clientOrderIdOf, orderKeyOf } from '../../../functions/core/identity.ts';
import { cliWorld, YAML, type CliWorld } from './cli-world.ts';
import {
  armStories,
  HANGING,
  PLACED,
  received,
  REFUSED,
  tableAt,
  writeStories,
} from './stories.ts';

const TWO = YAML.replace('sources:', '  second: { exchange: kraken-spot, mode: paper }\nsources:');

let world: CliWorld;
let table: Table;
beforeAll(async () => {
  world = await cliWorld(TWO);
  table = tableAt(world.cloud.environment['AWS_ENDPOINT_URL_DYNAMODB'] ?? '');
  await armStories(table, ['main', 'second']);
  await writeStories(table);
});
afterAll(async () => {
  table.client.destroy();
  await world.close();
});

const keyOf = (signalId: string, account = 'main') =>
  orderKeyOf({ source: 'btc-trend', account, signalId });
const idOf = (signalId: string) => clientOrderIdOf(keyOf(signalId));

describe('harpoon why', () => {
  it('tells how it ended and what to do first, then what came, was decided, sent and told', async () => {
    const { code, out, err } = await world.call(['why', PLACED]);
    expect([code, err]).toEqual([0, '']);
    const wanted = [
      'buy BTC/USD on main: placed, at Kraken',
      'Do now: Nothing.',
      'What came',
      /Received +\d{4}-\d\d-\d\d \d\d:\d\d:\d\d\.\d{3} UTC, 2 s after it was sent/,
      /Asks for +buy of KRAKEN:XBTUSD, market, "breakout"/,
      'how the size came about',
      /Pair +BTC\/USD: KRAKEN:XBTUSD is Kraken’s name of BTC\/USD/,
      /at the ask +0\.002 BTC/,
      /Worth +100 USD at 50000/,
      /Rails +all of them let it pass/,
      'what went out',
      /Order +pair XBTUSD, side buy, type market, volume 0\.002/,
      /Licensed +.* UTC, licence 1 of at most 1/,
      /Kraken order id +OSTORY-AAAAA-BBBBBB/,
      'step by step',
      /UTC +received: received from btc-trend/,
      /UTC +prepared: /,
      /UTC +placed: Kraken: buy/,
      /This record +is whole and unchanged/,
      /buy BTC\/USD on main: placed - waits for delivery/,
    ];
    let rest = out;
    for (const one of wanted) {
      const at = typeof one === 'string' ? rest.indexOf(one) : rest.search(one);
      expect(at, `${String(one)} in\n${rest}`).toBeGreaterThanOrEqual(0);
      rest = rest.slice(at);
    }
  });

  it.each([
    ['the signal id', () => PLACED],
    ['the client order id', () => idOf(PLACED)],
    ['its beginning', () => idOf(PLACED).slice(0, 8)],
    ['its beginning in capitals', () => idOf(PLACED).slice(0, 8).toUpperCase()],
    ['the name of the row', () => keyOf(PLACED)],
    ['the Kraken order id', () => 'OSTORY-AAAAA-BBBBBB'],
    ['the beginning of a signal id', () => PLACED.slice(0, -2)],
  ])('finds an order by %s', async (_, id) => {
    const { code, out } = await world.call(['why', id(), '--json']);
    expect([code, JSON.parse(out)]).toMatchObject([
      0,
      { ok: true, signal: { id: PLACED }, orders: [{ row: { state: 'placed' } }] },
    ]);
  });

  it('tells why nothing was placed, with the numbers', async () => {
    const { out } = await world.call(['why', REFUSED]);
    expect(out).toContain('on main: rejected, refused, nothing placed');
    expect(out).toContain('Why: the order is worth 900 USD, and one order may be worth 500 USD');
    expect(out).toMatch(/Rails +refused before a licence \(above-max-order\)/);
    expect(out).not.toContain('what went out');
  });

  it('says that nobody may send it again by hand while the outcome is not known', async () => {
    const { out } = await world.call(['why', HANGING]);
    expect(out).toContain('sent, and nobody knows yet whether Kraken has it');
    expect(out).toContain('Do not place it by hand before you looked');
    expect(out).toMatch(/Looked at again +\d{4}/);
  });

  it('has every account of the signal, also when the id is of one of them', async () => {
    const id = 'for-two-accounts';
    for (const account of ['main', 'second']) {
      await dynamoOrderLog(table).receive(received({ id }, account), 'received');
    }
    const { out } = await world.call(['why', idOf(id), '--json']);
    const { orders } = JSON.parse(out) as { orders: { row: { account: string } }[] };
    expect(orders.map(({ row }) => row.account)).toEqual(['main', 'second']);
  });

  it('lists the candidates when a beginning fits more than one signal', async () => {
    const { code, err } = await world.call(['why', 'story-']);
    expect(code).toBe(2);
    for (const id of [PLACED, REFUSED, HANGING]) expect(err).toContain(idOf(id));
  });

  it('shows nothing that could steer a terminal, and no end of a line inside of a value', async () => {
    const row = received({ id: 'steering', comment: '\u001b[2Jgone\nDo now: sell' });
    await dynamoOrderLog(table).receive(row, 'received');
    const { out } = await world.call(['why', 'steering']);
    expect(out).not.toContain('\u001b');
    expect(out).toContain('\\u{1b}[2Jgone\\u{a}Do now: sell');
  });

  it('tells a step that came again each minute once, with how often and until when', async () => {
    const log = dynamoOrderLog(table);
    let row = received({ id: 'waits' });
    await log.receive(row, 'received');
    const notes = [
      'the key is in use',
      ...Array.from({ length: 4 }, () => 'the kill switch is off'),
    ];
    for (const [minute, why] of notes.entries()) {
      const noted = await log.note(row, {
        why,
        atMs: row.receivedAtMs + minute * 60_000,
        dueAtMs: null,
      });
      if (noted === 'lost') throw new Error('nobody else moves it');
      row = noted;
    }
    const { out } = await world.call(['why', 'waits']);
    expect(out.match(/the key is in use$/gm)).toHaveLength(1);
    expect(out.match(/the kill switch is off/g)).toHaveLength(1);
    expect(out).toMatch(/the kill switch is off \(4 times, until [-0-9: .]+ UTC\)/);
  });

  it('says where the record of the steps was changed', async () => {
    const row = received({ id: 'forged' });
    await dynamoOrderLog(table).receive(row, 'received');
    await table.client.send(
      new UpdateCommand({
        ...{ TableName: table.name, Key: auditKey(row, 1), UpdateExpression: 'SET why = :why' },
        ExpressionAttributeValues: { ':why': 'nothing happened' },
      }),
    );
    expect((await world.call(['why', 'forged'])).out).toContain('DOES NOT HOLD: entry 1 changed');
  });
});

describe('harpoon signals and orders', () => {
  it('list the newest first, with an id that why takes', async () => {
    const { out } = await world.call(['signals', '--json']);
    const { signals } = JSON.parse(out) as {
      signals: { id: string; receivedAt: string; orders: { id: string }[] }[];
    };
    const times = signals.map(({ receivedAt }) => receivedAt);
    expect(times).toEqual(times.toSorted().reverse());
    expect(signals.map(({ id }) => id)).toEqual(expect.arrayContaining([PLACED, REFUSED, HANGING]));
    const shown = (await world.call(['orders', '--state', 'placed'])).out;
    const [id = ''] = /\b[0-9a-f]{8}-[0-9a-f]{4}\b/.exec(shown) ?? [];
    expect((await world.call(['why', id])).out).toContain('OSTORY-AAAAA-BBBBBB');
  });

  it.each<[string[], string[]]>([
    [['--state', 'rejected'], [REFUSED]],
    [['--state', 'unknown', '--open'], [HANGING]],
    [['--account', 'second', '--since', '2h'], ['for-two-accounts']],
    [['--state', 'placed', '--since', '1m'], []],
    [['--state', 'placed', '--limit', '1'], [PLACED]],
  ])('orders %j has %j', async (args, wanted) => {
    const { out } = await world.call(['orders', ...args, '--json']);
    const { orders } = JSON.parse(out) as { orders: { signal: string }[] };
    expect(orders.map(({ signal }) => signal)).toEqual(wanted);
  });
});

describe('harpoon status', () => {
  it('shows what is not settled, the last signals, and that no switch stops anything', async () => {
    const { code, out, err } = await world.call(['status']);
    expect(code).toBe(0);
    expect(out).toContain('No switch stops anything.');
    expect(out).toContain('Orders that are not settled:');
    expect(out).toContain(idOf(HANGING).slice(0, 13));
    expect(out).toMatch(/Notifications: \d+ waiting, 0 given up/);
    expect(err).toContain('prices were never checked');
  });
});

it.each<[string[], number, string]>([
  [['why'], 2, "missing required argument 'id'"],
  [['why', 'abc'], 3, 'Give at least 6 characters'],
  [['why', 'nobody-sent-this'], 3, 'npx harpoon signals shows what came'],
  [['why', 'a'.repeat(64)], 3, 'there is no signal or order'],
  [['signals', '--source', 'btc-trnd'], 3, 'Did you mean btc-trend?'],
  [['signals', '--since', 'yesterday'], 2, '--since'],
  [['signals', '--since', '200d'], 2, '--since is at most 92d'],
  [['signals', '--limit', '0'], 2, '--limit is a number from 1 to 1000'],
  [['orders', '--limit', '2.5'], 2, '--limit is a number from 1 to 1000'],
  [['orders', '--account', 'man'], 3, 'Did you mean main?'],
  [['orders', '--state', 'plced'], 2, 'Did you mean placed?'],
  [['status', 'now'], 2, 'too many arguments'],
])('%j ends with code %i and says what to write', async (args, code, said) => {
  const run = await world.call(args);
  expect([run.code, run.err]).toEqual([code, expect.stringContaining(said)]);
});
