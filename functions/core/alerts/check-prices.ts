/**
 * The use case check-prices, once a minute: one call for the ticker of all watched pairs, candles
 * where a rule could have fired, and every firing written together with its notice. What candles
 * cannot be read in this run is read in the next, from where each rule stands; nothing is skipped.
 */
import { ExchangeError } from '../exchange-error.ts';
import type { MarketMode } from '../market/pair.ts';
import { beginRun, type CheckPricesDeps, type CheckRun, type PricesChecked } from './check-run.ts';
import { tellFeed } from './tell-feed.ts';
import { inParallel } from './in-parallel.ts';
import { recall, type RuleEntry } from './memory.ts';
import { notePoll, sightOf } from './pair-memory.ts';
import { planCandles } from './plan-candles.ts';
import { candleReader, type CandleReader } from './read-candles.ts';
import { memoryName } from './rule-name.ts';
import {
  beginRule,
  expireRule,
  settleByTicker,
  settleRule,
  settleUnreadable,
} from './settle-rule.ts';

/** One run. Throws when the store cannot be read, or not written; the next run catches up. */
export async function checkPrices(deps: CheckPricesDeps): Promise<Readonly<PricesChecked>> {
  const run = beginRun(deps);
  await recall(run.memory, { ...run, rules: run.config.alerts ?? [] });
  const mode = await poll(run);
  if (run.answered) {
    await forLive(run, beginRule, ({ state }) => state === undefined);
    const late = await readCandles(run);
    await forLive(run, settleByTicker, isUnread(run));
    await forLive(run, settleUnreadable, isUnread(run));
    await forLive(run, settleRule, ({ compiled }) => compiled.candlePairs.length === 0);
    await forLive(run, expireRule);
    noteLate(run, late);
  }
  await tellFeed(run, mode);
  run.done.whole = run.answered && run.storeFaults === 0;
  if (run.done.whole) await run.store.beat(run.beganAtMs);
  return run.done;
}

/** One call for the mode of the exchange and one for all tickers. */
async function poll(run: CheckRun): Promise<MarketMode | undefined> {
  const { feed, memory, clock, log } = run;
  const names = watchedPairs(run);
  run.done.pairs = names.length;
  run.done.rules = liveRules(run).length;
  run.answered = names.length === 0;
  if (run.answered) return 'online';
  const [mode, table] = await Promise.allSettled([feed.mode(), feed.pairs()]);
  if (table.status === 'fulfilled')
    memory.table = new Map(table.value.map((one) => [one.name, one]));
  try {
    const known = names.flatMap((name) => memory.table.get(name) ?? []);
    if (known.length > 0) run.quotes = await feed.quotes(known);
    run.answered = known.length > 0 || table.status === 'fulfilled';
  } catch (error) {
    if (!(error instanceof ExchangeError)) throw error;
    log.warn('ticker-unread', { error: error.message });
  }
  notePoll(memory.pairs, run.quotes, clock.nowMs());
  return mode.status === 'fulfilled' ? mode.value : undefined;
}

/** Reads candles in the order of the plan; rules are settled as soon as their pairs are read. */
async function readCandles(run: CheckRun): Promise<readonly string[]> {
  const { memory, clock } = run;
  const nowMs = clock.nowMs();
  const sights = new Map(
    [...run.quotes.keys()].flatMap((name) => {
      const pair = memory.pairs.get(name);
      return pair === undefined ? [] : [[name, sightOf(pair, nowMs)] as const];
    }),
  );
  const live = liveRules(run);
  const plan = planCandles(live, (pair) => sights.get(pair), nowMs);
  const byPair = rulesByPair(live);
  const reader = candleReader(run, run.beganAtMs);
  for (const name of plan.pairs) {
    const rules = byPair.get(name) ?? [];
    if ((await readPair(run, name, { reader, rules })) === 'spent') break;
    const settled = rules.filter(({ compiled }) =>
      compiled.candlePairs.every((pair) => run.views.has(pair)),
    );
    await inParallel(settled, (entry) => settleRule(entry, run));
  }
  run.done.candleCalls = reader.calls();
  return [...plan.wanted].filter((pair) => !run.views.has(pair));
}

async function readPair(
  run: CheckRun,
  name: string,
  { reader, rules }: { readonly reader: CandleReader; readonly rules: readonly RuleEntry[] },
): Promise<'read' | 'failed' | 'spent'> {
  const pair = run.memory.table.get(name);
  const memory = run.memory.pairs.get(name);
  if (pair === undefined || memory === undefined) return 'failed';
  const known = rules.flatMap(({ compiled, state }) => (state ? [{ compiled, state }] : []));
  const view = await reader.read(pair, memory, known);
  if (typeof view === 'string') return view;
  run.views.set(name, view);
  return 'read';
}

/** Remembers since when each pair waits. */
function noteLate(run: CheckRun, late: readonly string[]): void {
  run.done.late = late.length;
  const waiting = new Set(late);
  for (const [name, pair] of run.memory.pairs) {
    if (!waiting.has(name)) delete pair.waitingSinceMs;
    else pair.waitingSinceMs ??= run.beganAtMs;
  }
}

/** Rules that can still fire. */
function liveRules({ memory }: CheckRun): readonly RuleEntry[] {
  return [...memory.rules.values()].filter(
    ({ state }) => state?.status !== 'done' && state?.status !== 'expired',
  );
}

function watchedPairs(run: CheckRun): readonly string[] {
  return [...new Set(liveRules(run).flatMap(({ compiled }) => compiled.pairs))];
}

function isUnread({ views }: CheckRun): (entry: RuleEntry) => boolean {
  return ({ compiled: { candlePairs } }) => candlePairs.some((pair) => !views.has(pair));
}

function rulesByPair(live: readonly RuleEntry[]): ReadonlyMap<string, readonly RuleEntry[]> {
  const byPair = new Map<string, RuleEntry[]>();
  for (const entry of live) {
    for (const pair of entry.compiled.candlePairs) {
      const list = byPair.get(pair);
      if (list === undefined) byPair.set(pair, [entry]);
      else list.push(entry);
    }
  }
  return byPair;
}

/** Does something with every live rule whose state is known for sure. */
async function forLive(
  run: CheckRun,
  act: (entry: RuleEntry, run: CheckRun) => Promise<void>,
  fits: (entry: RuleEntry) => boolean = () => true,
): Promise<void> {
  const sure = liveRules(run).filter(
    ({ compiled }) => !run.memory.unsure.has(memoryName(compiled.rule)),
  );
  await inParallel(sure.filter(fits), (entry) => act(entry, run));
}
