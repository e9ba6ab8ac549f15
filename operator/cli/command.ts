/**
 * What a command is. A command says everything about itself in one object: its words, options,
 * examples and what it does; program.ts makes help, parsing, output and exit codes of it. To add
 * one, write it in the file of its group and list it in commands.ts.
 *
 * There are two kinds. A *bound* command acts on an installation, which is chosen and named before it
 * runs. A *pure* command needs none: it reads its arguments and files only.
 */
import type { Installation } from './installation.ts';
import type { Paint } from './paint.ts';

/** Exit codes, the same for every command. */
export const EXIT = { done: 0, failed: 1, usage: 2, 'not-found': 3, refused: 4 } as const;

/** Why a command did not do what it was asked to. */
export type ErrorKind = Exclude<keyof typeof EXIT, 'done'>;

/** A command's own error: shown without a stack. `message` is made for a terminal. */
export class CliError extends Error {
  override readonly name = 'CliError';
  readonly kind: ErrorKind;
  /** More fields of `error` in the JSON output. */
  readonly details: Readonly<Record<string, unknown>>;

  constructor(kind: ErrorKind, message: string, details: Readonly<Record<string, unknown>> = {}) {
    super(message);
    this.kind = kind;
    this.details = details;
  }
}

/** The words behind a command, as they were given. */
export interface Input {
  /** The argument by its position; a repeated argument is joined by blanks. */
  readonly args: readonly string[];
  /** The text of an option by its long name; undefined when it was left out. */
  text(option: string): string | undefined;
  /** Whether an option without a value was given. */
  has(option: string): boolean;
}

/** What a command came to. */
export interface Report {
  /** Code 0 when absent. */
  readonly exit?: keyof typeof EXIT;
  /** The fields of the JSON output beside `ok` and `installation`. */
  readonly json: Readonly<Record<string, unknown>>;
  /** Lines for people, on stdout. */
  readonly lines: (paint: Paint) => readonly string[];
  /** What people should know beside it, on stderr. */
  readonly warnings?: readonly string[];
  /** What is wrong, on stderr as it is: of a command whose work is to find that. */
  readonly faults?: readonly string[];
}

interface CommandWords {
  /** `['alerts', 'add']`. */
  readonly path: readonly [string, ...string[]];
  /** One line. */
  readonly summary: string;
  /** `<rule...>`, `[file]`: name in commander's writing, and what it is. */
  readonly args?: readonly (readonly [string, string])[];
  /** `--for <time>`: flags in commander's writing, and what it is. */
  readonly options?: readonly (readonly [string, string])[];
  /** Whole command lines without `npx`. */
  readonly examples: readonly [string, ...string[]];
  /** The fields of the JSON output, one line each. */
  readonly json: readonly [string, ...string[]];
}

/** A command that needs no installation. */
export interface PureCommand extends CommandWords {
  readonly needs: 'nothing';
  run(input: Input): Promise<Report>;
}

/** A command that acts on an installation. */
export interface BoundCommand extends CommandWords {
  readonly needs: 'installation';
  /** Acts there when nobody says where; absent: it is found out, and an error where it is unclear. */
  readonly on?: 'aws';
  run(input: Input, installation: Installation): Promise<Report>;
}

/** One command. */
export type Command = PureCommand | BoundCommand;
