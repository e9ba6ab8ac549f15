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

/** Between the pair and what follows it. */
const AFTER_PAIR = 14;

/** Smaller type is not read on a telephone. */
const SIZE_MIN = 25;

/** One way to say what the header tells. */
interface Wording {
  readonly about: string;
  readonly day: string;
}

/**
 * The header's texts, none over another. When they do not fit, the type of the day becomes a little
 * smaller, then the words become fewer, and only then the pair's own type shrinks.
 */
export function chartHeader(facts: HeaderFacts, metrics: FontMetrics): HeaderText[] {
  const { regular, bold } = metrics;
  const pair = cleanLine(facts.pair);
  const right = WIDTH - TAG_PADDING;
  const size = ({ about, day }: Wording): number => {
    const left = PLOT.left + bold(pair, SIZES.title) + AFTER_PAIR + regular(about, SIZES.header);
    return Math.min(
      SIZES.header,
      sizeIn(right - left - GAP, (at) => regular(day, at)),
    );
  };
  const ways = wordings(facts);
  const wording = ways.find((way) => size(way) >= SIZE_MIN) ??
    ways.at(-1) ?? { about: '', day: '' };
  const { about, day } = wording;
  const daySize = Math.max(SIZE_MIN, size(wording));
  const others = regular(about, SIZES.header) + AFTER_PAIR + GAP + regular(day, daySize);
  const room = right - PLOT.left - others;
  const pairSize = Math.min(
    SIZES.title,
    sizeIn(room, (at) => bold(pair, at)),
  );
  const aboutX = PLOT.left + bold(pair, pairSize) + AFTER_PAIR;
  const quiet = { isBold: false, colour: COLOURS.quiet } as const;
  return [
    {
      ...{ text: pair, x: PLOT.left, align: 'left', size: pairSize, isBold: true },
      colour: COLOURS.text,
    },
    { text: about, x: aboutX, align: 'left', size: SIZES.header, ...quiet },
    { text: day, x: right, align: 'right', size: daySize, ...quiet },
  ];
}

/** From all there is to say to the least. */
function wordings({ atMs, fromMs, zone, minutes }: HeaderFacts): readonly Wording[] {
  const length = minutes === undefined ? [] : [lengthText(minutes)];
  const about = (parts: readonly string[]) => `· ${parts.join(' · ')}`;
  const [whole, short] = [about([...length, 'Kraken']), about([...length, 'Kraken'].slice(0, 1))];
  const change = clockChange(fromMs, atMs, zone);
  const city = zone.slice(zone.lastIndexOf('/') + 1).replaceAll('_', ' ');
  const day = (place: string) =>
    `${dateText(atMs, zone)} · ${change === undefined ? place : `${place} ${change}`}`;
  return [
    { about: whole, day: day(zone) },
    { about: whole, day: day(city) },
    { about: short, day: day(city) },
  ];
}

/** The largest whole size at which a text is no wider than the room. */
function sizeIn(room: number, width: (size: number) => number): number {
  return Math.max(1, Math.floor((100 * room) / width(100)));
}

/** `5 min`, `4 h`, `1 d` */
function lengthText(minutes: number): string {
  if (minutes % 1_440 === 0) return `${minutes / 1_440} d`;
  return minutes % 60 === 0 ? `${minutes / 60} h` : `${minutes} min`;
}
