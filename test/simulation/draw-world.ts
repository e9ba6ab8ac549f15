/** What kind of world a seed makes: its pace, the temper of its exchange, and what its users use. */
import type { Config } from '../../functions/core/config.ts';
import { LIMIT_LAG_MS, type Temper } from './exchange-temper.ts';
import type { WorldOptions } from './experiment.ts';
import type { FaultKind } from './faults.ts';
import { amendsOf, languageOf, spokenConfig, type Language } from './language.ts';
import { paperConfig } from './paper-table.ts';
import { Random } from './random.ts';
import { EPOCH_MS } from './scheduler.ts';
import { strategiesOf, strategyConfig } from './strategies.ts';
import { focusOf, focusOn } from './task-calls.ts';
import { THEMES, type Theme } from './themes.ts';
import { configOf } from './world-config.ts';

/** Signals of one seed unless told otherwise. */
export const SIGNALS_PER_SEED = 100;

/** Worlds in a million that have a theme. */
const THEMED = 120_000;
/** Worlds in a million in which one of the accounts trades on paper. */
const ON_PAPER = 30_000;

/** Worlds in a million whose exchange may answer a limit to an order that it made. */
const LIMITS_AFTER = 40_000;

/** Average time between signals, drawn from these: most worlds are dense, because signals meet there. */
const GAPS_MS = [500, 500, 500, 5_000, 5_000, 5_000, 20_000, 60_000] as const;

/** When things happen, and which faults may not. */
export interface Pace {
  readonly startMs: number;
  /** The engine carries out what comes after its deadline. */
  readonly isAdversarial: boolean;
  /** An order that was made may be answered with a limit. */
  readonly limitsAfterPlacing: boolean;
  readonly without: ReadonlySet<FaultKind>;
  readonly theme: Theme | undefined;
  readonly averageMs: number;
  /** Before each signal. */
  readonly gapsMs: readonly number[];
}

/** Draws the pace of a world. */
export function drawPace(options: WorldOptions, random: Random): Pace {
  const { seed, gapMs, signals = SIGNALS_PER_SEED } = options;
  // Some worlds begin shortly before midnight UTC, where daily counters change.
  const startMs = random.chance(150_000) ? EPOCH_MS + 12 * 3_600_000 - 400_000 : EPOCH_MS;
  const isAdversarial = random.chance(100_000);
  const without = new Set(options.without);
  // An engine that ignores deadlines leaves no answer to requests that come ten minutes late.
  if (isAdversarial) without.add('killed process goes on later');
  const isDrawn = new Random(seed, 'limits').chance(LIMITS_AFTER);
  // Beside an engine that ignores deadlines, reads lag for longer than until that look.
  const limitsAfterPlacing = !isAdversarial && (options.mutant?.limits === true || isDrawn);
  // There one look has to find what was made.
  if (limitsAfterPlacing) without.add('order flickers in reads');
  const themed = new Random(seed, 'theme');
  const isThemed = themed.chance(THEMED) && gapMs === undefined;
  const theme = isThemed ? themed.pick(THEMES) : amendsOf(seed).theme;
  const drawnMs = random.pick(GAPS_MS);
  const averageMs = gapMs ?? theme?.gapMs ?? drawnMs;
  const gapsMs = Array.from({ length: signals }, () => random.between(0, averageMs * 2));
  return { startMs, isAdversarial, limitsAfterPlacing, without, theme, averageMs, gapsMs };
}

/** Time before each signal: in a calm world each has a minute or two to itself. */
export function gapsOf(
  { gapsMs }: Pace,
  { gapMs }: WorldOptions,
  isCalm: boolean,
): readonly number[] {
  const hasTime = isCalm && gapMs === undefined;
  return hasTime ? gapsMs.map((ms) => 60_000 + (ms % 60_000)) : gapsMs;
}

/** Draws the nature of the exchange. */
export function drawTemper(
  { mutant }: WorldOptions,
  random: Random,
  { isAdversarial, limitsAfterPlacing }: Pace,
): Temper {
  const temper: Temper = {
    ignoresDeadline: isAdversarial,
    nonceRaces: random.chance(200_000),
    // What an adversarial engine carries out late must still show before absence is believed.
    lagMs: isAdversarial ? 20_000 : limitsAfterPlacing ? LIMIT_LAG_MS : 60_000,
    lateMs: isAdversarial ? 40_000 : 10 * 60_000,
    limitsAfterPlacing,
  };
  return mutant?.temper?.(temper) ?? temper;
}

/** What the users of a world have written down and use. */
export interface Use {
  readonly config: Config;
  readonly language: Language | undefined;
  readonly strategies: ReturnType<typeof strategiesOf>;
  /** The call that is killed often. */
  readonly focus: ReturnType<typeof focusOf>;
}

/** Draws what the users of a world use. */
export function drawUse(
  { seed, mutant, rates }: WorldOptions,
  at: { readonly random: Random; readonly startMs: number; readonly isCalm: boolean },
): Use {
  const isCalm = at.isCalm || rates !== undefined;
  const drawn = configOf(at.random, isCalm);
  const language = languageOf(seed, {
    ...{ isCalm, startMs: at.startMs },
    isAsked: mutant?.speaks === true,
    isSold: mutant?.flattens === true,
    isAmended: mutant?.amends === true,
  });
  const written = language === undefined ? drawn : spokenConfig(drawn, language);
  const isPaper = new Random(seed, 'paper').chance(ON_PAPER) || mutant?.paper === true;
  const used = isPaper && !at.isCalm ? paperConfig(written) : written;
  const isOnPaper = used !== written;
  const strategies = strategiesOf(seed, {
    isFree: language === undefined && !isOnPaper,
    isAsked: mutant?.follows === true,
    isStopped: mutant?.stops === true,
  });
  const config = strategies === undefined ? used : strategyConfig(used, strategies);
  const doing = {
    ...{ halts: language?.halts === true, sells: language?.flattens === true },
    ...{ isPaper: isOnPaper, follows: strategies !== undefined },
    amends: language?.amends === true,
  };
  const drawnFocus = focusOf(new Random(seed, 'task focus'), doing);
  const focus = mutant?.focus === undefined ? drawnFocus : focusOn(mutant.focus);
  return { config, language, strategies, focus };
}
