/** The public endpoints. Source: https://docs.kraken.com/api/docs/rest-api/get-server-time and its neighbours. */
import { decimal } from '../../../functions/core/decimal.ts';
import { answered, refused, type Answer } from './answer.ts';
import { INTERVALS_MIN, ohlcRows } from './candles.ts';
import { ASSETS } from './catalogue.ts';
import type { Params } from './body.ts';
import { marketOf } from './events.ts';
import { answerKey, findAsset, findPair, pairsAsked } from './names.ts';
import type { Turn } from './turn.ts';
import { pairEntry, tickerEntry } from './wire.ts';

/** Answers one public endpoint. */
export type PublicCall = (turn: Turn, params: Params) => Answer;

const UNKNOWN_PAIR = 'EQuery:Unknown asset pair';
const MAX_DEPTH = 500;
const MAX_TRADES = 1_000;

/** Which fields AssetPairs shows for `info`; absent: all. */
const PAIR_INFO: Readonly<Record<string, readonly string[]>> = {
  leverage: ['leverage_buy', 'leverage_sell'],
  fees: ['fees', 'fees_maker', 'fee_volume_currency'],
  margin: ['margin_call', 'margin_stop'],
};

/** The public endpoints by name. */
export const PUBLIC_CALLS: Readonly<Record<string, PublicCall>> = {
  Time: (turn) =>
    answered({
      unixtime: Math.floor(turn.nowMs / 1000),
      rfc1123: new Date(turn.nowMs).toUTCString(),
    }),
  SystemStatus: (turn) =>
    answered({ status: turn.state.mode, timestamp: rfc3339Seconds(turn.nowMs) }),
  Assets: (_turn, params) => assets(params),
  AssetPairs: assetPairs,
  Ticker: ticker,
  OHLC: ohlc,
  Depth: depth,
  Trades: publicTrades,
};

function rfc3339Seconds(atMs: number): string {
  return `${new Date(atMs).toISOString().slice(0, 19)}Z`;
}

function assets(params: Params): Answer {
  const asked = params.get('asset');
  const rows = asked === undefined || asked === '' ? [...ASSETS.keys()] : asked.split(',');
  const result: Record<string, unknown> = {};
  for (const name of rows) {
    const asset = findAsset(name.trim());
    if (asset === undefined) return refused('EQuery:Unknown asset');
    result[asset.id] = {
      aclass: 'currency',
      altname: asset.altname,
      decimals: asset.decimals,
      display_decimals: asset.displayDecimals,
      collateral_value: asset.collateralValue,
      status: 'enabled',
    };
  }
  return answered(result);
}

function assetPairs(turn: Turn, params: Params): Answer {
  const asked = pairsAsked(params.get('pair'));
  if (asked === undefined) return refused(UNKNOWN_PAIR);
  const info = params.get('info') ?? 'info';
  const fields = PAIR_INFO[info];
  if (fields === undefined && info !== 'info') return refused('EGeneral:Invalid arguments:info');
  const result: Record<string, unknown> = {};
  for (const [key, pair] of asked) {
    const entry = Object.entries(pairEntry(pair, marketOf(turn.state, pair.id)));
    const shown = entry.filter(([name]) => fields === undefined || fields.includes(name));
    result[key] = Object.fromEntries(shown);
  }
  return answered(result);
}

function ticker(turn: Turn, params: Params): Answer {
  const asked = pairsAsked(params.get('pair'));
  if (asked === undefined) return refused(UNKNOWN_PAIR);
  const result: Record<string, unknown> = {};
  for (const [key, pair] of asked) {
    result[key] = tickerEntry(pair, marketOf(turn.state, pair.id), turn.nowMs);
  }
  return answered(result);
}

function ohlc(turn: Turn, params: Params): Answer {
  const name = params.get('pair') ?? '';
  const pair = findPair(name);
  if (pair === undefined) return refused(UNKNOWN_PAIR);
  const intervalMin = Number(params.get('interval') ?? '1');
  if (!INTERVALS_MIN.includes(intervalMin)) return refused('EGeneral:Invalid arguments:interval');
  const since = Number(params.get('since') ?? '0');
  if (!Number.isFinite(since)) return refused('EGeneral:Invalid arguments:since');
  const all = ohlcRows(pair, marketOf(turn.state, pair.id), { intervalMin, nowMs: turn.nowMs });
  // The last row still runs; `last` names the newest one that is complete.
  const last = all.at(-2)?.[0] ?? all.at(-1)?.[0] ?? 0;
  const rows = all.filter(([time]) => time > since);
  return answered({ [answerKey(pair, name)]: rows, last });
}

/** A made-up book around the quote: each level one tick further away and a little deeper. */
function depth(turn: Turn, params: Params): Answer {
  const name = params.get('pair') ?? '';
  const pair = findPair(name);
  if (pair === undefined) return refused(UNKNOWN_PAIR);
  const count = Number(params.get('count') ?? '100');
  if (!Number.isInteger(count) || count < 1 || count > MAX_DEPTH) {
    return refused('EGeneral:Invalid arguments:count');
  }
  const market = marketOf(turn.state, pair.id);
  const side = (best: string, there: string | null, step: '1' | '-1'): unknown[] => {
    const levels: unknown[] = [];
    for (let level = 0; level < count; level++) {
      const price = decimal(best).plus(pair.tickSize.times(step).times(String(level)));
      if (price.lte('0')) break;
      const volume = level === 0 && there !== null ? decimal(there) : decimal(String(level + 1));
      const atS = Math.floor(turn.nowMs / 1000);
      levels.push([price.toFixed(pair.wireDecimals), volume.toFixed(3), atS]);
    }
    return levels;
  };
  return answered({
    [answerKey(pair, name)]: {
      asks: side(market.ask, market.liquidity.ask, '1'),
      bids: side(market.bid, market.liquidity.bid, '-1'),
    },
  });
}

function publicTrades(turn: Turn, params: Params): Answer {
  const name = params.get('pair') ?? '';
  const pair = findPair(name);
  if (pair === undefined) return refused(UNKNOWN_PAIR);
  const since = /^\d{1,20}$/.test(params.get('since') ?? '0') ? (params.get('since') ?? '0') : '';
  const count = Number(params.get('count') ?? MAX_TRADES);
  if (since === '') return refused('EGeneral:Invalid arguments:since');
  if (!Number.isInteger(count) || count < 1 || count > MAX_TRADES) {
    return refused('EGeneral:Invalid arguments:count');
  }
  const found = marketOf(turn.state, pair.id).trades.filter(
    (trade) => BigInt(trade.atMs) * 1_000_000n > BigInt(since),
  );
  const rows = since === '0' ? found.slice(-count) : found.slice(0, count);
  const last = rows.at(-1)?.atMs;
  return answered({
    [answerKey(pair, name)]: rows.map((trade) => [
      decimal(trade.price).toFixed(pair.wireDecimals),
      decimal(trade.volume).toFixed(pair.lotDecimals),
      trade.atMs / 1000,
      trade.side,
      'm',
      '',
      trade.number,
    ]),
    last: last === undefined ? since : (BigInt(last) * 1_000_000n).toString(),
  });
}
