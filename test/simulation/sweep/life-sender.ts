/**
 * The sender of a life: TradingView, which sends the same bytes again 5 s after an answer of 5xx,
 * three times at most. Its messages may also come twice, later, or with the id of another one.
 * Source: https://www.tradingview.com/support/solutions/43000735201
 */
import type { Config } from '../../../functions/core/config.ts';
import { clientOrderIdOf, orderKeyOf } from '../../../functions/core/identity.ts';
import type { SignalRequest } from '../../../functions/core/receive/signal-request.ts';
import type { FakeStore } from '../../fakes/store.ts';
import type { Monitor } from '../monitor.ts';
import type { Surroundings } from '../process.ts';
import { tokenOf, type SourceCredentials } from '../source-credentials.ts';
import type { Fired } from './lives.ts';

const SOURCE = 'trend';
const RESENDS_MAX = 3;
const RESEND_MS = 5_000;

type Fields = Readonly<Record<string, string>>;

/** What the sender reaches for. */
interface Stage {
  readonly config: Config;
  readonly store: FakeStore;
  readonly credentials: SourceCredentials;
  post(request: SignalRequest, done: (status: number) => void): void;
}

/** The sender of one life. */
export class LifeSender {
  readonly #around: Surroundings;
  readonly #monitor: Monitor;
  readonly #stage: Stage;
  /** Ids of the signals that were fired and not turned away at the gateway. */
  readonly #fired = new Set<string>();
  /** Client order ids of every signal that was answered with 200. */
  readonly answered = new Set<string>();

  constructor(around: Surroundings, monitor: Monitor, stage: Stage) {
    this.#around = around;
    this.#monitor = monitor;
    this.#stage = stage;
  }

  /** Sends a signal, and perhaps once more. */
  fire({ fields, ageMs = 0 }: Fired): void {
    const { scheduler, faults } = this.#around;
    const time = new Date(scheduler.nowMs - ageMs).toISOString();
    const body: Fields = { ...fields, time };
    this.#fired.add(body['id'] ?? '');
    this.#send(body, RESENDS_MAX);
    const again = (waitMs: number, other: Fields): void =>
      scheduler.after(waitMs, () => this.#send(other, 0));
    if (faults.strikes('signal sent twice')) {
      again(faults.stream('signal sent twice').between(0, 400), body);
    }
    if (faults.strikes('signal replayed later')) {
      again(faults.stream('signal replayed later').between(10_000, 20 * 60_000), body);
    }
    if (faults.strikes('id used for another message')) {
      const other = { ...body, action: body['action'] === 'buy' ? 'sell' : 'buy' };
      again(faults.stream('id used for another message').between(500, 100_000), other);
    }
  }

  /** Two things that go wrong are fewer than four attempts: no signal is lost. */
  atRest(): void {
    const keys = new Set(this.#stage.store.rows().map(({ orderKey }) => orderKey));
    for (const id of this.#fired) {
      for (const { orderKey, clientOrderId } of this.#refs(id)) {
        if (keys.has(orderKey)) continue;
        this.#monitor.broken('a signal that reached the webhook has a row', id, clientOrderId);
      }
    }
  }

  #send(body: Fields, left: number): void {
    const request: SignalRequest = {
      method: 'POST',
      hook: { source: SOURCE, token: tokenOf(SOURCE) },
      contentType: 'application/json',
      contentEncoding: '',
      headers: new Map(),
      address: '192.0.2.1',
      body: Buffer.from(
        JSON.stringify({ ...body, secret: this.#stage.credentials.usedBy(SOURCE) }),
      ),
    };
    this.#stage.post(request, (status) => {
      this.#around.seen.add(`answer: ${status}`);
      if (status === 200) this.#accepted(body);
      // TradingView sends nothing again after 4xx: what the gateway throttles is lost, visibly.
      if (status === 429) this.#fired.delete(body['id'] ?? '');
      if (status >= 500 && left > 0) {
        this.#around.scheduler.after(RESEND_MS, () => this.#send(body, left - 1));
      }
    });
  }

  #accepted(body: Fields): void {
    const { store } = this.#stage;
    for (const { orderKey, account, clientOrderId } of this.#refs(body['id'] ?? '')) {
      const row = store.rows().find((one) => one.orderKey === orderKey);
      const about = `signal ${body['id'] ?? ''} for ${account}`;
      if (row === undefined) {
        this.#monitor.broken('a signal answered 200 has a row', about, clientOrderId);
      } else if (row.signal.action !== body['action']) {
        const promise = 'an id used for another message is not answered 200';
        this.#monitor.broken(promise, about, clientOrderId);
      }
      this.answered.add(clientOrderId);
    }
  }

  #refs(signalId: string) {
    const accounts = this.#stage.config.sources[SOURCE]?.accounts ?? [];
    return accounts.map((account) => {
      const orderKey = orderKeyOf({ source: SOURCE, account, signalId });
      return { account, orderKey, clientOrderId: clientOrderIdOf(orderKey) };
    });
  }
}
