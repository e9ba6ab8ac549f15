/** The shapes of a chart beside axes and candles: header, lines with their tags, and the moment. */
import type { ChartLayout, Moment } from './chart-layout.ts';
import { MOMENT_WIDTH } from './chart-layout.ts';
import { COLOURS, FONT_FAMILY, PLOT, SIZES, TAG_PADDING, WIDTH } from './chart-style.ts';
import type { HeaderText } from './chart-header.ts';
import { TAG_GAP, type PriceTag } from './price-tags.ts';

type Point = [number, number];
type Style = Readonly<Record<string, unknown>>;

/** A shape as ECharts takes it. Source: https://echarts.apache.org/option.html#graphic */
type Shape =
  | { type: 'text'; style: { text: string; x: number; y: number } & Style; z: number }
  | {
      type: 'rect';
      shape: { x: number; y: number; width: number; height: number; r: number };
      style: Style;
      z: number;
    }
  | { type: 'polyline'; shape: { points: Point[] }; style: Style; z: number }
  | { type: 'circle'; shape: { cx: number; cy: number; r: number }; style: Style; z: number };

/** Layers above the candles, which are at 2. */
const LINE = 4;
const MARK = 5;
const TAG = 6;
const TEXT = 7;

const HEADER_BASE = 62;
const MOMENT_HEIGHT = 42;

/** All shapes of a chart. */
export function chartShapes({ header, tags, moment, right }: ChartLayout): Shape[] {
  return [
    ...header.map(headerShape),
    ...tags.flatMap((tag) => tagShapes(tag, right)),
    ...momentShapes(moment),
  ];
}

function headerShape({ text, x, align, size, isBold, colour }: HeaderText): Shape {
  const place = { text, x, y: HEADER_BASE, align, verticalAlign: 'bottom' };
  return textShape(place, { size, colour, isBold });
}

function tagShapes(tag: PriceTag, right: number): Shape[] {
  const { line, middle, height, isTall, colour, dash, label, price } = tag;
  const left = right + TAG_GAP;
  const width = WIDTH - TAG_PADDING - left;
  const style = { stroke: colour, lineWidth: 3, fill: 'none' };
  const lines: Shape[] = [];
  if (line !== undefined) {
    const points: Point[] = [
      [PLOT.left, line],
      [right, line],
    ];
    lines.push({
      type: 'polyline',
      shape: { points },
      style: { ...style, lineDash: [...dash] },
      z: LINE,
    });
    const link: Point[] = [
      [right, line],
      [left, middle],
    ];
    lines.push({ type: 'polyline', shape: { points: link }, style, z: LINE });
  }
  const box = { x: left, y: middle - height / 2, width, height, r: 8 };
  const x = left + TAG_PADDING;
  const [labelY, priceY] = isTall ? [middle - 17, middle + 14] : [middle, middle];
  const white = { colour: COLOURS.background };
  return [
    ...lines,
    { type: 'rect', shape: box, style: { fill: colour }, z: TAG },
    ...(isTall
      ? [textShape({ text: label, x, y: labelY }, { ...white, size: SIZES.tagRole })]
      : []),
    textShape({ text: price, x, y: priceY }, { ...white, size: SIZES.tagPrice, isBold: true }),
  ];
}

/** A line through the moment, its time below, and a ring around the price at which it happened. */
function momentShapes({ x, y, text, boxX }: Moment): Shape[] {
  const fill = COLOURS.moment;
  const box = { width: MOMENT_WIDTH, height: MOMENT_HEIGHT, r: 8 };
  const top = PLOT.bottom + 6;
  const points: Point[] = [
    [x, PLOT.top],
    [x, top],
  ];
  const dashed = { stroke: fill, lineWidth: 2.5, fill: 'none', lineDash: [4, 6] };
  return [
    { type: 'polyline', shape: { points }, style: dashed, z: LINE },
    {
      type: 'rect',
      shape: { ...box, x: boxX - MOMENT_WIDTH / 2, y: top },
      style: { fill },
      z: TAG,
    },
    textShape(
      { text, x: boxX, y: top + MOMENT_HEIGHT / 2, align: 'center' },
      { colour: COLOURS.background, size: SIZES.axis, isBold: true },
    ),
    ...(y === undefined ? [] : [ring(x, y, 13, COLOURS.background), ring(x, y, 10, fill)]),
  ];
}

function ring(cx: number, cy: number, r: number, fill: string): Shape {
  return { type: 'circle', shape: { cx, cy, r }, style: { fill }, z: MARK };
}

function textShape(
  place: { text: string; x: number; y: number; align?: string; verticalAlign?: string },
  look: { size: number; colour: string; isBold?: boolean },
): Shape {
  const { size, colour, isBold = false } = look;
  const font = { fontFamily: FONT_FAMILY, fontSize: size, fontWeight: isBold ? 'bold' : 'normal' };
  return {
    type: 'text',
    style: { verticalAlign: 'middle', ...place, ...font, fill: colour },
    z: TEXT,
  };
}
