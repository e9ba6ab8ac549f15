/**
 * What an amend may say: which order, when it was fired, and the new size or prices. All of it is
 * held to what its source may ask for; what an order has otherwise cannot be changed while it rests.
 */
import type { Source } from '../config.ts';
import type { AmendWish } from '../amending.ts';
import { explicitId } from '../identity.ts';
import { readPriceOrDistance, readSize } from './field-values.ts';
import type { FieldText, Message } from './message.ts';
import type { Field } from './message-fields.ts';
import { no, optional, type Fields } from './read-term.ts';
import { readTime } from './read-time.ts';
import type { Refusal } from '../refusal.ts';
import { err, ok, type Result } from '../result.ts';

/** An amend as its message says it. */
export interface ReadAmend {
  readonly signalId: string;
  readonly firedAtMs: number;
  readonly wish: AmendWish;
}

/** What it may say beside the change: it changes nothing, and templates carry it. */
const HARMLESS: readonly Field[] = [
  ...(['secret', 'id', 'action', 'time', 'fireTime', 'symbol'] as const),
  ...(['exchange', 'comment', 'seenPrice'] as const),
];

const PRICES = ['price', 'price2', 'limitPrice', 'triggerPrice'] as const;

/** Reads it; `signedAtMs` is the time that the sender signed beside the body. */
export function readAmend(
  { fields }: Message,
  source: Source,
  signedAtMs?: number,
): Result<ReadAmend, Refusal> {
  const changes: readonly Field[] = ['size', ...PRICES];
  const strange = [...fields].find(
    ([field]) => !HARMLESS.includes(field) && !changes.includes(field),
  );
  if (strange !== undefined) {
    const sentence = `${strange[1].name} cannot be changed while an order rests: an amend changes "size", "price", "price2", "limitPrice" and "triggerPrice"; for anything else cancel the order and send a new signal.`;
    return no('ambiguous-field', sentence);
  }
  const signalId = readId(fields.get('id'));
  if (!signalId.ok) return signalId;
  const firedAtMs = readFired(fields, signedAtMs);
  if (!firedAtMs.ok) return firedAtMs;
  const wish = readWish(fields, source);
  if (!wish.ok) return wish;
  return ok({ signalId: signalId.value, firedAtMs: firedAtMs.value, wish: wish.value });
}

function readId(id: FieldText | undefined): Result<string, Refusal> {
  if (id === undefined) {
    const sentence =
      'id is missing: an amend names the signal whose order is to change by the id that the signal had, such as "id": "entry-42".';
    return no('missing-field', sentence);
  }
  const signalId = explicitId(id.text);
  return signalId.ok ? signalId : no('bad-field', `${id.name} is not usable: ${signalId.error}.`);
}

/** Of two amends of one order the one that was fired later counts. */
function readFired(fields: Fields, signedAtMs?: number): Result<number, Refusal> {
  const time = fields.get('fireTime') ?? fields.get('time');
  if (time !== undefined) return readTime(time);
  if (signedAtMs !== undefined) return ok(signedAtMs);
  const sentence =
    'the fire time is missing: add "time": "{{timenow}}", so that an older amend never stands above a newer one.';
  return no('missing-field', sentence);
}

function readWish(fields: Fields, source: Source): Result<AmendWish, Refusal> {
  const volume = readVolume(fields.get('size'), source);
  if (!volume.ok) return volume;
  let wish: AmendWish = volume.value === undefined ? {} : { volume: volume.value };
  for (const name of PRICES) {
    const price = optional(fields.get(name), readPriceOrDistance('last'));
    if (!price.ok) return err(price.error);
    if (price.value !== undefined) wish = { ...wish, [name]: price.value };
  }
  if (Object.keys(wish).length > 0) return ok(wish);
  const sentence =
    'the amend changes nothing: write the new "size", or the new "price", "limitPrice" or "triggerPrice".';
  return no('missing-field', sentence);
}

/** A leaked secret can do no more than its source was allowed, also with an order that is there. */
function readVolume(
  field: FieldText | undefined,
  source: Source,
): Result<string | undefined, Refusal> {
  if (field === undefined) return ok(undefined);
  if (source.size.kind !== 'signal') {
    const sentence = `${field.name} cannot be changed by a message of this source, whose size is set in harpoon.yaml: leave it out, or write size: signal there.`;
    return no('not-supported', sentence);
  }
  const size = readSize(field);
  if (!size.ok) return size;
  if (size.value.unit === 'base') return ok(size.value.amount);
  const sentence = `${field.name} of an amend is the whole size that the order is to have, in the base asset: write an amount such as "0.5".`;
  return no('bad-field', sentence);
}
