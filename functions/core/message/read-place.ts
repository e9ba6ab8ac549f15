/**
 * Where an order that opens a position is left again: a price, or a distance from the entry to the
 * side that is meant. Whoever writes `2%` for a stop means what may be lost, and for a take-profit
 * what is won, above the entry of a short or below it.
 */
import { isAtrText, readAtr } from './atr-text.ts';
import { HUNDRED } from '../decimal.ts';
import { readPrice } from './field-values.ts';
import type { FieldText } from './message.ts';
import { distanceText, type Distance } from './price-text.ts';
import { no } from './read-term.ts';
import type { Refusal } from '../refusal.ts';
import { ok, type Result } from '../result.ts';
import type { Action } from '../signal.ts';
import { parseStopText, ticksText, type Ticks } from './stop-text.ts';

/** Which way a distance goes. */
export interface PlaceContext {
  /** What it counts from. */
  readonly from: 'entry' | 'stop';
  /** Of the order that opens. */
  readonly action: Action;
  /** Whether it lies on the side where the order wins, or where it loses. */
  readonly side: 'winning' | 'losing';
  /** The average true range of the message. */
  readonly atr: FieldText | undefined;
}

/** Reads a price, or a distance as text with the sign of its side: `-2%`, `+500`, `+50 ticks`. */
export function readPlace(
  { name, text }: FieldText,
  { from, action, side, atr }: PlaceContext,
): Result<string, Refusal> {
  const isWinning = side === 'winning';
  const sign = (action === 'buy') === isWinning ? '+' : '-';
  // Without a word a minus says that it is a loss, and a plus that it is a gain.
  const alone = isWinning ? '+' : '-';
  const named = new RegExp(`^${from} ?([+-].*)$`, 'i').exec(text)?.[1];
  const isLength = /%$|ticks?$/i.test(text) || isAtrText(text);
  // A plain `-500` is what a calculation gone wrong looks like too; a plus is written on purpose.
  const isGain = isWinning && text.startsWith('+');
  if (named === undefined && !isLength && !isGain) {
    if (!/^[+-]/.test(text)) return readPrice({ name, text });
    const price = isWinning ? '105000' : '95000';
    return no(
      'bad-field',
      `${name} is not readable: write a price such as ${price}, a distance such as 2% or 50 ticks, or ${from}${sign}500.`,
    );
  }
  const written = named ?? (/^[+-]/.test(text) ? text : `${alone}${text}`);
  const distance = readDistance({ name, text: written }, atr, `${from}${sign}500`);
  if (!distance.ok) return distance;
  // Without a word either sign may be meant that says it; a side that is named must be the right one.
  if (distance.value.sign !== sign && (named !== undefined || distance.value.sign !== alone)) {
    return no('bad-price', wrongSide({ name, text }, { from, action, isWinning, sign }));
  }
  return signed(name, { ...distance.value, sign });
}

/** A distance with its sign, in quote units, percent, ticks or multiples of the ATR. */
function readDistance(
  { name, text }: FieldText,
  atr: FieldText | undefined,
  such: string,
): Result<Distance | Ticks, Refusal> {
  if (isAtrText(text)) return readAtr({ name, text }, atr);
  const distance = parseStopText(text);
  if (distance.ok && distance.value.kind !== 'price') return ok(distance.value);
  const sentence = `${name} is not readable: write a distance above zero, such as 2%, 50 ticks or ${such}.`;
  return no('bad-field', sentence);
}

function signed(name: string, distance: Distance | Ticks): Result<string, Refusal> {
  if (distance.kind === 'ticks') return ok(ticksText(distance));
  if (distance.sign === '-' && distance.isPercent && distance.amount.gte(HUNDRED)) {
    return no('bad-price', `${name} leaves no price: write less than 100%.`);
  }
  return ok(distanceText(distance));
}

function wrongSide(
  { name, text }: FieldText,
  {
    from,
    action,
    isWinning,
    sign,
  }: Pick<PlaceContext, 'from' | 'action'> & {
    readonly isWinning: boolean;
    readonly sign: '+' | '-';
  },
): string {
  const [does, what] = isWinning ? ['loses', 'take-profit'] : ['wins', 'stop'];
  const where = sign === '-' ? 'below' : 'above';
  return `${name} ${text} lies where a ${action} ${does}: the ${what} of a ${action} is ${where} its ${from}, write 2% for so much of it.`;
}
