/**
 * Judges an order by Kraken's rules, in the order in which Kraken is believed to: pair, mode,
 * minimums, price, funds, engine. What is refused is said in Kraken's own error texts, so that one
 * table (answer.ts) reads both. Margin is not simulated: leverage is refused.
 *
 * Error texts: https://docs.kraken.com/api/docs/guides/spot-errors and what people saw live.
 */
import { decimal, floorToStep, plain, roundDown, ZERO, type Decimal } from '../decimal.ts';
import type { Order } from '../order.ts';
import type { MarketMode } from '../market/pair.ts';
import { parsePriceText, priceAt } from '../message/price-text.ts';
import { err, ok, type Result } from '../result.ts';
import type { PaperMarket } from './fill-paper.ts';
import {
  availableOf,
  OPEN_MAX,
  type PaperAmount,
  type PaperBook,
  type PaperNames,
  type PaperOrder,
} from './paper-book.ts';
import { nextMinute, type PaperQuote } from './paper-price.ts';
import {
  buyingCost,
  crosses,
  distanceOf,
  isTrailing,
  isTriggerType,
  limitBehind,
  modeRefusal,
  takingPrice,
} from './paper-rules.ts';
import { ENDLESS, levelsFor, sumOf, takeLevels } from './paper-volume.ts';

/** What an order is judged against. */
export interface PaperCase extends PaperMarket {
  readonly order: Order;
  readonly quote: PaperQuote;
  readonly mode: MarketMode;
  readonly book: PaperBook;
  readonly nowMs: number;
}

/** What is known of an order that may be opened. */
export type JudgedOrder = Omit<PaperOrder, keyof PaperNames>;

/** The order as it would be opened, or Kraken's error text. */
export function judgeOrder(given: PaperCase, validate: boolean): Result<JudgedOrder, string> {
  const { order, pair, quote, mode, book, nowMs, fees } = given;
  const refused = modeRefusal(mode, pair.status, order);
  if (refused !== undefined) return err(refused);
  if (order.type === 'settle-position') return err('EOrder:Unknown position');
  const price = reckonedPrice(order, quote);
  const volume = baseVolume(given, price);
  const fault = amountFault(given, { volume, price }) ?? priceFault(given);
  if (fault !== undefined) return err(fault);
  if (order.leverage !== undefined && !givesLeverage(given)) {
    return err('EGeneral:Invalid arguments:leverage');
  }
  // Kraken checks leverage without funds; here there is no margin to give.
  if (order.leverage !== undefined && !validate) return err('EOrder:Cannot open position');
  const { side } = order;
  const isLimit = order.type === 'limit' || order.type === 'iceberg';
  const takes = !isLimit || crosses(quote, { side, price });
  // What is left of a limit that takes rests afterwards.
  const dearer = fees.maker.gt(fees.taker) && isLimit ? fees.maker : fees.taker;
  const feePercent = takes ? dearer : fees.maker;
  const hold: PaperAmount =
    side === 'buy'
      ? { asset: pair.quote, amount: plain(buyingCost(pair, { volume, price, feePercent })) }
      : { asset: pair.base, amount: plain(volume) };
  const late = validate ? undefined : lateFault(book, hold);
  if (late !== undefined) return err(late);
  if (!validate && order.postOnly === true && takes) return err('EOrder:Post only order');
  const startAtMs = order.startAtMs ?? nowMs;
  return ok({
    order,
    volume: plain(volume),
    status: order.startAtMs === undefined ? 'open' : 'pending',
    openedAtMs: nowMs,
    candlesFromMs: nextMinute(Math.max(nowMs, startAtMs)),
    hold,
  });
}

/** Kraken's one line on an order, marked as what it is: `paper: buy 1.25 XBTUSD @ limit 37500.0`. */
export function describeOrder({ order, pair }: Pick<PaperCase, 'order' | 'pair'>): string {
  const words = order.type.replace(/(?<=.)-limit$/, '').replaceAll('-', ' ');
  const at = order.price === undefined ? words : `${words} ${order.price}`;
  const limit = order.price2 === undefined ? '' : ` -> limit ${order.price2}`;
  const unit = order.volumeInQuote === true ? ` (in ${pair.quote})` : '';
  return `paper: ${order.side} ${order.volume}${unit} ${pair.altname} @ ${at}${limit}`;
}

/** The price that cost and funds are reckoned with: what a buy pays at most, as far as known. */
function reckonedPrice(order: Order, quote: PaperQuote): Decimal {
  const { side, type } = order;
  if (order.price === undefined) return takingPrice(quote, side);
  const isBuy = side === 'buy';
  const first = isTrailing(type)
    ? priceAt({ ...distanceOf(order.price), sign: isBuy ? '+' : '-' }, quote.last)
    : decimal(order.price);
  const second = isTriggerType(type) ? limitBehind(order.price2, first) : undefined;
  const price = second === undefined || (!isBuy && second.lt(first)) ? first : second;
  // A sale that trails is worth at least what the market gives now.
  return isTrailing(type) && !isBuy && price.lt(quote.last) ? quote.last : price;
}

/**
 * What it trades in base units; of a sum that is to be spent, what that buys at the order book, and
 * behind its last level at the best price.
 */
function baseVolume({ order, pair, quote }: PaperCase, price: Decimal): Decimal {
  const asked = decimal(order.volume);
  if (order.volumeInQuote !== true) return asked;
  const { side } = order;
  const levels = order.price === undefined ? levelsFor(quote, { side }) : undefined;
  const endless = { price, volume: ENDLESS };
  const want = { volume: ENDLESS, behind: ZERO, spare: asked, feePercent: ZERO };
  const { lotDecimals } = pair;
  return sumOf(takeLevels([...(levels ?? []), endless], { ...want, lotDecimals }).shares).volume;
}

function givesLeverage({ order, pair }: PaperCase): boolean {
  const levels = order.side === 'buy' ? pair.leverageBuy : pair.leverageSell;
  return levels?.some((level) => String(level) === order.leverage) === true;
}

function amountFault(
  { order, pair }: PaperCase,
  { volume, price }: { readonly volume: Decimal; readonly price: Decimal },
): string | undefined {
  const decimals = order.volumeInQuote === true ? pair.costDecimals : pair.lotDecimals;
  const asked = decimal(order.volume);
  if (asked.lte('0') || !roundDown(asked, decimals).eq(asked)) {
    return 'EGeneral:Invalid arguments:volume';
  }
  if (volume.lt(pair.orderMin)) return 'EGeneral:Invalid arguments:volume minimum not met';
  return volume.times(price).lt(pair.costMin) ? 'EOrder:Cost minimum not met' : undefined;
}

function priceFault({ order, pair }: PaperCase): string | undefined {
  for (const text of [order.price, order.price2, order.close?.price, order.close?.price2]) {
    const parsed = text === undefined ? undefined : parsePriceText(text);
    if (parsed === undefined) continue;
    if (!parsed.ok) return 'EGeneral:Invalid arguments:price';
    const { value } = parsed;
    if (value.kind === 'distance' && value.isPercent) continue;
    const amount = value.kind === 'price' ? value.price : value.amount;
    if (!roundDown(amount, pair.priceDecimals).eq(amount)) {
      const rule = `price can only be specified up to ${pair.priceDecimals} decimals.`;
      return `EOrder:Invalid price:${pair.altname} ${rule}`;
    }
    if (!floorToStep(amount, pair.tickSize).eq(amount)) return 'EOrder:Tick size check failed';
  }
  return undefined;
}

function lateFault(book: PaperBook, { asset, amount }: PaperAmount): string | undefined {
  if (availableOf(book, asset).lt(decimal(amount))) return 'EOrder:Insufficient funds';
  return book.open.length >= OPEN_MAX ? 'EOrder:Orders limit exceeded' : undefined;
}
