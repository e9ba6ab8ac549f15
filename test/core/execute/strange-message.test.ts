import { describe, expect, it } from 'vitest';
import {
  reportForeignMessage,
  reportUnknownRow,
} from '../../../functions/core/execute/strange-message.ts';
import { world } from '../order-fixture.ts';

describe('a message that nobody at Harpoon wrote', () => {
  it('is told once, however often it comes, with the order that it names', async () => {
    const { deps, store, log } = world();
    const ref = { account: 'main', orderKey: 'f'.repeat(64) };
    for (let time = 0; time < 3; time += 1) await reportUnknownRow(ref, deps);
    expect(store.notices()).toHaveLength(1);
    expect(store.notices()[0]).toMatchObject({ id: `account:main:no-row:${ref.orderKey}` });
    expect(store.notices()[0]?.title).toContain('names an order that does not exist');
    expect(store.notices()[0]?.text).toContain(`No order row ${ref.orderKey} exists`);
    expect(log.lines[0]).toContain(`"account":"main","orderKey":"${ref.orderKey}"`);
  });

  it('is told by its id when it names nothing at all', async () => {
    const { deps, store, log } = world();
    for (const id of ['m-1', 'm-2', 'm-1']) await reportForeignMessage(id, deps);
    const ids = store.notices().map(({ id }) => id);
    expect(ids).toEqual(['account:all:foreign-message:m-1', 'account:all:foreign-message:m-2']);
    expect(store.notices()[0]?.text).toContain('Nothing was traded');
    expect(log.lines[0]).toContain('"messageId":"m-1"');
  });
});
