/**
 * The decision about an amend: the order as it would be then, or why it may not be. What it adds - a
 * larger size, a price that is worse for its owner - passes the rails of a new order; what adds
 * nothing is held only by what makes it impossible.
 */
import { countedAs, judge, type Passed } from './rails.ts';
import { decimal, max, plain, ZERO, type Decimal } from '../decimal.ts';
import type { DecisionInput } from './decide-order.ts';
import { equitiesOf } from './equity.ts';
import { fundsRefusal } from './funds.ts';
import { marginRefusal } from './order-margin.ts';
import { orderOf } from './order-parts.ts';
import { priceOrder, type Priced } from './order-price.ts';
import { priceProfits } from './price-profits.ts';
import { pairNotAllowed, pairNotTrading } from './pair-rules.ts';
import type { AmendWish } from '../amending.ts';
import type { Pair } from '../market/pair.ts';
import { amendedPrices, type AmendedPrices } from './amended-prices.ts';
import type { Order } from '../order.ts';
import { refusal, type Refusal } from '../refusal.ts';
import { err, ok, type Result } from '../result.ts';
import { isReducing, type Signal } from '../signal.ts';
import { sizeOrder, type Sized } from './size-order.ts';

/** What an amend is decided with. */
export interface AmendInput extends DecisionInput {
  readonly wish: AmendWish;
  /** The order as the exchange has it. */
  readonly order: Order;
  /** How much of it is filled, in base units. */
  readonly filled: Decimal;
}

/** An order that may be made of the one that rests. */
export interface DecidedAmend {
  /** The whole order as it is to be; equal to the old one when nothing changes. */
  readonly order: Order;
  /** Whether it adds risk: a switch that blocks entries then stops it. */
  readonly adds: boolean;
  readonly risk: Passed['risk'];
}

/** Decides. Never throws for what a sender, the market or the account can be. */
export function decideAmend(input: AmendInput): Result<DecidedAmend, Refusal> {
  const { signal, account, source, pairs, wish, order } = input;
  const resolved = pairs.resolve(signal.symbol, source.symbols);
  if (!resolved.ok) return resolved;
  const { pair, mapped } = resolved.value;
  const barred =
    pairNotAllowed(pair, account, input.accountName) ?? pairNotTrading(pair, input.mode, signal);
  if (barred !== undefined) return err(barred);
  const { volume: _size, ...wishedPrices } = wish;
  const tied = Object.keys(wishedPrices).length > 0 ? tiedTo(signal, order) : undefined;
  if (tied !== undefined) return err(tied);
  const prices = amendedPrices(order, wish);
  if (!prices.ok) return prices;
  const asked = askedSignal(signal, order, wish, prices.value);
  const priced = pricedAnew(asked, pair, input, prices.value);
  if (!priced.ok) return priced;
  const sized = sizedAnew(asked, pair, priced.value, input);
  if (!sized.ok) return sized;
  const { volume } = sized.value;
  const profits = priceProfits(asked, priced.value, {
    pair,
    ticker: input.tickers.get(pair.name),
    volume,
  });
  // Their prices stay, but a smaller order may leave one of them less than Kraken takes.
  if (!profits.ok) return profits;
  // Its times and its stop stay as they are: only what an amend can change is taken over.
  const parts = { volume, priced: priced.value, times: {}, close: undefined };
  const made = orderOf(asked, pair, parts);
  if (!made.ok) return made;
  const changes = changesOf(made.value);
  const next: Order = { ...order, ...changes };
  if (!addsRisk(order, changes)) return ok({ order: next, adds: false, risk: {} });
  const blind = marginRefusal(signal, pair, input);
  if (blind !== undefined) return err(blind);
  const change = { pair, mapped, signal: asked, priced: priced.value, sized: sized.value };
  return judged(input, next, change);
}

/** Kraken keeps the stop where it was, and take-profits stay, which the new price may have passed. */
function tiedTo({ takeProfits }: Signal, { close }: Order): Refusal | undefined {
  if (close === undefined && takeProfits === undefined) return undefined;
  const [what, field] =
    close === undefined ? ['take-profits', 'takeProfit'] : ['a stop', 'stopLoss'];
  const was = close === undefined ? 'were' : 'was';
  const sentence = `the order has ${what} that ${was} reckoned from its price, so its price is not changed: cancel it and send a new signal with the price and "${field}" that you want; its size may be changed.`;
  return refusal('not-supported', sentence);
}

/** The signal as if it had asked for the amended order at once, without its ties to a position. */
function askedSignal(
  { reduceOnly: _reduces, marketPosition: _position, ...signal }: Signal,
  order: Order,
  { volume }: AmendWish,
  prices: AmendedPrices,
): Signal {
  const [price, price2] = [prices.price ?? order.price, prices.price2 ?? order.price2];
  return {
    ...signal,
    size: { unit: 'base', amount: volume ?? order.volume },
    ...(price === undefined ? {} : { price }),
    ...(price2 === undefined ? {} : { price2 }),
  };
}

/** Prices that stay are not judged anew: a trigger that stays may have been passed by now. */
function pricedAnew(
  asked: Signal,
  pair: Pair,
  { order, tickers }: AmendInput,
  prices: AmendedPrices,
): Result<Priced, Refusal> {
  const isMoved = prices.price !== undefined || prices.price2 !== undefined;
  const atPrice = reckoned(order);
  if (isMoved || atPrice === undefined) {
    const priced = priceOrder(asked, pair, tickers.get(pair.name));
    if (!priced.ok || isMoved) return priced;
    // A trailing stop keeps the distances that it was sent with.
    return ok({ atPrice: priced.value.atPrice, steps: [] });
  }
  const isLimit = order.type === 'limit' || order.type === 'iceberg';
  return ok({ atPrice, ...(isLimit ? { limitPrice: atPrice } : {}), steps: [] });
}

/**
 * What a buy pays at most, and a sale is reckoned with, as order-price.ts does; undefined where that
 * is the market's.
 */
function reckoned({ side, type, price, price2 }: Order): Decimal | undefined {
  if (price === undefined || type.startsWith('trailing')) return undefined;
  if (price2 === undefined) return decimal(price);
  return side === 'sell' ? max(decimal(price), decimal(price2)) : decimal(price2);
}

/** The new volume in whole lots, above Kraken's minimums and above what is filled already. */
function sizedAnew(
  asked: Signal,
  pair: Pair,
  { atPrice }: Priced,
  input: AmendInput,
): Result<Sized, Refusal> {
  const { filled, order, wish, balances, pairs, tickers } = input;
  if (wish.volume === undefined) {
    const volume = decimal(order.volume);
    return ok({ volume, notional: volume.times(atPrice), steps: [] });
  }
  const size = { kind: 'signal' } as const;
  const equityIn = equitiesOf(input);
  const market = { pairs, tickers, balances, equityIn };
  const sized = sizeOrder({ ...market, signal: asked, size, pair, atPrice });
  if (!sized.ok || sized.value.volume.gt(filled)) return sized;
  const shown = { filled: plain(filled), volume: plain(sized.value.volume) };
  const sentence = `${shown.filled} ${pair.base} of the order are filled already, so ${shown.volume} would leave nothing of it: write a larger size, or cancel the order to take its rest back.`;
  return err(refusal('bad-size', sentence, shown));
}

type Changes = Pick<Order, 'volume' | 'price' | 'price2'>;

/** Only what an amend can change; a price that is not there stays. */
function changesOf({ volume, price, price2 }: Order): Changes {
  return {
    volume,
    ...(price === undefined ? {} : { price }),
    ...(price2 === undefined ? {} : { price2 }),
  };
}

/** A larger volume, or a price on its worse side: higher for a buy, lower for a sale. */
function addsRisk(order: Order, changes: Changes): boolean {
  if (decimal(changes.volume).gt(order.volume)) return true;
  return (['price', 'price2'] as const).some((slot) => {
    const [was, is] = [order[slot], changes[slot]];
    if (was === undefined || is === undefined) return false;
    return order.side === 'buy' ? decimal(is).gt(was) : decimal(is).lt(was);
  });
}

/** What the change would cost more, in base units and in the quote currency. */
function addition(
  { order, filled }: AmendInput,
  next: Order,
  { priced: { atPrice } }: Pick<Change, 'priced'>,
): { readonly volume: Decimal; readonly notional: Decimal } {
  const volume = max(decimal(next.volume).minus(order.volume), ZERO);
  if (order.side === 'sell') return { volume, notional: volume.times(atPrice) };
  const cost = (of: Order, price: Decimal) => decimal(of.volume).minus(filled).times(price);
  const before = cost(order, reckoned(order) ?? atPrice);
  return { volume, notional: max(cost(next, atPrice).minus(before), ZERO) };
}

interface Change {
  readonly pair: Pair;
  readonly mapped: boolean;
  readonly signal: Signal;
  readonly priced: Priced;
  readonly sized: Sized;
}

/** The funds and the rails, for what the change adds. */
function judged(input: AmendInput, next: Order, change: Change): Result<DecidedAmend, Refusal> {
  const { balances, account, filled, openOrders } = input;
  const { pair, signal } = change;
  const { action: side, leverage } = signal;
  const added = addition(input, next, change);
  const unpaid = fundsRefusal({ side, pair, ...added, leverage }, balances);
  if (unpaid !== undefined) return err(unpaid);
  const passed = judge({
    ...input,
    ...change,
    ...{ filled, equityIn: equitiesOf(input), reducing: isReducing(input.signal) },
    // It is open already and takes no other place.
    ...(openOrders === undefined ? {} : { openOrders: Math.max(0, openOrders - 1) }),
  });
  if (!passed.ok) return passed;
  const { risk } = passed.value;
  const maxDaily = account.rails?.maxDaily;
  if (risk.notional === undefined || maxDaily === undefined) {
    return ok({ order: next, adds: true, risk });
  }
  const counted = countedAs(added.notional, { maxDaily }, { ...input, pair });
  if (!counted.ok) return counted;
  return ok({ order: next, adds: true, risk: { ...risk, notional: counted.value } });
}
