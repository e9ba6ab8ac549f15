/** What `harpoon template` prints is what `harpoon lint` and the webhook read. */
import { describe, expect, it } from 'vitest';
import type { Auth, Size, Source } from '../../functions/core/config.ts';
import type { MessageMap } from '../../functions/core/message/message-map.ts';
import { compileConfig } from '../../operator/config/compile.ts';
import { judgeMessage } from '../../operator/judge-message.ts';
import { SECRET_HERE, templatesOf } from '../../operator/message-template.ts';
import { PLAIN_SOURCE, SENT_MS } from '../core/message/message-fixture.ts';
import { accountsOfPage, examplesOfPage } from '../docs/senders-page.ts';

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

/** The sources of docs/senders.md whose senders have words of their own. */
const mapped = examplesOfPage().flatMap(({ yaml }) => {
  const compiled = compileConfig(`${accountsOfPage()}${yaml}`);
  if (!compiled.ok) throw new Error(JSON.stringify(compiled.faults));
  return Object.entries(compiled.config.sources).flatMap(([name, source]) =>
    source.map === undefined ? [] : [{ name, source }],
  );
});

/** As Pine puts it together. */
function byPine(text: string): string {
  return text
    .replace(/^alert_message = '|'$/g, '')
    .replace(`' + str.tostring(timenow, "#") + '`, String(SENT_MS))
    .replace(`' + syminfo.tickerid + '`, 'KRAKEN:BTCUSD');
}

describe('the templates of a source', () => {
  it.each(sources)('with %s are all read', (_name, source) => {
    const templates = templatesOf({ name: 'desk', source }, SENT_MS);
    expect(templates).toHaveLength(source.auth === 'tradingview' ? 3 : 1);
    for (const { title, text } of templates) {
      const message = text.startsWith('alert_message') ? byPine(text) : text;
      const { verdict, advice } = judgeMessage(message, { name: 'desk', source }, SENT_MS);
      expect(verdict, `${title}: ${JSON.stringify(verdict)}`).toMatchObject({ kind: 'signal' });
      expect(advice).toEqual([]);
    }
  });

  it.each(sources)(
    'that says where its strategy stands, with %s, are read as that',
    (_name, plain) => {
      const source: Source = { ...plain, target: true };
      const [template, ...more] = templatesOf({ name: 'desk', source }, SENT_MS);
      expect(more).toEqual([]);
      const { verdict, advice } = judgeMessage(
        template?.text ?? '',
        { name: 'desk', source },
        SENT_MS,
      );
      expect(verdict, template?.text).toMatchObject({
        kind: 'signal',
        signal: { target: { position: 'long', prev: { position: 'flat' } } },
      });
      expect(advice).toEqual([]);
    },
  );

  it.each(
    sources.flatMap(([name, plain]): (readonly [string, Source])[] => [
      [`${name}, by risk`, { ...plain, size: { kind: 'risk', percent: '1' } }],
      [`${name}, limit orders only`, { ...plain, allow: { types: ['stop-loss', 'limit'] } }],
    ]),
  )('bring what the settings of a source ask for: %s', (_name, source) => {
    const templates = templatesOf({ name: 'desk', source }, SENT_MS);
    expect(templates.length).toBeGreaterThan(0);
    for (const { text } of templates) {
      const message = text.startsWith('alert_message') ? byPine(text) : text;
      const { verdict } = judgeMessage(message, { name: 'desk', source }, SENT_MS);
      expect(verdict, text).toMatchObject({ kind: 'signal' });
    }
  });

  it.each(['riskStop', 'stopLoss', 'trailingStop'])(
    'of a map show the %s that a size by risk needs',
    (stop) => {
      const source: Source = {
        ...{ ...PLAIN_SOURCE, auth: 'standard-webhooks', size: { kind: 'risk', percent: '1' } },
        allow: { types: ['market', 'stop-loss', 'trailing-stop'] },
        map: {
          action: { path: ['side'], values: { LONG: 'buy' } },
          symbol: { path: ['pair'] },
          [stop]: { path: ['exit', 'stop'] },
        },
      };
      const [template] = templatesOf({ name: 'desk', source }, SENT_MS);
      expect(JSON.parse(template?.text ?? '')).toHaveProperty('exit.stop');
      const { verdict } = judgeMessage(template?.text ?? '', { name: 'desk', source }, SENT_MS);
      expect(verdict, template?.text).toMatchObject({ kind: 'signal' });
    },
  );

  it.each(mapped)(
    'with the map of $name are in the words of its sender, and read',
    ({ name, source }) => {
      const [template, ...more] = templatesOf({ name, source }, SENT_MS);
      expect(more).toEqual([]);
      const { verdict } = judgeMessage(template?.text ?? '', { name, source }, SENT_MS);
      expect(verdict, template?.text).toMatchObject({ kind: 'signal' });
    },
  );

  it('of a map show lists, units of time, and prices where the type has one', () => {
    const map: MessageMap = {
      id: { path: ['orders', '0', 'id'] },
      time: { path: ['at'], time: 's' },
      action: { path: ['orders', '0', 'side'], values: { S: 'sell', B: 'buy' } },
      symbol: { always: 'BTC/USD' },
      type: { path: ['kind'], values: { lmt: 'limit' } },
      price: { path: ['orders', '0', 'px'] },
      comment: { path: ['why'] },
    };
    const source: Source = { ...PLAIN_SOURCE, auth: { kind: 'token', field: 'key' }, map };
    const [template] = templatesOf({ name: 'desk', source }, SENT_MS);
    expect(JSON.parse(template?.text ?? '')).toEqual({
      key: SECRET_HERE,
      orders: [{ id: 'entry-1', side: 'B', px: '98000' }],
      at: String(SENT_MS / 1_000),
      kind: 'lmt',
    });
    expect(template?.hints.at(-1)).toBe('Read as well where it is there: why (comment).');
    const sized = { ...source, size: { kind: 'base', amount: '1' } } as const;
    const judged = judgeMessage(template?.text ?? '', { name: 'desk', source: sized }, SENT_MS);
    expect(judged.verdict).toMatchObject({ means: 'buy of BTC/USD, limit at 98000' });
  });

  it('of a map with flags sets the one that buys', () => {
    const map: MessageMap = {
      time: { path: ['at'] },
      action: { flags: { 'order.isExit': 'sell', 'order.isEntry': 'buy' } },
      symbol: { always: 'BTC/USD' },
      postOnly: { flags: { maker: 'true', resting: 'true' } },
    };
    const source: Source = { ...PLAIN_SOURCE, auth: { kind: 'token', field: 'key' }, map };
    const [template] = templatesOf({ name: 'desk', source }, SENT_MS);
    expect(JSON.parse(template?.text ?? '')).toMatchObject({
      order: { isExit: 'false', isEntry: 'true' },
    });
    expect(template?.hints.at(-1)).toContain('maker, resting (postOnly)');
    const sized = { ...source, size: { kind: 'base', amount: '1' } } as const;
    const judged = judgeMessage(template?.text ?? '', { name: 'desk', source: sized }, SENT_MS);
    expect(judged.verdict).toMatchObject({ means: 'buy of BTC/USD, market' });
  });
});

const CHARTS = { symbols: { 'BINANCE:BTCUSDT': 'BTC/USD' } };
const judge = (text: string, source: Partial<Source> = {}) =>
  judgeMessage(text, { name: 'desk', source: { ...PLAIN_SOURCE, ...CHARTS, ...source } }, SENT_MS);
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
    [
      'with a price of a chart in another currency gets the advice to write a distance',
      JSON.stringify({ ...GOOD, symbol: 'BINANCE:BTCUSDT', type: 'limit', price: '98000' }),
      { advice: [/counts in USDT.*write a distance/] },
    ],
    [
      'with a distance on such a chart gets none',
      JSON.stringify({ ...GOOD, symbol: 'BINANCE:BTCUSDT', type: 'limit', price: '-1%' }),
      { advice: [] },
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
