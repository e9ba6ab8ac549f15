/**
 * The words for what is to be done. A word is carried out where it means one thing on spot without
 * knowing a position; every other word is refused with what to write instead.
 */
import { refusal, type Refusal } from '../refusal.ts';
import { err, ok, type Result } from '../result.ts';
import type { FieldText } from './message.ts';
import type { Action } from '../signal.ts';

/** An action, and whether its word says that it only leaves a position that was bought. */
export interface ActionWord {
  readonly action: Action;
  readonly leaves: boolean;
}

/** Words for each meaning, in small letters without blanks, dashes and underscores. */
export const ACTION_WORDS = {
  buy: ['buy', 'long', 'openlong', 'enterlong', 'entrylong', 'longentry', 'golong', 'buytoopen'],
  sell: ['sell'],
  leave: ['exit', 'close', 'flat', 'flatten', 'exitlong', 'closelong', 'longexit'].concat([
    'longclose',
    'exitposition',
    'closeposition',
    'selltoclose',
  ]),
} as const satisfies Record<string, readonly string[]>;

/** Words that are refused, by what they would mean; the first pattern that fits counts. */
const REFUSED: readonly (readonly [RegExp, string])[] = [
  [
    /cover|(exit|close).*short|short.*(exit|close)|buytoclose/,
    'closes a short position, which spot cannot have: let the strategy trade long only; on a source that allows leverage write "buy" with "leverage" and "reduceOnly": true',
  ],
  [
    /short|selltoopen/,
    'opens a short position, which spot cannot have: write "sell" to sell what is held; on a source that allows leverage write "sell" with "leverage"',
  ],
  [
    /reverse|flip|switch/,
    'turns a position around, which spot cannot do: write "sell" with "size": "100% position" to sell all that is held',
  ],
  [
    /target/,
    'names a position to reach, which a source with target: true in harpoon.yaml reads from "marketPosition" and "positionSize": set it there, or write "buy" or "sell" and the size that is missing',
  ],
  [
    /cancel|halt|stop|pause|resume/,
    'is no trade: a message trades with "buy", "sell" and "close", takes an order back with "cancel" and its "id", and stops everything with "halt"',
  ],
  [
    /hold|none|wait|neutral|nothing|donothing/,
    'asks for no trade, and no trade was made: let the alert fire only when there is something to do',
  ],
];

/** `buy`, `long`, `sell`, `close` and their like. */
export function readAction({ name, text }: FieldText): Result<ActionWord, Refusal> {
  const word = text.toLowerCase().replace(/[\s_-]+/g, '');
  const means = (words: readonly string[]): boolean => words.includes(word);
  if (means(ACTION_WORDS.buy)) return ok({ action: 'buy', leaves: false });
  if (means(ACTION_WORDS.sell)) return ok({ action: 'sell', leaves: false });
  if (means(ACTION_WORDS.leave)) return ok({ action: 'sell', leaves: true });
  const refused = REFUSED.find(([pattern]) => pattern.test(word))?.[1];
  if (refused !== undefined) return err(refusal('not-supported', `${name} ${refused}.`));
  return err(refusal('bad-field', `${name} is not readable: write buy, sell or close.`));
}
