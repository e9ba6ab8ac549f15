/**
 * Refusals that can be told to the sender at once, from the rails and the market as it was last
 * seen. It only anticipates: the worker decides again with live numbers, so nothing is refused
 * here that could still pass there, and what cannot be computed passes.
 */
import type { Account, Source } from '../config.ts';
import { decimal, parseDecimal, plain, roundDown, type Decimal } from '../decimal.ts';
import { parseMoney } from '../money.ts';
import { pairTable } from '../market/pair-table.ts';
import type { Pair } from '../market/pair.ts';
import type { MarketSnapshot } from '../ports.ts';
import { isAbsurd, isFar } from '../decide/price-bounds.ts';
import { parsePriceText } from '../message/price-text.ts';
import { wordsRefusal } from '../decide/rails-order.ts';
import { refusal, type Refusal } from '../refusal.ts';
import { isReducing, type Signal } from '../signal.ts';

/** What the refusals are made from. */
export interface EarlyInput {
  readonly signal: Signal;
  readonly source: Source;
  readonly account: Account;
  readonly accountName: string;
  readonly market: MarketSnapshot | undefined;
  readonly nowMs: number;
}

/** Prices older than this say nothing. */
const PRICES_MAX_AGE_MS = 15 * 60_000;

/** Value at a price that may have moved: refused only beyond this factor. */
const PRICE_MARGIN = '1.1';

/** Why the account would surely refuse the signal; undefined when it might not. */
export function earlyRefusal(input: EarlyInput): Refusal | undefined {
  const { market, signal, source } = input;
  const { rails } = input.account;
  // Its side and size follow from its book, which is not read here: it may only leave.
  const isAimed = signal.target !== undefined;
  const barred =
    rails === undefined || isAimed || isReducing(signal) ? undefined : wordsRefusal(signal, rails);
  if (barred !== undefined || market === undefined) return barred;
  const resolved = pairTable(market.pairs).resolve(signal.symbol, source.symbols);
  if (!resolved.ok) return refusalOfSymbol(input, market, resolved.error);
  const { pair } = resolved.value;
  const pairs = input.account.rails?.pairs;
  if (pairs !== undefined && !pairs.includes(pair.name)) return notAllowed(input, pair.name);
  // Its value is what the position had cost, which is not known here.
  if (isAimed || signal.type === 'settle-position') return undefined;
  const isFresh = input.nowMs - market.atMs <= PRICES_MAX_AGE_MS;
  const last = isFresh ? market.last.get(pair.name) : undefined;
  return refusalOfPrice(signal, pair, last) ?? refusalOfSize(input, pair, last);
}

/** The snapshot may hold the pairs of the rails only, so an unknown symbol needs a closer look. */
function refusalOfSymbol(
  input: EarlyInput,
  market: MarketSnapshot,
  reason: Refusal,
): Refusal | undefined {
  if (reason.code !== 'unknown-pair') return reason;
  const known = new Set(market.pairs.map(({ name }) => name));
  const pairs = input.account.rails?.pairs;
  if (pairs === undefined || !pairs.every((name) => known.has(name))) return undefined;
  return notAllowed(input, input.signal.symbol);
}

function notAllowed({ account, accountName }: EarlyInput, name: string): Refusal {
  const pairs = account.rails?.pairs.join(', ') ?? '';
  return refusal(
    'pair-not-allowed',
    `${name} is none of the pairs of account ${accountName} (${pairs}): correct the symbol, or add the pair to the rails in harpoon.yaml.`,
  );
}

function refusalOfPrice(
  signal: Signal,
  pair: Pair,
  last: Decimal | undefined,
): Refusal | undefined {
  if (last === undefined) return undefined;
  for (const [what, text] of [
    [
      signal.type === 'limit' || signal.type === 'iceberg' ? 'limit price' : 'trigger price',
      signal.price,
    ],
    ['limit price', signal.price2],
  ] as const) {
    const price = writtenPrice(text);
    if (price !== undefined && isFar(price, last)) return isAbsurd(what, price, { last, pair });
  }
  return undefined;
}

function refusalOfSize(
  input: EarlyInput,
  pair: Pair,
  last: Decimal | undefined,
): Refusal | undefined {
  const size = wantedSize(input);
  const price = priceOf(input.signal, last);
  // The worker may raise the size to the minimum.
  const isFixed = input.source.roundUpWithin === undefined;
  if (size.unit === 'base') {
    const volume = roundDown(size.amount, pair.lotDecimals);
    if (isFixed && volume.lt(pair.orderMin)) return tooSmall(pair, size.amount);
    if (price === undefined) return undefined;
    const value = volume.times(price);
    if (isFixed && value.times(PRICE_MARGIN).lt(pair.costMin)) return tooCheap(pair, value);
    return refusalOfRail(input, pair, value.div(PRICE_MARGIN));
  }
  if (size.unit !== 'quote' || size.currency !== pair.quote) return undefined;
  if (isFixed && size.amount.lt(pair.costMin)) return tooCheap(pair, size.amount);
  const volume = price === undefined ? undefined : size.amount.times(PRICE_MARGIN).div(price);
  if (isFixed && volume?.lt(pair.orderMin) === true) return tooSmall(pair, volume);
  return refusalOfRail(input, pair, size.amount);
}

/** The price that a size is reckoned with, where it is known without knowing more than the last one. */
function priceOf({ type, price }: Signal, last: Decimal | undefined): Decimal | undefined {
  if (type === 'market') return last;
  return type === 'limit' || type === 'iceberg' ? writtenPrice(price) : undefined;
}

/** A price that is written out; a distance is the worker's to reckon. */
function writtenPrice(text: string | undefined): Decimal | undefined {
  const parsed = text === undefined ? undefined : parsePriceText(text);
  return parsed?.ok === true && parsed.value.kind === 'price' ? parsed.value.price : undefined;
}

type Wanted =
  | { readonly unit: 'base'; readonly amount: Decimal }
  | { readonly unit: 'quote'; readonly amount: Decimal; readonly currency: string }
  | { readonly unit: 'unknown' };

/** The size that will be used: the source's setting, or the message's where the source says so. */
function wantedSize({ source, signal }: EarlyInput): Wanted {
  const { size } = source;
  if (size.kind === 'base') return { unit: 'base', amount: decimal(size.amount) };
  if (size.kind === 'quote') return { ...size, unit: 'quote', amount: decimal(size.amount) };
  if (size.kind !== 'signal' || signal.size === undefined) return { unit: 'unknown' };
  const amount = parseDecimal(signal.size.amount);
  if (!amount.ok) return { unit: 'unknown' };
  const { unit } = signal.size;
  if (unit === 'base') return { unit, amount: amount.value };
  if (unit === 'quote') return { ...signal.size, amount: amount.value };
  return { unit: 'unknown' };
}

/** Limits against new risk; an order that only leaves a position passes. */
function refusalOfRail(
  { account, accountName, signal }: EarlyInput,
  pair: Pair,
  value: Decimal,
): Refusal | undefined {
  const rail = account.rails?.maxOrder;
  const max = rail === undefined ? undefined : parseMoney(rail);
  if (max?.ok !== true || max.value.currency !== pair.quote || isReducing(signal)) return undefined;
  if (value.lte(max.value.amount)) return undefined;
  return refusal(
    'above-max-order',
    `the order is worth more than the ${rail} that one order of account ${accountName} may be: send a smaller size, or raise maxOrder in harpoon.yaml.`,
    { value: plain(value.round(pair.costDecimals)), maxOrder: rail ?? '' },
  );
}

function tooSmall(pair: Pair, volume: Decimal): Refusal {
  const minimum = `${plain(pair.orderMin)} ${pair.base}`;
  return refusal(
    'too-small',
    `the size is below the smallest order of ${pair.name} at Kraken, ${minimum}: send at least that.`,
    { requested: `${plain(roundDown(volume, pair.lotDecimals))} ${pair.base}`, minimum },
  );
}

function tooCheap(pair: Pair, value: Decimal): Refusal {
  const minimum = `${plain(pair.costMin)} ${pair.quote}`;
  return refusal(
    'too-small',
    `the order's value is below the smallest of ${pair.name} at Kraken, ${minimum}: send a larger size.`,
    { requested: `${plain(roundDown(value, pair.costDecimals))} ${pair.quote}`, minimum },
  );
}
