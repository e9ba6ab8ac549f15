/**
 * The compiled configuration. It lies beside the bundled function as config.json, so that what
 * trades is versioned with what was reviewed; HARPOON_CONFIG names another file (local stack).
 */
import { readFileSync } from 'node:fs';
import { assert } from '../core/result.ts';
import type { Config } from '../core/config.ts';

/** Reads the configuration once, at cold start. Throws when it is missing or of another version. */
export function readConfig(): Config {
  const file = process.env['HARPOON_CONFIG'] ?? new URL('./config.json', import.meta.url);
  const config = JSON.parse(readFileSync(file, 'utf8')) as Config;
  assert(config.version === 1, `config.json has version 1, not ${String(config.version)}`);
  return config;
}

/** An environment variable that a function cannot work without. */
export function required(name: string): string {
  const value = process.env[name];
  assert(value !== undefined && value !== '', `the environment variable ${name} is set`);
  return value;
}
