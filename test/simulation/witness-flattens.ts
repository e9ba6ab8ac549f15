/**
 * The witness of selling: whoever wishes it has each asset sold once in each round, as an exit, all
 * of what the account was shown to hold, and what was held is on record before the wish is done.
 */
import { decimal, roundDown, ZERO, type Decimal } from '../../functions/core/decimal.ts';
import { FLATTEN_SOURCE } from '../../functions/core/halt/flatten-source.ts';
import type { HaltOrder } from '../../functions/core/halt/halt-trading.ts';
import type { Blocks, CancelRequest } from '../../functions/core/halt/switch-board.ts';
import { orderKeyOf } from '../../functions/core/identity.ts';
import type { OrderRow } from '../../functions/core/order.ts';
import type { Balance } from '../../functions/core/ports.ts';
import { isReducing } from '../../functions/core/signal.ts';
import type { FakeStore } from '../fakes/store.ts';
import { BTC_USD } from '../fakes/exchange.ts';
import type { Monitor } from './monitor.ts';

/** The asset that the worlds trade. */
const { base: BASE, lotDecimals } = BTC_USD;
const EARLY = ':early';

/** Watches the sales of one world. */
export class FlattenWitness {
  readonly #monitor: Monitor;
  readonly #store: FakeStore;
  /** Wishes to sell, by account. */
  readonly #wishes = new Map<string, number>();
  /** What each process was shown last of the asset. */
  readonly #shown = new Map<string, Balance>();
  /** By switch: when it blocked everything last, and whether it does. */
  readonly #blocked = new Map<string, { readonly untilMs: number }>();

  constructor(monitor: Monitor, store: FakeStore) {
    this.#monitor = monitor;
    this.#store = store;
  }

  /** Somebody wishes that what the accounts hold is sold. */
  asked({ scopes, flatten }: HaltOrder): void {
    if (flatten !== true) return;
    this.#monitor.seen.add('flatten asked');
    const isGlobal = scopes.some(({ kind }) => kind === 'global');
    for (const account of Object.keys(this.#monitor.config.accounts)) {
      const isMeant = scopes.some((one) => one.kind === 'account' && one.account === account);
      if (isGlobal || isMeant) this.#wishes.set(account, this.#wished(account) + 1);
    }
  }

  /** A process was told what an account has. */
  shown(process: string, balances: ReadonlyMap<string, Balance>): void {
    this.#shown.set(process, balances.get(BASE) ?? { total: ZERO, available: ZERO });
  }

  /** A switch was turned. */
  switched(name: string, blocks: Blocks, nowMs: number): void {
    if (blocks === 'all') this.#blocked.set(name, { untilMs: Infinity });
    else if (this.#blocked.get(name)?.untilMs === Infinity) {
      this.#blocked.set(name, { untilMs: nowMs });
    }
  }

  /** A cancel that sells is off the record. */
  done(account: string, { sales, askedAtMs }: CancelRequest, process: string): void {
    this.#monitor.seen.add('flatten carried out');
    const held = this.#shown.get(process)?.total;
    if (held?.lte('0') === true) return;
    const name = `${sales ?? askedAtMs}:${BASE}`;
    const keys = [name, name + EARLY].map((signalId) =>
      orderKeyOf({ source: FLATTEN_SOURCE, account, signalId }),
    );
    if (keys.some((orderKey) => this.#store.audit({ account, orderKey }).length > 0)) return;
    const detail = held === undefined ? 'nobody looked' : `${held.toFixed()} ${BASE} on ${account}`;
    this.#monitor.broken('what is held is on record to be sold before a flatten is done', detail);
  }

  /** A sale was licensed: of all that was shown. */
  licensed({ signal, clientOrderId }: OrderRow, volume: string, process: string): void {
    if (signal.source !== FLATTEN_SOURCE) return;
    const { total, available } = this.#shown.get(process) ?? { total: ZERO, available: ZERO };
    const free: Decimal = total.lt(available) ? total : available;
    if (decimal(volume).eq(roundDown(free, lotDecimals))) return;
    const detail = `${volume} of ${free.toFixed()}`;
    this.#monitor.broken('a flatten sells all that is held', detail, clientOrderId);
  }

  /** The row of a sale was stopped. */
  stopped({ signal, account, receivedAtMs, clientOrderId }: OrderRow): void {
    if (signal.source !== FLATTEN_SOURCE) return;
    this.#monitor.seen.add('sale of a flatten stopped');
    // A clock that is off may date the receipt late; nobody says that a switch blocked since.
    const isStopped = ['global', account].some((name) => {
      const untilMs = this.#blocked.get(name)?.untilMs;
      return untilMs !== undefined && (untilMs >= receivedAtMs || !this.#monitor.clocksAgree);
    });
    if (isStopped) return;
    const promise = 'the sales of a flatten pass a switch that blocks entries alone';
    this.#monitor.broken(promise, account, clientOrderId);
  }

  /** Everything that must hold once faults are over and time has passed. */
  atRest(): void {
    const names = new Map<string, Set<string>>();
    for (const { signal, account, state, clientOrderId } of this.#store.rows()) {
      if (signal.source !== FLATTEN_SOURCE) continue;
      if (state === 'placed') this.#monitor.seen.add('flatten sold');
      if (signal.id.endsWith(EARLY)) this.#monitor.seen.add('flatten in an early round');
      if (!isReducing(signal)) {
        this.#monitor.broken('a sale of a flatten is an exit', account, clientOrderId);
      }
      const [name = ''] = signal.id.split(':');
      names.set(account, (names.get(account) ?? new Set()).add(name));
    }
    for (const [account, sales] of names) {
      if (sales.size <= this.#wished(account)) continue;
      const detail = `${sales.size} for ${this.#wished(account)} wishes on ${account}`;
      this.#monitor.broken('a flatten sells once for each wish', detail);
    }
  }

  #wished(account: string): number {
    return this.#wishes.get(account) ?? 0;
  }
}
