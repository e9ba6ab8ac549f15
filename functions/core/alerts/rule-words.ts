/** The words of a rule with their places, so that a fault can point at the one that is wrong. */
import { decimal, parseDecimal, plain } from '../decimal.ts';
import { err, ok, type Result } from '../result.ts';

/** A word and where it stands: characters from `from` up to, not including, `to`. */
export interface Word {
  readonly text: string;
  readonly from: number;
  readonly to: number;
}

/** What is wrong with a rule, where, and what to write. */
export interface RuleFault {
  /** To be read after the word: `"abve" is not known here`. */
  readonly problem: string;
  /** One sentence: what would be right. */
  readonly remedy: string;
  readonly from: number;
  readonly to: number;
}

/** What a part of the parser returns. */
export type Read<T> = Result<T, RuleFault>;

/** Reads words one after the other. */
export class Words {
  readonly #words: readonly Word[];
  #at = 0;

  constructor(words: readonly Word[]) {
    this.#words = words;
  }

  /** The next word, left where it is. */
  peek(): Word | undefined {
    return this.#words[this.#at];
  }

  next(): Word | undefined {
    const word = this.peek();
    this.#at += 1;
    return word;
  }

  /** Takes the next word when it is one of these, whatever its case. */
  take(...known: readonly string[]): boolean {
    const word = this.peek();
    if (word === undefined || !known.includes(word.text.toLowerCase())) return false;
    this.#at += 1;
    return true;
  }

  /** The place behind the last word, for what is missing. */
  get end(): Word {
    const to = this.#words.at(-1)?.to ?? 0;
    return { text: '', from: to, to };
  }
}

/** Cuts a text into words at blanks. */
export function wordsOf(text: string): readonly Word[] {
  return [...text.matchAll(/\S+/g)].map((match) => ({
    text: match[0],
    from: match.index,
    to: match.index + match[0].length,
  }));
}

/** A fault at a word; at the end of the rule when there is none. */
export function wrong(word: Word, problem: string, remedy: string): Result<never, RuleFault> {
  const { from, to, text } = word;
  const what = text === '' ? 'something is missing' : `"${text.slice(0, 40)}"`;
  return err({ problem: `${what} ${problem}`, remedy, from, to });
}

const SCALES: Readonly<Record<string, string>> = { k: '1000', m: '1000000', b: '1000000000' };

/** `100000`, `0.5`, `100k`, `1.5m`, `1e9` or `$100`, as plain decimal text above zero. */
export function readNumber(words: Words, example: string): Read<string> {
  const word = words.next() ?? words.end;
  const remedy = `Write a number such as ${example}.`;
  const pattern = /^\$?(\d+(?:\.\d+)?)(?:[eE](\d{1,2})|([kKmMbB]))?$/;
  const [, digits, exponent, letter] = pattern.exec(word.text) ?? [];
  if (digits === undefined) {
    if (/^\$?\d{1,3}(?:[,_']\d{3})+(?:\.\d+)?$/.test(word.text)) {
      return wrong(word, 'has separators', `Write ${word.text.replaceAll(/[$,_']/g, '')}.`);
    }
    if (/^\d+,\d+$/.test(word.text)) {
      return wrong(word, 'has a comma', `Write ${word.text.replace(',', '.')}.`);
    }
    return wrong(word, word.text === '' ? 'at the end' : 'is not a number', remedy);
  }
  const scale = letter === undefined ? '1' : (SCALES[letter.toLowerCase()] ?? '1');
  const parsed = parseDecimal(digits.replace(/^0+(?=\d)/, ''));
  if (!parsed.ok) return wrong(word, 'has too many digits', remedy);
  const value = parsed.value.times(scale).times(decimal(`1e${exponent ?? '0'}`));
  if (!value.gt('0')) return wrong(word, 'must be above zero', remedy);
  // What comes out must be a number that can be read again.
  if (!parseDecimal(plain(value)).ok) return wrong(word, 'is too large', remedy);
  return ok(plain(value));
}

/** `5%` or `5 %`, above 0, as decimal text without the sign. */
export function readPercentage(words: Words): Read<string> {
  const word = words.next() ?? words.end;
  const number = word.text.replace(/%$/, '');
  const parsed = parseDecimal(number);
  const hasSign = number !== word.text || words.take('%', 'percent');
  if (!parsed.ok || !parsed.value.gt('0')) {
    return wrong(word, 'is not a percentage above zero', 'Write 5%.');
  }
  if (!hasSign) return wrong(word, 'needs a percent sign', `Write ${number}%.`);
  if (parsed.value.gt('1000')) return wrong(word, 'is above 1000%', 'Write 5%.');
  return ok(plain(parsed.value));
}

const MINUTE_MS = 60_000;
const UNITS: Readonly<Record<string, number>> = {
  ...{ m: 1, min: 1, mins: 1, minute: 1, minutes: 1 },
  ...{ h: 60, hour: 60, hours: 60, d: 1_440, day: 1_440, days: 1_440 },
};

/** `10m`, `1h`, `1d` or `10 minutes`, from a minute to `mostMs`, in milliseconds. */
export function readTime(words: Words, mostMs: number): Read<number> {
  const word = words.next() ?? words.end;
  const [, number, attached] = /^(\d{1,6})([a-z]*)$/i.exec(word.text) ?? [];
  const remedy = 'Write 10m, 1h or 1d.';
  if (number === undefined) return wrong(word, 'is not a time', remedy);
  const unit = attached === '' ? (words.next()?.text ?? '') : (attached ?? '');
  const minutes = Object.hasOwn(UNITS, unit.toLowerCase()) ? UNITS[unit.toLowerCase()] : undefined;
  if (minutes === undefined) return wrong(word, 'needs a unit: m, h or d', remedy);
  const ms = Number(number) * minutes * MINUTE_MS;
  if (ms < MINUTE_MS) return wrong(word, 'is below a minute', remedy);
  if (ms > mostMs) return wrong(word, `is above ${timeText(mostMs)}`, remedy);
  return ok(ms);
}

/** The shortest words for a time in whole minutes: `10m`, `90m`, `2h`, `1d`. */
export function timeText(ms: number): string {
  const minutes = Math.round(ms / MINUTE_MS);
  if (minutes % 1_440 === 0) return `${minutes / 1_440}d`;
  return minutes % 60 === 0 ? `${minutes / 60}h` : `${minutes}m`;
}
