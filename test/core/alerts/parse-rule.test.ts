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
    ['ETH/USD < 3000 USD for 90 minutes', 'ETH/USD below 3000 for 90m'],
    ['ETH/USD Over 0003.50', 'ETH/USD above 3.5'],
    ['SOL/USD moves 5% in 1h', 'SOL/USD moves 5% in 1h'],
    ['SOL/USD falls 5 % within 24 hours', 'SOL/USD falls 5% in 1d'],
    ['ADA/USD spread above 0.5%', 'ADA/USD spread above 0.5%'],
    ['DOGE/USD volume 24h above 1e9', 'DOGE/USD volume 24h above 1000000000'],
    ['DOGE/USD volume below 1.5m DOGE', 'DOGE/USD volume 24h below 1500000'],
    ['XRP/USD new 24h high', 'XRP/USD new 24h high'],
    ['XRP/USD new low', 'XRP/USD new 24h low'],
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
      'BTC/USD crosses 1 and new 24h high',
      '[new 24h high] "new" is a second event: two never happen in the same moment. Use "above" or "below" for all but one condition.',
    ],
  ])('%j is answered by the word and what to write', (text, fault) => {
    expect(read(text)).toBe(fault);
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
