/**
 * Kraken's public spot endpoints, with parsed results. They need no key, can be asked again at any
 * time, and throw ExchangeError when they are not answered.
 * Source: https://docs.kraken.com/api/docs/rest-api (Market Data)
 */
import * as v from 'valibot';
import type { Decimal } from '../../core/decimal.ts';
import { resultOf } from '../../core/exchange-error.ts';
import type { MarketMode, Pair, Ticker } from '../../core/pair.ts';
import type { Log } from '../../core/ports.ts';
import { readAnswer, type About } from './envelope.ts';
import { bySpelling, readPairs } from './pairs.ts';
import { encodeForm, type Form } from './sign.ts';
import type { Transport } from './transport.ts';
import * as wire from './wire.ts';

/** One candle of OHLC. */
export interface Candle {
  /** When it began. */
  readonly atMs: number;
  readonly open: Decimal;
  readonly high: Decimal;
  readonly low: Decimal;
  readonly close: Decimal;
  /** In base units. */
  readonly volume: Decimal;
}

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
  async tickers(pairs: readonly Pair[]): Promise<ReadonlyMap<string, Ticker>> {
    // Without a pair, Kraken would answer with all of them.
    if (pairs.length === 0) return new Map();
    const result = await this.#get('Ticker', {
      pair: pairs.map(({ altname }) => altname).join(','),
    });
    const find = bySpelling(pairs);
    const tickers = new Map<string, Ticker>();
    for (const [spelling, row] of Object.entries(wire.read(anyRecord, result, 'Ticker'))) {
      const pair = find(spelling);
      if (pair === undefined) continue;
      const { a: ask, b: bid, c: last } = wire.read(wire.ticker, row, `Ticker of ${pair.name}`);
      tickers.set(pair.name, { ask, bid, last });
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
