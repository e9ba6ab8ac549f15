/** What Kraken says publicly, as the use cases need it. */
import type { Clock, Log, MarketData } from '../../core/ports.ts';
import type { Pair } from '../../core/market/pair.ts';
import { SpotPublic } from './spot-public.ts';
import { Transport } from './transport.ts';

/**
 * How long the table of pairs is good for. Names and decimals change seldom, but it holds each
 * pair's trading status too, and a status that is over must not refuse orders for long.
 */
export const PAIRS_FOR_MS = 10 * 60_000;

/** What market data need. */
export interface MarketDataOptions {
  /** `https://api.kraken.com` */
  readonly url: string;
  readonly clock: Clock;
  readonly log?: Log;
  /** Connections to share with others that reach the same address; absent: its own. */
  readonly transport?: Transport;
}

/**
 * Kraken's public spot data. The table of pairs is kept for PAIRS_FOR_MS and asked for once, however
 * many want it together; a failure is not kept. Everything throws ExchangeError. `close` ends the
 * connections that are kept, unless they are shared.
 */
export function krakenMarketData(options: MarketDataOptions): MarketData & { close(): void } {
  const { url, clock, log } = options;
  const transport = options.transport ?? new Transport({ url, nowMs: () => clock.nowMs() });
  const spot = new SpotPublic(transport, log);
  let table: { readonly pairs: Promise<readonly Pair[]>; readonly atMs: number } | undefined;

  async function pairs(): Promise<readonly Pair[]> {
    const nowMs = clock.nowMs();
    if (table === undefined || nowMs - table.atMs >= PAIRS_FOR_MS) {
      const asked = { pairs: spot.pairs(), atMs: nowMs };
      table = asked;
      asked.pairs.catch(() => {
        if (table === asked) table = undefined;
      });
    }
    return table.pairs;
  }

  /**
   * The least skew that the answer allows: Kraken tells whole seconds, and when between question
   * and answer it read its clock is not known. A slow answer alone is no skew.
   */
  async function skewMs(): Promise<number> {
    const askedMs = clock.nowMs();
    const toldMs = (await spot.time()) * 1_000;
    const least = toldMs - clock.nowMs();
    const most = toldMs + 999 - askedMs;
    if (least > 0) return least;
    return most < 0 ? most : 0;
  }

  return {
    pairs,
    tickers: (wanted) => spot.tickers(wanted),
    mode: () => spot.systemStatus(),
    skewMs,
    close: () => {
      if (options.transport === undefined) transport.close();
    },
  };
}
