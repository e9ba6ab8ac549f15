/**
 * `.harpoon/environment.json`: how another process reaches the running local stack. The stack writes
 * it when everything runs and takes it away when it stops; one that was killed leaves it, which
 * whoever reads it notices. Nothing in it opens anything but the embedded services of this machine.
 */
import { readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import * as v from 'valibot';

const FILE = 'environment.json';

/** What the file says. */
export interface LocalEnvironment {
  readonly version: 1;
  /** The process of the stack. */
  readonly pid: number;
  readonly startedAtMs: number;
  /** The configuration that it runs with, compiled. */
  readonly configFile: string;
  readonly table: string;
  /** For the AWS SDK and the adapters: addresses on this machine, and made-up credentials. */
  readonly environment: Readonly<Record<string, string>>;
}

const SCHEMA = v.object({
  ...{ version: v.literal(1), pid: v.pipe(v.number(), v.integer(), v.minValue(1)) },
  ...{ startedAtMs: v.number(), configFile: v.string(), table: v.string() },
  environment: v.record(v.string(), v.string()),
});

/** Writes the file, whole or not at all, for its owner alone. */
export function writeEnvironment(directory: string, environment: LocalEnvironment): void {
  const file = join(directory, FILE);
  const draft = `${file}.${process.pid}`;
  rmSync(draft, { force: true });
  writeFileSync(draft, `${JSON.stringify(environment, null, 2)}\n`, { mode: 0o600 });
  renameSync(draft, file);
}

/** Takes the file away, unless another process has written it meanwhile. */
export function removeEnvironment(directory: string, pid: number): void {
  const found = readEnvironment(directory);
  if (typeof found === 'object' && found.pid === pid) rmSync(join(directory, FILE));
}

/** What the file of a directory says. `none`: there is none; `unreadable`: nobody can tell. */
export function readEnvironment(directory: string): LocalEnvironment | 'none' | 'unreadable' {
  try {
    const parsed = v.safeParse(SCHEMA, JSON.parse(readFileSync(join(directory, FILE), 'utf8')));
    return parsed.success && isAllHere(parsed.output.environment) ? parsed.output : 'unreadable';
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? error.code : undefined;
    return code === 'ENOENT' || code === 'ENOTDIR' ? 'none' : 'unreadable';
  }
}

/** Whether every address is one of this machine, and the table's is among them. */
function isAllHere(environment: Readonly<Record<string, string>>): boolean {
  const urls = Object.entries(environment).filter(([name]) => /(?:^|_)URL(?:_|$)/.test(name));
  const isHere = urls.every(
    ([, url]) => URL.canParse(url) && new URL(url).hostname === '127.0.0.1',
  );
  return isHere && environment['AWS_ENDPOINT_URL_DYNAMODB'] !== undefined;
}

/** Whether the stack that wrote this runs: its process is there, and its table answers. */
export async function isRunning({ pid, environment }: LocalEnvironment): Promise<boolean> {
  try {
    // Signal 0 asks only.
    process.kill(pid, 0);
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? error.code : undefined;
    if (code !== 'EPERM') return false;
  }
  try {
    const url = environment['AWS_ENDPOINT_URL_DYNAMODB'] ?? '';
    await fetch(url, { method: 'POST', signal: AbortSignal.timeout(5_000) });
    return true;
  } catch {
    return false;
  }
}
