/**
 * How a chart looks. Sizes are for 1200 pixels of width, which a telephone shows at a third: type
 * below 26 pixels would not be read there. Colours hold for colour-blind people (Okabe and Ito,
 * https://jfly.uni-koeln.de/color/), and no meaning rests on colour alone: rising candles are
 * hollow, roles have a name and a dash.
 */
import type { ChartLevel } from '../../core/notices/notice.ts';

export const WIDTH = 1200;
export const HEIGHT = 675;

export const FONT_FAMILY = 'DejaVu Sans Condensed';

/** Where the candles are drawn, apart from the right edge, which the labels decide. */
export const PLOT = { left: 28, top: 112, bottom: 596 } as const;

export const COLOURS = {
  background: '#ffffff',
  text: '#1b1f24',
  quiet: '#57606a',
  grid: '#e6e9ed',
  rising: '#00785a',
  falling: '#c8501b',
  moment: '#6f2da8',
  last: '#57606a',
} as const;

/** Colour and dash of the line of each role; an empty dash is a whole line. */
export const ROLES: Readonly<
  Record<ChartLevel['role'], { readonly colour: string; readonly dash: readonly number[] }>
> = {
  level: { colour: '#0a5fb4', dash: [] },
  entry: { colour: '#0a5fb4', dash: [] },
  stop: { colour: '#b3261e', dash: [14, 8] },
  target: { colour: '#00785a', dash: [5, 6] },
};

export const SIZES = { title: 46, header: 29, axis: 27, tagRole: 23, tagPrice: 29 } as const;

/** Blank space between a tag's edge and its text, and right of the tags. */
export const TAG_PADDING = 12;
