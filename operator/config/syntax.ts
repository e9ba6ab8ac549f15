/** Faults of the text as YAML, before anything is known of its meaning. */
import type { LineCounter, YAMLError } from 'yaml';
import { printable, type ConfigFault, type Said } from './fault.ts';

/** One mistake makes the YAML reader stumble many times; more faults than this teach nothing. */
const MOST_FAULTS = 10;

const SAID: Readonly<Record<string, Said>> = {
  TAB_AS_INDENT: {
    problem: 'a tab is used to indent',
    remedy: 'Indent with blanks; YAML does not allow tabs.',
  },
  MULTIPLE_DOCS: {
    problem: 'a second document starts here',
    remedy: 'Take out the line "---": the file holds one configuration.',
  },
  TAG_RESOLVE_FAILED: {
    problem: 'a YAML tag is used',
    remedy: 'Write the value without the tag (the word that begins with "!").',
  },
  BLOCK_AS_IMPLICIT_KEY: {
    problem: 'a key follows another key on the same line',
    remedy: 'Write the inner key on a line of its own and indent it, or use { }.',
  },
  BAD_ALIAS: {
    problem: 'a YAML alias is used',
    remedy: 'Write the values out.',
  },
};

/** A fault of the file as a whole. */
export function wholeFile(said: Said): ConfigFault {
  return { line: 1, column: 1, path: '', ...said };
}

/** The faults of YAML itself, the first of every line. */
export function syntaxFaults(
  errors: readonly YAMLError[],
  lines: LineCounter,
): readonly ConfigFault[] {
  // A tab throws the indentation of all that follows into doubt, so tabs are shown alone.
  const tabs = errors.filter(({ code }) => code === 'TAB_AS_INDENT');
  const byLine = new Map<number, ConfigFault>();
  for (const error of tabs.length > 0 ? tabs : errors) {
    const place = placeOf(lines, error.pos[0]);
    if (byLine.has(place.line)) continue;
    byLine.set(place.line, { ...place, path: '', ...saidOf(error) });
  }
  return [...byLine.values()].sort((a, b) => a.line - b.line).slice(0, MOST_FAULTS);
}

function saidOf(error: YAMLError): Said {
  return (
    SAID[error.code] ?? {
      problem: `is not valid YAML: ${printable(error.message.split('\n')[0] ?? '')}`,
      remedy: 'Check quotes, brackets and indentation here and on the line above.',
    }
  );
}

/** Line and column of an offset, counted from 1. */
export function placeOf(
  lines: LineCounter,
  offset: number,
): { readonly line: number; readonly column: number } {
  const place = lines.linePos(offset);
  // A text without any line start (an empty one) is counted from line 0 by the library.
  return place.line === 0 ? { line: 1, column: 1 } : { line: place.line, column: place.col };
}
