/** Numbers, percentages and times as people write them, and what is said of what is none. */
import { describe, expect, test } from 'vitest';
import {
  readNumber,
  readPercentage,
  readTime,
  timeText,
  Words,
  wordsOf,
  type Read,
} from '../../../functions/core/alerts/rule-words.ts';

const DAY = 86_400_000;

/** The value, or the fault with the place that it points at. */
function said<T>(text: string, read: (words: Words) => Read<T>): string {
  const result = read(new Words(wordsOf(text)));
  if (result.ok) return String(result.value);
  const { from, to, problem, remedy } = result.error;
  return `${from}-${to} ${problem}. ${remedy}`;
}

describe('a number', () => {
  test.for<readonly [string, string]>([
    ['100000', '100000'],
    ['$100', '100'],
    ['007.50', '7.5'],
    ['0.00000001', '0.00000001'],
    ['1.5k', '1500'],
    ['2M', '2000000'],
    ['3b', '3000000000'],
    ['1e3', '1000'],
    ['1.5E02', '150'],
    ['1,000', '0-5 "1,000" has separators. Write 1000.'],
    ['$1,234,567.89', '0-13 "$1,234,567.89" has separators. Write 1234567.89.'],
    ['1_000_000', '0-9 "1_000_000" has separators. Write 1000000.'],
    ["12'345.6", `0-8 "12'345.6" has separators. Write 12345.6.`],
    ['99,5', '0-4 "99,5" has a comma. Write 99.5.'],
    ['1,2345', '0-6 "1,2345" has a comma. Write 1.2345.'],
    ['1234,567', '0-8 "1234,567" has a comma. Write 1234.567.'],
    ['x1,000', '0-6 "x1,000" is not a number. Write a number such as 5.'],
    ['1,000x', '0-6 "1,000x" is not a number. Write a number such as 5.'],
    ['x99,5', '0-5 "x99,5" is not a number. Write a number such as 5.'],
    ['99,5x', '0-5 "99,5x" is not a number. Write a number such as 5.'],
    ['1,000.x', '0-7 "1,000.x" is not a number. Write a number such as 5.'],
    ['1.', '0-2 "1." is not a number. Write a number such as 5.'],
    ['1e100', '0-5 "1e100" is not a number. Write a number such as 5.'],
    ['1kk', '0-3 "1kk" is not a number. Write a number such as 5.'],
    ['-1', '0-2 "-1" is not a number. Write a number such as 5.'],
    ['0.00', '0-4 "0.00" must be above zero. Write a number such as 5.'],
    ['1e99', '0-4 "1e99" is too large. Write a number such as 5.'],
    ['9'.repeat(60), `0-60 "${'9'.repeat(40)}" has too many digits. Write a number such as 5.`],
    ['', '0-0 something is missing at the end. Write a number such as 5.'],
  ])('%s: %s', ([text, meaning]) => {
    expect(said(text, (words) => readNumber(words, '5'))).toBe(meaning);
  });
});

describe('a percentage', () => {
  test.for<readonly [string, string]>([
    ['5%', '5'],
    ['0.50 %', '0.5'],
    ['5 percent', '5'],
    ['5 Percent', '5'],
    ['1000%', '1000'],
    ['1000.1%', '0-7 "1000.1%" is above 1000%. Write 5%.'],
    ['5', '0-1 "5" needs a percent sign. Write 5%.'],
    ['5 in', '0-1 "5" needs a percent sign. Write 5%.'],
    ['0%', '0-2 "0%" is not a percentage above zero. Write 5%.'],
    ['-5%', '0-3 "-5%" is not a percentage above zero. Write 5%.'],
    ['%', '0-1 "%" is not a percentage above zero. Write 5%.'],
    ['%5', '0-2 "%5" is not a percentage above zero. Write 5%.'],
    ['', '0-0 something is missing is not a percentage above zero. Write 5%.'],
  ])('%s: %s', ([text, meaning]) => {
    expect(said(text, readPercentage)).toBe(meaning);
  });
});

describe('a time', () => {
  test.for<readonly [string, string]>([
    ['1m', '60000'],
    ['10 minutes', '600000'],
    ['5MIN', '300000'],
    ['1h', '3600000'],
    ['2 Hours', '7200000'],
    ['1d', '86400000'],
    ['1440 mins', '86400000'],
    ['1 day', '86400000'],
    ['2 days', '0-1 "2" is above 1d. Write 10m, 1h or 1d.'],
    ['1441m', '0-5 "1441m" is above 1d. Write 10m, 1h or 1d.'],
    ['0h', '0-2 "0h" is below a minute. Write 10m, 1h or 1d.'],
    ['10', '0-2 "10" needs a unit: m, h or d. Write 10m, 1h or 1d.'],
    ['10 s', '0-2 "10" needs a unit: m, h or d. Write 10m, 1h or 1d.'],
    ['10w', '0-3 "10w" needs a unit: m, h or d. Write 10m, 1h or 1d.'],
    ['10toString', '0-10 "10toString" needs a unit: m, h or d. Write 10m, 1h or 1d.'],
    ['1.5h', '0-4 "1.5h" is not a time. Write 10m, 1h or 1d.'],
    ['1h30', '0-4 "1h30" is not a time. Write 10m, 1h or 1d.'],
    ['1234567m', '0-8 "1234567m" is not a time. Write 10m, 1h or 1d.'],
    ['', '0-0 something is missing is not a time. Write 10m, 1h or 1d.'],
  ])('%s: %s', ([text, meaning]) => {
    expect(said(text, (words) => readTime(words, DAY))).toBe(meaning);
  });

  test.for([
    [60_000, '1m'],
    [90 * 60_000, '90m'],
    [2 * 3_600_000, '2h'],
    [36 * 3_600_000, '36h'],
    [3 * DAY, '3d'],
  ] as const)('of %s ms is %s', ([ms, text]) => {
    expect(timeText(ms)).toBe(text);
  });
});

describe('words', () => {
  test('are cut at blanks, each with its place', () => {
    expect(wordsOf(' ab \n c')).toEqual([
      { text: 'ab', from: 1, to: 3 },
      { text: 'c', from: 6, to: 7 },
    ]);
  });

  test('are taken one by one, whatever their case; behind the last there is none', () => {
    const words = new Words(wordsOf('For 1H'));
    expect(words.take('in', 'to')).toBe(false);
    expect(words.take('in', 'for')).toBe(true);
    expect(words.peek()?.text).toBe('1H');
    expect(words.next()?.text).toBe('1H');
    expect([words.peek(), words.next(), words.take('for')]).toEqual([undefined, undefined, false]);
  });

  test('end behind the last one, at the beginning when there is none', () => {
    expect(new Words(wordsOf('a bc ')).end).toEqual({ text: '', from: 4, to: 4 });
    expect(new Words([]).end).toEqual({ text: '', from: 0, to: 0 });
  });
});
