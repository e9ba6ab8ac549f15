/** docs/cli.md says the truth: its examples are run, and its permissions suffice. */
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { PutCommand } from '@aws-sdk/lib-dynamodb';
import type { Table } from '../../../functions/adapters/dynamo/client.ts';
import { bookEntryKey } from '../../../functions/adapters/dynamo/keys.ts';
import { afterFill, emptyBook } from '../../../functions/core/book.ts';
import { decimal } from '../../../functions/core/decimal.ts';
import { armLane } from '../../../functions/adapters/dynamo/lanes.ts';
import { paperKeyId } from '../../../functions/core/paper/paper-key.ts';
import { startKraken, type RunningKraken } from '../../../infra/local/kraken/server.ts';
import { startLocalStack, type LocalStack } from '../../../infra/local/stack.ts';
import { COMMANDS } from '../../../operator/cli/commands.ts';
import { readEnvironment } from '../../../operator/cli/environment-file.ts';
import { compileConfig } from '../../../operator/config/compile.ts';
import { startIamProxy, type IamProxy } from '../../infra/iam-proxy.ts';
import { ACCOUNT, REGION, type Statement } from '../../infra/iam.ts';
import { cliWorld, runHere, toldIn, type CliWorld } from './cli-world.ts';
import { readDocs, steady, withCode } from './docs-examples.ts';
import { seedNotifications } from './docs-seed.ts';
import { armStories, PLACED, STUCK, tableAt, writeStories, writeStuck } from './stories.ts';

const { examples, files, policy } = readDocs();

describe('the examples of docs/cli.md', () => {
  const folder = mkdtempSync(join(tmpdir(), 'harpoon-docs-'));
  const directory = join(folder, '.harpoon');
  let stack: LocalStack;
  let before = '';

  beforeAll(async () => {
    for (const [name, content] of files) writeFileSync(join(folder, name), content);
    const compiled = compileConfig(files.get('harpoon.yaml') ?? '');
    if (!compiled.ok) throw new Error(JSON.stringify(compiled.faults));
    const everyMs = 3_600_000;
    const ports = { port: 0, krakenPort: 0, everyMs };
    stack = await startLocalStack({ config: compiled.config, directory, ...ports });
    const url = stack.environment['AWS_ENDPOINT_URL_DYNAMODB'] ?? '';
    await seedNotifications(toldIn(url));
    const table = tableAt(url);
    await armStories(table, []);
    await writeStories(table);
    table.client.destroy();
  });
  afterAll(async () => {
    await stack.close();
    expect(readEnvironment(directory)).toBe('none');
    rmSync(folder, { recursive: true, force: true });
  });

  it('show every command', () => {
    const shown = examples.map(({ args }) => args.join(' '));
    for (const { path } of COMMANDS) {
      const words = path.join(' ');
      expect(
        shown.filter((line) => line.startsWith(words)),
        words,
      ).not.toEqual([]);
    }
  });

  it.each(examples)('$command', async ({ args, printed }) => {
    const { out, err } = await runHere(withCode(args, before), folder);
    before = out;
    expect(steady(out + err)).toBe(steady(printed));
  });
});

interface Policy {
  readonly Statement: readonly {
    readonly Effect: 'Allow';
    readonly Action: readonly string[];
    readonly Resource: string | readonly string[];
    readonly Condition?: Statement['conditions'];
  }[];
}

/** An entry of a book that is not there, so that it has to be written. */
async function loseBook(table: Table): Promise<void> {
  const ref = { on: 'paper', account: 'main', source: 'btc-trend', pair: 'BTC/USD' } as const;
  const traded = { volume: decimal('1'), cost: decimal('100'), fee: decimal('1') };
  const terms = { side: 'buy', orderKey: 'a'.repeat(64), atMs: 1 } as const;
  const { entry } = afterFill(emptyBook(ref), traded, terms);
  const Item = { ...bookEntryKey(ref, entry.version), ...entry };
  await table.client.send(new PutCommand({ TableName: table.name, Item }));
}

describe('the permissions of docs/cli.md', () => {
  let world: CliWorld;
  let kraken: RunningKraken;
  const open: IamProxy[] = [];
  const statements = (
    JSON.parse(policy.replaceAll('REGION', REGION).replaceAll('ACCOUNT', ACCOUNT)) as Policy
  ).Statement.map((one): Statement => {
    const conditions = Object.entries(one.Condition ?? {}).map(
      ([operator, keys]) =>
        [
          operator,
          Object.fromEntries(Object.entries(keys).map(([key, value]) => [key, [value].flat()])),
        ] as const,
    );
    return {
      ...{ effect: one.Effect, actions: one.Action, resources: [one.Resource].flat() },
      conditions: Object.fromEntries(conditions),
    };
  });
  /** AWS as somebody with these permissions sees it. */
  const allowed = async (...given: readonly Statement[]) => {
    const proxy = await startIamProxy(given, world.cloud.environment);
    open.push(proxy);
    const at = { KRAKEN_SPOT_URL: kraken.url };
    const env = { ...world.cloud.environment, ...proxy.environment, ...at };
    const run = (...args: readonly string[]) => world.runHere([...args, '--on', 'aws'], env);
    return { proxy, run };
  };

  beforeAll(async () => {
    world = await cliWorld();
    kraken = await startKraken({ port: 0, accounts: [] });
    const table = tableAt(world.cloud.environment['AWS_ENDPOINT_URL_DYNAMODB'] ?? '');
    await armStories(table, ['main']);
    await writeStories(table);
    await writeStuck(table);
    await armLane(table, paperKeyId('main', 'query'), Date.now() * 1_000);
    await loseBook(table);
    table.client.destroy();
  });
  afterAll(async () => {
    await Promise.all(open.map((proxy) => proxy.close()));
    await kraken.close();
    await world.close();
  });

  it('suffice for every command that acts on an installation', async () => {
    const { proxy, run } = await allowed(...statements);
    const lines = [
      ['alerts', 'add', 'BTC/USD above 1', '--id', 'mine'],
      ['alerts', 'list'],
      ['alerts', 'mute', 'mine', '--for', '1h'],
      ['alerts', 'unmute', 'mine'],
      ['alerts', 'test', 'mine'],
      ['notifications'],
      ['alerts', 'rm', 'mine'],
      ['status'],
      ['halt', '--account', 'main', '--cancel', '--why', 'a drill'],
      ['resume', '--account', 'main'],
      ['resume', '--account', 'main', '--code', 'CODE', '--why', 'over'],
      ['signals'],
      ['orders', '--open'],
      ['why', PLACED],
      ['settle', STUCK],
      ['settle', STUCK, '--absent', '--write', '--why', 'a drill'],
      ['preview', 'btc-trend', 'message.json'],
      ['books'],
      ['books', 'rebuild', 'main', 'btc-trend', 'BTC/USD', '--write'],
      ['books', 'correct', 'main', 'btc-trend', 'BTC/USD', '--quantity', '0.5', '--write'],
    ];
    const message = { action: 'buy', symbol: 'BTC/USD', time: '{{timenow}}', secret: '-' };
    writeFileSync(join(world.folder, 'message.json'), JSON.stringify(message));
    const acting = COMMANDS.filter(({ needs, path }) => needs !== 'nothing' && path[0] !== 'arm');
    const said = lines.map((line) => line.join(' '));
    for (const { path } of acting) {
      expect(
        said.some((line) => line.startsWith(path.join(' '))),
        path.join(' '),
      ).toBe(true);
    }
    let before = '';
    for (const line of lines) {
      const ran = await run(...withCode(line, before));
      expect([ran.code, ran.err], line.join(' ')).toEqual([0, expect.anything()]);
      before = ran.out;
    }
    expect([...proxy.denied]).toEqual([]);
  });

  it('of somebody who may only look let them look, and tell them what they may not', async () => {
    const [describing, reading] = statements;
    if (describing === undefined || reading === undefined) throw new Error('there are statements');
    const { run } = await allowed(describing, reading);
    expect(await run('alerts', 'list')).toMatchObject({ code: 0 });
    for (const line of [['notifications'], ['status'], ['signals'], ['orders'], ['why', PLACED]]) {
      expect(await run(...line), line.join(' ')).toMatchObject({ code: 0 });
    }
    const halt = await run('halt', '--why', 'x');
    expect([halt.code, halt.err]).toEqual([1, expect.stringContaining('docs/cli.md')]);
    const { code, err } = await run('alerts', 'add', 'BTC/USD above 2');
    expect([code, await world.alerts.rules()]).toEqual([1, []]);
    expect(err).toContain('docs/cli.md lists what a person needs to be allowed');
  });
});

it('README links the page', () => {
  const readme = new URL('../../../README.md', import.meta.url);
  expect(readFileSync(readme, 'utf8')).toContain('](docs/cli.md)');
});
