/** Draws a layout as SVG with ECharts: axes and candles are its own, lines and tags are shapes. */
import { CandlestickChart, type CandlestickSeriesOption } from 'echarts/charts';
import {
  GraphicComponent,
  GridComponent,
  type GraphicComponentOption,
  type GridComponentOption,
} from 'echarts/components';
import { init, use, type ComposeOption } from 'echarts/core';
import { SVGRenderer } from 'echarts/renderers';
import type { Candle } from '../../core/alerts/market.ts';
import type { ChartRequest } from '../../core/notices/notice.ts';
import { chartLayout, type ChartLayout } from './chart-layout.ts';
import { chartShapes } from './chart-shapes.ts';
import { COLOURS, FONT_FAMILY, HEIGHT, PLOT, SIZES, TAG_PADDING, WIDTH } from './chart-style.ts';
import type { FontMetrics } from './font-metrics.ts';
import { TAG_GAP } from './price-tags.ts';

use([CandlestickChart, GridComponent, GraphicComponent, SVGRenderer]);

type Option = ComposeOption<CandlestickSeriesOption | GridComponentOption | GraphicComponentOption>;

/** The chart as SVG of 1200 by 675 pixels. Throws when no candle lies near the moment. */
export function chartSvg(
  request: ChartRequest,
  candles: readonly Candle[],
  metrics: FontMetrics,
): string {
  const layout = chartLayout(request, candles, metrics);
  const chart = init(null, null, { renderer: 'svg', ssr: true, width: WIDTH, height: HEIGHT });
  try {
    chart.setOption(optionOf(layout));
    return chart.renderToSVGString();
  } finally {
    // Without it a timer keeps the process alive.
    chart.dispose();
  }
}

function optionOf(layout: ChartLayout): Option {
  return {
    animation: false,
    backgroundColor: COLOURS.background,
    textStyle: { fontFamily: FONT_FAMILY },
    grid: {
      ...{ left: PLOT.left, top: PLOT.top, right: WIDTH - layout.right },
      ...{ bottom: HEIGHT - PLOT.bottom, outerBoundsMode: 'none' },
    },
    xAxis: timeAxis(layout),
    yAxis: priceAxis(layout),
    series: [candleSeries(layout)],
    graphic: { elements: chartShapes(layout) },
  };
}

function timeAxis({ time, timeTicks }: ChartLayout): NonNullable<Option['xAxis']> {
  const texts = new Map(timeTicks.map(({ atMs, text, below }) => [atMs, [text, below]]));
  const moments = [...texts.keys()];
  return {
    ...{ type: 'value', min: time.fromMs, max: time.toMs, silent: true, containShape: false },
    axisLine: { lineStyle: { color: COLOURS.quiet, width: 2 } },
    axisTick: { customValues: moments, length: 8, lineStyle: { color: COLOURS.quiet, width: 2 } },
    axisLabel: {
      ...{ customValues: moments, hideOverlap: false, margin: 14 },
      ...{ fontSize: SIZES.axis, lineHeight: SIZES.axis + 2, color: COLOURS.text },
      formatter: (atMs: number) =>
        (texts.get(atMs) ?? []).filter((line) => line !== undefined).join('\n'),
    },
    splitLine: { show: true, lineStyle: { color: COLOURS.grid, width: 2 } },
  };
}

function priceAxis({ scale, priceTicks }: ChartLayout): NonNullable<Option['yAxis']> {
  const texts = new Map(priceTicks.map(({ value, text }) => [value, text]));
  return {
    ...{ type: 'value', position: 'right', min: scale.min, max: scale.max, silent: true },
    axisLine: { show: false },
    // The lines of the grid are drawn at the ticks.
    axisTick: { show: false, customValues: scale.ticks.map(({ value }) => value) },
    axisLabel: {
      ...{ customValues: [...texts.keys()], hideOverlap: false, margin: TAG_GAP + TAG_PADDING },
      ...{ fontSize: SIZES.axis, color: COLOURS.quiet },
      formatter: (price: number) => texts.get(price) ?? '',
    },
    splitLine: { show: true, lineStyle: { color: COLOURS.grid, width: 2 } },
  };
}

function candleSeries({ candles, bodyWidth }: ChartLayout): CandlestickSeriesOption {
  return {
    type: 'candlestick',
    ...{
      silent: true,
      clip: true,
      barWidth: bodyWidth,
      dimensions: ['at', 'open', 'close', 'low', 'high'],
    },
    encode: { x: 'at', y: ['open', 'close', 'low', 'high'] },
    data: candles.map(({ atMs, open, close, low, high }) => [atMs, open, close, low, high]),
    itemStyle: {
      ...{ color: COLOURS.background, borderColor: COLOURS.rising },
      ...{ color0: COLOURS.falling, borderColor0: COLOURS.falling },
      borderWidth: bodyWidth > 6 ? 3 : 1.5,
    },
  };
}
