/**
 * What people do while the machines run: flip kill switches and lift those that tripped, trade with
 * Kraken's own app, rotate secrets and keys.
 */
import { point } from './crash-table.ts';
import type { FakeStore } from '../fakes/store.ts';
import type { People as Deed } from './fault-kinds.ts';
import type { SimulatedExchange } from './exchange.ts';
import type { KeyRing } from './key-ring.ts';
import type { Monitor } from './monitor.ts';
import type { Surroundings } from './process.ts';
import type { Random } from './random.ts';
import type { SourceCredentials } from './source-credentials.ts';
import { OWNERS, ownerOf } from './world-config.ts';
import type { Config } from '../../functions/core/config.ts';

/** What they reach for, and until when. */
export interface Stage {
  readonly store: FakeStore;
  readonly monitor: Monitor;
  readonly exchange: SimulatedExchange;
  readonly config: Config;
  readonly keys: KeyRing;
  readonly credentials: SourceCredentials;
  readonly endMs: number;
}

type Blocks = 'nothing' | 'entries' | 'all';

/** Functions keep a key for this long. */
const KEY_CACHE_MS = 5 * 60_000;

/** The people of a world. */
export class People {
  readonly #around: Surroundings;
  readonly #world: Stage;
  /** From the stop over all accounts until the restored table has settled. */
  isRestoring = false;

  constructor(around: Surroundings, world: Stage) {
    this.#around = around;
    this.#world = world;
  }

  /** Lets them begin. */
  start(): void {
    const { keys } = this.#world;
    const accounts = Object.keys(this.#world.config.accounts);
    this.#again('kill switch flipped', [1_000, 240_000], (draw) => {
      const name = draw.pick(['global', ...accounts]);
      const blocks = draw.pick(['nothing', 'nothing', 'entries', 'all'] as const);
      // The runbook's one demand on everybody: nobody lifts the switch while the table is restored.
      if (name !== 'global' || !this.isRestoring) this.setSwitch(name, blocks);
    });
    this.#again('tripped switch lifted', [20_000, 300_000], () => {
      for (const account of accounts) {
        if (this.#world.monitor.isTripped(account)) this.setSwitch(account, 'nothing');
      }
    });
    this.#again('orders placed by hand', [1_000, 120_000], (draw) => {
      for (let left = draw.pick([1, 1, 3, 60]); left > 0; left -= 1) {
        this.#world.exchange.book.tradeByHand(draw.pick(['main', 'second']));
      }
    });
    this.#again('source secret rotated', [1_000, 20 * 60_000], (draw) => this.#rotateSecret(draw));
    this.#again('API key rotated', [1_000, 15 * 60_000], (draw) => {
      const owner = draw.pick(OWNERS);
      const half = draw.pick(['trade', 'query'] as const);
      const old = keys.idOf(owner, half);
      const keyId = keys.make(owner, half);
      this.#around.scheduler.trace(`${half} key of ${owner} is now ${keyId}`);
      // As the runbook has it: armed at once, the old key revoked when nobody has it any more.
      this.#later(draw.between(500, 30_000), () => this.#arm(owner, keyId));
      // Or revoked at once by somebody in a hurry.
      const hurry = draw.chance(300_000);
      this.#later(draw.between(1_000, 60_000) + (hurry ? 0 : KEY_CACHE_MS), () => keys.revoke(old));
    });
  }

  /** Sets a kill switch. */
  setSwitch(name: string, blocks: Blocks): void {
    const { store, monitor } = this.#world;
    if (blocks === 'all' && store.rows().some(({ state }) => state === 'prepared')) {
      this.#around.seen.add(point(30));
    }
    this.#around.scheduler.trace(`switch of ${name} blocks ${blocks}`);
    monitor.switched(name, blocks);
    store.setSwitch(name, blocks);
  }

  /** The new secret is added, the old one gets an end, the sender is changed before it or after. */
  #rotateSecret(draw: Random): void {
    const { credentials, config } = this.#world;
    const source = draw.pick(Object.keys(config.sources));
    const { nowMs } = this.#around.scheduler;
    const overlapMs = draw.between(120_000, 10 * 60_000);
    this.#around.scheduler.trace(`secret of ${source} rotated`);
    credentials.rotate(source, nowMs, nowMs + overlapMs);
    this.#later(draw.between(0, overlapMs * 2), () => credentials.change(source));
  }

  #arm(owner: string, keyId: string): void {
    const { config, store } = this.#world;
    for (const account of Object.keys(config.accounts)) {
      if (ownerOf(config, account) === owner) store.arm(account, keyId);
    }
  }

  #again(deed: Deed, every: readonly [number, number], act: (draw: Random) => void): void {
    const { scheduler, faults } = this.#around;
    if (!faults.has(deed)) return;
    const draw = faults.stream(deed);
    scheduler.after(draw.between(...every), () => {
      if (scheduler.nowMs >= this.#world.endMs) return;
      faults.count(deed);
      act(draw);
      this.#again(deed, every, act);
    });
  }

  #later(ms: number, act: () => void): void {
    this.#around.scheduler.after(ms, act);
  }
}
