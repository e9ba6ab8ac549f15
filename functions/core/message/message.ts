/**
 * From JSON to a message in Harpoon's own field names. Two names for one field that disagree, a
 * field that would change the trade but is not carried out, and a placeholder that nobody replaced
 * are refused here; what is left over is kept for the record.
 */
import type { Auth } from '../config.ts';
import { canonicalJson, type Json } from './json.ts';
import { unreplaced } from './json-remedy.ts';
import {
  fieldOf,
  isSecretName,
  MAY_BE_OBJECT,
  MAY_BE_UNSET,
  TRADED,
  tradeWord,
  type Field,
} from './message-fields.ts';
import { refusal, type Refusal } from '../refusal.ts';
import { err, ok, type Result } from '../result.ts';

/** A JSON object. */
export type JsonObject = Extract<Json, { kind: 'object' }>;

/** A field's value as text, and the name that the sender gave it. */
export interface FieldText {
  readonly name: string;
  readonly text: string;
}

/** A message in canonical names. */
export interface Message {
  readonly fields: ReadonlyMap<Field, FieldText>;
  /** Fields that Harpoon does not know, as JSON text without secrets. */
  readonly unknown: Readonly<Record<string, string>>;
}

const REDACTED: Json = { kind: 'string', value: '[redacted]' };

/** Texts that mean that a field is not set. */
const UNSET = /^(?:|0|0\.0+|false|none|null)$/i;

/** Fields where a second name with another value is no contradiction: the first one counts. */
const NEVER_AMBIGUOUS: ReadonlySet<Field> = new Set(['comment', 'secret', 'seenPrice']);

/** Sorts the members of a JSON object into fields. */
export function readMessage(root: JsonObject): Result<Message, Refusal> {
  const placeholder = refusalOfPlaceholder(root);
  if (placeholder !== undefined) return err(placeholder);
  const fields = new Map<Field, FieldText>();
  const unknown: [string, string][] = [];
  for (const [name, value] of root.members) {
    const field = fieldOf(name);
    const text = fieldText(field, value);
    const again = field !== undefined && fields.has(field) && NEVER_AMBIGUOUS.has(field);
    if (field !== undefined && text !== undefined && !again) {
      const fault = addField(fields, field, { name, text });
      if (fault !== undefined) return err(fault);
      continue;
    }
    if (field !== undefined && text === undefined && value.kind !== 'null')
      return err(notSingle(name, field));
    const fault = unsupported(name, value);
    if (fault !== undefined) return err(fault);
    if (field === undefined || again) unknown.push([name, forTheRecord(name, value)]);
  }
  return ok({ fields, unknown: Object.fromEntries(unknown) });
}

/** The secret that a message carries; undefined when it carries none or more than one. */
export function secretOf(root: JsonObject): string | undefined {
  const values = [...root.members].flatMap(([name, value]) =>
    fieldOf(name) === 'secret' && value.kind === 'string' ? [value.value] : [],
  );
  return values.length === 1 ? values[0] : undefined;
}

/** The message as one text, whatever the order of its keys and its blanks, without its secret. */
export function canonicalBody(root: JsonObject): string {
  const members = [...root.members].filter(([name]) => fieldOf(name) !== 'secret');
  return canonicalJson({ kind: 'object', members: new Map(members) });
}

/** The message without the fixed token that authenticates its sender, which is never kept. */
export function withoutToken(root: JsonObject, auth: Auth): JsonObject {
  if (typeof auth === 'string' || !('field' in auth)) return root;
  const members = [...root.members].filter(([name]) => name !== auth.field);
  return { kind: 'object', members: new Map(members) };
}

function addField(
  fields: Map<Field, FieldText>,
  field: Field,
  given: FieldText,
): Refusal | undefined {
  if (given.text.trim() === '') return undefined;
  if (MAY_BE_UNSET.has(field) && UNSET.test(given.text.trim())) return undefined;
  const before = fields.get(field);
  if (before === undefined) {
    fields.set(field, given);
    return undefined;
  }
  if (before.text.toLowerCase() === given.text.toLowerCase()) return undefined;
  return refusal(
    'ambiguous-field',
    `${shown(before.name)} and ${shown(given.name)} both mean ${field} and differ: write only one of them.`,
  );
}

/** A field that would change the trade is refused, also inside of another, unless it is not set. */
function unsupported(name: string, value: Json, path: string = name): Refusal | undefined {
  const asks = tradeWord(name);
  if (asks !== undefined && isSet(value)) {
    return refusal(
      'not-supported',
      `${shown(path)} ${asks}; leave this field out, or set it to null.`,
    );
  }
  if (value.kind === 'array') {
    for (const item of value.items) {
      const fault = unsupported('', item, path);
      if (fault !== undefined) return fault;
    }
  }
  if (value.kind !== 'object') return undefined;
  for (const [inner, member] of value.members) {
    const innerPath = `${path}.${inner}`;
    const field = fieldOf(inner);
    if (field !== undefined && TRADED.has(field) && isSet(member)) {
      return refusal(
        'not-supported',
        `${shown(innerPath)} is inside of another field and would not be read: write it at the top level of the message.`,
      );
    }
    const fault = unsupported(inner, member, innerPath);
    if (fault !== undefined) return fault;
  }
  return undefined;
}

function isSet(value: Json): boolean {
  if (value.kind === 'object') return value.members.size > 0;
  if (value.kind === 'array') return value.items.length > 0;
  return !UNSET.test((textOf(value) ?? '').trim());
}

/** The text of a single value; undefined for objects, arrays and null. */
export function textOf(value: Json): string | undefined {
  if (value.kind === 'string') return value.value;
  if (value.kind === 'number') return value.text;
  if (value.kind === 'boolean') return String(value.value);
  return undefined;
}

/** The text of a field; where it may be one, also of an object of one member. */
function fieldText(field: Field | undefined, value: Json): string | undefined {
  if (field === undefined || !MAY_BE_OBJECT.has(field) || value.kind !== 'object') {
    return textOf(value);
  }
  const [member, ...more] = value.members;
  if (member === undefined) return '';
  if (more.length > 0) return undefined;
  const [unit, single] = member;
  const text = textOf(single);
  if (text === undefined || !Object.hasOwn(UNITS, unit)) return undefined;
  return `${text}${UNITS[unit as keyof typeof UNITS]}`;
}

/** What stands behind a number in words, by the name of the member that holds it. */
const UNITS = { price: '', percent: '%', ticks: ' ticks', atr: ' ATR' } as const;

function notSingle(name: string, field: Field): Refusal {
  if (field === 'takeProfit') {
    const sentence = `${shown(name)} must be one value: write "105000" or "2%", several with their shares as "50% at 2%, 50% at 105000", or an object such as { "percent": 2 }.`;
    return refusal('bad-field', sentence);
  }
  if (MAY_BE_OBJECT.has(field)) {
    const sentence = `${shown(name)} must be one value: write "95000", "2%" or "50 ticks", or an object such as { "percent": 2 }.`;
    return refusal('bad-field', sentence);
  }
  return refusal(
    'bad-field',
    `${shown(name)} must be a text, a number, true or false, not an object or a list.`,
  );
}

/** A member of the message as JSON text without secrets. */
export function forTheRecord(name: string, value: Json): string {
  return canonicalJson(withoutSecrets(name, value));
}

function withoutSecrets(name: string, value: Json): Json {
  if (isSecretName(name)) return REDACTED;
  if (value.kind === 'array') {
    return { kind: 'array', items: value.items.map((item) => withoutSecrets('', item)) };
  }
  if (value.kind !== 'object') return value;
  const members = [...value.members].map(([inner, member]): [string, Json] => [
    inner,
    withoutSecrets(inner, member),
  ]);
  return { kind: 'object', members: new Map(members) };
}

/** Why a message that still holds a placeholder is not read; undefined when it holds none. */
export function refusalOfPlaceholder(root: JsonObject): Refusal | undefined {
  const placeholder = placeholderIn(root);
  return placeholder === undefined ? undefined : refusal('bad-field', `${placeholder}.`);
}

function placeholderIn(value: Json, name = ''): string | undefined {
  if (value.kind === 'string' && /\{\{|\}\}/.test(value.value)) {
    const what = unreplaced(value.value) ?? 'it holds {{ or }}, half a placeholder';
    return `${shown(name)}: ${what}`;
  }
  if (value.kind === 'array') return first(value.items, (item) => placeholderIn(item, name));
  if (value.kind !== 'object') return undefined;
  return first([...value.members], ([inner, member]) =>
    /\{\{|\}\}/.test(inner) ? 'a key holds {{ or }}, a placeholder' : placeholderIn(member, inner),
  );
}

function first<T>(items: readonly T[], look: (item: T) => string | undefined): string | undefined {
  for (const item of items) {
    const found = look(item);
    if (found !== undefined) return found;
  }
  return undefined;
}

/** A name of the sender's, fit for a sentence. */
export function shown(name: string): string {
  return name.length > 60 ? `${name.slice(0, 60)}...` : name;
}
