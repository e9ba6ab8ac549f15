/**
 * Senders that change orders of theirs by the id of the signal: soon or late, several times, in another
 * order than they were fired in, again after minutes or days, two of one fire time, and orders that no
 * signal made. Drawn from a stream of its own.
 */
import type { Config } from '../../functions/core/config.ts';
import { unsettledAmend } from '../../functions/core/order-now.ts';
import { orderKeyOf } from '../../functions/core/identity.ts';
import type { Order, OrderRef, OrderRow } from '../../functions/core/order.ts';
import type { SignalRequest } from '../../functions/core/receive/signal-request.ts';
import { changeSaid } from './amend-words.ts';
import type { OrderBook } from './order-book.ts';
import type { Surroundings } from './process.ts';
import { Random } from './random.ts';
import type { Post } from './senders.ts';
import { signed, tokenOf, type SourceCredentials } from './source-credentials.ts';
import type { AmendWitness } from './witness-amends.ts';

/** What amending reaches for. */
interface Stage {
  readonly seed: number;
  readonly endMs: number;
  readonly config: Config;
  readonly credentials: SourceCredentials;
  readonly witness: AmendWitness;
  readonly post: Post;
  readonly book: OrderBook;
  /** Rows of orders that rest at the exchange. */
  readonly resting: () => readonly OrderRow[];
  /** Those of the rows that there are. */
  readonly rows: (refs: readonly OrderRef[]) => readonly OrderRow[];
}

/** Signals in a million whose orders are changed; of the changes: */
const CHANGED = 300_000;
const STRANGE = 30_000;
const DELAYED = 300_000;
const REPLAYED = 150_000;
const DAYS_LATER = 30_000;
const SAME_TIME = 40_000;
const BY_HAND = 10_000;
/** While nobody knows what became of a change. */
const BY_HAND_THEN = 500_000;

/** Time until an order that rests is changed. */
const BETWEEN_MS = [1_000, 30_000] as const;

const RESENDS_MAX = 3;
const RESEND_MS = 5_000;

/** Changes orders until the faults end. */
export class Amending {
  readonly #around: Surroundings;
  readonly #stage: Stage;
  readonly #random: Random;
  readonly #late: SignalRequest[] = [];
  #count = 0;

  constructor(around: Surroundings, stage: Stage) {
    this.#around = around;
    this.#stage = stage;
    this.#random = new Random(stage.seed, 'amending');
  }

  /** Lets it begin: orders that rest are changed again and again. */
  start(): void {
    const { scheduler } = this.#around;
    const random = this.#random;
    scheduler.after(random.between(...BETWEEN_MS), () => {
      if (scheduler.nowMs >= this.#stage.endMs) return;
      const resting = this.#stage.resting();
      if (resting.length > 0) {
        const { source, id } = random.pick(resting).signal;
        for (let left = random.pick([1, 1, 2, 3]); left > 0; left -= 1) {
          scheduler.after(random.between(0, 9_000), () => this.#change(source, id));
        }
      }
      this.start();
    });
  }

  /** A signal is fired now; its order may be changed. */
  fired(source: string, id: string): void {
    const random = this.#random;
    if (!random.chance(CHANGED)) return;
    const wanted = random.chance(STRANGE) ? `${id}-of-nobody` : id;
    // At once, while it is being carried out, and when it rests.
    const longMs = random.pick([200, 5_000, 120_000]);
    for (let left = random.pick([1, 1, 2, 3]); left > 0; left -= 1) {
      this.#around.scheduler.after(random.between(0, longMs), () => this.#change(source, wanted));
    }
  }

  /** Sends what is to be repeated days later; false when there is nothing. */
  replay(): boolean {
    for (const request of this.#late) {
      const waitMs = this.#random.between(0, 60_000);
      this.#around.scheduler.after(waitMs, () => this.#send(request, RESENDS_MAX));
    }
    return this.#late.length > 0;
  }

  #change(source: string, id: string): void {
    const { nowMs } = this.#around.scheduler;
    const random = this.#random;
    if (nowMs >= this.#stage.endMs) return;
    const accounts = this.#stage.config.sources[source]?.accounts ?? [];
    const refs = accounts.map((account) => {
      return { account, orderKey: orderKeyOf({ source, account, signalId: id }) };
    });
    const rows = this.#stage.rows(refs);
    const isOpen = rows.some(({ amended }) => amended && unsettledAmend({ amended }) !== undefined);
    if (random.chance(isOpen ? BY_HAND_THEN : BY_HAND)) this.#byHand(rows);
    const order = rows.find(({ attempt }) => attempt !== undefined)?.attempt?.order;
    for (let left = random.chance(SAME_TIME) ? 2 : 1; left > 0; left -= 1) {
      this.#fire(source, id, { order, firedAtMs: nowMs });
    }
  }

  #fire(
    source: string,
    id: string,
    { order, firedAtMs }: { readonly order: Order | undefined; readonly firedAtMs: number },
  ): void {
    const random = this.#random;
    const { scheduler } = this.#around;
    const said = changeSaid(order, random);
    this.#stage.witness.said(source, id, { ...said, firedAtMs });
    scheduler.trace('amend asked by', source, id, JSON.stringify(said.fields));
    const request = this.#request(source, id, { time: timeOf(firedAtMs), ...said.fields });
    const delayMs = random.chance(DELAYED) ? random.between(0, 20_000) : 0;
    scheduler.after(delayMs, () => this.#send(request, RESENDS_MAX));
    if (random.chance(REPLAYED)) {
      scheduler.after(random.between(100, 6 * 60_000), () => this.#send(request, 0));
    }
    if (random.chance(DAYS_LATER)) this.#late.push(request);
  }

  /** Somebody changes the order with Kraken's own app, which nobody here can know. */
  #byHand(rows: readonly OrderRow[]): void {
    const { book, witness } = this.#stage;
    const { scheduler, seen } = this.#around;
    for (const { clientOrderId, state, attempt } of rows) {
      if (state !== 'placed' || attempt === undefined) continue;
      const [order] = book.ordersOf(clientOrderId);
      if (order === undefined || !book.amendByHand(clientOrderId, order.volume.plus('0.0007')))
        continue;
      scheduler.trace('changed by hand', clientOrderId);
      seen.add('order changed by hand');
      witness.changedByHand(clientOrderId);
    }
  }

  #request(source: string, id: string, said: Readonly<Record<string, string>>): SignalRequest {
    const { config, credentials } = this.#stage;
    const isSigned = config.sources[source]?.auth === 'standard-webhooks';
    const secret = credentials.usedBy(source);
    const fields = { action: 'amend', id, ...said };
    this.#count += 1;
    const body = Buffer.from(JSON.stringify(isSigned ? fields : { ...fields, secret }));
    const envelope = { id: `amend-${this.#count}`, atMs: this.#around.scheduler.nowMs, body };
    return {
      method: 'POST',
      hook: { source, token: tokenOf(source) },
      contentType: 'application/json',
      contentEncoding: '',
      headers: isSigned ? signed(secret, envelope) : new Map(),
      address: '192.0.2.1',
      body,
    };
  }

  #send(request: SignalRequest, left: number): void {
    this.#stage.post(request, (status) => {
      this.#around.seen.add(`amend answered ${status}`);
      if (status < 500 || left === 0) return;
      this.#around.scheduler.after(RESEND_MS, () => this.#send(request, left - 1));
    });
  }
}

function timeOf(ms: number): string {
  return new Date(ms).toISOString();
}
