/**
 * One SQS FIFO queue in memory: order within a group, a group locked while one of its messages is
 * in flight, deduplication for 5 minutes, visibility time-outs, redrive to another FIFO queue.
 * Source: https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/FIFO-queues-understanding-logic.html
 */
import { randomUUID } from 'node:crypto';

/** A second message with the id of one sent less than this ago is accepted and dropped. */
export const DEDUPLICATION_MS = 5 * 60_000;

/** What makes a queue behave. */
export interface QueueSettings {
  /** How long a received message stays hidden unless the receiver says otherwise. */
  readonly visibilityTimeoutMs: number;
  /** How long a message is kept. */
  readonly retentionMs: number;
  /** Where a message goes that was received too often. */
  readonly redrive?: { readonly to: FifoQueue; readonly maxReceiveCount: number };
}

/** A message as the queue keeps it. */
export interface Message {
  readonly id: string;
  readonly body: string;
  readonly group: string;
  readonly deduplicationId: string;
  /** 20 digits, rising with the order of sending. */
  readonly sequence: string;
  readonly sentAtMs: number;
  receiveCount: number;
  firstReceivedAtMs?: number;
}

/** A message in the hands of a receiver. */
export interface Received {
  readonly handle: string;
  readonly message: Message;
}

interface Flight extends Received {
  untilMs: number;
}

interface Group {
  readonly waiting: Message[];
  readonly flying: Map<string, Flight>;
}

/** The queue. Time comes from outside, in milliseconds. */
export class FifoQueue {
  readonly #settings: QueueSettings;
  readonly #nowMs: () => number;
  readonly #groups = new Map<string, Group>();
  readonly #sent = new Map<string, Message>();
  readonly #listeners = new Set<() => void>();
  #sequence = 0n;

  constructor(settings: QueueSettings, nowMs: () => number) {
    this.#settings = settings;
    this.#nowMs = nowMs;
  }

  /** Adds a message behind the others of its group; returns the earlier one of a duplicate. */
  send(body: string, group: string, deduplicationId: string): Message {
    this.#forgetOldIds();
    const earlier = this.#sent.get(deduplicationId);
    if (earlier !== undefined) return earlier;
    this.#sequence += 1n;
    const message: Message = {
      id: randomUUID(),
      body,
      group,
      deduplicationId,
      sequence: this.#sequence.toString().padStart(20, '0'),
      sentAtMs: this.#nowMs(),
      receiveCount: 0,
    };
    this.#sent.set(deduplicationId, message);
    this.#group(group).waiting.push(message);
    this.#tell();
    return message;
  }

  /** Takes up to `max` messages: the oldest of each group that has none in flight, then more of it. */
  receive(max: number, visibilityTimeoutMs = this.#settings.visibilityTimeoutMs): Received[] {
    this.#settle();
    const received: Received[] = [];
    for (const group of this.#groups.values()) {
      if (group.flying.size > 0) continue;
      while (received.length < max) {
        const message = group.waiting.shift();
        if (message === undefined) break;
        message.receiveCount += 1;
        message.firstReceivedAtMs ??= this.#nowMs();
        const handle = randomUUID();
        const untilMs = this.#nowMs() + visibilityTimeoutMs;
        group.flying.set(handle, { handle, message, untilMs });
        received.push({ handle, message });
      }
      if (received.length >= max) break;
    }
    return received;
  }

  /** Removes a message for good; a handle that is not in flight is ignored, as SQS does. */
  delete(handle: string): void {
    for (const group of this.#groups.values()) if (group.flying.delete(handle)) this.#tell();
  }

  /** Hides a message in flight for this long from now; 0 gives it back. False: not in flight. */
  changeVisibility(handle: string, timeoutMs: number): boolean {
    for (const group of this.#groups.values()) {
      const flight = group.flying.get(handle);
      if (flight === undefined) continue;
      flight.untilMs = this.#nowMs() + timeoutMs;
      this.#tell();
      return true;
    }
    return false;
  }

  /** Forgets all messages; their deduplication ids stay known. */
  purge(): void {
    this.#groups.clear();
  }

  /** How many messages wait, and how many are in flight. */
  counts(): { waiting: number; inFlight: number } {
    this.#settle();
    const groups = [...this.#groups.values()];
    return {
      waiting: groups.reduce((sum, { waiting }) => sum + waiting.length, 0),
      inFlight: groups.reduce((sum, { flying }) => sum + flying.size, 0),
    };
  }

  /** When the next message in flight comes back by itself; undefined when none is. */
  nextReturnMs(): number | undefined {
    const flights = [...this.#groups.values()].flatMap(({ flying }) => [...flying.values()]);
    if (flights.length === 0) return undefined;
    return flights.reduce((soonest, { untilMs }) => Math.min(soonest, untilMs), Infinity);
  }

  /** Calls back whenever a message may have become receivable; returns how to stop. */
  onChange(listener: () => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  #tell(): void {
    for (const listener of [...this.#listeners]) listener();
  }

  #group(name: string): Group {
    const known = this.#groups.get(name);
    if (known !== undefined) return known;
    const group: Group = { waiting: [], flying: new Map() };
    this.#groups.set(name, group);
    return group;
  }

  /** Brings back what became visible, drops what is too old, moves away what failed too often. */
  #settle(): void {
    const now = this.#nowMs();
    for (const [name, group] of this.#groups) {
      const back = [...group.flying.values()].filter(({ untilMs }) => untilMs <= now);
      for (const { handle } of back) group.flying.delete(handle);
      group.waiting.push(...back.map(({ message }) => message));
      group.waiting.sort((a, b) => (a.sequence < b.sequence ? -1 : 1));
      const kept = group.waiting.filter((message) => !this.#leaves(message, now));
      group.waiting.splice(0, Infinity, ...kept);
      if (group.waiting.length === 0 && group.flying.size === 0) this.#groups.delete(name);
    }
  }

  #leaves(message: Message, now: number): boolean {
    if (now - message.sentAtMs > this.#settings.retentionMs) return true;
    const { redrive } = this.#settings;
    if (redrive === undefined || message.receiveCount < redrive.maxReceiveCount) return false;
    redrive.to.#adopt(message);
    return true;
  }

  /** A redriven message keeps its id and age, and is not a duplicate of anything. */
  #adopt(message: Message): void {
    this.#group(message.group).waiting.push(message);
    this.#tell();
  }

  #forgetOldIds(): void {
    const now = this.#nowMs();
    for (const [id, { sentAtMs }] of this.#sent) {
      if (now - sentAtMs <= DEDUPLICATION_MS) break;
      this.#sent.delete(id);
    }
  }
}
