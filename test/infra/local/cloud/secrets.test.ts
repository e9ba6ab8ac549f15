/** The embedded Secrets Manager through the real SDK. */
import {
  CreateSecretCommand,
  DescribeSecretCommand,
  GetSecretValueCommand,
  ListSecretsCommand,
  PutSecretValueCommand,
  SecretsManagerClient,
} from '@aws-sdk/client-secrets-manager';
import { mkdtemp, readdir, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import type { Running } from '../../../../infra/local/cloud/aws-json-server.ts';
import { localClient } from '../../../../infra/local/cloud/local-account.ts';
import { startSecrets } from '../../../../infra/local/cloud/secrets.ts';

let directory: string;
let server: Running;
let client: SecretsManagerClient;

beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'harpoon-secrets-'));
  await start();
});
afterEach(async () => {
  await stop();
  await rm(directory, { recursive: true });
});

async function start(): Promise<void> {
  server = await startSecrets({ directory });
  client = new SecretsManagerClient(localClient(server.url));
}

async function stop(): Promise<void> {
  client.destroy();
  await server.close();
}

const Name = 'harpoon/main/trade';
const create = (SecretString: string, name = Name) =>
  client.send(new CreateSecretCommand({ Name: name, SecretString }));
const putValue = (SecretString: string, ClientRequestToken?: string) =>
  client.send(
    new PutSecretValueCommand({
      SecretId: Name,
      SecretString,
      ...(ClientRequestToken === undefined ? {} : { ClientRequestToken }),
    }),
  );
const read = async (more: object = {}) =>
  (await client.send(new GetSecretValueCommand({ SecretId: Name, ...more }))).SecretString;

test('a secret is read by name and by ARN, with its version', async () => {
  const created = await create('one');
  const value = await client.send(new GetSecretValueCommand({ SecretId: created.ARN }));
  expect(value).toMatchObject({
    Name,
    ARN: created.ARN,
    VersionId: created.VersionId,
    SecretString: 'one',
    VersionStages: ['AWSCURRENT'],
  });
  expect(value.CreatedDate).toBeInstanceOf(Date);
  expect(await read()).toBe('one');
});

test('a new value is current, the one before it previous, older ones are gone', async () => {
  const first = await create('one');
  for (const value of ['two', 'three']) await putValue(value);
  expect(await read()).toBe('three');
  expect(await read({ VersionStage: 'AWSPREVIOUS' })).toBe('two');
  const gone = read({ VersionId: first.VersionId });
  await expect(gone).rejects.toThrow(
    expect.objectContaining({ name: 'ResourceNotFoundException' }),
  );
  const { VersionIdsToStages } = await client.send(new DescribeSecretCommand({ SecretId: Name }));
  expect(Object.values(VersionIdsToStages ?? {})).toEqual([['AWSCURRENT'], ['AWSPREVIOUS']]);
});

test('a repeated request with one token is one version', async () => {
  await create('one');
  const token = 'token-of-32-characters-or-more-0001';
  const [a, b] = [await putValue('two', token), await putValue('two', token)];
  expect(a.VersionId).toBe(b.VersionId);
  expect(await read({ VersionStage: 'AWSPREVIOUS' })).toBe('one');
  await expect(putValue('other', token)).rejects.toThrow(
    expect.objectContaining({ name: 'ResourceExistsException' }),
  );
});

test('binary values are kept', async () => {
  const bytes = new Uint8Array([0, 255, 128]);
  await client.send(new CreateSecretCommand({ Name, SecretBinary: bytes }));
  const { SecretBinary } = await client.send(new GetSecretValueCommand({ SecretId: Name }));
  expect([...(SecretBinary ?? [])]).toEqual([0, 255, 128]);
});

test('secrets survive a restart in a file that only its owner may read', async () => {
  await Promise.all(['a', 'b', 'c'].map((name) => create(`value of ${name}`, name)));
  await stop();
  expect(await readdir(directory)).toEqual(['secrets.json']);
  expect((await stat(join(directory, 'secrets.json'))).mode & 0o777).toBe(0o600);
  await start();
  const { SecretList = [] } = await client.send(new ListSecretsCommand({}));
  expect(SecretList.map((it) => it.Name).sort()).toEqual(['a', 'b', 'c']);
  expect(await read({ SecretId: 'b' })).toBe('value of b');
});

test('listing and describing tell no values', async () => {
  await create('hush');
  const told = [
    await client.send(new ListSecretsCommand({})),
    await client.send(new DescribeSecretCommand({ SecretId: Name })),
  ];
  expect(JSON.stringify(told)).not.toContain('hush');
});

test('a damaged file is named, and its contents are not', async () => {
  await writeFile(join(directory, 'secrets.json'), '[{"name":"hush');
  const failure = await startSecrets({ directory }).catch((error: unknown) => error as Error);
  const told = failure instanceof Error ? failure.message : 'it started';
  expect(told).toContain('secrets.json is not JSON');
  expect(told).not.toContain('hush');
});

test.each([
  [
    'an unknown secret',
    'ResourceNotFoundException',
    () => new GetSecretValueCommand({ SecretId: 'x' }),
  ],
  [
    'a secret that exists',
    'ResourceExistsException',
    () => new CreateSecretCommand({ Name, SecretString: 'x' }),
  ],
  [
    'a name with a blank',
    'InvalidParameterException',
    () => new CreateSecretCommand({ Name: 'a b', SecretString: 'x' }),
  ],
  ['no value', 'InvalidParameterException', () => new PutSecretValueCommand({ SecretId: Name })],
  [
    'two values',
    'InvalidParameterException',
    () =>
      new PutSecretValueCommand({
        SecretId: Name,
        SecretString: 'x',
        SecretBinary: new Uint8Array([1]),
      }),
  ],
] as const)('%s is refused as %s', async (_, name, command) => {
  await create('one');
  const work = client.send(command() as GetSecretValueCommand);
  await expect(work).rejects.toThrow(expect.objectContaining({ name }));
});
