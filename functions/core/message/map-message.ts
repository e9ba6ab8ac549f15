/**
 * Reads a message by its source's `map`: every field stands where harpoon.yaml says, or always is
 * what it says there. Nothing else of the message is read, so that a word of the sender's can never
 * be taken for one of ours; the rest is kept for the record, without secrets.
 */
import { parseDecimal, plain, roundDown, type Decimal } from '../decimal.ts';
import type { Json } from './json.ts';
import type { MappedField, MessageMap } from './message-map.ts';
import { isSecretName, fieldOf, type Field } from './message-fields.ts';
import { forTheRecord, refusalOfPlaceholder, textOf } from './message.ts';
import type { FieldText, JsonObject, Message } from './message.ts';
import { refusal, type Refusal } from '../refusal.ts';
import { err, ok, type Result } from '../result.ts';

/** Fields that a map may name. The secret is read before the map, by its own name. */
export const MAPPED_FIELDS = [
  'action',
  'symbol',
  'exchange',
  'size',
  'type',
  'id',
  'time',
  'price',
  'price2',
  'limitPrice',
  'triggerPrice',
  'trailBy',
  'seenPrice',
  'timeInForce',
  'start',
  'expire',
  'trigger',
  'displayVolume',
  'leverage',
  'selfTrade',
  'riskStop',
  'stopLoss',
  'stopLossLimit',
  'trailingStop',
  'takeProfit',
  'breakEven',
  'atr',
  'postOnly',
  'reduceOnly',
  'marketPosition',
  'comment',
] as const satisfies readonly Field[];

/** A field that a map may name. */
export type MappableField = (typeof MAPPED_FIELDS)[number];

/** Fields that mean a point in time. */
export const TIME_FIELDS: ReadonlySet<MappableField> = new Set(['time', 'start', 'expire']);

/** Without these a signal would be another one: where they are mapped, they must be there. */
const NEVER_ABSENT: ReadonlySet<MappableField> = new Set<MappableField>([
  'action',
  'symbol',
  'size',
  'type',
  'id',
  'time',
]);

const SHOWN_CHARACTERS_MAX = 40;

/** Reads the message of a source. */
export function mapMessage(
  root: JsonObject,
  map: MessageMap,
  sourceName: string,
): Result<Message, Refusal> {
  const placeholder = refusalOfPlaceholder(root);
  if (placeholder !== undefined) return err(placeholder);
  const fields = new Map<Field, FieldText>();
  for (const field of MAPPED_FIELDS) {
    const mapped = map[field];
    if (mapped === undefined) continue;
    const read = readMapped(root, mapped, { field, at: `sources.${sourceName}.map.${field}` });
    if (!read.ok) return read;
    if (read.value !== undefined) fields.set(field, read.value);
  }
  return ok({ fields, unknown: rest(root, map) });
}

/** Where a mapped field is configured. */
interface Place {
  readonly field: MappableField;
  /** `sources.btc-trend.map.action`. */
  readonly at: string;
}

function readMapped(
  root: JsonObject,
  mapped: MappedField,
  place: Place,
): Result<FieldText | undefined, Refusal> {
  if ('always' in mapped) return ok({ name: place.at, text: mapped.always });
  if ('flags' in mapped) return readFlags(root, mapped.flags, place);
  const name = pathText(mapped.path);
  const value = valueAt(root, mapped.path);
  if (value?.kind === 'object' || value?.kind === 'array') {
    return no(
      `${name} is not a single value: let the path of ${place.at} in harpoon.yaml go on to one.`,
    );
  }
  const text = value === undefined ? undefined : textOf(value);
  if (text === undefined || text.trim() === '') {
    if (!NEVER_ABSENT.has(place.field)) return ok(undefined);
    const sentence = `${name} is missing or empty, where ${place.at} reads the ${place.field}: send it, or correct the path in harpoon.yaml.`;
    return err(refusal('missing-field', sentence));
  }
  if (mapped.values !== undefined) {
    const meaning = meaningOf(text, mapped.values);
    return meaning === undefined
      ? no(unknownValue(mapped.path, text, place))
      : ok({ name, text: meaning });
  }
  if (mapped.time === undefined) return ok({ name, text });
  const atMs = milliseconds(text, mapped.time);
  if (atMs !== undefined) return ok({ name, text: atMs });
  const sentence = `${name} is not a time in ${UNIT_NAMES[mapped.time]} since 1970: correct the unit at ${place.at}.time in harpoon.yaml, or leave the unit out for a time such as 2026-01-31T12:00:00Z.`;
  return no(sentence);
}

/** What senders write for a flag that is set, and for one that is not. */
const SET: ReadonlySet<string> = new Set(['true', 'yes', '1']);
const NOT_SET: ReadonlySet<string> = new Set(['', 'false', 'no', '0']);

/** The one flag that is set says what the field is. */
function readFlags(
  root: JsonObject,
  flags: Readonly<Record<string, string>>,
  { field, at }: Place,
): Result<FieldText | undefined, Refusal> {
  const set: FieldText[] = [];
  for (const [name, word] of Object.entries(flags)) {
    const value = valueAt(root, name.split('.'));
    const isSingle = value?.kind !== 'object' && value?.kind !== 'array';
    const text = (isSingle && value !== undefined ? textOf(value) : '')?.trim().toLowerCase() ?? '';
    if (SET.has(text)) set.push({ name, text: word });
    else if (!isSingle || !NOT_SET.has(text)) {
      return no(
        `${name} is neither true nor false, and ${at}.flags in harpoon.yaml reads it as one`,
      );
    }
  }
  const [only, another] = set;
  if (another !== undefined) {
    const names = set.map(({ name }) => name).join(' and ');
    const sentence = `${names} are true in one message, and each says another ${field}: send one message for each.`;
    return err(refusal('ambiguous-field', sentence));
  }
  if (only !== undefined || !NEVER_ABSENT.has(field)) return ok(only);
  const sentence = `none of ${Object.keys(flags).join(', ')} is true, where ${at} reads the ${field}: send one of them as true, or correct the flags in harpoon.yaml.`;
  return err(refusal('missing-field', sentence));
}

/** The value at the end of the path; a whole number is a place in a list. */
function valueAt(root: Json, path: readonly string[]): Json | undefined {
  let value: Json | undefined = root;
  for (const key of path) {
    if (value?.kind === 'object') value = value.members.get(key);
    else if (value?.kind === 'array' && /^(?:0|[1-9]\d{0,5})$/.test(key))
      value = value.items[Number(key)];
    else return undefined;
  }
  return value;
}

function meaningOf(text: string, values: Readonly<Record<string, string>>): string | undefined {
  const word = text.trim().toLowerCase();
  return Object.entries(values).find(([theirs]) => theirs.toLowerCase() === word)?.[1];
}

function unknownValue(path: readonly string[], text: string, { at }: Place): string {
  const isShown = text.length <= SHOWN_CHARACTERS_MAX && !path.some(isSecretName);
  const what = isShown ? `is ${JSON.stringify(text)}` : 'has a value';
  return `${pathText(path)} ${what}, which ${at}.values in harpoon.yaml does not know: add what it means there, or stop the sender from sending it`;
}

const UNIT_NAMES = { s: 'seconds', ms: 'milliseconds', us: 'microseconds', ns: 'nanoseconds' };

/** Powers of ten between a unit and the millisecond. */
const UNIT_FACTORS = { s: '1000', ms: '1', us: '0.001', ns: '0.000001' } as const;

/** Epoch milliseconds as 13 digits, rounded down; undefined for what is no time since 2001. */
function milliseconds(text: string, unit: keyof typeof UNIT_FACTORS): string | undefined {
  // More digits than a decimal may have: nanoseconds have 19.
  const digits = /^\d{1,19}$/.test(text) && unit === 'ns' ? text.slice(0, -6) : undefined;
  if (digits !== undefined) return thirteen(digits);
  const count = parseDecimal(text);
  if (!count.ok) return undefined;
  const atMs: Decimal = roundDown(count.value.times(UNIT_FACTORS[unit]), 0);
  return thirteen(plain(atMs));
}

function thirteen(digits: string): string | undefined {
  return /^[1-9]\d{12}$/.test(digits) ? digits : undefined;
}

/** For the record: the members that no path names, whole, also one of which a path reads a part. */
function rest(root: JsonObject, map: MessageMap): Readonly<Record<string, string>> {
  const read = new Set(
    Object.values(map).flatMap((mapped) => {
      if ('flags' in mapped) return Object.keys(mapped.flags);
      return 'path' in mapped && mapped.path.length === 1 ? mapped.path : [];
    }),
  );
  return Object.fromEntries(
    [...root.members]
      .filter(([name]) => !read.has(name) && fieldOf(name) !== 'secret')
      .map(([name, value]) => [name, forTheRecord(name, value)]),
  );
}

/** A path as people write it: `data.order.side`. */
export function pathText(path: readonly string[]): string {
  return path.join('.');
}

function no(sentence: string): Result<never, Refusal> {
  return err(refusal('bad-field', sentence.endsWith('.') ? sentence : `${sentence}.`));
}
