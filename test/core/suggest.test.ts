import { describe, expect, it } from 'vitest';
import { nearest, suggestion } from '../../functions/core/suggest.ts';

const KNOWN = ['ops', 'night', 'trend', 'Trends'];

describe('the nearest word', () => {
  it.each([
    ['ops', 'ops'],
    ['OPS', 'ops'],
    ['op', 'ops'],
    ['opss', 'ops'],
    ['osp', 'ops'],
    ['obs', 'ops'],
    ['oops', 'ops'],
    ['ngiht', 'night'],
    ['nihgt', 'night'],
    ['nght', 'night'],
    ['nihtt', 'night'],
    ['trend', 'trend'],
    ['trends', 'Trends'],
    ['tredn', 'trend'],
    ['rtedn', 'trend'],
    ['knigth', 'night'],
  ])('to %j is %j', (word, near) => {
    expect(nearest(word, KNOWN)).toBe(near);
  });

  it.each(['o', '', 'xyz', 'thgin', 'noise', 'x'.repeat(100), 'nightly1'])(
    'to %j is none',
    (word) => {
      expect(nearest(word, KNOWN)).toBeUndefined();
    },
  );

  it('is the first of those that are as near', () => {
    expect(nearest('cat', ['bat', 'hat'])).toBe('bat');
    expect(nearest('cart', ['bat', 'car', 'cat'])).toBe('car');
  });

  it('may be two slips away in a word of four letters, one in a word of two', () => {
    expect(nearest('abcd', ['abxy'])).toBe('abxy');
    expect(nearest('abcd', ['axyz'])).toBeUndefined();
    expect(nearest('ab', ['ax'])).toBe('ax');
    expect(nearest('ab', ['xy'])).toBeUndefined();
    expect(nearest('abcdefgh', ['abcxyzgh'])).toBeUndefined();
  });
});

describe('a suggestion', () => {
  it('offers the nearest word, or what there is', () => {
    expect(suggestion('opz', KNOWN)).toBe('Did you mean ops?');
    expect(suggestion('weekend', KNOWN)).toBe('Known: ops, night, trend, Trends.');
    expect(suggestion('weekend', [])).toBe('There is none yet.');
  });

  it('lists twenty words at the most', () => {
    const words = Array.from({ length: 21 }, (_, index) => `word-${index}`);
    expect(suggestion('x', words.slice(0, 20))).toMatch(/word-19\.$/);
    expect(suggestion('x', words)).toMatch(/word-19 \.\.\.\.$/);
  });
});
