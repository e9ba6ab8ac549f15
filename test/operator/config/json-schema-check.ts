/**
 * Checks a value against the part of JSON Schema (draft 7) that our schema uses; throws on any
 * word it does not know, so that it cannot pass a rule by not reading it.
 * Source: https://json-schema.org/draft-07/json-schema-validation
 */

/** A schema as an object. */
export type JsonSchema = Readonly<Record<string, unknown>>;

const NOTES = new Set(['$schema', 'title', 'description', 'examples', 'default']);

type Rule = (argument: never, value: unknown, whole: JsonSchema) => boolean;

const RULES: Readonly<Record<string, Rule>> = {
  type: (types: string | string[], value) => [types].flat().some((type) => isType(type, value)),
  enum: (values: unknown[], value) => values.includes(value),
  pattern: (pattern: string, value) => typeof value !== 'string' || RegExp(pattern).test(value),
  not: (schema: JsonSchema, value) => faultsBySchema(schema, value).length > 0,
  anyOf: (all: JsonSchema[], value) => all.some((one) => faultsBySchema(one, value).length === 0),
  minItems: (least: number, value) => !Array.isArray(value) || value.length >= least,
  maxItems: (most: number, value) => !Array.isArray(value) || value.length <= most,
  uniqueItems: (_: true, value) => !Array.isArray(value) || new Set(value).size === value.length,
  minProperties: (least: number, value) => !isObject(value) || Object.keys(value).length >= least,
  maxProperties: (most: number, value) => !isObject(value) || Object.keys(value).length <= most,
  required: (keys: string[], value) =>
    !isObject(value) || keys.every((key) => Object.hasOwn(value, key)),
  propertyNames: (schema: JsonSchema, value) =>
    !isObject(value) || Object.keys(value).every((key) => fits(schema, key)),
  items: (schema: JsonSchema, value) =>
    !Array.isArray(value) || value.every((item) => fits(schema, item)),
  properties: (schemas: Record<string, JsonSchema>, value) =>
    !isObject(value) ||
    Object.entries(value).every(([key, inner]) => fits(schemas[key] ?? {}, inner)),
  additionalProperties: (schema: JsonSchema, value, whole) =>
    !isObject(value) ||
    Object.entries(value).every(
      ([key, inner]) => Object.hasOwn(whole['properties'] ?? {}, key) || fits(schema, inner),
    ),
};

/** Names of the rules that the value breaks; empty when it fits. */
export function faultsBySchema(schema: JsonSchema, value: unknown): readonly string[] {
  return Object.entries(schema).flatMap(([word, argument]) => {
    if (NOTES.has(word)) return [];
    const rule = RULES[word];
    if (rule === undefined) throw new Error(`the schema uses ${word}, which this check lacks`);
    return rule(argument as never, value, schema) ? [] : [word];
  });
}

function fits(schema: JsonSchema, value: unknown): boolean {
  return faultsBySchema(schema, value).length === 0;
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function isType(type: string, value: unknown): boolean {
  if (type === 'object') return isObject(value);
  if (type === 'array') return Array.isArray(value);
  if (type === 'integer') return Number.isInteger(value);
  return typeof value === type;
}
