/**
 * A FIFO queue with its event source mapping: one message of a group at a time, invisible while a
 * worker has it, back after the visibility timeout, five times at most. Deliveries may happen
 * twice and acknowledgements may be lost.
 * Source: https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/FIFO-queues-understanding-logic.html
 */
import type { OrderRef } from '../../functions/core/order.ts';
import type { OrderQueue } from '../../functions/core/ports.ts';
import { point } from './crash-table.ts';
import type { Process, Surroundings } from './process.ts';

/** One message. */
export interface Message {
  readonly ref: OrderRef;
  readonly group: string;
  receives: number;
}

/** Invokes a worker; `done` says whether the message may be deleted, and is not called if it died. */
export type Deliver = (message: Message, done: (isDone: boolean) => void) => void;

const VISIBILITY_MS = 90_000;
const DEDUP_MS = 5 * 60_000;
const RECEIVES_MAX = 5;

/** The queue of a world. */
export class SimulatedQueue {
  readonly #around: Surroundings;
  readonly #deliver: Deliver;
  readonly #groups = new Map<string, Message[]>();
  /** Messages that somebody has, and the receive by which they have it. */
  readonly #inFlight = new Map<Message, number>();
  readonly #dedup = new Map<string, number>();
  deadLetters = 0;

  constructor(around: Surroundings, deliver: Deliver) {
    this.#around = around;
    this.#deliver = deliver;
  }

  /** The queue as a process calls it. */
  portFor(process: Process): OrderQueue {
    return {
      enqueue: (ref, group, dedup) =>
        process.call({
          port: 'queue.enqueue',
          effect: () => {
            const { faults, seen } = this.#around;
            if (faults.lasts('queue away') || faults.strikes('enqueue fails')) {
              throw new Error('the queue is away');
            }
            this.#put({ account: ref.account, orderKey: ref.orderKey }, group, dedup);
            if (faults.strikes('enqueue acknowledgement lost')) {
              seen.add(point(4));
              throw new Error('the queue gave no answer');
            }
          },
        }),
    };
  }

  #put(ref: OrderRef, group: string, dedup: string): void {
    const { nowMs } = this.#around.scheduler;
    const before = this.#dedup.get(dedup);
    if (before !== undefined && nowMs - before < DEDUP_MS) return;
    this.#dedup.set(dedup, nowMs);
    this.#groups.set(group, [...(this.#groups.get(group) ?? []), { ref, group, receives: 0 }]);
    this.#pump(group);
  }

  /** Hands out the head of a group, if nobody has it. */
  #pump(group: string): void {
    const { scheduler, faults, random } = this.#around;
    const [head] = this.#groups.get(group) ?? [];
    if (head === undefined || this.#inFlight.has(head)) return;
    if (head.receives >= RECEIVES_MAX) {
      this.#around.seen.add('dead letter');
      this.deadLetters += 1;
      this.#delete(head);
      return;
    }
    head.receives += 1;
    const receive = head.receives;
    this.#inFlight.set(head, receive);
    const late = faults.strikes('slow start') ? faults.stream('slow start').between(500, 5_000) : 0;
    const copies = faults.strikes('message delivered twice') ? 2 : 1;
    // With no function free for it, the message comes back when it is visible again.
    const isTaken = !faults.strikes('function throttled');
    for (let copy = 0; isTaken && copy < copies; copy += 1) {
      const delayMs = random.between(1, 20) + late + copy * random.between(0, 30_000);
      const done = (isDone: boolean): void => this.#answered(head, receive, isDone);
      scheduler.after(delayMs, () => this.#deliver(head, done));
    }
    scheduler.after(VISIBILITY_MS, () => {
      if (this.#inFlight.get(head) !== receive) return false;
      scheduler.trace(`message ${head.ref.orderKey.slice(0, 8)} is visible again`);
      this.#inFlight.delete(head);
      this.#pump(group);
      return false;
    });
  }

  #answered(message: Message, receive: number, isDone: boolean): void {
    const { faults } = this.#around;
    // Who comes after the visibility timeout holds a receipt that deletes nothing any more.
    if (this.#inFlight.get(message) !== receive) return;
    // A message that failed, or whose delete got lost, comes back by the visibility timeout.
    if (!isDone || faults.strikes('delete acknowledgement lost')) return;
    this.#delete(message);
  }

  #delete(message: Message): void {
    const { group } = message;
    this.#inFlight.delete(message);
    const left = (this.#groups.get(group) ?? []).filter((one) => one !== message);
    this.#groups.set(group, left);
    this.#around.scheduler.after(1, () => this.#pump(group));
  }
}
