/** Alert rules as people and programs read them. No I/O. */
import { timeText } from '../../functions/core/alerts/rule-words.ts';
import type { AlertRule } from '../../functions/core/alerts/rule.ts';
import { readableSpan } from '../../functions/core/notifications/times.ts';
import type { RuleView } from './alert-rules.ts';
import { tableLines, type Cell, type Paint } from './paint.ts';
import { isoTime, shortTime } from './times.ts';

/** Prices are looked at once a minute: after three without a look something is wrong. */
const LATE_MS = 3 * 60_000;

/** When prices were last looked at. */
export interface PriceCheck {
  readonly atMs: number | undefined;
  readonly nowMs: number;
}

/** Whether that is too long ago for alerts to be relied on. */
export function isLate({ atMs, nowMs }: PriceCheck): boolean {
  return atMs === undefined || nowMs - atMs > LATE_MS;
}

/** One sentence about it. */
export function checkedSentence({ atMs, nowMs }: PriceCheck): string {
  if (atMs === undefined) return 'Prices were never checked.';
  return `Prices were last checked ${readableSpan(Math.max(0, nowMs - atMs))} ago.`;
}

/** What to do when that is too long ago. */
export function lateWarning(check: PriceCheck): string {
  const what = check.atMs === undefined ? 'never' : 'for more than 3 min not';
  return `prices were ${what} checked, so no alert can fire: look into the log of check-prices, and at status.kraken.com`;
}

/** How a rule stands, in a word or a few. */
export function stateWords({ rule, state, isShadowed }: RuleView): string {
  if (isShadowed) return 'not watched';
  if (state === undefined) return 'new';
  switch (state.status) {
    case 'armed':
      return 'armed';
    case 'fired':
      return rule.repeat === 'daily' ? 'fired, rests' : 'fired, re-arms';
    case 'done':
      return 'done';
    case 'expired':
      return 'expired';
  }
}

/** The rules as a table. Times are in the zone. */
export function ruleLines(
  views: readonly RuleView[],
  zone: string,
  paint: Paint,
): readonly string[] {
  const time = (atMs: number | undefined) => (atMs === undefined ? '-' : shortTime(atMs, zone));
  const rows = views.map((view): readonly Cell[] => {
    const { rule, from, state, mutedUntilMs } = view;
    return [
      ...[rule.id, from, stateCell(view), time(state?.firedAtMs)],
      mutedUntilMs === undefined ? '-' : { text: time(mutedUntilMs), look: ({ warn }) => warn },
      ...[time(rule.expiresAtMs), rule.text],
    ];
  });
  const head = ['ID', 'FROM', 'STATE', 'LAST FIRED', 'MUTED UNTIL', 'EXPIRES', 'RULE'];
  return tableLines(head, rows, paint);
}

function stateCell(view: RuleView): Cell {
  const text = stateWords(view);
  if (text === 'armed') return { text, look: ({ good }) => good };
  return text === 'not watched' ? { text, look: ({ bad }) => bad } : text;
}

/** A rule in JSON. */
export function ruleJson(view: RuleView): Readonly<Record<string, unknown>> {
  const { rule, from, state, mutedUntilMs } = view;
  return {
    ...{ id: rule.id, rule: rule.text, from, state: view.isShadowed ? 'shadowed' : 'new' },
    ...(view.isShadowed || state === undefined ? {} : { state: state.status }),
    ...{ firings: state?.seq ?? 0, lastFiredAt: isoTime(state?.firedAtMs) },
    ...{ mutedUntil: isoTime(mutedUntilMs), expiresAt: isoTime(rule.expiresAtMs) },
    ...optionsJson(rule),
  };
}

/** What a rule says beside its conditions, in JSON. */
export function optionsJson(rule: AlertRule): Readonly<Record<string, unknown>> {
  const { repeat, hysteresis, cooldownMs, zone, quiet, note, channels, signal } = rule;
  return {
    ...{ repeat, hysteresisPercent: hysteresis, cooldownMs, zone, notify: channels },
    ...{ quiet: quiet ?? null, note: note ?? null, signal: signal ?? null },
  };
}

/** What a rule says beside its conditions, in words. */
export function optionWords(rule: AlertRule): string {
  const { repeat, hysteresis, cooldownMs, channels, quiet, expiresAtMs, zone } = rule;
  const clock = (minute: number) =>
    `${String(Math.floor(minute / 60)).padStart(2, '0')}:${String(minute % 60).padStart(2, '0')}`;
  return [
    { once: 'fires once', every: 'fires every time', daily: 'fires at most daily' }[repeat],
    ...(repeat === 'once' ? [] : [`band ${hysteresis} %`, `cooldown ${timeText(cooldownMs)}`]),
    ...(quiet ? [`quiet ${clock(quiet.fromMinute)}-${clock(quiet.toMinute)} ${zone}`] : []),
    ...(expiresAtMs === undefined ? [] : [`expires ${shortTime(expiresAtMs, zone)} ${zone}`]),
    channels.length === 0 ? 'tells every channel' : `tells ${channels.join(', ')}`,
  ].join(', ');
}
