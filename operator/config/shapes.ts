/**
 * The building blocks of the schema: text with a meaning, a section with fixed keys, a map of
 * names, a list. Each block says in its own words what is wrong with a value and what to write.
 */
import * as v from 'valibot';
import { err, ok, type Result } from '../../functions/core/result.ts';
import type { Said } from './fault.ts';
import { isWhat, message } from './said.ts';

/** A value as it may stand in the file. */
export type Example = string | readonly string[] | Readonly<Record<string, string>>;

/** What editors show of a value; `pattern` and `type` go into the JSON Schema as they are. */
export interface About {
  readonly description: string;
  readonly examples: readonly Example[];
  readonly pattern?: string;
  readonly enum?: readonly string[];
  /** JSON types in which people may write the text; YAML reads `20` as a number. */
  readonly type?: readonly string[];
}

/** What the keys of a map may look like, and what to say of others. */
export interface KeyForm {
  readonly pattern: RegExp;
  readonly remedy: string;
}

/** Names become parts of addresses, table keys and permissions, so they are short and plain. */
export const NAME: KeyForm = {
  pattern: /^[a-z][a-z0-9-]{0,31}$/,
  remedy: 'Begin with a letter a-z, then a-z, 0-9 or "-", at most 32 characters in all.',
};

/** Text that `read` turns into a value or into what is wrong with it. */
export function scalar<T>(about: About, read: (text: string) => Result<T, Said>) {
  return v.pipe(
    v.string((issue) =>
      message({ problem: `${isWhat(issue.input)}, not a text`, remedy: write(about.examples) }),
    ),
    v.metadata({ ...about, examples: [...about.examples] }),
    v.rawTransform<string, T>(({ dataset, addIssue, NEVER }) => {
      const value = read(dataset.value);
      if (value.ok) return value.value;
      addIssue({ message: message(value.error) });
      return NEVER;
    }),
  );
}

/** `Write 60s or { equity: 10% }.` */
export function write(examples: readonly Example[]): string {
  return `Write ${examples.map(yamlText).join(' or ')}.`;
}

function yamlText(example: Example): string {
  if (typeof example === 'string') return example;
  if (isTexts(example)) return `[${example.join(', ')}]`;
  const entries = Object.entries(example).map(([key, value]) => `${key}: ${value}`);
  return `{ ${entries.join(', ')} }`;
}

function isTexts(example: Example): example is readonly string[] {
  return Array.isArray(example);
}

/** A map with fixed keys; any other key is a fault. */
export function section<const E extends v.ObjectEntries>(description: string, entries: E) {
  const keys = Object.keys(entries);
  return v.pipe(
    v.unknown(),
    v.check(isMap, notMap(`Write the keys (${keys.join(', ')}) below it, indented.`)),
    v.objectWithRest(entries, v.never(message({ knownKeys: keys })), (issue) =>
      message({ problem: 'is missing', remedy: missing(entries, issue.expected) }),
    ),
    v.metadata({ description }),
  );
}

/** A map from names that the user gives to values of one kind. */
export function named<const S extends v.GenericSchema>(
  about: { readonly description: string; readonly key: KeyForm; readonly most: number },
  value: S,
) {
  const badKey = message({ problem: 'is not a usable name', remedy: about.key.remedy });
  return v.pipe(
    v.unknown(),
    v.check(isMap, notMap('Write a name of your choice below it, indented.')),
    v.record(v.pipe(v.string(), v.regex(about.key.pattern, badKey)), value),
    v.minEntries(1, message({ problem: 'is empty', remedy: 'Name at least one.' })),
    v.maxEntries(about.most, (issue) =>
      message({ problem: `has ${issue.received} entries`, remedy: `Keep at most ${about.most}.` }),
    ),
    v.metadata({ description: about.description }),
  );
}

/** A list without repetition. */
export function list<S extends v.GenericSchema>(
  about: { readonly description: string; readonly example: string[]; readonly most: number },
  item: S,
) {
  const remedy = write([about.example]);
  return v.pipe(
    v.array(item, (issue) => message({ problem: `${isWhat(issue.input)}, not a list`, remedy })),
    v.minLength(1, message({ problem: 'is an empty list', remedy })),
    v.maxLength(about.most, (issue) =>
      message({ problem: `has ${issue.received} items`, remedy: `Keep at most ${about.most}.` }),
    ),
    v.rawCheck(({ dataset, addIssue }) => {
      // Items that are wrong in themselves do not hide that others are repeated.
      const input: unknown = dataset.value;
      if (!Array.isArray(input)) return;
      const seen = new Set<unknown>();
      input.forEach((value, key) => {
        if (!seen.has(value)) {
          seen.add(value);
          return;
        }
        addIssue({
          message: message({ problem: 'repeats an earlier item', remedy: 'Take it out.' }),
          path: [{ type: 'array', origin: 'value', input, key, value }],
        });
      });
    }),
    v.metadata({ description: about.description, uniqueItems: true, examples: [about.example] }),
  );
}

/** Whether a value of the tree is a map. */
export function isMap(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function notMap(remedy: string) {
  return (issue: { readonly input: unknown }): string =>
    message({
      problem: issue.input === '' ? 'is empty' : `${isWhat(issue.input)}, not a map of keys`,
      remedy,
    });
}

/** What to write for a missing key: the first example of its schema, if it has one. */
function missing(entries: v.ObjectEntries, expected: string): string {
  const key = expected.replaceAll('"', '');
  const schema = entries[key];
  const examples = schema === undefined ? undefined : v.getMetadata(schema).examples;
  if (!Array.isArray(examples)) return `Add the key ${key}.`;
  return `Add ${key}: ${yamlText((examples as readonly Example[])[0] ?? '')}.`;
}

/** Holds a section of optional keys to exactly one of them. */
export function exactlyOne<T extends object>(said: Said) {
  return v.rawCheck<T>(({ dataset, addIssue }) => {
    if (!dataset.typed || Object.keys(dataset.value).length === 1) return;
    addIssue({ message: message(said) });
  });
}

/** One fixed word. */
export function word<const W extends string>(about: {
  readonly word: W;
  readonly description: string;
  readonly remedy: string;
}) {
  const { description, remedy } = about;
  return scalar({ description, examples: [about.word], enum: [about.word] }, (text) =>
    text === about.word ? ok(about.word) : err({ problem: isWhat(text), remedy }),
  );
}
