/**
 * The stop that goes to the exchange together with an order that opens a position. A distance always
 * lies on the losing side of the entry: whoever writes `2%` or `-2%` means what may be lost, above
 * the entry of a short too. A sale that leaves a position has nothing that a stop could close.
 */
import type { Source } from '../config.ts';
import { HUNDRED } from '../decimal.ts';
import { readPrice, readTrail } from './field-values.ts';
import type { FieldText } from './message.ts';
import { ORDER_TYPES } from './order-terms.ts';
import type { OrderWish } from './read-order.ts';
import { no, notOf, optional, type Fields } from './read-term.ts';
import { refusalOfType } from './read-wanted.ts';
import { distanceText, type Distance } from './price-text.ts';
import { parseStopText, ticksText } from './stop-text.ts';
import { refusal, type Refusal } from '../refusal.ts';
import { err, ok, type Result } from '../result.ts';
import type { Action, Signal, SignalStop } from '../signal.ts';

/** What the stop belongs to. */
export interface StopContext {
  readonly wish: Pick<Signal, 'action'> &
    Partial<Pick<Signal, 'target' | 'reduceOnly' | 'marketPosition'>>;
  readonly order: OrderWish;
  readonly source: Source;
  readonly sourceName: string;
}

/** Reads `stopLoss` with `stopLossLimit`, or `trailingStop`. */
export function readStop(fields: Fields, at: StopContext): Result<Pick<Signal, 'stop'>, Refusal> {
  const [stopLoss, limit, trail] = (['stopLoss', 'stopLossLimit', 'trailingStop'] as const).map(
    (name) => fields.get(name),
  );
  const first = stopLoss ?? trail ?? limit;
  if (first === undefined) return ok({});
  if (stopLoss !== undefined && trail !== undefined) {
    const sentence = `${stopLoss.name} and ${trail.name} are two stops for one order: write only one of them.`;
    return no('ambiguous-field', sentence);
  }
  if (limit !== undefined && stopLoss === undefined) {
    const sentence = `${limit.name} is the limit of a stop: write "stopLoss" beside it, or leave it out.`;
    return no('missing-field', sentence);
  }
  // Its template holds the field whatever the strategy says: what leaves has nothing to protect.
  if (at.source.target === true && at.wish.target?.position === 'flat') return ok({});
  const barred = refusalOfPlace(first, at);
  if (barred !== undefined) return err(barred);
  const stop = trail === undefined ? fixedStop(first, limit, at.wish.action) : trailingStop(trail);
  if (!stop.ok) return stop;
  const notAllowed = refusalOfType(stop.value.type, at.source, at.sourceName);
  return notAllowed === undefined ? ok({ stop: stop.value }) : err(notAllowed);
}

/** Why the order can have no stop at all. */
function refusalOfPlace(
  field: FieldText,
  { wish, order, source }: StopContext,
): Refusal | undefined {
  const { action, target, reduceOnly, marketPosition } = wish;
  if (target !== undefined && source.target === true) return undefined;
  const left = action === 'sell' ? 'long' : 'short';
  const leaves = reduceOnly === true || marketPosition === 'flat' || marketPosition === left;
  if (leaves || (action === 'sell' && order.leverage === undefined)) {
    const sentence = `${field.name} belongs to an order that opens a position, and this ${action} leaves one: leave it out, or send a message of its own with "type": "stop-loss" and "price".`;
    return refusal('not-supported', sentence);
  }
  if (!order.type.startsWith('trailing')) return undefined;
  const types = ORDER_TYPES.filter((type) => !type.startsWith('trailing'));
  return notOf(field, order.type, types);
}

function fixedStop(
  field: FieldText,
  limitField: FieldText | undefined,
  action: Action,
): Result<SignalStop, Refusal> {
  const price = readLosing('entry', action)(field);
  if (!price.ok) return price;
  const limit = optional(limitField, readLosing('stop', action));
  if (!limit.ok) return limit;
  return limit.value === undefined
    ? ok({ type: 'stop-loss', price: price.value })
    : ok({ type: 'stop-loss-limit', price: price.value, price2: limit.value });
}

/** `2%`, `+500` or `50 ticks`. */
function trailingStop({ name, text }: FieldText): Result<SignalStop, Refusal> {
  const ticks = parseStopText(/^[0-9]/.test(text) ? `+${text}` : text);
  const isTicks = ticks.ok && ticks.value.kind === 'ticks' && ticks.value.sign === '+';
  const price = isTicks ? ok(ticksText(ticks.value)) : readTrail({ name, text });
  return price.ok ? ok({ type: 'trailing-stop', price: price.value }) : price;
}

/** A price, or a distance from the entry (or the stop) to the losing side. */
function readLosing(
  from: 'entry' | 'stop',
  action: Action,
): (field: FieldText) => Result<string, Refusal> {
  const losing = action === 'buy' ? '-' : '+';
  return ({ name, text }) => {
    const named = new RegExp(`^${from} ?([+-].*)$`, 'i').exec(text)?.[1];
    const isLength = /%$|ticks?$/i.test(text);
    if (named === undefined && !isLength) {
      if (!/^[+-]/.test(text)) return readPrice({ name, text });
      return no(
        'bad-field',
        `${name} is not readable: write a price such as 95000, a distance such as 2% or 50 ticks, or ${from}${losing}500.`,
      );
    }
    const written = named ?? (/^[+-]/.test(text) ? text : `-${text}`);
    const stop = parseStopText(written);
    if (!stop.ok || stop.value.kind === 'price') {
      const sentence = `${name} is not readable: write a distance above zero, such as 2%, 50 ticks or ${from}${losing}500.`;
      return no('bad-field', sentence);
    }
    // A minus alone says that it is a loss; a side that is named must be the losing one.
    const isWrong = stop.value.sign !== losing && !(named === undefined && stop.value.sign === '-');
    if (isWrong) {
      const side = losing === '-' ? 'below' : 'above';
      const sentence = `${name} ${text} lies where a ${action} wins: the stop of a ${action} is ${side} its ${from}, write 2% for so much of it.`;
      return no('bad-price', sentence);
    }
    if (stop.value.kind === 'ticks') return ok(ticksText({ ...stop.value, sign: losing }));
    const distance: Distance = { ...stop.value, sign: losing };
    if (losing === '-' && distance.isPercent && distance.amount.gte(HUNDRED)) {
      return no('bad-price', `${name} leaves no price: write less than 100%.`);
    }
    return ok(distanceText(distance));
  };
}
