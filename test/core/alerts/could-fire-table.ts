/** What could have fired by what the ticker shows ten minutes after a mark at noon, case by case. */
import type { AlertRule, Condition } from '../../../functions/core/alerts/rule.ts';
import type { ConditionState, RuleState } from '../../../functions/core/alerts/state.ts';
import { crossing, MINUTE, NOON } from './rule-fixture.ts';
import { markAt, type QuoteText } from './sight-fixture.ts';

const HOUR = 60 * MINUTE;

/** One rule, where it stands, what the ticker shows ten minutes after its mark at noon. */
export interface Case {
  readonly what: string;
  readonly condition: Condition;
  readonly memory: ConditionState;
  readonly quote: QuoteText;
  readonly could: boolean;
  readonly rule?: Partial<AlertRule>;
  readonly state?: Partial<RuleState>;
  readonly changedAtMs?: number;
  readonly known?: string;
}

const above = crossing();
const both = crossing('100', 'either');
const level = (side: 'above' | 'below', forMinutes = 0): Condition => ({
  ...{ kind: 'level', pair: 'BTC/USD', side, level: '100', forMs: forMinutes * MINUTE },
});
const move = (direction: 'up' | 'down' | 'either', windowMs = HOUR): Condition => ({
  ...{ kind: 'move', pair: 'BTC/USD', direction, percent: '10', windowMs },
});
const extreme = (end: 'high' | 'low'): Condition => ({ kind: 'extreme', pair: 'BTC/USD', end });
const spread: Condition = { kind: 'spread', pair: 'BTC/USD', side: 'above', percent: '1' };

const READY = { holds: false, ready: { above: true, below: true } };
const SPENT = { holds: false, ready: { above: false, below: false } };
const [NOT, HOLDS] = [{ holds: false }, { holds: true }];
const BAND = { hysteresis: '1' };
const OLD = { marks: { 'BTC/USD': markAt(NOON - 24 * HOUR) } };

export const CASES: readonly Case[] = [
  ...[
    { what: 'a crossing whose level was reached', could: true, day: '99 100' },
    { what: 'one whose level was not', could: false, day: '99 99.99' },
  ].map(({ day, ...rest }) => ({ ...rest, condition: above, memory: READY, quote: { day } })),
  {
    what: 'a crossing that must come back first, and was not back',
    ...{ condition: above, memory: SPENT, rule: BAND, could: false },
    quote: { last: '100', day: '99.01 101' },
    state: { marks: { 'BTC/USD': markAt(NOON, '100') } },
  },
  {
    what: 'a crossing that must come back first, and was',
    ...{ condition: above, memory: SPENT, rule: BAND, could: true },
    quote: { last: '100', day: '99 101' },
  },
  {
    what: 'a crossing downwards that must come back first, and was not back',
    ...{ condition: crossing('100', 'below'), memory: SPENT, rule: BAND, could: false },
    quote: { last: '100', day: '99 100.99' },
  },
  {
    what: 'a crossing downwards that must come back first, and was',
    ...{ condition: crossing('100', 'below'), memory: SPENT, rule: BAND, could: true },
    quote: { last: '100', day: '99 101' },
  },
  {
    what: 'a crossing of which nothing is remembered',
    ...{ condition: above, memory: NOT, rule: BAND, could: false },
    quote: { last: '100', day: '99.01 101' },
    state: { marks: { 'BTC/USD': markAt(NOON, '100') } },
  },
  {
    what: 'a crossing either way, from above',
    ...{ condition: both, memory: { holds: false, ready: { below: true } }, could: true },
    quote: { last: '101', day: '100 102' },
    state: { marks: { 'BTC/USD': markAt(NOON, '101') } },
  },
  {
    what: 'a crossing either way, neither side of which was reached',
    ...{ condition: both, memory: { holds: false, ready: { below: true } }, could: false },
    quote: { last: '101', day: '100.01 102' },
    state: { marks: { 'BTC/USD': markAt(NOON, '101') } },
  },
  {
    what: 'a crossing either way, one side of which was reached',
    ...{ condition: both, memory: READY, quote: { day: '98 99.5' }, could: true },
  },
  {
    what: 'a crossing that must come back first, and whose mark is old',
    ...{ condition: above, memory: SPENT, quote: {}, state: OLD, could: true },
  },
  {
    what: 'a crossing that has just fired, where nothing was traded since the mark',
    ...{ condition: above, memory: { ...READY, holds: true }, quote: { day: '99 100' } },
    ...{ could: false, changedAtMs: NOON - 5_000 },
  },
  {
    what: 'a crossing whose mark is so old that nobody knows the range since',
    ...{ condition: above, memory: READY, quote: {}, state: OLD, could: true },
  },
  {
    what: 'a crossing, where the newest trade came before the mark by as much as clocks differ',
    ...{ condition: above, memory: READY, quote: { day: '99 100' }, could: false },
    changedAtMs: NOON - 5_000,
  },
  {
    what: 'a crossing, where the newest trade may have come after the mark',
    ...{ condition: above, memory: READY, quote: { day: '99 100' }, could: true },
    changedAtMs: NOON - 4_999,
  },
  {
    what: 'a new high that went on holding, where nothing was traded since the mark',
    ...{ condition: extreme('high'), memory: HOLDS, quote: {}, could: false },
    changedAtMs: NOON - 5_000,
  },
  {
    what: 'a level that held, where nothing was traded since the mark',
    ...{ condition: level('below'), memory: HOLDS, quote: {}, could: true },
    changedAtMs: NOON - 5_000,
  },
  {
    what: 'a level that did not hold, where nothing was traded since the mark',
    ...{ condition: level('below'), memory: NOT, quote: {}, could: false },
    changedAtMs: NOON - 5_000,
  },
  {
    what: 'a level that was reached',
    ...{ condition: level('above'), memory: NOT, quote: { day: '99 100' }, could: true },
  },
  {
    what: 'a level that was not reached',
    ...{ condition: level('above'), memory: NOT, quote: { day: '99 99.99' }, could: false },
  },
  {
    what: 'a level below, by the lowest price',
    ...{ condition: level('below'), memory: NOT, quote: { last: '101', day: '100 102' } },
    ...{ state: { marks: { 'BTC/USD': markAt(NOON, '101') } }, could: true },
  },
  {
    what: 'a level below, not by the highest price',
    ...{ condition: level('below'), memory: NOT, quote: { last: '101', day: '100.01 102' } },
    ...{ state: { marks: { 'BTC/USD': markAt(NOON, '101') } }, could: false },
  },
  ...[
    { what: 'a level for ten minutes, since the mark', forMinutes: 10, could: true },
    { what: 'a level for longer than since the mark', forMinutes: 11, could: false },
  ].map(({ forMinutes, ...rest }) => ({
    ...{ ...rest, condition: level('above', forMinutes), memory: NOT, quote: { day: '99 100' } },
  })),
  {
    what: 'a level for ten minutes that was not reached since the mark',
    ...{ condition: level('above', 10), memory: NOT, quote: { day: '99 99.99' }, could: false },
  },
  {
    what: 'a level for ten minutes, since so long that nobody knows the range',
    ...{ condition: level('above', 10), memory: NOT, quote: {}, state: OLD, could: true },
  },
  {
    what: 'a level that has held since before the mark, for long enough',
    ...{ condition: level('above', 20), memory: { holds: false, sinceMs: NOON - 10 * MINUTE } },
    ...{ quote: {}, could: true },
  },
  {
    what: 'a level that has held since before the mark, a moment too short',
    ...{ condition: level('above', 20), memory: { holds: false, sinceMs: NOON - 10 * MINUTE + 1 } },
    ...{ quote: { day: '99 100' }, could: false },
  },
  ...[
    { what: 'a rise from the lowest of 24 hours', could: true, hours: '90 110', day: '90 99' },
    { what: 'a rise one tick short of it', could: false, hours: '90 110', day: '90 98.99' },
  ].map(({ hours, day, ...rest }) => ({
    ...{ ...rest, condition: move('up'), memory: NOT, quote: { last: '98', day, hours } },
    state: { marks: { 'BTC/USD': markAt(NOON, '98') } },
  })),
  ...[
    { what: 'a fall from the highest of 24 hours', could: true, day: '99 110' },
    { what: 'a fall one tick short of it', could: false, day: '99.01 110' },
  ].map(({ day, ...rest }) => ({
    ...{ ...rest, condition: move('down'), memory: NOT, quote: { last: '100', day } },
    state: { marks: { 'BTC/USD': markAt(NOON, '100') } },
  })),
  {
    what: 'a move either way, of which one side could be',
    ...{ condition: move('either'), memory: NOT },
    quote: { last: '100', day: '99 105', hours: '99 110' },
    ...{ state: { marks: { 'BTC/USD': markAt(NOON, '100') } }, could: true },
  },
  {
    what: 'a move whose window begins 23 hours ago',
    ...{ condition: move('up', 23 * HOUR - 10 * MINUTE), memory: NOT, quote: {}, could: false },
  },
  {
    what: 'a move whose window reaches further back than the ticker',
    ...{ condition: move('up', 23 * HOUR - 9 * MINUTE), memory: NOT, quote: {}, could: true },
  },
  {
    what: 'a move, where nothing was traded since a minute before the mark',
    ...{ condition: move('up'), memory: NOT, quote: { day: '50 99' }, could: false },
    changedAtMs: NOON - MINUTE - 5_000,
  },
  {
    what: 'a move within the minute before the mark, which counts in the next',
    ...{ condition: move('up'), memory: NOT, quote: { day: '50 99' }, could: true },
    changedAtMs: NOON - MINUTE - 4_999,
  },
  {
    what: 'a new high, beyond what is known',
    ...{ condition: extreme('high'), memory: READY, quote: { day: '99 110.01' }, could: true },
    known: '90 110',
  },
  {
    what: 'a new high, at what is known',
    ...{ condition: extreme('high'), memory: READY, quote: { day: '80 110' }, could: false },
    known: '90 110',
  },
  {
    what: 'a new low, beyond what is known',
    ...{ condition: extreme('low'), memory: READY, quote: { day: '89.99 99' }, could: true },
    known: '90 110',
  },
  {
    what: 'a new low, at what is known',
    ...{ condition: extreme('low'), memory: READY, quote: { day: '90 120' }, could: false },
    known: '90 110',
  },
  {
    what: 'a new high, while nothing is known of the day before',
    ...{ condition: extreme('high'), memory: READY, quote: {}, could: true },
  },
  {
    what: 'a spread, which is as polled',
    ...{ condition: spread, memory: NOT, quote: { bid: '99', ask: '100' }, could: true },
  },
  {
    what: 'a spread that is too small',
    ...{ condition: spread, memory: HOLDS, quote: { bid: '99.5', ask: '100' }, could: false },
  },
  {
    what: 'a level that has fired and was not back',
    ...{ condition: level('above'), memory: HOLDS, rule: BAND, could: false },
    quote: { last: '101', day: '99.01 101' },
    state: { status: 'fired', marks: { 'BTC/USD': markAt(NOON, '101') } },
  },
  {
    what: 'a level that has fired and was back by its band',
    ...{ condition: level('above'), memory: HOLDS, rule: BAND, could: true },
    quote: { last: '101', day: '99 101' },
    state: { status: 'fired', marks: { 'BTC/USD': markAt(NOON, '101') } },
  },
  {
    what: 'a level that has fired, since so long that nobody knows the range',
    ...{ condition: level('above'), memory: HOLDS, quote: {}, could: true },
    state: { ...OLD, status: 'fired' },
  },
  {
    what: 'a level that was told ahead, and whose candles must show it',
    ...{ condition: level('above'), memory: HOLDS, rule: BAND, could: true },
    quote: { last: '101', day: '99.01 101' },
    state: { status: 'fired', aheadMs: NOON, marks: { 'BTC/USD': markAt(NOON, '101') } },
  },
  {
    what: 'a move that has fired: any may fail',
    ...{ condition: move('up'), memory: HOLDS, quote: { day: '50 99' }, could: true },
    state: { status: 'fired' },
  },
  {
    what: 'a crossing that has fired: it is an event',
    ...{ condition: above, memory: READY, quote: { last: '99.5', day: '99.5 100' } },
    ...{
      could: true,
      rule: BAND,
      state: { status: 'fired', marks: { 'BTC/USD': markAt(NOON, '99.5') } },
    },
  },
  {
    what: 'a rule in its cooldown',
    ...{ condition: above, memory: READY, quote: { day: '99 100' }, could: false },
    ...{ rule: { cooldownMs: 11 * MINUTE }, state: { firedAtMs: NOON } },
  },
  {
    what: 'a rule whose cooldown is over',
    ...{ condition: above, memory: READY, quote: { day: '99 100' }, could: true },
    ...{ rule: { cooldownMs: 10 * MINUTE }, state: { firedAtMs: NOON } },
  },
  {
    what: 'a rule whose date has come: what was before it may be unread',
    ...{ condition: above, memory: READY, quote: { day: '99 100' }, could: true },
    rule: { expiresAtMs: NOON + MINUTE },
  },
];
