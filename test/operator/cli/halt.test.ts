/** `harpoon halt`, `resume` and `status` over an embedded table. */
import { PutCommand } from '@aws-sdk/lib-dynamodb';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { Table } from '../../../functions/adapters/dynamo/client.ts';
import { accountSwitch, GLOBAL_SWITCH } from '../../../functions/adapters/dynamo/keys.ts';
import { dynamoSwitchBoard } from '../../../functions/adapters/dynamo/switch-board.ts';
import { dynamoSwitches } from '../../../functions/adapters/dynamo/switches.ts';
import { systemClock } from '../../../functions/adapters/system-clock.ts';
import { EVERY_ACCOUNT, switchOf } from '../../../functions/core/halt/switch-board.ts';
import { cliWorld, YAML, type CliWorld } from './cli-world.ts';
import { prepared, armStories, received, tableAt } from './stories.ts';

const LIVE = `  second:
    exchange: kraken-spot
    mode: live
    secret: harpoon/second
    rails: { pairs: [BTC/USD], maxOrder: 500 USD, maxPosition: 500 USD, maxDaily: 500 USD }
  checked:
    exchange: kraken-spot
    mode: validate
    secret: harpoon/checked
    rails: { pairs: [BTC/USD], maxOrder: 500 USD, maxPosition: 500 USD, maxDaily: 500 USD }
sources:`;

let world: CliWorld;
let table: Table;
beforeAll(async () => {
  world = await cliWorld(YAML.replace('sources:', LIVE));
  table = tableAt(world.cloud.environment['AWS_ENDPOINT_URL_DYNAMODB'] ?? '');
  await armStories(table, ['main', 'second', 'checked']);
});
beforeEach(async () => {
  const accounts = ['main', 'second', 'checked'];
  for (const Key of [GLOBAL_SWITCH, ...accounts.map(accountSwitch)]) {
    const Item = { ...Key, blocks: 'nothing', why: 'a new test' };
    await table.client.send(new PutCommand({ TableName: table.name, Item }));
  }
});
afterAll(async () => {
  table.client.destroy();
  await world.close();
});

const reading = (account: string) => dynamoSwitches(table, systemClock).read(account);
const WHO = ['--by', 'ada'] as const;

/** The first step, and its code. */
async function codeFor(...scope: readonly string[]): Promise<string> {
  const { out } = await world.call(['resume', ...scope]);
  const [, code = ''] = /--code ([0-9a-f]{8}) --why "TEXT"/.exec(out) ?? [];
  return code;
}

describe('harpoon halt', () => {
  it('stops the entries of every account, on record with who and why', async () => {
    const { code, out } = await world.call(['halt', '--why', 'a drill', ...WHO]);
    expect(code).toBe(0);
    expect(out).toContain('HALTED, every account: stops orders that add risk; exits pass');
    expect(out).toContain('To go on: npx harpoon resume\n');
    expect(await reading('main')).toEqual({ kind: 'off', blocks: 'entries', why: 'a drill' });
    const [entry] = await dynamoSwitchBoard(table).entries(1);
    expect(entry).toMatchObject({ scope: EVERY_ACCOUNT, to: 'entries', by: 'ada', why: 'a drill' });
    const [notice] = (await world.notices()).filter(({ urgency }) => urgency === 'page');
    expect(notice?.text).toMatch(/^A drill\./);
  });

  it('of one account stops that one alone, every order where all is asked for', async () => {
    const args = ['halt', '--account', 'main', '--level', 'all', '--why', 'x', ...WHO];
    expect((await world.call(args)).out).toContain('HALTED, account main: stops every order.');
    expect(await reading('main')).toMatchObject({ blocks: 'all' });
    expect(await reading('second')).toEqual({ kind: 'on' });
  });

  it('flattens where that is asked for: the sale waits with the cancel', async () => {
    const args = ['halt', '--account', 'second', '--flatten', '--why', 'out', ...WHO];
    const { code, out } = await world.call(args);
    expect([code, out]).toEqual([0, expect.stringContaining('is sold at the market') as string]);
    const board = dynamoSwitchBoard(table);
    const asked = await board.cancelAsked('second');
    expect(asked).toMatchObject({ flatten: true, why: 'out', by: 'ada' });
    expect(await reading('second')).toMatchObject({ blocks: 'entries' });
    if (asked !== undefined) await board.cancelDone('second', asked, 'over');
    const wrong = await world.call([...args, '--level', 'all']);
    expect([wrong.code, wrong.err]).toEqual([2, expect.stringContaining('leave it out') as string]);
  });

  it('again turns nothing, and never loosens', async () => {
    await world.call(['halt', '--level', 'all', '--why', 'first', ...WHO]);
    const { out } = await world.call(['halt', '--why', 'second', ...WHO]);
    expect(out).toContain('stops every order. It did so before; nothing was turned.');
    expect(await reading('main')).toMatchObject({ blocks: 'all', why: 'first' });
  });

  it('with a cancel asks for it on record, where there may be something to cancel', async () => {
    const wish = ['--cancel', '--why', 'x', ...WHO];
    const { out } = await world.call(['halt', '--account', 'second', ...wish, '--json']);
    expect(JSON.parse(out)).toMatchObject({
      cancelling: ['second'],
      switches: [{ account: 'second', blocks: 'entries', turned: true }],
    });
    const board = dynamoSwitchBoard(table);
    const asked = await board.cancelAsked('second');
    expect(asked).toMatchObject({ why: 'x', by: 'ada' });
    expect((await world.call(['status'])).out).toMatch(/a cancel waits since \d{4}/);
    if (asked !== undefined) await board.cancelDone('second', asked, 'a test');
    const checked = await world.call(['halt', '--account', 'checked', ...wish]);
    expect(checked.out).toContain('Nothing to cancel');
    expect(await board.cancelAsked('checked')).toBeUndefined();
  });
});

describe('harpoon resume', () => {
  it('shows who stopped it and why and what is not settled, then takes the code once', async () => {
    await prepared(table, received({ id: 'halt-sent' }));
    await world.call(['halt', '--why', 'a drill', ...WHO]);
    const first = await world.call(['resume']);
    expect(first.code).toBe(0);
    expect(first.out).toContain('HALTED, every account: orders that add risk');
    expect(first.out).toMatch(
      /since {2}\d{4}-\d\d-\d\d [\d:.]+ UTC\n {2}by {5}ada\n {2}why {4}a drill/,
    );
    expect(first.out).toMatch(/not known:\n {2}buy BTC\/USD on main is prepared \(client order id/);
    // The key of this account is nowhere: that is said, and the code is given all the same.
    expect(first.out).toMatch(/Open at Kraken on second: not known, .*look at Kraken/);
    expect(first.out).not.toContain('Open at Kraken on main');
    expect(await reading('main')).toMatchObject({ kind: 'off' });

    const code = /--code ([0-9a-f]{8}) --why/.exec(first.out)?.[1] ?? '';
    const second = ['resume', '--code', code, '--why', 'it is over', ...WHO];
    expect(await world.call(second)).toMatchObject({ code: 0, err: '' });
    expect(await reading('main')).toEqual({ kind: 'on' });
    const [entry] = await dynamoSwitchBoard(table).entries(1);
    expect(entry).toMatchObject({ from: 'entries', to: 'nothing', by: 'ada', why: 'it is over' });
    const again = await world.call(second);
    expect([again.code, again.err]).toEqual([4, expect.stringContaining('stops nothing')]);
  });

  it('takes no wrong code, and none from before another turn', async () => {
    await world.call(['halt', '--account', 'main', '--why', 'x', ...WHO]);
    const code = await codeFor('--account', 'main');
    const on = (given: string) =>
      world.call(['resume', '--account', 'main', '--code', given, '--why', 'y', ...WHO]);
    const wrong = await on('00000000');
    expect([wrong.code, wrong.err]).toEqual([
      4,
      expect.stringContaining('npx harpoon resume --account main'),
    ]);
    await world.call(['halt', '--account', 'main', '--level', 'all', '--why', 'worse', ...WHO]);
    expect((await on(code)).code).toBe(4);
    expect(await reading('main')).toMatchObject({ blocks: 'all' });
    expect((await on(await codeFor('--account', 'main'))).code).toBe(0);
  });

  it('says which other switch still stops the account', async () => {
    await world.call(['halt', '--why', 'x', ...WHO]);
    await world.call(['halt', '--account', 'main', '--why', 'x', ...WHO]);
    const code = await codeFor();
    const { err } = await world.call(['resume', '--code', code, '--why', 'y', ...WHO]);
    expect(err).toContain('still off: account main.');
    expect(await reading('main')).toMatchObject({ kind: 'off' });
  });

  it('says that there is nothing to resume', async () => {
    const { code, out } = await world.call(['resume', '--account', 'main']);
    expect([code, out]).toEqual([0, expect.stringContaining('there is nothing to resume')]);
  });
});

describe('harpoon status', () => {
  it('is loud when a switch stops orders, and ends with code 0', async () => {
    await world.call(['halt', '--account', 'main', '--level', 'all', '--why', 'a drill', ...WHO]);
    const { code, out } = await world.call(['status']);
    expect(code).toBe(0);
    expect(out).toContain('HALTED: a switch stops orders.');
    expect(out).toMatch(/account main +paper +ALL +\d{4}-.* UTC, ada: a drill/);
    expect(out).toMatch(/account second +live +nothing/);
    const { halted, switches } = JSON.parse((await world.call(['status', '--json'])).out) as {
      halted: boolean;
      switches: readonly unknown[];
    };
    expect(halted).toBe(true);
    expect(switches).toMatchObject([
      { account: null, mode: null, blocks: 'nothing' },
      { account: 'main', mode: 'paper', blocks: 'all', by: 'ada', why: 'a drill' },
      { account: 'second', mode: 'live', blocks: 'nothing' },
      { account: 'checked', mode: 'validate', blocks: 'nothing' },
    ]);
  });

  it('shows a switch that was written past its record', async () => {
    await world.call(['halt', '--account', 'main', '--why', 'x', ...WHO]);
    const Item = { ...accountSwitch('main'), blocks: 'nothing', why: 'quickly' };
    await table.client.send(new PutCommand({ TableName: table.name, Item }));
    const { err } = await world.call(['status']);
    expect(err).toContain('account main: the switch was written past its record');
  });

  it('shows that an account was never armed', async () => {
    const fresh = await cliWorld();
    try {
      const { out } = await fresh.call(['status']);
      expect(out).toContain('HALTED');
      expect(out).toMatch(/account main +paper +ALL: never armed/);
    } finally {
      await fresh.close();
    }
  });
});

it.each<[string[], number, string]>([
  [['halt'], 2, 'say why'],
  [['halt', '--why', '  '], 2, 'say why'],
  [['halt', '--why', 'x'.repeat(201)], 2, '--why takes at most 200 characters'],
  [['halt', '--why', 'x', '--level', 'everything'], 2, '--level is entries or all'],
  [['halt', '--why', 'x', '--account', 'man'], 3, 'Did you mean main?'],
  [['halt', 'main', '--why', 'x'], 2, 'too many arguments'],
  [['resume', '--account', 'man'], 3, 'Did you mean main?'],
  [['resume', '--code', '12345678'], 2, 'say why'],
  [['resume', '--code', '12345678', '--why', 'x'], 4, 'stops nothing'],
])('%j ends with code %i, says what to write, and turns nothing', async (args, code, said) => {
  const run = await world.call(args);
  expect([run.code, run.err]).toEqual([code, expect.stringContaining(said)]);
  expect(await reading('main')).toEqual({ kind: 'on' });
  expect(await dynamoSwitchBoard(table).read(switchOf('main'))).toMatchObject({ version: 0 });
});
