/** What people do with their rules while prices are watched: add, remove, add again, mute, unmute. */
import type { AlertRule } from '../../../functions/core/alerts/rule.ts';
import { assert } from '../../../functions/core/result.ts';
import type { Surroundings } from '../process.ts';
import { Random } from '../random.ts';
import type { AlertFaults } from './alert-faults.ts';
import type { AlertPeople } from './fault-kinds.ts';
import type { AlertTable } from './alert-table.ts';
import type { AlertWitness } from './alert-witness.ts';
import { drawRule } from './rule-draw.ts';
import { MINUTE_MS } from './price-path.ts';

/** What people work on. */
export interface PeoplesHands {
  readonly seed: number;
  readonly faults: AlertFaults;
  readonly table: AlertTable;
  readonly witness: AlertWitness;
  readonly pairs: readonly string[];
  readonly fileRules: readonly AlertRule[];
  readonly horizonMs: number;
}

/** The people of one world. */
export class RulePeople {
  readonly #around: Surroundings<AlertFaults>;
  readonly #hands: PeoplesHands;
  readonly #random: Random;
  readonly #added = new Map<string, AlertRule>();
  #count = 0;

  constructor(around: Surroundings<AlertFaults>, hands: PeoplesHands) {
    this.#around = around;
    this.#hands = hands;
    this.#random = new Random(hands.seed, 'rule people');
  }

  /** Some rules are there from the beginning; the rest happens at any time until the horizon. */
  start(): void {
    const random = this.#random;
    for (let left = random.between(1, 5); left > 0; left -= 1) this.#add(this.#draw());
    const acts: readonly (readonly [AlertPeople, () => void])[] = [
      ['rules added', () => this.#add(this.#draw())],
      ['rules removed', () => this.#remove()],
      ['rules added again', () => this.#again()],
      ['rules muted', () => this.#mute()],
    ];
    for (const [kind, act] of acts) {
      if (!this.#hands.faults.has(kind)) continue;
      for (let left = random.between(1, 4); left > 0; left -= 1) {
        this.#around.scheduler.after(random.between(1_000, this.#hands.horizonMs), () => {
          this.#hands.faults.count(kind);
          act();
          return false;
        });
      }
    }
  }

  #draw(id = `p${(this.#count += 1)}`): AlertRule {
    const { pairs, horizonMs } = this.#hands;
    const { nowMs } = this.#around.scheduler;
    return drawRule(this.#random, { id, pairs, nowMs, horizonMs, seen: this.#around.seen });
  }

  #add(rule: AlertRule): void {
    const { table, witness } = this.#hands;
    if (!table.acts.add(rule)) return;
    // As it was stored: an edition of its own.
    const added = table.acts.rules().find(({ id }) => id === rule.id);
    assert(added !== undefined, `${rule.id} is there`);
    this.#added.set(rule.id, added);
    witness.added(added);
  }

  #remove(): AlertRule | undefined {
    const rules = [...this.#added.values()];
    if (rules.length === 0) return undefined;
    const rule = this.#random.pick(rules);
    this.#hands.table.acts.remove(rule.id);
    this.#added.delete(rule.id);
    this.#hands.witness.removed(rule);
    return rule;
  }

  /** By the same name: as it was, or another rule. */
  #again(): void {
    const rule = this.#remove();
    if (rule === undefined) return;
    const next = this.#random.chance(500_000) ? rule : this.#draw(rule.id);
    const delayMs = this.#random.pick([0, 20, 5_000, 3 * MINUTE_MS]);
    this.#around.scheduler.after(delayMs, () => {
      this.#add(next);
      return false;
    });
  }

  #mute(): void {
    const { table, witness, fileRules } = this.#hands;
    const random = this.#random;
    const { scheduler } = this.#around;
    const rules = [...fileRules, ...this.#added.values()];
    const { id } = random.pick(rules);
    const untilMs = scheduler.nowMs + random.between(1, 20) * MINUTE_MS;
    const set = (toMs: number): void => {
      table.acts.mute(id, toMs);
      witness.muted(id, toMs, scheduler.nowMs);
    };
    set(untilMs);
    if (!random.chance(400_000)) return;
    scheduler.after(random.between(1_000, 10 * MINUTE_MS), () => {
      set(0);
      return false;
    });
  }
}
