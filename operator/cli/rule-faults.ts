/** What is wrong with a rule, so that a person sees the word. No I/O. */
import type { MakeFault } from '../../functions/core/alerts/make-rule.ts';

/** The faults, each with the rule and a mark under the word where it has one. */
export function faultsText(text: string, faults: readonly MakeFault[]): string {
  return faults.map((fault) => faultText(text, fault)).join('\n');
}

function faultText(text: string, { option, problem, remedy, from, to }: MakeFault): string {
  const said = option === 'rule' ? problem : `--${option}: ${problem}`;
  const sentence = `${said}. ${remedy}`;
  if (option !== 'rule' || from === undefined || to === undefined) return sentence;
  const before = columns(text.slice(0, from));
  const marks = '^'.repeat(Math.max(1, columns(text.slice(from, to))));
  return `${sentence}\n\n  ${oneLine(text)}\n  ${' '.repeat(before)}${marks}\n`;
}

/** On one line, with a blank for what has no width or could steer a terminal. */
function oneLine(text: string): string {
  return [...text].map((one) => (/[\p{C}\p{Z}]/u.test(one) ? ' ' : one)).join('');
}

function columns(text: string): number {
  return [...text].length;
}
