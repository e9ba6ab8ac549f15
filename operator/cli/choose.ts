/**
 * On which installation a command acts: the local stack of this folder, or what is deployed in an AWS
 * account. One of them may trade real money, so nothing is guessed where both are in reach.
 */
import { CliError } from './command.ts';
import { isRunning, readEnvironment, type LocalEnvironment } from './environment-file.ts';

/** Where a command is to act. */
export type Target =
  | { readonly kind: 'local'; readonly local: LocalEnvironment }
  | { readonly kind: 'aws' };

/** What a person said, and what is around. */
export interface Choice {
  /** `--on`, if it was given. */
  readonly on: string | undefined;
  /** The folder of the local stack. */
  readonly directory: string;
  readonly env: Readonly<Record<string, string | undefined>>;
}

/**
 * What names AWS credentials or a region in the environment. Source: "AWS SDKs and Tools reference
 * guide", supported environment variables. A profile in ~/.aws that nobody names does not count.
 */
const AWS_VARIABLES = [
  ...['AWS_ACCESS_KEY_ID', 'AWS_PROFILE', 'AWS_DEFAULT_PROFILE', 'AWS_REGION'],
  ...['AWS_DEFAULT_REGION', 'AWS_WEB_IDENTITY_TOKEN_FILE'],
  ...['AWS_CONTAINER_CREDENTIALS_RELATIVE_URI', 'AWS_CONTAINER_CREDENTIALS_FULL_URI'],
] as const;

/** Chooses, or throws a CliError that says what to write. */
export async function chooseTarget({ on, directory, env }: Choice): Promise<Target> {
  if (on === 'aws') return { kind: 'aws' };
  if (on !== undefined && on !== 'local') {
    throw new CliError('usage', `--on is local or aws, not "${on.slice(0, 40)}"`);
  }
  const found = await findLocal(directory);
  if (on === 'local') {
    if (found.local !== undefined) return { kind: 'local', local: found.local };
    throw new CliError('failed', `${found.why}. Start it with \`npm start\`.`);
  }
  const named = AWS_VARIABLES.filter((name) => (env[name] ?? '') !== '');
  if (found.local !== undefined && named.length === 0) return { kind: 'local', local: found.local };
  if (found.local === undefined && named.length > 0) return { kind: 'aws' };
  if (found.local !== undefined) {
    const variables = `${named.join(', ')} ${named.length === 1 ? 'is' : 'are'} set`;
    throw new CliError(
      'usage',
      `it is not clear where to act: a local stack runs in ${directory}, and ${variables} for AWS. Say --on local or --on aws.`,
    );
  }
  throw new CliError(
    'usage',
    `there is nothing to act on: ${found.why}, and neither AWS credentials nor a region are in the environment. Start a local stack with \`npm start\`, or say --on aws.`,
  );
}

async function findLocal(
  directory: string,
): Promise<{ readonly local: LocalEnvironment } | { readonly local: undefined; why: string }> {
  const local = readEnvironment(directory);
  if (local === 'none') return { local: undefined, why: `no local stack runs in ${directory}` };
  if (local === 'unreadable') {
    return { local: undefined, why: `${directory}/environment.json cannot be understood` };
  }
  if (await isRunning(local)) return { local };
  const since = new Date(local.startedAtMs).toISOString().slice(0, 16).replace('T', ' ');
  const why = `the local stack in ${directory}, started at ${since} UTC, does not run any more`;
  return { local: undefined, why };
}
