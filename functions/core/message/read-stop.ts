/**
 * The stop that goes to the exchange together with an order that opens a position. A distance always
 * lies on the losing side of the entry, above that of a short. A sale that leaves a position has
 * nothing that a stop could close.
 */
import { isAtrText, readAtr } from './atr-text.ts';
import type { Source } from '../config.ts';
import { readTrail } from './field-values.ts';
import type { FieldText } from './message.ts';
import { ORDER_TYPES } from './order-terms.ts';
import type { OrderWish } from './read-order.ts';
import { distanceText } from './price-text.ts';
import { readPlace, type PlaceContext } from './read-place.ts';
import { no, notOf, optional, type Fields } from './read-term.ts';
import { refusalOfType } from './read-wanted.ts';
import { parseStopText, ticksText } from './stop-text.ts';
import { refusal, type Refusal } from '../refusal.ts';
import { err, ok, type Result } from '../result.ts';
import type { OrderType, Signal, SignalStop } from '../signal.ts';

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
  if (leavesWhole(at)) return ok({});
  const barred = refusalOfPlace(first, at, 'stop-loss');
  if (barred !== undefined) return err(barred);
  const atr = fields.get('atr');
  const side = { action: at.wish.action, side: 'losing', atr } as const;
  const stop = trail === undefined ? fixedStop(first, limit, side) : trailingStop(trail, atr);
  if (!stop.ok) return stop;
  const notAllowed = refusalOfType(stop.value.type, at.source, at.sourceName);
  return notAllowed === undefined ? ok({ stop: stop.value }) : err(notAllowed);
}

/**
 * Whether the strategy says that it is flat. Its template holds the fields whatever it says: what
 * leaves has nothing to protect and nothing to win.
 */
export function leavesWhole({ source, wish }: Pick<StopContext, 'source' | 'wish'>): boolean {
  return source.target === true && wish.target?.position === 'flat';
}

/** Why the order can have no stop and no take-profit at all; `own` is the type of one by itself. */
export function refusalOfPlace(
  field: FieldText,
  { wish, order, source }: StopContext,
  own: OrderType,
): Refusal | undefined {
  const { action, target, reduceOnly, marketPosition } = wish;
  if (target !== undefined && source.target === true) return undefined;
  const left = action === 'sell' ? 'long' : 'short';
  const isClose = target !== undefined || reduceOnly === true;
  const leaves = isClose || marketPosition === 'flat' || marketPosition === left;
  if (leaves || (action === 'sell' && order.leverage === undefined)) {
    const sentence = `${field.name} belongs to an order that opens a position, and this ${action} leaves one: leave it out, or send a message of its own with "type": "${own}" and "price".`;
    return refusal('not-supported', sentence);
  }
  if (!order.type.startsWith('trailing')) return undefined;
  const opens = (type: OrderType): boolean => !/^(?:trailing|settle)/.test(type);
  const types = ORDER_TYPES.filter(opens);
  return notOf(field, order.type, types);
}

function fixedStop(
  field: FieldText,
  limitField: FieldText | undefined,
  side: Omit<PlaceContext, 'from'>,
): Result<SignalStop, Refusal> {
  const price = readPlace(field, { ...side, from: 'entry' });
  if (!price.ok) return price;
  const limit = optional(limitField, (one) => readPlace(one, { ...side, from: 'stop' }));
  if (!limit.ok) return limit;
  return limit.value === undefined
    ? ok({ type: 'stop-loss', price: price.value })
    : ok({ type: 'stop-loss-limit', price: price.value, price2: limit.value });
}

/** `2%`, `+500`, `50 ticks` or `2 ATR`. */
function trailingStop(
  { name, text }: FieldText,
  atr: FieldText | undefined,
): Result<SignalStop, Refusal> {
  const written = /^[0-9]/.test(text) ? `+${text}` : text;
  if (isAtrText(written) && written.startsWith('+')) {
    const length = readAtr({ name, text: written }, atr);
    return length.ok ? ok({ type: 'trailing-stop', price: distanceText(length.value) }) : length;
  }
  const ticks = parseStopText(written);
  const isTicks = ticks.ok && ticks.value.kind === 'ticks' && ticks.value.sign === '+';
  const price = isTicks ? ok(ticksText(ticks.value)) : readTrail({ name, text });
  return price.ok ? ok({ type: 'trailing-stop', price: price.value }) : price;
}
