/**
 * The simulation from the command line.
 *
 *     npm run sim -- --seed 42            repeats one seed and prints what happened in it
 *     npm run sim -- --signals 1000000    runs seeds from 1 on all cores until so many signals
 *     npm run sim -- --signals 100000 --from 5000
 *     npm run sim -- --alerts ...         price alerts instead: see alerts/main.ts
 *     npm run sim -- --without 'reads lag' --without 'store away'
 *
 * Exits 1 with the seed when a promise was broken, or when a long run did not see all it must.
 */
import { availableParallelism } from 'node:os';
import { parseArgs } from 'node:util';
import { inChildren, serve } from './children.ts';
import { Tallied, type Part } from './coverage.ts';
import { SIGNALS_PER_SEED } from './draw-world.ts';
import { explain } from './explain.ts';
import { FAULT_KINDS, type FaultKind } from './faults.ts';
import { reported } from './report.ts';
import { runWorld } from './world.ts';

/** A run of at least so many seeds, as before a change lands, must have seen everything that is wanted. */
const COVERING_SEEDS = 4_000;
/** In calm worlds so many of a thousand fresh signals must be placed. */
const PLACED_PER_MILLE = 990;
/** Seeds that a process takes at a time. */
const SLICE = 100;

interface Slice {
  readonly part: Part;
  readonly violation?: { readonly seed: number; readonly promise: string };
}

const FAULTS: readonly string[] = FAULT_KINDS;

const { values } = parseArgs({
  options: {
    seed: { type: 'string' },
    signals: { type: 'string', default: '100000' },
    from: { type: 'string', default: '1' },
    processes: { type: 'string', default: String(availableParallelism()) },
    without: { type: 'string', multiple: true, default: [] },
    slices: { type: 'boolean', default: false },
    alerts: { type: 'boolean', default: false },
    worlds: { type: 'string' },
    seconds: { type: 'string' },
  },
});

const without = new Set(values.without.filter(isFault));

if (values.alerts) await import('./alerts/main.ts');
else if (values.slices) await serve(runSlice);
else if (values.seed !== undefined) process.exitCode = await explain(whole(values.seed), without);
else process.exitCode = await runMany(whole(values.from), whole(values.signals));

function isFault(text: string): text is FaultKind {
  if (!FAULTS.includes(text))
    throw new Error(`no such fault: ${text}; there are ${FAULTS.join(', ')}`);
  return true;
}

function whole(text: string): number {
  const number = Number(text);
  if (!Number.isSafeInteger(number) || number < 0) throw new Error(`${text} is no whole number`);
  return number;
}

async function runSlice(from: number): Promise<Slice> {
  const sums = new Tallied();
  for (let seed = from; seed < from + SLICE; seed += 1) {
    const report = await runWorld({ seed, without });
    sums.add(report);
    const { violation } = report;
    if (violation !== undefined) {
      return { part: sums.part(), violation: { seed, promise: violation.promise } };
    }
  }
  return { part: sums.part() };
}

async function runMany(from: number, signals: number): Promise<number> {
  const startMs = performance.now();
  const sums = new Tallied();
  const bad: NonNullable<Slice['violation']>[] = [];
  const seeds = Math.ceil(signals / SIGNALS_PER_SEED / SLICE) * SLICE;
  const args = ['--slices', ...[...without].flatMap((kind) => ['--without', kind])];
  const firsts = Array.from({ length: seeds / SLICE }, (_, index) => from + index * SLICE);
  const took = (slice: Slice): boolean => {
    sums.addPart(slice.part);
    if (slice.violation !== undefined) bad.push(slice.violation);
    return bad.length === 0;
  };
  await inChildren(import.meta.url, args, firsts, took, whole(values.processes));
  const minutes = (performance.now() - startMs) / 60_000;
  for (const line of reported(sums, { from, minutes })) console.log(line);
  const [violation] = bad.sort((a, b) => a.seed - b.seed);
  if (violation === undefined) return verdict(sums);
  console.log(`\nBROKEN at seed ${violation.seed}: ${violation.promise}`);
  console.log(`Repeat it: npm run sim -- --seed ${violation.seed}`);
  return 1;
}

function verdict(sums: Tallied): number {
  const missing = sums.missing();
  if (missing.length > 0) console.log(`not seen ${missing.join(', ')}`);
  const isLive = sums.freshPlaced * 1_000 >= sums.fresh * PLACED_PER_MILLE;
  if (!isLive) console.log(`BROKEN: fewer than ${PLACED_PER_MILLE} of 1000 fresh signals placed`);
  return isLive && (missing.length === 0 || sums.seeds < COVERING_SEEDS) ? 0 : 1;
}
