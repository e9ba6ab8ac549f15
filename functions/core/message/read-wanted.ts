/**
 * How much a message asks for and what it says of its position, held to what its source allows.
 * Words such as `close` are carried out where the message says how much is sold; a position that
 * spot cannot have is refused.
 */
import type { ActionWord } from './action-words.ts';
import type { Source } from '../config.ts';
import { decimal } from '../decimal.ts';
import { readFlag, readMarketPosition, readPriceOrDistance, readSize } from './field-values.ts';
import { TYPES_ALLOWED_BY_DEFAULT } from './order-terms.ts';
import type { OrderWish } from './read-order.ts';
import { no, optional, type Fields } from './read-term.ts';
import { refusal, type Refusal } from '../refusal.ts';
import { ok, type Result } from '../result.ts';
import type { OrderType, Signal, SignalSize } from '../signal.ts';

/** Why the source may not ask for the type; undefined when it may. */
export function refusalOfType(
  type: OrderType,
  { allow }: Source,
  sourceName: string,
): Refusal | undefined {
  const types = allow?.types ?? TYPES_ALLOWED_BY_DEFAULT;
  if (types.includes(type)) return undefined;
  const sentence = `this source may not ask for ${type} orders: to allow it write types: [${[...types, type].join(', ')}] at sources.${sourceName}.allow in harpoon.yaml.`;
  return refusal('not-supported', sentence);
}

/** Why the source may not use the leverage; undefined when it may, or when none is asked for. */
export function refusalOfLeverage(
  leverage: string | undefined,
  { allow }: Source,
  sourceName: string,
): Refusal | undefined {
  const most = allow?.leverage;
  if (leverage === undefined) return undefined;
  if (most !== undefined && decimal(leverage).lte(most)) return undefined;
  const limit = most === undefined ? 'may not use leverage' : `may use leverage up to ${most}`;
  const sentence = `this source ${limit}: write less or none; to allow it write leverage: ${leverage} at sources.${sourceName}.allow in harpoon.yaml.`;
  return refusal('not-supported', sentence);
}

/** What the size is read with. */
export interface SizeContext {
  readonly source: Source;
  readonly order: OrderWish;
  readonly action: ActionWord;
}

/** How much, and where the sender would get out. */
export type Wanted = Pick<Signal, 'size' | 'riskStop'>;

/** The size that the message gives, where its source takes it from the message. */
export function readWanted(fields: Fields, context: SizeContext): Result<Wanted, Refusal> {
  const { source, action } = context;
  const size = optional(fields.get('size'), readSize);
  if (!size.ok) return size;
  const isBySignal = source.size.kind === 'signal';
  if (action.leaves) {
    const fault = faultOfLeaving(fields, size.value, context);
    if (fault !== undefined) return no('not-supported', fault);
  } else if (isBySignal && size.value === undefined) {
    return no(
      'missing-field',
      'size is missing: this source takes the size from the message; write "size": "0.5", "10%" or "100 USD" (volume is not read, it is the volume of the bar).',
    );
  }
  const unit = isBySignal ? size.value?.unit : source.size.kind;
  const riskStop = optional(fields.get('riskStop'), readPriceOrDistance('last'));
  if (!riskStop.ok) return riskStop;
  const hasStop = fields.has('stopLoss') || fields.has('trailingStop');
  if (unit === 'risk' && riskStop.value === undefined && !hasStop) {
    return no(
      'missing-field',
      'a size by risk needs "riskStop": write the price at which you would get out, such as "95000"; it sizes the order and places no stop, which "stopLoss" does.',
    );
  }
  if (unit !== 'risk' && riskStop.value !== undefined) {
    return no(
      'ambiguous-field',
      'riskStop only sizes an order by risk and places no stop: leave it out, or write "size": "1% risk".',
    );
  }
  return ok({
    ...(size.value === undefined ? {} : { size: size.value }),
    ...(riskStop.value === undefined ? {} : { riskStop: riskStop.value }),
  });
}

/** Why a word such as `close` is not exact here: what it sells must stand in the message. */
function faultOfLeaving(
  fields: Fields,
  size: SignalSize | undefined,
  { source, order }: SizeContext,
): string | undefined {
  const word = `${fields.get('action')?.name ?? 'action'} closes a position`;
  if (order.leverage !== undefined || source.allow?.leverage !== undefined) {
    return `${word}, which on a source with leverage may be long or short: write "sell" or "buy" with "reduceOnly": true.`;
  }
  const { kind } = source.size;
  // Without a size it closes the strategy's own book; see read-target.ts.
  if (kind !== 'signal' || size === undefined) return undefined;
  if (size.unit === 'percent') {
    return `${word}, and ${size.amount}% alone is a share of the equity: write "size": "${size.amount}% position" for that share of what is held.`;
  }
  if (size.unit === 'base' || size.unit === 'quote' || size.unit === 'position') return undefined;
  return `${word}, which is not sized by what is free or at risk: write "size": "100% position", or the amount such as "0.5".`;
}

/** What the sender says about its position. */
export type Position = Pick<Signal, 'reduceOnly' | 'marketPosition'>;

/** Reads it; without leverage, a short position cannot be held. */
export function readPosition(
  fields: Fields,
  { action, leaves }: ActionWord,
  { leverage }: OrderWish,
): Result<Position, Refusal> {
  const flag = readFlag(fields.get('reduceOnly'));
  if (!flag.ok) return flag;
  const position = optional(fields.get('marketPosition'), readMarketPosition);
  if (!position.ok) return position;
  const reduceOnly = flag.value || leaves;
  const isSpot = leverage === undefined;
  if (isSpot && position.value === 'short') {
    return no(
      'not-supported',
      'the strategy says that it is short after this order, which spot cannot be: let it trade long only, or leave the position out of the message.',
    );
  }
  if (isSpot && action === 'buy' && (reduceOnly || position.value === 'flat')) {
    return no(
      'not-supported',
      'this buy closes a short position, which spot cannot have: let the strategy trade long only.',
    );
  }
  return ok({
    ...(reduceOnly ? { reduceOnly: true } : {}),
    ...(position.value === undefined ? {} : { marketPosition: position.value }),
  });
}
