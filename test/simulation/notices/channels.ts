/**
 * Slack and e-mail as a function meets them: a channel takes a message, asks for patience, fails,
 * does not answer, refuses for good, or takes it and the answer gets lost.
 */
import type {
  Message,
  Notifier,
  SendOutcome,
} from '../../../functions/core/notifications/ports.ts';
import type { Process, SharedFaults, Surroundings } from '../process.ts';
import type { NoticeWitness } from './notice-witness.ts';

/** Longest patience that a channel asks for, and when a send gives up. */
const PATIENCE_MAX_S = 120;
const GIVE_UP_MS = 10_000;

/** Every channel of a world. */
export class SimulatedChannels {
  readonly #around: Surroundings<SharedFaults>;
  readonly #witness: NoticeWitness;

  constructor(around: Surroundings<SharedFaults>, witness: NoticeWitness) {
    this.#around = around;
    this.#witness = witness;
  }

  /** The channels as a process reaches them. */
  notifierFor(process: Process): Notifier {
    return {
      send: async (message, channel) => {
        this.#witness.leaves(process, message, channel);
        const effect = () => this.#send(process, message, channel);
        const outcome = await process.call({ port: 'channel.send', effect, slowMs: 300 });
        this.#witness.answered(process, channel, outcome);
        return outcome;
      },
    };
  }

  #send(process: Process, message: Message, channel: string): SendOutcome | Promise<SendOutcome> {
    const { faults } = this.#around;
    const later = (reason: string): SendOutcome => ({ kind: 'later', reason });
    if (faults.lasts('channel away')) return later('HTTP 503');
    if (faults.strikes('channel asks for patience')) {
      const seconds = faults.stream('channel asks for patience').between(1, PATIENCE_MAX_S);
      return { ...later('HTTP 429'), retryAfterMs: seconds * 1_000 } as SendOutcome;
    }
    if (faults.strikes('channel fails')) return later('HTTP 500');
    if (faults.strikes('channel gives no answer')) return this.#silent();
    if (faults.strikes('channel refuses for good')) return { kind: 'never', reason: 'HTTP 404' };
    this.#witness.took(process, message, channel);
    return faults.strikes('channel answer lost') ? later('the connection was lost') : TAKEN;
  }

  #silent(): Promise<SendOutcome> {
    return new Promise((resolve) => {
      const outcome = { kind: 'later', reason: 'no answer for 10 s' } as const;
      this.#around.scheduler.after(GIVE_UP_MS, () => resolve(outcome));
    });
  }
}

const TAKEN: SendOutcome = { kind: 'delivered' };
