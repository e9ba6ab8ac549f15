/**
 * The values of the configuration that stand for money and time, read from their text. Each reader
 * says what would be right, where it can with the user's own number.
 */
import { HUNDRED, parseDecimal, plain } from '../../functions/core/decimal.ts';
import { moneyText, parseMoney, type MoneyText } from '../../functions/core/money.ts';
import { err, ok, type Result } from '../../functions/core/result.ts';
import { peoplesName } from '../../functions/core/market/pair-name.ts';
import { LOOK_GAP_MS } from '../../functions/core/silence/judge-silence.ts';
import type { Said } from './fault.ts';
import { isWhat } from './said.ts';

/** An amount with one or two currency marks, one of them before or behind it. */
const LOOSE_MONEY = /^([$€£]|[A-Za-z]{3,5})? ?(\d+(?:\.\d+)?) ?([$€£]|[A-Za-z]{3,5})?$/;

const SIGNS: Readonly<Record<string, string>> = { $: 'USD', '€': 'EUR', '£': 'GBP' };

/** `500 USD`; the result is in plain form, `500.00 USD` becomes `500 USD`. */
export function readMoney(text: string): Result<MoneyText, Said> {
  const money = parseMoney(text);
  if (!money.ok)
    return err({ problem: `${isWhat(text)}: ${moneyProblem(text)}`, remedy: moneyRemedy(text) });
  const { amount, currency } = money.value;
  const name = peoplesName(currency);
  if (name === currency) return ok(moneyText(money.value));
  return err({
    problem: `${isWhat(text)}: ${currency} is Kraken's own code`,
    remedy: `Write ${moneyText({ amount, currency: name })}.`,
  });
}

function moneyProblem(text: string): string {
  if (/^-?\d+(\.\d+)?$/.test(text)) return 'an amount needs a currency';
  if (/^(-[\d.]+|0+(\.0+)?) [A-Z]+$/.test(text)) return 'an amount must be above zero';
  return 'an amount is digits with at most one point, one blank, and a currency';
}

function moneyRemedy(text: string): string {
  const [, before, number = '', after] = LOOSE_MONEY.exec(text) ?? [];
  const mark = before ?? after ?? 'USD';
  const currency = peoplesName((SIGNS[mark] ?? mark).toUpperCase());
  const candidate = parseMoney(`${number} ${currency}`);
  const isSure = candidate.ok && (before === undefined || after === undefined);
  return `Write ${isSure ? moneyText(candidate.value) : '500 USD'}.`;
}

/** `0.5%`, above 0 and at most 100; the result is the number alone, `0.5`. */
export function readPercent(text: string): Result<string, Said> {
  const number = parseDecimal(text.replace(/ ?%$/, ''));
  if (!number.ok) {
    const problem = `${isWhat(text)}: a percentage is a number and a percent sign`;
    return err({ problem, remedy: 'Write 0.5%.' });
  }
  if (!number.value.gt('0') || number.value.gt(HUNDRED)) {
    const problem = `${isWhat(text)}: a percentage must be above 0% and at most 100%`;
    return err({ problem, remedy: 'Write 0.5%.' });
  }
  const value = plain(number.value);
  if (text.endsWith('%') && !text.endsWith(' %')) return ok(value);
  const problem = `${isWhat(text)}: a percentage needs a percent sign right behind the number`;
  return err({ problem, remedy: `Write ${value}%.` });
}

/** A decimal number above zero, in plain form. */
export function readAmount(text: string): Result<string, Said> {
  const number = parseDecimal(text);
  if (number.ok && number.value.gt('0')) return ok(plain(number.value));
  const problem = number.ok ? 'an amount must be above zero' : 'an amount here is a plain number';
  const [first = ''] = text.split(' ');
  const alone = parseDecimal(first);
  const isSure = first !== text && alone.ok && alone.value.gt('0');
  return err({
    problem: `${isWhat(text)}: ${problem}`,
    remedy: isSure ? `Write ${first}; the pair says of what.` : 'Write 0.01.',
  });
}

const UNIT_MS = { s: 1_000, m: 60_000, h: 3_600_000, d: 86_400_000 } as const;

/** A unit of time as it is written. */
type Unit = keyof typeof UNIT_MS;

/** Which times may be written: from `shortest` to `longest`, in some units. */
interface Span {
  /** The first is meant where none is written. */
  readonly units: readonly Unit[];
  readonly shortest: { readonly text: string; readonly ms: number; readonly example: string };
  readonly longest: { readonly text: string; readonly ms: number };
  /** What to write where nothing of the text can be kept. */
  readonly examples: string;
}

/** `60s`, `5m` or `1h`, from 1s to 1h; the result is in milliseconds. */
export const readDuration = readSpan({
  units: ['s', 'm', 'h'],
  shortest: { text: '1s', ms: UNIT_MS.s, example: '60s' },
  longest: { text: '1h', ms: UNIT_MS.h },
  examples: '60s, 5m or 1h',
});

/** Longest silence that may be allowed. */
export const SILENCE_MAX_MS = 31 * UNIT_MS.d;

/** `75m`, `4h` or `2d`, from 3m, the shortest silence that is told apart, to 31d; in milliseconds. */
export const readSilence = readSpan({
  units: ['m', 'h', 'd'],
  shortest: { text: '3m', ms: LOOK_GAP_MS, example: '3m' },
  longest: { text: '31d', ms: SILENCE_MAX_MS },
  examples: '75m, 4h, 2d or 3 bars of 15m',
});

/** How long a bar of a chart is, `15m`, `4h` or `1d`; in milliseconds. */
export const readBar = readSpan({
  units: ['m', 'h', 'd'],
  shortest: { text: '1m', ms: UNIT_MS.m, example: '1m' },
  longest: { text: '7d', ms: 7 * UNIT_MS.d },
  examples: '15m, 4h or 1d for the length of a bar',
});

function readSpan({ units, shortest, longest, examples }: Span) {
  const [usual = 's'] = units;
  return (text: string): Result<number, Said> => {
    const [, number, letter] = /^(\d{1,9}) ?([a-z]?)$/.exec(text) ?? [];
    const unit = letter === '' ? usual : units.find((one) => one === letter);
    if (number === undefined || unit === undefined) {
      const names = `${units.slice(0, -1).join(', ')} or ${units.at(-1) ?? ''}`;
      const problem = `${isWhat(text)}: a time is a whole number and a unit (${names})`;
      return err({ problem, remedy: `Write ${examples}.` });
    }
    const spanMs = Number(number) * UNIT_MS[unit];
    if (spanMs < shortest.ms) {
      const problem = `${isWhat(text)}: must be at least ${shortest.text}`;
      return err({ problem, remedy: `Write ${shortest.example}.` });
    }
    if (spanMs > longest.ms) {
      const problem = `${isWhat(text)}: must be at most ${longest.text}`;
      return err({ problem, remedy: `Write ${longest.text} or less.` });
    }
    if (text === `${number}${letter ?? ''}` && letter !== '') return ok(spanMs);
    const problem = `${isWhat(text)}: a time needs a unit right behind the number`;
    return err({ problem, remedy: `Write ${number}${unit}.` });
  };
}

/** A whole number from 1 to `most`. */
export function readCount(most: number): (text: string) => Result<number, Said> {
  return (text) => {
    const isPlain = /^[1-9]\d{0,8}$/.test(text);
    if (isPlain && Number(text) <= most) return ok(Number(text));
    const remedy = `Write a whole number from 1 to ${most}.`;
    return err({ problem: `${isWhat(text)}: ${isPlain ? 'too large' : 'not a count'}`, remedy });
  };
}

/** `true` or `false`. */
export function readYesNo(text: string): Result<boolean, Said> {
  if (text === 'true' || text === 'false') return ok(text === 'true');
  return err({
    problem: `${isWhat(text)}, neither true nor false`,
    remedy: 'Write true or false.',
  });
}

/** A leverage of at least 2. */
export function readLeverage(text: string): Result<string, Said> {
  const leverage = parseDecimal(text);
  if (leverage.ok && leverage.value.gte('2')) return ok(plain(leverage.value));
  return err({
    problem: `${isWhat(text)}: leverage is a number of at least 2`,
    remedy: 'Write 2, or leave the key out for none.',
  });
}
