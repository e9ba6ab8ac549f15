/** Reads and compiles a configuration file; what cannot be read is a fault like any other. */
import { readFileSync, statSync } from 'node:fs';
import { compileConfig, MOST_BYTES, tooLarge, type Compiled } from './compile.ts';
import { wholeFile } from './syntax.ts';

/** Compiles the file at the path. Never throws. */
export function loadConfig(path: string): Compiled {
  let bytes: Buffer;
  try {
    const stat = statSync(path);
    if (!stat.isFile()) return unreadable('not a file');
    if (stat.size > MOST_BYTES) return { ok: false, faults: [tooLarge()] };
    bytes = readFileSync(path);
  } catch (cause) {
    return unreadable(reason(cause));
  }
  try {
    return compileConfig(new TextDecoder('utf-8', { fatal: true }).decode(bytes));
  } catch (cause) {
    if (!(cause instanceof TypeError)) throw cause;
    return unreadable('not UTF-8 text');
  }
}

function unreadable(why: string): Compiled {
  const problem = `the file cannot be read: ${why}`;
  const remedy = 'Name an existing file; the example is harpoon.yaml.';
  return { ok: false, faults: [wholeFile({ problem, remedy })] };
}

function reason(cause: unknown): string {
  const code = cause instanceof Error && 'code' in cause ? cause.code : undefined;
  if (code === 'ENOENT') return 'there is no such file';
  return typeof code === 'string' ? code : 'unknown reason';
}
