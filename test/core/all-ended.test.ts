import { describe, expect, it } from 'vitest';
import { allEnded, forEachEnded } from '../../functions/core/all-ended.ts';

/** Calls that end when they are told to. */
function held(count: number) {
  const ends: { resolve: (value: string) => void; reject: (error: Error) => void }[] = [];
  const one = (): Promise<string> =>
    new Promise((resolve, reject) => ends.push({ resolve, reject }));
  return { calls: Array.from({ length: count }, one), ends };
}

/** Whether it has settled once every microtask has run. */
async function isSettled(promise: Promise<unknown>): Promise<boolean> {
  let settled = false;
  const note = (): void => void (settled = true);
  promise.then(note, note);
  await new Promise((resolve) => setImmediate(resolve));
  return settled;
}

describe('calls that all end', () => {
  it('bring their values in the order in which they were made', async () => {
    expect(await allEnded([Promise.resolve('a'), Promise.resolve(2)])).toEqual(['a', 2]);
  });

  it('are waited for when one has failed, and throw what the first of the list threw', async () => {
    const { ends, calls } = held(3);
    const all = allEnded(calls);
    ends[2]?.reject(new Error('third'));
    ends[1]?.reject(new Error('second'));
    expect(await isSettled(all)).toBe(false);
    ends[0]?.resolve('first');
    await expect(all).rejects.toThrow('second');
  });
});

describe('items of which so many are dealt with at once', () => {
  it('bring their results in the order of the items', async () => {
    const twice = async (item: number): Promise<number> => {
      if (item === 1) await Promise.resolve();
      return item * 2;
    };
    expect(await forEachEnded([1, 2, 3], 2, twice)).toEqual([2, 4, 6]);
    expect(await forEachEnded([], 2, twice)).toEqual([]);
  });

  it('begin when one before them has ended, and not earlier', async () => {
    const { ends, calls } = held(3);
    const begun: number[] = [];
    const all = forEachEnded([0, 1, 2], 2, (item) => {
      begun.push(item);
      return calls[item] ?? Promise.resolve('');
    });
    expect(begun).toEqual([0, 1]);
    ends[1]?.resolve('b');
    expect(await isSettled(all)).toBe(false);
    expect(begun).toEqual([0, 1, 2]);
    ends[0]?.resolve('a');
    ends[2]?.resolve('c');
    expect(await all).toEqual(['a', 'b', 'c']);
  });

  it.each([
    ['is rejected', () => Promise.reject(new Error('one'))],
    [
      'throws at once',
      (): never => {
        throw new Error('one');
      },
    ],
  ])('are all dealt with when one %s, and then throw what the first threw', async (_, fail) => {
    const done: number[] = [];
    const all = forEachEnded([1, 2, 3], 1, (item) => {
      if (item === 1) return fail();
      done.push(item);
      return item === 2 ? Promise.reject(new Error('two')) : Promise.resolve();
    });
    await expect(all).rejects.toThrow('one');
    expect(done).toEqual([2, 3]);
  });
});
