/**
 * OpenPositions and TradeBalance. A lot shows its opening cost and fee whole, and the margin of what
 * is still open of it, as recorded answers do.
 *
 * Sources: https://docs.kraken.com/api/docs/rest-api/get-open-positions and
 * https://docs.kraken.com/api/docs/rest-api/get-trade-balance
 */
import { decimal, HUNDRED, ZERO, type Decimal } from '../../../functions/core/decimal.ts';
import { assert } from '../../../functions/core/result.ts';
import { answered, refused, type Answer } from './answer.ts';
import type { Params } from './body.ts';
import { marketOf, orderOf } from './events.ts';
import { dollarPrice, marginSummary } from './margin.ts';
import { findAsset, listedPair } from './names.ts';
import { marginOf, openLots, restOf, unrealised } from './positions.ts';
import type { KeyRecord, PositionRecord } from './state.ts';
import type { Turn } from './turn.ts';
import { seconds, signed } from './wire.ts';

const ROLLOVER_MS = 4 * 3_600_000;

/** OpenPositions: lots by id, or with `consolidation=market` a list of their sums by pair and side. */
export function openPositions(turn: Turn, { account }: KeyRecord, params: Params): Answer {
  const asked = (params.get('txid') ?? '').split(',').filter((id) => id !== '');
  const withValue = ['true', '1'].includes(params.get('docalcs') ?? '');
  const consolidation = params.get('consolidation') ?? '';
  if (!['', 'market'].includes(consolidation)) {
    return refused('EGeneral:Invalid arguments:consolidation');
  }
  const lots = openLots(turn.state, { account })
    .filter(({ id }) => asked.length === 0 || asked.includes(id))
    .filter(({ openedAtMs }) => openedAtMs + turn.delays.readLagMs <= turn.nowMs);
  if (consolidation === '') {
    return answered(Object.fromEntries(lots.map((lot) => [lot.id, entry(turn, lot, withValue)])));
  }
  const markets = new Map<string, PositionRecord[]>();
  for (const lot of lots) {
    const name = `${lot.pair} ${lot.side}`;
    markets.set(name, [...(markets.get(name) ?? []), lot]);
  }
  return answered([...markets.values()].map((of) => consolidated(turn, of, withValue)));
}

function entry(turn: Turn, lot: PositionRecord, withValue: boolean): Record<string, unknown> {
  const pair = listedPair(lot.pair);
  const { nowMs } = turn;
  const periods = Math.floor((nowMs - lot.openedAtMs) / ROLLOVER_MS) + 1;
  return {
    ordertxid: lot.txid,
    posstatus: 'open',
    pair: pair.id,
    time: seconds(lot.openedAtMs),
    type: lot.side,
    ordertype: lot.type,
    ...sums(turn, [lot], withValue),
    terms: '0.0000% per 4 hours',
    rollovertm: String(Math.floor((lot.openedAtMs + periods * ROLLOVER_MS) / 1000)),
    misc: '',
    oflags: orderOf(turn.state, lot.txid).flags.join(','),
  };
}

function consolidated(
  turn: Turn,
  lots: readonly PositionRecord[],
  withValue: boolean,
): Record<string, unknown> {
  const [first] = lots;
  assert(first !== undefined, 'a market has a lot');
  const isOne = lots.every(({ leverage }) => leverage === first.leverage);
  return {
    pair: listedPair(first.pair).id,
    positions: String(lots.length),
    type: first.side,
    leverage: isOne ? decimal(first.leverage).toFixed(2) : 'n/a',
    ...sums(turn, lots, withValue),
  };
}

function sums(
  turn: Turn,
  lots: readonly PositionRecord[],
  withValue: boolean,
): Record<string, unknown> {
  const [first] = lots;
  assert(first !== undefined, 'there is a lot to sum up');
  const pair = listedPair(first.pair);
  const last = decimal(marketOf(turn.state, pair.id).last);
  const sum = (of: (lot: PositionRecord) => Decimal): Decimal =>
    lots.reduce((whole, lot) => whole.plus(of(lot)), ZERO);
  const money = (amount: Decimal): string => amount.toFixed(pair.costDecimals);
  const calculated = {
    value: money(sum((lot) => restOf(lot).times(last))),
    net: signed(
      sum((lot) => unrealised(lot, last)),
      pair.costDecimals,
    ),
  };
  return {
    cost: money(sum(({ cost }) => decimal(cost))),
    fee: money(sum(({ fee }) => decimal(fee))),
    vol: sum(({ volume }) => decimal(volume)).toFixed(pair.lotDecimals),
    vol_closed: sum(({ closedVolume }) => decimal(closedVolume)).toFixed(pair.lotDecimals),
    margin: money(sum(marginOf)),
    ...(withValue ? calculated : {}),
  };
}

/** TradeBalance: amounts of an asset, US dollars unless it is named. */
export function tradeBalance(turn: Turn, { account }: KeyRecord, params: Params): Answer {
  const asked = params.get('asset') ?? '';
  const asset = findAsset(asked === '' ? 'ZUSD' : asked);
  if (asset === undefined) return refused('EQuery:Unknown asset');
  const of = marginSummary(turn.state, account);
  const rate = dollarPrice(turn.state, asset.id);
  const amount = (dollars: Decimal): string => dollars.div(rate).toFixed(asset.decimals);
  return answered({
    eb: amount(of.balances),
    tb: amount(of.collateral),
    m: amount(of.used),
    uv: amount(ZERO),
    n: amount(of.net),
    c: amount(of.cost),
    v: amount(of.value),
    e: amount(of.equity),
    mf: amount(of.free),
    ...(of.used.gt('0') ? { ml: of.equity.times(HUNDRED).div(of.used).toFixed(2) } : {}),
  });
}
