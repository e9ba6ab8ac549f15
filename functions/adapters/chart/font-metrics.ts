/**
 * How wide text is in a TrueType font, from its own tables: what is drawn is measured, not guessed.
 * Source: https://learn.microsoft.com/typography/opentype/spec/ (cmap format 4, hmtx, hhea, head).
 */

/** Width of a text in pixels at a size in pixels; kerning is left out. */
export type TextWidth = (text: string, size: number) => number;

/** The two weights that a chart is written in. */
export interface FontMetrics {
  readonly regular: TextWidth;
  readonly bold: TextWidth;
}

/** Reads a font's measures. Throws RangeError on bytes that are no font. */
export function fontMetrics(font: Uint8Array): TextWidth {
  const view = new DataView(font.buffer, font.byteOffset, font.byteLength);
  const tables = tablesOf(view);
  const unitsPerEm = view.getUint16(tables('head') + 18);
  const lastWide = view.getUint16(tables('hhea') + 34) - 1;
  const hmtx = tables('hmtx');
  const glyphOf = characterMap(view, tables('cmap'));
  const advance = (character: string): number =>
    view.getUint16(hmtx + 4 * Math.min(glyphOf(character.codePointAt(0) ?? 0), lastWide));
  return (text, size) => {
    const units = [...text].reduce((sum, character) => sum + advance(character), 0);
    return (units * size) / unitsPerEm;
  };
}

function tablesOf(view: DataView): (tag: string) => number {
  const offsets = new Map<string, number>();
  for (let index = 0; index < view.getUint16(4); index += 1) {
    const at = 12 + 16 * index;
    const tag = [0, 1, 2, 3].map((byte) => String.fromCharCode(view.getUint8(at + byte))).join('');
    offsets.set(tag, view.getUint32(at + 8));
  }
  return (tag) => {
    const offset = offsets.get(tag);
    if (offset === undefined) throw new RangeError(`the font has no table ${tag}`);
    return offset;
  };
}

/** Glyph of a character of the basic plane; 0, the box for what is missing, for all others. */
function characterMap(view: DataView, cmap: number): (code: number) => number {
  const start = subtableOf(view, cmap);
  const segments = view.getUint16(start + 6) / 2;
  const [ends, starts] = [start + 14, start + 16 + 2 * segments];
  const [deltas, ranges] = [starts + 2 * segments, starts + 4 * segments];
  return (code) => {
    for (let segment = 0; segment < segments; segment += 1) {
      if (code > view.getUint16(ends + 2 * segment)) continue;
      const first = view.getUint16(starts + 2 * segment);
      if (code < first) return 0;
      const delta = view.getUint16(deltas + 2 * segment);
      const at = ranges + 2 * segment;
      const range = view.getUint16(at);
      if (range === 0) return (code + delta) % 65_536;
      const glyph = view.getUint16(at + range + 2 * (code - first));
      return glyph === 0 ? 0 : (glyph + delta) % 65_536;
    }
    return 0;
  };
}

/** The subtable for Windows, Unicode, basic plane: every text font has it. */
function subtableOf(view: DataView, cmap: number): number {
  for (let index = 0; index < view.getUint16(cmap + 2); index += 1) {
    const at = cmap + 4 + 8 * index;
    const start = cmap + view.getUint32(at + 4);
    if (view.getUint16(at) === 3 && view.getUint16(start) === 4) return start;
  }
  throw new RangeError('the font has no character map of format 4');
}
