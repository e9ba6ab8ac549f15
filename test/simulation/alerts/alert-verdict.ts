/**
 * What must hold of the alerts when everything is over: the firings that were written are those of
 * a plain reading of the path, each with its notice and its signal.
 *
 * What is not held against the reading, because nobody can read it from the path: conditions that
 * are as polled (spread, volume), which are held against the poll alone; and pairs whose candles
 * were revised after their end, where only once-ness is held.
 */
import type { OrderRow } from '../../../functions/core/order.ts';
import type { Court } from '../notices/notice-witness.ts';
import type { AlertWitness, RuleLife, WitnessedFiring } from './alert-witness.ts';
import type { MarketPair } from './market.ts';
import { MINUTE_MS } from './price-path.ts';
import { barsOf, type Bar } from './bars.ts';
import { readPlainly, type Fire } from './reading.ts';
import { isReadable } from './rule-draw.ts';

/** In a calm world a firing is written so long after the end of its minute at most. */
const IN_TIME_MS = 100_000;
/** Or so long, where prices jump so far that candles are read twice before they are believed. */
const TWICE_MS = 6 * MINUTE_MS;

/** What is held against what. */
export interface Hearing {
  readonly court: Court;
  readonly witness: AlertWitness;
  readonly pairs: ReadonlyMap<string, MarketPair>;
  /** Beginning of the last run. */
  readonly nowMs: number;
  readonly calm: boolean;
  readonly rows: readonly OrderRow[];
  readonly seen: Set<string>;
}

/** What was held. */
export interface Held {
  readonly firings: number;
  /** Firings that were held against the reading. */
  readonly read: number;
}

/** Holds everything. */
export function holdAlerts(hearing: Hearing): Held {
  const { witness, pairs, nowMs } = hearing;
  const endMs = Math.floor(nowMs / MINUTE_MS) * MINUTE_MS;
  const bars = new Map(
    [...pairs].map(([name, { prints }]) => [name, barsOf(prints, endMs + MINUTE_MS)]),
  );
  const revised = new Set([...pairs].filter(([, pair]) => pair.isRevised).map(([name]) => name));
  let [firings, read] = [0, 0];
  for (const life of witness.all) {
    firings += life.firings.length;
    const { rule } = life;
    if (!isReadable(rule) || rule.conditions.some(({ pair }) => revised.has(pair))) continue;
    read += life.firings.length;
    holdLife(life, bars, endMs, hearing);
  }
  holdSignals(hearing);
  return { firings, read };
}

function holdLife(
  life: RuleLife,
  bars: ReadonlyMap<string, readonly Bar[]>,
  endMs: number,
  hearing: Hearing,
): void {
  const { rule, begin, firings } = life;
  // The minute of the last run may or may not have been looked at.
  const expected = readPlainly(rule, bars, { begin, endMs: endMs + MINUTE_MS });
  const least = expected.filter(({ fromMs }) => fromMs < endMs).length;
  const text = (list: readonly { readonly fromMs: number }[]) =>
    list.map(({ fromMs }) => new Date(fromMs).toISOString().slice(11, 19)).join(' ') || 'never';
  const detail = `${rule.id} ${rule.text}: fired ${text(firings)}; should ${text(expected)}`;
  const wrong = (promise: string) => hearing.court.broken(promise, detail, rule.id);
  if (firings.length > expected.length) wrong('nothing fires that the path does not show');
  else if (firings.length < least && !life.isRemoved) wrong('everything fires that the path shows');
  for (const [at, firing] of firings.entries()) {
    const fire = expected[at];
    if (fire === undefined) return;
    const { aheadMs = -Infinity } = firing;
    const isAhead = fire.fromMs >= firing.fromMs && fire.fromMs <= aheadMs + MINUTE_MS;
    const isIt = fire.fromMs === firing.fromMs || isAhead;
    if (!isIt) wrong('each firing is the one that the path shows');
    holdFiring(firing, fire, life, hearing);
  }
  holdCounts(life, expected, hearing);
  const { expiresAtMs } = rule;
  const mustEnd = expiresAtMs !== undefined && expiresAtMs + 3 * MINUTE_MS < hearing.nowMs;
  if (mustEnd && !life.isRemoved && !['done', 'expired'].includes(life.state.status)) {
    wrong('a rule ends by its date');
  }
}

function holdFiring(
  firing: WitnessedFiring,
  fire: Fire,
  { rule, begin }: RuleLife,
  { court, calm, seen, pairs }: Hearing,
): void {
  const { notice, raised, wroteAtMs, aheadMs } = firing;
  const wrong = (promise: string) => court.broken(promise, `${rule.id} ${fire.fromMs}`, rule.id);
  if (fire.ambiguous) seen.add('fired: ambiguous');
  if (notice !== undefined && rule.signal !== undefined) {
    if (raised === undefined && !fire.ambiguous) wrong('a firing raises its signal');
    // A look at the running minute may have known the order that the whole one does not tell.
    if (raised !== undefined && fire.ambiguous && aheadMs === undefined)
      wrong('nothing trades on a guess');
  }
  if (rule.signal === undefined && raised !== undefined) wrong('a rule raises what it says');
  const quietEndMs = notice && quietEnd(rule.quiet, notice.atMs);
  if (notice !== undefined && notice.notBeforeMs !== quietEndMs) {
    wrong('quiet hours are told when they are over');
  }
  const minuteEndMs = Math.floor(fire.fromMs / MINUTE_MS) * MINUTE_MS + MINUTE_MS;
  const jumps = rule.conditions.some(({ pair }) => pairs.get(pair)?.jumps === true);
  const inTimeMs = jumps ? TWICE_MS : IN_TIME_MS;
  if (calm && wroteAtMs > Math.max(minuteEndMs, begin.atMs) + inTimeMs) {
    wrong('where nothing fails a firing is told in time');
  }
}

/** How many were not told before each notice: too soon after the one before, or muted. */
function holdCounts({ firings, rule }: RuleLife, expected: readonly Fire[], { court }: Hearing) {
  if (firings.some(({ aheadMs }) => aheadMs !== undefined)) return;
  let untold = 0;
  for (const [at, { notice }] of firings.entries()) {
    untold += expected[at]?.missed ?? 0;
    if (notice === undefined) {
      untold += 1;
      continue;
    }
    const said = Number(/^(\d+) more time/m.exec(notice.text)?.[1] ?? 0);
    if (said !== untold) {
      court.broken(
        'a notice says how many were not told',
        `${rule.id}: ${said}, ${untold}`,
        rule.id,
      );
    }
    untold = 0;
  }
}

/** The first minute of the quiet hours' end, minute by minute on a clock on the wall. */
function quietEnd(quiet: RuleLife['rule']['quiet'], atMs: number): number | undefined {
  if (quiet === undefined) return undefined;
  const { fromMinute, toMinute, zone } = quiet;
  const isQuiet = (ms: number): boolean => {
    const wall = new Date(ms).toLocaleTimeString('en-GB', { timeZone: zone });
    const minute = Number(wall.slice(0, 2)) * 60 + Number(wall.slice(3, 5));
    return fromMinute <= toMinute
      ? minute >= fromMinute && minute < toMinute
      : minute >= fromMinute || minute < toMinute;
  };
  if (!isQuiet(atMs)) return undefined;
  let endMs = Math.floor(atMs / MINUTE_MS) * MINUTE_MS;
  while (isQuiet(endMs)) endMs += MINUTE_MS;
  return endMs;
}

/** Every raised signal is one row of the order log, and every row was raised. */
function holdSignals({ court, witness, rows, seen }: Hearing): void {
  const count = new Map<string, number>();
  for (const { signal } of rows) count.set(signal.id, (count.get(signal.id) ?? 0) + 1);
  for (const id of witness.raised.keys()) {
    if (count.get(id) !== 1) court.broken('a raised signal is one order row', id, id);
    seen.add('signal: in the order log');
  }
  for (const id of count.keys()) {
    if (!witness.raised.has(id)) court.broken('every order row was raised by a rule', id, id);
  }
}
