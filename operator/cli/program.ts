/** Makes the command line of the commands: help, parsing, and one way to show what came of it. */
import { readFileSync } from 'node:fs';
import { Command as Commander, CommanderError, Option } from 'commander';
import { EXIT, type Command, type Input, type Report } from './command.ts';
import { GROUPS } from './commands.ts';

/** Runs a command that was parsed. */
export type RunCommand = (command: Command, input: Input) => Promise<void>;

const ABOUT = `Harpoon: price alerts and orders, on this machine or in your AWS account.`;

const EXIT_CODES = `Exit codes: 0 done, 1 failed, 2 wrong use or configuration, 3 not found, 4 refused.
Every command takes --json. All commands with examples: docs/cli.md.`;

/** Options of every command that acts on an installation. */
const BOUND_OPTIONS: readonly (readonly [string, string])[] = [
  ['--on <where>', 'local: the running local stack; aws: what is deployed in your account'],
  ['--dir <directory>', 'folder of the local stack (default: .harpoon)'],
  ['--config <file>', 'configuration of what is deployed (default: harpoon.yaml)'],
  ['--table <name>', 'table of what is deployed (default: harpoon)'],
];

/** The program; `write` takes what commander prints. */
export function programOf(
  commands: readonly Command[],
  run: RunCommand,
  write: { readonly out: (text: string) => void; readonly err: (text: string) => void },
): Commander {
  const settle = (part: Commander): Commander =>
    part
      .exitOverride()
      // What stands behind the word of a command below another one is its own.
      .enablePositionalOptions()
      .configureOutput({ writeOut: write.out, writeErr: write.err })
      .helpOption('-h, --help', 'show this')
      .showHelpAfterError('Say --help behind a command for its options and examples.');
  const program = settle(new Commander('harpoon').description(ABOUT));
  program.addHelpText('after', `\n${EXIT_CODES}`).helpCommand(false);
  program.version(version(), '-V, --version', 'show the version');
  const groups = new Map<string, Commander>();
  for (const command of commands) {
    const [first, ...rest] = command.path;
    let parent = program;
    if (rest.length > 0) {
      parent = groups.get(first) ?? settle(program.command(first).description(GROUPS[first] ?? ''));
      groups.set(first, parent);
    }
    const part = settle(define(parent.command(rest.join(' ') || first), command, run));
    // A command may have others below it, as `books` and `books rebuild`.
    if (rest.length === 0) groups.set(first, part);
  }
  for (const group of groups.values()) group.helpCommand(false);
  return program;
}

function version(): string {
  const text = readFileSync(new URL('../../package.json', import.meta.url), 'utf8');
  return (JSON.parse(text) as { version: string }).version;
}

function define(part: Commander, command: Command, run: RunCommand): Commander {
  part.summary(command.summary).description(sentence(command.summary));
  for (const [name, about] of command.args ?? []) part.argument(name, about);
  for (const [flags, about] of command.options ?? []) part.addOption(new Option(flags, about));
  if (command.needs === 'installation') {
    for (const [flags, about] of BOUND_OPTIONS) part.addOption(new Option(flags, about));
  }
  part.addOption(new Option('--json', 'print one JSON object'));
  part.addHelpText('after', `\n${examplesText(command)}`);
  part.action(async () => {
    const given: Readonly<Record<string, unknown>> = part.opts();
    const value = (option: string) => given[camelCase(option)];
    await run(command, {
      args: (part.processedArgs as readonly (string | readonly string[] | undefined)[]).flatMap(
        (arg) => (typeof arg === 'object' ? [arg.join(' ')] : (arg ?? [])),
      ),
      text: (option) => {
        const text = value(option);
        return typeof text === 'string' ? text : undefined;
      },
      has: (option) => value(option) === true,
    });
  });
  return part;
}

function sentence(summary: string): string {
  return `${summary.charAt(0).toUpperCase()}${summary.slice(1)}.`;
}

function camelCase(option: string): string {
  return option.replaceAll(/-(.)/g, (_, letter: string) => letter.toUpperCase());
}

function examplesText({ examples, json }: Command): string {
  return [
    'Examples:',
    ...examples.map((line) => `  npx ${line}`),
    '',
    'JSON:',
    ...json.map((line) => `  ${line}`),
    '',
    EXIT_CODES,
  ].join('\n');
}

/** The exit code of commander's own errors; undefined: it is not one. */
export function exitOfCommander(error: unknown): number | undefined {
  if (!(error instanceof CommanderError)) return undefined;
  return error.exitCode === 0 ? EXIT.done : EXIT.usage;
}

/** The JSON output of a report. */
export function jsonText(
  report: Report,
  installation: Readonly<Record<string, string>> | undefined,
) {
  const ok = (report.exit ?? 'done') === 'done';
  const where = installation === undefined ? {} : { installation };
  return `${JSON.stringify({ ok, ...where, ...report.json }, null, 2)}\n`;
}
