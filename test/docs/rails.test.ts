/** docs/rails.md says what the code does: every rail, and messages that really halt. */
import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { haltOf } from '../../functions/core/receive/halt-message.ts';
import { readJson } from '../../functions/core/message/json.ts';

const SCHEMA = new URL('../../harpoon.schema.json', import.meta.url);
const PAGE = readFileSync(new URL('../../docs/rails.md', import.meta.url), 'utf8');

/** The keys of `rails` as editors are told of them. */
function railsOfSchema(): readonly string[] {
  const schema = JSON.parse(readFileSync(SCHEMA, 'utf8')) as {
    properties: Record<
      'accounts',
      { additionalProperties: { properties: Record<'rails', { properties: object }> } }
    >;
  };
  const { rails } = schema.properties.accounts.additionalProperties.properties;
  return Object.keys(rails.properties);
}

describe('docs/rails.md', () => {
  it.each(railsOfSchema())('explains the rail %s in a row of its own', (rail) => {
    expect(PAGE).toMatch(new RegExp(`^\\| \`${rail}\` \\|`, 'm'));
  });

  it.each(['level', 'cancel', 'account', 'scope', 'why'])('explains the field %s', (field) => {
    expect(PAGE).toMatch(new RegExp(`^ {2}\\| \`${field}\` \\|`, 'm'));
  });

  it('shows a message that halts', () => {
    const [text = ''] = /\{"secret": .*"action": .*\}/.exec(PAGE) ?? [];
    const json = readJson(text);
    if (!json.ok || json.value.kind !== 'object') throw new Error(text);
    expect(haltOf(json.value)).toEqual({
      ok: true,
      value: { level: 'entries', cancel: false, flatten: false, isGlobal: false },
    });
  });
});
