/**
 * Senders as TradingView is documented to be, and worse: an answer of 5xx is followed by the same
 * message after 5 s, at most three times; nothing else is. Messages come twice, late, again after
 * minutes or days, with the id of another one, or with a secret whose time is over.
 * Source: https://www.tradingview.com/support/solutions/43000735201
 */
import type { ProofHeaders, SignalRequest } from '../../functions/core/receive/signal-request.ts';
import type { Config } from '../../functions/core/config.ts';
import { clientOrderIdOf, orderKeyOf } from '../../functions/core/identity.ts';
import type { OrderRow } from '../../functions/core/order.ts';
import { point } from './crash-table.ts';
import type { Language } from './language.ts';
import type { Monitor } from './monitor.ts';
import type { Surroundings } from './process.ts';
import { Random } from './random.ts';
import { signed, tokenOf, type SourceCredentials } from './source-credentials.ts';
import { spoken } from './spoken-orders.ts';
import type { Strategies } from './strategies.ts';
import { opposite } from './strategy-words.ts';
import { SPEAKERS } from './world-config.ts';

/** Delivers a request to the gateway and hears its status. */
export type Post = (request: SignalRequest, done: (status: number) => void) => void;

/** A message as it was made; what is sent again is this, byte for byte. */
interface Sent {
  readonly source: string;
  readonly id: string;
  readonly action: string;
  readonly isExit: boolean;
  readonly secret: string;
  /** When it was signed; absent where the secret stands in the message. */
  readonly signedAtMs?: number;
  readonly request: SignalRequest;
  /** The rows that it is to become. */
  readonly rows: readonly RowName[];
}

interface RowName {
  readonly account: string;
  readonly orderKey: string;
  readonly clientOrderId: string;
}

/** Where senders live. */
interface Stage {
  readonly seed: number;
  readonly config: Config;
  readonly credentials: SourceCredentials;
  readonly post: Post;
  /** Absent where senders know market and limit orders alone. */
  readonly language: Language | undefined;
  /** Absent where no source says where its strategy stands. */
  readonly strategies?: Strategies | undefined;
  /** Whether the clocks of webhooks are right enough to hold their answers against the time. */
  readonly clocksAgree: boolean;
  readonly row: (ref: { account: string; orderKey: string }) => OrderRow | undefined;
}

const RESENDS_MAX = 3;
const RESEND_MS = 5_000;
const UNSIGNED: ProofHeaders = new Map();

/** The senders of a world. */
export class Senders {
  readonly #around: Surroundings;
  readonly #monitor: Monitor;
  readonly #random: Random;
  readonly #stage: Stage;
  readonly #late: Sent[] = [];
  /** Client order ids of every signal that was answered with 200. */
  readonly answered = new Set<string>();
  /** The same, for signals that nothing about the sender kept from being placed. */
  readonly fresh = new Set<string>();
  requests = 0;
  /** Who hears of each signal when it is fired. */
  readonly onFired: ((source: string, id: string) => void)[] = [];

  constructor(around: Surroundings, monitor: Monitor, stage: Stage) {
    this.#around = around;
    this.#monitor = monitor;
    this.#stage = stage;
    this.#random = new Random(stage.seed, 'senders');
  }

  /** Fires one signal now. */
  fire(count: number): void {
    const { scheduler, faults, seen } = this.#around;
    const { source, fields, isLost = false } = this.#fields(count);
    if (isLost) {
      seen.add('message of a strategy lost');
      return;
    }
    const sent = this.#made(source, fields, count);
    for (const hears of this.onFired) hears(source, sent.id);
    const delayed = faults.strikes('signal delayed');
    const delayMs = delayed ? faults.stream('signal delayed').between(1_000, 120_000) : 0;
    const isFresh = !delayed;
    scheduler.after(delayMs, () => this.#send(sent, { left: RESENDS_MAX, isFresh }));
    const again = (waitMs: number, other: Sent): void =>
      scheduler.after(waitMs, () => this.#send(other, { left: 0, isFresh: false }));
    if (faults.strikes('signal sent twice')) {
      again(faults.stream('signal sent twice').between(0, 400), sent);
    }
    if (faults.strikes('signal replayed later')) {
      again(faults.stream('signal replayed later').between(10_000, 20 * 60_000), sent);
    }
    if (faults.strikes('signal replayed days later')) this.#late.push(sent);
    if (faults.strikes('id used for another message')) {
      const action = fields['action'] === 'buy' ? 'sell' : 'buy';
      const waitMs = faults.stream('id used for another message').between(0, 100_000);
      const other = 'market_position_size' in fields ? opposite(fields) : { ...fields, action };
      again(waitMs, this.#made(source, other, count));
    }
  }

  /** Sends what is to be repeated days later; false when there is nothing. */
  replay(): boolean {
    for (const sent of this.#late) {
      const waitMs = this.#random.between(0, 60_000);
      this.#around.scheduler.after(waitMs, () => this.#send(sent, { left: 3, isFresh: false }));
    }
    return this.#late.length > 0;
  }

  #fields(count: number): { source: string; fields: Record<string, string>; isLost?: boolean } {
    const random = this.#random;
    const source = random.pick(SPEAKERS);
    const { strategies } = this.#stage;
    if (strategies?.speaks(source) === true) {
      const moved = strategies.moved(source, this.#around.scheduler.nowMs);
      const fields = { id: `signal-${count}`, symbol: 'KRAKEN:XBTUSD', ...moved.fields };
      return { source, fields, isLost: moved.isLost };
    }
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
    const { language } = this.#stage;
    if (language === undefined) return { source, fields };
    const { nowMs } = this.#around.scheduler;
    return { source, fields: spoken(fields, { ...language, nowMs }) };
  }

  #made(source: string, fields: Readonly<Record<string, string>>, count: number): Sent {
    const { credentials, config } = this.#stage;
    const secret = credentials.usedBy(source);
    const isSigned = config.sources[source]?.auth === 'standard-webhooks';
    const { id = '', ...rest } = fields;
    const body = Buffer.from(JSON.stringify(isSigned ? rest : { ...fields, secret }));
    const atMs = this.#around.scheduler.nowMs;
    const request: SignalRequest = {
      method: 'POST',
      hook: { source, token: tokenOf(source) },
      contentType: 'application/json',
      contentEncoding: '',
      headers: isSigned ? signed(secret, { id, atMs, body }) : UNSIGNED,
      address: '192.0.2.1',
      body,
    };
    const action = fields['action'] ?? '';
    const signalId = id === '' ? `signal-${count}` : id;
    return {
      ...{ source, action, secret, request, id: signalId },
      rows: this.#rows(source, signalId),
      isExit: fields['market_position'] === 'flat' || fields['reduceOnly'] === 'true',
      ...(isSigned ? { signedAtMs: atMs } : {}),
    };
  }

  #send(sent: Sent, how: { readonly left: number; readonly isFresh: boolean }): void {
    const { scheduler, seen } = this.#around;
    // Exits do not grow old: one that a restored table forgot would be carried out again.
    if (sent.isExit && sent.rows.some((row) => this.#monitor.isForgotten(row.clientOrderId)))
      return;
    const sentMs = scheduler.nowMs;
    this.requests += 1;
    this.#stage.post(sent.request, (status) => {
      seen.add(`answer: ${status}`);
      this.#judge(sent, sentMs, status);
      if (status === 200) this.#accepted(sent, how.isFresh);
      if (status < 500) return;
      const isStored = sent.rows.some((row) => this.#stage.row(row) !== undefined);
      seen.add(point(isStored ? 3 : 1));
      if (how.left === 0) return;
      const next = { ...how, left: how.left - 1 };
      scheduler.after(RESEND_MS, () => this.#send(sent, next));
    });
  }

  #judge(sent: Sent, sentMs: number, status: number): void {
    const { credentials, clocksAgree } = this.#stage;
    const { source, secret } = sent;
    if (credentials.isOld(source, secret)) {
      this.#around.seen.add(`replaced secret: ${status === 401 ? 'refused' : 'accepted'}`);
    }
    if (!clocksAgree) return;
    const { nowMs } = this.#around.scheduler;
    const wrong = credentials.judge(sent, { sentMs, nowMs, status });
    if (wrong !== undefined) {
      this.#monitor.broken('who sends is known by a secret in its time', `${source}: ${wrong}`);
    }
  }

  #accepted(sent: Sent, isFresh: boolean): void {
    for (const { account, orderKey, clientOrderId } of sent.rows) {
      const row = this.#stage.row({ account, orderKey });
      if (row === undefined) {
        this.#monitor.broken('a signal answered 200 has a row', sent.id, clientOrderId);
      } else if (row.signal.action !== sent.action) {
        const promise = 'an id used for another message is not answered 200';
        this.#monitor.broken(promise, sent.id, clientOrderId);
      }
      this.answered.add(clientOrderId);
      if (isFresh) this.fresh.add(clientOrderId);
    }
  }

  #rows(source: string, signalId: string): readonly RowName[] {
    const accounts = this.#stage.config.sources[source]?.accounts ?? [];
    return accounts.map((account) => {
      const orderKey = orderKeyOf({ source, account, signalId });
      return { account, orderKey, clientOrderId: clientOrderIdOf(orderKey) };
    });
  }
}
