import { describe, expect, it } from 'vitest';
import { cancelRef } from '../../../functions/core/halt/cancel-ref.ts';
import { executeOrder } from '../../../functions/core/execute/execute-order.ts';
import { haltTrading, type HaltOrder } from '../../../functions/core/halt/halt-trading.ts';
import { EVERY_ACCOUNT, switchOf } from '../../../functions/core/halt/switch-board.ts';
import { watchSwitches } from '../../../functions/core/halt/switch-watch.ts';
import { world } from '../order-fixture.ts';

const MAIN = switchOf('main');
const ORDER: HaltOrder = {
  ...{ scopes: [MAIN], level: 'entries', cancel: false, why: 'a drill', by: 'ada' },
};

function halting(changes: Parameters<typeof world>[0] = {}) {
  const all = world(changes);
  const deps = { ...all.deps, board: all.store.board, halts: all.store.halts };
  return {
    ...all,
    deps,
    halt: (order: Partial<HaltOrder> = {}) => haltTrading({ ...ORDER, ...order }, deps),
  };
}

describe('a halt', () => {
  it('turns the switch, says who and why, and tells everybody at once', async () => {
    const { halt, store, log } = halting();
    expect(await halt()).toEqual({
      switches: [{ scope: MAIN, blocks: 'entries', turned: true }],
      cancelling: [],
    });
    expect(await store.board.read(MAIN)).toMatchObject({
      blocks: 'entries',
      why: 'a drill',
      by: 'ada',
    });
    expect(store.notices()).toMatchObject([
      { urgency: 'page', title: 'Trading halted for account main: it blocks entries' },
    ]);
    expect(log.lines.join()).toContain('trading-halted');
  });

  it.each([
    ['entries', false, 'suppressed'],
    ['entries', true, 'placed'],
    ['all', false, 'suppressed'],
    ['all', true, 'suppressed'],
  ] as const)('of %s: the very next order, reducing=%s, is %s', async (level, reducing, state) => {
    const { halt, store, deps, receive, exchange } = halting();
    if (reducing) exchange.balance.set('BTC', exchange.balance.get('USD')!);
    const leaves = { action: 'sell', reduceOnly: true } as const;
    const row = await receive(reducing ? leaves : {});
    await halt({ level });
    await executeOrder(row, deps);
    expect(store.row(row).state).toBe(state);
    if (state === 'suppressed') expect(store.row(row).outcome).toContain('a drill');
  });

  it('over every account stops each of them', async () => {
    const { halt, store, deps, receive } = halting();
    const row = await receive();
    await halt({ scopes: [EVERY_ACCOUNT], level: 'all' });
    await executeOrder(row, deps);
    expect(store.row(row).state).toBe('suppressed');
  });

  it('never loosens a switch, and says what it blocks already', async () => {
    const { halt, store } = halting();
    await halt({ level: 'all', why: 'the first' });
    expect((await halt()).switches).toEqual([{ scope: MAIN, blocks: 'all', turned: false }]);
    expect(await store.board.read(MAIN)).toMatchObject({ blocks: 'all', why: 'the first' });
    expect(store.notices()).toHaveLength(1);
    expect(await store.board.entries(9)).toHaveLength(1);
  });

  it('tightens a switch', async () => {
    const { halt, store } = halting();
    await halt();
    expect((await halt({ level: 'all' })).switches[0]).toMatchObject({ turned: true });
    expect(await store.board.entries(9)).toMatchObject([
      { from: 'entries', to: 'all' },
      { from: 'nothing', to: 'entries' },
    ]);
  });

  it('of an account that was never armed blocks it all the same', async () => {
    const { halt, store } = halting();
    const scope = switchOf('later');
    await halt({ scopes: [scope], level: 'all' });
    expect(await store.board.read(scope)).toMatchObject({ blocks: 'all' });
  });

  it('takes turns with others who turn the same switch', async () => {
    const { halt, store } = halting();
    const halts = ['a', 'b', 'c'].map((why) =>
      halt({ why, level: why === 'c' ? 'all' : 'entries' }),
    );
    await Promise.all(halts);
    expect(await store.board.read(MAIN)).toMatchObject({ blocks: 'all', why: 'c' });
  });

  it.each(Array.from({ length: 7 }, (_, calls) => calls))(
    'that breaks off after %i calls of the store is done by halting again',
    async (calls) => {
      const { deps, store, queue, halt } = halting();
      let left = calls;
      const board = new Proxy(store.board, {
        get: (target, name) => {
          if (name in target) left -= 1;
          if (left < 0) return () => Promise.reject(new Error('the store is away'));
          return Reflect.get(target, name) as unknown;
        },
      });
      const order = { ...ORDER, scopes: [EVERY_ACCOUNT, MAIN], cancel: true };
      await haltTrading(order, { ...deps, board }).catch(() => undefined);
      const { cancelling } = await halt(order);
      expect(cancelling).toEqual(['main']);
      for (const scope of order.scopes) {
        expect(await store.board.read(scope)).toMatchObject({ blocks: 'entries' });
      }
      expect(await store.board.cancelAsked('main')).toMatchObject({ by: 'ada' });
      expect(queue.sent.length).toBeGreaterThan(0);
      expect(store.notices()).toHaveLength(2);
    },
  );
});

describe('a halt that cancels', () => {
  it('asks for it durably, and hands it to the worker beside the orders', async () => {
    const { halt, store, queue } = halting();
    expect((await halt({ cancel: true })).cancelling).toEqual(['main']);
    expect(await store.board.cancelAsked('main')).toMatchObject({ why: 'a drill', by: 'ada' });
    expect(queue.sent).toMatchObject([{ ref: cancelRef('main'), group: 'cancel-harpoon/main' }]);
  });

  it('reaches the resting orders of a paper account', async () => {
    const { halt } = halting({ account: { mode: 'paper' } });
    const halted = await halt({ cancel: true, scopes: [EVERY_ACCOUNT] });
    expect(halted.cancelling).toEqual(['main']);
  });

  it('reaches the accounts that it is about, and every one where it is about every one', async () => {
    const { deps } = halting();
    const { main } = deps.config.accounts;
    const accounts = { main: main!, other: { ...main!, secret: 'harpoon/other' } };
    const two = { ...deps, config: { ...deps.config, accounts } };
    const order = { ...ORDER, cancel: true };
    expect((await haltTrading(order, two)).cancelling).toEqual(['main']);
    const both = { ...order, scopes: [MAIN, switchOf('other')] };
    expect((await haltTrading(both, two)).cancelling).toEqual(['main', 'other']);
    const all = { ...order, scopes: [EVERY_ACCOUNT, MAIN] };
    expect((await haltTrading(all, two)).cancelling).toEqual(['main', 'other']);
    expect(await deps.board.cancelAsked('other')).not.toHaveProperty('flatten');
  });

  it('asks nothing of a validate account', async () => {
    const { halt, queue } = halting({ account: { mode: 'validate' } });
    expect((await halt({ cancel: true, scopes: [EVERY_ACCOUNT] })).cancelling).toEqual([]);
    expect(queue.sent).toEqual([]);
  });
});

describe('the minute’s look at the switches', () => {
  it('says in the log which of them block', async () => {
    const { halt, deps, log } = halting();
    await watchSwitches(deps);
    expect(log.lines.join()).not.toContain('switch-blocks');
    await halt();
    await watchSwitches(deps);
    expect(log.lines.join()).toContain('"switch-blocks","scope":"account main","blocks":"entries"');
  });

  it('queues a cancel again whose message got lost, once a minute', async () => {
    const { halt, deps, queue, clock } = halting();
    queue.fail(1);
    await expect(halt({ cancel: true })).rejects.toThrow('the queue is away');
    await watchSwitches(deps);
    expect(queue.sent).toEqual([]);
    clock.advance(60_000);
    await watchSwitches(deps);
    await watchSwitches(deps);
    expect(queue.sent).toMatchObject([{ ref: cancelRef('main') }]);
    clock.advance(60_000);
    await watchSwitches(deps);
    expect(queue.sent).toHaveLength(2);
  });
});
