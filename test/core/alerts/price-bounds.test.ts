/** Between which prices a pair was since a mark, as far as the ticker tells. */
import { describe, expect, test } from 'vitest';
import { boundsSince } from '../../../functions/core/alerts/could-fire.ts';
import { plain } from '../../../functions/core/decimal.ts';
import { MINUTE, NOON } from './rule-fixture.ts';
import { markAt, quoteOf, type QuoteText } from './sight-fixture.ts';

const HOUR = 60 * MINUTE;
const MIDNIGHT = NOON - 12 * HOUR;

describe('between which prices a pair was since a mark', () => {
  const marked = { markMs: NOON - HOUR, close: '100', nowMs: NOON };
  test.for<readonly [string, Partial<typeof marked>, QuoteText, string]>([
    ['the day’s, where the 24 hours are wider', {}, { day: '95 105', hours: '90 110' }, '95 105'],
    ['the 24 hours’, where the day is wider', {}, { day: '90 110', hours: '95 105' }, '95 105'],
    ['of each the nearer end', {}, { last: '100', day: '90 105', hours: '95 110' }, '95 105'],
    [
      'the 24 hours’ alone since a mark of yesterday',
      { markMs: MIDNIGHT - HOUR },
      { last: '100', day: '99 101', hours: '90 110' },
      '90 110',
    ],
    [
      'the day’s alone since more than 23 hours',
      { markMs: MIDNIGHT + MINUTE, nowMs: MIDNIGHT + 23 * HOUR + MINUTE },
      { last: '100', day: '90 110', hours: '99 101' },
      '90 110',
    ],
    [
      'both until then',
      { markMs: MIDNIGHT + MINUTE, nowMs: MIDNIGHT + 23 * HOUR + MINUTE - 1 },
      { last: '100', day: '90 110', hours: '99 101' },
      '99 101',
    ],
    [
      'nobody knows, since a mark of yesterday and 23 hours ago',
      { markMs: NOON - 23 * HOUR },
      { last: '100', day: '99 101' },
      'unknown',
    ],
    [
      'known, since a millisecond less',
      { markMs: NOON - 23 * HOUR + 1 },
      { last: '100', day: '99 101' },
      '99 101',
    ],
    [
      'not the day’s where the mark lies within a minute of midnight: clocks differ',
      { markMs: MIDNIGHT + MINUTE - 1 },
      { last: '100', day: '99 101', hours: '90 110' },
      '90 110',
    ],
    [
      'the day’s a minute after midnight',
      { markMs: MIDNIGHT + MINUTE },
      { last: '100', day: '99 101', hours: '90 110' },
      '99 101',
    ],
    [
      'the day’s where both are a minute after midnight',
      { markMs: MIDNIGHT + MINUTE, nowMs: MIDNIGHT + MINUTE },
      { last: '100', day: '99 101', hours: '90 110' },
      '99 101',
    ],
    [
      'not the day’s where our own clock, being behind the mark, is within that minute',
      { markMs: MIDNIGHT + MINUTE, nowMs: MIDNIGHT + MINUTE - 1 },
      { last: '100', day: '99 101', hours: '90 110' },
      '90 110',
    ],
    [
      'the mark’s and the newest price, on a day without a trade, whatever its range says',
      {},
      { last: '101', day: '0 0', hours: '90 110', dayTrades: 0 },
      '100 101',
    ],
    [
      'the day’s, where the exchange gives no range of 24 hours',
      {},
      { last: '100', day: '95 105', hours: '0 0' },
      '95 105',
    ],
    [
      'the mark’s and the newest price, where it gives none at all',
      { markMs: MIDNIGHT - HOUR },
      { last: '99', day: '90 110', hours: '0 0' },
      '99 100',
    ],
    [
      'at least from the price at the mark, which may be older than the day',
      { close: '120' },
      { last: '100', day: '95 105' },
      '95 120',
    ],
    ['at least from it, where it is lower', { close: '80' }, { day: '95 105' }, '80 105'],
    ['at least to the newest price', {}, { last: '121', day: '95 105' }, '95 121'],
    ['at least to it, where it is lower', {}, { last: '79', day: '95 105' }, '79 105'],
  ])('%s', ([, given, text, range]) => {
    const { markMs, close, nowMs } = { ...marked, ...given };
    const bounds = boundsSince(markAt(markMs, close), quoteOf(text), nowMs);
    const shown = bounds && `${plain(bounds.low)} ${plain(bounds.high)}`;
    expect(shown ?? 'unknown').toBe(range);
  });
});
