import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { jsonLog } from '../../functions/adapters/json-log.ts';

const fields = fc.dictionary(
  fc.string({ minLength: 1, unit: fc.constantFrom('a', 'B', '"', '\n', '-') }),
  fc.oneof(fc.string({ unit: 'binary', maxLength: 50 }), fc.integer(), fc.boolean()),
);

describe('a log line', () => {
  it('is one line of JSON that says what was given, whatever that is', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), fields, (event, given) => {
        const lines: string[] = [];
        jsonLog((line) => lines.push(line)).warn(event, given);
        expect(lines).toHaveLength(1);
        expect(lines[0]).not.toMatch(/[\r\n]/);
        expect(JSON.parse(lines[0] ?? '')).toEqual({ ...given, level: 'warn', event });
      }),
    );
  });

  it('holds no value under the name of a secret, however the name is written', () => {
    const name = fc
      .tuple(
        fc.string({ maxLength: 5 }),
        fc.constantFrom('secret', 'Token', 'API-Key', 'apikey', 'PASSPHRASE', 'Signature', 'otp'),
        fc.string({ maxLength: 5 }),
      )
      .map((parts) => parts.join(''));
    fc.assert(
      fc.property(name, fc.uuid(), (forbidden, value) => {
        const lines: string[] = [];
        jsonLog((line) => lines.push(line), { [forbidden]: value }).info('x', {
          [forbidden]: value,
        });
        expect(lines.join()).not.toContain(value);
      }),
    );
  });
});
