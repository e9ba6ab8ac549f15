/**
 * The witness of what people are told. It keeps its own record of what each channel was sent and
 * took, and holds the promises of delivery against it and, at the end, against the outbox.
 */
import { isDeepStrictEqual } from 'node:util';
import type { Config } from '../../../functions/core/config.ts';
import type { Notice } from '../../../functions/core/notices/notice.ts';
import type {
  Delivery,
  Message,
  OutboxEntry,
  SendOutcome,
} from '../../../functions/core/notifications/ports.ts';
import type { Log } from '../../../functions/core/ports.ts';
import type { Process } from '../process.ts';

/** One message to a channel in a second, as Slack documents. */
const BETWEEN_MS = 1_000;
const ATTEMPTS_MAX = 8;
/** A letter about a death repeats what so many notices say; a command lists the rest. */
const REPEATED_MAX = 10;

/** Where broken promises go, and lines of the trace. */
export interface Court {
  broken(promise: string, detail: string, about?: string): void;
  trace(...words: readonly string[]): void;
}

/** A court of a witness that has one already, over the trace of its world. */
export function courtOf(monitor: Pick<Court, 'broken'>, scheduler: Pick<Court, 'trace'>): Court {
  return {
    broken: (promise, detail, about) => monitor.broken(promise, detail, about),
    trace: (...words) => scheduler.trace(...words),
  };
}

/** The witness of one world. */
export class NoticeWitness {
  readonly #court: Court;
  readonly #config: Pick<Config, 'channels'>;
  readonly #seen: Set<string>;
  /** How often a channel took a notice, by `noticeText`. */
  readonly #taken = new Map<string, number>();
  readonly #notices = new Map<string, Notice>();
  readonly #messages = new Map<string, string>();
  #isRestored = false;
  /** By process and channel: when it sent last, and until when it was asked to wait. */
  readonly #sentAtMs = new Map<string, number>();
  readonly #restUntilMs = new Map<string, number>();
  readonly #errors = new Set<string>();
  /** By channel: deaths that could not be told, each of which is one more attempt. */
  readonly #untold = new Map<string, number>();

  constructor(court: Court, config: Pick<Config, 'channels'>, seen: Set<string>) {
    this.#court = court;
    this.#config = config;
    this.#seen = seen;
  }

  /** A log that remembers which notices it called dead, and which deaths could not be told. */
  log(log: Log): Log {
    return {
      ...log,
      error: (event, fields) => {
        if (event === 'notice-dead') this.#errors.add(String(fields?.['notice']));
        if (event === 'death-not-told') {
          const channel = String(fields?.['channel']);
          this.#untold.set(channel, (this.#untold.get(channel) ?? 0) + 1);
        }
        log.error(event, fields);
      },
    };
  }

  /** A process begins to send. */
  leaves(process: Process, message: Message, channel: string): void {
    const key = `${process.name} ${channel}`;
    const nowMs = process.clock.nowMs();
    const ids = message.notices.map(({ id }) => id);
    this.#court.trace(process.name, 'sends', message.id, 'to', channel, `(${ids.length})`);
    if (nowMs < (this.#sentAtMs.get(key) ?? -Infinity) + BETWEEN_MS) {
      this.#court.broken('a run sends one message a second to a channel at most', key, ids[0]);
    }
    if (nowMs < (this.#restUntilMs.get(key) ?? -Infinity)) {
      this.#court.broken('a channel that asks for patience is left alone', key, ids[0]);
    }
    this.#sentAtMs.set(key, nowMs);
    this.#sameMessage(message);
    for (const notice of message.notices) this.#mayGo(notice, channel, nowMs);
    if (ids.length > 1) this.#seen.add('told: digest');
    if (message.picture !== undefined) this.#seen.add('told: with a picture');
  }

  #mayGo(notice: Notice, channel: string, nowMs: number): void {
    const { id, channels, urgency, notBeforeMs = 0 } = notice;
    if (!this.#channelsOf({ channels }).includes(channel)) {
      this.#court.broken('a notice goes to its own channels alone', `${id} to ${channel}`, id);
    }
    if (urgency !== 'page' && nowMs < notBeforeMs) {
      this.#court.broken('quiet hours hold back what can wait', `${id} to ${channel}`, id);
    }
    const known = this.#notices.get(id);
    if (known !== undefined && !this.#isRestored && !isDeepStrictEqual(known, notice)) {
      this.#court.broken('the same id is the same notice', id, id);
    }
    this.#notices.set(id, notice);
  }

  /** The id that a person sees in a repeat is the one that was there the first time. */
  #sameMessage({ id, notices }: Message): void {
    const ids = notices.map((notice) => notice.id).sort();
    const text = ids.join('\n');
    const [first = ''] = ids;
    const known = this.#messages.get(text);
    const isNamed = notices.length > 1 || id === first;
    if (!isNamed || (known !== undefined && known !== id)) {
      this.#court.broken('a repeated message has the id of the first', `${known} and ${id}`, first);
    }
    this.#messages.set(text, id);
  }

  /** A process was told what became of its message. */
  answered(process: Process, channel: string, outcome: SendOutcome): void {
    this.#seen.add(`channel: ${outcome.kind}`);
    if (outcome.kind !== 'later' || outcome.retryAfterMs === undefined) return;
    const untilMs = process.clock.nowMs() + outcome.retryAfterMs;
    this.#restUntilMs.set(`${process.name} ${channel}`, untilMs);
  }

  /** A channel took a message, whatever the process comes to hear. */
  took(process: Process, message: Message, channel: string): void {
    this.#court.trace(channel, 'took', message.id, 'from', process.name);
    for (const { id } of message.notices) {
      const key = noticeText(id, channel);
      const count = (this.#taken.get(key) ?? 0) + 1;
      this.#taken.set(key, count);
      if (count > 1) this.#seen.add('told: repeated');
    }
  }

  /** The outbox has written what became of a notice. */
  recorded({ notice }: OutboxEntry, deliveries: readonly Delivery[]): void {
    for (const { channel, state, attempts } of deliveries) {
      if (state === 'delivered' && channel !== NO_CHANNEL && !this.#isTaken(notice.id, channel)) {
        const detail = `${notice.id} on ${channel}`;
        this.#court.broken('what is recorded as delivered was taken', detail, notice.id);
      }
      if (attempts > ATTEMPTS_MAX + (this.#untold.get(channel) ?? 0)) {
        this.#court.broken('a channel is given up after eight attempts', notice.id, notice.id);
      }
      this.#seen.add(`record: ${state}`);
    }
  }

  /**
   * The table is an older one: what it tells from now on may be another thing by the same id, and
   * who froze before may still tell the first.
   */
  restored(): void {
    this.#isRestored = true;
  }

  /** What must hold when nothing fails any more; `once`: nothing ever failed. */
  atRest(entries: readonly OutboxEntry[], { once }: { readonly once: boolean }): void {
    for (const { notice, deliveries } of entries) {
      const { id } = notice;
      const byChannel = new Map(deliveries.map((delivery) => [delivery.channel, delivery]));
      for (const channel of this.#channelsOf(notice)) {
        const state = byChannel.get(channel)?.state ?? 'never looked at';
        if (state !== 'delivered' && state !== 'dead') {
          this.#court.broken('every notice ends delivered or dead', `${id}: ${state}`, id);
        }
        const times = this.#taken.get(noticeText(id, channel)) ?? 0;
        if (state === 'delivered' && times === 0) {
          this.#court.broken('what is recorded as delivered was taken', id, id);
        }
        if (once && times !== 1) {
          this.#court.broken('where nothing fails each notice comes once', `${id}: ${times}`, id);
        }
      }
      const dead = deliveries.filter(({ state }) => state === 'dead');
      if (dead.length > 0) this.#hasHeard(notice, dead, entries);
    }
  }

  /** Of a death the other channels are told, or the log where there is none. */
  #hasHeard(notice: Notice, dead: readonly Delivery[], entries: readonly OutboxEntry[]): void {
    const { id } = notice;
    const letters = entries
      .map((entry) => entry.notice)
      .filter((one) => one.subject === 'delivery');
    const isStranded = dead.length === this.#channelsOf(notice).length;
    const tried = new Set(dead.map(({ channel }) => channel));
    const others = Object.keys(this.#config.channels).filter((name) => !tried.has(name));
    const inLog = this.#errors.has(id);
    const repeats = (text: string): boolean => {
      const lines = text.split('\n').filter((line) => line.startsWith('It is '));
      return lines.includes(`It is ${id}.`) || lines.length >= REPEATED_MAX;
    };
    const isHeard = !isStranded
      ? dead.every(({ channel }) =>
          letters.some((one) => one.id.startsWith(`delivery:${channel}:`)),
        )
      : notice.subject === 'delivery' || others.length === 0
        ? inLog
        : letters.some((one) => repeats(one.text) && one.channels.every((to) => !tried.has(to)));
    this.#seen.add(isStranded ? 'dead: on every channel' : 'dead: on one channel');
    if (!isHeard) {
      const detail = `${id} on ${[...tried].join(', ')}`;
      this.#court.broken('a death is told by the other channels', detail, id);
    }
  }

  #isTaken(id: string, channel: string): boolean {
    return this.#taken.has(noticeText(id, channel));
  }

  #channelsOf({ channels }: Pick<Notice, 'channels'>): readonly string[] {
    return channels.length > 0 ? channels : Object.keys(this.#config.channels);
  }
}

/** Stands in the record of a notice that no channel is meant for. */
const NO_CHANNEL = 'log';

function noticeText(id: string, channel: string): string {
  return `${id} ${channel}`;
}
