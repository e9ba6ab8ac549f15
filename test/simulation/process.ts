/**
 * One invocation of a function. Every call that leaves it is a scheduling point: the effect happens
 * at one instant of virtual time, the answer comes at a later one, and around both the process may
 * be killed. A killed process is dead, or frozen as Lambda freezes what is left running: then its
 * continuations go on up to ten minutes later, as if nothing had happened.
 * Source: https://docs.aws.amazon.com/lambda/latest/dg/lambda-runtime-environment.html
 */
import type { Clock } from '../../functions/core/ports.ts';
import type { AlertFaultKind, AlertOutage } from './alerts/fault-kinds.ts';
import type { FaultKind, Faults, Outage } from './faults.ts';
import type { Task } from './task-calls.ts';
import type { Random } from './random.ts';
import type { Scheduler } from './scheduler.ts';

/** Kinds of fault that every world has. */
export type SharedFault = Extract<FaultKind, AlertFaultKind>;

/** What strikes the calls of a process, whatever its world. */
export interface SharedFaults {
  readonly quiet: boolean;
  strikes(kind: SharedFault): boolean;
  kills(kind: 'crash before a call' | 'crash after a call', port: string, task?: Task): boolean;
  stream(kind: SharedFault): Random;
  thawMs(): number;
  lasts(kind: Extract<Outage, AlertOutage>): boolean;
}

/** What every process lives in. */
export interface Surroundings<F extends SharedFaults = Faults> {
  readonly scheduler: Scheduler;
  readonly faults: F;
  readonly random: Random;
  /** Takes note of what was seen at least once. */
  readonly seen: Set<string>;
  /** A function returned while these calls of it were under way. */
  leftRunning(process: string, calls: readonly string[]): void;
}

/** A call on its way. */
export interface Call<T> {
  /** `orders.prepare` */
  readonly port: string;
  /** Runs at the instant of the effect. */
  readonly effect: () => T | Promise<T>;
  readonly fastMs?: number;
  readonly slowMs?: number;
}

/** A frozen process that goes on is stopped again, for good, after this. */
const SECOND_LIFE_MS = 15_000;

const NOBODY = (): void => undefined;

/** One invocation. */
export class Process {
  readonly #around: Surroundings<SharedFaults>;
  readonly #timeoutMs: number;
  readonly name: string;
  readonly skewMs: number;
  readonly clock: Clock;
  /** What it is about, where coverage asks for each of its calls. */
  task: Task | undefined;
  #state: 'running' | 'frozen' | 'dead' = 'running';
  #held: (() => void)[] = [];
  #thawed = false;
  /** Calls and sleeps that nothing has come back from. */
  readonly #open: { readonly port: string }[] = [];

  constructor(
    around: Surroundings<SharedFaults>,
    options: { readonly name: string; readonly timeoutMs: number; readonly skewMs: number },
  ) {
    this.#around = around;
    this.name = options.name;
    this.#timeoutMs = options.timeoutMs;
    this.skewMs = options.skewMs;
    this.clock = {
      nowMs: () => around.scheduler.nowMs + this.skewMs,
      sleep: (ms) => {
        const sleep = { port: 'sleep' };
        this.#open.push(sleep);
        return new Promise((resolve) =>
          this.later(ms, () => {
            this.#close(sleep);
            resolve();
          }),
        );
      },
    };
  }

  /** Runs the body; `end` hears how it went, or that the process is gone. Once. */
  run<T>(body: () => Promise<T>, end: (outcome: Outcome<T>) => void): void {
    // Let go once it has heard: what it reaches for would live in the queue until the timeout.
    let waiting: typeof end | undefined = end;
    const tell = (outcome: Outcome<T>): void => {
      const hears = waiting;
      waiting = undefined;
      this.#gone = NOBODY;
      hears?.(outcome);
    };
    this.#gone = () => tell({ kind: 'gone' });
    this.#around.scheduler.after(this.#timeoutMs, () =>
      waiting === undefined ? false : this.kill('timeout'),
    );
    body().then(
      (value) => this.#end(tell, { kind: 'returned', value }),
      (error: unknown) => this.#end(tell, { kind: 'threw', error }),
    );
  }

  #gone = NOBODY;

  #end<T>(tell: (outcome: Outcome<T>) => void, outcome: Outcome<T>): void {
    if (this.#state !== 'running') return;
    if (this.#open.length > 0) {
      this.#around.leftRunning(
        this.name,
        this.#open.map(({ port }) => port),
      );
    }
    this.#state = 'dead';
    tell(outcome);
  }

  /** Stops the process where it stands. */
  kill(why: string): void {
    if (this.#state !== 'running') return;
    const { scheduler, faults } = this.#around;
    const thaws = !this.#thawed && faults.strikes('killed process goes on later');
    this.#state = thaws ? 'frozen' : 'dead';
    scheduler.trace(`${this.name} ${thaws ? 'frozen' : 'killed'}: ${why}`);
    if (thaws) {
      scheduler.after(faults.thawMs(), () => this.#thaw());
    } else {
      this.#held = [];
    }
    this.#gone();
  }

  #thaw(): void {
    const { scheduler } = this.#around;
    scheduler.trace(`${this.name} goes on`);
    this.#thawed = true;
    this.#state = 'running';
    scheduler.after(SECOND_LIFE_MS, () => this.kill('second life over'));
    const held = this.#held;
    this.#held = [];
    for (const act of held) scheduler.after(0, () => this.resume(act));
  }

  /** Lets a continuation run: now, after the thaw, or never. */
  resume(act: () => void): void {
    if (this.#state === 'running') act();
    else if (this.#state === 'frozen') this.#held.push(act);
  }

  /** A timer of the process. */
  later(ms: number, act: () => void): void {
    this.#around.scheduler.after(ms, () => this.resume(act));
  }

  /** Makes a call: request, effect, answer, with crashes around the effect. */
  call<T>(call: Call<T>): Promise<T> {
    this.#open.push(call);
    return new Promise((resolve, reject) => {
      const back = (answer: Answer<T>): void => {
        if (this.#state !== 'running') return this.resume(() => back(answer));
        this.#close(call);
        settle(answer, resolve, reject);
      };
      this.leave(call, back);
    });
  }

  #close(open: { readonly port: string }): void {
    // Mostly the only one, or the newest.
    if (this.#open.at(-1) === open) this.#open.pop();
    else this.#open.splice(this.#open.indexOf(open), 1);
  }

  /** The way out of the process, and back into it unless `back` is dealt with elsewhere. */
  leave<T>(call: Call<T>, back: (answer: Answer<T>) => void): void {
    const { faults, seen } = this.#around;
    if (faults.kills('crash before a call', call.port, this.task)) {
      seen.add(`crash before: ${call.port}`);
      if (this.task !== undefined) seen.add(`crash before: ${this.task}, ${call.port}`);
      this.kill(`before ${call.port}`);
      // A frozen process sends what it was about to send when it goes on.
      this.resume(() => this.#send(call, back));
    } else {
      this.#send(call, back);
    }
  }

  #send<T>(call: Call<T>, back: (answer: Answer<T>) => void): void {
    const { scheduler, faults, random } = this.#around;
    const slow = faults.strikes('slow call') ? faults.stream('slow call').between(100, 4_000) : 0;
    const { fastMs = 1, slowMs = 8 } = call;
    const wayMs = random.between(fastMs, slowMs);
    scheduler.after(wayMs + slow, () => {
      // Killed meanwhile: the request had left the machine already, or it never does.
      if (this.#state !== 'running' && random.chance(500_000)) {
        this.resume(() => this.#send(call, back));
        return false;
      }
      return this.#take(call, back);
    });
  }

  #take<T>(call: Call<T>, back: (answer: Answer<T>) => void): void | false {
    let effect: T | Promise<T>;
    try {
      effect = call.effect();
    } catch (error) {
      this.#taken(call, { ok: false, error }, back);
      return false;
    }
    if (effect instanceof Promise) {
      effect.then(
        (value) => this.#taken(call, { ok: true, value }, back),
        (error: unknown) => this.#taken(call, { ok: false, error }, back),
      );
      return;
    }
    this.#taken(call, { ok: true, value: effect }, back);
    return false;
  }

  #taken<T>(call: Call<T>, answer: Answer<T>, back: (answer: Answer<T>) => void): void {
    const { scheduler, faults, random, seen } = this.#around;
    if (scheduler.isTraced) scheduler.trace(this.name, call.port, describe(answer));
    if (faults.kills('crash after a call', call.port, this.task)) {
      seen.add(`crash after: ${call.port}`);
      if (this.task !== undefined) seen.add(`crash after: ${this.task}, ${call.port}`);
      this.kill(`after ${call.port}`);
    }
    scheduler.after(random.between(call.fastMs ?? 1, call.slowMs ?? 8), () => back(answer));
  }
}

/** How an invocation went. */
export type Outcome<T> =
  | { readonly kind: 'returned'; readonly value: T }
  | { readonly kind: 'threw'; readonly error: unknown }
  | { readonly kind: 'gone' };

/** What a call brought. */
export type Answer<T> =
  | { readonly ok: true; readonly value: T }
  | { readonly ok: false; readonly error: unknown };

function settle<T>(
  answer: Answer<T>,
  resolve: (value: T) => void,
  reject: (error: unknown) => void,
): void {
  if (answer.ok) resolve(answer.value);
  else reject(answer.error);
}

function describe(answer: Answer<unknown>): string {
  if (!answer.ok) return `threw ${answer.error instanceof Error ? answer.error.message : ''}`;
  const { value } = answer;
  if (typeof value === 'string') return value;
  if (typeof value !== 'object' || value === null) return 'ok';
  if ('kind' in value) return String(value.kind);
  if ('state' in value && 'version' in value)
    return `${String(value.state)} v${String(value.version)}`;
  if (Array.isArray(value)) return `${value.length} found`;
  return 'ok';
}
