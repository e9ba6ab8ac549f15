/**
 * The simulation of alerts from the command line.
 *
 *     npm run sim -- --alerts --seed 42          repeats one seed and prints what happened in it
 *     npm run sim -- --alerts --worlds 2000      runs worlds on all cores
 *     npm run sim -- --alerts --seconds 15       runs worlds until the time is up
 *
 * Exits 1 with the seed when a promise was broken, or when the run did not see all that it must.
 */
import { availableParallelism } from 'node:os';
import { parseArgs } from 'node:util';
import { inChildren, serve } from '../children.ts';
import { AlertTally, type AlertPart } from './alert-coverage.ts';
import { runAlertWorld } from './alert-world.ts';
import { explainAlerts } from './explain-alerts.ts';

/** Worlds that a process takes at a time. */
const SLICE = 20;

interface Slice {
  readonly part: AlertPart;
  readonly violation?: { readonly seed: number; readonly promise: string };
}

const { values } = parseArgs({
  options: {
    alerts: { type: 'boolean', default: true },
    seed: { type: 'string' },
    worlds: { type: 'string', default: '1000' },
    seconds: { type: 'string' },
    from: { type: 'string', default: '1' },
    processes: { type: 'string', default: String(availableParallelism()) },
    slices: { type: 'boolean', default: false },
  },
});

if (values.slices) await serve(runSlice);
else if (values.seed !== undefined) process.exitCode = await explainAlerts(whole(values.seed));
else process.exitCode = await runMany(whole(values.from));

function whole(text: string): number {
  const number = Number(text);
  if (!Number.isSafeInteger(number) || number < 0) throw new Error(`${text} is no whole number`);
  return number;
}

async function runSlice(from: number): Promise<Slice> {
  const sums = new AlertTally();
  for (let seed = from; seed < from + SLICE; seed += 1) {
    const report = await runAlertWorld({ seed });
    sums.add(report);
    const { violation } = report;
    if (violation !== undefined) {
      return { part: sums.part(), violation: { seed, promise: violation.promise } };
    }
  }
  return { part: sums.part() };
}

async function runMany(from: number): Promise<number> {
  const { seconds } = values;
  const endMs = performance.now() + (seconds === undefined ? Infinity : whole(seconds) * 1_000);
  const slices = seconds === undefined ? Math.ceil(whole(values.worlds) / SLICE) : Infinity;
  const sums = new AlertTally();
  const bad: NonNullable<Slice['violation']>[] = [];
  const took = (slice: Slice): boolean => {
    sums.addPart(slice.part);
    if (slice.violation !== undefined) bad.push(slice.violation);
    return bad.length === 0;
  };
  function* firsts(): Generator<number> {
    for (let at = 0; at < slices && performance.now() < endMs; at += 1) yield from + at * SLICE;
  }
  await inChildren(import.meta.url, ['--slices'], firsts(), took, whole(values.processes));
  for (const line of sums.lines(from)) console.log(line);
  const [violation] = bad.sort((a, b) => a.seed - b.seed);
  if (violation !== undefined) {
    console.log(`\nBROKEN at seed ${violation.seed}: ${violation.promise}`);
    console.log(`Repeat it: npm run sim -- --alerts --seed ${violation.seed}`);
    return 1;
  }
  const missing = sums.missing();
  if (missing.length > 0) console.log(`not seen ${missing.join(', ')}`);
  return missing.length === 0 ? 0 : 1;
}
