/**
 * The order that a message asks for: its type and what belongs to the type, held to the table of
 * order-terms.ts. A term that the type cannot have, and one that it lacks, is refused with what to
 * write instead.
 */
import {
  readFlag,
  readLeverage,
  readSelfTrade,
  readTimeInForce,
  readTrigger,
  readVolume,
} from './field-values.ts';
import type { FieldText } from './message.ts';
import { either, mayHave, ORDER_TERMS, ORDER_TYPES, typeOf } from './order-terms.ts';
import { readPrices, type Prices } from './read-prices.ts';
import { no, notOf, optional, readTerm, type Fields } from './read-term.ts';
import { readLaterTime } from './read-time.ts';
import { refusal, type Refusal } from '../refusal.ts';
import { err, ok, type Result } from '../result.ts';
import type { OrderType, Signal, TimeInForce } from '../signal.ts';

/** What a message says of its order beside side, symbol and size. */
export type OrderWish = Prices & Details & Stay & Pick<Signal, 'type'>;

/** Reads an order of the type. Spans of time count from `sentAtMs`. */
export function readOrder(
  fields: Fields,
  type: OrderType,
  sentAtMs: number,
): Result<OrderWish, Refusal> {
  const traded = type === 'settle-position' ? refusalOfTrade(fields) : undefined;
  if (traded !== undefined) return err(traded);
  const prices = readPrices(fields, type);
  if (!prices.ok) return prices;
  const details = readDetails(fields, type);
  if (!details.ok) return details;
  const stay = readStay(fields, type, sentAtMs);
  if (!stay.ok) return stay;
  const isAtOnce = ['IOC', 'FOK'].includes(stay.value.timeInForce ?? '');
  if (details.value.postOnly === true && isAtOnce) {
    const sentence = 'postOnly contradicts an order that trades at once: leave it out.';
    return no('ambiguous-field', sentence);
  }
  return ok({ type, ...prices.value, ...details.value, ...stay.value });
}

/** Fields that say something of a trade, which a settlement is not. */
const OF_TRADES = [
  ...(['reduceOnly', 'marketPosition', 'stopLoss', 'stopLossLimit'] as const),
  ...(['trailingStop', 'takeProfit'] as const),
];

function refusalOfTrade(fields: Fields): Refusal | undefined {
  const field = OF_TRADES.map((name) => fields.get(name)).find((one) => one !== undefined);
  if (field === undefined) return undefined;
  const sentence = `${field.name} says something of a trade, and a settlement pays a position off without one: leave it out, or write "type": "market" to leave the position.`;
  return refusal('ambiguous-field', sentence);
}

/** The order type; market unless the message says otherwise. */
export function readType(field: FieldText | undefined): Result<OrderType, Refusal> {
  if (field === undefined) return ok('market');
  const type = typeOf(field.text);
  if (type !== undefined) return ok(type);
  if (/oco|bracket|twap|ladder|grid/i.test(field.text)) {
    const sentence = `${field.name} asks for more than one order: a stop and targets beside an order are "stopLoss" and "takeProfit"; else send one message for each order.`;
    return no('not-supported', sentence);
  }
  const sentence = `${field.name} names no order type: write ${either(ORDER_TYPES)}; the side belongs into action.`;
  return no('bad-field', sentence);
}

type Details = Pick<Signal, 'trigger' | 'displayVolume' | 'leverage' | 'selfTrade' | 'postOnly'>;

function readDetails(fields: Fields, type: OrderType): Result<Details, Refusal> {
  const trigger = readTerm(fields, type, 'trigger', readTrigger);
  if (!trigger.ok) return trigger;
  const displayVolume = readTerm(fields, type, 'displayVolume', readVolume);
  if (!displayVolume.ok) return displayVolume;
  const leverage = readTerm(fields, type, 'leverage', readLeverage);
  if (!leverage.ok) return leverage;
  const selfTrade = readTerm(fields, type, 'selfTrade', readSelfTrade);
  if (!selfTrade.ok) return selfTrade;
  const postOnly = readFlag(fields.get('postOnly'));
  if (!postOnly.ok) return postOnly;
  if (postOnly.value && !mayHave(type, 'postOnly')) {
    const sentence = `postOnly contradicts the type ${type}, which trades at once or is not yet in the book: leave it out, or write "type": "limit".`;
    return no('ambiguous-field', sentence);
  }
  return ok({
    ...(trigger.value === undefined ? {} : { trigger: trigger.value }),
    ...(displayVolume.value === undefined ? {} : { displayVolume: displayVolume.value }),
    ...(leverage.value === undefined ? {} : { leverage: leverage.value }),
    ...(selfTrade.value === undefined ? {} : { selfTrade: selfTrade.value }),
    ...(postOnly.value ? { postOnly: true } : {}),
  });
}

type Stay = Pick<Signal, 'timeInForce' | 'startAtMs' | 'expireAtMs'>;

/** When the order begins and ends. An expiry alone means GTD, as nothing else has one. */
function readStay(fields: Fields, type: OrderType, sentAtMs: number): Result<Stay, Refusal> {
  const later = (field: FieldText): Result<number, Refusal> => readLaterTime(field, sentAtMs);
  const start = readTerm(fields, type, 'start', later);
  if (!start.ok) return start;
  const expire = readTerm(fields, type, 'expire', later);
  if (!expire.ok) return expire;
  const given = optional(fields.get('timeInForce'), readTimeInForce);
  if (!given.ok) return given;
  const timeInForce = given.value ?? (expire.value === undefined ? undefined : 'GTD');
  const fault = stayFault(fields, type, { timeInForce, start: start.value, expire: expire.value });
  if (fault !== undefined) return err(fault);
  // A type that trades at once or not at all has no use for GTC and IOC: they say nothing of it.
  const says = timeInForce !== undefined && ORDER_TERMS[type].timeInForce.includes(timeInForce);
  return ok({
    ...(says ? { timeInForce } : {}),
    ...(start.value === undefined ? {} : { startAtMs: start.value }),
    ...(expire.value === undefined ? {} : { expireAtMs: expire.value }),
  });
}

function stayFault(
  fields: Fields,
  type: OrderType,
  {
    timeInForce,
    start,
    expire,
  }: {
    readonly timeInForce: TimeInForce | undefined;
    readonly start: number | undefined;
    readonly expire: number | undefined;
  },
): Refusal | undefined {
  const allowed = ORDER_TERMS[type].timeInForce;
  const field = fields.get('timeInForce');
  const isIdle = allowed.length === 0 && (timeInForce === 'GTC' || timeInForce === 'IOC');
  if (field !== undefined && timeInForce !== undefined && !isIdle) {
    if (!allowed.includes(timeInForce)) {
      const types = ORDER_TYPES.filter((one) => ORDER_TERMS[one].timeInForce.includes(timeInForce));
      return notOf({ ...field, name: `${field.name} ${timeInForce}` }, type, types);
    }
  }
  if (timeInForce === 'GTD' && expire === undefined) {
    return refusal('missing-field', 'GTD needs "expire": write a time, or a span such as "+2h".');
  }
  if (expire !== undefined && timeInForce !== 'GTD') {
    const sentence = `expire contradicts ${timeInForce ?? ''}: leave timeInForce out, or write GTD.`;
    return refusal('ambiguous-field', sentence);
  }
  if (start !== undefined && expire !== undefined && expire <= start) {
    return refusal('ambiguous-field', 'expire is not later than start: write a later one.');
  }
  return undefined;
}
