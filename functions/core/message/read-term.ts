/** Reading of optional fields, and the refusals of those that do not belong to an order's type. */
import type { FieldText, Message } from './message.ts';
import { either, mayHave, mustHave, ORDER_TYPES, type Term } from './order-terms.ts';
import { refusal, type Refusal, type RefusalCode } from '../refusal.ts';
import { err, ok, type Result } from '../result.ts';
import type { OrderType } from '../signal.ts';

/** The fields of a message. */
export type Fields = Message['fields'];

/** Reads a term and holds it to what the table of order-terms.ts says of the type. */
export function readTerm<T>(
  fields: Fields,
  type: OrderType,
  term: Exclude<Term, 'price' | 'price2' | 'postOnly'>,
  read: (field: FieldText) => Result<T, Refusal>,
): Result<T | undefined, Refusal> {
  const field = fields.get(term);
  const value = optional(field, read);
  if (!value.ok) return value;
  if (value.value !== undefined && field !== undefined && !mayHave(type, term)) {
    return err(stray(field, type, term));
  }
  if (value.value !== undefined || !mustHave(type, term)) return value;
  return no(
    'missing-field',
    `an order of type ${type} needs "${term}": ${NEEDED[term] ?? 'write it'}.`,
  );
}

const NEEDED: Readonly<Partial<Record<Term, string>>> = {
  displayVolume: 'write how much of it the book may show, in the base asset, such as "0.1"',
};

/** The refusal of a term that the type cannot have. */
export function stray(field: FieldText, type: OrderType, term: Term): Refusal {
  return notOf(
    field,
    type,
    ORDER_TYPES.filter((one) => mayHave(one, term)),
  );
}

/** The refusal of a field that only other types can have. */
export function notOf({ name }: FieldText, type: OrderType, types: readonly OrderType[]): Refusal {
  const sentence = `${name} does not belong to an order of type ${type}: leave it out, or write "type": ${either(types.map((one) => `"${one}"`))}.`;
  return refusal('ambiguous-field', sentence);
}

/** Reads a field where there is one. */
export function optional<T>(
  field: FieldText | undefined,
  read: (field: FieldText) => Result<T, Refusal>,
): Result<T | undefined, Refusal> {
  return field === undefined ? ok(undefined) : read(field);
}

/** A refusal as a result. */
export function no(code: RefusalCode, sentence: string): Result<never, Refusal> {
  return err(refusal(code, sentence));
}
