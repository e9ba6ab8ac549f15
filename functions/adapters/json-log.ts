/**
 * Structured log: one JSON object a line, named fields only. What looks like a secret by its name
 * is not written even when somebody passes it, and values are capped. Forty lines of our own
 * instead of a logging library: it is what keeps secrets out, and it loads in no time.
 */
import { appendFileSync } from 'node:fs';
import type { LogFields } from '../core/log-fields.ts';
import type { Log } from '../core/ports.ts';

/** Names that never reach a log line, whatever they hold. */
const FORBIDDEN = /secret|token|signature|api-?key|authorization|otp|passphrase|password/i;

const VALUE_CHARACTERS_MAX = 2_000;

/** A log that writes lines through `write`; `common` fields stand in every line. */
export function jsonLog(write: (line: string) => void, common: LogFields = {}): Log {
  const at =
    (level: string) =>
    (event: string, fields: LogFields = {}): void => {
      const line = { level, event, ...kept(common), ...kept(fields) };
      write(JSON.stringify(line));
    };
  return { info: at('info'), warn: at('warn'), error: at('error') };
}

/**
 * The log of a function: standard output, which CloudWatch stamps with the time. Where
 * HARPOON_LOG_FILE names a file, as in the local stack, lines are stamped here and go there.
 */
export function functionLog(name: string): Log {
  const file = process.env['HARPOON_LOG_FILE'];
  const common = { function: name };
  if (file === undefined) {
    return jsonLog((line) => {
      process.stdout.write(`${line}\n`);
    }, common);
  }
  return jsonLog((line) => {
    appendFileSync(file, `{"at":"${new Date().toISOString()}",${line.slice(1)}\n`);
  }, common);
}

function kept(fields: LogFields): LogFields {
  const entries = Object.entries(fields).filter(([name, value]) => {
    return value !== undefined && !FORBIDDEN.test(name);
  });
  return Object.fromEntries(entries.map(([name, value]) => [name, capped(value)]));
}

function capped(value: LogFields[string]): LogFields[string] {
  if (typeof value !== 'string' || value.length <= VALUE_CHARACTERS_MAX) return value;
  return `${value.slice(0, VALUE_CHARACTERS_MAX)}... (${value.length} characters)`;
}
