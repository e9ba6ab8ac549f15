/**
 * Faults on purpose: what networks and gateways do to requests, each with the order really placed
 * and without. A fault is a row that waits for calls of its method and is used up by them.
 */
import { randomUUID } from 'node:crypto';
import * as v from 'valibot';

/** Every kind of fault, and what the caller gets. */
export const FAULT_KINDS = {
  'timeout-before': 'never processed; the connection is held, then cut',
  'timeout-after': 'processed; no answer, the connection is held, then cut',
  'reset-before': 'never processed; the connection is reset',
  'reset-after': 'processed; the connection is reset instead of an answer',
  'html-502-before': 'never processed; an HTML page with `status` (502, 504, 520, ...)',
  'html-502-after': 'processed; an HTML page with `status`',
  'cut-json-before': 'never processed; HTTP 200 with JSON that breaks off',
  'cut-json-after': 'processed; HTTP 200 with the real answer cut in half',
  'redirect-307': 'never processed; sent to the same address again',
  'misdirected-421': 'never processed; HTTP 421',
  error: 'HTTP 200 with the string in `error`; processed first when `placed` is true',
  slow: 'processed at once; the answer comes after `delayMs`',
  'slow-before': 'processed only after `delayMs`, so that a later call may overtake it',
  'html-200': 'HTTP 200 with an HTML page; processed first when `placed` is true',
} as const;

/** What happens to a call. */
export type FaultKind = keyof typeof FAULT_KINDS;

const KINDS = Object.keys(FAULT_KINDS) as [FaultKind, ...FaultKind[]];
const count = v.pipe(v.number(), v.integer(), v.minValue(1), v.maxValue(1_000_000));
const milliseconds = v.pipe(v.number(), v.integer(), v.minValue(0), v.maxValue(600_000));

/** What may be asked for. */
export const FAULT_SCHEMA = v.strictObject({
  /** Name of an endpoint, `AddOrder`, or `*` for all of them. */
  method: v.pipe(v.string(), v.regex(/^(\*|[A-Za-z]{1,40})$/, 'write an endpoint name or *')),
  kind: v.picklist(KINDS),
  /** How many calls it takes. */
  times: v.optional(count, 1),
  /** How many calls it lets pass first. */
  skip: v.optional(v.pipe(v.number(), v.integer(), v.minValue(0)), 0),
  /** HTTP status of an HTML page. */
  status: v.optional(v.pipe(v.number(), v.integer(), v.minValue(400), v.maxValue(599)), 502),
  /** Kraken's error string for the kind `error`. */
  error: v.optional(v.string(), 'EService:Unavailable'),
  /** Whether `error` and `html-200` process the call first. */
  placed: v.optional(v.boolean(), false),
  /** Wait of the slow kinds. */
  delayMs: v.optional(milliseconds, 1_000),
  /** How long a timeout holds the connection. */
  holdMs: v.optional(milliseconds, 60_000),
  /** How much later than its answer a processed order reaches the engine. */
  lateMs: v.optional(milliseconds, 0),
});

/** A fault as it is asked for; only method and kind are needed. */
export type FaultSpec = v.InferInput<typeof FAULT_SCHEMA>;

/** A fault and how far it is used up. */
export type FaultRow = Readonly<v.InferOutput<typeof FAULT_SCHEMA>> & {
  readonly id: string;
  readonly remaining: number;
  readonly fired: number;
};

/** The faults that wait. They end with the process. */
export class FaultList {
  #rows: FaultRow[] = [];

  /** Adds a fault; throws with a clear sentence when it is not one. */
  add(spec: unknown): FaultRow {
    const parsed = v.safeParse(FAULT_SCHEMA, spec);
    if (!parsed.success) throw new TypeError(v.summarize(parsed.issues));
    const fault = parsed.output;
    const row = { id: randomUUID(), ...fault, remaining: fault.times, fired: 0 };
    this.#rows.push(row);
    return row;
  }

  /** Every fault since the last clear, used up or not. */
  list(): readonly FaultRow[] {
    return this.#rows;
  }

  clear(): void {
    this.#rows = [];
  }

  /** The first fault that wants this call; it is used by that. */
  take(method: string): FaultRow | undefined {
    const at = this.#rows.findIndex(
      (row) => row.remaining > 0 && (row.method === '*' || row.method === method),
    );
    const row = this.#rows[at];
    if (row === undefined) return undefined;
    const passes = row.skip > 0;
    this.#rows[at] = passes
      ? { ...row, skip: row.skip - 1 }
      : { ...row, remaining: row.remaining - 1, fired: row.fired + 1 };
    return passes ? undefined : row;
  }
}

/** Whether the exchange processes a call that meets this fault. */
export function isProcessed(fault: FaultRow): boolean {
  if (fault.kind === 'error' || fault.kind === 'html-200') return fault.placed;
  return [
    'timeout-after',
    'reset-after',
    'html-502-after',
    'cut-json-after',
    'slow',
    'slow-before',
  ].includes(fault.kind);
}
