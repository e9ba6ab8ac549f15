/** Rules drawn from the seed, over every kind and option; their levels lie where the paths go. */
import { formatConditions } from '../../../functions/core/alerts/format-rule.ts';
import type {
  AlertRule,
  Condition,
  QuietHours,
  Side,
} from '../../../functions/core/alerts/rule.ts';
import type { Random } from '../random.ts';
import { MINUTE_MS } from './price-path.ts';

const LEVELS = ['97', '98', '98.5', '99', '99.5', '100', '100.5', '101', '101.5', '102', '103'];
const ZONES = ['UTC', 'Europe/Berlin', 'America/New_York', 'Asia/Kolkata'];
const SIDES: readonly Side[] = ['above', 'below'];
/** Channels of the world. */
export const CHANNELS = {
  ops: { slack: 'harpoon/slack' },
  me: { email: 'me@example.com' },
} as const;
/** The source that rules speak to. */
export const SOURCE = 'alerts';

/** What a rule is drawn for. */
export interface RuleWish {
  readonly id: string;
  readonly pairs: readonly string[];
  readonly nowMs: number;
  readonly horizonMs: number;
  readonly seen: Set<string>;
}

/** Draws one rule. */
export function drawRule(random: Random, wish: RuleWish): AlertRule {
  const { id, seen, nowMs, horizonMs } = wish;
  const conditions = drawConditions(random, wish.pairs);
  // What is as polled is not read from the path, and its cooldown is between two polls.
  const polled = conditions.every(({ kind }) => kind === 'spread' || kind === 'volume');
  const minutes = polled ? random.pick([2.5, 4.5]) : random.pick([1, 1, 1, 3, 10]);
  const expires = random.chance(200_000);
  const quiet = random.chance(250_000) ? drawQuiet(random, nowMs) : undefined;
  const signal = random.chance(400_000) && { source: SOURCE, fields: { action: 'buy' } };
  const note = random.chance(200_000) && 'Look at the order book.';
  const rule: AlertRule = {
    ...{ id, text: formatConditions(conditions), conditions },
    repeat: random.pick(['every', 'every', 'every', 'once', 'daily'] as const),
    hysteresis: random.pick(['0', '0', '0.5', '1']),
    cooldownMs: minutes * MINUTE_MS,
    zone: random.pick(ZONES),
    channels: random.pick([[], [], ['ops'], ['me'], ['me', 'ops']]),
    ...(quiet === undefined ? {} : { quiet }),
    ...(expires ? { expiresAtMs: nowMs + random.between(0, horizonMs) } : {}),
    ...(note ? { note } : {}),
    ...(signal ? { signal } : {}),
  };
  for (const { kind } of conditions) seen.add(`rule: ${kind}`);
  if (conditions.length > 1) seen.add('rule: conjunction');
  seen.add(`rule: ${rule.repeat}`);
  for (const name of ['quiet', 'expiresAtMs', 'note', 'signal'] as const) {
    if (rule[name] !== undefined) seen.add(`rule: with ${name}`);
  }
  return rule;
}

function drawConditions(random: Random, pairs: readonly string[]): readonly Condition[] {
  const pair = () => random.pick(pairs);
  const event = () => drawEvent(random, pair());
  const state = () => drawState(random, pair());
  const shape = random.between(0, 11);
  if (shape < 4) return [event()];
  if (shape < 8) return [state()];
  if (shape < 10) return [event(), state()];
  if (shape < 11) return [state(), state()];
  return [state(), event(), state()];
}

function drawEvent(random: Random, pair: string): Condition {
  if (random.chance(250_000)) {
    return { kind: 'extreme', pair, end: random.pick(['high', 'low'] as const) };
  }
  const side = random.pick([...SIDES, 'either'] as const);
  return { kind: 'cross', pair, side, level: random.pick(LEVELS) };
}

function drawState(random: Random, pair: string): Condition {
  const side = random.pick(SIDES);
  const which = random.between(0, 9);
  if (which < 4) {
    const forMs = random.pick([0, 0, 1, 2, 5, 10]) * MINUTE_MS;
    return { kind: 'level', pair, side, level: random.pick(LEVELS), forMs };
  }
  if (which < 8) {
    const windowMs = random.pick([5, 15, 60, 180, 720]) * MINUTE_MS;
    const direction = random.pick(['up', 'down', 'either'] as const);
    return { kind: 'move', pair, direction, percent: random.pick(['1', '2', '3', '5']), windowMs };
  }
  if (which < 9) return { kind: 'spread', pair, side, percent: random.pick(['1', '2', '3']) };
  return { kind: 'volume', pair, side, amount: random.pick(['900', '1000', '1100']) };
}

/** Hours that begin or end while the world runs. */
function drawQuiet(random: Random, nowMs: number): QuietHours {
  const minute = Math.floor(nowMs / MINUTE_MS) % 1_440;
  const fromMinute = (minute + random.between(-60, 60) + 1_440) % 1_440;
  const toMinute = (fromMinute + random.between(10, 120)) % 1_440;
  return { fromMinute, toMinute, zone: random.pick(ZONES) };
}

/** Whether nothing of a rule is as polled: a path alone tells its firings. */
export function isReadable({ conditions }: AlertRule): boolean {
  return conditions.every(({ kind }) => kind !== 'spread' && kind !== 'volume');
}
