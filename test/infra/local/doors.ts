/** Where the sources of a running local stack are spoken to, and with which made-up secret. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { SecretEntry } from '../../../infra/local/cloud/secrets-file.ts';

/** The door of one source. */
export interface Door {
  /** `/hook/SOURCE/TOKEN` at the gateway. */
  readonly path: string;
  readonly secret: string;
}

/** Reads the door of a source from the stack's directory; the stack prints that of the first only. */
export function doorOf(directory: string, source: string): Door {
  const file = join(directory, 'aws', 'secrets', 'secrets.json');
  const entries = JSON.parse(readFileSync(file, 'utf8')) as readonly SecretEntry[];
  const entry = entries.find(({ name }) => name === `harpoon/sources/${source}`);
  const { token, secrets } = JSON.parse(entry?.versions[0]?.text ?? '{}') as {
    token?: string;
    secrets?: readonly { readonly value: string }[];
  };
  const secret = secrets?.[0]?.value;
  if (token === undefined || secret === undefined) throw new Error(`${source} has no secret`);
  return { path: `/hook/${source}/${token}`, secret };
}
