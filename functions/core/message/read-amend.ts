/**
 * What an amend may say: which order, when it was fired, and the new size or prices. All of it is
 * held to what its source may ask for; what an order has otherwise cannot be changed while it rests.
 */
import type { Source } from '../config.ts';
import type { AmendWish } from '../amending.ts';
import { readPriceOrDistance, readSize } from './field-values.ts';
import type { FieldText, Message } from './message.ts';
import type { Field } from './message-fields.ts';
import { HARMLESS, readSignalId } from './own-command.ts';
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

const NO_ID =
  'id is missing: an amend names the signal whose order is to change by the id that the signal had, such as "id": "entry-42".';

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
  const signalId = readSignalId(fields, NO_ID);
  if (!signalId.ok) return signalId;
  const firedAtMs = readFired(fields, signedAtMs);
  if (!firedAtMs.ok) return firedAtMs;
  const wish = readWish(fields, source);
  if (!wish.ok) return wish;
  return ok({ signalId: signalId.value, firedAtMs: firedAtMs.value, wish: wish.value });
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
