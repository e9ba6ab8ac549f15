/**
 * Refuses text that nests deeper than a configuration ever does, before the YAML reader sees it:
 * that reader calls itself for every level, and a file of brackets would exhaust the stack.
 */
import { CST, Lexer } from 'yaml';

/** Open brackets at one place; the configuration needs 4. */
const DEEPEST_BRACKETS = 16;

/** Block levels opened on one line, as in `- - a: b`; the configuration needs 2. */
const DEEPEST_LINE = 4;

/** Whether the text nests too deeply. Indentation needs no limit: the size of the file is one. */
export function nestsTooDeeply(text: string): boolean {
  let brackets = 0;
  let onThisLine = 0;
  let isContent = false;
  for (const token of new Lexer().lex(text)) {
    if (isContent) {
      // What follows the mark of a scalar is its text, whatever it looks like.
      isContent = false;
      continue;
    }
    const type = CST.tokenType(token);
    if (type === 'scalar') isContent = true;
    else if (type === 'newline') onThisLine = 0;
    else if (type === 'flow-map-start' || type === 'flow-seq-start') brackets += 1;
    else if (type === 'flow-map-end' || type === 'flow-seq-end')
      brackets = Math.max(0, brackets - 1);
    else if (brackets === 0 && opensBlock(type)) onThisLine += 1;
    if (brackets > DEEPEST_BRACKETS || onThisLine > DEEPEST_LINE) return true;
  }
  return false;
}

function opensBlock(type: CST.TokenType | null): boolean {
  return type === 'seq-item-ind' || type === 'explicit-key-ind' || type === 'map-value-ind';
}
