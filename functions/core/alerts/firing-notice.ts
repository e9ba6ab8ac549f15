/** What a person is told when a rule fires, and the signal that it raises. */
import { plain, roundDown, type Decimal } from '../decimal.ts';
import type { Notice, NoticeFact } from '../notices/notice.ts';
import { readableSpan, readableTime } from '../notifications/times.ts';
import type { CompiledRule } from './compiled-rule.ts';
import type { Fired, FiredPart } from './fold-rule.ts';
import { afterQuiet } from './local-time.ts';
import { movePercent, spreadPercent } from './look.ts';
import type { Quote } from './market.ts';
import type { RaisedSignal } from './ports.ts';
import { memoryName } from './rule-name.ts';
import { timeText } from './rule-words.ts';
import type { RuleState } from './state.ts';
import { MINUTE_MS } from './stroke.ts';

/** How long after the event a notice says that it is late. */
const LATE_MS = 3 * MINUTE_MS;
const TITLE_MAX = 140;

/** A firing that is to be told. */
export interface Telling {
  readonly compiled: CompiledRule;
  /** With this firing. */
  readonly after: RuleState;
  readonly fired: Fired;
  /** Firings before it that were not told. */
  readonly untold: number;
  readonly nowMs: number;
  /** The newest quote of the pair that made it fire. */
  readonly quote: Quote | undefined;
}

/** The notice about a firing. */
export function firingNotice(telling: Telling): Notice {
  const { compiled, after, fired, nowMs } = telling;
  const { rule } = compiled;
  const { zone, channels, quiet } = rule;
  const { main } = fired;
  const titles = [main, ...fired.parts.filter((part) => part !== main)].map(happened);
  const quietEndMs = quiet === undefined ? nowMs : afterQuiet(nowMs, quiet);
  return {
    id: `alert:${after.ruleId}:${after.seq}`,
    atMs: nowMs,
    urgency: 'info',
    channels,
    title: shortened(titles),
    text: sentences(telling).join('\n'),
    facts: facts(telling),
    command: 'npx harpoon alerts list',
    subject: 'alert',
    ...(quietEndMs > nowMs ? { notBeforeMs: quietEndMs } : {}),
    zone,
    chart: {
      ...{ pair: main.condition.pair, atMs: fired.toMs, price: plain(main.price), zone },
      levels: levelOf(main).map((price) => ({ role: 'level', price, label: 'alert' })),
    },
  };
}

/** The signal that a firing raises; undefined when the rule raises none, or nobody knows the order. */
export function firingSignal({ compiled, after, fired }: Telling): RaisedSignal | undefined {
  const { signal } = compiled.rule;
  if (signal === undefined || fired.ambiguous) return undefined;
  return {
    id: `${after.ruleId}-${after.seq}`,
    // The latest moment at which it can have happened: it is no older than it seems.
    atMs: fired.toMs,
    source: signal.source,
    fields: { symbol: fired.main.condition.pair, ...signal.fields },
  };
}

/** The one notice when a rule ends by its date. */
export function expiryNotice({ rule }: CompiledRule, seq: number, nowMs: number): Notice {
  const times = seq === 0 ? 'never' : seq === 1 ? 'once' : `${seq} times`;
  return {
    ...{
      id: `alert:${memoryName(rule)}:expired`,
      atMs: nowMs,
      urgency: 'info',
      channels: rule.channels,
    },
    title: `Alert rule ended: ${rule.text}`.slice(0, TITLE_MAX),
    text: `Its expiry date has come. It fired ${times}. Add it again if you still want it.`,
    command: 'npx harpoon alerts list',
    ...{ subject: 'alert', zone: rule.zone },
  };
}

/** One condition in the past tense: what happened. */
function happened({ condition, side, against, price }: FiredPart): string {
  const { pair } = condition;
  switch (condition.kind) {
    case 'cross':
      return `${pair} crossed ${side} ${plain(condition.level)}`;
    case 'level': {
      const level = plain(condition.level);
      if (condition.forMs === 0) return `${pair} is ${side} ${level}`;
      return `${pair} has been ${side} ${level} for ${timeText(condition.forMs)}`;
    }
    case 'move': {
      const percent = against === undefined ? '' : ` ${shown(movePercent(price, against).abs())} %`;
      const verb = side === 'above' ? 'rose' : 'fell';
      return `${pair} ${verb}${percent} within ${timeText(condition.windowMs)}`;
    }
    case 'spread':
      return `${pair} has a spread ${side} ${plain(condition.bound)} %`;
    case 'volume':
      return `${pair} has a 24 h volume ${side} ${plain(condition.bound)}`;
    case 'extreme':
      return `${pair} made a new 24 h ${side === 'above' ? 'high' : 'low'}`;
  }
}

function shortened([first = '', ...more]: readonly string[]): string {
  const all = [first, ...more].join(' and ');
  if (all.length <= TITLE_MAX) return all;
  return `${first} (and ${more.length} more)`.slice(0, TITLE_MAX);
}

function facts({ fired, quote, compiled }: Telling): readonly NoticeFact[] {
  const { main, parts } = fired;
  const [, currency = ''] = main.condition.pair.split('/');
  const money = (price: Decimal | string) =>
    `${typeof price === 'string' ? price : plain(price)} ${currency}`;
  const { zone } = compiled.rule;
  const others = parts.filter(
    (part) => part !== main && part.condition.pair !== main.condition.pair,
  );
  const isSpread = main.condition.kind === 'spread';
  return [
    { label: 'Price', value: money(main.close) },
    ...levelOf(main).map((level) => ({ label: 'Level', value: money(level) })),
    ...(isSpread && quote !== undefined
      ? [{ label: 'Spread', value: `${shown(spreadPercent(quote))} %` }]
      : []),
    { label: 'When', value: readableTime(fired.fromMs, zone) },
    ...others.map(({ condition, close }) => ({
      label: condition.pair,
      value: `${plain(close)} ${condition.pair.split('/')[1] ?? ''}`,
    })),
    ...(quote === undefined
      ? []
      : [
          { label: '24 h high', value: money(quote.high24h) },
          { label: '24 h low', value: money(quote.low24h) },
          { label: '24 h volume', value: plain(quote.volume24h) },
        ]),
  ];
}

/** The level of a condition, or what it was measured against. */
function levelOf({ condition, against }: FiredPart): readonly string[] {
  if (condition.kind === 'cross' || condition.kind === 'level') return [plain(condition.level)];
  return against === undefined ? [] : [plain(against)];
}

function sentences({ compiled, fired, untold, nowMs }: Telling): readonly string[] {
  const { rule } = compiled;
  const lateMs = nowMs - fired.toMs;
  const lines: string[] = [];
  if (rule.note !== undefined) lines.push(rule.note);
  lines.push(`Rule: ${rule.text}.`);
  if (fired.ambiguous) {
    lines.push(
      'Within that minute the price was on both sides of the level, and the minute’s candle does not tell in which order: look at the chart.',
    );
  }
  if (lateMs >= LATE_MS) {
    lines.push(`This is told ${readableSpan(lateMs)} late: its candles could not be read before.`);
  }
  if (untold > 0) {
    const were = untold === 1 ? 'time was' : 'times were';
    lines.push(
      `${untold} more ${were} not told since the last notification: muted, or too soon after it.`,
    );
  }
  if (rule.signal !== undefined) lines.push(signalSentence(rule.signal, fired.ambiguous));
  lines.push(whatNext(compiled));
  return lines;
}

function signalSentence(
  { source, fields }: { source: string; fields: Readonly<Record<string, string>> },
  ambiguous: boolean,
): string {
  const what = `the signal "${fields['action'] ?? ''}" of ${source}`;
  return ambiguous
    ? `It did not raise ${what}: nothing is traded on what may not have happened. Trade by hand if you want to.`
    : `It raised ${what}; you are told what became of it.`;
}

function whatNext({ rule, event }: CompiledRule): string {
  if (rule.repeat === 'once') return 'The rule is done and will not fire again.';
  const pause = readableSpan(Math.max(rule.cooldownMs, MINUTE_MS));
  const back =
    event === undefined
      ? `it has failed by ${rule.hysteresis} %`
      : `the price was back by ${rule.hysteresis} %`;
  const day = rule.repeat === 'daily' ? ' and on another day' : '';
  return `It can fire again when ${back}, after ${pause} at the earliest${day}.`;
}

/** A percentage with at most two decimals. */
function shown(percent: Decimal): string {
  return plain(roundDown(percent, 2));
}
