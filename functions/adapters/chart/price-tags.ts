/**
 * The tags at the right edge: the name and price of each line, near its line, none over another.
 */
import { decimal, plain } from '../../core/decimal.ts';
import { cleanLine, cut } from '../../core/notifications/clean-text.ts';
import { PLOT, SIZES, TAG_PADDING } from './chart-style.ts';
import type { FontMetrics } from './font-metrics.ts';
import { placeTags } from './place-tags.ts';
import type { PriceScale } from './price-scale.ts';

/** A price that gets a tag. */
export interface TaggedPrice {
  /** Decimal text: what is written. */
  readonly price: string;
  readonly label: string;
  readonly colour: string;
  readonly dash: readonly number[];
}

/** A tag where it is drawn. */
export interface PriceTag extends TaggedPrice {
  /** Height of its line; undefined when the price is outside: the label then has an arrow. */
  readonly line: number | undefined;
  /** Middle of the tag. */
  readonly middle: number;
  readonly height: number;
  /** Whether there is room for the label above the price. */
  readonly isTall: boolean;
}

/** Gap between a line's end and its tag, crossed by a slanting line when the tag had to move. */
export const TAG_GAP = 18;

const LABEL_MAX = 14;
const TALL = 66;
const SHORT = 40;
const BETWEEN = 5;

/** Width of the column of tags, with the prices of the axis in it. */
export function tagsWidth(
  prices: readonly TaggedPrice[],
  axis: readonly { readonly text: string }[],
  { regular, bold }: FontMetrics,
): number {
  const widths = [
    ...axis.map(({ text }) => regular(text, SIZES.axis)),
    ...prices.map(({ price }) => bold(price, SIZES.tagPrice)),
    ...prices.map(({ label }) => regular(`↓ ${shortLabel(label)}`, SIZES.tagRole)),
  ];
  return Math.ceil(Math.max(...widths)) + TAG_GAP + 3 * TAG_PADDING;
}

/**
 * Places the tags: with labels while there is room for all of them, else prices alone, and of more
 * prices than fit those that were given first.
 */
export function priceTags(
  prices: readonly TaggedPrice[],
  { min, max }: PriceScale,
  heightOf: (price: number) => number,
): readonly PriceTag[] {
  // Tags may rise a little above the candles and sink a little below.
  const [top, bottom] = [PLOT.top - TALL / 2, PLOT.bottom + TALL / 2];
  const isTall = prices.length * (TALL + BETWEEN) <= bottom - top;
  const height = isTall ? TALL : SHORT;
  const fitting = prices.slice(0, Math.floor((bottom - top) / (height + BETWEEN)));
  const wanted = fitting.map(({ price }) =>
    heightOf(Math.min(max, Math.max(min, drawnPrice(price)))),
  );
  const middles = placeTags(wanted, { height: height + BETWEEN, top, bottom });
  return fitting.map((tagged, index) => {
    const value = drawnPrice(tagged.price);
    const arrow = value > max ? '↑ ' : value < min ? '↓ ' : '';
    return {
      ...tagged,
      label: `${arrow}${shortLabel(tagged.label)}`,
      price: isTall ? tagged.price : `${arrow}${tagged.price}`,
      line: arrow === '' ? wanted[index] : undefined,
      ...{ middle: middles[index] ?? PLOT.top, height, isTall },
    };
  });
}

/** A decimal text as the number that becomes a height: for drawing alone. */
export function drawnPrice(price: string): number {
  return Number(plain(decimal(price)));
}

function shortLabel(label: string): string {
  return cut(cleanLine(label), LABEL_MAX);
}
