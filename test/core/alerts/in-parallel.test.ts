/** Many things at once, and what happens when one of them fails. */
import { expect, test } from 'vitest';
import { inParallel } from '../../../functions/core/alerts/in-parallel.ts';

const turn = () => new Promise<void>((resolve) => setImmediate(resolve));

test('everything is done once, in order, sixteen at a time', async () => {
  const begun: number[] = [];
  let [running, most] = [0, 0];
  const items = Array.from({ length: 40 }, (_, at) => at);
  await inParallel(items, async (item) => {
    begun.push(item);
    running += 1;
    most = Math.max(most, running);
    await turn();
    running -= 1;
  });
  expect(begun).toEqual(items);
  expect([most, running]).toEqual([16, 0]);
});

test('nothing to do is done', async () => {
  await inParallel([], () => Promise.reject(new Error('there is nothing')));
});

test('after a failure nothing new is begun, what runs ends, and the failure is thrown', async () => {
  const [begun, ended]: number[][] = [[], []];
  const items = Array.from({ length: 40 }, (_, at) => at);
  const work = async (item: number) => {
    begun?.push(item);
    if (item === 3) throw new Error('the third');
    await turn();
    ended?.push(item);
  };
  await expect(inParallel(items, work)).rejects.toThrow('the third');
  expect(begun).toEqual(items.slice(0, 16));
  expect(ended).toEqual(items.slice(0, 16).filter((item) => item !== 3));
});
