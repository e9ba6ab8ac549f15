/**
 * Brings one rule up to date and writes what changed: state, notice and signal in one commit. What
 * was not written did not happen; the next run finds the rule as the store has it.
 */
import { surroundings, type CheckRun } from './check-run.ts';
import { expiryNotice, firingNotice, firingSignal, type Telling } from './firing-notice.ts';
import { nextStep, type Fired, type Minute } from './fold-rule.ts';
import { UNREAD_MS_MAX, type RuleEntry } from './memory.ts';
import type { RuleCommit } from './ports.ts';
import { firstState, isWorthWriting, minutesSince } from './rule-memory.ts';
import type { RuleState } from './state.ts';
import { isDoubtful, MINUTE_MS, strokeOfTicker, type Gap, type Stroke } from './stroke.ts';

/** A store that fails so often in one run is away: the run ends. */
const STORE_FAULTS_MAX = 5;

/** The first look at a rule: its memory begins here, and nothing from before counts. */
export async function beginRule(entry: RuleEntry, run: CheckRun): Promise<void> {
  const first = firstState(entry.compiled, run.quotes, run.clock.nowMs());
  if (first !== undefined) await write(entry, run, first, { notices: [] });
}

/** Reads everything that is unread of a rule whose pairs were all read in this run. */
export async function settleRule(entry: RuleEntry, run: CheckRun): Promise<void> {
  const { compiled, state } = entry;
  if (state === undefined) return;
  if (compiled.candlePairs.length === 0) {
    // As polled: now is all that there is.
    const nowMs = run.clock.nowMs();
    const now = { fromMs: nowMs, toMs: nowMs, whole: true, strokes: new Map() };
    return advance(entry, run, [now]);
  }
  const { minutes, gaps } = minutesSince(compiled, state, (pair) => run.views.get(pair));
  for (const [pair, list] of gaps) noteGap(run, pair, list);
  return advance(entry, run, minutes);
}

/**
 * A rule whose candles are not read in this run, though it could have fired: when the newest price
 * itself is where it wants it, it need not wait. Only for one condition that a price alone decides.
 */
export async function settleByTicker(entry: RuleEntry, run: CheckRun): Promise<void> {
  const { compiled, state } = entry;
  const [condition, ...more] = compiled.conditions;
  if (state === undefined || condition === undefined || more.length > 0) return;
  const isTouch = condition.kind === 'level' && condition.forMs === 0;
  if (condition.kind !== 'cross' && !isTouch) return;
  const stroke = tickerStroke(condition.pair, state, run);
  const grewAtMs = run.memory.pairs.get(condition.pair)?.grewAtMs ?? -Infinity;
  // What the minute of the mark itself was like, its candle tells only when it is whole. And the
  // ticker may hang, or come out of a cache: it must have gone on well after the mark.
  if (stroke === undefined || grewAtMs < stroke.minuteMs + 2 * MINUTE_MS) return;
  // Too far off to be believed at once: the candles will tell.
  if (isDoubtful(stroke.start, stroke.high, stroke.low)) return;
  const { fromMs, toMs, whole } = stroke;
  const strokes = new Map([[condition.pair, stroke]]);
  await advance(entry, run, [{ fromMs, toMs, whole, strokes }]);
}

/**
 * Candles of a rule could not be read for so long that they are about to be lost: its marks go on,
 * with one stroke for all of it as far as the ticker shows, and the gap is told.
 */
export async function settleUnreadable(entry: RuleEntry, run: CheckRun): Promise<void> {
  const { state } = entry;
  const nowMs = run.clock.nowMs();
  if (state === undefined) return;
  const marks = Object.entries(state.marks);
  if (marks.every(([, { atMs }]) => nowMs - atMs <= UNREAD_MS_MAX)) return;
  const strokes = new Map<string, Stroke>();
  for (const [pair, mark] of marks) {
    const stroke = tickerStroke(pair, state, run);
    if (stroke === undefined) return;
    const minuteMs = Math.floor(nowMs / MINUTE_MS) * MINUTE_MS - MINUTE_MS;
    // Where the price was meanwhile nobody knows: what must last begins with the price of now.
    strokes.set(pair, { ...stroke, minuteMs, fromMs: nowMs, whole: true, afterGap: true });
    noteGap(run, pair, [{ fromMs: mark.atMs, toMs: nowMs }]);
  }
  const fromMs = Math.max(...marks.map(([, { atMs }]) => atMs));
  await advance(entry, run, [{ fromMs, toMs: nowMs, whole: true, strokes }]);
}

/**
 * Ends a rule whose date has come, when everything before that date was read: the ticker alone may
 * be behind. What cannot be read for hours is not waited for.
 */
export async function expireRule(entry: RuleEntry, run: CheckRun): Promise<void> {
  const { compiled, state } = entry;
  const { id, expiresAtMs } = compiled.rule;
  const nowMs = run.clock.nowMs();
  if (state === undefined || expiresAtMs === undefined || nowMs < expiresAtMs) return;
  const marks = Object.values(state.marks);
  const isRead = marks.every(({ minuteMs }) => minuteMs >= expiresAtMs);
  if (!isRead && nowMs - expiresAtMs < UNREAD_MS_MAX) return;
  const notices = isMuted(run, id) ? [] : [expiryNotice(compiled, state.seq, nowMs)];
  await write(entry, run, { ...state, status: 'expired' }, { notices });
}

/** Folds minutes, firing by firing; each is written before the next is looked for. */
async function advance(entry: RuleEntry, run: CheckRun, minutes: readonly Minute[]): Promise<void> {
  let unread = minutes;
  while (entry.state !== undefined) {
    const before = entry.state;
    const { state, fired, rest } = nextStep(entry.compiled, before, unread, surroundings(run));
    if (fired === undefined) {
      if (isWorthWriting(before, state)) await write(entry, run, state, { notices: [] });
      else entry.state = state;
      return;
    }
    if (!(await writeFiring(entry, run, state, fired))) return;
    unread = rest;
  }
}

async function writeFiring(
  entry: RuleEntry,
  run: CheckRun,
  state: RuleState,
  fired: Fired,
): Promise<boolean> {
  const { compiled } = entry;
  const { id } = compiled.rule;
  const muted = isMuted(run, id);
  const nowMs = run.clock.nowMs();
  const quote = run.quotes.get(fired.main.condition.pair);
  const after = { ...state, suppressed: muted ? state.suppressed + 1 : 0 };
  const telling: Telling = { compiled, after, fired, untold: state.suppressed, nowMs, quote };
  // A muted rule only counts: what nobody is told of must not trade either.
  const raised = muted ? undefined : firingSignal(telling);
  const notices = muted ? [] : [firingNotice(telling)];
  const written = await write(entry, run, after, {
    notices,
    ...(raised === undefined ? {} : { raised }),
  });
  if (!written) return false;
  run.log.info('alert-fired', { rule: id, seq: after.seq, muted, ambiguous: fired.ambiguous });
  run.done.fired += 1;
  if (muted) run.done.muted += 1;
  return true;
}

/** Writes a state with what belongs to it; `false`: it was not, and the rule is looked at again. */
async function write(
  entry: RuleEntry,
  run: CheckRun,
  state: RuleState,
  more: Pick<RuleCommit, 'notices' | 'raised'>,
): Promise<boolean> {
  const before = entry.state;
  const after = { ...state, version: state.version + 1 };
  // Until the store has said yes, nobody knows.
  run.memory.unsure.add(state.ruleId);
  try {
    if ((await run.store.commit({ before, after, ...more })) === 'lost') {
      run.done.lost += 1;
      return false;
    }
  } catch (error) {
    run.storeFaults += 1;
    run.log.error('alert-unwritten', { rule: state.ruleId, error: String(error) });
    if (run.storeFaults >= STORE_FAULTS_MAX) throw error;
    return false;
  }
  run.memory.unsure.delete(state.ruleId);
  entry.state = after;
  return true;
}

function tickerStroke(pair: string, state: RuleState, run: CheckRun): Stroke | undefined {
  const quote = run.quotes.get(pair);
  const mark = state.marks[pair];
  if (quote === undefined || mark === undefined) return undefined;
  return strokeOfTicker(mark, quote, run.clock.nowMs());
}

function isMuted({ memory, clock }: CheckRun, ruleId: string): boolean {
  return (memory.mutes.get(ruleId) ?? 0) > clock.nowMs();
}

function noteGap({ memory: { gaps } }: CheckRun, pair: string, list: readonly Gap[]): void {
  const all = [...(gaps.get(pair) ?? []), ...list];
  // Rules of one pair find the same gap; the longest of them is told.
  const longest = new Map<number, Gap>();
  for (const gap of all) {
    const known = longest.get(gap.toMs);
    if (known === undefined || gap.fromMs < known.fromMs) longest.set(gap.toMs, gap);
  }
  gaps.set(pair, [...longest.values()]);
}
