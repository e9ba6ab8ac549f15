/**
 * A fault of the configuration file: where it is, what is wrong, and what would be right. Every
 * command that reads the file (npm start, cdk synth, npm run check) shows faults with `faultsText`.
 */

/** One fault. `line` and `column` count from 1 and point at the key, or at the item of a list. */
export interface ConfigFault {
  readonly line: number;
  readonly column: number;
  /** `accounts.main.rails.maxOrder`; empty when the fault is of the file as a whole. */
  readonly path: string;
  /** What is wrong, to be read after the path: `is "500": an amount needs a currency`. */
  readonly problem: string;
  /** One or two full sentences: what to write or to do instead. */
  readonly remedy: string;
}

/** What is wrong and what would be right, before it is known where. */
export interface Said {
  readonly problem: string;
  readonly remedy: string;
}

/** Keys and list indexes from the root of the file to a value. */
export type Path = readonly (string | number)[];

/** A fault that still lacks its place in the text. */
export interface Finding extends Said {
  readonly path: Path;
  /** Where it is in the text, when that is not where the path is. */
  readonly offset?: number;
}

/** One line per fault: `harpoon.yaml:12:7  accounts.main.rails.maxOrder  is "500": ...`. */
export function faultsText(file: string, faults: readonly ConfigFault[]): string {
  return faults.map((fault) => `${faultLine(file, fault)}\n`).join('');
}

function faultLine(file: string, fault: ConfigFault): string {
  const where = `${file}:${fault.line}:${fault.column}`;
  const what = `${fault.problem}. ${fault.remedy}`;
  return fault.path === '' ? `${where}  ${what}` : `${where}  ${fault.path}  ${what}`;
}

/** A path as people write it: `sources.btc.allowFrom[0]`; keys with other characters are quoted. */
export function pathText(path: Path): string {
  return path.map(segmentText).join('').replace(/^\./, '');
}

function segmentText(segment: string | number): string {
  if (typeof segment === 'number') return `[${segment}]`;
  return /^[A-Za-z0-9_-]+$/.test(segment) ? `.${segment}` : `[${quoted(segment)}]`;
}

const SHOWN_CHARACTERS = 60;

/** Text of the file in quotes, short, and without characters that could steer a terminal. */
export function quoted(text: string): string {
  const short = text.length > SHOWN_CHARACTERS ? `${text.slice(0, SHOWN_CHARACTERS)}...` : text;
  return printable(JSON.stringify(short));
}

/** The text with control and formatting characters written as `\u{...}`. */
export function printable(text: string): string {
  return text.replace(
    /[\p{C}\p{Zl}\p{Zp}]/gu,
    (character) => `\\u{${(character.codePointAt(0) ?? 0).toString(16)}}`,
  );
}
