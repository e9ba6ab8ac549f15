/**
 * Virtual time. Events wait in a binary heap ordered by (time, a tie-break drawn from the seed);
 * after each one every microtask runs before the next begins. Nothing else moves the clock, so the
 * same seed gives the same events in the same order. Who keeps the trace has it line by line, and
 * its hash; a long run keeps none.
 */
import { Fingerprint, Random } from './random.ts';

/** What happens at one instant; `false`: it set no continuation going, so there is none to wait for. */
export type Act = () => void | false;

interface Event {
  /** Milliseconds since the simulated time began: with the tie a small integer, quick to compare. */
  readonly atMs: number;
  readonly tie: number;
  readonly count: number;
  readonly act: Act;
}

/** Where the simulated time begins when nobody says otherwise. */
export const EPOCH_MS = Date.UTC(2026, 10, 22, 12, 0, 0);

/** The one clock and the one queue of events of a world. */
export class Scheduler {
  readonly #heap: Event[] = [];
  readonly #random: Random;
  readonly #lines: string[] = [];
  readonly #startMs: number;
  #count = 0;
  /** An event has set a continuation going. */
  #waiting = false;
  readonly #fingerprint = new Fingerprint();
  /** Whether the trace is kept: who has to make up its words need not, when it is not. */
  readonly isTraced: boolean;
  nowMs: number;
  events = 0;

  constructor(options: {
    readonly seed: number;
    readonly startMs: number;
    readonly keepTrace: boolean;
  }) {
    this.#random = new Random(options.seed, 'scheduler');
    this.isTraced = options.keepTrace;
    this.#startMs = options.startMs;
    this.nowMs = options.startMs;
  }

  /** Every traced line, when the trace is kept. */
  get lines(): readonly string[] {
    return this.#lines;
  }

  /** A fingerprint of the lines that were kept. */
  get hash(): string {
    return this.#fingerprint.toString();
  }

  /** Lets something happen after so many milliseconds. */
  after(delayMs: number, act: Act): void {
    this.#push({
      atMs: this.nowMs - this.#startMs + delayMs,
      tie: this.#random.signed(),
      count: (this.#count += 1),
      act,
    });
  }

  /** Puts a line into the trace, when it is kept. */
  trace(...words: readonly string[]): void {
    if (!this.isTraced) return;
    this.#fingerprint.addNumber(this.nowMs);
    for (const word of words) this.#fingerprint.add(word);
    this.#lines.push(`${this.nowMs} ${words.join(' ')}`);
  }

  /** Runs events until the time is over, or until there are none. `check` runs after each. */
  run(untilMs: number, check: () => void): Promise<void> {
    return new Promise((resolve, reject) => {
      const go = (): void => {
        try {
          if (this.#waiting) check();
          this.#waiting = this.#untilOneGoesOn(untilMs - this.#startMs, check);
          if (this.#waiting) {
            process.nextTick(goes);
            return;
          }
          this.nowMs = Math.max(this.nowMs, untilMs);
          resolve();
        } catch (error) {
          this.#waiting = false;
          reject(error instanceof Error ? error : new Error(String(error)));
        }
      };
      const goes = afterMicrotasks(go);
      go();
    });
  }

  /** Runs events up to the first that set a continuation going; false: no event is left. */
  #untilOneGoesOn(untilMs: number, check: () => void): boolean {
    for (;;) {
      const next = this.#heap[0];
      if (next === undefined || next.atMs > untilMs) return false;
      this.#pop();
      this.nowMs = this.#startMs + next.atMs;
      this.events += 1;
      if (next.act() !== false) return true;
      check();
    }
  }

  #push(event: Event): void {
    const heap = this.#heap;
    let at = heap.length;
    heap.push(event);
    while (at > 0) {
      const up = (at - 1) >> 1;
      const parent = heap[up];
      if (parent === undefined || !isBefore(event, parent)) break;
      heap[at] = parent;
      at = up;
    }
    heap[at] = event;
  }

  #pop(): void {
    const heap = this.#heap;
    const last = heap.pop();
    if (last === undefined || heap.length === 0) return;
    let at = 0;
    for (;;) {
      let to = 2 * at + 1;
      let child = heap[to];
      if (child === undefined) break;
      const right = heap[to + 1];
      if (right !== undefined && isBefore(right, child)) {
        child = right;
        to += 1;
      }
      if (!isBefore(child, last)) break;
      heap[at] = child;
      at = to;
    }
    heap[at] = last;
  }
}

function isBefore(a: Event, b: Event): boolean {
  if (a.atMs !== b.atMs) return a.atMs < b.atMs;
  return a.tie === b.tie ? a.count < b.count : a.tie < b.tie;
}

const SETTLED = Promise.resolve();

/**
 * What `process.nextTick` is given to go on when every microtask has run: Node takes its next-tick
 * queue when the queue of microtasks is empty, and unlike setImmediate without a turn of the event
 * loop. What comes then is a microtask itself, so that the next-tick queue waits for what it sets
 * going. Made once for a run, which has as many turns as events.
 * Source: https://nodejs.org/api/process.html#processnexttickcallback-args
 */
function afterMicrotasks(go: () => void): () => void {
  return () => void SETTLED.then(go);
}
