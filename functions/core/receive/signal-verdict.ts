/**
 * What becomes of a signal for one account at the moment it arrives: carried out, too old,
 * stopped by a kill switch, or refused. The order row is written in that state at once, so that a
 * signal which is not traded is on record like any other.
 */
import { earlyRefusal } from './early-refusal.ts';
import { newRow } from '../new-row.ts';
import { isReducing, type Signal } from '../signal.ts';
import { REQUEUE_MS } from '../protocol.ts';
import { stopsOrder } from '../halt/switch-board.ts';
import { refusal, type Refusal } from '../refusal.ts';
import { orderNotice } from '../notices/order-notice.ts';
import type { Account, Config, Source } from '../config.ts';
import type { Notice } from '../notices/notice.ts';
import type { OrderRow } from '../order.ts';
import type { ParsedSignal } from '../message/parse-signal.ts';
import type { MarketSnapshot, SwitchReading } from '../ports.ts';

/** One arrival of a signal, for one account. */
export interface Arrival extends ParsedSignal {
  readonly config: Config;
  readonly source: Source;
  readonly accountName: string;
  readonly account: Account;
  readonly switches: SwitchReading;
  readonly market: MarketSnapshot | undefined;
  readonly nowMs: number;
}

/** The row to write, and whom to tell. */
export interface Verdict {
  readonly row: OrderRow;
  readonly why: string;
  /** The word of the answer; `refused` carries its reason in the row. */
  readonly word: 'accepted' | 'stale' | 'halted' | 'refused';
  readonly notice?: Notice;
}

/**
 * A sender's clock may be ahead of ours by this much. A time within it gains nothing: the order
 * expires counted from the earlier of sending and receiving.
 */
export const CLOCK_TOLERANCE_MS = 60_000;

/** Whether the signal claims to be from the future. */
export function refusalOfFuture(
  { sentAtMs }: Pick<Signal, 'sentAtMs'>,
  nowMs: number,
): Refusal | undefined {
  if (sentAtMs <= nowMs + CLOCK_TOLERANCE_MS) return undefined;
  return refusal(
    'future-time',
    'the time of the signal lies in the future: check the clock and the time zone of the sender.',
    { sentAtMs: String(sentAtMs), nowMs: String(nowMs) },
  );
}

/** Decides, without asking anybody. */
export function verdictOf(arrival: Arrival): Verdict {
  const { signal, source, switches, nowMs } = arrival;
  const reducing = isReducing(signal);
  const ageMs = nowMs - signal.sentAtMs;
  if (switches.kind === 'not-armed') {
    const name = arrival.accountName;
    return refused(
      arrival,
      refusal('not-armed', `account ${name} is not armed yet: run npm run arm, then send again.`),
    );
  }
  if (ageMs > source.maxAgeMs && !reducing) {
    // The commonest cause: {{time}} is when the bar began, hours ago on a slow chart.
    const hint = source.auth === 'tradingview' ? ' (write {{timenow}}, not {{time}})' : '';
    const why = `the signal was ${seconds(ageMs)} old when it arrived; this source's limit is ${seconds(source.maxAgeMs)}${hint}`;
    return stopped(arrival, { state: 'expired', word: 'stale', why });
  }
  if (switches.kind === 'off' && stopsOrder(switches.blocks, reducing)) {
    const why = `the kill switch blocks ${switches.blocks === 'all' ? 'all orders' : 'new risk'}: ${switches.why}`;
    return stopped(arrival, { state: 'suppressed', word: 'halted', why });
  }
  const early = earlyRefusal(arrival);
  if (early !== undefined) return refused(arrival, early);
  const row = { ...rowOf(arrival, 'received'), dueAtMs: nowMs + REQUEUE_MS };
  return { row, why: 'signal received', word: 'accepted' };
}

function stopped(
  arrival: Arrival,
  end: { state: 'expired' | 'suppressed'; word: 'stale' | 'halted'; why: string },
): Verdict {
  const row = { ...rowOf(arrival, end.state), outcome: end.why };
  return { row, why: end.why, word: end.word, ...told(arrival, row, end.why) };
}

function refused(arrival: Arrival, reason: Refusal): Verdict {
  const row = { ...rowOf(arrival, 'rejected'), refusal: reason };
  const why = reason.sentence;
  return { row, why, word: 'refused', ...told(arrival, row, why) };
}

function rowOf(
  { signal, payloadHash, source, accountName: account, nowMs }: Arrival,
  state: OrderRow['state'],
): OrderRow {
  const { maxAgeMs } = source;
  return newRow({ account, signal, payloadHash, maxAgeMs, receivedAtMs: nowMs, state });
}

/** The row's first notice; a row that is written is in version 1, so it comes from version 0. */
function told({ config, nowMs }: Arrival, row: OrderRow, why: string): { notice?: Notice } {
  const notice = orderNotice({ ...row, version: 0 }, row.state, why, { config, atMs: nowMs });
  return notice === undefined ? {} : { notice };
}

function seconds(ms: number): string {
  return `${Math.round(ms / 1_000)} s`;
}
