import { describe, expect, it } from 'vitest';
import {
  entriesWaitNotice,
  heardAgainNotice,
  silentNotice,
} from '../../../functions/core/notices/silence-notice.ts';
import { TEST_CONFIG, TREND } from '../order-fixture.ts';
import { ZONED } from './notice-fixture.ts';

const HOUR_MS = 3_600_000;
const SINCE_MS = Date.UTC(2026, 10, 22, 12);
const heartbeat = { everyMs: HOUR_MS } as never;
const expected = { name: 'trend', source: TREND, heartbeat };
const context = { config: ZONED, atMs: SINCE_MS + 2 * HOUR_MS };
const ON_NONE = { cancelOn: [], haltedOn: [] };
const ABOUT = { atMs: context.atMs, subject: 'account', channels: TREND.notify };

describe('the notice of a source that is silent', () => {
  it('tells since when, what is allowed, and that its orders stay', () => {
    const silence = { sinceMs: SINCE_MS, heardAtMs: SINCE_MS, ...ON_NONE };
    const { text, ...notice } = silentNotice(expected, silence, context);
    expect(notice).toEqual({
      ...{ ...ABOUT, id: `silent:trend:${SINCE_MS}`, urgency: 'page', zone: 'Europe/Berlin' },
      ...{ title: 'Source trend is silent', command: 'npx harpoon status' },
      facts: [
        { label: 'Source', value: 'trend' },
        { label: 'Last heard', value: '22 Nov 2026, 13:00:00 (Europe/Berlin)' },
        { label: 'Silent for', value: '2 h' },
        { label: 'Allowed', value: '1 h' },
        { label: 'Accounts', value: TREND.accounts.join(', ') },
      ],
    });
    expect(text.split('\n')).toEqual([
      'Nothing was heard of it since 22 Nov 2026, 13:00:00 (Europe/Berlin), which is longer than it may be silent (heartbeat of source trend in harpoon.yaml).',
      'No signal of it arrives meanwhile, exits included. Look whether its alert is still active, and whether its chart or program runs.',
      'Its orders at Kraken stay as they are.',
    ]);
  });

  it.each([
    [['main'], [], [/are being cancelled on main;/]],
    [[], ['main'], [/Nothing is cancelled on main: trading is halted there/]],
    [['a', 'b'], ['c'], [/cancelled on a, b;/, /Nothing is cancelled on c:/]],
  ])('with entries cancelled on %j and a halt on %j', (cancelOn, haltedOn, said) => {
    const { text } = silentNotice(expected, { sinceMs: SINCE_MS, cancelOn, haltedOn }, context);
    const lines = text.split('\n');
    expect(lines).toHaveLength(2 + said.length);
    for (const words of said) expect(text).toMatch(words);
    expect(text).not.toContain('stay as they are');
  });

  it.each([
    [undefined, 'never', /^Nothing was heard of it since Harpoon watches it, 22 Nov/],
    [
      SINCE_MS - 1,
      '22 Nov 2026, 12:59:59',
      /began to watch it, or went on after a stand-still, 22/,
    ],
  ])('last heard at %s', (heardAtMs, last, words) => {
    const heard = heardAtMs === undefined ? {} : { heardAtMs };
    const notice = silentNotice(expected, { sinceMs: SINCE_MS, ...heard, ...ON_NONE }, context);
    expect(notice.facts?.[1]?.value).toContain(last);
    expect(notice.text).toMatch(words);
  });

  it('names no zone where the reader has none', () => {
    const unzoned = { config: TEST_CONFIG, atMs: context.atMs };
    const notice = silentNotice(expected, { sinceMs: SINCE_MS, ...ON_NONE }, unzoned);
    expect(notice).not.toHaveProperty('zone');
    expect(notice.text).toContain('12:00:00 (UTC)');
  });
});

describe('what is told of a silence later', () => {
  it('is that it is over, and how long it was', () => {
    const over = { sinceMs: SINCE_MS, heardAtMs: SINCE_MS + HOUR_MS };
    const { text, ...notice } = heardAgainNotice(expected, over, context);
    expect(notice).toMatchObject({
      ...{ ...ABOUT, id: `heard-again:trend:${SINCE_MS}`, urgency: 'info' },
      facts: [
        { label: 'Source', value: 'trend' },
        { label: 'Was silent for', value: '1 h' },
        { label: 'From', value: '22 Nov 2026, 13:00:00 (Europe/Berlin)' },
      ],
    });
    expect(text).toMatch(/^It was silent for 1 h, until 22 Nov 2026, 14:00:00/);
  });

  it('is that its entries could not be cancelled, and why', () => {
    const waits = { account: 'main', sinceMs: SINCE_MS, why: 'the query key is not armed' };
    const { text, ...notice } = entriesWaitNotice(expected, waits, context);
    expect(notice).toMatchObject({
      ...{ ...ABOUT, id: `silent-entries:trend:main:${SINCE_MS}`, urgency: 'page' },
      facts: [
        { label: 'Source', value: 'trend' },
        { label: 'Account', value: 'main' },
      ],
    });
    expect(text).toMatch(/^The query key is not armed\.\n/);
  });
});
