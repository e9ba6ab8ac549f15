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
  type Decimal,
} from '../../../functions/core/decimal.ts';
import { readOrderRequest, sameClientOrderId, type OrderRequest } from './add-order-arguments.ts';
import { answered, refused, type Answer } from './answer.ts';
import type { ListedPair } from './catalogue.ts';
import { marketOf, orderOf } from './events.ts';
import { availableOf, buyingCost, MAKER_FEE_PERCENT, TAKER_FEE_PERCENT } from './funds.ts';
import { crosses, takeAtOnce, takingPrice } from './match.ts';
import { modeRefusal } from './modes.ts';
import { findPair } from './names.ts';
import type { MarketRecord } from './state.ts';
import { exchangeId, type Turn } from './turn.ts';

/** An order whose pair is known. `volume` is in base units. */
interface Candidate {
  readonly account: string;
  readonly request: OrderRequest;
  readonly pair: ListedPair;
  readonly market: MarketRecord;
  readonly volume: Decimal;
  /** The price that its cost is reckoned with: its limit, or what the market asks. */
  readonly price: Decimal;
}

/** Places an order, or with `validate` only checks it. */
export function addOrder(turn: Turn, account: string, params: ReadonlyMap<string, string>): Answer {
  const read = readOrderRequest(params, turn.nowMs);
  if (!read.ok) return refused(read.error);
  const request = read.value;
  if (isClientOrderIdTaken(turn, account, request)) {
    return refused('EGeneral:Invalid arguments:cl_ord_id not unique');
  }
  const pair = findPair(request.pairName);
  if (pair === undefined) return refused('EQuery:Unknown asset pair');
  const market = marketOf(turn.state, pair.id);
  const mode = modeRefusal(turn.state.mode, market.status, request);
  if (mode !== undefined) return refused(mode);
  const price = request.price ?? takingPrice(market, request.side);
  const volume = request.flags.includes('viqc')
    ? roundDown(request.volume.div(price), pair.lotDecimals)
    : request.volume;
  const candidate: Candidate = { account, request, pair, market, volume, price };
  const fault = minimumFault(turn, candidate) ?? priceFault(candidate);
  if (fault !== undefined) return refused(fault);
  const order = describe(candidate);
  if (request.validate) return answered({ descr: { order } });
  const late = fundsFault(turn, candidate) ?? engineFault(turn, candidate);
  if (late !== undefined) return refused(late);
  return answered({ descr: { order }, txid: [open(turn, candidate, order)] });
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

function minimumFault(turn: Turn, { request, pair, volume, price }: Candidate): string | undefined {
  const decimals = request.flags.includes('viqc') ? pair.costDecimals : pair.lotDecimals;
  if (!roundDown(request.volume, decimals).eq(request.volume)) {
    return 'EGeneral:Invalid arguments:volume';
  }
  if (volume.lt(pair.orderMin)) {
    return turn.rules.minimumSpelling === 'live'
      ? 'EGeneral:Invalid arguments:volume minimum not met'
      : 'EOrder:Order minimum not met';
  }
  return volume.times(price).lt(pair.costMin) ? 'EOrder:Cost minimum not met' : undefined;
}

function priceFault({ request, pair }: Candidate): string | undefined {
  if (request.price === undefined) return undefined;
  if (!roundDown(request.price, pair.priceDecimals).eq(request.price)) {
    const rule = `price can only be specified up to ${pair.priceDecimals} decimals.`;
    return `EOrder:Invalid price:${pair.altname} ${rule}`;
  }
  const onTick = floorToStep(request.price, pair.tickSize).eq(request.price);
  return onTick ? undefined : 'EOrder:Tick size check failed';
}

function fundsFault(turn: Turn, candidate: Candidate): string | undefined {
  const { account, request, pair, market, volume, price } = candidate;
  if (request.reduceOnly) return 'EOrder:Reduce only:No position exists';
  const buys = request.side === 'buy';
  const takes = request.price === undefined || crosses(market, { side: request.side, price });
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

function open(turn: Turn, { account, request, pair, volume }: Candidate, text: string): string {
  const txid = exchangeId('O', turn.state.counters.ordersPlaced + 1);
  turn.emit({
    kind: 'opened',
    order: {
      txid,
      account,
      pair: pair.id,
      side: request.side,
      type: request.type,
      volume: plain(volume),
      price: plain(request.price ?? decimal('0')),
      flags: request.flags,
      timeInForce: request.timeInForce,
      userref: request.userref,
      clOrdId: request.clOrdId,
      text,
      openedAtMs: turn.nowMs + turn.delays.engineMs,
      expiresAtMs: request.expiresAtMs,
      status: 'open',
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

/** `buy 1.25000000 XBTUSD @ limit 37500.0` */
function describe({ request, pair }: Candidate): string {
  const volume = request.volume.toFixed(pair.lotDecimals);
  const at = request.price === undefined ? '' : ` ${request.price.toFixed(pair.priceDecimals)}`;
  return `${request.side} ${volume} ${pair.altname} @ ${request.type}${at}`;
}
