import { expect, it } from 'vitest';
import { assert, AssertionError, err, ok, unreachable } from '../../functions/core/result.ts';

it('a result is a value or an error', () => {
  expect(ok(1)).toEqual({ ok: true, value: 1 });
  expect(err('no')).toEqual({ ok: false, error: 'no' });
});

it('an assertion that holds says nothing', () => {
  expect(() => assert(1 + 1 === 2, 'sums are right')).not.toThrow();
});

it('an assertion that does not hold throws what was expected', () => {
  const failing = () => assert(false, 'the lane is held');
  expect(failing).toThrow(AssertionError);
  expect(failing).toThrow('expected that the lane is held');
});

it('an unreachable case throws the value that reached it', () => {
  expect(() => unreachable({ kind: 'new' } as never)).toThrow('{"kind":"new"}');
});
