/**
 * Draws the picture of a message, once for all channels. A picture is worth having and never worth
 * waiting for: without prices, or when drawing fails, the message goes without.
 */
import type { PriceFeed } from '../alerts/market.ts';
import type { ChartRequest, Notice } from '../notices/notice.ts';
import { pairTable } from '../market/pair-table.ts';
import type { Clock, Log } from '../ports.ts';
import { assert } from '../result.ts';
import { candleMinutes } from './chart-window.ts';
import type { ChartPainter } from './ports.ts';

interface PictureDeps {
  readonly clock: Clock;
  readonly log: Log;
  readonly feed: Pick<PriceFeed, 'pairs' | 'candles'>;
  readonly painter: ChartPainter;
}

/** Pictures in one run: Kraken answers about one public question a second. */
const PICTURES_MAX = 12;

/** After so many failures in a run the others would fail as well, and each would cost seconds. */
const FAILURES_MAX = 2;

/** The pictures of one run. */
export class Pictures {
  readonly #deps: PictureDeps;
  readonly #untilMs: number;
  readonly #drawn = new Map<string, Promise<Uint8Array | undefined>>();
  #failures = 0;

  /** Begins no picture after `untilMs`. */
  constructor(deps: PictureDeps, untilMs: number) {
    this.#deps = deps;
    this.#untilMs = untilMs;
  }

  /** The picture of the first notice that has a chart; undefined when there is none. Never throws. */
  async of(notices: readonly Notice[]): Promise<Uint8Array | undefined> {
    const pictured = notices.find(({ chart }) => chart !== undefined);
    if (pictured?.chart === undefined) return undefined;
    const drawn = this.#drawn.get(pictured.id);
    if (drawn !== undefined) return drawn;
    const isTooMuch = this.#drawn.size >= PICTURES_MAX || this.#failures >= FAILURES_MAX;
    if (isTooMuch || this.#deps.clock.nowMs() >= this.#untilMs) return undefined;
    const drawing = this.#draw(pictured.chart);
    this.#drawn.set(pictured.id, drawing);
    return drawing;
  }

  async #draw(request: ChartRequest): Promise<Uint8Array | undefined> {
    const { clock, log, feed, painter } = this.#deps;
    try {
      const pair = pairTable(await feed.pairs()).byName(request.pair);
      assert(pair !== undefined, `the exchange lists ${request.pair}`);
      const minutes = candleMinutes(request.atMs, clock.nowMs());
      return await painter.paint(request, await feed.candles(pair, minutes));
    } catch (error) {
      this.#failures += 1;
      log.warn('no-picture', { pair: request.pair, error: String(error) });
      return undefined;
    }
  }
}
