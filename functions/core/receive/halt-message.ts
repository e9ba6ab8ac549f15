/**
 * A message that halts: `{"action":"halt"}` with the secret of its source, or with the source's
 * halt secret, which can do nothing else. What it may say beside is read strictly, so that nobody
 * believes that more was stopped than is. No message resumes.
 */
import type { Json } from '../message/json.ts';
import type { JsonObject } from '../message/message.ts';
import { fieldOf } from '../message/message-fields.ts';
import { refusal, type Refusal } from '../refusal.ts';
import { err, ok, type Result } from '../result.ts';

/** What a message wants stopped. */
export interface HaltWish {
  readonly level: 'entries' | 'all';
  readonly cancel: boolean;
  /** Sell what the accounts hold, which its source must be allowed. */
  readonly flatten: boolean;
  /** Absent: every account of the source. */
  readonly account?: string;
  /** Every account there is. */
  readonly isGlobal: boolean;
  readonly why?: string;
}

/** In small letters; a message may write them in any. */
const NAMES: readonly string[] = ['level', 'cancel', 'flatten', 'account', 'scope', 'why'];

/** The words of a sender that are kept. */
const WHY_MAX = 200;

/** Reads a halt; undefined when the message asks for something else. */
export function haltOf(root: JsonObject): Result<HaltWish, Refusal> | undefined {
  const action = actionOf(root);
  if (action === 'resume') {
    return err(
      refusal(
        'not-supported',
        'no message resumes trading: a person does, in two steps, as docs/rails.md says.',
      ),
    );
  }
  return action === 'halt' ? readHalt(root) : undefined;
}

/** Whether the message asks for a halt, well or badly. */
export function isHalt(root: JsonObject): boolean {
  return actionOf(root) === 'halt';
}

function actionOf(root: JsonObject): string | undefined {
  const actions = [...root.members].flatMap(([name, value]) =>
    fieldOf(name) === 'action' && value.kind === 'string' ? [value.value.trim().toLowerCase()] : [],
  );
  return actions.length === 1 ? actions[0] : undefined;
}

function readHalt(root: JsonObject): Result<HaltWish, Refusal> {
  const said = new Map<string, string>();
  for (const [given, value] of root.members) {
    const name = given.trim().toLowerCase();
    const text = textOf(value)?.trim();
    if (!NAMES.includes(name) || text === undefined) continue;
    const before = said.get(name) ?? text;
    if (before !== text) return wrong(name, `${before}" and "${text}`, 'write it once');
    said.set(name, text);
  }
  const level = said.get('level') ?? 'entries';
  if (level !== 'entries' && level !== 'all') {
    return wrong('level', level, 'write "entries" (exits still pass) or "all"');
  }
  const cancel = said.get('cancel') ?? 'false';
  if (cancel !== 'true' && cancel !== 'false') {
    return wrong('cancel', cancel, 'write true to cancel what is open at Kraken, or leave it out');
  }
  const flatten = said.get('flatten') ?? 'false';
  if (flatten !== 'true' && flatten !== 'false') {
    return wrong('flatten', flatten, 'write true to sell what is held, or leave it out');
  }
  if (flatten === 'true' && level === 'all') {
    return wrong('level', level, 'it would stop the sales too: leave level out to flatten');
  }
  const scope = said.get('scope');
  if (scope !== undefined && scope !== 'global') {
    return wrong('scope', scope, 'write "global" for every account, or "account" with a name');
  }
  const [account, why] = [said.get('account'), said.get('why')?.slice(0, WHY_MAX)];
  return ok({
    ...{ level, cancel: cancel === 'true', flatten: flatten === 'true' },
    isGlobal: scope === 'global',
    ...(account === undefined ? {} : { account }),
    ...(why === undefined || why === '' ? {} : { why }),
  });
}

function textOf(value: Json | undefined): string | undefined {
  if (value === undefined || value.kind === 'null') return undefined;
  if (value.kind === 'string') return value.value;
  if (value.kind === 'number') return value.text;
  if (value.kind === 'boolean') return String(value.value);
  return '(not a single value)';
}

function wrong(name: string, text: string, remedy: string): Result<HaltWish, Refusal> {
  const shown = text.slice(0, 40);
  return err(refusal('bad-field', `"${name}" of a halt is "${shown}": ${remedy}.`));
}
