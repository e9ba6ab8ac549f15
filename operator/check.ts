/**
 * `npm run check [file]`: checks the configuration. Exit code 0: it is right, a summary is on
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
  const compiled = loadConfig(call.file);
  if (call.json) {
    const { file } = call;
    const report = compiled.ok
      ? { ok: true, file, config: compiled.config, missing: missing(compiled.config) }
      : { ok: false, file, faults: compiled.faults };
    output.stdout(`${JSON.stringify(report, null, 2)}\n`);
  } else if (compiled.ok) {
    output.stdout(`${call.file} is right.\n\n${summaryText(compiled.config)}`);
  } else {
    const count = compiled.faults.length;
    output.stderr(faultsText(call.file, compiled.faults));
    output.stderr(`${count} ${count === 1 ? 'fault' : 'faults'}\n`);
  }
  return compiled.ok ? 0 : 1;
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
