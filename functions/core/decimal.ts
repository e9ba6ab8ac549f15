/**
 * Prices, volumes and costs are decimals read from text. No float touches them: the constructor
 * throws on a JavaScript number (big.js strict mode), and every division says its precision.
 */
import Big from 'big.js';
import { err, ok, type Result } from './result.ts';

const Exact = Big();
Exact.strict = true;
Exact.DP = 20;
Exact.RM = Big.roundDown;
Exact.NE = -1_000;
Exact.PE = 1_000;

/** An exact decimal number. */
export type Decimal = Big;

/** The decimal zero. */
export const ZERO: Decimal = new Exact('0');

/** The decimal one hundred, for percentages. */
export const HUNDRED: Decimal = new Exact('100');

/** Digits that an outside number may have, which bounds the work of every sum with it. */
const PLAIN_DECIMAL = /^-?(?:0|[1-9][0-9]{0,17})(?:\.[0-9]{1,18})?$/;

/** Reads a decimal from our own or the exchange's text; throws on anything else. */
export function decimal(text: string): Decimal {
  return new Exact(text);
}

/**
 * Reads a decimal from untrusted text. Accepts plain ASCII digits with at most one point and one
 * leading minus: no exponent, sign, blank, separator, hex, Infinity or NaN.
 */
export function parseDecimal(text: string): Result<Decimal, string> {
  if (PLAIN_DECIMAL.test(text)) return ok(new Exact(text));
  return err('write a plain decimal number such as 0.5 (digits and one point, nothing else)');
}

/** Rounds towards zero to a number of decimals: what a volume needs, so that no more is traded. */
export function roundDown(value: Decimal, decimals: number): Decimal {
  return value.round(decimals, Big.roundDown);
}

/** Rounds away from zero to a number of decimals. */
export function roundUp(value: Decimal, decimals: number): Decimal {
  return value.round(decimals, Big.roundUp);
}

/** The largest multiple of step that is not above value. Neither may be below zero. */
export function floorToStep(value: Decimal, step: Decimal): Decimal {
  return value.div(step).round(0, Big.roundDown).times(step);
}

/** The smallest multiple of step that is not below value. Neither may be below zero. */
export function ceilToStep(value: Decimal, step: Decimal): Decimal {
  // Not a rounded division: a remainder too small for its decimals would be lost.
  const below = floorToStep(value, step);
  return below.lt(value) ? below.plus(step) : below;
}

/** Plain text of a decimal, never in exponent form, without trailing zeros. */
export function plain(value: Decimal): string {
  return value.toFixed();
}

/** The smaller of two decimals. */
export function min(a: Decimal, b: Decimal): Decimal {
  return a.lt(b) ? a : b;
}

/** The larger of two. */
export function max(a: Decimal, b: Decimal): Decimal {
  return a.gt(b) ? a : b;
}
