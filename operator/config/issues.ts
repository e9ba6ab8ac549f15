/** Turns the issues that valibot found into findings with a path and two sentences. */
import type { BaseIssue } from 'valibot';
import type { Finding, Path, Said } from './fault.ts';
import { readMessage } from './said.ts';
import { suggestion } from '../../functions/core/suggest.ts';

type Issue = BaseIssue<unknown>;

/** One finding per issue. */
export function findingsOf(issues: readonly Issue[], above: Path = []): readonly Finding[] {
  return issues.flatMap((issue) => {
    const path = [...above, ...(issue.path ?? []).map((item) => item.key as string | number)];
    const inside = insideUnion(issue);
    return inside.length > 0 ? findingsOf(inside, path) : [{ path, ...saidOf(issue, path) }];
  });
}

/**
 * Of a value that fits none of several forms, the issues of the form it was meant to have: the
 * one that got beyond "this is not even a text (a map, a list)".
 */
function insideUnion(issue: Issue): readonly Issue[] {
  if (issue.type !== 'union') return [];
  return (issue.issues ?? []).filter((inner) => {
    const isWrongForm = inner.path === undefined && FORMS.has(inner.type);
    return !isWrongForm;
  });
}

/** The first checks of text, list and section. */
const FORMS = new Set(['string', 'array', 'check']);

function saidOf(issue: Issue, path: Path): Said {
  const content = readMessage(issue.message);
  if (!('knownKeys' in content)) return content;
  const key = String(path.at(-1));
  return { problem: 'is not a known key', remedy: suggestion(key, content.knownKeys) };
}
