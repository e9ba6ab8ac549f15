/**
 * Reads YAML into a tree of plain text with the place of every key. Every scalar stays the text
 * that stands in the file (the failsafe schema, https://yaml.org/spec/1.2.2/#101-failsafe-schema),
 * so no number, date or boolean is ever guessed and no amount passes through a float.
 */
import { LineCounter, parseDocument } from 'yaml';
import { pathText, type ConfigFault, type Finding } from './fault.ts';
import { nestsTooDeeply } from './nesting.ts';
import { placeOf, syntaxFaults, wholeFile } from './syntax.ts';
import { Walk, type Tree } from './walk.ts';

/** A file that could be read, perhaps with findings about its keys. */
export interface Document {
  readonly tree: Tree;
  readonly findings: readonly Finding[];
  /** Gives findings their places, in the order of the file. */
  readonly locate: (findings: readonly Finding[]) => readonly ConfigFault[];
}

/** A document, or the faults that leave open what the file means. */
export type ReadResult =
  | { readonly ok: true; readonly document: Document }
  | { readonly ok: false; readonly faults: readonly ConfigFault[] };

const START_OVER = 'Start from the example harpoon.yaml.';

/** Reads the text; never throws. */
export function readDocument(text: string): ReadResult {
  if (nestsTooDeeply(text)) {
    return refused(wholeFile({ problem: 'the file nests too deeply', remedy: START_OVER }));
  }
  const lines = new LineCounter();
  const parsed = parseDocument(text, {
    schema: 'failsafe',
    version: '1.2',
    lineCounter: lines,
    prettyErrors: false,
    uniqueKeys: false,
  });
  const errors = [...parsed.errors, ...parsed.warnings];
  if (errors.length > 0) return refused(...syntaxFaults(errors, lines));
  if (parsed.contents === null) {
    return refused(wholeFile({ problem: 'the file is empty', remedy: START_OVER }));
  }
  const walk = new Walk();
  const tree = walk.read(parsed.contents, []);
  const locate = (findings: readonly Finding[]): readonly ConfigFault[] =>
    findings.map((finding) => located(finding, walk, lines)).sort(inOrderOfFile);
  if (walk.unreadable) return refused(...locate(walk.findings));
  return { ok: true, document: { tree, findings: walk.findings, locate } };
}

function refused(...faults: readonly ConfigFault[]): ReadResult {
  return { ok: false, faults };
}

function located(finding: Finding, walk: Walk, lines: LineCounter): ConfigFault {
  return {
    ...placeOf(lines, finding.offset ?? walk.offset(finding.path)),
    path: pathText(finding.path),
    problem: finding.problem,
    remedy: finding.remedy,
  };
}

function inOrderOfFile(a: ConfigFault, b: ConfigFault): number {
  return a.line - b.line || a.column - b.column;
}
