/**
 * Senders that take orders of theirs back by the id of the signal, soon or late, twice, or by an id
 * that no signal had. Drawn from a stream of its own.
 */
import type { Config } from '../../functions/core/config.ts';
import type { SignalRequest } from '../../functions/core/receive/signal-request.ts';
import type { Surroundings } from './process.ts';
import { Random } from './random.ts';
import type { Post } from './senders.ts';
import { signed, tokenOf, type SourceCredentials } from './source-credentials.ts';

/** What recalling reaches for. */
interface Stage {
  readonly seed: number;
  readonly endMs: number;
  readonly config: Config;
  readonly credentials: SourceCredentials;
  readonly post: Post;
}

/** Signals in a million that are taken back. */
const TAKEN_BACK = 200_000;
/** Of these: asked for twice, and by an id that no signal had. */
const TWICE = 200_000;
const STRANGE = 50_000;

const RESENDS_MAX = 3;
const RESEND_MS = 5_000;

/** Takes orders back until the faults end. */
export class Recalling {
  readonly #around: Surroundings;
  readonly #stage: Stage;
  readonly #random: Random;
  #count = 0;

  constructor(around: Surroundings, stage: Stage) {
    this.#around = around;
    this.#stage = stage;
    this.#random = new Random(stage.seed, 'recalling');
  }

  /** A signal is fired now; it may be wanted back. */
  fired(source: string, id: string): void {
    const random = this.#random;
    if (!random.chance(TAKEN_BACK)) return;
    const wanted = random.chance(STRANGE) ? `${id}-of-nobody` : id;
    // At once, while it is being carried out, and when it rests.
    const longMs = random.pick([200, 5_000, 120_000]);
    const times = random.chance(TWICE) ? 2 : 1;
    for (let time = 0; time < times; time += 1) {
      this.#around.scheduler.after(random.between(0, longMs), () => this.#cancel(source, wanted));
    }
  }

  #cancel(source: string, id: string): void {
    const { config, credentials, endMs } = this.#stage;
    const { nowMs } = this.#around.scheduler;
    if (nowMs >= endMs) return;
    const isSigned = config.sources[source]?.auth === 'standard-webhooks';
    const secret = credentials.usedBy(source);
    const fields = { action: 'cancel', id };
    this.#count += 1;
    const body = Buffer.from(JSON.stringify(isSigned ? fields : { ...fields, secret }));
    const envelope = { id: `cancel-${this.#count}`, atMs: nowMs, body };
    this.#around.scheduler.trace('cancel asked by', source, id);
    this.#send(
      {
        method: 'POST',
        hook: { source, token: tokenOf(source) },
        contentType: 'application/json',
        contentEncoding: '',
        headers: isSigned ? signed(secret, envelope) : new Map(),
        address: '192.0.2.1',
        body,
      },
      RESENDS_MAX,
    );
  }

  #send(request: SignalRequest, left: number): void {
    this.#stage.post(request, (status) => {
      this.#around.seen.add(`cancel answered ${status}`);
      if (status < 500 || left === 0) return;
      this.#around.scheduler.after(RESEND_MS, () => this.#send(request, left - 1));
    });
  }
}
