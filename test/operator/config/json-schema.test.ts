import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import {
  JSON_SCHEMA_FILE,
  jsonSchema,
  jsonSchemaText,
} from '../../../operator/config/json-schema.ts';
import { changed, RIGHT } from './config-file.ts';
import { faultsBySchema, type JsonSchema } from './json-schema-check.ts';

const root = new URL('../../../', import.meta.url);
const read = (path: string): string => readFileSync(new URL(path, root), 'utf8');
const schema = jsonSchema() as JsonSchema;

const PAPER = 'paper: { funds: { USD: 5000, BTC: "0.1" }, fees: { taker: 0.4, maker: 0.25% } }';

/** Every key that the schema knows, wherever it stands. */
function keysOf(part: unknown): readonly string[] {
  if (typeof part !== 'object' || part === null) return [];
  const own = 'properties' in part ? Object.keys(part.properties as object) : [];
  return [...own, ...Object.values(part).flatMap(keysOf)];
}

describe('the JSON Schema for editors', () => {
  it('is the one that the schema makes (npm run schema)', async () => {
    expect(read(JSON_SCHEMA_FILE)).toBe(await jsonSchemaText());
  });

  it('is named in the first line of the example', () => {
    const [first] = read('harpoon.yaml').split('\n');
    expect(first).toBe(`# yaml-language-server: $schema=./${JSON_SCHEMA_FILE}`);
  });

  it.each([
    ['the example', read('harpoon.yaml')],
    ['a file with every key', RIGHT],
    ['paper settings', changed('mode: paper', `mode: paper\n    ${PAPER}`)],
    ['numbers as YAML reads them', changed('{ quote: 100 USD }', '{ base: 0.01 }')],
  ])('accepts %s', (_, text) => {
    expect(faultsBySchema(schema, parse(text))).toEqual([]);
  });

  it.each([
    ['maxOrder: 500 USD', 'maxOrder: 500'],
    ['maxOrder: 500 USD', 'maxOrdr: 500 USD'],
    ['mode: live', 'mode: real'],
    ['{ quote: 100 USD }', '{ base: 1, equity: 1% }'],
    ['accounts: [main]', 'accounts: main'],
    ['  toy:', '  Toy:'],
    ['    auth: tradingview\n', ''],
    ['mode: paper', 'mode: paper\n    paper: { funds: { usd: 5000 } }'],
    ['mode: paper', 'mode: paper\n    paper: { funds: {} }'],
    ['mode: paper', 'mode: paper\n    paper: { fund: { USD: 5000 } }'],
    ['mode: paper', 'mode: paper\n    paper: { fees: { taker: "-0.4%" } }'],
  ])('refuses %j -> %j', (from, to) => {
    expect(faultsBySchema(schema, parse(changed(from, to)))).not.toEqual([]);
  });
});

describe('docs/configuration.md', () => {
  it.each([...new Set(keysOf(schema))])('explains the key %s', (key) => {
    expect(read('docs/configuration.md')).toContain(`\`${key}\``);
  });
});
