/** Holds docs/messages.md to the code: its tables, its examples, and every sentence of a refusal. */
import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { ACTION_WORDS } from '../../../functions/core/message/action-words.ts';
import { readJson } from '../../../functions/core/message/json.ts';
import { FIELD_NAMES } from '../../../functions/core/message/message-fields.ts';
import {
  ORDER_TERMS,
  ORDER_TYPES,
  type PriceRole,
} from '../../../functions/core/message/order-terms.ts';
import { parseSignal } from '../../../functions/core/message/parse-signal.ts';
import type { OrderType } from '../../../functions/core/signal.ts';
import { FREE_SOURCE, SENT_MS, SPOT_SOURCE } from './message-fixture.ts';
import { amendOf } from '../../../functions/core/receive/receive-amend.ts';
import { signalWords } from '../../../operator/signal-words.ts';

const PAGE = readFileSync(new URL('../../../docs/messages.md', import.meta.url), 'utf8');

/** What TradingView puts in place of its placeholders. */
const FILLED: Readonly<Record<string, string>> = {
  timenow: '2026-11-22T12:00:00Z',
  exchange: 'KRAKEN',
  ticker: 'BTCUSD',
  'plot("Long SL")': '97000',
  'plot("Long TP")': '99000',
  'plot("ATR")': '350.5',
  'strategy.order.id': 'Long',
  'strategy.order.action': 'buy',
  'strategy.order.contracts': '0.01',
  'strategy.order.price': '98000.5',
  'strategy.order.comment': 'Long',
  'strategy.market_position': 'long',
};
const filled = (text: string): string =>
  text.replace(/\{\{(.*?)\}\}/g, (whole, name: string) => FILLED[name] ?? whole);

const quoted = (words: readonly string[]): string => words.map((word) => `\`${word}\``).join(', ');
const dash = (text: string): string => (text === '' ? '-' : text);

/** The part of the page below a heading. */
function below(heading: string): string {
  const start = PAGE.indexOf(`\n${heading}\n`);
  if (start < 0) throw new Error(`the page has no ${heading}`);
  const level = /^#+/.exec(heading)?.[0] ?? '';
  const rest = PAGE.slice(start + heading.length + 2);
  const end = rest.search(new RegExp(`^#{1,${level.length}} `, 'm'));
  return end < 0 ? rest : rest.slice(0, end);
}

/** Rows of the first table below a heading, as cells; `\|` is a line within a cell. */
function rowsBelow(heading: string): readonly (readonly string[])[] {
  const lines = below(heading).split('\n');
  const first = lines.findIndex((line) => line.startsWith('| --- '));
  const rows = lines.slice(first + 1);
  const last = rows.findIndex((line) => !line.startsWith('|'));
  return rows.slice(0, last).map((line) => line.slice(2, -2).split(' | '));
}

const code = (cell: string | undefined): string => (cell ?? '').replace(/^`+ ?| ?`+$/g, '');

/** A settlement is of a position on margin; every other example is written for spot. */
function readExample(text: string): string {
  return read(text, text.includes('settle-position') ? FREE_SOURCE : SPOT_SOURCE);
}

function read(text: string, source = SPOT_SOURCE): string {
  const json = readJson(text);
  if (!json.ok) {
    const { line, column, remedy } = json.error;
    return `line ${line}, column ${column}: ${remedy}`;
  }
  if (json.value.kind !== 'object') return 'not an object';
  const parsed = parseSignal(json.value, { sourceName: 'btc-trend', source });
  if (!parsed.ok) return `\`${parsed.error.code}\`: ${parsed.error.sentence}`;
  expect(parsed.value.signal.sentAtMs).toBe(SENT_MS);
  return signalWords(parsed.value.signal);
}

const BASE = {
  time: '{{timenow}}',
  symbol: '{{exchange}}:{{ticker}}',
  action: 'buy',
  size: '0.01',
};

describe('the page of messages', () => {
  it('lists every field with its names, and says something of each', () => {
    const rows = rowsBelow('## Fields');
    const expected = Object.entries(FIELD_NAMES).map(([field, names]) => [
      `\`${field}\``,
      quoted(names),
    ]);
    expect(rows.map((row) => row.slice(0, 2))).toEqual(expected);
    for (const row of rows) expect(row[2]).toMatch(/\.$/);
  });

  it('lists the words for what to do', () => {
    const rows = rowsBelow('## What to do').map((row) => row[1]);
    expect(rows).toEqual(Object.values(ACTION_WORDS).map(quoted));
  });

  it('lists what each order type needs and may have', () => {
    const role = (one: PriceRole | undefined): string => one ?? '-';
    const expected = ORDER_TYPES.map((type) => {
      const { words, price, price2, must, may, timeInForce } = ORDER_TERMS[type];
      const others = [quoted(words), role(price), role(price2)];
      return [
        `\`${type}\``,
        ...others,
        ...[must, may, timeInForce].map((list) => dash(quoted(list))),
      ];
    });
    const text = expected.map((row) => `| ${row.join(' | ')} |`).join('\n');
    expect(rowsBelow('## Order types'), `write these rows:\n${text}\n`).toEqual(expected);
  });

  const changes = rowsBelow('## Changing an order that rests').map(([fields = '']) => fields);
  it.each(changes.flatMap((fields) => fields.split(', ').map(code)))(
    'an amend changes %s',
    (field) => {
      const message = { action: 'amend', id: 'entry-42', time: '{{timenow}}', [field]: '0.5' };
      const json = readJson(filled(JSON.stringify(message)));
      if (!json.ok || json.value.kind !== 'object') throw new Error('it is JSON');
      const asked = amendOf(json.value, SPOT_SOURCE);
      expect(asked).toMatchObject({
        ok: true,
        value: { firedAtMs: SENT_MS, signalId: 'entry-42' },
      });
      expect(asked?.ok === true && Object.values(asked.value.wish)).toEqual(['0.5']);
    },
  );

  it.each(rowsBelow('## How much'))('the size %s means %s', (size, means) => {
    expect(read(filled(JSON.stringify({ ...BASE, size: code(size) })))).toBe(code(means));
  });

  const examples = [...PAGE.matchAll(/```json\n([^`]*)```\n\nmeans `([^`]*)`\./g)];
  it.each(examples.map(([, text = '', means = '']) => [means, text]))('%s', (means, text) => {
    expect(readExample(filled(text))).toBe(means);
  });

  it.each(ORDER_TYPES)('says what %s does, with an example that means it', (type: OrderType) => {
    expect(below(`### ${type}`).startsWith(`\n${ORDER_TERMS[type].does}`)).toBe(true);
    const [, text = ''] = /```json\n([^`]*)```\n\nmeans `/.exec(below(`### ${type}`)) ?? [];
    expect(readExample(filled(text))).toMatch(new RegExp(`, ${type}(?: at |,|$)`));
  });

  const refused = rowsBelow('## What is refused, and what to write instead');
  it.each(refused)('%s is refused', (fields, said) => {
    const message: unknown = JSON.parse(code(fields));
    expect(read(filled(JSON.stringify({ ...BASE, ...(message as object) })))).toBe(said);
  });

  const broken = rowsBelow('## What is no JSON');
  it.each(broken)('%s is not readable', (text, said) => {
    expect(read(code(text))).toBe(said);
  });

  it('has examples of everything', () => {
    expect(examples.length).toBeGreaterThan(ORDER_TYPES.length);
    expect(refused.length).toBeGreaterThan(20);
    expect(broken.length).toBeGreaterThan(10);
  });
});
