/** What is done to the store by the commands, and how it is compared with the model. */
import { bookOf } from '../../../functions/core/book.ts';
import { expect } from 'vitest';
import { brokenLink } from '../../../functions/core/audit.ts';
import type { Notice } from '../../../functions/core/notices/notice.ts';
import { mayMove, ORDER_STATES, type OrderState } from '../../../functions/core/order-state.ts';
import type { OrderRow } from '../../../functions/core/order.ts';
import type { LaneLease, PrepareResult, RowChange } from '../../../functions/core/ports.ts';
import { CAPS, type Asked, type Model } from './order-row.model.ts';
import type { StoreUnderTest } from './store.contract.ts';

/** The store, and every version of every row as somebody once read it. */
export interface Real {
  readonly store: StoreUnderTest;
  readonly account: string;
  readonly keyId: string;
  readonly read: Map<string, OrderRow[]>;
  /** Makes texts that never come twice. */
  readonly fresh: () => string;
}

/** A change that somebody wants of a row. */
export interface Wish {
  /** `note`: the row stays in its state. A number: the n-th state that the table allows. */
  readonly to: OrderState | 'note' | number;
  readonly dueInMs: number | null;
  /** What becomes of the licence of a row that is queued again. */
  readonly licence: 'as it is' | 'given back' | 'second';
}

/** Where a wish leads from a state. */
export function target({ to }: Wish, from: OrderState): OrderState | 'note' {
  if (typeof to !== 'number') return to;
  const allowed = ORDER_STATES.filter((state) => mayMove(from, state));
  return allowed[to % allowed.length] ?? 'note';
}

/** A row as it is received. */
export function newRow(real: Real, orderKey: string, nowMs: number): OrderRow {
  return {
    ...{ schema: 1, account: real.account, orderKey, state: 'received', version: 1 },
    clientOrderId: '00000000-0000-5000-8000-000000000000',
    payloadHash: 'a'.repeat(64),
    signal: {
      ...{ id: orderKey, source: 'trend', sentAtMs: nowMs, symbol: 'BTC/USD' },
      ...{ action: 'buy', type: 'market' },
    },
    ...{ receivedAtMs: nowMs, expiresAtMs: nowMs + 60_000, sends: 0, licences: 1 },
    ...{ dueAtMs: nowMs + 20_000, auditHash: '' },
  };
}

/** A notice with a name of its own. */
export function noticeOf(real: Real): Notice {
  const id = real.fresh();
  return { id, atMs: 1, urgency: 'info', channels: [], title: 'title', text: 'text' };
}

/** The lane, held now; or held before somebody took it again. */
export async function laneOf({ store, keyId }: Real, isLost: boolean): Promise<LaneLease> {
  const lane = await store.lanes.take(keyId, 'worker');
  if (isLost) await store.lanes.take(keyId, 'worker');
  if (typeof lane === 'string') throw new Error(lane);
  return lane;
}

/** PREPARE, as often as it is called with the same token. */
export function preparing(
  real: Real,
  key: string,
  asked: Asked,
  lane: LaneLease,
): () => Promise<PrepareResult> {
  const row = asOf(real, key, asked.age);
  const atMs = real.store.clock.nowMs();
  const given = asked.isOtherBody ? { ...row, payloadHash: 'c'.repeat(64) } : row;
  const preparation = {
    attempt: {
      ...{ token: real.fresh(), nonce: lane.nextNonce(), deadlineMs: atMs + 10_000 },
      preparedAtMs: atMs,
      order: { pair: 'XBTUSD', side: 'buy', type: 'market', volume: '0.01' },
      ...{ keyId: lane.keyId, fence: lane.fence, validate: false },
    },
    decision: {
      ...{ pair: 'BTC/USD', pairReason: 'by the test', steps: [], notional: '500' },
      ...{ atPrice: '50000', reducing: asked.reducing },
    },
    ...{ lane, dueAtMs: atMs + 20_000 },
    risk: {
      atMs,
      notional: { add: String(asked.add), cap: String(CAPS.day) },
      count: { cap: CAPS.hour },
    },
    book: { ref: bookOf(given, { pair: 'BTC/USD', keyId: lane.keyId, validate: false }) },
  } as const;
  return () => real.store.orders.prepare(given, preparation);
}

/** A move or a note, as often as it is called with the same words. */
export function changing(
  real: Real,
  key: string,
  age: number,
  wish: Wish,
): { act: () => Promise<OrderRow | 'lost'>; notice: Notice } {
  const { orders, clock } = real.store;
  const row = asOf(real, key, age);
  const notice = noticeOf(real);
  const atMs = clock.nowMs();
  const dueAtMs = wish.dueInMs === null ? null : atMs + wish.dueInMs;
  const change: RowChange = { why: `because of ${notice.id}`, atMs, dueAtMs, notice };
  const to = target(wish, row.state);
  if (to === 'note') return { act: () => orders.note(row, change), notice };
  const isQueued = to === 'queued' && row.sends > 0;
  const set = {
    ...(isQueued && wish.licence === 'given back' ? { sends: row.sends - 1 } : {}),
    ...(isQueued && wish.licence === 'second' ? { licences: 2 } : {}),
  };
  return { act: () => orders.move(row, to, { ...change, set }), notice };
}

function asOf(real: Real, key: string, age: number): OrderRow {
  const row = real.read.get(key)?.at(-1 - age);
  if (row === undefined) throw new Error('the row was read');
  return row;
}

/** The row that was licensed; undefined when none was. */
export function rowOf(result: PrepareResult): OrderRow | undefined {
  return result.kind === 'prepared' ? result.row : undefined;
}

/** The row, its audit chain and the list of due rows are as the model has them. */
export async function agree(model: Model, real: Real, orderKey: string): Promise<void> {
  const { store, account } = real;
  const ref = { account, orderKey };
  const [row, audit, rowsDue] = await Promise.all([
    store.orders.read(ref),
    store.audit(ref),
    store.orders.due(model.nowMs, 100),
  ]);
  const { versions = [] } = model.rows.get(orderKey) ?? {};
  expect(row).toEqual(real.read.get(orderKey)?.at(-1));
  if (row === undefined) throw new Error('the row is there');
  const { state, sends, licences, dueAtMs } = row;
  expect({ state, sends, licences, dueAtMs }).toEqual(versions.at(-1));
  expect(row.version).toBe(versions.length);
  expect(audit.map(({ to }) => to)).toEqual(versions.map(({ state }) => state));
  expect(brokenLink(audit, row.auditHash)).toBeUndefined();
  const due = rowsDue.map((one) => one.orderKey);
  const since = model.due();
  expect(new Set(due)).toEqual(new Set(since.keys()));
  const times = due.map((one) => since.get(one) ?? 0);
  expect(times).toEqual([...times].sort((a, b) => a - b));
}

/** So are the switches and the outbox. */
export async function agreeAtTheEnd(model: Model, { store, account }: Real): Promise<void> {
  const { global, account: own } = model.switches;
  const reading = await store.switches.read(account);
  const blocks = ['all', 'entries'].find((one) => one === global || one === own);
  if (blocks !== undefined) expect(reading).toMatchObject({ kind: 'off', blocks });
  else expect(reading).toEqual({ kind: own === undefined ? 'not-armed' : 'on' });
  const waiting = await store.deliveries.due(Date.UTC(2200, 0, 1), 1_000);
  expect(new Set(waiting.map(({ notice }) => notice.id))).toEqual(model.notices);
}
