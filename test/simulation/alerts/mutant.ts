/** What a mutant of the alert world may change: what the two functions are given. */
import type { CheckPricesDeps } from '../../../functions/core/alerts/check-run.ts';
import type { RaiseSignalsDeps } from '../../../functions/core/alerts/raise-signals.ts';
import type { DeliverDeps } from '../../../functions/core/notifications/delivery-run.ts';
import type { AlertFaultKind } from './fault-kinds.ts';

/** A guard taken away; `memory` is kept over the whole world. */
export interface AlertMutant {
  readonly name: string;
  /** The promises that may be the first to break, and within how many seeds from 1. */
  readonly breaks: RegExp;
  readonly withinSeeds: number;
  /** Faults against which the guard stands; on in every world of this mutant. */
  readonly against?: readonly AlertFaultKind[];
  check?(
    deps: CheckPricesDeps & RaiseSignalsDeps,
    memory: Map<string, unknown>,
  ): CheckPricesDeps & RaiseSignalsDeps;
  deliver?(deps: DeliverDeps, memory: Map<string, unknown>): DeliverDeps;
}
