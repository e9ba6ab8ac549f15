/**
 * Distances as multiples of the average true range: `2 ATR`. Harpoon reckons none itself, as only the
 * sender knows of which bars: the message brings it as a number in the pair's currency.
 */
import { parseDecimal, plain } from '../decimal.ts';
import type { FieldText } from './message.ts';
import type { Distance } from './price-text.ts';
import { no, type Fields } from './read-term.ts';
import type { Refusal } from '../refusal.ts';
import { ok, type Result } from '../result.ts';

const MULTIPLE = /^([+-]) ?(\S+?) ?atr$/i;

/** Fields whose distances may be written so. */
const BY_ATR = ['stopLoss', 'stopLossLimit', 'trailingStop', 'takeProfit'] as const;

/** Whether a text ends in a multiple of the ATR. */
export function isAtrText(text: string): boolean {
  return /atr$/i.test(text);
}

/** Whether the ATR of the message counts for anything. */
export function usesAtr(fields: Fields): boolean {
  return BY_ATR.some((field) => /atr/i.test(fields.get(field)?.text ?? ''));
}

/** Reads `-2 ATR` as the length that it comes to, with its sign; no digit is lost. */
export function readAtr(
  { name, text }: FieldText,
  atr: FieldText | undefined,
): Result<Distance, Refusal> {
  const [, sign, number = ''] = MULTIPLE.exec(text) ?? [];
  const multiple = parseDecimal(number);
  if ((sign !== '+' && sign !== '-') || !multiple.ok || !multiple.value.gt('0')) {
    const sentence = `${name} is not readable: write a multiple of the ATR above zero, such as 2 ATR or 1.5 ATR.`;
    return no('bad-field', sentence);
  }
  const remedy = 'write "atr": "{{plot("ATR")}}", a number above zero in the currency of the pair';
  if (atr === undefined) {
    const sentence = `${name} is a multiple of the ATR, which the message does not bring: ${remedy}.`;
    return no('missing-field', sentence);
  }
  const range = parseDecimal(atr.text.trim());
  if (!range.ok || !range.value.gt('0')) {
    return no(
      'bad-field',
      `${atr.name}, of which ${name} is a multiple, is not usable: ${remedy}.`,
    );
  }
  const amount = multiple.value.times(range.value);
  if (parseDecimal(plain(amount)).ok)
    return ok({ kind: 'distance', sign, amount, isPercent: false });
  return no(
    'bad-field',
    `${name} comes to more digits than a price has: write a rounded ${atr.name}.`,
  );
}
