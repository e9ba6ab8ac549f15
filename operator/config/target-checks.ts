/**
 * What the schema cannot see in a source whose messages say where its strategy stands: what such a
 * message can never ask for, and sizes that cannot open a position from it.
 */
import type { Finding } from './fault.ts';
import { has, mapAt, textAt, textsAt } from './tree.ts';
import type { Tree } from './walk.ts';

/** Findings about one source. */
export function targetFindings(name: string, source: Tree): readonly Finding[] {
  if (!isTargetSource(source)) return [];
  return [...typeFindings(name, source), ...sizeFindings(name, source)];
}

/** Whether a source of the file says where its strategy stands; as values.ts reads yes and no. */
export function isTargetSource(source: Tree): boolean {
  return textAt(source, 'target') === 'true';
}

/** A position is reached by market orders alone; see readTarget. */
function typeFindings(name: string, source: Tree): readonly Finding[] {
  const types = textsAt(source, 'allow', 'types');
  const path = ['sources', name, 'allow', 'types'];
  const remedy = 'Write types: [market], or leave it out.';
  const others = types.filter(({ text }) => text !== 'market');
  if (types.length > 0 && others.length === types.length) {
    const problem = 'lacks market, and where a strategy stands is reached by market orders alone';
    return [{ path, problem, remedy }];
  }
  return others.map(({ text, index }) => ({
    path: [...path, index],
    problem: `is ${text}, which a message that says where its strategy stands cannot ask for`,
    remedy,
  }));
}

/**
 * A position is opened by the size of the source: a share of what is held is nothing from flat, and a
 * target brings no stop that a size by risk could be worked out with.
 */
function sizeFindings(name: string, source: Tree): readonly Finding[] {
  const size = mapAt(source, 'size');
  const remedy =
    'Write size: signal (as large as the message says), or how much is opened, such as { equity: 10% } or { quote: 100 USD }.';
  const faults: readonly (readonly [string, string])[] = [
    ['position', 'is a share of what is held, which opens no position, and target: true does'],
    ['risk', 'needs a stop, and a message of a source with target: true brings none'],
  ];
  const isUnreached = has(source, 'map') && textAt(source, 'size') === 'signal';
  const unreached: readonly Finding[] = isUnreached
    ? [
        {
          path: ['sources', name, 'size'],
          problem: 'is signal, and a map names no field for the size of a position',
          remedy: 'Write how much is opened, such as { equity: 10% } or { quote: 100 USD }.',
        },
      ]
    : [];
  const shares = faults
    .filter(([key]) => has(size, key))
    .map(([key, problem]) => ({ path: ['sources', name, 'size', key], problem, remedy }));
  return [...shares, ...unreached];
}
