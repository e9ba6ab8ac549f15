/** The order log in memory: each act checks and writes in one step, as a transaction does. */
import { bookChange } from '../../functions/core/book.ts';
import { auditEntry, NO_HASH } from '../../functions/core/audit.ts';
import { decimal, plain, ZERO } from '../../functions/core/decimal.ts';
import { isWaiting, mayMove, type OrderState } from '../../functions/core/order-state.ts';
import type { OrderRow } from '../../functions/core/order.ts';
import { LANE_REST_MS, MAX_SENDS } from '../../functions/core/protocol.ts';
import type { AmendLicence } from '../../functions/core/amending.ts';
import type {
  LaneLease,
  OrderLog,
  Preparation,
  PrepareResult,
  RowChange,
} from '../../functions/core/ports.ts';
import { assert } from '../../functions/core/result.ts';
import type { AtOnce } from './at-once.ts';
import { nameOf, stored as asStored, type StoreMemory } from './store-memory.ts';

/** The order log over a memory. */
export function ordersIn(memory: StoreMemory): AtOnce<OrderLog> {
  const { rows } = memory;
  return {
    receive(row, why, notice) {
      const stored = rows.get(nameOf(row));
      if (stored !== undefined) return stored;
      if (notice !== undefined) memory.put(notice);
      write(memory, { ...row, version: 1 }, { from: 'none', why, atMs: row.receivedAtMs });
      return 'created';
    },
    read: (ref) => rows.get(nameOf(ref)),
    prepare: (row, preparation) => prepare(memory, row, preparation),
    licenseAmend: (row, licence) => licenseAmend(memory, row, licence),
    move(row, to, changes) {
      assert(mayMove(row.state, to), `an order may go from ${row.state} to ${to}`);
      return change(memory, row, to, changes);
    },
    note: (row, changes) => change(memory, row, row.state, changes),
    due(nowMs, limit) {
      const due = [...rows.values()].filter(
        ({ dueAtMs, state }) => (dueAtMs ?? Infinity) <= nowMs && state !== 'placed',
      );
      due.sort((a, b) => (a.dueAtMs ?? 0) - (b.dueAtMs ?? 0));
      return due.slice(0, limit).map(({ account, orderKey }) => ({ account, orderKey }));
    },
    followed(limit) {
      const followed = [...rows.values()].filter(
        ({ dueAtMs, state }) => dueAtMs !== undefined && state === 'placed',
      );
      followed.sort((a, b) => a.receivedAtMs - b.receivedAtMs);
      return followed.slice(0, limit).map(({ account, orderKey }) => ({ account, orderKey }));
    },
  };
}

function write(
  memory: StoreMemory,
  next: OrderRow,
  step: { from: OrderState | 'none'; why: string; atMs: number },
): OrderRow {
  const { rows, audits } = memory;
  const name = nameOf(next);
  const chain = audits.get(name) ?? [];
  const linked = { seq: next.version, to: next.state, ...step };
  const entry = memory.kept(auditEntry(linked, chain.at(-1)?.hash ?? NO_HASH));
  if (chain.push(entry) === 1) audits.set(name, chain);
  const row = memory.kept(asStored(next, entry.hash));
  rows.set(name, row);
  return row;
}

/** The stored row, if it is still the one that the caller has. */
function current({ rows }: StoreMemory, row: OrderRow): OrderRow | undefined {
  const stored = rows.get(nameOf(row));
  return stored?.version === row.version && stored.state === row.state ? stored : undefined;
}

function change(
  memory: StoreMemory,
  row: OrderRow,
  to: OrderState,
  { why, atMs, set, dueAtMs, notice, book, others = [] }: RowChange,
): OrderRow | 'lost' {
  const version = row.version + 1;
  if (current(memory, row) === undefined) {
    // The same hash means that it is the caller's own write, made again.
    const stored = memory.rows.get(nameOf(row));
    const entry = auditEntry({ seq: version, from: row.state, to, why, atMs }, row.auditHash);
    return stored?.auditHash === entry.hash ? stored : 'lost';
  }
  const changes = [bookChange(row, to, book), ...others];
  if (!changes.every((one) => memory.books.mayChange(one))) return 'lost';
  for (const one of changes) memory.books.change(one);
  if (notice !== undefined) memory.put(notice);
  const step = { from: row.state, why, atMs };
  const { dueAtMs: _was, ...rest } = row;
  const due = dueAtMs === null ? {} : { dueAtMs };
  return write(memory, { ...rest, ...set, ...due, state: to, version }, step);
}

/** What forbids the order, of the global switch first and then of the account's. */
function switchedOff(
  { switches }: StoreMemory,
  { account }: OrderRow,
  isReducing: boolean,
): 'not-armed' | 'switched-off' | undefined {
  for (const name of ['global', account]) {
    const blocks = switches.get(name)?.blocks;
    if (blocks === undefined) return 'not-armed';
    if (blocks === 'all' || (blocks === 'entries' && !isReducing)) return 'switched-off';
  }
  return undefined;
}

function prepare(memory: StoreMemory, row: OrderRow, asked: Preparation): PrepareResult {
  const { attempt, risk, decision } = asked;
  assert(row.sends < row.licences && row.licences <= MAX_SENDS, 'the row has a licence left');
  const { add = '0', cap = add } = risk.notional ?? {};
  if (decimal(add).gt(cap)) return { kind: 'daily-cap' };
  const written = memory.rows.get(nameOf(row));
  // The token is the caller's alone: it is its own write, made again.
  if (written?.attempt?.token === attempt.token) return { kind: 'prepared', row: written };
  const stored = current(memory, row);
  const fits =
    stored !== undefined &&
    isWaiting(stored.state) &&
    stored.sends < stored.licences &&
    stored.expiresAtMs > attempt.preparedAtMs &&
    stored.payloadHash === row.payloadHash;
  if (!fits) return { kind: 'lost' };
  const off = switchedOff(memory, row, decision.reducing);
  if (off !== undefined) return { kind: off };
  if (!isHeld(memory, asked.lane, attempt.preparedAtMs)) return { kind: 'lane-lost' };
  if (!memory.books.mayHold(asked.book)) return { kind: 'lost' };
  const full = count(memory, row.account, risk);
  if (full !== undefined) return full;
  memory.books.hold(row.orderKey, asked.book);
  const { refusedBeforeEngine: _was, absences: _seen, ...rest } = row;
  const { version, licences } = row;
  const sends = row.sends + 1;
  const why = `attempt ${sends} of ${licences} prepared with nonce ${attempt.nonce}`;
  const set = { state: 'prepared', sends, attempt, decision, dueAtMs: asked.dueAtMs } as const;
  const step = { from: row.state, why, atMs: attempt.preparedAtMs };
  return { kind: 'prepared', row: write(memory, { ...rest, ...set, version: version + 1 }, step) };
}

function licenseAmend(memory: StoreMemory, row: OrderRow, asked: AmendLicence): PrepareResult {
  const { atMs, why, risk } = asked;
  const { add = '0', cap = add } = risk.notional ?? {};
  if (decimal(add).gt(cap)) return { kind: 'daily-cap' };
  const version = row.version + 1;
  const step = { from: row.state, why, atMs };
  if (current(memory, row) === undefined) {
    // The same hash means that it is the caller's own write, made again.
    const stored = memory.rows.get(nameOf(row));
    const entry = auditEntry({ seq: version, to: row.state, ...step }, row.auditHash);
    return stored?.auditHash === entry.hash ? { kind: 'prepared', row: stored } : { kind: 'lost' };
  }
  const off = switchedOff(memory, row, asked.reducing);
  if (off !== undefined) return { kind: off };
  if (!isHeld(memory, asked.lane, atMs)) return { kind: 'lane-lost' };
  const full = count(memory, row.account, risk);
  if (full !== undefined) return full;
  const amended = { ...row.amended, asked: asked.asked };
  return { kind: 'prepared', row: write(memory, { ...row, amended, version }, step) };
}

/** Whether the lane is the caller's for long enough. */
function isHeld({ lanes, fences }: StoreMemory, lane: LaneLease, atMs: number): boolean {
  if (!fences) return true;
  const held = lanes.get(lane.keyId);
  return (
    held?.owner === lane.owner && held.fence === lane.fence && held.untilMs > atMs + LANE_REST_MS
  );
}

/** Counts the order in its day and hour, unless a cap forbids it: then nothing is counted. */
function count(
  { day, hour, opened }: StoreMemory,
  account: string,
  risk: Preparation['risk'],
): PrepareResult | undefined {
  const iso = new Date(risk.atMs).toISOString();
  const dayName = `${account} ${iso.slice(0, 10)}`;
  const hourName = `${account} ${iso.slice(0, 13)}`;
  const before = day.get(dayName) ?? ZERO;
  const sum = before.plus(risk.notional?.add ?? '0');
  if (risk.notional !== undefined && sum.gt(risk.notional.cap)) {
    return { kind: 'daily-cap', counted: plain(before) };
  }
  const orders = hour.get(hourName) ?? 0;
  if (risk.count !== undefined && orders >= risk.count.cap) return { kind: 'hourly-cap' };
  const openedName = `${account} ${risk.cooldown?.source ?? ''}`;
  const openedAtMs = risk.cooldown && opened.get(openedName);
  if (openedAtMs !== undefined && openedAtMs > risk.atMs - (risk.cooldown?.ms ?? 0)) {
    return { kind: 'cooling-down', openedAtMs };
  }
  if (risk.cooldown !== undefined) opened.set(openedName, risk.atMs);
  day.set(dayName, sum);
  if (risk.count !== undefined) hour.set(hourName, orders + 1);
  return undefined;
}
