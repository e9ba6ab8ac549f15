/**
 * The table is restored from a backup, as the runbook has it: everything is stopped by the switch
 * over all accounts, the restored table takes the name with that switch in it, whoever worked with
 * the old one is gone, every key is armed anew, reconcile settles what is open, and the switch is
 * lifted last, when what the backup does not know of is too old to be traded.
 *
 * What no runbook mends: a signal that only leaves a position stays good for a day, so that one
 * which came after the backup and is sent once more after the switch was lifted is carried out
 * twice. The senders of this world do not do that.
 */
import { isFinal } from '../../functions/core/order-state.ts';
import { point } from './crash-table.ts';
import type { People, Stage } from './people.ts';
import type { Surroundings } from './process.ts';
import type { SimulatedStore } from './store-ports.ts';
import { OWNERS, ownerOf } from './world-config.ts';

/** What restoring works with. */
interface Hands {
  readonly stage: Stage;
  readonly people: People;
  readonly store: SimulatedStore;
  /** Every invocation ends, and nothing warm is used again. */
  readonly replaceAll: () => void;
  /** A mutant's runbook forgets the switch. */
  readonly withoutSwitch: boolean;
}

/** Longest age that any source grants its signals, and the clocks of senders. */
const TOO_OLD_MS = 300_000 + 60_000;
const LOOK_MS = 30_000;

/** Lets it happen once, some time before the faults end. */
export function restoreLater(around: Surroundings, hands: Hands): void {
  const { faults, scheduler } = around;
  if (!faults.has('store restored from a backup')) return;
  const draw = faults.stream('store restored from a backup');
  const leftMs = hands.stage.endMs - scheduler.nowMs;
  scheduler.after(draw.between(0, leftMs), () => {
    const putBack = hands.store.backup();
    scheduler.trace('backup');
    scheduler.after(draw.between(5_000, 10 * 60_000), () => {
      faults.count('store restored from a backup');
      hands.people.isRestoring = !hands.withoutSwitch;
      if (!hands.withoutSwitch) hands.people.setSwitch('global', 'all');
      scheduler.after(draw.between(10_000, 60_000), () => restore(around, hands, putBack));
    });
  });
}

function restore(around: Surroundings, hands: Hands, putBack: () => void): void {
  const { scheduler, seen } = around;
  const { stage, people, store } = hands;
  hands.replaceAll();
  putBack();
  seen.add(point(26));
  scheduler.trace('restored');
  for (const account of Object.keys(stage.config.accounts)) people.setSwitch(account, 'nothing');
  people.setSwitch('global', hands.withoutSwitch ? 'nothing' : 'all');
  for (const account of Object.keys(stage.config.accounts)) {
    const owner = ownerOf(stage.config, account);
    const halves = OWNERS.some((one) => one === owner) ? (['trade', 'query'] as const) : [];
    store.store.arm(account, ...halves.map((half) => stage.keys.idOf(owner, half)));
  }
  if (!hands.withoutSwitch) liftWhenSettled(around, hands, scheduler.nowMs + TOO_OLD_MS);
}

function liftWhenSettled(around: Surroundings, hands: Hands, earliestMs: number): void {
  const { scheduler } = around;
  scheduler.after(LOOK_MS, () => {
    const rows = hands.store.store.rows();
    const areRowsSettled = rows.every(({ state }) => isFinal(state) || state === 'needs-human');
    // A halt that waited in the backup sells again; stopped by the switch, its sales are suppressed.
    const isSettled = areRowsSettled && hands.store.switches.isAtRest();
    if (!isSettled || scheduler.nowMs < earliestMs) {
      liftWhenSettled(around, hands, earliestMs);
      return;
    }
    hands.people.isRestoring = false;
    hands.people.setSwitch('global', 'nothing');
  });
}
