/** The configuration of the deployment: harpoon.yaml, or a refusal that lists all of its faults. */
import { fileURLToPath } from 'node:url';
import type { Config } from '../functions/core/config.ts';
import { faultsText } from '../operator/config/fault.ts';
import { loadConfig } from '../operator/config/load.ts';

/** The user's file, at the root of the project. */
export const CONFIGURATION_FILE = fileURLToPath(new URL('../harpoon.yaml', import.meta.url));

/** Names another file, for a second installation or a trial. */
export const CONFIGURATION_VARIABLE = 'HARPOON_CONFIG_FILE';

/** A file that must not be deployed. The message is made for the terminal. */
export class ConfigurationError extends Error {
  override readonly name = 'ConfigurationError';
}

/** Reads the configuration; throws ConfigurationError with every fault, one a line. */
export function readConfiguration(
  file = process.env[CONFIGURATION_VARIABLE] ?? CONFIGURATION_FILE,
): Config {
  const compiled = loadConfig(file);
  if (compiled.ok) return compiled.config;
  throw new ConfigurationError(`${file} is not right:\n${faultsText(file, compiled.faults)}`);
}
