/**
 * A notice that this run has claimed, with how far it has come on each channel. What became of one
 * channel is recorded at once, also while another channel is still at it: what a crash repeats is
 * then only what was being sent. The claim ends with the first record; until the end of the lease
 * the due times of the channels in hand keep other runs away.
 */
import type { Notice } from '../notices/notice.ts';
import type { Log } from '../ports.ts';
import { assert } from '../result.ts';
import type { Delivery, DeliveryLog, OutboxEntry } from './ports.ts';

/** What an entry is held with. */
export interface Holding {
  /** As claimed. */
  readonly entry: OutboxEntry;
  readonly deliveries: readonly Delivery[];
  /** Channels that this run works on. */
  readonly inHand: readonly string[];
  readonly leaseUntilMs: number;
}

/** Writing that fails is tried this often: what is not recorded is sent again. */
const RECORD_ATTEMPTS = 3;

/** One claimed notice. */
export class HeldEntry {
  readonly notice: Notice;
  readonly #log: Log;
  readonly #store: DeliveryLog;
  readonly #leaseUntilMs: number;
  readonly #deliveries: Map<string, Delivery>;
  readonly #inHand: Set<string>;
  readonly #doomed = new Set<string>();
  #entry: OutboxEntry | 'lost';
  #writing: Promise<void> = Promise.resolve();

  constructor(holding: Holding, deps: { readonly deliveries: DeliveryLog; readonly log: Log }) {
    this.notice = holding.entry.notice;
    this.#entry = holding.entry;
    this.#leaseUntilMs = holding.leaseUntilMs;
    this.#deliveries = new Map(holding.deliveries.map((each) => [each.channel, each]));
    this.#inHand = new Set(holding.inHand);
    this.#store = deps.deliveries;
    this.#log = deps.log;
  }

  /** Whether nobody else has taken it meanwhile; what is not ours is not sent. */
  get isOurs(): boolean {
    return this.#entry !== 'lost';
  }

  /** How far it has come on a channel that is in hand. */
  delivery(channel: string): Delivery {
    const delivery = this.#deliveries.get(channel);
    assert(delivery !== undefined, `${this.notice.id} goes to ${channel}`);
    return delivery;
  }

  /** Gives a channel up, before that is recorded: the other channels must know at once. */
  doom(channel: string): void {
    this.#doomed.add(channel);
  }

  /** Channels that have given this notice up. */
  get deadChannels(): readonly string[] {
    const dead = [...this.#deliveries.values()].filter(({ state }) => state === 'dead');
    return [...new Set([...dead.map(({ channel }) => channel), ...this.#doomed])];
  }

  /** Whether a channel has taken it or still may. */
  get isAlive(): boolean {
    return this.deadChannels.length < this.#deliveries.size;
  }

  /** Records what became of a channel. Never throws. */
  settle(delivery: Delivery): Promise<void> {
    this.#deliveries.set(delivery.channel, delivery);
    this.#inHand.delete(delivery.channel);
    this.#doomed.delete(delivery.channel);
    return this.write();
  }

  /** Records all channels as they are. Never throws. */
  write(): Promise<void> {
    this.#writing = this.#writing.then(() => this.#record());
    return this.#writing;
  }

  async #record(): Promise<void> {
    const notice = this.notice.id;
    for (let attempt = 1; attempt <= RECORD_ATTEMPTS; attempt += 1) {
      if (this.#entry === 'lost') return;
      try {
        this.#entry = await this.#store.record(this.#entry, this.#stored());
        if (this.#entry === 'lost') this.#log.warn('notice-taken-over', { notice });
        return;
      } catch (error) {
        this.#log.warn('delivery-not-recorded', { notice, attempt, error: String(error) });
      }
    }
    this.#log.error('notice-may-repeat', { notice });
  }

  #stored(): readonly Delivery[] {
    return [...this.#deliveries.values()].map((delivery) => {
      return this.#inHand.has(delivery.channel)
        ? { ...delivery, dueAtMs: this.#leaseUntilMs }
        : delivery;
    });
  }
}
