/**
 * How an amend ends: each way is one audit entry of the order's row, written together with the notice
 * about it. The row then says that this amend has ended, so that no older one and no copy begins.
 */
import type { Amend } from './amends.ts';
import type { AmendDeps } from './amend-order.ts';
import { amendedNotice, amendWaitsNotice } from '../notices/amend-notice.ts';
import { orderWords } from '../order-words.ts';
import type { AmendName, AmendRecord, AskedAmend, Order, OrderRow } from '../order.ts';
import { refusal, type Refusal } from '../refusal.ts';
import { again, DONE, type Round } from './round.ts';

/** What became of an amend. */
export type AmendEnd =
  /** The order is as it was asked for. */
  | { readonly kind: 'amended'; readonly why: string }
  | { readonly kind: 'refused'; readonly refusal: Refusal }
  /** A kill switch stopped it. */
  | { readonly kind: 'stopped'; readonly why: string }
  | { readonly kind: 'too-late'; readonly why: string }
  /** There was no open order to change. */
  | { readonly kind: 'not-open'; readonly why: string }
  /** It went out, and Kraken is seen not to have made it. */
  | { readonly kind: 'unchanged'; readonly why: string }
  /** It went out, and a day of looking did not tell. */
  | { readonly kind: 'not-known'; readonly why: string };

/** An amend that could not be carried out for so long is told, once. */
const TOLD_MS = 2 * 60_000;

/** Whether the row says that the amend, or a newer one, has ended. */
export function isEnded({ amended }: OrderRow, amend: AmendName): boolean {
  const [ended, asked] = [amended?.ended, amended?.asked];
  if (ended !== undefined && ended.firedAtMs > amend.firedAtMs) return true;
  if (asked !== undefined && asked.firedAtMs > amend.firedAtMs) return true;
  return ended?.firedAtMs === amend.firedAtMs && ended.hash === amend.hash;
}

/** Ends an amend without a word on what Kraken has: the record of what was asked stays as it is. */
export function endAmend(
  { amend, row, how }: { readonly amend: Amend; readonly row: OrderRow; readonly how: AmendEnd },
  deps: AmendDeps,
): Promise<Round> {
  return write({ amend, row, how }, row.amended ?? {}, deps);
}

/** An amend that went out, what became of it, and the order that Kraken has now. */
export interface SettledAmend {
  readonly amend: Amend;
  readonly row: OrderRow;
  readonly how: AmendEnd;
  readonly asked: AskedAmend;
  readonly now: Order;
}

/** Ends an amend that went out: what Kraken has now is on the row afterwards. */
export function settleAmend(
  { amend, row, how, asked, now }: SettledAmend,
  deps: AmendDeps,
): Promise<Round> {
  const settledAtMs = deps.clock.nowMs();
  const record = { ...row.amended, now, asked: { ...asked, settledAtMs } };
  return write({ amend, row, how }, record, deps);
}

/** How an amend ends that Kraken turned down. */
export function turnedDownEnd({ kind, reason }: NonNullable<AskedAmend['turnedDown']>): AmendEnd {
  if (kind === 'gone') {
    return { kind: 'not-open', why: `it is not open at Kraken any more (${reason})` };
  }
  const sentence = `Kraken refused the amend, and the order stays as it was: ${reason}`;
  return { kind: 'refused', refusal: refusal('refused-by-kraken', sentence) };
}

async function write(
  { amend, row, how }: { readonly amend: Amend; readonly row: OrderRow; readonly how: AmendEnd },
  record: AmendRecord,
  deps: AmendDeps,
): Promise<Round> {
  const { firedAtMs, hash, account, orderKey } = amend;
  const atMs = deps.clock.nowMs();
  const amended: AmendRecord = { ...record, ended: { firedAtMs, hash } };
  const next = { ...row, amended };
  const why = `amend ${auditWords(how, amended.now)}`;
  const notice = amendedNotice(next, { amend, how }, { config: deps.config, atMs });
  const change = { why, atMs, set: { amended }, dueAtMs: row.dueAtMs ?? null, notice };
  if ((await deps.orders.note(row, change)) === 'lost') return again('somebody else moved the row');
  deps.log.info('amend-ended', { account, orderKey, kind: how.kind, why });
  await deps.amends.done(amend);
  return DONE;
}

function auditWords(how: AmendEnd, order: Order | undefined): string {
  if (how.kind === 'refused') return `refused: ${how.refusal.code}: ${how.refusal.sentence}`;
  const now = how.kind === 'amended' && order ? `: ${orderWords(order)}` : '';
  return `${KINDS[how.kind]}${now}: ${how.why}`;
}

const KINDS = {
  amended: 'made',
  stopped: 'stopped',
  'too-late': 'too late',
  'not-open': 'had nothing to change',
  unchanged: 'not made',
  'not-known': 'not settled',
} as const satisfies Record<Exclude<AmendEnd['kind'], 'refused'>, string>;

/** The minute's job hands it over again; a person hears of it when that goes on. */
export async function tellWaiting(amend: Amend, why: string, deps: AmendDeps): Promise<void> {
  const { account, orderKey, askedAtMs } = amend;
  deps.log.warn('amend-waits', { account, orderKey, why });
  const atMs = deps.clock.nowMs();
  if (atMs < askedAtMs + TOLD_MS) return;
  const row = await deps.orders.read(amend);
  if (row === undefined) return;
  await deps.outbox.put(amendWaitsNotice(row, { amend, why }, { config: deps.config, atMs }));
}
