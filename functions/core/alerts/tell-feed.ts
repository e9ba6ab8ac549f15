/** Tells what became of the prices themselves in a run: away, back, missing, still, late, lost. */
import type { MarketMode } from '../market/pair.ts';
import type { CheckRun } from './check-run.ts';
import { watchFeed, type FeedSight } from './feed-watch.ts';
import { isStale } from './pair-memory.ts';
import { gapNotice, pricesNotice } from './prices-notice.ts';
import type { FeedState } from './state.ts';
import { MINUTE_MS } from './stroke.ts';

/** A pair that waits longer than this for its candles is late. */
const LATE_MS = 3 * MINUTE_MS;
/** Being late is over when no pair was for so long. */
const ON_TIME_MS = 10 * MINUTE_MS;

/** Writes the state of the prices where it has changed, with what is to be told. */
export async function tellFeed(run: CheckRun, mode: MarketMode | undefined): Promise<void> {
  // Somebody else may tell at the same time; then what they wrote is what is known.
  if (await tell(run, mode)) return;
  run.memory.feed = await run.store.feed();
  await tell(run, mode);
}

/** `false`: the state is another one than was known. */
async function tell(run: CheckRun, mode: MarketMode | undefined): Promise<boolean> {
  const { memory, config, store } = run;
  const change = watchFeed(memory.feed, sightOf(run, mode));
  const version = (memory.feed?.version ?? 0) + 1;
  const zone = config.zone === undefined ? {} : { zone: config.zone };
  const frame = { atMs: run.clock.nowMs(), version, ...zone };
  const notices = (change?.news ?? []).map((news) => pricesNotice(news, frame));
  if (memory.gaps.size > 0) notices.push(gapNotice(memory.gaps, frame));
  const isQuiet = change === undefined || (memory.feed === undefined && isPlain(change.after));
  const known = change?.after ?? memory.feed;
  if ((notices.length === 0 && isQuiet) || known === undefined) return true;
  const after = { ...known, version };
  if ((await store.commitFeed(after, notices)) === 'lost') return false;
  memory.feed = after;
  memory.gaps.clear();
  return true;
}

/** Nothing was ever wrong, so there is nothing to remember. */
function isPlain({ market, pairs }: FeedState): boolean {
  return market === 'ok' && Object.keys(pairs).length === 0;
}

function sightOf(run: CheckRun, mode: MarketMode | undefined): FeedSight {
  const { memory, quotes, clock, answered } = run;
  const nowMs = clock.nowMs();
  const watched = [...memory.rules.values()].flatMap(({ compiled, state }) =>
    state?.status === 'done' || state?.status === 'expired' ? [] : compiled.pairs,
  );
  const names = [...new Set(watched)];
  const late = names.filter((name) => {
    const sinceMs = memory.pairs.get(name)?.waitingSinceMs;
    return sinceMs !== undefined && nowMs - sinceMs >= LATE_MS;
  });
  if (late.length > 0) delete memory.onTimeSinceMs;
  else memory.onTimeSinceMs ??= nowMs;
  return {
    isAnswered: answered,
    watched: names,
    mode,
    missing: names.filter((name) => !quotes.has(name)),
    stale: names.filter((name) => {
      const pair = memory.pairs.get(name);
      const known = memory.feed?.pairs[name];
      const sinceMs = known?.trouble === 'stale' ? known.sinceMs : undefined;
      return pair !== undefined && quotes.has(name) && isStale(pair, sinceMs, nowMs);
    }),
    late,
    lateIsOver: memory.onTimeSinceMs !== undefined && nowMs - memory.onTimeSinceMs >= ON_TIME_MS,
    nowMs,
  };
}
