/**
 * Makes text from anywhere harmless before a channel shows it. A message of a sender, a note of a
 * person or an error of an exchange ends up in a notice; none of them may draw a link, call people,
 * reverse the reading direction or break out of its line.
 */

/** WORD JOINER: shows nothing and breaks no line, and no program sees a link or a name through it. */
const JOINER = '\u2060';

/** Every kind of end of line: CR LF, CR, VT, FF, NEL, LINE and PARAGRAPH SEPARATOR. */
const LINE_ENDS = /\r\n|[\r\v\f\u0085\u2028\u2029]/g;

/**
 * Control, format (bidirectional marks, zero-width characters), lone surrogate, private and
 * unassigned characters: all that has no look of its own.
 */
const UNSEEN = /[^\P{C}\n]/gu;

/** Lines of text without characters that nobody sees; ends of lines are `\n`. */
export function cleanLines(text: string): string {
  return text
    .replace(LINE_ENDS, '\n')
    .replaceAll('\t', ' ')
    .replace(UNSEEN, '')
    .replace(/[^\S\n]+$/gm, '')
    .replace(/\n{3,}/g, '\n\n')
    .trim();
}

/** The same as one line. */
export function cleanLine(text: string): string {
  return cleanLines(text).replace(/\s+/g, ' ');
}

/**
 * Takes the meaning from what Slack and mail programs turn into links and mentions by themselves:
 * `https://`, `name.tld`, `@here`, `#general`. It still reads the same. What is to be copied into an
 * alert, `{{strategy.market_position}}`, stays as it is: no domain ends in a label with a low line.
 */
export function unlinked(text: string): string {
  return text
    .replace(/:(?=\/\/)/g, `:${JOINER}`)
    .replace(/(?<=[\p{L}\p{N}_-])\.(?!market_position)(?=\p{L}{2})/gu, `.${JOINER}`)
    .replace(/[@#](?=\S)/g, `$&${JOINER}`);
}

/** Escapes one character of a text. */
export type Escape = (character: string) => string;

/**
 * Escapes a text and cuts it so that what comes out is at most `max` UTF-16 units long. A cut says
 * so with `…`, and falls neither into a character nor into an escape.
 */
export function cut(text: string, max: number, escape?: Escape): string {
  if (escape === undefined && text.length <= max) return text;
  const pieces: string[] = [];
  let length = 0;
  // Where the last piece ends that leaves room for the ellipsis.
  let roomy = 0;
  for (const character of text) {
    const piece = escape?.(character) ?? character;
    length += piece.length;
    if (length > max) return `${pieces.slice(0, roomy).join('')}…`;
    pieces.push(piece);
    if (length < max) roomy = pieces.length;
  }
  return pieces.join('');
}
