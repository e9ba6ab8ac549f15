import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Notice } from '../../../functions/core/notices/notice.ts';
import type { Message } from '../../../functions/core/notifications/ports.ts';
import { SLACK_LIMITS, slackMessage } from '../../../functions/core/notifications/slack-message.ts';
import { message } from './message-arbitrary.ts';

const atMs = Date.UTC(2026, 10, 23, 12, 5, 12);
const NOTICE: Notice = {
  ...{ id: 'alert:ab12:3', atMs, urgency: 'info', channels: [], subject: 'alert' },
  title: 'BTC/USD crossed above 100000',
  text: 'The price came from below.\nNote: sell <half> & wait',
  facts: [
    { label: 'Price', value: '100012.3 USD' },
    { label: 'Level', value: '100000 USD' },
  ],
  command: 'npx harpoon alerts list',
  zone: 'Europe/Berlin',
};
const one = (some: Partial<Notice> = {}, picture?: Uint8Array): Message => {
  const notice = { ...NOTICE, ...some };
  return { id: notice.id, notices: [notice], ...(picture === undefined ? {} : { picture }) };
};

/** Every text object of a payload with its kind, wherever it stands. */
function texts(value: unknown): { readonly type: string; readonly text: string }[] {
  if (typeof value !== 'object' || value === null) return [];
  const { type, text } = value as { type?: unknown; text?: unknown };
  const own = typeof type === 'string' && typeof text === 'string' ? [{ type, text }] : [];
  return [...own, ...Object.values(value).flatMap(texts)];
}

describe('a notice in Slack', () => {
  it('says what happened, the numbers, why, the command, when, and its id', () => {
    const { blocks, text } = slackMessage(one(), { nowMs: atMs });
    expect(text).toBe('🔵 BTC/USD crossed above 100000');
    expect(blocks).toEqual([
      { type: 'header', text: plain('🔵 BTC/USD crossed above 100000') },
      {
        type: 'section',
        fields: [
          { type: 'mrkdwn', text: '*Price*', verbatim: true },
          plain('100012.3 USD'),
          { type: 'mrkdwn', text: '*Level*', verbatim: true },
          plain('100000 USD'),
        ],
      },
      {
        type: 'section',
        text: plain('The price came from below.\nNote: sell &lt;half&gt; &amp; wait'),
      },
      {
        type: 'section',
        text: { type: 'mrkdwn', text: 'More: `npx harpoon alerts list`', verbatim: true },
      },
      {
        type: 'context',
        elements: [
          plain('23 Nov 2026, 13:05:12 (Europe/Berlin)'),
          plain('Notification alert:ab12:3'),
        ],
      },
    ]);
  });

  it('asks Slack to make no link, no name and no preview of anything', () => {
    expect(slackMessage(one(), { nowMs: atMs })).toMatchObject({
      ...{ mrkdwn: false, link_names: false, unfurl_links: false, unfurl_media: false },
    });
  });

  it('is shown in as few sections as hold its lines, and cut after eight', () => {
    const shown = (count: number, length: number) => {
      const text = Array.from({ length: count }, () => 'x'.repeat(length)).join('\n');
      const { blocks } = slackMessage(one({ text, facts: [] }), { nowMs: atMs });
      return blocks.flatMap((block) =>
        block.type === 'section' && 'text' in block && block.text.type === 'plain_text'
          ? [block.text.text]
          : [],
      );
    };
    expect(shown(2, 1_499)).toHaveLength(1);
    expect(shown(3, 1_000)).toHaveLength(2);
    // Two lines and what parts them are 3,000 characters, and one more.
    expect(shown(3, 1_499).map(({ length }) => length)).toEqual([2_999, 1_499]);
    expect([shown(8, 2_000).length, shown(8, 2_000).at(-1)?.length]).toEqual([8, 2_000]);
    expect([shown(9, 2_000).length, shown(9, 2_000).at(-1)]).toEqual([8, '…']);
  });

  it('says the urgency in words, and not by colour alone', () => {
    expect(slackMessage(one({ urgency: 'page' }), { nowMs: atMs }).text).toMatch(/^🔴 URGENT: /);
  });

  it('shows its picture by the link, and none without one', () => {
    const chart = { pair: 'BTC/USD', atMs, levels: [], zone: 'UTC' };
    const pictured = one({ chart }, Uint8Array.of(1));
    const pictureUrl = 'https://bucket.example/pictures/1.png?X-Amz-Signature=1';
    expect(slackMessage(pictured, { nowMs: atMs, pictureUrl }).blocks).toContainEqual({
      type: 'image',
      image_url: pictureUrl,
      alt_text: 'Chart: BTC/USD, 23 Nov 2026, 12:05:12 (UTC)',
    });
    for (const link of [undefined, `https://x.example/${'a'.repeat(3_000)}`]) {
      const { blocks } = slackMessage(pictured, { nowMs: atMs, pictureUrl: link });
      expect(blocks.map(({ type }) => type)).not.toContain('image');
    }
  });

  it('of a digest has one line for each, with its id', () => {
    const notices = [1, 2, 3].map((n) => ({ ...NOTICE, id: `alert:ab12:${n}`, title: `T${n}` }));
    const [first, ...others] = notices;
    if (first === undefined) throw new Error('three notices');
    const digest = { id: 'digest:1', notices: [first, ...others] } as const;
    const all = texts(slackMessage(digest, { nowMs: atMs })).map(({ text }) => text);
    expect(all).toContain('🔵 3 price alerts');
    expect(all.join('\n')).toContain('• T2, 23 Nov 2026, 13:05:12 (Europe/Berlin) [alert:ab12:2]');
    expect(all).toContain('Notification digest:1');
  });
});

describe('a digest of fifty in Slack', () => {
  it.each(['T', '&'.repeat(500), 'word '.repeat(100)])('names each id (title %s)', (title) => {
    const [first, ...others] = Array.from({ length: 50 }, (_, n) => ({
      ...{ ...NOTICE, title, id: `alert:0123456789:${n}` },
    }));
    if (first === undefined) throw new Error('fifty notices');
    const digest = { id: 'digest:1', notices: [first, ...others] } as const;
    const whole = JSON.stringify(slackMessage(digest, { nowMs: atMs }));
    for (const { id } of digest.notices) expect(whole).toContain(`[${id}]`);
  });
});

describe('whatever the texts, Slack', () => {
  const PICTURE_URL = 'https://bucket.example/pictures/1.png';
  const holds = (check: (payload: ReturnType<typeof slackMessage>) => void) => {
    fc.assert(
      fc.property(message, fc.integer({ min: 0, max: 3e8 }), (each, lateMs) => {
        const nowMs = each.notices[0].atMs + lateMs;
        check(slackMessage(each, { nowMs, pictureUrl: PICTURE_URL }));
      }),
      { numRuns: 400 },
    );
  };

  it('gets no unescaped <, > or &, no mention, no link, nothing invisible', () => {
    holds((payload) => {
      const whole = [...texts(payload).map(({ text }) => text), payload.text].join('\n');
      expect(whole).not.toMatch(/[<>]|&(?!amp;|lt;|gt;)/);
      expect(whole).not.toMatch(/[@#]\w/);
      expect(whole.replaceAll(PICTURE_URL, '')).not.toMatch(/:\/\//);
      expect(whole.replaceAll('\u2060', '')).not.toMatch(/[^\P{C}\n]/u);
    });
  });

  it('reads formatting only in labels and the command, which nothing can end', () => {
    holds((payload) => {
      for (const { type, text } of texts(payload.blocks)) {
        if (type !== 'mrkdwn') continue;
        expect(text).toMatch(/^(\*[^*_~`]+\*|More: `[^`]+`)$/);
      }
    });
  });

  it('gets no more than it takes', () => {
    holds(({ blocks, text }) => {
      expect(text.length).toBeLessThanOrEqual(SLACK_LIMITS.section);
      expect(blocks.length).toBeLessThanOrEqual(SLACK_LIMITS.blocks);
      for (const block of blocks) {
        if (block.type === 'header') {
          expect(block.text.text.length).toBeLessThanOrEqual(SLACK_LIMITS.header);
        }
        if ('fields' in block) {
          expect(block.fields.length).toBeLessThanOrEqual(SLACK_LIMITS.fields);
          for (const { text: each } of block.fields) {
            expect(each.length).toBeLessThanOrEqual(SLACK_LIMITS.field);
          }
        } else if (block.type === 'section') {
          expect(block.text.text.length).toBeLessThanOrEqual(SLACK_LIMITS.section);
        }
      }
      for (const { text: each } of texts(blocks)) expect(each.length).toBeGreaterThan(0);
    });
  });
});

function plain(text: string) {
  return { type: 'plain_text', text, emoji: false };
}
