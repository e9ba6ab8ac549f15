/**
 * What Harpoon would do with a message of a source, by the functions that the webhook uses. Nothing
 * is asked and nothing is sent: pair, size in money, rails and switches are the worker's to judge.
 */
import type { Auth, Source } from '../functions/core/config.ts';
import { quoteWarning } from '../functions/core/market/chart-quote.ts';
import { haltOf } from '../functions/core/receive/halt-message.ts';
import { readJson } from '../functions/core/message/json.ts';
import type { JsonObject } from '../functions/core/message/message.ts';
import {
  parseSignal,
  type Envelope,
  type ParsedSignal,
} from '../functions/core/message/parse-signal.ts';
import { heartbeatOf } from '../functions/core/receive/receive-heartbeat.ts';
import { amendOf, type AskedChange } from '../functions/core/receive/receive-amend.ts';
import { cancelledIdOf } from '../functions/core/receive/receive-recall.ts';
import { readableSpan } from '../functions/core/notifications/times.ts';
import type { Refusal } from '../functions/core/refusal.ts';
import type { Signal } from '../functions/core/signal.ts';
import { filled } from './placeholders.ts';
import { signalWords } from './signal-words.ts';

/** A named source. */
export interface JudgedSource {
  readonly name: string;
  readonly source: Source;
}

/** What a message comes to. */
export interface Judgement {
  /** Placeholders that were filled with samples. */
  readonly samples: readonly string[];
  readonly verdict:
    | ({
        readonly kind: 'signal';
        readonly means: string;
        /** Members of the message that are kept for the record, and of which nothing is read. */
        readonly notRead: readonly string[];
      } & ParsedSignal)
    /** A halt, a cancel, an amend, or a heartbeat. */
    | { readonly kind: 'command'; readonly means: string }
    | { readonly kind: 'refused'; readonly code: string; readonly sentence: string };
  /** What is worth a second look. */
  readonly advice: readonly string[];
}

/** Judges a message as it would come, or as a template of TradingView has it. */
export function judgeMessage(
  text: string,
  { name, source }: JudgedSource,
  nowMs: number,
): Judgement {
  const { text: whole, names: samples } = filled(text, nowMs);
  const advice = adviceOn(text, source);
  const refused = (code: string, sentence: string): Judgement => {
    return { samples, advice, verdict: { kind: 'refused', code, sentence } };
  };
  const json = readJson(whole);
  if (!json.ok) {
    const { line, column, remedy } = json.error;
    return refused('unreadable-body', `line ${line}, column ${column}: ${remedy}.`);
  }
  if (json.value.kind !== 'object') {
    return refused('unreadable-body', 'a message is one JSON object, such as {"action": "buy"}.');
  }
  const command = commandOf(json.value, source, nowMs);
  if (command !== undefined) {
    return typeof command === 'string'
      ? { samples, advice, verdict: { kind: 'command', means: command } }
      : refused(command.code, command.sentence);
  }
  const parsed = parseSignal(json.value, envelopeOf(name, source, nowMs));
  if (!parsed.ok) return refused(parsed.error.code, parsed.error.sentence);
  const means = signalWords(parsed.value.signal);
  const warned = chartAdvice(parsed.value.signal, source);
  const notRead = namesNotRead(parsed.value.signal, source);
  const verdict = { kind: 'signal', means, notRead, ...parsed.value } as const;
  return { samples, advice: [...advice, ...warned], verdict };
}

/** A member into which a path of the map leads is on record as a whole, and read in part. */
function namesNotRead({ unknown = {} }: Signal, { map = {} }: Source): readonly string[] {
  const readIn = new Set(
    Object.values(map).flatMap((mapped) => {
      if ('flags' in mapped) return Object.keys(mapped.flags).map((path) => path.split('.')[0]);
      return 'path' in mapped ? mapped.path.slice(0, 1) : [];
    }),
  );
  return Object.keys(unknown).filter((name) => !readIn.has(name));
}

/** What a message that trades nothing asks for, or why that is refused. */
function commandOf(root: JsonObject, source: Source, nowMs: number): string | Refusal | undefined {
  const halt = haltOf(root);
  if (halt !== undefined) {
    if (!halt.ok) return halt.error;
    const { level, cancel, flatten, isGlobal, account } = halt.value;
    const where = isGlobal ? 'every account' : (account ?? source.accounts.join(', '));
    const more = flatten ? ', cancel and sell what is held' : cancel ? ', cancel what is open' : '';
    return `halt ${where}: block ${level}${more}`;
  }
  const change = amendOf(root, source, signedBy(source.auth, nowMs)?.atMs);
  if (change !== undefined) return change.ok ? amendWords(change.value) : change.error;
  const cancelled = cancelledIdOf(root, source);
  if (cancelled !== undefined) {
    return cancelled.ok ? `cancel the order of the signal ${cancelled.value}` : cancelled.error;
  }
  const signed = signedBy(source.auth, nowMs);
  const firedAt = heartbeatOf({ root, ...(signed === undefined ? {} : { signed }) }, source, nowMs);
  if (firedAt === undefined) return undefined;
  return firedAt.ok ? 'say that its source is alive; trade nothing' : firedAt.error;
}

function amendWords({ signalId, wish }: AskedChange): string {
  const changes = Object.entries(wish).map(([name, value]) => `${name} ${value}`);
  return `change the order of the signal ${signalId}: ${changes.join(', ')}`;
}

/** Signed messages bring an id and a time that are not in the text. */
function envelopeOf(sourceName: string, source: Source, nowMs: number): Envelope {
  const signed = signedBy(source.auth, nowMs);
  return { sourceName, source, ...(signed === undefined ? {} : { signed }) };
}

function signedBy(auth: Auth, atMs: number): Envelope['signed'] {
  if (auth === 'standard-webhooks') return { id: 'the-webhook-id', atMs };
  return typeof auth !== 'string' && auth.kind === 'stripe' ? { atMs } : undefined;
}

/** Prices of a chart in another currency go to Kraken as they are. */
function chartAdvice({ symbol, price, price2 }: Signal, { symbols }: Source): readonly string[] {
  const charts = Object.entries(symbols);
  const to = charts.find(([chart]) => chart.toUpperCase() === symbol.toUpperCase())?.[1];
  const warning = to === undefined ? undefined : quoteWarning(symbol, to);
  const isWritten = [price, price2].some((text) => text !== undefined && /^\d/.test(text));
  return warning === undefined || !isWritten
    ? []
    : [`${warning}: write a distance from the last price instead, such as "-1%".`];
}

function adviceOn(text: string, { auth, heartbeat }: Source): readonly string[] {
  const advice = [...barAdvice(text, heartbeat?.barMs)];
  if (/\{\{\s*time\s*\}\}/.test(text)) {
    advice.push(
      '{{time}} is when the bar began, hours ago on a slow chart: write {{timenow}} for the fire time.',
    );
  }
  if (auth === 'tradingview' && !/"(?:secret|passphrase|password)"\s*:/i.test(text)) {
    advice.push('the message brings no "secret", without which this source is not believed.');
  }
  return advice;
}

/** A chart that was set to other bars than harpoon.yaml counts in. */
function barAdvice(text: string, barMs: number | undefined): readonly string[] {
  const [, interval] = /"interval"\s*:\s*"?([0-9]*[SDWM]?)["\s,}]/i.exec(text) ?? [];
  const chartMs = interval === undefined ? undefined : intervalMs(interval);
  if (barMs === undefined || chartMs === undefined || chartMs === barMs) return [];
  return [
    `its chart has bars of ${readableSpan(chartMs)}, and heartbeat in harpoon.yaml counts bars of ${readableSpan(barMs)}: write there how long they are.`,
  ];
}

const DAY_MS = 86_400_000;

/** `{{interval}}` of TradingView: `15` minutes, `30S`, `D`, `W`; a month has no length. */
function intervalMs(interval: string): number | undefined {
  const [, count = '', unit = ''] = /^(\d*)([SDW]?)$/i.exec(interval) ?? [];
  if (count === '' && unit === '') return undefined;
  const unitMs = { S: 1_000, D: DAY_MS, W: 7 * DAY_MS }[unit.toUpperCase()] ?? 60_000;
  return Number(count || '1') * unitMs;
}
