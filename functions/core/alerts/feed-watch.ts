/**
 * How the prices themselves are, from one run to the next: what changes is told once, and its end
 * too. While the exchange is away or in maintenance, single pairs are not told about.
 */
import type { MarketMode } from '../market/pair.ts';
import type { FeedState } from './state.ts';

/** What one run saw. */
export interface FeedSight {
  /** Whether the ticker was. */
  readonly isAnswered: boolean;
  /** Undefined: nobody said. What was in maintenance is so until its mode is told. */
  readonly mode: MarketMode | undefined;
  /** Pairs that rules watch. What is not watched any more has neither trouble nor an end of it. */
  readonly watched: readonly string[];
  /** Those that the ticker lacks; whose quote stands still; that are read late. */
  readonly missing: readonly string[];
  readonly stale: readonly string[];
  readonly late: readonly string[];
  /** Late ones are over, for long enough to say so. */
  readonly lateIsOver: boolean;
  readonly nowMs: number;
}

/** Something to tell. */
export type FeedNews =
  | { readonly kind: 'market'; readonly market: FeedState['market']; readonly sinceMs: number }
  | {
      readonly kind: 'pairs';
      readonly trouble: PairTrouble | 'ended';
      readonly pairs: readonly string[];
    };

/** Trouble of single pairs. */
export type PairTrouble = FeedState['pairs'][string]['trouble'];

/** The next state with what is to be told; undefined when nothing has changed. */
export function watchFeed(
  known: FeedState | undefined,
  sight: FeedSight,
): { readonly after: FeedState; readonly news: readonly FeedNews[] } | undefined {
  const before: FeedState = known ?? {
    ...{ version: 0, market: 'ok', marketSinceMs: sight.nowMs, marketTold: false, pairs: {} },
  };
  const market = marketOf(before, sight);
  const isWell = market.after.market === 'ok' && sight.isAnswered;
  const pairs = isWell ? pairsOf(before.pairs, sight) : { after: before.pairs, news: [] };
  const after = { ...before, ...market.after, pairs: pairs.after };
  if (known !== undefined && JSON.stringify(after) === JSON.stringify(before)) return undefined;
  return {
    after: { ...after, version: before.version + 1 },
    news: [...market.news, ...pairs.news],
  };
}

type Market = Pick<FeedState, 'market' | 'marketSinceMs' | 'marketTold'>;

function marketOf(
  { market, marketSinceMs, marketTold }: FeedState,
  { isAnswered, mode, nowMs }: FeedSight,
): { readonly after: Market; readonly news: readonly FeedNews[] } {
  const isClosed = mode === undefined ? market === 'maintenance' : mode !== 'online';
  const seen = isClosed ? 'maintenance' : isAnswered ? 'ok' : 'no-data';
  const news = (about: FeedState['market'], sinceMs: number): readonly FeedNews[] => [
    { kind: 'market', market: about, sinceMs },
  ];
  if (seen === market) {
    if (marketTold || seen === 'ok')
      return { after: { market, marketSinceMs, marketTold }, news: [] };
    // The second run in a row: it is no passing fault.
    return { after: { market, marketSinceMs, marketTold: true }, news: news(seen, marketSinceMs) };
  }
  if (seen === 'ok') {
    const after = { market: seen, marketSinceMs: nowMs, marketTold: false } as const;
    return { after, news: marketTold ? news('ok', marketSinceMs) : [] };
  }
  const isSure = seen === 'maintenance';
  // From one trouble into the other: it has lasted since the first.
  const sinceMs = market === 'ok' ? nowMs : marketSinceMs;
  return {
    after: { market: seen, marketSinceMs: sinceMs, marketTold: isSure || marketTold },
    news: isSure ? news(seen, sinceMs) : [],
  };
}

type Troubles = FeedState['pairs'];

function pairsOf(
  before: Troubles,
  sight: FeedSight,
): { readonly after: Troubles; readonly news: readonly FeedNews[] } {
  const after: Record<string, Troubles[string]> = {};
  const told = new Map<PairTrouble | 'ended', string[]>();
  const tell = (about: PairTrouble | 'ended', pair: string) => {
    told.set(about, [...(told.get(about) ?? []), pair]);
  };
  const mark = (pair: string, trouble: PairTrouble, sure: boolean) => {
    const known = before[pair]?.trouble === trouble ? before[pair] : undefined;
    const isTold = sure || known !== undefined;
    if (isTold && known?.told !== true) tell(trouble, pair);
    after[pair] = { trouble, sinceMs: known?.sinceMs ?? sight.nowMs, told: isTold };
  };
  const wereLate = Object.entries(before).filter(([, { trouble }]) => trouble === 'late');
  // Being late is one state of the whole watch: told when it begins, with its pairs, and at its end.
  if (wereLate.length === 0) for (const pair of sight.late) mark(pair, 'late', true);
  else if (!sight.lateIsOver) for (const [pair, one] of wereLate) after[pair] = one;
  for (const pair of sight.stale) mark(pair, 'stale', true);
  // A pair may be left out of one answer: told in the second run.
  for (const pair of sight.missing) mark(pair, 'missing', false);
  for (const [pair, one] of Object.entries(before)) {
    const isOver = after[pair] === undefined && sight.watched.includes(pair);
    if (isOver && one.told) tell('ended', pair);
  }
  const news = [...told].map(([trouble, pairs]): FeedNews => ({ kind: 'pairs', trouble, pairs }));
  return { after, news };
}
