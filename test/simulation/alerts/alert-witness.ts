/**
 * The witness of the alert world: keeps every step of every rule as the store took it, with what the
 * ticker had said to whoever wrote it, and holds what must be true at once. What can only be told
 * when the whole path is read is held in alert-verdict.ts.
 */
import type { RaisedSignal, RuleCommit } from '../../../functions/core/alerts/ports.ts';
import type { AlertRule, Condition } from '../../../functions/core/alerts/rule.ts';
import { memoryName } from '../../../functions/core/alerts/rule-name.ts';
import type { FeedState, RuleState } from '../../../functions/core/alerts/state.ts';
import type { Notice } from '../../../functions/core/notices/notice.ts';
import type { Court } from '../notices/notice-witness.ts';
import type { Process } from '../process.ts';
import type { Shown } from './market.ts';
import { PricesWitness } from './prices-witness.ts';
import type { PriceRoom, Told } from './price-room.ts';
import type { Beginning } from './bars.ts';

/** Clocks may differ by so much. */
const SKEW_MS = 6_000;

/** One firing as it was written. */
export interface WitnessedFiring {
  readonly seq: number;
  /** Its minute, as last written: what was told ahead of its candles gets it from them. */
  fromMs: number;
  readonly wroteAtMs: number;
  readonly notice: Notice | undefined;
  readonly raised: RaisedSignal | undefined;
  /** It was told before its candles were whole, as what they would show up to here. */
  readonly aheadMs: number | undefined;
}

/** One rule from its first look to its removal. */
export interface RuleLife {
  readonly rule: AlertRule;
  readonly begin: Beginning;
  readonly firings: WitnessedFiring[];
  state: RuleState;
  isRemoved: boolean;
  /** The notice that says that it ended. */
  ended: Notice | undefined;
}

/** The witness of one world. */
export class AlertWitness {
  readonly #court: Court;
  readonly #seen: Set<string>;
  readonly #room: () => PriceRoom;
  readonly #rules = new Map<string, AlertRule>();
  readonly #lives = new Map<string, RuleLife>();
  readonly #notices = new Set<string>();
  readonly #mutes = new Map<string, { readonly untilMs: number; readonly fromMs: number }[]>();
  readonly prices: PricesWitness;
  readonly all: RuleLife[] = [];
  /** Raised signals by id. */
  readonly raised = new Map<string, RaisedSignal>();

  constructor(court: Court & { nowMs(): number }, seen: Set<string>, room: () => PriceRoom) {
    this.#court = court;
    this.#seen = seen;
    this.#room = room;
    this.prices = new PricesWitness(court, seen, room);
  }

  /** A rule is there from now on. */
  added(rule: AlertRule): void {
    this.#rules.set(memoryName(rule), rule);
    this.#court.trace('rule', memoryName(rule), rule.text, `(${rule.repeat})`);
  }

  removed(rule: AlertRule): void {
    const name = memoryName(rule);
    this.#court.trace('rule', name, 'removed');
    const life = this.#lives.get(name);
    if (life !== undefined) life.isRemoved = true;
    this.#lives.delete(name);
    this.#rules.delete(name);
  }

  /** Muted until then, from now on; 0: not any more. */
  muted(ruleId: string, untilMs: number, nowMs: number): void {
    this.#court.trace('rule', ruleId, untilMs === 0 ? 'unmuted' : `muted until ${untilMs}`);
    this.#mutes.set(ruleId, [...(this.#mutes.get(ruleId) ?? []), { untilMs, fromMs: nowMs }]);
  }

  /** The store has taken a step. */
  committed(before: RuleState | undefined, commit: RuleCommit, process: Process, startMs: number) {
    const { after, notices, raised } = commit;
    const { ruleId, seq } = after;
    this.#court.trace(process.name, 'wrote', ruleId, `v${after.version}`, after.status, `${seq}`);
    for (const notice of notices) this.#once(notice);
    if (raised !== undefined) this.#raisedOnce(raised);
    const life = this.#lifeOf(before, after, process);
    if (life === undefined) return;
    this.#seen.add(`edge: ${before?.status ?? 'none'} -> ${after.status}`);
    if (after.aheadMs !== undefined) this.#seen.add('edge: told ahead');
    const fired = after.seq - (before?.seq ?? 0);
    if (fired !== 0 && fired !== 1) {
      this.#court.broken('firings are numbered one by one', `${ruleId} ${seq}`, ruleId);
    }
    const last = life.firings.at(-1);
    if (fired === 1) this.#fired(life, commit, process, startMs);
    else if (last !== undefined) last.fromMs = after.firedAtMs ?? last.fromMs;
    if (fired === 0) life.ended = notices[0] ?? life.ended;
    life.state = after;
  }

  /** Each notice is written once, under an id that no other one ever had. */
  #once(notice: Notice): void {
    this.#court.trace('outbox', notice.id, notice.title);
    if (this.#notices.has(notice.id)) {
      this.#court.broken('no two firings share a notice', notice.id, notice.id.split(':')[1]);
    }
    this.#notices.add(notice.id);
  }

  #raisedOnce(raised: RaisedSignal): void {
    if (this.raised.has(raised.id)) {
      this.#court.broken('no two firings share a signal', raised.id, raised.id);
    }
    this.raised.set(raised.id, raised);
  }

  #lifeOf(before: RuleState | undefined, after: RuleState, { name }: Process) {
    const { ruleId } = after;
    const known = this.#lives.get(ruleId);
    if (before !== undefined && known !== undefined) return known;
    const rule = this.#rules.get(ruleId);
    const told = this.#room().told.get(name);
    if (rule === undefined || told === undefined) {
      this.#court.broken('no state is written of a rule that is not there', ruleId, ruleId);
      return undefined;
    }
    const looks = new Map(told.quotes);
    const [mark] = Object.values(after.marks);
    const begin: Beginning = { atMs: mark?.atMs ?? told.atMs, looks };
    const life: RuleLife = {
      ...{ rule, begin, firings: [], state: after, isRemoved: false, ended: undefined },
    };
    this.#lives.set(ruleId, life);
    this.all.push(life);
    return life;
  }

  #fired(life: RuleLife, commit: RuleCommit, process: Process, startMs: number): void {
    const { after, notices, raised } = commit;
    const { id } = life.rule;
    const nowMs = process.clock.nowMs();
    const [notice] = notices;
    const { aheadMs } = after;
    const fromMs = after.firedAtMs ?? NaN;
    const firing = { seq: after.seq, fromMs, wroteAtMs: nowMs, notice, raised, aheadMs };
    life.firings.push(firing);
    this.#seen.add(notice === undefined ? 'fired: muted' : 'fired: told');
    this.#muteHolds(id, notice !== undefined, { startMs, nowMs });
    if (notice === undefined && raised !== undefined) {
      this.#court.broken('what nobody is told does not trade', id, id);
    }
    if (raised !== undefined) this.#seen.add('fired: signal raised');
    if (notice?.notBeforeMs !== undefined) this.#seen.add('fired: in quiet hours');
    const told = this.#room().told.get(process.name);
    if (told !== undefined) this.#polledHolds(life.rule, told);
  }

  /** Told unless it was muted, by what could be read between the beginning of the run and now. */
  #muteHolds(id: string, isTold: boolean, run: { startMs: number; nowMs: number }): void {
    const mutes = [{ untilMs: 0, fromMs: -Infinity }, ...(this.#mutes.get(id) ?? [])];
    const inForce = mutes.filter((mute, at) => {
      const next = mutes[at + 1]?.fromMs ?? Infinity;
      return mute.fromMs <= run.nowMs + SKEW_MS && next >= run.startMs - SKEW_MS;
    });
    const mayBeMuted = inForce.some(({ untilMs }) => untilMs > run.startMs - SKEW_MS);
    const mayBeTold = inForce.some(({ untilMs }) => untilMs <= run.nowMs + SKEW_MS);
    if (isTold ? !mayBeTold : !mayBeMuted) {
      this.#court.broken('a rule is told exactly when it is not muted', id, id);
    }
  }

  /** What is as polled held in the poll of the run that fired. */
  #polledHolds({ id, conditions }: AlertRule, { quotes }: Told): void {
    for (const condition of conditions) {
      const shown = quotes.get(condition.pair);
      if (shown === undefined || polledHolds(condition, shown)) continue;
      this.#court.broken('a polled condition held in the poll', `${id} ${condition.kind}`, id);
    }
  }

  /** A whole run has ended. */
  looked(process: string): void {
    const isLive = ({ state: { status } }: RuleLife) => status !== 'done' && status !== 'expired';
    const live = [...this.#lives.values()].filter(isLive);
    const watched = new Set(live.flatMap(({ rule }) => rule.conditions.map(({ pair }) => pair)));
    this.prices.looked(process, (pair) => watched.has(pair));
  }

  /** What the prices themselves are, as it was written. */
  feed(after: FeedState, notices: readonly Notice[]): void {
    for (const notice of notices) this.#once(notice);
    this.prices.written(after, notices);
  }
}

/** Whether a quote is where a polled condition wants it; conditions on a path are not asked. */
export function polledHolds(condition: Condition, { last, half, volume }: Shown): boolean {
  if (condition.kind === 'spread') {
    // (ask - bid) / mid: twice the half over the last price, which is the middle.
    const hundredths = Math.round(Number(condition.percent) * 100);
    const [spread, bound] = [2 * half * 10_000, hundredths * last];
    return condition.side === 'above' ? spread >= bound : spread <= bound;
  }
  if (condition.kind === 'volume') {
    const bound = Number(condition.amount);
    return condition.side === 'above' ? volume >= bound : volume <= bound;
  }
  return true;
}
