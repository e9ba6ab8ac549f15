/**
 * One seed in words: what broke, which faults it takes, and the lines of the trace that concern
 * the order. Faults that the failure does not need are taken away first, kind by kind.
 */
import { FAULT_KINDS, type FaultKind } from './faults.ts';
import type { Mutant, WorldReport } from './experiment.ts';
import { runWorld } from './world.ts';

const LINES_MAX = 120;

/** Runs the seed, prints it, and returns the exit code. */
export async function explain(seed: number, without: ReadonlySet<FaultKind>): Promise<number> {
  const report = await runWorld({ seed, without, keepTrace: true });
  console.log(`seed     ${seed}, ${report.signals} signals, ${report.orders} orders`);
  console.log(`trace    ${report.hash} over ${report.events} events`);
  console.log(`faults   ${report.faults}`);
  const ends = [...report.ends].map(([state, count]) => `${state} ${count}`);
  console.log(`ends     ${ends.join(', ')}`);
  if (report.violation === undefined) {
    console.log('every promise was kept');
    return 0;
  }
  const smallest = await minimized(seed, undefined, without);
  const { promise, detail } = smallest.violation ?? report.violation;
  console.log(`\nBROKEN: ${promise} (${detail})`);
  console.log(`It takes: ${smallest.faults}\n`);
  for (const line of relevant(smallest)) console.log(line);
  return 1;
}

/** The run with every kind of fault taken away that the same failure does not need. */
export async function minimized(
  seed: number,
  mutant?: Mutant,
  never: ReadonlySet<FaultKind> = new Set(),
): Promise<WorldReport> {
  const run = (without: ReadonlySet<FaultKind>): Promise<WorldReport> =>
    runWorld({ seed, without, keepTrace: true, ...(mutant === undefined ? {} : { mutant }) });
  let without = new Set<FaultKind>(never);
  let best = await run(without);
  for (const kind of FAULT_KINDS) {
    const fewer = new Set([...without, kind]);
    const report = await run(fewer);
    if (report.violation?.promise !== best.violation?.promise) continue;
    without = fewer;
    best = report;
  }
  return best;
}

/** The lines about the order, with the processes that had it in hand, up to the failure. */
export function relevant({ lines, violation }: WorldReport): readonly string[] {
  const about = violation?.about;
  if (about === undefined) return lines.slice(-LINES_MAX);
  const hands = new Set(
    lines
      .filter((line) => line.includes(about))
      .flatMap((line) => /\b(?:worker|webhook|reconcile)-\d+/.exec(line) ?? []),
  );
  const isOf = (line: string): boolean => {
    const [by] = /\b(?:worker|webhook|reconcile)-\d+/.exec(line) ?? [];
    return line.includes(about) || (by !== undefined && hands.has(by));
  };
  return lines.filter(isOf).slice(-LINES_MAX);
}
