import { expect, test, vi } from 'vitest';
import {
  openStore,
  type BatchWrite,
  type SubStore,
} from '../../../../infra/local/cloud/dynalite.ts';
import { stage } from '../../../../infra/local/cloud/staged-store.ts';

const put = (part: SubStore, key: string, value: unknown) =>
  new Promise((resolve) => part.put(key, value, resolve));
const del = (part: SubStore, key: string) => new Promise((resolve) => part.del(key, resolve));

test('all writes to items and indexes are one batch, with what else belongs to it', async () => {
  const store = await openStore(undefined);
  await store.db.batch([{ type: 'put', key: 'item-t~old', value: 1 }]);
  const batch = vi.spyOn(store.db, 'batch');
  const staged = stage(store);
  await put(staged.getItemDb('t'), 'a', { n: 1 });
  await put(staged.getItemDb('t'), 'a', { n: 2 });
  await del(staged.getItemDb('t'), 'old');
  await put(staged.getIndexDb('Global', 't', 'due'), 'a', { n: 2 });
  expect(batch).not.toHaveBeenCalled();
  expect(await stage(store).item('t', 'a')).toBeUndefined();
  expect(await staged.item('t', 'a')).toEqual({ n: 2 });
  expect(await staged.item('t', 'old')).toBeUndefined();

  const more: BatchWrite = { type: 'put', key: 'token', value: true };
  await staged.commit([more]);
  expect(batch.mock.calls).toEqual([
    [
      [
        { type: 'put', key: 'item-t~a', value: { n: 2 } },
        { type: 'del', key: 'item-t~old' },
        { type: 'put', key: 'index-global~t~due~a', value: { n: 2 } },
        more,
      ],
    ],
  ]);
  expect(await stage(store).item('t', 'a')).toEqual({ n: 2 });
  await store.db.close();
});
