/** The witness of what leaves: each order with a licence of its own, by its holder, once. */
import type { Attempt } from '../../functions/core/order.ts';
import { MAX_SENDS } from '../../functions/core/protocol.ts';
import { isPaperKey } from '../../functions/core/paper/paper-key.ts';
import type { Monitor } from './monitor.ts';
import type { Scheduler } from './scheduler.ts';
import type { LaneWitness } from './witness-lanes.ts';

/** The right to send one order, once. */
export interface Licence {
  readonly attempt: Attempt;
  readonly process: string;
  readonly clientOrderId: string;
  readonly account: string;
  readonly isReducing: boolean;
}

interface Held extends Licence {
  isConfirmed: boolean;
  isSent: boolean;
}

/** Watches every AddOrder of one world as it leaves a process. */
export class SendWitness {
  readonly #monitor: Monitor;
  readonly #around: { readonly scheduler: Scheduler; readonly lanes: LaneWitness };
  readonly #licences = new Map<string, Held>();
  readonly #newest = new Map<string, Licence>();
  readonly #secondLicences = new Map<string, number>();
  readonly #sends = new Map<string, number>();
  /** Orders that left, with a licence or without. */
  left = 0;

  constructor(
    monitor: Monitor,
    around: { readonly scheduler: Scheduler; readonly lanes: LaneWitness },
  ) {
    this.#monitor = monitor;
    this.#around = around;
  }

  /** How often each order left and was not told to have stayed, by client order id. */
  get counts(): ReadonlyMap<string, number> {
    return this.#sends;
  }

  /** The newest licence of an order. */
  newestOf(clientOrderId: string): Licence | undefined {
    return this.#newest.get(clientOrderId);
  }

  /** The store has written a licence down. */
  licensed(licence: Licence): void {
    this.#licences.set(licence.attempt.token, { ...licence, isConfirmed: false, isSent: false });
    this.#newest.set(licence.clientOrderId, licence);
  }

  /** What was unknown is proved absent: it may be licensed once more. */
  mayAgain(clientOrderId: string): void {
    this.#secondLicences.set(clientOrderId, (this.#secondLicences.get(clientOrderId) ?? 0) + 1);
  }

  /** The process has been told that it holds the licence. */
  confirmed(token: string): void {
    const licence = this.#licences.get(token);
    if (licence !== undefined) licence.isConfirmed = true;
  }

  /** An AddOrder is about to leave a process. */
  leaves(attempt: Attempt, clientOrderId: string, process: string): void {
    const { token, nonce, keyId, fence } = attempt;
    this.left += 1;
    this.#around.scheduler.trace(`${process} sends ${clientOrderId} nonce ${nonce}`);
    const broken = (promise: string, detail: string): void =>
      this.#monitor.broken(promise, detail, clientOrderId);
    const licence = this.#licences.get(token);
    if (licence?.isConfirmed !== true || licence.clientOrderId !== clientOrderId) {
      return broken('no order leaves without a confirmed licence', process);
    }
    if (licence.attempt.nonce !== nonce) {
      broken('an order leaves with the nonce of its licence', nonce);
    }
    if (licence.process !== process) broken('only the process that was licensed sends', process);
    if (licence.isSent) broken('a licence is used once', token);
    licence.isSent = true;
    const sends = (this.#sends.get(clientOrderId) ?? 0) + 1;
    this.#sends.set(clientOrderId, sends);
    const licences = 1 + (this.#secondLicences.get(clientOrderId) ?? 0);
    if (sends > Math.min(licences, MAX_SENDS)) {
      broken('an order leaves once, twice at most', `${sends} times`);
    }
    // A paper account is written on condition that nobody changed it: no lane is needed for that.
    const isHeld = this.#around.lanes.newestFence(keyId) <= fence || isPaperKey(keyId);
    if (this.#monitor.clocksAgree && !isHeld) {
      broken('an order leaves while its lane is held', `fence ${fence}`);
    }
  }

  /** What left was not carried out, and whoever sent it is told so. */
  stayed(clientOrderId: string): void {
    this.#sends.set(clientOrderId, (this.#sends.get(clientOrderId) ?? 0) - 1);
  }
}
