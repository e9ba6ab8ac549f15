/**
 * Where a strategy is to stand, as its message says it: the position and its size in the sender's own
 * units, and where the sender says that it comes from. What the sender did to get there (buy, sell,
 * so many contracts) is on record and decides nothing.
 */
import type { ActionWord } from './action-words.ts';
import type { Source } from '../config.ts';
import { parseDecimal, plain } from '../decimal.ts';
import { readMarketPosition } from './field-values.ts';
import type { FieldText } from './message.ts';
import type { OrderWish } from './read-order.ts';
import { no, optional, type Fields } from './read-term.ts';
import type { Refusal } from '../refusal.ts';
import { ok, type Result } from '../result.ts';
import type { Action, MarketPosition, Signal, Stand, Target } from '../signal.ts';

/** A target, and the side that it is called by until the book says which it is. */
export type Aimed = Pick<Signal, 'target' | 'action'>;

/** Reads the target of a source whose messages say where the strategy stands. */
export function readTarget(fields: Fields, { type }: OrderWish): Result<Aimed, Refusal> {
  if (type !== 'market') return no('not-supported', notMarket(type));
  const position = fields.get('marketPosition');
  if (position === undefined) {
    return no(
      'missing-field',
      'marketPosition is missing: this source says where its strategy stands; write "marketPosition": "{{strategy.market_position}}" and "positionSize": "{{strategy.market_position_size}}".',
    );
  }
  const stand = readStand(position, fields.get('positionSize'));
  if (!stand.ok) return stand;
  const before = fields.get('prevPosition');
  const prev = before && readStand(before, fields.get('prevPositionSize'));
  if (prev !== undefined && !prev.ok) return prev;
  return ok(aimed({ ...stand.value, ...(prev === undefined ? {} : { prev: prev.value }) }));
}

/**
 * `close` and its like without a size: the strategy is to own nothing. Undefined where the message
 * says how much, or the source does.
 */
export function readClose(
  fields: Fields,
  { action, source, order }: { action: ActionWord; source: Source; order: OrderWish },
): Result<Aimed, Refusal> | undefined {
  if (!action.leaves || source.size.kind === 'position') return undefined;
  if (source.size.kind === 'signal' && fields.has('size')) return undefined;
  const word = fields.get('action')?.name ?? 'action';
  if (order.type !== 'market') {
    return no(
      'missing-field',
      `${word} closes a position by an order of type ${order.type}, and the message does not say how much: write "size", such as "0.5" or "100% position", or leave the type out.`,
    );
  }
  const position = optional(fields.get('marketPosition'), readMarketPosition);
  if (!position.ok) return position;
  if (position.value !== undefined && position.value !== 'flat') {
    return no(
      'ambiguous-field',
      `${word} closes the position, and the message says that the strategy is ${position.value} after it: write how much is sold as "size", or leave one of them out.`,
    );
  }
  return ok(aimed({ position: 'flat' }));
}

function aimed(target: Target): Aimed {
  const action: Action = target.position === 'long' ? 'buy' : 'sell';
  return { action, target };
}

/** A position with its size. A flat one has none; TradingView writes 0. */
function readStand(position: FieldText, size: FieldText | undefined): Result<Stand, Refusal> {
  const where = readMarketPosition({ ...position, text: position.text.trim() });
  if (!where.ok) return where;
  const amount = optional(size, (field) => readPositionSize(field, where.value));
  if (!amount.ok) return amount;
  if (amount.value === undefined || where.value === 'flat') return ok({ position: where.value });
  return ok({ position: where.value, size: amount.value });
}

/** `0.5`; of a short position also `-0.5`, as `strategy.position_size` is signed. */
function readPositionSize(
  { name, text }: FieldText,
  position: MarketPosition,
): Result<string, Refusal> {
  const size = parseDecimal(text.trim());
  if (!size.ok) return no('bad-field', `${name} is not readable: ${size.error}.`);
  const signed = position === 'short' ? size.value.abs() : size.value;
  const fits = position === 'flat' ? signed.eq('0') : signed.gt('0');
  if (fits) return ok(plain(signed));
  return no(
    'ambiguous-field',
    `${name} is ${text.slice(0, 40)} and the position ${position}: both must say the same; write "positionSize": "{{strategy.market_position_size}}" beside "marketPosition": "{{strategy.market_position}}".`,
  );
}

function notMarket(type: string): string {
  return `this source says where its strategy stands, and that is reached by market orders, not by one of type ${type}: leave type and price out.`;
}
