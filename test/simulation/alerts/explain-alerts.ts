/**
 * One seed in words: what broke, which faults it takes, and the lines of the trace that concern the
 * rule or the notice. Faults that the failure does not need are taken away first, kind by kind.
 */
import { runAlertWorld, type AlertWorldReport } from './alert-world.ts';
import { ALERT_FAULT_KINDS, type AlertFaultKind } from './fault-kinds.ts';
import type { AlertMutant } from './mutant.ts';

const LINES_MAX = 120;

/** Runs the seed, prints it, and returns the exit code. */
export async function explainAlerts(seed: number): Promise<number> {
  const report = await runAlertWorld({ seed, keepTrace: true });
  const { firings, read } = report.held;
  console.log(`seed     ${seed}, ${report.rules} rules in ${report.minutes} minutes`);
  console.log(`trace    ${report.hash} over ${report.events} events`);
  console.log(`faults   ${report.faults}`);
  console.log(`firings  ${firings}, ${read} of them held against a plain reading of the path`);
  if (report.violation === undefined) {
    for (const line of report.lines.filter(isStep).slice(-LINES_MAX)) console.log(readable(line));
    console.log('every promise was kept');
    return 0;
  }
  const smallest = await smallestOf(seed);
  const { promise, detail } = smallest.violation ?? report.violation;
  console.log(`\nBROKEN: ${promise} (${detail})`);
  console.log(`It takes: ${smallest.faults}\n`);
  for (const line of relevantLines(smallest)) console.log(readable(line));
  return 1;
}

/** The run with every kind of fault taken away that the same failure does not need. */
export async function smallestOf(seed: number, mutant?: AlertMutant): Promise<AlertWorldReport> {
  const run = (without: ReadonlySet<AlertFaultKind>) =>
    runAlertWorld({ seed, without, keepTrace: true, ...(mutant === undefined ? {} : { mutant }) });
  let without = new Set<AlertFaultKind>();
  let best = await run(without);
  for (const kind of ALERT_FAULT_KINDS) {
    const fewer = new Set([...without, kind]);
    const report = await run(fewer);
    if (report.violation?.promise !== best.violation?.promise) continue;
    without = fewer;
    best = report;
  }
  return best;
}

/** The lines about what broke; without a name, the last ones. */
export function relevantLines({ lines, violation }: AlertWorldReport): readonly string[] {
  const about = violation?.about;
  if (about === undefined) return lines.slice(-LINES_MAX);
  return lines.filter((line) => line.includes(about) || line.includes('no such')).slice(-LINES_MAX);
}

function isStep(line: string): boolean {
  return / (wrote|outbox|rule|took|killed|frozen|goes on|fault:)/.test(line);
}

/** Milliseconds since 1970 as a time of day. */
function readable(line: string): string {
  const [ms = '', ...words] = line.split(' ');
  return `${new Date(Number(ms)).toISOString().slice(11, 23)} ${words.join(' ')}`;
}
