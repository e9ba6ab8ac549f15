/** The signal of an alert rule, read as the message that a sender would have written. */
import type { Config, Source } from '../config.ts';
import type { Json } from '../message/json.ts';
import { fieldOf } from '../message/message-fields.ts';
import { parseSignal, type ParsedSignal } from '../message/parse-signal.ts';
import { refusal, type Refusal } from '../refusal.ts';
import { err, type Result } from '../result.ts';
import type { RaisedSignal } from './ports.ts';
import type { AlertRule } from './rule.ts';

/** What a rule raised, as its source reads it. */
export function readRaised(
  { id, atMs, source: sourceName, fields }: RaisedSignal,
  source: Source | undefined,
): Result<ParsedSignal, Refusal> {
  if (source === undefined) {
    return err(refusal('not-found', `harpoon.yaml has no source ${sourceName} any more.`));
  }
  const text = (value: string): Json => ({ kind: 'string', value });
  const members = new Map(Object.entries(fields).map(([name, value]) => [name, text(value)]));
  members.set('id', text(id)).set('time', text(new Date(atMs).toISOString()));
  return parseSignal({ kind: 'object', members }, { sourceName, source, ownWords: true });
}

/** Any moment will do, as what depends on it is not judged. */
const SOME_MS = Date.parse('2026-01-01T00:00:00Z');

/** Fields that a later firing may make wrong or right. */
const TIMES: ReadonlySet<string | undefined> = new Set(['start', 'expire']);

/** Why the signal would be refused whenever the rule fires; undefined: its source can read it. */
export function refusalOfRule(
  { conditions, signal }: Pick<AlertRule, 'conditions' | 'signal'>,
  { sources }: Pick<Config, 'sources'>,
): Refusal | undefined {
  if (signal === undefined) return undefined;
  const lasting = Object.entries(signal.fields).filter(([name]) => !TIMES.has(fieldOf(name)));
  const fields = { symbol: conditions[0]?.pair ?? '', ...Object.fromEntries(lasting) };
  const raised = { id: 'firing', atMs: SOME_MS, source: signal.source, fields };
  const read = readRaised(raised, sources[signal.source]);
  return read.ok ? undefined : read.error;
}
