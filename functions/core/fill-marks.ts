/** What an order is for the book of its strategy, kept on every entry of the book. */
import { decimal } from './decimal.ts';
import type { OrderRow } from './order.ts';

/** What an order is for its book, beside its side. */
export interface FillMarks {
  /** See Book.perUnit; of an order that opens. */
  readonly perUnit?: string;
  readonly leverage?: string;
  /** Exchange id of the close order that traded, where the order itself did not. */
  readonly closeId?: string;
  /** No other order was in flight that may have bought what it sold. */
  readonly alone?: true;
  /** It has take-profits. */
  readonly profits?: true;
  /** It is to leave the whole position: what is left after it is too little to trade. */
  readonly leaves?: true;
  /** It leaves, and all of it has traded: what is left belongs to the position that comes next. */
  readonly left?: true;
  /** Harpoon's own: a take-profit or a stop, and no wish of the strategy to be out. */
  readonly takenOut?: true;
  /** When it was decided, of an order that may open: a stop that was seen later, it did not know of. */
  readonly decidedAtMs?: number;
  /** Sold past the strategy: by a halt that sells what the account holds. */
  readonly cause?: 'flatten';
}

/** The marks of an order of this row, as it trades itself; `fill`: with what is marked. */
export function marksOfOrder({
  attempt,
  decision,
  signal,
  fill,
}: Pick<OrderRow, 'attempt' | 'decision' | 'signal' | 'fill'>): FillMarks {
  const isWhole = decimal(fill?.volume ?? '0').gte(attempt?.order.volume ?? '0');
  const leverage = attempt?.order.leverage;
  const isOwn = signal.takes !== undefined || signal.covers !== undefined;
  const mayOpen = decision?.reducing === false && attempt !== undefined;
  return {
    ...(decision?.perUnit === undefined ? {} : { perUnit: decision.perUnit }),
    ...(leverage === undefined ? {} : { leverage }),
    ...(decision?.takeProfits === undefined ? {} : { profits: true }),
    ...(decision?.leaves === undefined ? {} : { leaves: true, ...(isWhole ? { left: true } : {}) }),
    ...(isOwn ? { takenOut: true } : {}),
    ...(mayOpen ? { decidedAtMs: attempt.preparedAtMs } : {}),
  };
}

/** The marks alone, of what has them and more. */
export function marksOf(marks: FillMarks): FillMarks {
  const { perUnit, leverage, closeId, alone, profits, leaves, left, takenOut, cause } = marks;
  const { decidedAtMs } = marks;
  return {
    ...(perUnit === undefined ? {} : { perUnit }),
    ...(leverage === undefined ? {} : { leverage }),
    ...(closeId === undefined ? {} : { closeId }),
    ...(alone === undefined ? {} : { alone }),
    ...(profits === undefined ? {} : { profits }),
    ...(leaves === undefined ? {} : { leaves }),
    ...(left === undefined ? {} : { left }),
    ...(takenOut === undefined ? {} : { takenOut }),
    ...(decidedAtMs === undefined ? {} : { decidedAtMs }),
    ...(cause === undefined ? {} : { cause }),
  };
}
