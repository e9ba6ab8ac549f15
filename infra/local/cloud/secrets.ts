/**
 * The part of Secrets Manager that Harpoon uses, over one file. Values are never printed.
 * Source: https://docs.aws.amazon.com/secretsmanager/latest/apireference/
 */
import { randomUUID } from 'node:crypto';
import { AwsError, serveAwsJson, type Input, type Running } from './aws-json-server.ts';
import { localArn } from './local-account.ts';
import { openSecretsFile, type SecretEntry, type SecretVersion } from './secrets-file.ts';

/** Where secrets live and on which port; without a directory they live in memory. */
export interface SecretsOptions {
  readonly directory?: string;
  readonly port?: number;
}

interface Vault {
  readonly entries: Map<string, SecretEntry>;
  save(): Promise<void>;
}

/** Starts Secrets Manager. */
export async function startSecrets(options: SecretsOptions = {}): Promise<Running> {
  const vault = await openSecretsFile(options.directory);
  return serveAwsJson(
    {
      name: 'Secrets Manager',
      target: 'secretsmanager',
      contentType: 'application/x-amz-json-1.1',
      async handle(operation, input) {
        switch (operation) {
          case 'GetSecretValue':
            return getSecretValue(vault, input);
          case 'CreateSecret':
            return createSecret(vault, input);
          case 'PutSecretValue':
            return putSecretValue(vault, input);
          case 'DescribeSecret':
            return describeSecret(find(vault, input));
          case 'ListSecrets':
            return { SecretList: [...vault.entries.values()].map(describeSecret) };
          default:
            throw new AwsError('UnknownOperationException', operation);
        }
      },
    },
    options.port,
  );
}

function getSecretValue(vault: Vault, input: Input): object {
  const entry = find(vault, input);
  const id = input['VersionId'];
  const stage = input['VersionStage'] ?? (id === undefined ? 'AWSCURRENT' : undefined);
  const version = entry.versions.find(
    (one) =>
      (id === undefined || one.id === id) &&
      (stage === undefined || one.stages.includes(stage as string)),
  );
  if (version === undefined) {
    throw notFound("Secrets Manager can't find the specified secret value for that version");
  }
  return {
    ...nameOf(entry),
    ...valueOf(version),
    VersionId: version.id,
    VersionStages: version.stages,
    CreatedDate: version.createdAtMs / 1_000,
  };
}

async function createSecret(vault: Vault, input: Input): Promise<object> {
  const name = input['Name'];
  if (typeof name !== 'string' || !/^[A-Za-z0-9/_+=.@-]{1,512}$/.test(name)) {
    throw invalid('Name must be 1 to 512 letters, digits and /_+=.@-');
  }
  if (vault.entries.has(name)) {
    throw new AwsError('ResourceExistsException', `The secret ${name} already exists.`);
  }
  const suffix = randomUUID().slice(0, 6);
  const arn = localArn('secretsmanager', `secret:${name}-${suffix}`);
  const versions = hasValue(input) ? [newVersion(input)] : [];
  const entry = { name, arn, createdAtMs: Date.now(), versions };
  vault.entries.set(name, entry);
  await vault.save();
  return { ...nameOf(entry), ...(versions[0] ? { VersionId: versions[0].id } : {}) };
}

/** The new value becomes AWSCURRENT, the one before it AWSPREVIOUS; older ones are forgotten. */
async function putSecretValue(vault: Vault, input: Input): Promise<object> {
  const entry = find(vault, input);
  if (!hasValue(input)) throw invalid('You must provide either SecretString or SecretBinary.');
  const version = newVersion(input);
  const same = entry.versions.find(({ id }) => id === version.id);
  if (same !== undefined) {
    // The SDK repeats a request with the same token after a lost answer.
    if (same.text !== version.text || same.binary !== version.binary) {
      throw new AwsError('ResourceExistsException', 'this version exists with another value');
    }
    return { ...nameOf(entry), VersionId: same.id, VersionStages: same.stages };
  }
  const current = entry.versions.filter(({ stages }) => stages.includes('AWSCURRENT'));
  const previous = current.map((one) => ({ ...one, stages: ['AWSPREVIOUS'] }));
  vault.entries.set(entry.name, { ...entry, versions: [version, ...previous] });
  await vault.save();
  return { ...nameOf(entry), VersionId: version.id, VersionStages: version.stages };
}

function describeSecret(entry: SecretEntry): object {
  const changedAtMs = Math.max(entry.createdAtMs, ...entry.versions.map((it) => it.createdAtMs));
  return {
    ...nameOf(entry),
    CreatedDate: entry.createdAtMs / 1_000,
    LastChangedDate: changedAtMs / 1_000,
    VersionIdsToStages: Object.fromEntries(entry.versions.map(({ id, stages }) => [id, stages])),
  };
}

/** By name or by ARN. */
function find(vault: Vault, input: Input): SecretEntry {
  const id = input['SecretId'];
  if (typeof id !== 'string' || id === '') throw invalid('SecretId must be text');
  const entry = vault.entries.get(id) ?? [...vault.entries.values()].find(({ arn }) => arn === id);
  if (entry === undefined) throw notFound("Secrets Manager can't find the specified secret.");
  return entry;
}

function newVersion(input: Input): SecretVersion {
  const { SecretString, SecretBinary, ClientRequestToken } = input;
  if (SecretString !== undefined && SecretBinary !== undefined) {
    throw invalid('You must provide either SecretString or SecretBinary, not both.');
  }
  const id = typeof ClientRequestToken === 'string' ? ClientRequestToken : randomUUID();
  const value =
    typeof SecretString === 'string' ? { text: SecretString } : { binary: String(SecretBinary) };
  return { id, stages: ['AWSCURRENT'], createdAtMs: Date.now(), ...value };
}

function hasValue({ SecretString, SecretBinary }: Input): boolean {
  return typeof SecretString === 'string' || typeof SecretBinary === 'string';
}

function nameOf({ name, arn }: SecretEntry): object {
  return { Name: name, ARN: arn };
}

function valueOf({ text, binary }: SecretVersion): object {
  return text === undefined ? { SecretBinary: binary } : { SecretString: text };
}

function invalid(message: string): AwsError {
  return new AwsError('InvalidParameterException', message);
}

function notFound(message: string): AwsError {
  return new AwsError('ResourceNotFoundException', message);
}
