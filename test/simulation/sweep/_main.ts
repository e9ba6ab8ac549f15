/**
 * The exhaustive sweep from the command line.
 *
 *     npm run sweep                                every place of every life, alone, in every way
 *     npm run sweep -- --pairs                     every pair of places: the night's work
 *     npm run sweep -- --pairs --golden placed     of one life; may be given again
 *     npm run sweep -- --golden placed --strike 17,thaw=20000 --strike 40    one run, with its trace
 *
 * Exits 1 with the line that repeats it when a promise was broken.
 */
import { availableParallelism } from 'node:os';
import { parseArgs } from 'node:util';
import { inChildren, serve } from './_children.ts';
import { runLife } from './life-run.ts';
import { lifeNamed, LIVES, type Life } from './lives.ts';
import { parseStrike, repeats } from './strike-text.ts';
import { sweepPairs, sweepSingles } from './sweep.ts';

/** One piece of work: every place of a life, or every pair that begins with one place. */
interface Piece {
  readonly life: string;
  readonly first?: number;
}

/** What came of a piece. */
interface Done {
  readonly life: string;
  readonly places: number;
  readonly runs: number;
  readonly ends: readonly (readonly [string, number])[];
  /** What broke and the line that repeats it. */
  readonly broken: readonly string[];
}

/** Lines printed about broken promises; the rest is counted. */
const BROKEN_SHOWN = 20;

const { values } = parseArgs({
  options: {
    pairs: { type: 'boolean', default: false },
    golden: { type: 'string', multiple: true, default: [] },
    strike: { type: 'string', multiple: true, default: [] },
    lost: { type: 'boolean', default: false },
    processes: { type: 'string', default: String(availableParallelism()) },
    child: { type: 'boolean', default: false },
  },
});

if (values.child) await serve(work);
else process.exitCode = values.strike.length > 0 ? await repeat() : await sweep(chosen());

function chosen(): readonly Life[] {
  if (values.golden.length > 0) return values.golden.map(lifeNamed);
  // The pairs of a life that lasts for twenty minutes are more than a night holds.
  return LIVES.filter(({ swept }) => !values.pairs || swept !== 'never in pairs');
}

async function repeat(): Promise<number> {
  const [name] = values.golden;
  if (name === undefined) throw new Error('say which life: --golden NAME');
  const strikes = values.strike.map(parseStrike);
  const areLost = values.lost;
  const report = await runLife(lifeNamed(name), { strikes, areLost, keepTrace: true });
  for (const line of report.lines) console.log(line);
  for (const { place } of strikes) {
    const { kind, port } = report.places[place] ?? {};
    console.log(`place ${place}: ${kind ?? 'was not reached'} ${port ?? ''}`);
  }
  const { violation } = report;
  if (violation === undefined) console.log('every promise was kept');
  else console.log(`BROKEN: ${violation.promise} (${violation.detail})`);
  return violation === undefined ? 0 : 1;
}

async function work({ life: name, first }: Piece): Promise<Done> {
  const life = lifeNamed(name);
  const swept = first === undefined ? await sweepSingles(life) : await sweepPairs(life, first);
  const { places, runs, ends } = swept;
  const broken = swept.broken.map(
    (run) => `${run.report.violation?.promise ?? ''}\n  ${repeats(run)}`,
  );
  return { life: name, places, runs, ends: [...ends], broken };
}

async function piecesOf(lives: readonly Life[]): Promise<readonly Piece[]> {
  if (!values.pairs) return lives.map(({ name: life }) => ({ life }));
  const all = await Promise.all(
    lives.map(async (life) => {
      const { places } = await runLife(life);
      return places.map((_, first) => ({ life: life.name, first }));
    }),
  );
  return all.flat();
}

async function sweep(lives: readonly Life[]): Promise<number> {
  const startMs = performance.now();
  const ends = new Map<string, number>();
  const broken: string[] = [];
  let [places, runs] = [0, 0];
  const took = (done: Done): boolean => {
    places += done.places;
    runs += done.runs;
    for (const [state, count] of done.ends) ends.set(state, (ends.get(state) ?? 0) + count);
    broken.push(...done.broken);
    return true;
  };
  const processes = Number(values.processes);
  await inChildren(import.meta.url, ['--child'], await piecesOf(lives), took, processes);
  console.log(`lives      ${lives.length}`);
  console.log(`points     ${places} ${values.pairs ? 'second places of pairs' : 'places'}`);
  console.log(`runs       ${runs}`);
  console.log(`ends       ${[...ends].map(([state, count]) => `${state} ${count}`).join(', ')}`);
  console.log(`seconds    ${Math.round((performance.now() - startMs) / 1_000)}`);
  console.log(`violations ${broken.length}`);
  for (const one of broken.slice(0, BROKEN_SHOWN)) console.log(`\nBROKEN: ${one}`);
  return broken.length === 0 ? 0 : 1;
}
