/**
 * Commands that change the exchange from outside: first prices, keys, quotes, steps of the random
 * walk. Each runs inside one turn; bad input throws TypeError before anything changed.
 */
import { createHash } from 'node:crypto';
import {
  decimal,
  floorToStep,
  parseDecimal,
  plain,
  type Decimal,
} from '../../../functions/core/decimal.ts';
import { ASSETS, PAIRS, type ListedAsset, type ListedPair } from './catalogue.ts';
import type { QuoteSetting, SimulatedKey, Wander } from './control.ts';
import { marketOf } from './events.ts';
import { matchResting } from './match.ts';
import { trades } from './modes.ts';
import { findAsset, findPair } from './names.ts';
import type { Turn } from './turn.ts';

/** What a key may do when nothing is said: all that trading needs, and no more. */
export const DEFAULT_PERMISSIONS: readonly string[] = [
  'query-funds',
  'query-open-trades',
  'query-closed-trades',
  'modify-trades',
  'close-trades',
];

/** Gives every pair of the catalogue that has no market yet its first price. */
export function openMarkets(turn: Turn): void {
  for (const pair of PAIRS.values()) {
    if (turn.state.markets.has(pair.id)) continue;
    quote(turn, pair, around(pair, decimal(pair.startPrice), null));
  }
}

/** Adds or changes a key. */
export function putKey(turn: Turn, given: SimulatedKey): void {
  const known = turn.state.keys.get(given.key);
  const account = given.account ?? given.key;
  const isNewAccount = !turn.state.accounts.has(account);
  const nonceWindow = given.nonceWindow ?? '0';
  if (given.key === '') throw new TypeError('a key needs a name');
  if (Buffer.from(given.secret, 'base64').length === 0)
    throw new TypeError('secret must be base64');
  if (!/^\d{1,19}$/.test(nonceWindow)) throw new TypeError('nonceWindow must be a whole number');
  const balances = Object.entries(given.balances ?? {}).map(
    ([asset, text]) => [assetNamed(asset).id, plain(amount(text, 'balance'))] as const,
  );
  turn.emit({
    kind: 'key',
    key: {
      key: given.key,
      secret: given.secret,
      account,
      permissions: given.permissions ?? DEFAULT_PERMISSIONS,
      nonceWindow,
      queryFrom: given.queryFrom ?? 0,
      queryTo: given.queryTo ?? 0,
      createdAtMs: known?.createdAtMs ?? turn.nowMs,
      nonce: known?.nonce ?? '0',
      lastUsedAtMs: known?.lastUsedAtMs ?? 0,
    },
  });
  if (!isNewAccount) return;
  for (const [asset, text] of balances)
    turn.emit({ kind: 'balance', account, asset, amount: text });
}

/** Sets bid, ask and last of a pair and fills what they reach. */
export function quote(turn: Turn, pair: ListedPair, setting: QuoteSetting): void {
  const [bid, ask] = [amount(setting.bid, 'bid'), amount(setting.ask, 'ask')];
  const last = amount(setting.last, 'last');
  if (bid.lte('0') || last.lte('0')) throw new TypeError('prices must be above zero');
  if (bid.gt(ask)) throw new TypeError('the bid must not be above the ask');
  const liquidity =
    typeof setting.liquidity === 'string' ? plain(amount(setting.liquidity, 'liquidity')) : null;
  const prices = { bid: plain(bid), ask: plain(ask), last: plain(last) };
  turn.emit({ kind: 'quote', pair: pair.id, atMs: turn.nowMs, ...prices, liquidity });
  matchIfOpen(turn, pair.id);
}

/** Fills what the prices reach, on every pair that trades. */
export function matchAll(turn: Turn): void {
  for (const pair of turn.state.markets.keys()) matchIfOpen(turn, pair);
}

function matchIfOpen(turn: Turn, pair: string): void {
  if (trades(turn.state.mode, marketOf(turn.state, pair).status)) matchResting(turn, pair);
}

/** A quote one tick around a price. */
export function around(pair: ListedPair, price: Decimal, liquidity?: string | null): QuoteSetting {
  const last = floorToStep(price, pair.tickSize);
  const bid = last.minus(pair.tickSize);
  if (bid.lte('0')) throw new TypeError(`the price of ${pair.altname} must be above its tick`);
  const ask = last.plus(pair.tickSize);
  return { bid: plain(bid), ask: plain(ask), last: plain(last), liquidity: liquidity ?? null };
}

/** A step is a hash of seed, step number and pair, pulled back a little towards the first price. */
export function walk(turn: Turn, wander: Wander): void {
  const largest = wander.stepBasisPoints ?? 10;
  const step = turn.state.counters.ticks;
  turn.emit({ kind: 'ticked' });
  for (const pair of PAIRS.values()) {
    const hash = createHash('sha256').update(`${wander.seed}:${step}:${pair.id}`).digest();
    const basisPoints = (hash.readUInt32BE(0) % (2 * largest + 1)) - largest;
    const last = decimal(marketOf(turn.state, pair.id).last);
    const pull = decimal(pair.startPrice).minus(last).times('0.001');
    const next = last.plus(last.times(String(basisPoints)).times('0.0001')).plus(pull);
    const smallest = pair.tickSize.times('2');
    quote(turn, pair, around(pair, next.lt(smallest) ? smallest : next, null));
  }
}

/** The pair of that name; throws with the names there are. */
export function pairNamed(name: string): ListedPair {
  const pair = findPair(name);
  const known = [...PAIRS.values()].map((row) => row.modern).join(', ');
  if (pair === undefined) throw new TypeError(`no pair is called ${name}; there are ${known}`);
  return pair;
}

/** The asset of that name; throws with the names there are. */
export function assetNamed(name: string): ListedAsset {
  const asset = findAsset(name);
  const known = [...ASSETS.values()].map((row) => row.altname).join(', ');
  if (asset === undefined) throw new TypeError(`no asset is called ${name}; there are ${known}`);
  return asset;
}

/** Reads an amount that is not below zero. */
export function amount(text: string, what: string): Decimal {
  const parsed = parseDecimal(text);
  if (!parsed.ok) throw new TypeError(`${what}: ${parsed.error}`);
  if (parsed.value.lt('0')) throw new TypeError(`${what} must not be below zero`);
  return parsed.value;
}

/** Checks a time. */
export function milliseconds(ms: number): number {
  if (!Number.isInteger(ms) || ms < 0) throw new TypeError('write whole milliseconds, 0 or more');
  return ms;
}
