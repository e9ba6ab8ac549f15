import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Notice } from '../../../functions/core/notices/notice.ts';
import { mailMessage, SUBJECT_MAX } from '../../../functions/core/notifications/mail-message.ts';
import { messageLines } from '../../../functions/core/notifications/notice-lines.ts';
import type { Message } from '../../../functions/core/notifications/ports.ts';
import { message } from './message-arbitrary.ts';

const atMs = Date.UTC(2026, 10, 23, 12, 5, 12);
const NOTICE: Notice = {
  ...{ id: 'order:abc:2', atMs, urgency: 'page', channels: [], subject: 'order' },
  title: 'buy BTC/USD on main: NEEDS YOU',
  text: 'Kraken did not answer.\nLook for the order & correct it by hand.',
  facts: [{ label: 'Volume', value: '0.5 BTC' }],
  command: 'npx harpoon notifications',
  zone: 'Europe/Berlin',
  chart: { pair: 'BTC/USD', atMs, levels: [], zone: 'Europe/Berlin' },
};

/** The tags of a page in order, without their texts. */
function tags(html: string): readonly string[] {
  return html.match(/<[^>]*>/g) ?? [];
}

describe('a notice by e-mail', () => {
  const whole = () =>
    mailMessage({ id: NOTICE.id, notices: [NOTICE], picture: Uint8Array.of(1) }, atMs);

  it('has what happened, with its urgency, as subject', () => {
    expect(whole().subject).toBe('URGENT: buy BTC/USD on main: NEEDS YOU');
    expect(whole().id).toBe('order:abc:2');
  });

  it('reads well as plain text', () => {
    expect(whole().text).toBe(
      [
        'URGENT: buy BTC/USD on main: NEEDS YOU',
        '',
        'Volume  0.5 BTC',
        '',
        'Kraken did not answer.',
        'Look for the order & correct it by hand.',
        '',
        'More: npx harpoon notifications',
        '',
        '23 Nov 2026, 13:05:12 (Europe/Berlin)',
        'Notification order:abc:2',
        '',
      ].join('\n'),
    );
  });

  it('has its picture inline, follows dark mode, and loads nothing from elsewhere', () => {
    expect(whole().html).toContain('<img src="cid:chart@harpoon" alt="Chart: BTC/USD, 23 Nov 2026');
    expect(whole().html).toContain('name="color-scheme" content="light dark"');
    expect(whole().html).toContain('prefers-color-scheme:dark');
    expect(whole().html).toContain('name="viewport"');
    expect(whole().html).not.toMatch(/https?:|url\(|@import/);
  });

  it('has no picture where none was drawn', () => {
    expect(mailMessage({ id: 'a', notices: [NOTICE] }, atMs).html).not.toContain('<img');
  });

  it('says in HTML what the plain text says, and escapes it', () => {
    const words = NOTICE.text.split('\n').map((line) => line.replace('&', '&amp;'));
    for (const word of [...words, 'Volume', '0.5 BTC', '<code', 'npx harpoon notifications']) {
      expect(whole().html).toContain(word);
    }
    const title = `<b>"it's" & more</b>`;
    const odd = mailMessage({ id: 'a', notices: [{ ...NOTICE, title }] }, atMs);
    const escaped = '&lt;b&gt;&quot;it&#39;s&quot; &amp; more&lt;/b&gt;';
    expect(odd.html).toContain(`URGENT: ${escaped}</title>`);
    expect(odd.html).not.toContain('<b>');
  });

  it('lines its numbers up, and has no gap where there is nothing to say', () => {
    const facts = [
      { label: 'Volume', value: '0.5 BTC' },
      { label: 'Price of it', value: '1 USD' },
    ];
    const several = mailMessage({ id: 'a', notices: [{ ...NOTICE, facts }] }, atMs);
    expect(several.text).toContain('Volume       0.5 BTC\nPrice of it  1 USD\n');
    const bare = { id: 'a', atMs, urgency: 'info', channels: [], title: 'T', text: 'x' } as const;
    const short = mailMessage({ id: 'a', notices: [bare] }, atMs);
    expect(short.text).not.toMatch(/\n\n\n/);
    expect(short.text).not.toContain('More:');
    expect(short.html).not.toMatch(/<code|<ul|class="label"|\n\n/);
  });

  it('has sixty paragraphs at the most, and says that there are more', () => {
    const withLines = (count: number) => {
      const text = Array.from({ length: count }, (_, at) => `line ${at}.`).join('\n');
      return mailMessage({ id: 'a', notices: [{ ...NOTICE, text }] }, atMs).text;
    };
    expect(withLines(60)).toContain('line 59.');
    expect(withLines(60)).not.toContain('…');
    expect(withLines(61)).toContain('line 59.\n…');
    expect(withLines(61)).not.toContain('line 60.');
  });

  it('lists a digest', () => {
    const notices = [NOTICE, { ...NOTICE, id: 'order:abd:2', title: 'sell' }] as const;
    const digest = mailMessage({ id: 'digest:1', notices }, atMs);
    expect(digest.subject).toBe('URGENT: 2 notifications about orders');
    expect(digest.text).toContain('- sell, 23 Nov 2026, 13:05:12 (Europe/Berlin) [order:abd:2]');
    expect(digest.html).toContain('(Europe/Berlin) [order:abd:2]</span></li>');
  });

  it('has no table where there are no numbers, and no command where there is none', () => {
    const { facts: _facts, command: _command, ...bare } = NOTICE;
    const { text, html } = mailMessage({ id: 'a', notices: [bare] }, atMs);
    expect(text.split('\n\n').map((block) => block.split('\n')[0])).toEqual([
      'URGENT: buy BTC/USD on main: NEEDS YOU',
      'Kraken did not answer.',
      '23 Nov 2026, 13:05:12 (Europe/Berlin)',
    ]);
    expect(html).not.toContain('class="label"');
    expect(html).not.toContain('More: ');
    expect(html).not.toMatch(/\n\n/);
  });
});

describe('whatever the texts, an e-mail', () => {
  const holds = (check: (each: Message, nowMs: number) => void) => {
    fc.assert(
      fc.property(message, (each) => check(each, each.notices[0].atMs)),
      { numRuns: 400 },
    );
  };

  it('has a subject of one line that is not too long', () => {
    holds((each, nowMs) => {
      const { subject, id } = mailMessage(each, nowMs);
      expect(subject.replaceAll('\u2060', '')).not.toMatch(/\p{C}/u);
      expect(subject.length).toBeLessThanOrEqual(SUBJECT_MAX);
      expect(id).toMatch(/^[\x21-\x7e]{1,200}$/);
    });
  });

  it('has the tags of its form and no other', () => {
    holds((each, nowMs) => {
      const calm = (notice: Notice): Notice => ({
        ...notice,
        ...{ id: 'i', title: 't' },
        // As many sentences, numbers and lines, but harmless ones.
        text: messageLines({ id: 'i', notices: [notice] }, nowMs)
          .paragraphs.map(() => 'x')
          .join('\n'),
        ...(notice.facts === undefined
          ? {}
          : { facts: notice.facts.map(() => ({ label: 'l', value: 'v' })) }),
        ...(notice.command === undefined ? {} : { command: 'c' }),
        ...(notice.chart === undefined ? {} : { chart: { ...notice.chart, pair: 'p' } }),
      });
      const [first, ...others] = each.notices;
      const harmless = { ...each, id: 'i', notices: [calm(first), ...others.map(calm)] } as const;
      const attributes = (tag: string) => tag.replace(/alt="[^"]*"/, 'alt');
      const wanted = tags(mailMessage(harmless, nowMs).html).map(attributes);
      expect(tags(mailMessage(each, nowMs).html).map(attributes)).toEqual(wanted);
    });
  });

  it('says what Slack says', () => {
    holds((each, nowMs) => {
      const { text } = mailMessage(each, nowMs);
      const { footer, command } = messageLines(each, nowMs);
      expect(text).toContain(footer.at(-1)?.slice(0, 300) ?? 'a footer');
      if (command !== undefined) expect(text).toContain(command);
      expect(text).not.toMatch(/:\/\/|@\w/);
    });
  });
});
