/**
 * The command line of Harpoon. It parses, finds out where to act and says so first, runs one command,
 * and prints what came of it: lines for people, or one JSON object.
 */
import { explained } from './aws-error.ts';
import { chooseTarget } from './choose.ts';
import { CliError, EXIT, type Command, type Input, type Report } from './command.ts';
import { COMMANDS } from './commands.ts';
import type { Installation } from './installation.ts';
import { paintOf, wantsColour, type Paint } from './paint.ts';
import { exitOfCommander, jsonText, programOf } from './program.ts';

/** Where the command line writes. */
export interface Output {
  readonly out: (text: string) => void;
  readonly err: (text: string) => void;
  readonly isTty: boolean;
}

const STDIO: Output = {
  out: (text) => process.stdout.write(text),
  err: (text) => process.stderr.write(text),
  // Colours go to both, so both must be able to show them.
  isTty: process.stdout.isTTY && process.stderr.isTTY,
};

const DIRECTORY = '.harpoon';
const CONFIG_FILE = 'harpoon.yaml';

/** Runs a command line and returns its exit code. Never throws. */
export async function main(args: readonly string[], output = STDIO): Promise<number> {
  const isJson = args.includes('--json');
  const paint = paintOf(!isJson && wantsColour(output.isTty, process.env));
  let code: number = EXIT.done;
  let usage = '';
  const err = isJson ? (text: string) => void (usage += text) : output.err;
  const run = async (command: Command, input: Input): Promise<void> => {
    const found = command.needs === 'nothing' ? undefined : await open(command.on, input);
    if (found !== undefined && !isJson) output.out(`${paint.strong(`On: ${found.title}`)}\n`);
    const report = await resultOf(command, input, found);
    print(report, found, { output, paint, isJson });
    code = EXIT[report.exit ?? 'done'];
  };
  try {
    const program = programOf(COMMANDS, run, { out: output.out, err });
    await program.parseAsync([...args], { from: 'user' });
    return code;
  } catch (error) {
    const exit = exitOfCommander(error);
    if (exit === EXIT.done) return exit;
    const failure = failureOf(error, exit === undefined ? undefined : usage);
    // Commander has told people already.
    if (isJson) output.out(failureJson(failure));
    else if (exit === undefined) output.err(`${paint.bad('error:')} ${failure.message}\n`);
    return EXIT[failure.kind];
  }
}

async function open(on: 'aws' | undefined, input: Input): Promise<Installation> {
  const directory = input.text('dir') ?? DIRECTORY;
  const target = await chooseTarget({ on: input.text('on') ?? on, directory, env: process.env });
  const configFile = input.text('config') ?? process.env['HARPOON_CONFIG_FILE'] ?? CONFIG_FILE;
  // Only now: the SDK takes a moment to load, and help needs none of it.
  const { openInstallation } = await import('./installation.ts');
  return openInstallation({ target, directory, configFile, tableName: input.text('table') });
}

async function resultOf(
  command: Command,
  input: Input,
  installation: Installation | undefined,
): Promise<Report> {
  if (command.needs === 'nothing') return command.run(input);
  if (installation === undefined) throw new TypeError('an installation was opened');
  try {
    return await command.run(input, installation);
  } catch (error) {
    throw explained(error, installation.table.name);
  }
}

function print(
  report: Report,
  installation: Installation | undefined,
  { output, paint, isJson }: { output: Output; paint: Paint; isJson: boolean },
): void {
  if (isJson) {
    output.out(jsonText(report, installation?.json));
    return;
  }
  output.out(
    report
      .lines(paint)
      .map((line) => `${line}\n`)
      .join(''),
  );
  for (const warning of report.warnings ?? []) {
    output.err(`${paint.warn('warning:')} ${warning}\n`);
  }
  for (const fault of report.faults ?? []) output.err(`${fault}\n`);
}

/** What went wrong, as a command's own error. What nobody foresaw shows where it came from. */
function failureOf(error: unknown, usage: string | undefined): CliError {
  if (usage !== undefined) {
    const [first = 'wrong use'] = usage.trim().split('\n');
    return new CliError('usage', first.replace(/^error: /, ''));
  }
  if (error instanceof CliError) return error;
  const said = error instanceof Error ? (error.stack ?? error.message) : String(error);
  return new CliError('failed', said);
}

function failureJson({ kind, message, details }: CliError): string {
  const error = { kind, message, ...details };
  return `${JSON.stringify({ ok: false, error }, null, 2)}\n`;
}
