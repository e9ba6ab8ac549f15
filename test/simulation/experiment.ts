/** What a simulated world is asked, and what it answers. */
import type { Amends } from '../../functions/core/execute/amends.ts';
import type { OrderDeps } from '../../functions/core/execute/order-deps.ts';
import type { ReceiveSignalDeps } from '../../functions/core/receive/receive-signal.ts';
import type { PaperStore } from '../../functions/adapters/paper/paper-store.ts';
import type { FakeStore } from '../fakes/store.ts';
import type { Temper } from './exchange-temper.ts';
import type { FaultKind } from './faults.ts';
import type { Monitor } from './monitor.ts';
import type { SwitchPorts } from './switch-calls.ts';
import type { Violation } from './violation.ts';

/** A guard that a mutant takes away, by wrapping what a use case is given. */
export interface Mutant {
  readonly name: string;
  /** Faults against which the guard stands; on in every world of this mutant. */
  readonly against?: readonly FaultKind[];
  execute?(deps: OrderDeps, tools: MutantTools): OrderDeps;
  reconcile?(deps: OrderDeps, tools: MutantTools): OrderDeps;
  receive?(deps: ReceiveSignalDeps, tools: MutantTools): ReceiveSignalDeps;
  /** What a cancel of open orders works with. */
  cancel?(deps: OrderDeps): OrderDeps;
  /** The switches as the process of that name has them. */
  switches?(ports: SwitchPorts, process: string): SwitchPorts;
  /** Whether its senders use all of the language and halt, in every world of this mutant. */
  readonly speaks?: boolean;
  /** The same, and halts may sell. */
  readonly flattens?: boolean;
  /** The same, and senders change orders of theirs. */
  readonly amends?: boolean;
  /** Whether an account trades on paper, in every world of this mutant. */
  readonly paper?: boolean;
  /** Whether strategies bring stops in every world of this mutant, which then `follows` too. */
  readonly stops?: boolean;
  /** Whether sources say where their strategies stand, in every world of this mutant. */
  readonly follows?: boolean;
  /** Whether limits may be told of orders that were made, in every world of this mutant. */
  readonly limits?: boolean;
  /** The call that is killed often, `halting, board.turn`, in every world of this mutant. */
  readonly focus?: string;
  /** The amends on record as a process has them. */
  amendsOf?(amends: Amends): Amends;
  /** The book of a paper account as a process has it. */
  paperStore?(store: PaperStore): PaperStore;
  /** A runbook without the kill switch, where people restore the table. */
  readonly restoresWithoutSwitch?: boolean;
  /** Licences that do not ask whose lane it is. */
  readonly licensesWithoutLane?: boolean;
  /** The exchange's nature, where the guard is one of Kraken's promises. */
  temper?(temper: Temper): Temper;
}

/** What a mutant may reach for. */
export interface MutantTools {
  readonly store: FakeStore;
  readonly monitor: Monitor;
  /** Kept over the whole run. */
  readonly memory: Map<string, unknown>;
}

/** What to run. */
export interface WorldOptions {
  readonly seed: number;
  readonly signals?: number;
  readonly mutant?: Mutant;
  readonly without?: ReadonlySet<FaultKind>;
  /** Absent: no lines and no hash, which takes a tenth less time. */
  readonly keepTrace?: boolean;
  /** Exactly these faults, so many times in a million; absent: what the seed draws. */
  readonly rates?: ReadonlyMap<FaultKind, number>;
  /** Average time between signals; absent: what the seed draws. */
  readonly gapMs?: number;
}

/** What came of it. */
export interface WorldReport {
  readonly seed: number;
  readonly violation: Violation | undefined;
  readonly hash: string;
  readonly lines: readonly string[];
  readonly faults: string;
  readonly struck: ReadonlyMap<FaultKind, number>;
  readonly seen: ReadonlySet<string>;
  readonly signals: number;
  readonly requests: number;
  readonly orders: number;
  readonly events: number;
  readonly deadLetters: number;
  readonly ends: ReadonlyMap<string, number>;
  /** In calm worlds: fresh signals that could be placed, and how many were. */
  readonly liveness: { readonly fresh: number; readonly placed: number } | undefined;
}
