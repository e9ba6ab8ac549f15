/**
 * What to write instead, for a text that is not JSON. Hand-written alert messages fail in a few
 * ways that can be named; the sentence names the way. It quotes at most one character of the text
 * (or a placeholder), because any longer word could be a secret.
 */

/** What the reader was looking for when it stopped. */
export type Expected =
  | 'message'
  | 'value'
  | 'key'
  | 'colon'
  | 'member-end'
  | 'item-end'
  | 'end'
  | 'text'
  | 'escape';

/** A TradingView placeholder, or one of the kind, that nobody replaced. */
const PLACEHOLDER = /\{\{[^{}]{0,60}\}\}/;

const TYPOGRAPHIC_QUOTES = '\u201c\u201d\u201e\u201f\u2018\u2019\u00ab\u00bb\uff02';

const WHAT_IS_EXPECTED: Readonly<Record<Expected, string>> = {
  message: 'expected a JSON object such as {"action":"buy"}; this is not JSON',
  value: 'expected a value: a text in double quotes, a number such as 0.5, true, false or null',
  key: 'expected a key in double quotes',
  colon: 'expected a colon between key and value',
  'member-end': 'expected a comma or }: a comma is missing, or a quote inside a text is not \\"',
  'item-end': 'expected a comma or ]',
  end: 'expected nothing more: a message is one JSON object, such as {"action":"buy"}',
  text: 'a line break or control character stands inside a text: write \\n, or close the quote',
  escape: 'unknown escape: write \\\\ for a backslash',
};

/** One sentence for a fault at a place of the text. */
export function remedyFor(text: string, at: number, expected: Expected): string {
  return (
    unreplaced(text) ??
    anotherLanguage(text, expected) ??
    atCharacter(text, at, expected) ??
    withFound(text, at, expected)
  );
}

/** Commands of other bots, KEY=VALUE lines and sentences: whole messages that are no JSON at all. */
function anotherLanguage(text: string, expected: Expected): string | undefined {
  const isWhole = expected === 'message' || expected === 'end';
  if (!isWhole || !/^\s*(?:"?"?;?[A-Za-z][\w-]*|[0-9]{5,}|\p{Emoji_Presentation})/u.test(text)) {
    return undefined;
  }
  if (/^\s*(?:true|false|null|NaN|nan|None|True|False|Infinity)\s*$/.test(text)) return undefined;
  const what = /[A-Za-z_]\s*=\s*\S/.test(text) ? 'KEY=VALUE text' : 'a plain text';
  return `${what} is not JSON, and nothing else is read: write such as {"action":"buy","symbol":"KRAKEN:BTCUSD"}`;
}

/** Why a text that still holds a placeholder cannot be used; undefined when it holds none. */
export function unreplaced(text: string): string | undefined {
  const name = PLACEHOLDER.exec(text)?.[0];
  if (name !== undefined) {
    return `the placeholder ${printable(name)} was not replaced: check its spelling, and that this kind of alert fills it`;
  }
  return undefined;
}

function atCharacter(text: string, at: number, expected: Expected): string | undefined {
  const character = text[at];
  const rest = text.slice(at, at + 10);
  if (character === '\ufeff') return 'a byte order mark comes first: save the message without it';
  if (character === undefined && text.trim() === '') return 'the message is empty';
  if (expected === 'text' || expected === 'escape') {
    return character === undefined
      ? 'the text is not closed: a double quote is missing'
      : undefined;
  }
  if (character === undefined) return 'the message ends too early: a closing brace is missing';
  if (TYPOGRAPHIC_QUOTES.includes(character)) {
    return 'a typographic quote: replace it by a plain double quote (") everywhere';
  }
  if (character === "'")
    return 'a single quote: JSON wants double quotes (") around keys and texts';
  if (/^(?:\/\/|\/\*|#)/.test(rest)) return 'a comment: JSON has none, remove it';
  if (/^[}\]]/.test(rest) && (expected === 'key' || expected === 'value')) {
    return 'a comma before the closing bracket, or a missing value: remove the comma or write the value';
  }
  if (/^(?:NaN|[+-]?Infinity|-Infinity|nan\b)/.test(rest)) {
    return 'NaN or Infinity is not a number: the plot or variable had no value when the alert fired';
  }
  if (/^(?:True|False|None)\b/.test(rest)) return 'write true, false or null in small letters';
  if (expected === 'value' && /^[+.0-9-]/.test(rest)) return 'write a number such as 0.5 or -0.5';
  if (expected === 'value' && /^[A-Za-z]/.test(rest)) {
    return 'a text without double quotes: write them around it, also around a placeholder for text';
  }
  if (expected === 'member-end' && character === '"') return 'a comma is missing before this key';
  if (expected === 'colon' && character === '=') return 'an equals sign: write a colon';
  if (expected === 'key' && /^[0-9]/.test(rest)) return 'write decimals with a point, such as 0.5';
  if (expected === 'key' && /^[A-Za-z_]/.test(rest)) return 'put the key in double quotes';
  return undefined;
}

function withFound(text: string, at: number, expected: Expected): string {
  const character = [...text.slice(at, at + 2)][0] ?? '';
  return `${WHAT_IS_EXPECTED[expected]} (found ${printable(JSON.stringify(character))})`;
}

function printable(text: string): string {
  return text.replace(/[^\x20-\x7e]/g, '?');
}
