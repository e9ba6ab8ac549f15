/** Text for a terminal: colours where they are wanted, tables, and nothing that could steer it. */
import { printable } from '../config/fault.ts';

/** Colours by meaning. */
export interface Paint {
  readonly strong: (text: string) => string;
  readonly faint: (text: string) => string;
  readonly good: (text: string) => string;
  readonly bad: (text: string) => string;
  readonly warn: (text: string) => string;
}

/** Whether colours are wanted: on a terminal, unless NO_COLOR says no (https://no-color.org). */
export function wantsColour(isTty: boolean, env: Readonly<Record<string, string | undefined>>) {
  return isTty && (env['NO_COLOR'] ?? '') === '' && env['TERM'] !== 'dumb';
}

/** Colours, or none. */
export function paintOf(inColour: boolean): Paint {
  const code = (begin: number, end: number) => (text: string) =>
    inColour && text !== '' ? `\u001b[${begin}m${text}\u001b[${end}m` : text;
  return {
    ...{ strong: code(1, 22), faint: code(2, 22) },
    ...{ good: code(32, 39), bad: code(31, 39), warn: code(33, 39) },
  };
}

/** One cell of a table: what it says, and how it looks. */
export type Cell =
  | string
  | { readonly text: string; readonly look: (paint: Paint) => Paint['strong'] };

/** A table in columns of their widest cell, two blanks apart; the last one is not filled up. */
export function tableLines(
  head: readonly string[],
  rows: readonly (readonly Cell[])[],
  paint: Paint,
): readonly string[] {
  const heading = head.map((text): Cell => ({ text, look: ({ faint }) => faint }));
  const all = [heading, ...rows].map((row) =>
    row.map((cell) => {
      const { text, look } = typeof cell === 'string' ? { text: cell, look: undefined } : cell;
      return { text: printable(text), look };
    }),
  );
  const widths = head.map((_, at) => Math.max(...all.map((row) => columnsOf(row[at]?.text ?? ''))));
  return all.map((row) =>
    row
      .map(({ text, look }, at) => {
        const blanks = (widths[at] ?? 0) - columnsOf(text);
        const shown = look === undefined ? text : look(paint)(text);
        return at === row.length - 1 ? shown : shown + ' '.repeat(blanks);
      })
      .join('  ')
      .trimEnd(),
  );
}

/** Characters as people count them; marks that stand on the character before take no room. */
function columnsOf(text: string): number {
  return [...text.replaceAll(/\p{M}/gu, '')].length;
}
