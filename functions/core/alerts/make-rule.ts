/**
 * Makes a rule of its text and its options, as harpoon.yaml and the command line give them: all as
 * text, read the same way in both places.
 */
import { parseDecimal, plain } from '../decimal.ts';
import { sha256 } from '../hash.ts';
import { err, ok, type Result } from '../result.ts';
import { isZone, momentOf } from '../zone.ts';
import { formatConditions } from './format-rule.ts';
import { parseConditions } from './parse-rule.ts';
import { editionOfText } from './rule-name.ts';
import { readTime, Words, wordsOf } from './rule-words.ts';
import type { AlertRule, QuietHours, RuleSignal } from './rule.ts';

/** What may stand beside the rule's text. Everything is text as a person writes it. */
export interface RuleOptions {
  readonly id?: string;
  readonly repeat?: string;
  readonly hysteresis?: string;
  readonly cooldown?: string;
  readonly quiet?: string;
  readonly zone?: string;
  readonly expires?: string;
  readonly note?: string;
  readonly notify?: readonly string[];
  readonly signal?: RuleSignal;
}

/** What is wrong: with an option, or with the text between two of its characters. */
export interface MakeFault {
  readonly option: keyof RuleOptions | 'rule';
  readonly problem: string;
  readonly remedy: string;
  readonly from?: number;
  readonly to?: number;
}

const REPEATS = ['once', 'every', 'daily'] as const;
const COOLDOWN_MAX_MS = 7 * 86_400_000;
const NOTE_CHARACTERS_MAX = 500;
const ID = /^[a-z][a-z0-9-]{0,31}$/;

/** A rule, or everything that is wrong with it. `zone`: the person's, when no option names one. */
export function makeRule(
  text: string,
  options: RuleOptions,
  zone = 'UTC',
): Result<AlertRule, readonly MakeFault[]> {
  const faults: MakeFault[] = [];
  const read = <T>(option: MakeFault['option'], result: Result<T, Said>): T | undefined => {
    if (result.ok) return result.value;
    faults.push({ option, ...result.error });
    return undefined;
  };
  const own = read('zone', readZone(options.zone ?? zone)) ?? 'UTC';
  const conditions = read('rule', parseConditions(text)) ?? [];
  const repeat = read('repeat', readRepeat(options.repeat ?? 'every')) ?? 'every';
  const hysteresis = read('hysteresis', readBand(options.hysteresis ?? '0.2%')) ?? '0';
  const cooldownMs = read('cooldown', readCooldown(options.cooldown ?? '15m')) ?? 0;
  const quiet = options.quiet && read('quiet', readQuiet(options.quiet, own));
  const expiresAtMs = options.expires && read('expires', readMoment(options.expires, own));
  const note = options.note && read('note', readNote(options.note));
  const id = options.id && read('id', readId(options.id));
  if (faults.length > 0) return err(faults);
  const rule: Omit<AlertRule, 'id'> = {
    text: formatConditions(conditions),
    ...{ conditions, repeat, hysteresis, cooldownMs, zone: own },
    ...(quiet ? { quiet } : {}),
    ...(expiresAtMs ? { expiresAtMs } : {}),
    ...(note ? { note } : {}),
    channels: options.notify ?? [],
    ...(options.signal === undefined ? {} : { signal: options.signal }),
  };
  // Named by everything that it says: a changed rule is a new one, with a memory of its own.
  const said = JSON.stringify(rule);
  if (id) return ok({ id, edition: editionOfText(said), ...rule });
  return ok({ id: `r${sha256(said).slice(0, 9)}`, ...rule });
}

interface Said {
  readonly problem: string;
  readonly remedy: string;
  readonly from?: number;
  readonly to?: number;
}

function wrong(problem: string, remedy: string): Result<never, Said> {
  return err({ problem, remedy });
}

function readRepeat(text: string): Result<AlertRule['repeat'], Said> {
  const repeat = REPEATS.find((one) => one === text);
  return repeat === undefined
    ? wrong(`is "${text.slice(0, 40)}"`, 'Write once, every or daily.')
    : ok(repeat);
}

function readZone(text: string): Result<string, Said> {
  if (isZone(text)) return ok(text);
  return wrong(`"${text.slice(0, 40)}" is no time zone`, 'Write a name such as Europe/Berlin.');
}

function readBand(text: string): Result<string, Said> {
  const number = parseDecimal(text.replace(/%$/, ''));
  const isSmall = number.ok && !number.value.lt('0') && number.value.lte('20');
  if (isSmall && text.endsWith('%')) return ok(plain(number.value));
  return wrong(`"${text.slice(0, 40)}" is not a percentage from 0% to 20%`, 'Write 0.2%.');
}

function readCooldown(text: string): Result<number, Said> {
  const words = new Words(wordsOf(text));
  const time = readTime(words, COOLDOWN_MAX_MS);
  if (!time.ok) return wrong(time.error.problem, time.error.remedy);
  return words.peek() === undefined ? time : wrong('is more than one time', 'Write 15m.');
}

/** `22:00-07:00` in the rule's zone. */
function readQuiet(text: string, zone: string): Result<QuietHours, Said> {
  const [, from, to] = /^(\d{1,2}:\d{2}) ?[-–] ?(\d{1,2}:\d{2})$/.exec(text) ?? [];
  const fromMinute = minuteOf(from);
  const toMinute = minuteOf(to);
  if (fromMinute === undefined || toMinute === undefined || fromMinute === toMinute) {
    return wrong(`"${text.slice(0, 40)}" is not from one time to another`, 'Write 22:00-07:00.');
  }
  return ok({ fromMinute, toMinute, zone });
}

/** Minutes since midnight of `22:00`; undefined when it is no time of the day. */
export function minuteOf(text: string | undefined): number | undefined {
  const [, hours, minutes] = /^(\d{1,2}):(\d{2})$/.exec(text ?? '') ?? [];
  const [hour, minute] = [Number(hours), Number(minutes)];
  return hour < 24 && minute < 60 ? hour * 60 + minute : undefined;
}

/** `2026-12-31` (to its end) or `2026-12-31 18:00`, in the rule's zone. */
function readMoment(text: string, zone: string): Result<number, Said> {
  const [, day, time] = /^(\d{4}-\d{2}-\d{2})(?:[T ](\d{1,2}:\d{2}))?$/.exec(text) ?? [];
  const minute = time === undefined ? 24 * 60 : minuteOf(time);
  const isDay = day !== undefined && new Date(`${day}T00:00:00Z`).toJSON()?.startsWith(day);
  if (!isDay || minute === undefined) {
    return wrong(`"${text.slice(0, 40)}" is not a day`, 'Write 2026-12-31 or 2026-12-31 18:00.');
  }
  return ok(momentOf({ day, minute }, zone));
}

function readNote(text: string): Result<string, Said> {
  if (text.length <= NOTE_CHARACTERS_MAX) return ok(text);
  return wrong('is too long', `Keep it below ${NOTE_CHARACTERS_MAX} characters.`);
}

function readId(text: string): Result<string, Said> {
  if (ID.test(text)) return ok(text);
  const remedy = 'Begin with a letter a-z, then a-z, 0-9 or "-", at most 32 characters.';
  return wrong(`"${text.slice(0, 40)}" is not a usable name`, remedy);
}
