/** What AWS said, as a sentence that tells what to do. */
import { printable } from '../config/fault.ts';
import { CliError } from './command.ts';

const REMEDIES: Readonly<Record<string, string>> = {
  CredentialsProviderError:
    'No AWS credentials were found. Log in (`aws sso login`), or set AWS_PROFILE.',
  ExpiredTokenException: 'The AWS credentials have expired. Log in again.',
  ExpiredToken: 'The AWS credentials have expired. Log in again.',
  UnrecognizedClientException:
    'AWS does not know these credentials. Are they of the right account?',
  InvalidSignatureException: 'AWS does not take these credentials. Is the secret key whole?',
  AccessDeniedException:
    'These credentials may not do that; docs/cli.md lists what a person needs to be allowed.',
  ThrottlingException: 'AWS is asked too often just now. Try again in a minute.',
  ProvisionedThroughputExceededException: 'The table is busy just now. Try again in a minute.',
  TransactionConflictException: 'Somebody changes the same thing just now. Try again.',
};

/** The error of a call to AWS; one that is not AWS's stays as it is. */
export function explained(error: unknown, tableName: string): unknown {
  if (!(error instanceof Error) || error instanceof CliError) return error;
  const said = printable(error.message).slice(0, 300);
  if (error.name === 'ResourceNotFoundException') {
    return new CliError(
      'failed',
      `there is no table ${tableName} in this account and region. Is Harpoon deployed there, and AWS_REGION right?`,
    );
  }
  if (/Region is missing/.test(error.message)) {
    return new CliError('failed', 'no AWS region is known. Set AWS_REGION, such as eu-west-2.');
  }
  const remedy = REMEDIES[error.name];
  if (remedy !== undefined) return new CliError('failed', `${remedy} (${error.name}: ${said})`);
  if ('$metadata' in error || isUnreached(error)) {
    const again = 'It may have been done or not; try again';
    return new CliError('failed', `no good answer: ${error.name}: ${said}. ${again}.`);
  }
  return error;
}

function isUnreached(error: Error): boolean {
  const code = 'code' in error ? String(error.code) : '';
  return error.name === 'TimeoutError' || /^(E[A-Z]+|UND_)/.test(code);
}
