/** What the store tells about a day: which signals came, what became of them, what was told. */
import type { OrderState } from './order-state.ts';
import type { OrderRef } from './order.ts';

/** A signal for an account, as the index of the store has it: it may lag behind the row. */
export interface ReceivedOrder extends OrderRef {
  readonly state: OrderState;
  readonly receivedAtMs: number;
}

/** A stretch of time: from `fromMs` on, before `untilMs`. */
export interface TimeSpan {
  readonly fromMs: number;
  readonly untilMs: number;
}

/** Reads a day back without a scan. */
export interface DayBook {
  /** Whether a notice was written before; strongly consistent. */
  isTold(noticeId: string): Promise<boolean>;
  /** Signals received in that time, oldest first. `isWhole` is false where there were too many. */
  received(
    span: TimeSpan,
  ): Promise<{ readonly orders: readonly ReceivedOrder[]; readonly isWhole: boolean }>;
}
