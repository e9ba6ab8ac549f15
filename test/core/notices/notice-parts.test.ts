import { describe, expect, it } from 'vitest';
import { moneyWords } from '../../../functions/core/notices/fill-notice.ts';
import { commandFor, type NoticeTopic } from '../../../functions/core/notices/notice-command.ts';
import { meanings } from '../../../functions/core/notices/notice-glossary.ts';
import { NOTICE_LIMITS, withinLimits } from '../../../functions/core/notices/notice-limits.ts';
import { ended, sentence } from '../../../functions/core/notices/notice-sentence.ts';
import type { Notice } from '../../../functions/core/notices/notice.ts';

describe('a reason in a notice', () => {
  it.each([
    ['the key is in use', 'The key is in use.'],
    ['It is said already.', 'It is said already.'],
    ['who knows?', 'Who knows?'],
    ['stop!', 'Stop!'],
    ['  between spaces \n', 'Between spaces.'],
    ['a full stop. then more', 'A full stop. then more.'],
    ['5.5 USD are missing', '5.5 USD are missing.'],
    ['', ''],
    [' \n', ''],
  ])('%j is the sentence %j', (why, whole) => {
    expect(sentence(why)).toBe(whole);
  });

  it('keeps its first letter within a sentence', () => {
    expect(ended('the key is in use')).toBe('the key is in use.');
  });
});

describe('an amount of money', () => {
  it.each([
    ['8', '8'],
    ['8.239', '8.23'],
    ['0.009', '0'],
    ['-8', '-8'],
    ['-8.231', '-8.24'],
    ['-0.001', '-0.01'],
  ])('%s is never told better than it is: %s', (text, words) => {
    expect(moneyWords(text)).toBe(words);
  });
});

describe('the words of Kraken', () => {
  it.each<[string, string]>([
    ['EAPI:Invalid nonce', 'A nonce is the number'],
    ['EAPI:Invalid key', 'does not know the API key'],
    ['EGeneral:Permission denied', 'lacks a right'],
    ['EGeneral:Temporary lockout', 'locked the API key'],
    ['EOrder:Insufficient funds', 'too little that is free'],
    ['EOrder:Rate limit exceeded', 'More was asked of Kraken'],
    ['EService:Unavailable', 'status.kraken.com'],
    ['the deadline has passed', 'must not take it any more'],
    ['the key has a query window', 'limits an API key to orders of some dates'],
    ['the look does not see an order that is known', 'proves nothing'],
  ])('%s is explained, and nothing else', (reason, meaning) => {
    const told = meanings(reason);
    expect(told).toHaveLength(1);
    expect(told[0]).toContain(meaning);
  });

  it('need no explanation where the reason speaks plainly', () => {
    expect(meanings('the switch is off')).toEqual([]);
  });
});

describe('the command that tells more', () => {
  it.each<[NoticeTopic, string]>([
    [{ kind: 'order', clientOrderId: 'abc' }, 'npx harpoon why abc'],
    [{ kind: 'summary' }, 'npx harpoon orders --since 24h'],
    [{ kind: 'account', account: 'main' }, 'npx harpoon check'],
    [{ kind: 'source', source: 'trend' }, 'npx harpoon check'],
  ])('about %o', (topic, command) => {
    expect(commandFor(topic)).toBe(command);
  });
});

describe('the limits of a notice', () => {
  const notice: Notice = {
    ...{ id: 'x', atMs: 5, urgency: 'info', channels: [], title: 'T', text: 'why' },
  };

  it('leave a notice without facts as it is', () => {
    expect(withinLimits(notice)).toStrictEqual(notice);
  });

  it('cut what is longer than they are, and say so', () => {
    const long = 'x'.repeat(3_000);
    const facts = Array.from({ length: 30 }, () => ({ label: long, value: long }));
    const cut = withinLimits({ ...notice, title: long, text: long, facts });
    expect([cut.title.length, cut.text.length]).toEqual([200, 2_400]);
    expect(cut.facts).toHaveLength(NOTICE_LIMITS.facts);
    expect([cut.facts?.[0]?.label.length, cut.facts?.[0]?.value.length]).toEqual([40, 240]);
    expect(cut.text.endsWith('x…')).toBe(true);
  });

  it('leave out a fact without a value before they count', () => {
    const blank = Array.from({ length: 20 }, () => ({ label: 'Blank', value: ' \n' }));
    const facts = [...blank, { label: 'Empty', value: '' }, { label: 'Side', value: 'buy' }];
    expect(withinLimits({ ...notice, facts }).facts).toEqual([{ label: 'Side', value: 'buy' }]);
  });
});
