/** Messages whose texts try everything that a channel could misunderstand. */
import fc from 'fast-check';
import type { Notice } from '../../../functions/core/notices/notice.ts';
import type { Message } from '../../../functions/core/notifications/ports.ts';

/** What somebody would write who wants a notice to do more than be read. */
export const HOSTILE: readonly string[] = [
  '<!channel>',
  '<!here|here>',
  '<@U012AB3CD>',
  '<#C024BE7LR|general>',
  '@here @channel @everyone',
  '#general',
  '<https://evil.example|Kraken>',
  'https://evil.example/login?a=b&c=d',
  'www.evil.example',
  'kraken.com.evil.example',
  'mailto:thief@evil.example',
  '<script>alert(1)</script>',
  '"><img src=x onerror=alert(1)>',
  "' onload='x",
  '</td></table></body></html>',
  '*bold* _italic_ ~strike~ `code` ```block```',
  '> quoted\n>>> quoted',
  '&lt;!channel&gt; &amp; &#60;',
  'Subject\r\nBcc: thief@evil.example\r\n\r\nHello',
  'one\u2028two\u2029three\u0085four\vfive',
  '\u202Egnihtyna\u202C \u2066isolated\u2069 \u200E\u200F',
  'zero\u200Bwidth\u200D\uFEFFjoined\u2060',
  '\u0000\u0007\u001B[31m\u009B',
  '\uD800 lone \uDC00 surrogates',
  '\u{E0041}\u{E007F} tags',
  '😀'.repeat(200),
  '&'.repeat(400),
  '<'.repeat(4_000),
  '',
  '   ',
];

const text = fc.oneof(
  fc.constantFrom(...HOSTILE),
  fc.string({ unit: 'binary', maxLength: 200 }),
  fc.array(fc.constantFrom(...HOSTILE), { maxLength: 4 }).map((parts) => parts.join(' ')),
  fc.string({ maxLength: 60 }),
);

const zone = fc.constantFrom('UTC', 'Europe/Berlin', 'America/New_York', 'No/Such', '');
const atMs = fc.integer({ min: Date.UTC(2026, 0), max: Date.UTC(2027, 0) });

export const notice: fc.Arbitrary<Notice> = fc.record(
  {
    id: text,
    atMs,
    urgency: fc.constantFrom('info', 'warning', 'page'),
    channels: fc.constant([]),
    title: text,
    text,
    facts: fc.array(fc.record({ label: text, value: text }), { maxLength: 30 }),
    command: text,
    chart: fc.record({
      ...{ pair: text, atMs, zone, price: fc.constant('1') },
      levels: fc.constant([]),
    }),
    subject: fc.constantFrom('alert', 'order', 'account', 'prices', 'summary', 'delivery'),
    notBeforeMs: atMs,
    zone,
  },
  { requiredKeys: ['id', 'atMs', 'urgency', 'channels', 'title', 'text'] },
);

/** A notice, or a digest of up to fifty. */
export const message: fc.Arbitrary<Message> = fc
  .tuple(text, notice, fc.array(notice, { maxLength: 49 }), fc.boolean(), fc.boolean())
  .map(([id, first, others, isDigest, isPictured]) => ({
    id,
    notices: isDigest ? [first, ...others] : [first],
    ...(isPictured ? { picture: Uint8Array.of(1) } : {}),
  }));
