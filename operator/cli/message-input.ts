/** What the commands on messages are given: a source of harpoon.yaml, and the text of a message. */
import { readFileSync } from 'node:fs';
import type { Config } from '../../functions/core/config.ts';
import { suggestion } from '../../functions/core/suggest.ts';
import { faultsText, printable } from '../config/fault.ts';
import { loadConfig } from '../config/load.ts';
import type { JudgedSource } from '../judge-message.ts';
import { CliError, type Input } from './command.ts';

const CONFIG_FILE = 'harpoon.yaml';

/** The option of a command that reads harpoon.yaml and needs no installation. */
export const CONFIG_OPTION = [
  '--config <file>',
  `configuration (default: ${CONFIG_FILE})`,
] as const;

/** The source of that name; the only one where no name is given. Throws CliError. */
export function sourceNamed(name: string | undefined, input: Input): JudgedSource {
  const file = input.text('config') ?? process.env['HARPOON_CONFIG_FILE'] ?? CONFIG_FILE;
  const compiled = loadConfig(file);
  if (!compiled.ok) {
    const faults = faultsText(file, compiled.faults).trimEnd();
    throw new CliError('usage', `${file} is not right:\n${faults}`);
  }
  return sourceIn(compiled.config, name);
}

/** The same in a configuration that is at hand. Throws CliError. */
export function sourceIn({ sources }: Config, name: string | undefined): JudgedSource {
  const names = Object.keys(sources);
  const [only] = names;
  const wanted = name ?? (names.length === 1 ? only : undefined);
  if (wanted === undefined) {
    throw new CliError('usage', `say which source sends it: --source, one of ${names.join(', ')}`);
  }
  const source = Object.hasOwn(sources, wanted) ? sources[wanted] : undefined;
  if (source !== undefined) return { name: wanted, source };
  const problem = `there is no source ${wanted.slice(0, 40)}. ${suggestion(wanted, names)}`;
  throw new CliError('not-found', problem);
}

/** What a file holds, or what is piped in. Throws CliError. */
export function textOf(file: string): string {
  try {
    return readFileSync(file === '-' ? 0 : file, 'utf8');
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    throw new CliError('failed', `the message cannot be read: ${printable(why)}`);
  }
}
