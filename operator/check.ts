/**
 * `npm run check [file]`, also `harpoon check`: checks the configuration. Exit code 0: it is right, a summary is on
 * stdout. 1: it is not, all faults are on stderr. 2: the command itself was called wrongly.
 */
import { realpathSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { faultsText } from './config/fault.ts';
import { loadConfig } from './config/load.ts';
import { missing, summaryText } from './config/summary.ts';

/** Where the command writes. */
export interface Output {
  readonly stdout: (text: string) => void;
  readonly stderr: (text: string) => void;
}

const DEFAULT_FILE = 'harpoon.yaml';

const HELP = `Checks the configuration of Harpoon.

usage: npm run check -- [file] [--json]

  file     the configuration; ${DEFAULT_FILE} when left out
  --json   print one JSON object: { ok, file, config, missing } or { ok, file, faults }
  --help   print this text

exit code: 0 no faults, 1 faults, 2 wrong call
`;

/** Runs the command and returns its exit code. */
export function check(args: readonly string[], output: Output): 0 | 1 | 2 {
  const call = readCall(args);
  if (typeof call === 'string') {
    output.stderr(`${call}\n\n${HELP}`);
    return 2;
  }
  if (call.help) {
    output.stdout(HELP);
    return 0;
  }
  const checked = checkFile(call.file);
  if (call.json) {
    output.stdout(`${JSON.stringify({ ok: checked.ok, ...checked.json }, null, 2)}\n`);
  } else if (checked.ok) output.stdout(checked.text);
  else output.stderr(checked.text);
  return checked.ok ? 0 : 1;
}

/** What the checker found, for people and for programs. */
export interface Checked {
  readonly ok: boolean;
  /** `{ file, config, missing }`, or `{ file, faults }`. */
  readonly json: Readonly<Record<string, unknown>>;
  /** A summary, or one line for each fault. */
  readonly text: string;
}

/** Checks a file. */
export function checkFile(file: string): Checked {
  const compiled = loadConfig(file);
  if (compiled.ok) {
    const { config } = compiled;
    const text = `${file} is right.\n\n${summaryText(config)}`;
    return { ok: true, json: { file, config, missing: missing(config) }, text };
  }
  const { faults } = compiled;
  const count = `${faults.length} ${faults.length === 1 ? 'fault' : 'faults'}`;
  return { ok: false, json: { file, faults }, text: `${faultsText(file, faults)}${count}\n` };
}

interface Call {
  readonly file: string;
  readonly json: boolean;
  readonly help: boolean;
}

function readCall(args: readonly string[]): Call | string {
  try {
    const { values, positionals } = parseArgs({
      args: [...args],
      allowPositionals: true,
      options: {
        json: { type: 'boolean', default: false },
        help: { type: 'boolean', short: 'h', default: false },
      },
    });
    const [file = DEFAULT_FILE, ...more] = positionals;
    return more.length > 0 ? 'name one file' : { file, json: values.json, help: values.help };
  } catch (cause) {
    return cause instanceof Error ? cause.message : String(cause);
  }
}

if (realpathSync(process.argv[1] ?? '.') === fileURLToPath(import.meta.url)) {
  process.exitCode = check(process.argv.slice(2), {
    stdout: (text) => process.stdout.write(text),
    stderr: (text) => process.stderr.write(text),
  });
}
