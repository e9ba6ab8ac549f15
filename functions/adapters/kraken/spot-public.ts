/**
 * Kraken's public spot endpoints, with parsed results. They need no key, can be asked again at any
 * time, and throw ExchangeError when they are not answered.
 * Source: https://docs.kraken.com/api/docs/rest-api (Market Data)
 */
import * as v from 'valibot';
import type { Candle, Quote } from '../../core/alerts/market.ts';
import { resultOf } from '../../core/exchange-error.ts';
import type { Decimal } from '../../core/decimal.ts';
import type { MarketMode, Pair, Ticker } from '../../core/market/pair.ts';
import type { PaperDepth } from '../../core/paper/paper-volume.ts';
import type { Log } from '../../core/ports.ts';
import { readAnswer, type About } from './envelope.ts';
import { bySpelling, readPairs } from './pairs.ts';
import { encodeForm, type Form } from './form.ts';
import type { Transport } from './transport.ts';
import * as wire from './wire.ts';

/** Pairs that one call may name; for more the whole ticker is shorter than its address would be. */
const NAMED_PAIRS_MAX = 100;

const anyRecord = v.record(v.string(), v.unknown());

/** The public side of Kraken spot. */
export class SpotPublic {
  readonly #transport: Transport;
  readonly #log: Log | undefined;

  constructor(transport: Transport, log?: Log) {
    this.#transport = transport;
    this.#log = log;
  }

  /** Kraken's clock in whole seconds since the epoch. */
  async time(): Promise<number> {
    return wire.read(wire.time, await this.#get('Time'), 'Time').unixtime;
  }

  /** Whether the exchange trades. A status that is not documented is an error, not a guess. */
  async systemStatus(): Promise<MarketMode> {
    const result = await this.#get('SystemStatus');
    return wire.read(wire.systemStatus, result, 'SystemStatus').status;
  }

  /** The table of pairs, from AssetPairs and Assets. */
  async pairs(): Promise<readonly Pair[]> {
    const [pairs, assets] = await Promise.all([
      this.#get('AssetPairs', {}, 'plain'),
      this.#get('Assets', {}, 'plain'),
    ]);
    return readPairs(
      wire.read(anyRecord, pairs, 'AssetPairs'),
      wire.read(anyRecord, assets, 'Assets'),
    );
  }

  /** Tickers by canonical name, in one call. A pair that Kraken leaves out is left out here. */
  tickers(pairs: readonly Pair[]): Promise<ReadonlyMap<string, Ticker>> {
    return this.#ticker(pairs, ({ a: ask, b: bid, c: last }) => ({ ask, bid, last }), wire.ticker);
  }

  /** Tickers with the figures of the day, in one call. A pair that Kraken leaves out is left out. */
  quotes(pairs: readonly Pair[]): Promise<ReadonlyMap<string, Quote>> {
    return this.#ticker(pairs, (row) => row, wire.quote);
  }

  async #ticker<Row, T>(
    pairs: readonly Pair[],
    made: (row: Row) => T,
    schema: v.GenericSchema<unknown, Row>,
  ): Promise<ReadonlyMap<string, T>> {
    if (pairs.length === 0) return new Map();
    // Without a pair, Kraken answers with all of them.
    const named = pairs.map(({ altname }) => altname).join(',');
    const all = pairs.length > NAMED_PAIRS_MAX;
    const result = await this.#get('Ticker', all ? {} : { pair: named });
    const find = bySpelling(pairs);
    const tickers = new Map<string, T>();
    for (const [spelling, row] of Object.entries(wire.read(anyRecord, result, 'Ticker'))) {
      const pair = find(spelling);
      if (pair === undefined) continue;
      tickers.set(pair.name, made(wire.read(schema, row, `Ticker of ${pair.name}`)));
    }
    return tickers;
  }

  /**
   * The newest candles of a pair, oldest first, at most 720; the last one is still running.
   * Minutes: 1, 5, 15, 30, 60, 240, 1440, 10080 or 21600.
   */
  async candles(pair: Pair, minutes: number): Promise<readonly Candle[]> {
    const result = await this.#get('OHLC', { pair: pair.altname, interval: String(minutes) });
    const find = bySpelling([pair]);
    const entries = Object.entries(wire.read(anyRecord, result, 'OHLC'));
    const rows = entries.find(([spelling]) => find(spelling) !== undefined)?.[1];
    return wire.read(v.array(wire.candle), rows, `OHLC of ${pair.name}`);
  }

  /** The order book of a pair, best first, at most so many levels of each side; Kraken tells 500. */
  async depth(pair: Pair, levels: number): Promise<PaperDepth> {
    const result = await this.#get('Depth', { pair: pair.altname, count: String(levels) });
    const find = bySpelling([pair]);
    const entries = Object.entries(wire.read(anyRecord, result, 'Depth'));
    const row = entries.find(([spelling]) => find(spelling) !== undefined)?.[1];
    return wire.read(wire.depth, row, `Depth of ${pair.name}`);
  }

  /** Fees of the first tier, of which AssetPairs lists the volume and the percentage. */
  async fees(pair: Pair): Promise<{ readonly taker: Decimal; readonly maker: Decimal }> {
    const result = await this.#get('AssetPairs', { pair: pair.altname, info: 'fees' });
    const find = bySpelling([pair]);
    const entries = Object.entries(wire.read(anyRecord, result, 'AssetPairs'));
    const row = entries.find(([spelling]) => find(spelling) !== undefined)?.[1];
    const { fees, fees_maker: makers } = wire.read(wire.pairFees, row, `fees of ${pair.name}`);
    // A pair without maker fees of its own has one schedule for both.
    return { taker: fees[0][1], maker: makers?.[0]?.[1] ?? fees[0][1] };
  }

  async #get(name: string, query: Form = {}, numbers: About['numbers'] = 'exact') {
    const search = encodeForm(query);
    const path = `/0/public/${name}`;
    const reply = await this.#transport.send({
      method: 'GET',
      path: search === '' ? path : `${path}?${search}`,
    });
    return resultOf(readAnswer(reply, { path, log: this.#log, numbers }), name);
  }
}
