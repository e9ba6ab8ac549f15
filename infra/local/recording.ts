/**
 * Alerts of TradingView as they were sent, one JSON object a line: the message of `harpoon template`
 * with its placeholders filled in. Played, its time is moved and its secret put in, and nothing else.
 */
import { readFileSync } from 'node:fs';
import { SECRET_HERE } from '../../operator/message-template.ts';

/** As `{{timenow}}` is rendered: whole seconds. */
const TIME = /\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}Z/g;

/** One alert. */
export interface Alert {
  /** What is posted, but for the secret. */
  readonly text: string;
  readonly id: string;
  readonly sentAtMs: number;
}

/** What goes wrong on the way; numbers of messages, from 1 on. */
export interface Mishaps {
  /** Never arrives. */
  readonly lose?: number;
  /** Is delivered twice. */
  readonly double?: number;
  /** Arrives after the next one. */
  readonly swap?: number;
}

/** The alerts of a file. Throws where a line is none. */
export function readAlerts(file: string | URL): readonly Alert[] {
  const lines = readFileSync(file, 'utf8').split('\n');
  return lines.filter((line) => line.trim() !== '').map(alertOf);
}

/** The alert as if it had been fired at another time. */
export function firedAt({ text }: Alert, atMs: number): Alert {
  const time = new Date(Math.floor(atMs / 1_000) * 1_000).toISOString().replace('.000Z', 'Z');
  return alertOf(text.replaceAll(TIME, time));
}

/** What is posted to a source with this secret. */
export function withSecret({ text }: Alert, secret: string): string {
  return text.replace(SECRET_HERE, secret);
}

/** The alerts as they arrive. */
export function arriving(
  alerts: readonly Alert[],
  { lose, double, swap }: Mishaps,
): readonly Alert[] {
  const numbered = alerts.map((alert, at) => ({ alert, number: at + 1 }));
  const late = ({ number }: { readonly number: number }) =>
    number === swap ? number + 1.5 : number;
  return numbered
    .filter(({ number }) => number !== lose)
    .flatMap((one) => (one.number === double ? [one, one] : [one]))
    .sort((a, b) => late(a) - late(b))
    .map(({ alert }) => alert);
}

function alertOf(text: string): Alert {
  const { id, time } = JSON.parse(text) as { readonly id?: string; readonly time?: string };
  if (id === undefined || time === undefined) throw new Error(`no id or no time: ${text}`);
  return { text, id, sentAtMs: Date.parse(time) };
}
