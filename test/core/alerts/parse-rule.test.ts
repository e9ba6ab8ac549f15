import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { formatConditions } from '../../../functions/core/alerts/format-rule.ts';
import { isEvent, parseConditions } from '../../../functions/core/alerts/parse-rule.ts';
import type { Condition } from '../../../functions/core/alerts/rule.ts';

function read(text: string): string {
  const parsed = parseConditions(text);
  if (parsed.ok) return formatConditions(parsed.value);
  const { from, to, problem, remedy } = parsed.error;
  return `[${text.slice(from, to)}] ${problem}. ${remedy}`;
}

describe('a rule in words people would guess', () => {
  it.each([
    ['BTC/USD crosses above 100000', 'BTC/USD crosses above 100000'],
    ['BTC/USD crosses under 99,5', '[99,5] "99,5" has a comma. Write 99.5.'],
    ['BTC/USD crosses over $100,000', '[$100,000] "$100,000" has separators. Write 100000.'],
    ['BTC/USD crosses 100k', 'BTC/USD crosses 100000'],
    ['ETH/USD below 3000 for 10m', 'ETH/USD below 3000 for 10m'],
    ['ETH/USD BELOW 3000 FOR 10M', 'ETH/USD below 3000 for 10m'],
    ['ETH/USD < 3000 USD for 90 minutes', 'ETH/USD below 3000 for 90m'],
    ['ETH/USD Over 0003.50', 'ETH/USD above 3.5'],
    ['SOL/USD moves 5% in 1h', 'SOL/USD moves 5% in 1h'],
    ['SOL/USD falls 5 % within 24 hours', 'SOL/USD falls 5% in 1d'],
    ['ADA/USD spread above 0.5%', 'ADA/USD spread above 0.5%'],
    ['DOGE/USD volume 24h above 1e9', 'DOGE/USD volume 24h above 1000000000'],
    ['DOGE/USD volume below 1.5m DOGE', 'DOGE/USD volume 24h below 1500000'],
    ['XRP/USD new 24h high', 'XRP/USD new 24h high'],
    ['XRP/USD new low', 'XRP/USD new 24h low'],
    ['SOL/USD gains 5% in 1h', 'SOL/USD rises 5% in 1h'],
    ['SOL/USD Drop 5 percent in 90 min', 'SOL/USD falls 5% in 90m'],
    ['ETH/USD >= 3000 usd', 'ETH/USD above 3000'],
    ['ETH/USD crosses > 3000', 'ETH/USD crosses above 3000'],
    ['ETH/USD crosses 3000 USD', 'ETH/USD crosses 3000'],
    ['DOGE/USD volume 24h under 5b doge', 'DOGE/USD volume 24h below 5000000000'],
    [
      '  BTC/USD   above\n1  AND below 2 & spread over 0.5%',
      'BTC/USD above 1 and BTC/USD below 2 and BTC/USD spread above 0.5%',
    ],
    ['BTC/USD above 1 & below 2', 'BTC/USD above 1 and BTC/USD below 2'],
    [
      'BTC/USD above 1 AND ETH/USD below 2 and spread above 1%',
      'BTC/USD above 1 and ETH/USD below 2 and ETH/USD spread above 1%',
    ],
    [
      'BTC/USD crosses 1 and above 2 and moves 1% in 1m',
      'BTC/USD crosses 1 and BTC/USD above 2 and BTC/USD moves 1% in 1m',
    ],
    [
      'BTC/USD above 1 and spread below 0.1% and ETH/USD crosses 2',
      'BTC/USD above 1 and BTC/USD spread below 0.1% and ETH/USD crosses 2',
    ],
  ])('%s', (text, meaning) => {
    expect(read(text)).toBe(meaning);
  });
});

describe('a rule that is wrong', () => {
  it.each([
    [
      '',
      '[] something is missing in an empty rule. Write a rule such as "BTC/USD crosses above 100000".',
    ],
    ['BTCUSD above 1', '[BTCUSD] "BTCUSD" is not a pair. Write BTC/USD.'],
    ['XBT/USD above 1', '[XBT/USD] "XBT/USD" is not a pair. Write BTC/USD.'],
    ['BTC/USD abve 1', '[abve] "abve" is not known here. Write above.'],
    ['BTC/USD crosses abov 1', '[abov] "abov" is not known here. Write above.'],
    ['BTC/USD above', '[] something is missing at the end. Write a number such as 100000.'],
    ['BTC/USD above 0', '[0] "0" must be above zero. Write a number such as 100000.'],
    ['BTC/USD above 1e30', '[1e30] "1e30" is too large. Write a number such as 100000.'],
    [
      'BTC/USD above 1 EUR',
      '[EUR] "EUR" is not what BTC/USD is priced in. Write the price in USD.',
    ],
    [
      'BTC/USD above 1 please',
      '[please] "please" does not belong here. Join conditions with "and", or take it out.',
    ],
    ['BTC/USD moves 5 in 1h', '[5] "5" needs a percent sign. Write 5%.'],
    [
      'BTC/USD moves 5%',
      '[] something is missing is not "in 1h". Write in 1h behind the percentage.',
    ],
    ['BTC/USD moves 5% in 2d', '[2d] "2d" is above 1d. Write 10m, 1h or 1d.'],
    ['BTC/USD below 1 for 30s', '[30s] "30s" needs a unit: m, h or d. Write 10m, 1h or 1d.'],
    [
      'BTC/USD above 1 and',
      '[and] "and" has no condition on one side. Write a rule such as "BTC/USD crosses above 100000".',
    ],
    [
      'above 1',
      '[above] "above" needs a pair before it. Write a rule such as "BTC/USD crosses above 100000".',
    ],
    [
      'BTC/USD',
      '[] something is missing after BTC/USD. Write one of: crosses above, above, below, moves, spread above, volume above, new 24h high.',
    ],
    [
      'BTC/USD 100',
      '[100] "100" is not known here. Write one of: crosses above, above, below, moves, spread above, volume above, new 24h high.',
    ],
    ['BTC/USD crosses', '[] something is missing at the end. Write a number such as 100000.'],
    [
      'BTC/USD crosses tomorrow',
      '[tomorrow] "tomorrow" is not a number. Write a number such as 100000.',
    ],
    [
      'BTC/USD crosses above 1 EUR',
      '[EUR] "EUR" is not what BTC/USD is priced in. Write the price in USD.',
    ],
    [
      'BTC/USD above 1 USDT',
      '[USDT] "USDT" is not what BTC/USD is priced in. Write the price in USD.',
    ],
    [
      'BTC/USD above 1 eur',
      '[eur] "eur" does not belong here. Join conditions with "and", or take it out.',
    ],
    [
      'BTC/USD above 1 EU',
      '[EU] "EU" does not belong here. Join conditions with "and", or take it out.',
    ],
    [
      'BTC/USD above 1 DOLLAR',
      '[DOLLAR] "DOLLAR" does not belong here. Join conditions with "and", or take it out.',
    ],
    [
      'BTC/USD above 1 aEUR',
      '[aEUR] "aEUR" does not belong here. Join conditions with "and", or take it out.',
    ],
    [
      'BTC/USD above 1 EURx',
      '[EURx] "EURx" does not belong here. Join conditions with "and", or take it out.',
    ],
    ['btc/usd above 1', '[btc/usd] "btc/usd" is not a pair. Write BTC/USD.'],
    ['ETH/XBT above 1', '[ETH/XBT] "ETH/XBT" is not a pair. Write ETH/BTC.'],
    ['?? above 1', '[??] "??" is not a pair. Write a rule such as "BTC/USD crosses above 100000".'],
    ['BTC/USD above 1 and belw 2', '[belw] "belw" is not known here. Write below.'],
    ['belw 2', '[belw] "belw" is not a pair. Write a rule such as "BTC/USD crosses above 100000".'],
    ['BTC/USD above 1 and ETHUSD below 2', '[ETHUSD] "ETHUSD" is not a pair. Write ETH/USD.'],
    [
      'and BTC/USD above 1',
      '[] something is missing has no condition on one side. Write a rule such as "BTC/USD crosses above 100000".',
    ],
    [
      'BTC/USD above 1 and & below 2',
      '[and] "and" has no condition on one side. Write a rule such as "BTC/USD crosses above 100000".',
    ],
    ['BTC/USD spread 5%', '[5%] "5%" is not above or below. Write above or below.'],
    ['BTC/USD spread', '[] something is missing is not above or below. Write above or below.'],
    ['BTC/USD spread above x', '[x] "x" is not a percentage above zero. Write 5%.'],
    ['BTC/USD spread above 1001%', '[1001%] "1001%" is above 1000%. Write 5%.'],
    ['BTC/USD volume 5', '[5] "5" is not above or below. Write above or below.'],
    ['BTC/USD volume above much', '[much] "much" is not a number. Write a number such as 1e9.'],
    [
      'BTC/USD volume above 5 ETH',
      '[ETH] "ETH" does not belong here. Join conditions with "and", or take it out.',
    ],
    ['BTC/USD new 24h', '[] something is missing is not high or low. Write new 24h high.'],
    ['BTC/USD new top', '[top] "top" is not high or low. Write new 24h high.'],
    ['BTC/USD moves in 1h', '[in] "in" is not a percentage above zero. Write 5%.'],
    ['BTC/USD moves 5% for 1h', '[for] "for" is not "in 1h". Write in 1h behind the percentage.'],
    ['BTC/USD moves 5% in a day', '[a] "a" is not a time. Write 10m, 1h or 1d.'],
    ['BTC/USD rises 0% in 1h', '[0%] "0%" is not a percentage above zero. Write 5%.'],
    ['BTC/USD above 1 for', '[] something is missing is not a time. Write 10m, 1h or 1d.'],
    ['BTC/USD above 1 for 25h', '[25h] "25h" is above 1d. Write 10m, 1h or 1d.'],
    [
      'BTC/USD crosses 1 and new 24h high',
      '[new 24h high] "new" is a second event: two never happen in the same moment. Use "above" or "below" for all but one condition.',
    ],
  ])('%j is answered by the word and what to write', (text, fault) => {
    expect(read(text)).toBe(fault);
  });
});

describe('a rule that is too long', () => {
  const text = (length: number) => `BTC/USD above 1${'0'.repeat(length - 15)}`;
  const many = (count: number) =>
    Array.from({ length: count }, () => 'BTC/USD above 1').join(' and ');

  it('has more than 500 characters', () => {
    expect(read(`BTC/USD above 1${' '.repeat(485)}`)).toBe('BTC/USD above 1');
    const fault = parseConditions(text(501));
    expect(fault).toEqual({
      ok: false,
      error: {
        problem: 'something is missing in so long a rule',
        remedy: 'Keep it below 500 characters.',
        ...{ from: 0, to: 501 },
      },
    });
  });

  it('or more than eight conditions: the ninth is pointed at', () => {
    expect(read(many(8))).toBe(many(8));
    const fault = parseConditions(many(9));
    expect(fault).toMatchObject({
      error: { problem: '"BTC/USD" is one condition too many', remedy: 'Keep at most 8.' },
    });
    expect(fault.ok ? 0 : fault.error.from).toBe(many(8).length + ' and '.length);
  });
});

const pair = fc.constantFrom('BTC/USD', 'ETH/EUR', 'AAPLx/USD');
const side = fc.constantFrom('above', 'below');
const amount = fc
  .tuple(fc.integer({ min: 1, max: 1e9 }), fc.integer({ min: 0, max: 6 }))
  .map(([digits, decimals]) => {
    const text = String(digits).padStart(decimals + 1, '0');
    const whole = text.slice(0, text.length - decimals);
    const rest = text.slice(text.length - decimals).replace(/0+$/, '');
    return rest === '' ? whole : `${whole}.${rest}`;
  });
const percent = fc.integer({ min: 1, max: 1_000 }).map(String);
const time = fc.integer({ min: 1, max: 1_440 }).map((minutes) => minutes * 60_000);
const state: fc.Arbitrary<Condition> = fc.oneof(
  fc.record({
    kind: fc.constant('level'),
    pair,
    side,
    level: amount,
    forMs: fc.oneof(fc.constant(0), time),
  }),
  fc.record({
    kind: fc.constant('move'),
    pair,
    direction: fc.constantFrom('up', 'down', 'either'),
    percent,
    windowMs: time,
  }),
  fc.record({ kind: fc.constant('spread'), pair, side, percent }),
  fc.record({ kind: fc.constant('volume'), pair, side, amount }),
);
const event: fc.Arbitrary<Condition> = fc.oneof(
  fc.record({
    kind: fc.constant('cross'),
    pair,
    side: fc.constantFrom('above', 'below', 'either'),
    level: amount,
  }),
  fc.record({ kind: fc.constant('extreme'), pair, end: fc.constantFrom('high', 'low') }),
);
const conditions = fc
  .tuple(fc.array(state, { maxLength: 5 }), fc.option(event, { nil: undefined }))
  .map(([states, one]) => (one === undefined ? states : [...states, one]))
  .filter((all) => all.length > 0);

describe('the words of a rule', () => {
  it('are read back as the conditions that they came from', () => {
    fc.assert(
      fc.property(conditions, (all) => {
        expect(parseConditions(formatConditions(all))).toEqual({ ok: true, value: all });
      }),
    );
  });

  it('never throw, and a fault points inside the text', () => {
    const words = fc.constantFrom(
      ...[
        'BTC/USD',
        'and',
        'crosses',
        'above',
        'for',
        'in',
        '5%',
        '1h',
        '10',
        'new',
        '24h',
        '&',
        '%',
      ],
    );
    const text = fc.oneof(
      fc.string(),
      fc.array(words).map((all) => all.join(' ')),
    );
    fc.assert(
      fc.property(text, (any) => {
        const parsed = parseConditions(any);
        if (parsed.ok) {
          expect(parsed.value.filter(isEvent).length).toBeLessThanOrEqual(1);
          return;
        }
        const { from, to, remedy } = parsed.error;
        expect(from).toBeLessThanOrEqual(to);
        expect(to).toBeLessThanOrEqual(any.length);
        expect(remedy).toMatch(/[.]$/);
      }),
    );
  });
});
