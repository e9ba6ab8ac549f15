/** What the store in memory remembers, as plain maps that can be copied and put back. */
import { assert } from '../../functions/core/result.ts';
import type { Decimal } from '../../functions/core/decimal.ts';
import type { Notice } from '../../functions/core/notices/notice.ts';
import type { AuditEntry, OrderRef, OrderRow } from '../../functions/core/order.ts';
import type {
  CancelRequest,
  ResumeCode,
  SwitchEntry,
  SwitchState,
} from '../../functions/core/halt/switch-board.ts';
import type { Amend } from '../../functions/core/execute/amends.ts';
import type { Recall } from '../../functions/core/execute/recalls.ts';
import type { HaltRequest } from '../../functions/core/halt/halt-requests.ts';
import type { Watch } from '../../functions/core/silence/judge-silence.ts';
import { BooksMemory } from './books-memory.ts';
import { OutboxMemory } from './outbox-memory.ts';

/** A lane as it is stored. */
export interface LaneRow {
  nonce: number;
  fence: number;
  owner: string;
  untilMs: number;
}

/** An order key is a hash over the account too. */
export const nameOf = ({ orderKey }: OrderRef): string => orderKey;

/** How a store in memory differs from others. */
export interface MemoryOptions {
  /** Whoever changes what is kept is caught at it, which costs a tenth of a simulation. */
  readonly freezes?: boolean;
  /** Licences ask whose lane it is; a mutant's do not. */
  readonly fences?: boolean;
}

/** Every item of the store. */
export class StoreMemory {
  readonly rows = new Map<string, OrderRow>();
  readonly audits = new Map<string, AuditEntry[]>();
  readonly outbox = new OutboxMemory();
  readonly books = new BooksMemory();
  readonly lanes = new Map<string, LaneRow>();
  readonly switches = new Map<string, Pick<SwitchState, 'blocks' | 'why'> & Partial<SwitchState>>();
  readonly switchEntries: SwitchEntry[] = [];
  readonly resumeCodes = new Map<string, ResumeCode>();
  readonly cancels = new Map<string, CancelRequest>();
  readonly recalls = new Map<string, Recall>();
  /** When sources were last heard, and how those that should speak are watched. */
  readonly heard = new Map<string, number>();
  readonly watches = new Map<string, { readonly version: number; readonly watch: Watch }>();
  /** The newest amend of each order; `waits` until it is carried out. */
  readonly amends = new Map<string, { readonly amend: Amend; readonly waits: boolean }>();
  /** Halts that sources asked for; `waits` until they are carried out. */
  readonly halts = new Map<string, { readonly waits: boolean; readonly request: HaltRequest }>();
  /** Value of the orders of a day and number of the orders of an hour, by account and time. */
  readonly day = new Map<string, Decimal>();
  readonly hour = new Map<string, number>();
  /** When a source last opened an order on an account, by both names. */
  readonly opened = new Map<string, number>();
  readonly failures = new Map<string, number>();
  readonly lastPlaced = new Map<string, string>();
  readonly equity = new Map<string, Decimal>();
  readonly fences: boolean;
  readonly #freezes: boolean;

  constructor({ freezes = true, fences = true }: MemoryOptions = {}) {
    this.#freezes = freezes;
    this.fences = fences;
  }

  /** What is to be kept, frozen where this memory freezes. */
  kept<T>(value: T): T {
    return this.#freezes ? frozen(value) : value;
  }

  /** The row, which must be there. */
  row(ref: OrderRef): OrderRow {
    const stored = this.rows.get(nameOf(ref));
    assert(stored !== undefined, `there is an order row ${nameOf(ref)}`);
    return stored;
  }

  /** Keeps a notice that is not there yet. */
  put(notice: Notice): void {
    this.outbox.put(this.kept(notice));
  }

  /** Whether no row is due at any time and no notice waits. */
  isAtRest(): boolean {
    return this.outbox.isEmpty && this.areRowsAtRest();
  }

  /** Whether no row is due at any time. What is placed and followed may rest for ever. */
  areRowsAtRest(): boolean {
    for (const { dueAtMs, state } of this.rows.values()) {
      if (dueAtMs !== undefined && state !== 'placed') return false;
    }
    return true;
  }

  /** Keeps a copy of everything as it is now; what it returns puts that copy back. */
  backup(): () => void {
    const puts = [
      ...[copied(this.rows, same), copied(this.audits, (chain) => [...chain])],
      this.outbox.backup(),
      ...[copied(this.lanes, (lane) => ({ ...lane })), copied(this.switches, same)],
      ...[copied(this.resumeCodes, same), copied(this.cancels, same), copied(this.halts, same)],
      ...[copied(this.recalls, same), copied(this.amends, same), copied(this.books.books, same)],
      ...[copied(this.heard, same), copied(this.watches, same)],
      copiedList(this.switchEntries),
      ...[copied(this.day, same), copied(this.hour, same), copied(this.failures, same)],
      copied(this.opened, same),
      ...[copied(this.lastPlaced, same), copied(this.equity, same)],
    ];
    return () => {
      for (const put of puts) put();
    };
  }
}

/**
 * A row as it comes back from a store: its parts in one order, whatever built it. That is also what
 * JavaScript engines are fast with, and rows go through many hands.
 */
export function stored(row: OrderRow, auditHash: string): OrderRow {
  const { dueAtMs, decision, attempt, exchangeOrderId, outcome, refusal } = row;
  const {
    refusedBeforeEngine,
    absences,
    fill,
    closes,
    profits,
    freedAtMs,
    amended,
    settled,
    shares,
  } = row;
  const kept: { -readonly [Name in keyof OrderRow]: OrderRow[Name] } = {
    schema: row.schema,
    account: row.account,
    orderKey: row.orderKey,
    state: row.state,
    version: row.version,
    clientOrderId: row.clientOrderId,
    payloadHash: row.payloadHash,
    signal: row.signal,
    receivedAtMs: row.receivedAtMs,
    expiresAtMs: row.expiresAtMs,
    sends: row.sends,
    licences: row.licences,
    auditHash,
  };
  if (dueAtMs !== undefined) kept.dueAtMs = dueAtMs;
  if (decision !== undefined) kept.decision = decision;
  if (attempt !== undefined) kept.attempt = attempt;
  if (exchangeOrderId !== undefined) kept.exchangeOrderId = exchangeOrderId;
  if (outcome !== undefined) kept.outcome = outcome;
  if (refusal !== undefined) kept.refusal = refusal;
  if (refusedBeforeEngine !== undefined) kept.refusedBeforeEngine = refusedBeforeEngine;
  if (absences !== undefined) kept.absences = absences;
  if (fill !== undefined) kept.fill = fill;
  if (closes !== undefined) kept.closes = closes;
  if (profits !== undefined) kept.profits = profits;
  if (freedAtMs !== undefined) kept.freedAtMs = freedAtMs;
  if (amended !== undefined) kept.amended = amended;
  if (settled !== undefined) kept.settled = settled;
  if (shares !== undefined) kept.shares = shares;
  return kept;
}

/**
 * What was stored stays as it was: whoever is given a row cannot change it, so no copy is needed.
 * A use case that tries is caught by the error of a frozen object.
 */
export function frozen<T>(value: T): T {
  if (typeof value !== 'object' || value === null || Object.isFrozen(value)) return value;
  // Over an array, whatever the shape: a loop over names is compiled anew for each of them.
  for (const part of Object.values(value)) frozen(part);
  return Object.freeze(value);
}

function same<T>(value: T): T {
  return value;
}

function copiedList<T>(list: T[]): () => void {
  const kept = [...list];
  return () => {
    list.splice(0, list.length, ...kept);
  };
}

/** Copies a map; what it returns makes the map equal to the copy. */
function copied<K, V>(map: Map<K, V>, copy: (value: V) => V): () => void {
  const kept = [...map].map(([name, value]) => [name, copy(value)] as const);
  return () => {
    map.clear();
    for (const [name, value] of kept) map.set(name, copy(value));
  };
}
