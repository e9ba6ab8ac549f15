/** What `harpoon template` prints is what `harpoon lint` and the webhook read. */
import { describe, expect, it } from 'vitest';
import type { Auth, Size, Source } from '../../functions/core/config.ts';
import { judgeMessage } from '../../operator/judge-message.ts';
import { templatesOf } from '../../operator/message-template.ts';
import { PLAIN_SOURCE, SENT_MS } from '../core/message-fixture.ts';

const AUTHS: readonly Auth[] = [
  ...(['tradingview', 'standard-webhooks'] as const),
  { kind: 'stripe', header: 'x-signature' },
  { kind: 'github', header: 'x-hub-signature-256' },
  { kind: 'token', header: 'x-token' },
  { kind: 'token', field: 'apiKey' },
];
const SIZES: readonly Size[] = [
  { kind: 'signal' },
  { kind: 'quote', amount: '100', currency: 'USD' },
];
const sources = AUTHS.flatMap((auth) =>
  SIZES.map((size): readonly [string, Source] => {
    return [`${JSON.stringify(auth)}, size ${size.kind}`, { ...PLAIN_SOURCE, auth, size }];
  }),
);

/** As Pine puts it together. */
function byPine(text: string): string {
  return text
    .replace(/^alert_message = '|'$/g, '')
    .replace(`' + str.tostring(timenow, "#") + '`, String(SENT_MS))
    .replace(`' + syminfo.tickerid + '`, 'KRAKEN:BTCUSD');
}

describe('the templates of a source', () => {
  it.each(sources)('with %s are all read', (_name, source) => {
    const templates = templatesOf({ name: 'desk', source }) ?? [];
    expect(templates).toHaveLength(source.auth === 'tradingview' ? 3 : 1);
    for (const { title, text } of templates) {
      const message = text.startsWith('alert_message') ? byPine(text) : text;
      const { verdict, advice } = judgeMessage(message, { name: 'desk', source }, SENT_MS);
      expect(verdict, `${title}: ${JSON.stringify(verdict)}`).toMatchObject({ kind: 'signal' });
      expect(advice).toEqual([]);
    }
  });

  it('are none where a map says the words', () => {
    const source = { ...PLAIN_SOURCE, map: { action: { path: 'side' } } } as unknown as Source;
    expect(templatesOf({ name: 'desk', source })).toBeUndefined();
  });
});

const judge = (text: string, source: Partial<Source> = {}) =>
  judgeMessage(text, { name: 'desk', source: { ...PLAIN_SOURCE, ...source } }, SENT_MS);
const GOOD = {
  ...{ secret: 'x', time: '{{timenow}}', symbol: '{{exchange}}:{{ticker}}' },
  ...{ action: 'buy', size: '0.5' },
};

describe('the judgement of a message', () => {
  it.each<[string, string, object]>([
    [
      'that can be read says what it means, and which placeholders were filled',
      JSON.stringify(GOOD),
      {
        samples: ['{{timenow}}', '{{exchange}}', '{{ticker}}'],
        verdict: { kind: 'signal', means: 'buy 0.5 of KRAKEN:BTCUSD, market' },
      },
    ],
    [
      'with a placeholder that TradingView does not know is refused by its name',
      JSON.stringify({ ...GOOD, price: '{{closing}}' }),
      { verdict: { kind: 'refused', code: 'bad-field', sentence: /\{\{closing\}\}/ } },
    ],
    [
      'with typographic quotes is refused with line and column',
      '{“action”: “buy”}',
      { verdict: { code: 'unreadable-body', sentence: /line 1, column 2: a typographic quote/ } },
    ],
    ['that is a list is refused', '[]', { verdict: { sentence: /one JSON object/ } }],
    [
      'that asks for what its source may not is refused as the webhook does',
      JSON.stringify({ ...GOOD, leverage: 3 }),
      { verdict: { code: 'not-supported', sentence: /may not use leverage/ } },
    ],
    [
      'that halts says what is stopped',
      '{"secret":"x","action":"halt","cancel":true}',
      { verdict: { kind: 'command', means: 'halt main: block entries, cancel what is open' } },
    ],
    [
      'that cancels says which signal’s order',
      '{"secret":"x","action":"cancel","id":"entry-1"}',
      { verdict: { kind: 'command', means: 'cancel the order of the signal entry-1' } },
    ],
    [
      'with the time of the bar gets the advice of TradingView’s other placeholder',
      JSON.stringify({ ...GOOD, time: '{{time}}' }),
      { advice: [/write \{\{timenow\}\}/] },
    ],
    [
      'without a secret gets the advice to bring one',
      JSON.stringify({ ...GOOD, secret: undefined }),
      { advice: [/brings no "secret"/] },
    ],
  ])('%s', (_name, text, wanted) => {
    const seen: unknown = JSON.parse(JSON.stringify(judge(text)));
    expect(seen).toMatchObject(expecting(wanted) as object);
  });
});

/** Patterns within an expectation. */
function expecting(wanted: unknown): unknown {
  if (wanted instanceof RegExp) return expect.stringMatching(wanted) as unknown;
  if (Array.isArray(wanted)) return wanted.map(expecting);
  if (typeof wanted !== 'object' || wanted === null) return wanted;
  return Object.fromEntries(Object.entries(wanted).map(([name, one]) => [name, expecting(one)]));
}
