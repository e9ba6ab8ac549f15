/** Reads the fields of an SQS request; each fault is SQS's own error with the field's name. */
import { AwsError, type Input } from './aws-json-server.ts';

/** A field that must be text with something in it. */
export function text(input: Input, name: string): string {
  const value = input[name];
  if (typeof value === 'string' && value !== '') return value;
  throw new AwsError('MissingParameter', `The request must contain the parameter ${name}.`);
}

/** A map of texts. */
export function texts(value: unknown): Readonly<Record<string, string>> {
  const entries = typeof value === 'object' && value !== null ? Object.entries(value) : [];
  for (const [name, inner] of entries) {
    if (typeof inner !== 'string') {
      throw new AwsError('InvalidAttributeValue', `attribute ${name} must be text`);
    }
  }
  return value as Record<string, string>;
}

/** A whole number within its range, or undefined when the request does not speak of it. */
export function number(
  input: Input,
  name: string,
  { from, to }: { readonly from: number; readonly to: number },
): number | undefined {
  const value = input[name];
  if (value === undefined || value === null) return undefined;
  if (typeof value === 'number' && Number.isInteger(value) && value >= from && value <= to) {
    return value;
  }
  const reason = `Must be a whole number between ${from} and ${to}.`;
  throw new AwsError('InvalidParameterValue', `Value of ${name} is invalid. Reason: ${reason}`);
}
