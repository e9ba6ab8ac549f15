/** The public prices and fees that paper orders are matched with. Needs no key and takes none. */
import type { Candle } from '../../core/alerts/market.ts';
import type { PaperSettings } from '../../core/config.ts';
import { decimal } from '../../core/decimal.ts';
import type { Pair } from '../../core/market/pair.ts';
import type { PaperFees } from '../../core/paper/fill-paper.ts';
import type { PaperDepth } from '../../core/paper/paper-volume.ts';
import type { Clock, Log, MarketData } from '../../core/ports.ts';
import { SpotPublic } from '../kraken/spot-public.ts';
import { Transport } from '../kraken/transport.ts';

/** What is asked publicly. Everything throws ExchangeError. */
export interface PaperPrices {
  readonly market: MarketData;
  /** Percent of the first tier, which an account has that traded nothing in the last 30 days. */
  fees(pair: Pair): Promise<PaperFees>;
  /** The order book of now. */
  depth(pair: Pair): Promise<PaperDepth>;
  /** The newest candles, oldest first; the last one may still run. */
  candles(pair: Pair, minutes: number): Promise<readonly Candle[]>;
}

/** Levels of each side of an order book; as many as Kraken tells. */
const LEVELS = 500;

/** Fees change seldom. */
const FEES_FOR_MS = 24 * 3_600_000;

/** Kraken's public prices, beside market data that are there already. */
export function krakenPaperPrices(options: {
  readonly url: string;
  readonly market: MarketData;
  readonly clock: Clock;
  readonly log?: Log;
}): PaperPrices & { close(): void } {
  const { url, market, clock, log } = options;
  const transport = new Transport({ url, nowMs: () => clock.nowMs() });
  const spot = new SpotPublic(transport, log);
  const known = new Map<string, { readonly fees: PaperFees; readonly untilMs: number }>();
  return {
    market,
    async fees(pair) {
      const kept = known.get(pair.name);
      if (kept !== undefined && kept.untilMs > clock.nowMs()) return kept.fees;
      const fees = await spot.fees(pair);
      known.set(pair.name, { fees, untilMs: clock.nowMs() + FEES_FOR_MS });
      return fees;
    },
    depth: (pair) => spot.depth(pair, LEVELS),
    candles: (pair, minutes) => spot.candles(pair, minutes),
    close: () => transport.close(),
  };
}

/** The prices with the fees of an account's own settings, in percent; the others are Kraken's. */
export function withFees(
  prices: PaperPrices,
  { taker, maker }: NonNullable<PaperSettings['fees']> = {},
): PaperPrices {
  const own = {
    ...(taker === undefined ? {} : { taker: decimal(taker) }),
    ...(maker === undefined ? {} : { maker: decimal(maker) }),
  };
  return { ...prices, fees: async (pair) => ({ ...(await prices.fees(pair)), ...own }) };
}
