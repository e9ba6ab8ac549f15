/**
 * Kraken's rate limits: the call counter of a key, the engine counter of a pair, open orders per
 * pair, calls per second on public endpoints. Counters are forgotten with the process.
 *
 * Sources: https://docs.kraken.com/api/docs/guides/spot-rest-ratelimits and
 * https://docs.kraken.com/api/docs/guides/spot-ratelimits . The public limit is not documented.
 */

/** Which limits hold. */
export interface Limits {
  readonly tier: 'starter' | 'intermediate' | 'pro';
  /** What a trade-history call costs; pages differ. */
  readonly historyCost: 2 | 4;
  /** Calls per second and public endpoint; absent: no limit. */
  readonly publicPerSecond?: number;
}

/** Figures of a tier: calls, then the engine. Decay is per second. */
const TIERS = {
  starter: { calls: 15, decay: 0.33, engine: 60, engineDecay: 1, open: 60 },
  intermediate: { calls: 20, decay: 0.5, engine: 125, engineDecay: 2.34, open: 80 },
  pro: { calls: 20, decay: 1, engine: 180, engineDecay: 3.75, open: 225 },
} as const;

const HISTORY = ['TradesHistory', 'ClosedOrders'];
/** Counted by the matching engine instead. */
const ENGINE = ['AddOrder', 'AmendOrder', 'CancelOrder', 'CancelAll'];
/** What a cancel adds to the engine counter, by the order's age in seconds. */
const CANCEL_COST = [
  { belowS: 5, cost: 8 },
  { belowS: 10, cost: 6 },
  { belowS: 15, cost: 5 },
  { belowS: 45, cost: 4 },
  { belowS: 90, cost: 2 },
  { belowS: 300, cost: 1 },
] as const;

/** What an amend adds to it beside 1, by the order's age in seconds. */
const AMEND_COST = [
  { belowS: 5, cost: 3 },
  { belowS: 10, cost: 2 },
  { belowS: 15, cost: 1 },
] as const;

/** The counters; `value` is as of `atMs` and falls from then on. */
export interface RateCounters {
  readonly byName: Map<string, { value: number; atMs: number }>;
}

function add(
  counters: RateCounters,
  name: string,
  by: {
    readonly cost: number;
    readonly decay: number;
    readonly max: number;
    readonly nowMs: number;
  },
): boolean {
  const known = counters.byName.get(name) ?? { value: 0, atMs: by.nowMs };
  const passedS = Math.max(0, by.nowMs - known.atMs) / 1000;
  const value = Math.max(0, known.value - passedS * by.decay) + by.cost;
  // A caller that goes on over its limit waits longer, but not for ever.
  counters.byName.set(name, { value: Math.min(value, by.max * 2), atMs: by.nowMs });
  return value <= by.max;
}

/** Counts a private call; Kraken's error when it is one too many. */
export function countCall(
  counters: RateCounters,
  limits: Limits | undefined,
  call: { readonly key: string; readonly method: string; readonly nowMs: number },
): string | undefined {
  if (limits === undefined || ENGINE.includes(call.method)) return undefined;
  const { calls: max, decay } = TIERS[limits.tier];
  const cost = HISTORY.includes(call.method) ? limits.historyCost : 1;
  const within = add(counters, `call ${call.key}`, { cost, decay, max, nowMs: call.nowMs });
  return within ? undefined : 'EAPI:Rate limit exceeded';
}

/** Counts a public call. */
export function countPublicCall(
  counters: RateCounters,
  limits: Limits | undefined,
  call: { readonly method: string; readonly nowMs: number },
): string | undefined {
  const max = limits?.publicPerSecond;
  if (max === undefined) return undefined;
  const { nowMs } = call;
  const within = add(counters, `public ${call.method}`, { cost: 1, decay: max, max, nowMs });
  return within ? undefined : 'EGeneral:Too many requests';
}

/** What the matching engine counts: an act on a pair by an account. */
interface EngineAct {
  readonly account: string;
  readonly pair: string;
  readonly nowMs: number;
}

/** An act on an order that is so old. */
interface AgedAct extends EngineAct {
  readonly ageMs: number;
}

/** Counts an order, also one that will be refused; `open` is how many rest on the pair. */
export function countOrder(
  counters: RateCounters,
  limits: Limits | undefined,
  order: EngineAct & { readonly open: number },
): string | undefined {
  if (limits === undefined) return undefined;
  if (!addToEngine(counters, limits, order, 1)) return 'EOrder:Rate limit exceeded';
  return order.open >= TIERS[limits.tier].open ? 'EOrder:Orders limit exceeded' : undefined;
}

/** Counts an amend, which is dear for a young order; Kraken's error when it is one too many. */
export function countAmend(
  counters: RateCounters,
  limits: Limits | undefined,
  order: AgedAct,
): string | undefined {
  if (limits === undefined) return undefined;
  const within = addToEngine(counters, limits, order, 1 + costAt(AMEND_COST, order));
  return within ? undefined : 'EOrder:Rate limit exceeded';
}

/** Counts a cancel, which is dear for a young order. Cancels themselves are never refused. */
export function countCancel(
  counters: RateCounters,
  limits: Limits | undefined,
  order: AgedAct,
): void {
  if (limits !== undefined) addToEngine(counters, limits, order, costAt(CANCEL_COST, order));
}

function costAt(
  costs: readonly { readonly belowS: number; readonly cost: number }[],
  { ageMs }: AgedAct,
): number {
  return costs.find(({ belowS }) => ageMs < belowS * 1000)?.cost ?? 0;
}

function addToEngine(
  counters: RateCounters,
  { tier }: Limits,
  { account, pair, nowMs }: EngineAct,
  cost: number,
): boolean {
  const { engine: max, engineDecay: decay } = TIERS[tier];
  return add(counters, `engine ${account} ${pair}`, { cost, decay, max, nowMs });
}
