/** What a person is told of the prices themselves, in words. */
import { describe, expect, test } from 'vitest';
import { gapNotice, pricesNotice } from '../../../functions/core/alerts/prices-notice.ts';
import { MINUTE, NOON } from './rule-fixture.ts';

const frame = { atMs: NOON, version: 7 };
const market = (which: 'ok' | 'no-data' | 'maintenance', sinceMs = NOON) =>
  pricesNotice({ kind: 'market', market: which, sinceMs }, frame);
const pairsNotice = (trouble: 'missing' | 'stale' | 'late' | 'ended', ...pairs: string[]) =>
  pricesNotice({ kind: 'pairs', trouble, pairs }, frame);
const many = Array.from({ length: 14 }, (_, at) => `P${String(at).padStart(2, '0')}/USD`);

describe('every such notice', () => {
  test('is named by the version that it is written with, and goes to every channel', () => {
    expect(market('no-data')).toMatchObject({
      ...{ id: 'prices:7:no-data', atMs: NOON, channels: [], subject: 'prices' },
    });
  });

  test('shows times in the zone of the person, if there is one', () => {
    const news = { kind: 'market', market: 'ok', sinceMs: NOON } as const;
    expect(pricesNotice(news, { ...frame, zone: 'Asia/Tokyo' }).zone).toBe('Asia/Tokyo');
    expect(pricesNotice(news, frame)).not.toHaveProperty('zone');
  });

  test('names what to do where there is something to do', () => {
    expect(pairsNotice('missing', 'A/USD').command).toBe('npx harpoon alerts list');
    expect(pairsNotice('stale', 'A/USD')).not.toHaveProperty('command');
  });

  test.for<readonly [ReturnType<typeof market>, string, string, string]>([
    [market('ok'), 'prices:7:market-ok', 'info', 'Kraken’s prices are back'],
    [market('no-data'), 'prices:7:no-data', 'warning', 'Kraken’s prices cannot be read'],
    [market('maintenance'), 'prices:7:maintenance', 'warning', 'Kraken is not trading normally'],
    [pairsNotice('missing', 'A/USD'), 'prices:7:missing', 'warning', 'No price for A/USD'],
    [pairsNotice('stale', 'A/USD'), 'prices:7:stale', 'warning', 'The price of A/USD stands still'],
    [
      pairsNotice('late', 'A/USD'),
      'prices:7:late',
      'warning',
      'Some price alerts come late: A/USD',
    ],
    [pairsNotice('ended', 'A/USD'), 'prices:7:ended', 'info', 'Prices of A/USD are well again'],
  ])('%#: %s', ([notice, id, urgency, title]) => {
    expect(notice).toMatchObject({ id, urgency, title });
  });
});

describe('in words', () => {
  test.for([
    [29_999, '0 min'],
    [MINUTE, '1 min'],
    [90 * MINUTE + 30_000, '91 min'],
  ] as const)('prices that are back after %s ms were away for %s', ([awayMs, words]) => {
    expect(market('ok', NOON - awayMs).text).toContain(`away for ${words}.`);
  });

  test('one pair is one, several are several', () => {
    expect(pairsNotice('missing', 'A/USD').text).toContain('Alert rules on it cannot fire');
    expect(pairsNotice('missing', 'A/USD', 'B/USD').text).toContain('Alert rules on them cannot');
    expect(pairsNotice('late', 'A/USD').text).toContain('A/USD is read a few minutes late');
    expect(pairsNotice('late', 'A/USD', 'B/USD').text).toContain('A/USD, B/USD are read');
    expect(pairsNotice('ended', 'A/USD').text).toBe('A/USD is watched as usual.');
    expect(pairsNotice('ended', 'B/USD', 'A/USD').text).toBe('A/USD, B/USD are watched as usual.');
  });

  test('pairs are in order, twelve by name and the others counted', () => {
    const [twelve, all] = [many.slice(0, 12), many.slice(0, 12).join(', ')];
    expect(pairsNotice('stale', ...twelve.toReversed()).title).toBe(
      `The price of ${all} stands still`,
    );
    expect(pairsNotice('stale', ...many).title).toBe(`The price of ${all} and 2 more stands still`);
  });
});

describe('prices that were not seen', () => {
  const gap = (fromMinute: number) => ({
    fromMs: NOON + fromMinute * MINUTE,
    toMs: NOON + (fromMinute + 5) * MINUTE,
  });

  test('are told by pair, with every stretch', () => {
    const gaps = new Map([
      ['B/USD', [gap(0), gap(61)]],
      ['A/USD', [gap(5)]],
    ]);
    const notice = gapNotice(gaps, frame);
    expect(notice).toMatchObject({
      ...{ id: 'prices:7:gap', urgency: 'warning' },
      title: 'Prices were not seen for a time: A/USD, B/USD',
    });
    expect(notice.text.split('\n').slice(1)).toEqual([
      'B/USD: 2026-11-22 12:00 to 2026-11-22 12:05',
      'B/USD: 2026-11-22 13:01 to 2026-11-22 13:06',
      'A/USD: 2026-11-22 12:05 to 2026-11-22 12:10',
    ]);
  });

  test.for([
    [12, 12, undefined],
    [13, 12, 'and 1 more'],
    [14, 12, 'and 2 more'],
  ] as const)('%s stretches: %s lines, then %s', ([count, lines, more]) => {
    const gaps = new Map(many.slice(0, count).map((pair) => [pair, [gap(0)]]));
    const [, ...rest] = gapNotice(gaps, frame).text.split('\n');
    expect(rest.filter((line) => line.includes(' to '))).toHaveLength(lines);
    expect(rest[lines]).toBe(more);
  });
});
