/** On which installation a command acts: never on the wrong one. */
import { once } from 'node:events';
import { chmodSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import {
  readEnvironment,
  removeEnvironment,
  writeEnvironment,
} from '../../../operator/cli/environment-file.ts';
import { cliWorld, type CliWorld } from './cli-world.ts';

let world: CliWorld;
let directory = '';
let file = '';
let written = '';
/** The embedded services under the name of AWS, as far as the SDK is concerned. */
let aws: Readonly<Record<string, string>> = {};
beforeAll(async () => {
  world = await cliWorld();
  directory = join(world.folder, '.harpoon');
  file = join(directory, 'environment.json');
  written = readFileSync(file, 'utf8');
  aws = world.cloud.environment;
});
afterAll(async () => {
  await world.close();
});

/** The region that the embedded table names as its own, whatever the environment says. */
const TABLE_REGION = 'us-east-1';
const LIST = ['alerts', 'list'];
const head = (out: string) => out.split('\n')[0];

describe('where a command acts', () => {
  it('is the local stack when one runs and nothing names AWS, and it says so first', async () => {
    const { code, out } = await world.run(LIST);
    expect([code, head(out)]).toEqual([0, 'On: local stack in .harpoon']);
  });

  it('is unclear when both are in reach: an error that names what is set', async () => {
    const { code, out, err } = await world.runHere(LIST, { AWS_PROFILE: 'mine', AWS_REGION: 'x' });
    expect([code, out]).toEqual([2, '']);
    expect(err).toContain('a local stack runs in .harpoon, and AWS_PROFILE, AWS_REGION are set');
    expect(err).toContain('Say --on local or --on aws.');
  });

  it('with --on local is the local stack, whatever the environment says of AWS', async () => {
    const env = {
      ...{ AWS_PROFILE: 'mine', AWS_REGION: 'us-east-1', AWS_SESSION_TOKEN: 't' },
      ...{ AWS_ENDPOINT_URL_DYNAMODB: 'http://127.0.0.1:9', AWS_CONFIG_FILE: '/nowhere' },
      AWS_IGNORE_CONFIGURED_ENDPOINT_URLS: 'true',
    };
    const { code, out, err } = await world.runHere([...LIST, '--on', 'local'], env);
    expect([code, head(out)]).toEqual([0, 'On: local stack in .harpoon']);
    expect(err).not.toContain('error');
  });

  it('with --on aws is the account and region of the table itself', async () => {
    const { code, out } = await world.runHere([...LIST, '--on', 'aws'], aws);
    const url = aws['AWS_ENDPOINT_URL_DYNAMODB'] ?? '';
    const title = `AWS account 000000000000, region ${TABLE_REGION}, table harpoon, at ${url}`;
    expect([code, head(out)]).toEqual([0, `On: ${title}`]);
    expect(out).toContain('eth-low');
  });

  it('is AWS when no local stack runs and the environment names AWS', async () => {
    const { code, out } = await world.runHere([...LIST, '--dir', 'none', '--json'], aws);
    expect(code).toBe(0);
    expect(JSON.parse(out)).toMatchObject({
      installation: { kind: 'aws', account: '000000000000', region: TABLE_REGION },
    });
  });

  it.each([
    ['neither is there', ['--dir', 'none'], {}, 2, 'there is nothing to act on'],
    ['--on local and none runs', ['--dir', 'none', '--on', 'local'], {}, 1, 'npm start'],
    ['another word', ['--on', 'prod'], {}, 2, '--on is local or aws'],
    ['no credentials', ['--on', 'aws'], { AWS_REGION: 'eu-west-2' }, 1, 'No AWS credentials'],
    ['no region', ['--on', 'aws'], { AWS_ACCESS_KEY_ID: 'x' }, 1, 'Set AWS_REGION'],
  ])('%s: an error that says what to do', async (_, args, more, code, says) => {
    // No metadata service of a cloud machine is asked.
    const env = { AWS_EC2_METADATA_DISABLED: 'true', ...more };
    const run = await world.runHere([...LIST, ...args], env);
    expect([run.code, run.out]).toEqual([code, '']);
    expect(run.err).toContain(says);
  });

  it('another table that is not there is told with where to look', async () => {
    const { code, err } = await world.runHere([...LIST, '--on', 'aws', '--table', 'other'], aws);
    expect(code).toBe(1);
    expect(err).toContain('there is no table other in this account and region');
  });

  it('a faulty configuration of what is deployed is told with its lines', async () => {
    writeFileSync(join(world.folder, 'bad.yaml'), 'accounts: 1\n');
    const args = [...LIST, '--on', 'aws', '--config', 'bad.yaml'];
    const { code, err } = await world.runHere(args, aws);
    expect(code).toBe(2);
    expect(err).toContain('bad.yaml:1:1  accounts');
  });
});

describe('.harpoon/environment.json', () => {
  it('is for its owner alone, and says nothing but what is there', () => {
    expect(statSync(file).mode & 0o777).toBe(0o600);
    // Also where an older file was open to all.
    chmodSync(file, 0o644);
    const found = readEnvironment(directory);
    if (typeof found !== 'object') throw new Error(found);
    writeEnvironment(directory, found);
    expect(statSync(file).mode & 0o777).toBe(0o600);
    expect(readEnvironment(directory)).toEqual(JSON.parse(written));
  });

  it('is taken away by whoever wrote it alone', () => {
    removeEnvironment(directory, process.pid + 1);
    expect(readEnvironment(directory)).toMatchObject({ pid: process.pid });
    removeEnvironment(directory, process.pid);
    expect(readEnvironment(directory)).toBe('none');
    removeEnvironment(directory, process.pid);
    writeFileSync(file, written);
  });

  it('of a stack that was killed is noticed', async () => {
    const child = spawn(process.execPath, ['-e', 'setInterval(() => {}, 1e6)']);
    const { pid } = child;
    child.kill('SIGKILL');
    await once(child, 'exit');
    const dead = { ...(JSON.parse(written) as object), pid, startedAtMs: Date.UTC(2026, 10, 22) };
    writeFileSync(file, JSON.stringify(dead));
    const { code, err } = await world.runHere([...LIST, '--on', 'local']);
    expect(code).toBe(1);
    expect(err).toContain('started at 2026-11-22 00:00 UTC, does not run any more');
    const { out } = await world.runHere([...LIST, '--json'], aws);
    expect(JSON.parse(out)).toMatchObject({ installation: { kind: 'aws' } });
    writeFileSync(file, written);
  });

  it('whose table does not answer, though the number of its process was given anew, is noticed', async () => {
    const other = { ...aws, AWS_ENDPOINT_URL_DYNAMODB: 'http://127.0.0.1:9' };
    writeFileSync(file, JSON.stringify({ ...(JSON.parse(written) as object), environment: other }));
    const { err } = await world.runHere([...LIST, '--on', 'local']);
    expect(err).toContain('does not run any more');
    writeFileSync(file, written);
  });

  it.each([
    ['no JSON', '{'],
    ['another version', JSON.stringify({ version: 2 })],
  ])('that is %s is not followed', (_, text) => {
    writeFileSync(file, text);
    expect(readEnvironment(directory)).toBe('unreadable');
    writeFileSync(file, written);
  });

  it('that names another machine is not followed', () => {
    const environment = { ...aws, AWS_ENDPOINT_URL_SQS: 'https://sqs.eu-west-2.amazonaws.com' };
    writeFileSync(file, JSON.stringify({ ...(JSON.parse(written) as object), environment }));
    expect(readEnvironment(directory)).toBe('unreadable');
    writeFileSync(file, written);
  });
});
