/** What a run was and how it ended, in a few lines. */
import { ORDER_STATES } from '../../functions/core/order-state.ts';
import type { Plan } from './plan.ts';
import type { Told } from './sender.ts';
import type { Row } from './verdict.ts';

/** What is reported. */
export interface Done {
  readonly plan: Plan;
  readonly told: Told;
  readonly faults: { readonly set: number; readonly struck: ReadonlyMap<string, number> };
  readonly kills: { readonly firing: number; readonly settling: number; readonly sleeps: number };
  readonly rows: readonly Row[];
  readonly orders: number;
  readonly noncesRefused: number;
  readonly took: number;
}

/** The lines of the report. */
export function report(done: Done): string[] {
  const { plan, told, faults, kills, rows } = done;
  const stale = plan.signals.filter(({ isStale }) => isStale).length;
  const wanted = plan.signals.length - stale;
  const answers = [...told.answers].map(([word, count]) => `${count} ${wording(word)}`);
  const struck = [...faults.struck].sort(([a], [b]) => (a < b ? -1 : 1));
  const total = struck.reduce((sum, [, count]) => sum + count, 0);
  const ends = ORDER_STATES.map((state) => {
    const count = rows.filter((row) => row.state === state).length;
    return count === 0 ? '' : `${state} ${count}`;
  });
  const sleeps = kills.sleeps === 0 ? '' : `, ${kills.sleeps} more to sleep through a wait`;
  return [
    `signals  ${plan.signals.length}: ${wanted} to be placed, ${stale} too old to be`,
    `requests ${told.requests}: ${answers.join(', ')}`,
    `kills    ${kills.firing} while firing, ${kills.settling} while settling${sleeps}`,
    `faults   ${faults.set} set, ${total} seen to strike, of ${struck.length} kinds`,
    ...struck.map(([name, count]) => `  ${String(count).padStart(4)}   ${name}`),
    `ends     ${ends.filter((end) => end !== '').join(', ')}`,
    `orders   ${done.orders} at the exchange; ${done.noncesRefused} nonces refused`,
    `seconds  ${Math.round(done.took)}`,
  ];
}

function wording(word: string): string {
  if (word === 'none') return 'unanswered';
  if (word === 'identity-reused') return 'refused as another body (409)';
  return word;
}
