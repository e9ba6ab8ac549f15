/**
 * Messages that are no trade: their action is a word of Harpoon's own, and what stands beside it
 * changes nothing.
 */
import { explicitId } from '../identity.ts';
import type { JsonObject } from './message.ts';
import { fieldOf, type Field } from './message-fields.ts';
import { no, type Fields } from './read-term.ts';
import type { Refusal } from '../refusal.ts';
import type { Result } from '../result.ts';

/** The action in small letters without blanks, dashes and underscores; undefined: none, or two. */
export function ownAction(root: JsonObject): string | undefined {
  const actions = [...root.members].flatMap(([name, value]) =>
    fieldOf(name) === 'action' && value.kind === 'string' ? [value.value] : [],
  );
  const [action] = actions;
  return actions.length === 1 ? action?.toLowerCase().replace(/[\s_-]+/g, '') : undefined;
}

/** What such a message may say beside its action: templates carry it. */
export const HARMLESS: readonly Field[] = [
  ...(['secret', 'id', 'action', 'time', 'fireTime', 'symbol', 'exchange', 'comment'] as const),
  'seenPrice',
];

/** The id of the signal that such a message is about; `missing`: what to write where there is none. */
export function readSignalId(fields: Fields, missing: string): Result<string, Refusal> {
  const id = fields.get('id');
  if (id === undefined) return no('missing-field', missing);
  const signalId = explicitId(id.text);
  return signalId.ok ? signalId : no('bad-field', `${id.name} is not usable: ${signalId.error}.`);
}
