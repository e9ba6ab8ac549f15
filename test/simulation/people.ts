/** What people do while the machines run: flip kill switches, and trade with Kraken's own app. */
import type { FakeStore } from '../fakes/store.ts';
import type { SimulatedExchange } from './exchange.ts';
import type { Monitor } from './monitor.ts';
import type { Surroundings } from './process.ts';

/** What they reach for, and until when. */
interface Stage {
  readonly store: FakeStore;
  readonly monitor: Monitor;
  readonly exchange: SimulatedExchange;
  readonly accounts: readonly string[];
  readonly endMs: number;
}

/** The people of a world. */
export class People {
  readonly #around: Surroundings;
  readonly #world: Stage;

  constructor(around: Surroundings, world: Stage) {
    this.#around = around;
    this.#world = world;
  }

  /** Lets them begin. */
  start(): void {
    const { faults } = this.#around;
    if (faults.has('kill switch flipped')) this.#flipLater();
    if (faults.has('orders placed by hand')) this.#tradeByHandLater();
  }

  #flipLater(): void {
    const stream = this.#around.faults.stream('kill switch flipped');
    this.#around.scheduler.after(stream.between(1_000, 240_000), () => {
      if (this.#around.scheduler.nowMs >= this.#world.endMs) return;
      this.#around.faults.count('kill switch flipped');
      const name = stream.pick(['global', ...this.#world.accounts]);
      this.#setSwitch(name, stream.pick(['nothing', 'nothing', 'entries', 'all'] as const));
      this.#flipLater();
    });
  }

  #tradeByHandLater(): void {
    const stream = this.#around.faults.stream('orders placed by hand');
    this.#around.scheduler.after(stream.between(1_000, 120_000), () => {
      if (this.#around.scheduler.nowMs >= this.#world.endMs) return;
      this.#around.faults.count('orders placed by hand');
      for (let left = stream.pick([1, 1, 3, 60]); left > 0; left -= 1) {
        this.#world.exchange.book.tradeByHand(stream.pick(['main', 'second']));
      }
      this.#tradeByHandLater();
    });
  }

  #setSwitch(name: string, blocks: 'nothing' | 'entries' | 'all'): void {
    this.#around.scheduler.trace(`switch of ${name} blocks ${blocks}`);
    this.#world.monitor.switched(name, blocks);
    this.#world.store.setSwitch(name, blocks);
  }
}
