/** The line above a chart: the pair, the length of its candles and the exchange; the day and zone. */
import { cleanLine } from '../../core/notifications/clean-text.ts';
import { COLOURS, PLOT, SIZES, TAG_PADDING, WIDTH } from './chart-style.ts';
import type { FontMetrics } from './font-metrics.ts';
import { clockChange, dateText } from './time-scale.ts';

/** A text of the header. */
export interface HeaderText {
  readonly text: string;
  readonly x: number;
  readonly align: 'left' | 'right';
  readonly size: number;
  readonly isBold: boolean;
  readonly colour: string;
}

/** What the header tells. */
export interface HeaderFacts {
  readonly pair: string;
  readonly atMs: number;
  /** Where the chart begins. */
  readonly fromMs: number;
  readonly zone: string;
  /** Length of the candles; undefined when nobody can tell. */
  readonly minutes: number | undefined;
}

const GAP = 28;

/** The header's texts, none over another: long names make the type of the day smaller. */
export function chartHeader(facts: HeaderFacts, { regular, bold }: FontMetrics): HeaderText[] {
  const { atMs, fromMs, zone, minutes } = facts;
  const pair = cleanLine(facts.pair);
  const about = [...(minutes === undefined ? [] : [lengthText(minutes)]), 'Kraken'];
  const interval = `· ${about.join(' · ')}`;
  const place = [zone, clockChange(fromMs, atMs, zone)].filter((part) => part !== undefined);
  const day = `${dateText(atMs, zone)} · ${place.join(' ')}`;
  const intervalX = PLOT.left + bold(pair, SIZES.title) + 14;
  const right = WIDTH - TAG_PADDING;
  const room = right - intervalX - regular(interval, SIZES.header) - GAP;
  const size = Math.min(
    SIZES.header,
    Math.floor((SIZES.header * room) / regular(day, SIZES.header)),
  );
  return [
    {
      ...{ text: pair, x: PLOT.left, align: 'left', size: SIZES.title, isBold: true },
      colour: COLOURS.text,
    },
    {
      ...{ text: interval, x: intervalX, align: 'left', size: SIZES.header, isBold: false },
      colour: COLOURS.quiet,
    },
    { text: day, x: right, align: 'right', size, isBold: false, colour: COLOURS.quiet },
  ];
}

/** `5 min`, `4 h`, `1 d` */
function lengthText(minutes: number): string {
  if (minutes % 1_440 === 0) return `${minutes / 1_440} d`;
  return minutes % 60 === 0 ? `${minutes / 60} h` : `${minutes} min`;
}
