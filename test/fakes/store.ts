/**
 * The store in memory: order log, lanes, switches, tally and outbox over plain maps, with the same
 * conditions as the DynamoDB adapters. Every call checks and writes in one step, without an await
 * between, which is what a transaction is.
 */
import { auditEntry, NO_HASH } from '../../functions/core/audit.ts';
import { decimal, ZERO, type Decimal } from '../../functions/core/decimal.ts';
import type { Notice } from '../../functions/core/notice.ts';
import { isWaiting, mayMove, type OrderState } from '../../functions/core/order-state.ts';
import type { AuditEntry, OrderRef, OrderRow } from '../../functions/core/order.ts';
import { LANE_MS, LANE_NONCES, LANE_REST_MS, MAX_SENDS } from '../../functions/core/protocol.ts';
import type {
  Clock,
  LaneLease,
  Lanes,
  OrderLog,
  Outbox,
  Preparation,
  PrepareResult,
  RowChange,
  SwitchReading,
  Switches,
  Tally,
} from '../../functions/core/ports.ts';
import { assert } from '../../functions/core/result.ts';

/** What a switch blocks. */
type Blocks = 'nothing' | 'entries' | 'all';

interface LaneRow {
  nonce: number;
  fence: number;
  owner: string;
  untilMs: number;
}

/** The ports over one memory, and a look into it. */
export interface FakeStore {
  readonly orders: OrderLog;
  readonly lanes: Lanes;
  readonly switches: Switches;
  readonly tally: Tally;
  readonly outbox: Outbox;
  rows(): readonly OrderRow[];
  row(ref: OrderRef): OrderRow;
  audit(ref: OrderRef): readonly AuditEntry[];
  notices(): readonly Notice[];
  /** Whether no row is due at any time and no notice waits. */
  isAtRest(): boolean;
  /** Makes an account tradable: its switches on, its lane with a nonce. */
  arm(account: string, ...keyIds: string[]): void;
  setSwitch(account: string, blocks: Blocks, why?: string): void;
  /** The next calls of any port throw. */
  fail(times: number): void;
  /** Keeps a copy of everything as it is now; what it returns puts that copy back. */
  backup(): () => void;
}

/** An order key is a hash over the account too. */
const nameOf = ({ orderKey }: OrderRef): string => orderKey;

/** An empty store. */
export function fakeStore(clock: Clock): FakeStore {
  const rows = new Map<string, OrderRow>();
  const audits = new Map<string, AuditEntry[]>();
  const notices = new Map<string, { notice: Notice; delivered: boolean }>();
  const lanes = new Map<string, LaneRow>();
  const switches = new Map<string, { blocks: Blocks; why: string }>();
  const day = new Map<string, Decimal>();
  const hour = new Map<string, number>();
  const failures = new Map<string, number>();
  const lastPlaced = new Map<string, string>();
  const equity = new Map<string, Decimal>();
  let failing = 0;
  const reach = (): void => {
    if (failing === 0) return;
    failing -= 1;
    throw new Error('the store is away');
  };
  const put = (notice: Notice | undefined): void => {
    if (notice !== undefined && !notices.has(notice.id)) {
      notices.set(notice.id, { notice: frozen(notice), delivered: false });
    }
  };
  const write = (
    ref: OrderRef,
    next: OrderRow,
    step: { from: OrderState | 'none'; why: string; atMs: number },
  ) => {
    const chain = audits.get(nameOf(ref)) ?? [];
    const entry = auditEntry(
      { seq: next.version, to: next.state, ...step },
      chain.at(-1)?.hash ?? NO_HASH,
    );
    if (chain.push(entry) === 1) audits.set(nameOf(ref), chain);
    const row = frozen({ ...next, auditHash: entry.hash });
    rows.set(nameOf(ref), row);
    return row;
  };
  const current = (row: OrderRow): OrderRow | undefined => {
    const stored = rows.get(nameOf(row));
    return stored?.version === row.version && stored.state === row.state ? stored : undefined;
  };
  const change = (row: OrderRow, to: OrderState, change: RowChange): OrderRow | 'lost' => {
    const stored = rows.get(nameOf(row));
    if (current(row) === undefined) {
      const { why, atMs } = change;
      const step = auditEntry(
        { seq: row.version + 1, from: row.state, to, why, atMs },
        row.auditHash,
      );
      // The same hash means that it is the caller's own write, made again.
      return stored?.auditHash === step.hash ? stored : 'lost';
    }
    const { dueAtMs: _due, ...rest } = row;
    const due = change.dueAtMs === null ? {} : { dueAtMs: change.dueAtMs };
    const next = { ...rest, ...change.set, ...due, state: to, version: row.version + 1 };
    put(change.notice);
    return write(row, next, { from: row.state, why: change.why, atMs: change.atMs });
  };
  const read = (account: string): SwitchReading => {
    const both = [switches.get('global'), switches.get(account)];
    for (const blocks of ['all', 'entries'] as const) {
      const found = both.find((one) => one?.blocks === blocks);
      if (found !== undefined) return { kind: 'off', blocks, why: found.why };
    }
    return both.includes(undefined) ? { kind: 'not-armed' } : { kind: 'on' };
  };
  /** What forbids the order, of the global switch first and then of the account's. */
  const switchedOff = (row: OrderRow, isReducing: boolean): 'not-armed' | 'switched-off' | null => {
    for (const name of ['global', row.account]) {
      const blocks = switches.get(name)?.blocks;
      if (blocks === undefined) return 'not-armed';
      if (blocks === 'all' || (blocks === 'entries' && !isReducing)) return 'switched-off';
    }
    return null;
  };
  const prepare = (row: OrderRow, p: Preparation): PrepareResult => {
    const { attempt, risk, lane } = p;
    assert(row.sends < row.licences && row.licences <= MAX_SENDS, 'the row has a licence left');
    const { add = '0', cap = add } = risk.notional ?? {};
    if (decimal(add).gt(cap)) return { kind: 'daily-cap' };
    const written = rows.get(nameOf(row));
    // The token is the caller's alone: it is its own write, made again.
    if (written?.attempt?.token === attempt.token) return { kind: 'prepared', row: written };
    const stored = current(row);
    const fits =
      stored !== undefined &&
      isWaiting(stored.state) &&
      stored.sends < stored.licences &&
      stored.expiresAtMs > attempt.preparedAtMs &&
      stored.payloadHash === row.payloadHash;
    if (!fits) return { kind: 'lost' };
    const off = switchedOff(row, p.decision.reducing);
    if (off !== null) return { kind: off };
    const held = lanes.get(lane.keyId);
    if (
      held?.owner !== lane.owner ||
      held.fence !== lane.fence ||
      held.untilMs <= attempt.preparedAtMs + LANE_REST_MS
    ) {
      return { kind: 'lane-lost' };
    }
    const iso = new Date(risk.atMs).toISOString();
    const dayName = `${row.account} ${iso.slice(0, 10)}`;
    const hourName = `${row.account} ${iso.slice(0, 13)}`;
    const sum = (day.get(dayName) ?? ZERO).plus(risk.notional?.add ?? '0');
    if (risk.notional !== undefined && sum.gt(risk.notional.cap)) return { kind: 'daily-cap' };
    const count = hour.get(hourName) ?? 0;
    if (risk.count !== undefined && count >= risk.count.cap) return { kind: 'hourly-cap' };
    day.set(dayName, sum);
    if (risk.count !== undefined) hour.set(hourName, count + 1);
    const { refusedBeforeEngine: _was, absences: _seen, ...rest } = row;
    const sends = row.sends + 1;
    const next: OrderRow = {
      ...rest,
      state: 'prepared',
      version: row.version + 1,
      sends,
      attempt,
      decision: p.decision,
      dueAtMs: p.dueAtMs,
    };
    const why = `attempt ${sends} of ${row.licences} prepared with nonce ${attempt.nonce}`;
    const step = { from: row.state, why, atMs: attempt.preparedAtMs };
    return { kind: 'prepared', row: write(row, next, step) };
  };
  const orders: OrderLog = {
    async receive(row, why, notice) {
      reach();
      const stored = rows.get(nameOf(row));
      if (stored !== undefined) return stored;
      put(notice);
      write(row, { ...row, version: 1 }, { from: 'none', why, atMs: row.receivedAtMs });
      return 'created';
    },
    async read(ref) {
      reach();
      const stored = rows.get(nameOf(ref));
      return stored;
    },
    async prepare(row, preparation) {
      reach();
      return prepare(row, preparation);
    },
    async move(row, to, changes) {
      reach();
      assert(mayMove(row.state, to), `an order may go from ${row.state} to ${to}`);
      return change(row, to, changes);
    },
    async note(row, changes) {
      reach();
      return change(row, row.state, changes);
    },
    async due(nowMs, limit) {
      reach();
      const due = [...rows.values()].filter(({ dueAtMs }) => (dueAtMs ?? Infinity) <= nowMs);
      due.sort((a, b) => (a.dueAtMs ?? 0) - (b.dueAtMs ?? 0));
      return due.slice(0, limit).map(({ account, orderKey }) => ({ account, orderKey }));
    },
  };
  return {
    orders,
    lanes: {
      async take(keyId, owner) {
        reach();
        const lane = lanes.get(keyId);
        if (lane === undefined) return 'not-armed';
        const nowMs = clock.nowMs();
        if (lane.untilMs >= nowMs && lane.owner !== owner) return 'busy';
        lane.owner = owner;
        lane.untilMs = nowMs + LANE_MS;
        lane.fence += 1;
        const first = Math.max(nowMs * 1_000, lane.nonce) + 1;
        lane.nonce = first + LANE_NONCES - 1;
        return leaseOf(keyId, lane, first);
      },
      async release({ keyId, fence }) {
        reach();
        const lane = lanes.get(keyId);
        if (lane?.fence === fence) lane.untilMs = clock.nowMs() - 1;
      },
    },
    switches: {
      async read(account) {
        reach();
        return read(account);
      },
      async trip(account, blocks, why) {
        reach();
        if (switches.get(account)?.blocks !== 'all') switches.set(account, { blocks, why });
      },
    },
    tally: {
      async failed(account) {
        reach();
        const count = (failures.get(account) ?? 0) + 1;
        failures.set(account, count);
        return count;
      },
      async placed(account, exchangeOrderId) {
        reach();
        failures.set(account, 0);
        lastPlaced.set(account, exchangeOrderId);
      },
      async lastPlaced(account) {
        reach();
        return lastPlaced.get(account);
      },
      async equityAtDayStart(account, atMs) {
        reach();
        return equity.get(`${account} ${new Date(atMs).toISOString().slice(0, 10)}`);
      },
      async recordEquity(account, atMs, value) {
        reach();
        const name = `${account} ${new Date(atMs).toISOString().slice(0, 10)}`;
        if (!equity.has(name)) equity.set(name, decimal(value.toFixed()));
      },
    },
    outbox: {
      async put(notice) {
        reach();
        put(notice);
      },
      async pending(limit) {
        reach();
        const waiting = [...notices.values()].filter(({ delivered }) => !delivered);
        return waiting.slice(0, limit).map(({ notice }) => notice);
      },
      async delivered(notice) {
        reach();
        const kept = notices.get(notice.id);
        if (kept !== undefined) kept.delivered = true;
      },
    },
    rows: () => [...rows.values()],
    row: (ref) => {
      const stored = rows.get(nameOf(ref));
      assert(stored !== undefined, `there is an order row ${nameOf(ref)}`);
      return stored;
    },
    isAtRest: () =>
      [...rows.values()].every(({ dueAtMs }) => dueAtMs === undefined) &&
      [...notices.values()].every(({ delivered }) => delivered),
    audit: (ref) => audits.get(nameOf(ref)) ?? [],
    notices: () => [...notices.values()].map(({ notice }) => notice),
    arm: (account, ...keyIds) => {
      for (const name of ['global', account]) {
        if (!switches.has(name)) switches.set(name, { blocks: 'nothing', why: 'armed' });
      }
      for (const keyId of keyIds) {
        const nonce = clock.nowMs() * 1_000;
        if (!lanes.has(keyId)) lanes.set(keyId, { nonce, fence: 0, owner: '', untilMs: 0 });
      }
    },
    setSwitch: (account, blocks, why = 'by the test') => {
      switches.set(account, { blocks, why });
    },
    fail: (times) => {
      failing = times;
    },
    backup: () => {
      const puts = [
        ...[copied(rows, same), copied(audits, (chain) => [...chain])],
        ...[copied(notices, (one) => ({ ...one })), copied(lanes, (one) => ({ ...one }))],
        ...[copied(switches, same), copied(day, same), copied(hour, same)],
        ...[copied(failures, same), copied(lastPlaced, same), copied(equity, same)],
      ];
      return () => {
        for (const put of puts) put();
      };
    },
  };
}

function same<T>(value: T): T {
  return value;
}

/** Copies a map; what it returns makes the map equal to the copy. */
function copied<K, V>(map: Map<K, V>, copy: (value: V) => V): () => void {
  const kept = [...map].map(([name, value]) => [name, copy(value)] as const);
  return () => {
    map.clear();
    for (const [name, value] of kept) map.set(name, copy(value));
  };
}

function leaseOf(keyId: string, lane: LaneRow, first: number): LaneLease {
  let next = first;
  const last = first + LANE_NONCES - 1;
  const { owner, fence, untilMs } = lane;
  return {
    keyId,
    owner,
    fence,
    untilMs,
    nextNonce() {
      assert(next <= last, 'an invocation uses no more nonces than it reserved');
      return String(next++);
    },
  };
}

/**
 * What was stored stays as it was: whoever is given a row cannot change it, so no copy is needed.
 * A use case that tries is caught by the error of a frozen object.
 */
function frozen<T>(value: T): T {
  if (typeof value !== 'object' || value === null || Object.isFrozen(value)) return value;
  for (const part of Object.values(value)) frozen(part);
  return Object.freeze(value);
}
