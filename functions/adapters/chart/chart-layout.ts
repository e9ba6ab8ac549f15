/**
 * Where everything of a chart is, in pixels: decided here, only drawn elsewhere. Lines far away
 * from the candles become an arrow at the edge instead of flattening the candles.
 */
import type { Candle } from '../../core/alerts/market.ts';
import { plain } from '../../core/decimal.ts';
import type { ChartRequest } from '../../core/notices/notice.ts';
import { chartWindow } from '../../core/notifications/chart-window.ts';
import { isZone } from '../../core/zone.ts';
import { chartHeader, type HeaderText } from './chart-header.ts';
import { COLOURS, PLOT, ROLES, WIDTH } from './chart-style.ts';
import type { FontMetrics } from './font-metrics.ts';
import { priceScale, type PriceScale, type PriceTick } from './price-scale.ts';
import { drawnPrice, priceTags, tagsWidth, type PriceTag, type TaggedPrice } from './price-tags.ts';
import { clockText, timeTicks, type TimeTick } from './time-scale.ts';

/** A candle in the numbers of the axes. */
export interface DrawnCandle {
  /** The middle of its time. */
  readonly atMs: number;
  readonly open: number;
  readonly close: number;
  readonly low: number;
  readonly high: number;
}

/** The whole picture. */
export interface ChartLayout {
  readonly header: readonly HeaderText[];
  readonly candles: readonly DrawnCandle[];
  /** Width of a candle's body. */
  readonly bodyWidth: number;
  /** Right edge of the candles, where the tags begin. */
  readonly right: number;
  readonly time: { readonly fromMs: number; readonly toMs: number };
  readonly timeTicks: readonly TimeTick[];
  readonly scale: PriceScale;
  /** Prices written on the axis: those that no tag covers. */
  readonly priceTicks: readonly PriceTick[];
  readonly tags: readonly PriceTag[];
  readonly moment: Moment;
}

/** What the chart is about. */
export interface Moment {
  readonly x: number;
  /** Height of its price; undefined when there is none in the picture. */
  readonly y: number | undefined;
  readonly text: string;
  /** Middle of the box with its time, which stays below the candles. */
  readonly boxX: number;
}

/** Room around the time that is written below the moment. */
export const MOMENT_WIDTH = 104;

/** A body's part of its candle's time. */
const BODY_PART = 0.64;
const BODY_MAX = 40;

/** Room that half a time on the axis needs at the left edge. */
const TICK_ROOM = 70;

/** Half the height of a price on the axis. */
const TEXT_HALF = 16;

/** Length of the one candle of a chart, whose length nobody can tell. */
const LONE_MINUTES = 5;

/** Decides the picture. Throws when no candle lies near the moment, or a price is no decimal. */
export function chartLayout(
  request: ChartRequest,
  given: readonly Candle[],
  metrics: FontMetrics,
): ChartLayout {
  const zone = isZone(request.zone) ? request.zone : 'UTC';
  const { fromMs, toMs, minutes, candles } = chartWindow(request.atMs, given);
  const scale = scaleOf(request, candles);
  const y = heightIn(scale);
  const prices = taggedPrices(request, candles);
  const right = WIDTH - tagsWidth(prices, scale.ticks, metrics);
  const tags = priceTags(prices, scale, y);
  const x = (atMs: number): number =>
    PLOT.left + ((atMs - fromMs) / (toMs - fromMs)) * (right - PLOT.left);
  const moment = momentOf(request, { ...{ scale, right, y, zone }, x: x(request.atMs) });
  const isFree = (tickX: number): boolean =>
    Math.abs(tickX - moment.boxX) > MOMENT_WIDTH &&
    tickX > TICK_ROOM &&
    tickX < right - TICK_ROOM / 2;
  const lengthMs = (minutes ?? LONE_MINUTES) * 60_000;
  return {
    header: chartHeader({ ...request, fromMs, zone, minutes }, metrics),
    candles: candles.map((candle) => drawnCandle(candle, lengthMs)),
    bodyWidth: Math.min(BODY_MAX, Math.max(1, (x(lengthMs) - x(0)) * BODY_PART)),
    ...{ right, time: { fromMs, toMs }, scale, tags, moment },
    timeTicks: timeTicks({ fromMs, toMs, zone, isFree: (atMs) => isFree(x(atMs)) }),
    priceTicks: scale.ticks.filter(({ value }) =>
      tags.every(({ middle, height }) => Math.abs(middle - y(value)) > height / 2 + TEXT_HALF),
    ),
  };
}

/** A candle as numbers, which become heights: for drawing alone. */
function drawnCandle({ atMs, open, close, low, high }: Candle, lengthMs: number): DrawnCandle {
  const number = (price: Candle['open']): number => drawnPrice(plain(price));
  return {
    atMs: atMs + lengthMs / 2,
    ...{ open: number(open), close: number(close), low: number(low), high: number(high) },
  };
}

function scaleOf({ price, levels }: ChartRequest, candles: readonly Candle[]): PriceScale {
  const drawn = candles.map((candle) => drawnCandle(candle, 0));
  const ends = {
    low: Math.min(...drawn.map(({ low }) => low)),
    high: Math.max(...drawn.map(({ high }) => high)),
  };
  const named = levels.map((level) => level.price);
  return priceScale(ends, [...(price === undefined ? [] : [price]), ...named].map(drawnPrice));
}

function heightIn({ min, max }: PriceScale): (price: number) => number {
  return (price) => PLOT.bottom - ((price - min) / (max - min)) * (PLOT.bottom - PLOT.top);
}

/** The levels, and the newest price with as many decimals as the candles have. */
function taggedPrices({ levels }: ChartRequest, candles: readonly Candle[]): TaggedPrice[] {
  const closes = candles.map(({ close }) => close);
  const decimals = Math.max(...closes.map((close) => plain(close).split('.')[1]?.length ?? 0));
  const last = closes.at(-1)?.toFixed(decimals);
  const named = levels.map(({ price, label, role }) => ({ price, label, ...ROLES[role] }));
  const newest = { label: 'last', colour: COLOURS.last, dash: [2, 6] };
  return last === undefined ? named : [{ ...newest, price: last }, ...named];
}

function momentOf(
  { atMs, price }: ChartRequest,
  place: Pick<ChartLayout, 'scale' | 'right'> & {
    readonly x: number;
    readonly y: (price: number) => number;
    readonly zone: string;
  },
): Moment {
  const { scale, right, x, y, zone } = place;
  const boxX = Math.min(right - MOMENT_WIDTH / 2, Math.max(PLOT.left + MOMENT_WIDTH / 2, x));
  const value = price === undefined ? Number.NaN : drawnPrice(price);
  const isInside = value >= scale.min && value <= scale.max;
  return { x, y: isInside ? y(value) : undefined, text: clockText(atMs, zone), boxX };
}
