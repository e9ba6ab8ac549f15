/**
 * Senders as TradingView is documented to be, and worse: an answer of 5xx is followed by the same
 * message after 5 s, at most three times; nothing else is. Messages come twice, late, again after
 * minutes, or with the id of another one.
 * Source: https://www.tradingview.com/support/solutions/43000735201
 */
import type {
  AdmittedSource,
  SignalRequest,
  SourceGuard,
} from '../../functions/core/signal-request.ts';
import type { Answer } from '../../functions/core/receive-signal.ts';
import type { Config } from '../../functions/core/config.ts';
import { clientOrderIdOf, orderKeyOf } from '../../functions/core/identity.ts';
import type { OrderRow } from '../../functions/core/order.ts';
import type { Monitor } from './monitor.ts';
import type { Surroundings } from './process.ts';
import { Random } from './random.ts';

/** Delivers a request to the webhook; the status is 504 when the function died. */
export type Post = (
  request: SignalRequest,
  done: (answer: Answer | { status: 504 }) => void,
) => void;

/** Lets everybody in: who may send is tested elsewhere. */
export function openGuard(config: Config): SourceGuard {
  return {
    admit: async ({ source: name }): Promise<AdmittedSource | undefined> => {
      const source = config.sources[name];
      if (source === undefined) return undefined;
      return { name, source, matchSecret: () => 0, matchSignature: () => undefined };
    },
  };
}

interface Body {
  readonly source: string;
  readonly fields: Readonly<Record<string, string>>;
}

const RESENDS_MAX = 3;
const RESEND_MS = 5_000;

/** The senders of a world. */
export class Senders {
  readonly #around: Surroundings;
  readonly #monitor: Monitor;
  readonly #config: Config;
  readonly #random: Random;
  readonly #post: Post;
  readonly #row: (ref: { account: string; orderKey: string }) => OrderRow | undefined;
  /** Client order ids of every signal that was answered with 200. */
  readonly answered = new Set<string>();
  /** The same, for signals that nothing about the sender kept from being placed. */
  readonly fresh = new Set<string>();
  requests = 0;

  constructor(
    around: Surroundings,
    monitor: Monitor,
    options: {
      readonly seed: number;
      readonly config: Config;
      readonly post: Post;
      readonly row: (ref: { account: string; orderKey: string }) => OrderRow | undefined;
    },
  ) {
    this.#around = around;
    this.#monitor = monitor;
    this.#config = options.config;
    this.#random = new Random(options.seed, 'senders');
    this.#post = options.post;
    this.#row = options.row;
  }

  /** Fires one signal now. */
  fire(count: number): void {
    const { scheduler, faults } = this.#around;
    const body = this.#body(count);
    const delayed = faults.strikes('signal delayed');
    const delayMs = delayed ? faults.stream('signal delayed').between(1_000, 120_000) : 0;
    const isFresh = !delayed;
    scheduler.after(delayMs, () => this.#send(body, { left: RESENDS_MAX, isFresh }));
    const again = (waitMs: number, other: Body): void =>
      scheduler.after(waitMs, () => this.#send(other, { left: 0, isFresh: false }));
    if (faults.strikes('signal sent twice')) {
      again(faults.stream('signal sent twice').between(0, 400), body);
    }
    if (faults.strikes('signal replayed later')) {
      again(faults.stream('signal replayed later').between(10_000, 20 * 60_000), body);
    }
    if (faults.strikes('id used for another message')) {
      const other = { ...body.fields, action: body.fields['action'] === 'buy' ? 'sell' : 'buy' };
      const waitMs = faults.stream('id used for another message').between(0, 100_000);
      again(waitMs, { ...body, fields: other });
    }
  }

  #body(count: number): Body {
    const random = this.#random;
    const source = random.pick(Object.keys(this.#config.sources));
    const isLimit = random.chance(300_000);
    const action = random.chance(600_000) ? 'buy' : 'sell';
    const fields: Record<string, string> = {
      id: `signal-${count}`,
      time: new Date(this.#around.scheduler.nowMs).toISOString(),
      // Now and then a pair that the rails do not allow.
      symbol: random.chance(20_000) ? 'KRAKEN:ETHUSD' : 'KRAKEN:XBTUSD',
      action,
    };
    if (isLimit) {
      fields['type'] = 'limit';
      fields['price'] = `${random.between(49_900, 50_100)}.${random.between(0, 9)}`;
    }
    if (action === 'sell' && random.chance(400_000)) fields['market_position'] = 'flat';
    return { source, fields };
  }

  #send(body: Body, how: { readonly left: number; readonly isFresh: boolean }): void {
    const request: SignalRequest = {
      method: 'POST',
      hook: { source: body.source, token: 'token' },
      contentType: 'application/json',
      contentEncoding: '',
      signature: { id: '', timestamp: '', signature: '' },
      address: '192.0.2.1',
      body: Buffer.from(JSON.stringify(body.fields)),
    };
    this.requests += 1;
    this.#post(request, ({ status }) => {
      this.#around.seen.add(`answer: ${status}`);
      if (status === 200) this.#accepted(body, how.isFresh);
      if (status >= 500 && how.left > 0) {
        const next = { ...how, left: how.left - 1 };
        this.#around.scheduler.after(RESEND_MS, () => this.#send(body, next));
      }
    });
  }

  #accepted({ source, fields }: Body, isFresh: boolean): void {
    for (const account of this.#config.sources[source]?.accounts ?? []) {
      const signalId = fields['id'] ?? '';
      const orderKey = orderKeyOf({ source, account, signalId });
      const clientOrderId = clientOrderIdOf(orderKey);
      const row = this.#row({ account, orderKey });
      if (row === undefined) {
        this.#monitor.broken('a signal answered 200 has a row', signalId, clientOrderId);
      } else if (row.signal.action !== fields['action']) {
        const promise = 'an id used for another message is not answered 200';
        this.#monitor.broken(promise, signalId, clientOrderId);
      }
      this.answered.add(clientOrderId);
      if (isFresh) this.fresh.add(clientOrderId);
    }
  }
}
