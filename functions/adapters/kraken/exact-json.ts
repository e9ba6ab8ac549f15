/**
 * Reads JSON without floats: every number of the text becomes a string of the same digits, so that
 * an amount is exact whether Kraken writes it as a string or as a number (BalanceEx does both).
 */

const NUMBER = /-?[0-9][0-9.eE+-]*/g;

/**
 * Parses JSON; throws SyntaxError on anything else. The text is checked before numbers are quoted,
 * because quoting could make valid what was not (`01`). In valid JSON a quote always opens or ends
 * a string and a digit outside of strings always belongs to a number, so one linear pass is exact.
 */
export function parseExactJson(text: string): unknown {
  JSON.parse(text);
  return JSON.parse(quoteNumbers(text));
}

/** Puts quotes around the numbers of a valid JSON text; walks from string to string. */
function quoteNumbers(text: string): string {
  let quoted = '';
  let position = 0;
  for (;;) {
    const opening = text.indexOf('"', position);
    if (opening < 0) return quoted + text.slice(position).replace(NUMBER, '"$&"');
    const end = endOfString(text, opening);
    const between = text.slice(position, opening);
    // Mostly a colon or a comma, which is not worth a search.
    quoted += between.length > 1 ? between.replace(NUMBER, '"$&"') : between;
    quoted += text.slice(opening, end);
    position = end;
  }
}

/** The position behind the closing quote: the first one with an even number of backslashes. */
function endOfString(text: string, opening: number): number {
  let closing = opening;
  let backslashes: number;
  do {
    closing = text.indexOf('"', closing + 1);
    backslashes = 0;
    while (text[closing - 1 - backslashes] === '\\') backslashes += 1;
  } while (backslashes % 2 === 1);
  return closing + 1;
}
