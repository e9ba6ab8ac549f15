/** Amends in memory. */
import { joined, type Amends } from '../../functions/core/execute/amends.ts';
import type { AtOnce } from './at-once.ts';
import { nameOf, type StoreMemory } from './store-memory.ts';

/** What sources asked to change, over a memory. */
export function amendsIn({ amends }: StoreMemory): AtOnce<Amends> {
  return {
    ask(amend) {
      const next = joined(amend, amends.get(nameOf(amend)));
      if (typeof next === 'string') return next;
      amends.set(nameOf(amend), { amend: next, waits: true });
      return 'asked';
    },
    asked(ref) {
      const known = amends.get(nameOf(ref));
      return known?.waits === true ? known.amend : undefined;
    },
    done(amend) {
      const known = amends.get(nameOf(amend));
      const isSame = known?.amend.hash === amend.hash && known.amend.firedAtMs === amend.firedAtMs;
      if (known !== undefined && isSame) amends.set(nameOf(amend), { ...known, waits: false });
    },
    waiting: (limit) =>
      [...amends.values()]
        .flatMap(({ amend, waits }) => (waits ? [amend] : []))
        .sort((a, b) => a.askedAtMs - b.askedAtMs)
        .slice(0, limit),
  };
}
