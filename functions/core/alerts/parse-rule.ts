/**
 * Reads the conditions of a rule from text: `BTC/USD crosses above 100000 and spread below 0.5%`.
 * Never throws, whatever the text; a fault points at the word that is wrong and says what to write.
 */
import { likelyPair, PAIR, peoplesName } from '../market/pair-name.ts';
import { ok, type Result } from '../result.ts';
import { nearest } from '../suggest.ts';
import {
  readNumber,
  readPercentage,
  readTime,
  type Read,
  type RuleFault,
  type Word,
  Words,
  wordsOf,
  wrong,
} from './rule-words.ts';
import type { Condition, Side } from './rule.ts';

/** Longest text of a rule, and most conditions in one. */
export const RULE_CHARACTERS_MAX = 500;
export const CONDITIONS_MAX = 8;

/** Longest time that a condition may look back: the candles of a cold start reach that far. */
export const LOOK_BACK_MAX_MS = 24 * 3_600_000;

const ABOVE = ['above', 'over', '>', '>='] as const;
const BELOW = ['below', 'under', '<', '<='] as const;
const UP = ['rises', 'rise', 'gains', 'gain'] as const;
const DOWN = ['falls', 'fall', 'drops', 'drop'] as const;
const EITHER = ['moves', 'move'] as const;

const VERBS: readonly string[] = [
  ...['crosses', 'above', 'below', 'over', 'under', '>', '>=', '<', '<='],
  ...[...EITHER, ...UP, ...DOWN],
  ...['spread', 'volume', 'new'],
];

const EXAMPLE = 'Write a rule such as "BTC/USD crosses above 100000".';

/** Reads the conditions of a rule. */
export function parseConditions(text: string): Result<readonly Condition[], RuleFault> {
  const words = wordsOf(text);
  const whole: Word = { text: '', from: 0, to: text.length };
  if (words.length === 0) return wrong(whole, 'in an empty rule', EXAMPLE);
  if (text.length > RULE_CHARACTERS_MAX) {
    return wrong(whole, 'in so long a rule', `Keep it below ${RULE_CHARACTERS_MAX} characters.`);
  }
  const conditions: Condition[] = [];
  let pair: string | undefined;
  for (const clause of clausesOf(words)) {
    const read = readClause(new Words(clause.words), pair, clause.join);
    if (!read.ok) return read;
    const event = conditions.find(isEvent);
    const [first] = clause.words;
    if (event !== undefined && isEvent(read.value) && first !== undefined) {
      const place = { ...first, to: clause.words.at(-1)?.to ?? first.to };
      const problem = 'is a second event: two never happen in the same moment';
      return wrong(place, problem, 'Use "above" or "below" for all but one condition.');
    }
    pair = read.value.pair;
    conditions.push(read.value);
    if (conditions.length > CONDITIONS_MAX && first !== undefined) {
      return wrong(first, 'is one condition too many', `Keep at most ${CONDITIONS_MAX}.`);
    }
  }
  return ok(conditions);
}

/** Whether a condition happens at one moment, rather than holding for a time. */
export function isEvent({ kind }: Condition): boolean {
  return kind === 'cross' || kind === 'extreme';
}

/** The conditions between the words `and`, each with the `and` before it. */
function clausesOf(words: readonly Word[]): readonly { words: readonly Word[]; join: Word }[] {
  const clauses: { words: Word[]; join: Word }[] = [];
  let join: Word = { text: '', from: 0, to: 0 };
  let current: Word[] = [];
  for (const word of words) {
    if (word.text.toLowerCase() === 'and' || word.text === '&') {
      clauses.push({ words: current, join });
      [current, join] = [[], word];
    } else current.push(word);
  }
  return [...clauses, { words: current, join }];
}

function readClause(words: Words, before: string | undefined, join: Word): Read<Condition> {
  const first = words.peek();
  if (first === undefined) return wrong(join, 'has no condition on one side', EXAMPLE);
  let pair = before;
  if (!VERBS.includes(first.text.toLowerCase())) {
    const read = readPair(first, before !== undefined);
    if (!read.ok) return read;
    pair = read.value;
    words.next();
  }
  if (pair === undefined) return wrong(first, 'needs a pair before it', EXAMPLE);
  const condition = readCondition(words, pair);
  const rest = words.peek();
  if (!condition.ok || rest === undefined) return condition;
  const more = 'Join conditions with "and", or take it out.';
  return wrong(rest, 'does not belong here', more);
}

function readPair(word: Word, hadPair: boolean): Read<string> {
  const [base = '', quote = ''] = word.text.split('/');
  const isOurs = base === peoplesName(base) && quote === peoplesName(quote);
  if (PAIR.test(word.text) && isOurs) return ok(word.text);
  const verb = nearest(word.text, VERBS);
  if (hadPair && verb !== undefined) return wrong(word, 'is not known here', `Write ${verb}.`);
  const likely = likelyPair(word.text);
  return wrong(word, 'is not a pair', likely === undefined ? EXAMPLE : `Write ${likely}.`);
}

function readCondition(words: Words, pair: string): Read<Condition> {
  const side = readSide(words);
  if (side !== undefined) return readLevel(words, pair, side);
  if (words.take('crosses')) {
    const to = readSide(words) ?? 'either';
    const next = words.peek();
    const meant = next === undefined ? undefined : nearest(next.text, ['above', 'below']);
    if (next !== undefined && meant !== undefined) {
      return wrong(next, 'is not known here', `Write ${meant}.`);
    }
    const level = readPrice(words, pair);
    return level.ok ? ok({ kind: 'cross', pair, side: to, level: level.value }) : level;
  }
  if (words.take(...EITHER)) return readMove(words, pair, 'either');
  if (words.take(...UP)) return readMove(words, pair, 'up');
  if (words.take(...DOWN)) return readMove(words, pair, 'down');
  if (words.take('spread')) return readSpread(words, pair);
  if (words.take('volume')) return readVolume(words, pair);
  if (words.take('new')) return readExtreme(words, pair);
  const word = words.peek() ?? words.end;
  const near = nearest(word.text, VERBS);
  const known = 'crosses above, above, below, moves, spread above, volume above, new 24h high';
  return wrong(
    word,
    word.text === '' ? `after ${pair}` : 'is not known here',
    near === undefined ? `Write one of: ${known}.` : `Write ${near}.`,
  );
}

function readSide(words: Words): Side | undefined {
  if (words.take(...ABOVE)) return 'above';
  return words.take(...BELOW) ? 'below' : undefined;
}

function needSide(words: Words): Read<Side> {
  const side = readSide(words);
  if (side !== undefined) return ok(side);
  return wrong(words.peek() ?? words.end, 'is not above or below', 'Write above or below.');
}

/** A price, with the quote currency behind it if somebody writes it. */
function readPrice(words: Words, pair: string): Read<string> {
  const price = readNumber(words, '100000');
  const next = words.peek();
  if (!price.ok || next === undefined) return price;
  const quote = pair.split('/')[1] ?? '';
  if (words.take(quote.toLowerCase())) return price;
  // `FOR 10m` is a time, in capitals as well.
  if (/^[A-Z]{3,5}$/.test(next.text) && next.text !== 'FOR') {
    return wrong(next, `is not what ${pair} is priced in`, `Write the price in ${quote}.`);
  }
  return price;
}

function readLevel(words: Words, pair: string, side: Side): Read<Condition> {
  const level = readPrice(words, pair);
  if (!level.ok) return level;
  const condition = { kind: 'level', pair, side, level: level.value } as const;
  if (!words.take('for')) return ok({ ...condition, forMs: 0 });
  const time = readTime(words, LOOK_BACK_MAX_MS);
  return time.ok ? ok({ ...condition, forMs: time.value }) : time;
}

function readMove(
  words: Words,
  pair: string,
  direction: 'up' | 'down' | 'either',
): Read<Condition> {
  const percent = readPercentage(words);
  if (!percent.ok) return percent;
  if (!words.take('in', 'within')) {
    return wrong(words.peek() ?? words.end, 'is not "in 1h"', 'Write in 1h behind the percentage.');
  }
  const window = readTime(words, LOOK_BACK_MAX_MS);
  if (!window.ok) return window;
  return ok({ kind: 'move', pair, direction, percent: percent.value, windowMs: window.value });
}

function readSpread(words: Words, pair: string): Read<Condition> {
  const side = needSide(words);
  if (!side.ok) return side;
  const percent = readPercentage(words);
  return percent.ok
    ? ok({ kind: 'spread', pair, side: side.value, percent: percent.value })
    : percent;
}

function readVolume(words: Words, pair: string): Read<Condition> {
  words.take('24h');
  const side = needSide(words);
  if (!side.ok) return side;
  const amount = readNumber(words, '1e9');
  if (!amount.ok) return amount;
  words.take((pair.split('/')[0] ?? '').toLowerCase());
  return ok({ kind: 'volume', pair, side: side.value, amount: amount.value });
}

function readExtreme(words: Words, pair: string): Read<Condition> {
  words.take('24h');
  if (words.take('high')) return ok({ kind: 'extreme', pair, end: 'high' });
  if (words.take('low')) return ok({ kind: 'extreme', pair, end: 'low' });
  return wrong(words.peek() ?? words.end, 'is not high or low', 'Write new 24h high.');
}
