/** The real local stack under chaos: killed with kill -9 and started again over the same directory. */
import { setTimeout as sleep } from 'node:timers/promises';
import type { FaultRow } from '../../infra/local/kraken/faults.ts';
import { startStack, type StackProcess } from '../infra/local/stack-process.ts';
import type { NamedFault } from './trouble.ts';
import { TYPESCRIPT } from '../typescript.ts';

const CLOCK_AHEAD = new URL('./clock-ahead.ts', import.meta.url).href;
const START_TIMEOUT_MS = 180_000;
const CALL_TIMEOUT_MS = 60_000;

/** An HTTP answer. */
export interface Reply {
  readonly status: number;
  readonly body: Readonly<Record<string, unknown>>;
}

const LOOKS_MAX = 5;
const LOOK_AGAIN_MS = 1_000;

/** The stack that is running now, and what was done to it. */
export class Stack {
  readonly #directory: string;
  readonly #configFile: string;
  readonly #waiting = new Map<string, NamedFault>();
  readonly #struck = new Map<string, number>();
  #process: StackProcess;
  #aheadMs = 0;
  #faultsSet = 0;

  static async start(directory: string, configFile: string): Promise<Stack> {
    return new Stack(directory, configFile, await startIn(directory, configFile, 0));
  }

  private constructor(directory: string, configFile: string, process: StackProcess) {
    this.#directory = directory;
    this.#configFile = configFile;
    this.#process = process;
  }

  /** Its clock. */
  nowMs(): number {
    return Date.now() + this.#aheadMs;
  }

  /** kill -9; started again as if the machine had been off for so long, with the faults that wait. */
  async kill(offMs: number): Promise<void> {
    await this.countFaults().catch(() => undefined);
    const waiting = [...this.#waiting.values()];
    await this.sleepThrough(offMs);
    for (const fault of waiting) await this.#leave(fault);
  }

  /** The same, and the faults that wait are gone. */
  async sleepThrough(offMs: number): Promise<void> {
    await this.countFaults().catch(() => undefined);
    this.#waiting.clear();
    await this.#process.kill();
    this.#aheadMs += offMs;
    this.#process = await startIn(this.#directory, this.#configFile, this.#aheadMs);
  }

  /** Ends it for good. */
  async end(): Promise<void> {
    await this.#process.kill();
  }

  /** Posts to the gateway. Rejects when nothing comes back. */
  post(path: string, body: unknown): Promise<Reply> {
    return call(`${this.#process.gatewayUrl}${path}`, body);
  }

  /** Reads from the gateway. */
  async read<T>(path: string): Promise<T> {
    // A look reads the whole table; on a busy machine one may take longer than the stack waits.
    for (let look = 1; ; look += 1) {
      try {
        return await get(`${this.#process.gatewayUrl}${path}`);
      } catch (error) {
        if (look === LOOKS_MAX) throw error;
        await sleep(LOOK_AGAIN_MS);
      }
    }
  }

  /** Reads the exchange. */
  exchange<T>(): Promise<T> {
    return get(`${this.#process.krakenUrl}/control/state`);
  }

  /** Turns one of the exchange's controls. */
  async control(name: string, body: unknown): Promise<Reply> {
    const reply = await call(`${this.#process.krakenUrl}/control/${name}`, body);
    if (reply.status !== 200) throw new Error(`${name}: ${JSON.stringify(reply.body)}`);
    return reply;
  }

  /** Leaves a fault at the exchange for the next call of its kind. */
  async setFault(fault: NamedFault): Promise<void> {
    await this.#leave(fault);
    this.#faultsSet += 1;
  }

  async #leave(fault: NamedFault): Promise<void> {
    const { body } = await this.control('faults', fault.spec);
    this.#waiting.set(String(body['id']), fault);
  }

  /** Adds up which faults struck in this process; those that wait end with it. */
  async countFaults(): Promise<void> {
    const rows = await get<FaultRow[]>(`${this.#process.krakenUrl}/control/faults`, 1_000);
    for (const { id, fired } of rows) {
      const fault = this.#waiting.get(id);
      if (fault === undefined || fired === 0) continue;
      this.#struck.set(fault.name, (this.#struck.get(fault.name) ?? 0) + fired);
      this.#waiting.delete(id);
    }
  }

  /** Faults that were set, and how many of each are known to have struck. */
  get faults(): { readonly set: number; readonly struck: ReadonlyMap<string, number> } {
    return { set: this.#faultsSet, struck: this.#struck };
  }
}

async function startIn(
  directory: string,
  configFile: string,
  aheadMs: number,
): Promise<StackProcess> {
  // The child takes its environment when it is spawned, which startStack does before it waits.
  const before = process.env['NODE_OPTIONS'];
  if (aheadMs > 0) {
    process.env['NODE_OPTIONS'] = `${before ?? ''} --import ${TYPESCRIPT} --import ${CLOCK_AHEAD}`;
    process.env['CHAOS_CLOCK_AHEAD_MS'] = String(aheadMs);
  }
  const starting = startStack(directory, { config: configFile });
  if (before === undefined) delete process.env['NODE_OPTIONS'];
  else process.env['NODE_OPTIONS'] = before;
  const tooLong = sleep(START_TIMEOUT_MS, undefined, { ref: false }).then(() => {
    throw new Error(`the stack did not start in ${START_TIMEOUT_MS / 1_000} s`);
  });
  return Promise.race([starting, tooLong]);
}

async function call(url: string, body: unknown): Promise<Reply> {
  const answer = await fetch(url, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(body),
    signal: AbortSignal.timeout(CALL_TIMEOUT_MS),
  });
  return { status: answer.status, body: (await answer.json()) as Record<string, unknown> };
}

async function get<T>(url: string, timeoutMs = CALL_TIMEOUT_MS): Promise<T> {
  const answer = await fetch(url, { signal: AbortSignal.timeout(timeoutMs) });
  const text = await answer.text();
  if (!answer.ok) throw new Error(`${url} answers ${answer.status}: ${text.slice(0, 200)}`);
  return JSON.parse(text) as T;
}
