/**
 * The witness of halts: a halt that was asked for turned its switches, a cancel that is done left
 * nothing open from before it, and cancels touch no account but those they were asked for.
 */
import type { HaltRequest } from '../../functions/core/halt/halt-requests.ts';
import {
  isTighter,
  scopeName,
  type Blocks,
  type SwitchScope,
} from '../../functions/core/halt/switch-board.ts';
import type { FakeStore } from '../fakes/store.ts';
import type { Monitor } from './monitor.ts';
import { ownerOf } from './world-config.ts';

/** Whether an order of the Kraken account is open that was there before the time. */
type OpenSince = (owner: string, beforeMs: number) => boolean;

/** Watches halts and cancels of one world. */
export class SwitchWitness {
  readonly #monitor: Monitor;
  readonly #store: FakeStore;
  readonly #nowMs: () => number;
  /** By source: what its switches blocked at most since it asked. */
  readonly #asked = new Map<string, Map<string, Blocks>>();
  readonly #cancels = new Map<string, number>();
  /** Kraken accounts for which a cancel was asked at any time. */
  readonly #owners = new Set<string>();

  constructor(
    monitor: Monitor,
    { store, nowMs }: { readonly store: FakeStore; readonly nowMs: () => number },
  ) {
    this.#monitor = monitor;
    this.#store = store;
    this.#nowMs = nowMs;
  }

  /** A source's wish is on record. */
  asked(source: string, { orders }: HaltRequest): void {
    const { board } = this.#store.acts;
    const blocks = (scope: SwitchScope): Blocks => board.read(scope)?.blocks ?? 'nothing';
    const now = orders.flatMap(({ scopes }) =>
      scopes.map((scope) => [scopeName(scope), blocks(scope)] as const),
    );
    this.#asked.set(source, new Map(now));
  }

  /** Somebody read a switch, or turned it. */
  saw(scope: SwitchScope, blocks: Blocks): void {
    const name = scopeName(scope);
    for (const switches of this.#asked.values()) {
      const most = switches.get(name);
      if (most !== undefined && isTighter(blocks, most)) switches.set(name, blocks);
    }
  }

  /** A wish is off the record. */
  carriedOut(source: string, { orders }: HaltRequest): void {
    const switches = this.#asked.get(source);
    if (switches === undefined) return;
    this.#asked.delete(source);
    this.#monitor.seen.add('halt by message carried out');
    for (const { scopes, level } of orders) {
      for (const name of scopes.map(scopeName)) {
        const blocks = switches.get(name);
        if (!isTighter(level, blocks)) continue;
        const detail = `${name} blocks ${blocks ?? 'nothing'}`;
        this.#monitor.broken('a halt turns every switch it names', detail);
      }
    }
  }

  /** A cancel waits from now on. */
  cancelAsked(account: string): void {
    this.#owners.add(ownerOf(this.#monitor.config, account));
    this.#cancels.set(account, this.#nowMs());
  }

  /** The orders of a Kraken account are being cancelled. */
  cancelled(owner: string): void {
    if (this.#owners.has(owner)) return;
    this.#monitor.broken('a cancel touches no account but those it was asked for', owner);
  }

  /** A cancel waits no more. */
  cancelDone(account: string, isOpenSince: OpenSince): void {
    const askedAtMs = this.#cancels.get(account);
    this.#cancels.delete(account);
    if (askedAtMs === undefined) return;
    this.#monitor.seen.add('cancel carried out');
    if (isOpenSince(ownerOf(this.#monitor.config, account), askedAtMs)) {
      this.#monitor.broken('a cancel that is done left nothing open from before it', account);
    }
  }

  /** What was asked for after the backup is forgotten, and what was asked for before it waits. */
  restored(): void {
    this.#asked.clear();
    this.#cancels.clear();
  }

  /** Whether nothing waits to be carried out. */
  isAtRest(): boolean {
    return this.#waiting().length === 0;
  }

  /** Everything that must hold once faults are over and time has passed. */
  atRest(): void {
    const [one] = this.#waiting();
    if (one !== undefined) this.#monitor.broken('what was asked to stop is stopped', one);
  }

  #waiting(): readonly string[] {
    const { board, halts } = this.#store.acts;
    const { sources, accounts } = this.#monitor.config;
    return [
      ...Object.keys(sources).filter((source) => halts.asked(source) !== undefined),
      ...Object.keys(accounts).filter((account) => board.cancelAsked(account) !== undefined),
    ];
  }
}
