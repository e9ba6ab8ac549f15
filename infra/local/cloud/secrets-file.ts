/**
 * The secrets of the local stack in one file that only its owner may read. A save writes a new file
 * beside it and renames it over the old one, so a kill at any instant leaves one or the other.
 */
import { mkdir, open, readFile, rename } from 'node:fs/promises';
import { join } from 'node:path';

/** One value of a secret; exactly one of `text` and `binary` (base64) is there. */
export interface SecretVersion {
  readonly id: string;
  readonly stages: readonly string[];
  readonly createdAtMs: number;
  readonly text?: string;
  readonly binary?: string;
}

/** A secret with its values, newest first. */
export interface SecretEntry {
  readonly name: string;
  readonly arn: string;
  readonly createdAtMs: number;
  readonly versions: readonly SecretVersion[];
}

/** Secrets by name, and how to keep them. */
export interface SecretsFile {
  readonly entries: Map<string, SecretEntry>;
  /** Resolves when the present entries are in the file. */
  save(): Promise<void>;
}

/** Opens `secrets.json` of a directory, which is made if need be; in memory without a directory. */
export async function openSecretsFile(directory: string | undefined): Promise<SecretsFile> {
  if (directory === undefined) return { entries: new Map(), save: async () => undefined };
  await mkdir(directory, { recursive: true, mode: 0o700 });
  const path = join(directory, 'secrets.json');
  const entries = new Map((await load(path)).map((entry) => [entry.name, entry]));
  let last: Promise<void> = Promise.resolve();
  return {
    entries,
    save() {
      // One save after the other: they share the new file's name.
      last = last.catch(() => undefined).then(() => replace(path, [...entries.values()]));
      return last;
    },
  };
}

async function load(path: string): Promise<SecretEntry[]> {
  let text: string;
  try {
    text = await readFile(path, 'utf8');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return [];
    throw error;
  }
  try {
    return JSON.parse(text) as SecretEntry[];
  } catch {
    // The parser's own message quotes the file, and the file holds secrets.
    throw new Error(`${path} is not JSON; mend it, or remove it to start with new secrets`);
  }
}

async function replace(path: string, entries: readonly SecretEntry[]): Promise<void> {
  const next = `${path}.new`;
  const file = await open(next, 'w', 0o600);
  try {
    await file.writeFile(`${JSON.stringify(entries, undefined, 2)}\n`);
    await file.sync();
  } finally {
    await file.close();
  }
  await rename(next, path);
}
