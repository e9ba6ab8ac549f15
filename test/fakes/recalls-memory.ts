/** Recalls in memory. */
import type { Recalls } from '../../functions/core/execute/recalls.ts';
import type { AtOnce } from './at-once.ts';
import { nameOf, type StoreMemory } from './store-memory.ts';

/** What sources asked to cancel, over a memory. */
export function recallsIn({ recalls }: StoreMemory): AtOnce<Recalls> {
  return {
    ask(recall) {
      const name = nameOf(recall);
      if (!recalls.has(name)) recalls.set(name, recall);
    },
    asked: (ref) => recalls.get(nameOf(ref)),
    done(recall) {
      recalls.delete(nameOf(recall));
    },
    waiting: (limit) =>
      [...recalls.values()].sort((a, b) => a.askedAtMs - b.askedAtMs).slice(0, limit),
  };
}
