/** The witness of lanes and nonces: one holder for each key at a time, and numbers that only rise. */
import type { Attempt } from '../../functions/core/order.ts';
import type { Monitor } from './monitor.ts';

/** A lane by the key it is for and the number of its holder. */
interface Held {
  readonly keyId: string;
  readonly fence: number;
}

/** Who held which lane, and what its key was used for. */
export class LaneWitness {
  readonly #monitor: Monitor;
  readonly #holders = new Map<string, string>();
  readonly #fences = new Map<string, number>();
  /** The highest nonce that the exchange accepted, and that was licensed, by key. */
  readonly #accepted = new Map<string, bigint>();
  readonly #licensed = new Map<string, bigint>();
  readonly #used = new Set<string>();
  /** Processes that held a lane when the table was replaced. */
  readonly #before = new Set<string>();
  /** Nonces of the future, in microseconds, that a restored table gives once more. */
  #takenBackAbove: bigint | undefined;

  constructor(monitor: Monitor) {
    this.#monitor = monitor;
  }

  taken({ keyId, fence }: Held, process: string): void {
    this.#holders.set(`${keyId} ${fence}`, process);
    this.#fences.set(keyId, Math.max(fence, this.newestFence(keyId)));
  }

  newestFence(keyId: string): number {
    return this.#fences.get(keyId) ?? 0;
  }

  /** A licence was written with a nonce. */
  licensed({ keyId, nonce }: Attempt, about: string): void {
    const number = BigInt(nonce);
    if (number <= (this.#licensed.get(keyId) ?? 0n)) {
      this.#monitor.broken('the nonces of licences rise', nonce, about);
    }
    this.#licensed.set(keyId, number);
  }

  /** A nonce leaves with a request of any kind. */
  used({ keyId, fence }: Held, nonce: string, by: string): void {
    const used = `${keyId} ${nonce}`;
    // A clock that was ahead gave them before the backup took them back: Kraken refuses them now.
    const isTakenBack = this.#takenBackAbove !== undefined && BigInt(nonce) > this.#takenBackAbove;
    if (this.#used.has(used) && !isTakenBack) this.#monitor.broken('no nonce is used twice', used);
    this.#used.add(used);
    if (this.#holders.get(`${keyId} ${fence}`) !== by && !this.#before.has(by)) {
      this.#monitor.broken('only the holder of a lane uses its key', `${by}, fence ${fence}`);
    }
  }

  /** The exchange accepted a nonce. */
  accepted(keyId: string, nonce: string, isAtomic: boolean): void {
    const number = BigInt(nonce);
    const last = this.#accepted.get(keyId) ?? 0n;
    if (isAtomic && number <= last) this.#monitor.broken('accepted nonces rise', nonce);
    this.#accepted.set(keyId, number > last ? number : last);
  }

  /** Who was frozen with a lane of the old table may go on; its nonces are too low by now. */
  restored(nowMs: number): void {
    for (const holder of this.#holders.values()) this.#before.add(holder);
    this.#holders.clear();
    this.#fences.clear();
    this.#licensed.clear();
    this.#takenBackAbove = BigInt(nowMs) * 1_000n;
  }
}
