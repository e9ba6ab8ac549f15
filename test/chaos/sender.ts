/** Sends signals as a sender does that does not give up, and keeps what it was told. */
import { setTimeout as sleep } from 'node:timers/promises';
import type { Door } from '../infra/local/doors.ts';
import type { PlannedSignal } from './plan.ts';
import type { Reply, Stack } from './stack.ts';

const GIVE_UP_MS = 180_000;
const RETRY_MS = 400;
const STALE_MS = 45 * 60_000;
/** A limit so far below the market that it rests. */
const LIMIT_PRICE = '20000';

/** Where each source is spoken to. */
export type Doors = Readonly<Record<PlannedSignal['source'], Door>>;

/** What a run was told, for the check at its end. */
export class Told {
  /** Signals that were acknowledged, and how often as new. */
  readonly acknowledged = new Map<string, number>();
  /** Signals whose forged body was answered 409. */
  readonly conflicts = new Set<string>();
  /** Answers by what they say; unanswered requests too. */
  readonly answers = new Map<string, number>();
  /** What must not have been said. */
  readonly wrong: string[] = [];
  requests = 0;

  count(word: string): void {
    this.answers.set(word, (this.answers.get(word) ?? 0) + 1);
  }
}

/** Sends the signals of a run. */
export class Sender {
  readonly told = new Told();
  readonly #stack: Stack;
  readonly #doors: Doors;
  readonly #times = new Map<string, string>();

  constructor(stack: Stack, doors: Doors) {
    this.#stack = stack;
    this.#doors = doors;
  }

  /** Sends all copies at once; resolves when each was acknowledged. */
  async send(signal: PlannedSignal): Promise<void> {
    await Promise.all(Array.from({ length: signal.copies }, () => this.again(signal)));
  }

  /** Sends it once more, byte by byte the same. */
  async again(signal: PlannedSignal): Promise<void> {
    const reply = await this.#until(signal, this.#body(signal));
    if (reply === undefined) return;
    const status = String(reply.body['status']);
    const { acknowledged, wrong } = this.told;
    if (reply.status !== 200) {
      wrong.push(`${signal.id} was answered ${reply.status} ${JSON.stringify(reply.body)}`);
      return;
    }
    const before = acknowledged.get(signal.id) ?? 0;
    acknowledged.set(signal.id, before + (status === 'duplicate' ? 0 : 1));
  }

  /** Sends the id with another body; only for a signal that was acknowledged. */
  async forge(signal: PlannedSignal): Promise<void> {
    const reply = await this.#until(signal, { ...this.#body(signal), action: 'sell' });
    if (reply?.status === 409) this.told.conflicts.add(signal.id);
    else if (reply !== undefined) {
      this.told.wrong.push(`another body for ${signal.id} was answered ${reply.status}, not 409`);
    }
  }

  #body({ id, source, type, isStale }: PlannedSignal): Record<string, string> {
    const time =
      this.#times.get(id) ?? new Date(this.#stack.nowMs() - (isStale ? STALE_MS : 0)).toISOString();
    this.#times.set(id, time);
    const { secret } = this.#doors[source];
    const order = type === 'limit' ? { type, price: LIMIT_PRICE } : {};
    return { secret, id, time, symbol: 'KRAKEN:XBTUSD', action: 'buy', ...order };
  }

  /** Until it is answered with anything but a failure of the server. */
  async #until(signal: PlannedSignal, body: unknown): Promise<Reply | undefined> {
    const { path } = this.#doors[signal.source];
    const untilMs = Date.now() + GIVE_UP_MS;
    while (Date.now() < untilMs) {
      this.told.requests += 1;
      try {
        const reply = await this.#stack.post(path, body);
        this.told.count(wordOf(reply));
        if (reply.status < 500) return reply;
      } catch {
        this.told.count('none');
      }
      await sleep(RETRY_MS);
    }
    this.told.wrong.push(`${signal.id} was not acknowledged in ${GIVE_UP_MS / 1_000} s`);
    return undefined;
  }
}

function wordOf({ status, body }: Reply): string {
  const word = body['status'] ?? body['code'];
  return status < 500 && typeof word === 'string' ? word : String(status);
}
