import { describe, expect, it } from 'vitest';
import { EVERY_ACCOUNT, switchOf } from '../../../functions/core/halt/switch-board.ts';
import { blockedOrders, stoppedOrders } from '../../../functions/core/notices/blocked-orders.ts';
import {
  cancelNotice,
  haltedNotice,
  resumedNotice,
} from '../../../functions/core/notices/switch-notice.ts';
import { TEST_CONFIG } from '../order-fixture.ts';
import { context, factsOf, sound, ZONED } from './notice-fixture.ts';

const MAIN = switchOf('main');
const HALT = { why: 'the market is mad', by: 'ann', atMs: 512_000 } as const;
const halted = (to: 'entries' | 'all', scope = MAIN) => haltedNotice(scope, { ...HALT, to }, ZONED);

const HALTED = { version: 3, auditHash: '', blocks: 'entries', ...HALT } as const;
const RESUME = { why: 'it is calm again', by: 'bob', atMs: 600_000 } as const;
const resumed = (scope = MAIN) => resumedNotice(scope, HALTED, RESUME, ZONED);

describe('what a switch stops', () => {
  it('is said in the words of a person', () => {
    expect(blockedOrders('all')).toBe('every order');
    expect(stoppedOrders('all')).toBe('every order is stopped');
    expect(blockedOrders('entries')).toBe('orders that open or add to a position');
    expect(stoppedOrders('entries')).toBe('orders that open or add to a position are stopped');
  });
});

describe('a switch that was turned off', () => {
  it('is told with who turned it, why, and what it stops', () => {
    const notice = halted('entries');
    expect(notice).toMatchObject({
      urgency: 'page',
      channels: [],
      atMs: 512_000,
      zone: 'Europe/Berlin',
      title: 'Trading halted for account main: it blocks entries',
    });
    expect(notice.text.split('\n')).toEqual([
      'The market is mad.',
      'From now on, for account main, orders that open or add to a position are stopped until a person resumes. Orders that rest at Kraken stay there unless they are cancelled.',
    ]);
    expect(factsOf(notice)).toEqual({
      ...{
        'Holds for': 'account main',
        Blocks: 'orders that open or add to a position',
        By: 'ann',
      },
    });
    sound(notice);
    expect(factsOf(halted('all'))['Blocks']).toBe('every order');
  });

  it('is of an account, or of all of them', () => {
    expect(halted('all').id).toMatch(/^account:main:halted:[0-9a-f]{16}$/);
    const all = halted('all', EVERY_ACCOUNT);
    expect(all.id).toMatch(/^account:all:halted:[0-9a-f]{16}$/);
    expect(all.title).toBe('Trading halted for every account: it blocks all');
  });

  it('is one notice for each turn: another switch, time or reason is another one', () => {
    const id = (turn: Partial<typeof HALT> | Record<string, unknown>, scope = MAIN) =>
      haltedNotice(scope, { ...HALT, to: 'all', ...turn }, TEST_CONFIG)
        .id.split(':')
        .at(-1);
    expect(id({})).toBe(id({}));
    const all = [id({}), id({ atMs: 512_001 }), id({ why: 'else' }), id({}, switchOf('other'))];
    expect(new Set(all).size).toBe(4);
  });
});

describe('a switch that was turned on again', () => {
  it('is told with who did it, why, and what had been blocked for which reason', () => {
    const notice = resumed();
    expect(notice).toMatchObject({
      ...{ urgency: 'page', channels: [], atMs: 600_000, zone: 'Europe/Berlin' },
      title: 'Trading resumed for account main',
    });
    expect(notice.text.split('\n')).toEqual([
      'It is calm again.',
      'It had blocked entries: the market is mad.',
    ]);
    expect(factsOf(notice)).toEqual({
      ...{ 'Holds for': 'account main', 'Had blocked': 'entries', By: 'bob' },
    });
    sound(notice);
  });

  it('is of an account, or of all of them', () => {
    expect(resumed().id).toMatch(/^account:main:resumed:[0-9a-f]{16}$/);
    expect(resumed(EVERY_ACCOUNT).id).toMatch(/^account:all:resumed:[0-9a-f]{16}$/);
  });
});

describe('a wish to cancel every open order', () => {
  it('is told as it ended, with who asked for it', () => {
    const told = {
      id: 'cancel:5',
      title: 'Orders of main cancelled',
      text: 'two of two',
      by: 'ann',
    };
    const notice = cancelNotice('main', told, context);
    expect(notice).toMatchObject({
      ...{ id: 'account:main:cancel:5', title: told.title, text: 'two of two.', atMs: 512_000 },
    });
    expect(factsOf(notice)).toEqual({ Account: 'main', 'Asked for by': 'ann' });
    sound(notice);
  });
});
