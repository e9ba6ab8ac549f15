/** Keeps every log line as it would be written, so that tests can search them for secrets. */
import { jsonLog } from '../../functions/adapters/json-log.ts';
import type { Log } from '../../functions/core/ports.ts';

/** A log and what was written to it. */
export interface FakeLog extends Log {
  readonly lines: string[];
  /** The lines about one event, read, oldest first. */
  of(event: string): readonly Readonly<Record<string, unknown>>[];
}

/** The product's own log, writing into an array. */
export function fakeLog(): FakeLog {
  const lines: string[] = [];
  const of = (event: string) =>
    lines
      .map((line) => JSON.parse(line) as Readonly<Record<string, unknown>>)
      .filter((line) => line['event'] === event);
  return { ...jsonLog((line) => lines.push(line)), lines, of };
}
