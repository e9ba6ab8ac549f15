/**
 * AddOrder, checked in the order in which the exchange is believed to: arguments, pair, mode,
 * minimums, price, funds, engine. Whatever is refused here left nothing behind.
 *
 * Error strings: https://docs.kraken.com/api/docs/guides/spot-errors and what people saw live.
 */
import {
  decimal,
  floorToStep,
  plain,
  roundDown,
  ZERO,
  type Decimal,
} from '../../../functions/core/decimal.ts';
import { isTriggerType } from '../../../functions/core/paper/paper-rules.ts';
import {
  distanceText,
  priceAt,
  type Distance,
} from '../../../functions/core/message/price-text.ts';
import type { RequestPrices } from './add-order-prices.ts';
import { readOrderRequest, sameClientOrderId, type OrderRequest } from './add-order-arguments.ts';
import { closeRecord } from './add-order-close.ts';
import { answered, refused, type Answer } from './answer.ts';
import type { ListedPair } from './catalogue.ts';
import { marketOf, orderOf } from './events.ts';
import { availableOf, buyingCost, MAKER_FEE_PERCENT, TAKER_FEE_PERCENT } from './funds.ts';
import { LEVERAGE } from './margin.ts';
import { marginFault } from './margin-orders.ts';
import { crosses, takeAtOnce, takingPrice } from './match.ts';
import { modeRefusal } from './modes.ts';
import { findPair } from './names.ts';
import { closeLine, leverageWords, writtenDistance } from './order-words.ts';
import { against, openVolume } from './positions.ts';
import { settleFault } from './settle-position.ts';
import type { MarketRecord } from './state.ts';
import { exchangeId, type Turn } from './turn.ts';

/** An order whose pair is known. `volume` is in base units. */
interface Candidate {
  readonly account: string;
  readonly request: OrderRequest;
  readonly pair: ListedPair;
  readonly market: MarketRecord;
  readonly volume: Decimal;
  /** The price that its cost is reckoned with: its limit, its trigger, or what the market asks. */
  readonly price: Decimal;
}

/** What the one line on an order is made of. */
export interface Described {
  readonly request: Pick<
    OrderRequest,
    'side' | 'type' | 'volume' | 'price' | 'price2' | 'distance' | 'distance2' | 'leverage'
  > &
    Partial<Pick<OrderRequest, 'close'>>;
  readonly pair: ListedPair;
}

/** Places an order, or with `validate` only checks it. */
export function addOrder(turn: Turn, account: string, params: ReadonlyMap<string, string>): Answer {
  const read = readOrderRequest(params, turn.nowMs);
  if (!read.ok) return refused(read.error);
  const request = read.value;
  const { close, clOrdId } = request;
  if (close !== undefined && clOrdId !== null && turn.rules.closeWithClOrdId === 'refused') {
    return refused('EGeneral:Invalid arguments:cl_ord_id and close');
  }
  if (isClientOrderIdTaken(turn, account, request)) {
    return refused('EGeneral:Invalid arguments:cl_ord_id not unique');
  }
  const pair = findPair(request.pairName);
  if (pair === undefined) return refused('EQuery:Unknown asset pair');
  const market = marketOf(turn.state, pair.id);
  const mode = modeRefusal(turn.state.mode, market.status, request);
  if (mode !== undefined) return refused(mode);
  const price = reckonedPrice(request, market);
  const volume = volumeOf(turn, { account, request, pair, price });
  if (volume.eq('0')) return refused('EOrder:Unknown position');
  const candidate: Candidate = { account, request, pair, market, volume, price };
  const fault = leverageFault(candidate) ?? minimumFault(turn, candidate) ?? priceFault(candidate);
  if (fault !== undefined) return refused(fault);
  const order = describe(candidate);
  const attached = close && closeLine(pair, closeRecord(close));
  const descr = { order, ...(attached === undefined ? {} : { close: attached }) };
  if (request.validate) return answered({ descr });
  const late = fundsFault(turn, candidate) ?? engineFault(turn, candidate);
  if (late !== undefined) return refused(late);
  return answered({ descr, txid: [open(turn, candidate, order)] });
}

/**
 * What a buy pays at most, as far as that is known, and what a sale is reckoned with. How Kraken
 * reckons orders that wait for a trigger is not documented.
 */
function reckonedPrice(request: OrderRequest, market: MarketRecord): Decimal {
  const { side, price, price2, distance, distance2 } = request;
  const last = decimal(market.last);
  const isBuy = side === 'buy';
  if (distance !== undefined) {
    const trigger = priceAt({ ...distance, sign: isBuy ? '+' : '-' }, last);
    const limit = distance2 === undefined ? trigger : priceAt(distance2, trigger);
    return isBuy || limit.gt(last) ? limit : last;
  }
  if (price === undefined) return takingPrice(market, side);
  if (price2 === undefined) return price;
  return isBuy || price2.gt(price) ? price2 : price;
}

/** Uniqueness is kept among open orders only: reuse after a close makes a second order. */
function isClientOrderIdTaken(turn: Turn, account: string, request: OrderRequest): boolean {
  const { clOrdId } = request;
  if (clOrdId === null) return false;
  return [...turn.state.open].some((txid) => {
    const other = orderOf(turn.state, txid);
    return (
      other.account === account &&
      other.clOrdId !== null &&
      sameClientOrderId(other.clOrdId, clOrdId)
    );
  });
}

/** In base units. Zero with leverage is all that such an order can close or settle. */
function volumeOf(
  { state }: Turn,
  { account, request, pair, price }: Pick<Candidate, 'account' | 'request' | 'pair' | 'price'>,
): Decimal {
  const { volume, side, type, flags } = request;
  if (flags.includes('viqc')) return roundDown(volume.div(price), pair.lotDecimals);
  if (volume.gt('0')) return volume;
  const of = { account, pair: pair.id };
  return openVolume(state, { ...of, side: type === 'settle-position' ? side : against(side) });
}

/** Which leverage the pair has. */
function leverageFault({ request, pair }: Candidate): string | undefined {
  if (request.leverage === undefined) return undefined;
  const levels = pair.marginable ? LEVERAGE.map(String) : [];
  return levels.includes(plain(request.leverage))
    ? undefined
    : 'EGeneral:Invalid arguments:leverage';
}

function minimumFault(turn: Turn, { request, pair, volume, price }: Candidate): string | undefined {
  const decimals = request.flags.includes('viqc') ? pair.costDecimals : pair.lotDecimals;
  if (!roundDown(request.volume, decimals).eq(request.volume)) {
    return 'EGeneral:Invalid arguments:volume';
  }
  return request.type === 'settle-position'
    ? undefined
    : belowMinimum(turn, pair, { volume, price });
}

/** Kraken's error for a volume or a cost below the pair's minimum. */
export function belowMinimum(
  turn: Turn,
  pair: ListedPair,
  { volume, price }: { readonly volume: Decimal; readonly price: Decimal },
): string | undefined {
  if (volume.lt(pair.orderMin)) {
    return turn.rules.minimumSpelling === 'live'
      ? 'EGeneral:Invalid arguments:volume minimum not met'
      : 'EOrder:Order minimum not met';
  }
  return volume.times(price).lt(pair.costMin) ? 'EOrder:Cost minimum not met' : undefined;
}

/** Kraken's error for a price that is off the pair's decimals or its tick. */
export function priceFault({ request, pair }: Described): string | undefined {
  for (const one of [request, request.close ?? {}].flatMap(amountsOf)) {
    if (one === undefined) continue;
    if (!roundDown(one, pair.priceDecimals).eq(one)) {
      const rule = `price can only be specified up to ${pair.priceDecimals} decimals.`;
      return `EOrder:Invalid price:${pair.altname} ${rule}`;
    }
    if (!floorToStep(one, pair.tickSize).eq(one)) return 'EOrder:Tick size check failed';
  }
  return undefined;
}

/** The prices that must be on the tick; percentages need not. */
function amountsOf({ price, price2, distance, distance2 }: RequestPrices) {
  const lengths = [distance, distance2].map((one) => (one?.isPercent === true ? undefined : one));
  return [price, price2, ...lengths.map((length) => length?.amount)];
}

function fundsFault(turn: Turn, candidate: Candidate): string | undefined {
  const { account, request, pair, market, volume, price } = candidate;
  const { side, type, leverage, reduceOnly } = request;
  const order = { account, pair: pair.id, side, type, reduceOnly, volume, price };
  if (type === 'settle-position') return settleFault(turn.state, order);
  if (leverage !== undefined) return marginFault(turn, { ...order, leverage: plain(leverage) });
  if (reduceOnly) return 'EOrder:Reduce only:No position exists';
  const buys = request.side === 'buy';
  const isLimit = request.type === 'limit' || request.type === 'iceberg';
  const takes = !isLimit || crosses(market, { side: request.side, price });
  const feePercent = takes ? TAKER_FEE_PERCENT : MAKER_FEE_PERCENT;
  const needed = buys
    ? buyingCost(pair, { volume, price, flags: request.flags, feePercent })
    : volume;
  const available = availableOf(turn.state, account, buys ? pair.quote : pair.base);
  return available.lt(needed) ? 'EOrder:Insufficient funds' : undefined;
}

function engineFault(turn: Turn, { request, market, price }: Candidate): string | undefined {
  if (turn.nowMs + turn.delays.engineMs > request.deadlineMs) return 'EService:Deadline elapsed';
  const posts = request.flags.includes('post');
  return posts && crosses(market, { side: request.side, price })
    ? 'EOrder:Post only order'
    : undefined;
}

function open(turn: Turn, candidate: Candidate, text: string): string {
  const { account, request, pair, volume, price } = candidate;
  const txid = exchangeId('O', turn.state.counters.ordersPlaced + 1);
  const { price: fixed, price2, distance, distance2, displayVolume, startsAtMs } = request;
  const first = distance === undefined ? plain(fixed ?? ZERO) : distanceText(distance);
  const second = distance2 === undefined ? price2 && plain(price2) : distanceText(distance2);
  const waits = isTriggerType(request.type);
  turn.emit({
    kind: 'opened',
    order: {
      txid,
      account,
      pair: pair.id,
      side: request.side,
      type: request.type,
      volume: plain(volume),
      price: first,
      ...(second === undefined ? {} : { price2: second }),
      ...(waits ? { trigger: request.trigger, holdPrice: plain(price) } : {}),
      // A market order that starts later holds what it would cost now.
      ...(request.type === 'market' && startsAtMs !== null ? { holdPrice: plain(price) } : {}),
      ...(displayVolume === undefined ? {} : { displayVolume: plain(displayVolume) }),
      ...(startsAtMs === null ? {} : { startsAtMs }),
      ...(request.leverage === undefined ? {} : { leverage: plain(request.leverage) }),
      ...(request.reduceOnly ? { reduceOnly: true } : {}),
      flags: request.flags,
      timeInForce: request.timeInForce,
      userref: request.userref,
      clOrdId: request.clOrdId,
      ...(request.close === undefined ? {} : { close: closeRecord(request.close) }),
      text,
      openedAtMs: turn.nowMs + turn.delays.engineMs,
      expiresAtMs: request.expiresAtMs,
      status: startsAtMs === null ? 'open' : 'pending',
      reason: null,
      closedAtMs: null,
      executed: '0',
      cost: '0',
      fee: '0',
      trades: [],
    },
  });
  takeAtOnce(turn, txid);
  return txid;
}

/**
 * `buy 1.25000000 XBTUSD @ limit 37500.0`, `sell 1.00000000 XBTUSD @ stop loss 22000.0 -> limit
 * 21000.0`, `sell 49.96000 SUIUSD @ trailing stop +1.0000%`; the words of iceberg are a guess.
 */
export function describe({ request, pair }: Described): string {
  const { side, type, price, price2, distance, distance2, leverage } = request;
  const volume = request.volume.toFixed(pair.lotDecimals);
  const words = type.replace(/(?<=.)-limit$/, '').replaceAll('-', ' ');
  const first = priceWords(pair, price, distance);
  const second = priceWords(pair, price2, distance2);
  const at = first === undefined ? words : `${words} ${first}`;
  const limit = second === undefined ? '' : ` -> limit ${second}`;
  const margin = leverageWords(leverage && plain(leverage));
  return `${side} ${volume} ${pair.altname} @ ${at}${limit}${margin}`;
}

function priceWords(
  pair: ListedPair,
  price: Decimal | undefined,
  distance: Distance | undefined,
): string | undefined {
  return distance === undefined
    ? price?.toFixed(pair.priceDecimals)
    : writtenDistance(pair, distance);
}
