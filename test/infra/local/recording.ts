/**
 * A day of a strategy as TradingView sent its alerts: one message a line, with the placeholders of
 * `npx harpoon template` filled in. Played back, its times are moved to now and nothing else.
 */
import { readFileSync } from 'node:fs';
import { SECRET_HERE } from '../../../operator/message-template.ts';

const FILE = new URL('recorded/strategy.jsonl', import.meta.url);
const TIME = /\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}Z/g;

/** One alert. */
export interface Alert {
  /** What is posted, byte by byte. */
  readonly text: string;
  readonly id: string;
  readonly sentAtMs: number;
  readonly position: 'long' | 'flat' | 'short';
  readonly size: string;
}

/** The lines as they were recorded. */
export function recordedLines(): readonly string[] {
  return readFileSync(FILE, 'utf8').trimEnd().split('\n');
}

/** The alerts with their times moved, so that the last one was fired at `lastAtMs`. */
export function playedAt(lastAtMs: number): readonly Alert[] {
  const lines = recordedLines();
  const last = Math.max(...lines.map((line) => Date.parse(line.match(TIME)?.[0] ?? '')));
  const byMs = Math.floor(lastAtMs / 1_000) * 1_000 - last;
  return lines.map((line) => alertOf(line.replaceAll(TIME, (time) => moved(time, byMs))));
}

/** The same alert of a second alert on the strategy, which fired a second later. */
export function firedAgain({ text }: Alert): Alert {
  return alertOf(text.replaceAll(TIME, (time) => moved(time, 1_000)));
}

/** What is posted to a source with this secret. */
export function withSecret({ text }: Alert, secret: string): string {
  return text.replace(SECRET_HERE, secret);
}

function alertOf(text: string): Alert {
  const said = JSON.parse(text) as Readonly<Record<string, string>>;
  const { id = '', time = '', positionSize: size = '' } = said;
  const position = said['marketPosition'] as Alert['position'];
  return { text, id, sentAtMs: Date.parse(time), position, size };
}

function moved(time: string, byMs: number): string {
  return new Date(Date.parse(time) + byMs).toISOString().replace('.000Z', 'Z');
}
