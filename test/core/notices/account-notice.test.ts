import { describe, expect, it } from 'vitest';
import {
  accountNotice,
  foreignMessageNotice,
  keyNotice,
  noRowNotice,
  trippedNotice,
} from '../../../functions/core/notices/account-notice.ts';
import { TEST_CONFIG } from '../order-fixture.ts';
import { context, factsOf, sentRow, sound } from './notice-fixture.ts';

describe('a notice about an account', () => {
  it('goes to every channel, at once', () => {
    const what = { id: 'x', title: 'T', lines: ['why', ''] };
    expect(accountNotice('main', what, { config: TEST_CONFIG, atMs: 5 })).toEqual({
      ...{ id: 'account:main:x', title: 'T', text: 'why.', facts: [], subject: 'account' },
      ...{ atMs: 5, urgency: 'page', channels: [], command: 'npx harpoon check' },
    });
  });

  it('says which switch tripped, what it stops, and how to go on', () => {
    const row = sentRow();
    const reason = 'the trade key may withdraw-funds: make a new key without that permission';
    const notice = trippedNotice(row, { blocks: 'all', reason }, context);
    expect(notice.id).toBe(`account:main:tripped:${row.orderKey}`);
    expect(notice.text).toContain('The trade key may withdraw-funds');
    expect(notice.text).toContain('From now on, for account main, every order is stopped.');
    expect(factsOf(notice)).toEqual({
      Account: 'main',
      Blocks: 'every order',
      'By order': 'buy BTC/USD',
      Source: 'trend',
      'Client order id': row.clientOrderId,
    });
    sound(notice);
    const entries = trippedNotice(row, { blocks: 'entries', reason }, context);
    expect(entries.title).toBe('Kill switch of main tripped: it blocks entries');
    expect(entries.text).toContain('orders that open or add to a position are stopped.');
  });

  it('tells of a key once a day for each fault', () => {
    const at = (atMs: number, why: string) =>
      keyNotice('main', { half: 'query', why }, { ...context, atMs }).id;
    expect(at(0, 'a')).toBe(at(86_399_999, 'a'));
    expect(new Set([at(0, 'a'), at(0, 'b'), at(86_400_000, 'a')]).size).toBe(3);
    for (const half of ['trade', 'query'] as const) {
      const notice = keyNotice('main', { half, why: 'it has a nonce window of 10' }, context);
      expect(notice.title).toBe(`The ${half} key of main cannot be used`);
      expect(notice.text).toContain('A nonce is the number');
      sound(notice);
    }
  });

  it('says what a key that cannot be used stops', () => {
    const of = (half: 'trade' | 'query') =>
      keyNotice('main', { half, why: 'it is not armed' }, context);
    expect(of('trade').text).toContain('It is not armed.\nOrders of this account wait');
    expect(of('query').text).toContain('It is not armed.\nHarpoon cannot look orders');
    expect(factsOf(of('trade'))).toEqual({ Account: 'main', Key: 'trade (places orders)' });
    expect(factsOf(of('query'))).toEqual({ Account: 'main', Key: 'query (only looks)' });
  });

  it('names a fault of a key by a short digest: a reason may be long', () => {
    const { id } = keyNotice('main', { half: 'trade', why: 'so '.repeat(500) }, context);
    expect(id).toMatch(/^account:main:key:trade:1970-01-01:[0-9a-f]{12}$/);
  });

  it('tells of a queue message without an order', () => {
    const orderKey = 'f'.repeat(64);
    const notice = noRowNotice({ account: 'main', orderKey }, context);
    expect(notice.id).toBe(`account:main:no-row:${orderKey}`);
    expect(notice.text).toContain(`No order row ${orderKey} exists, so nothing was traded.`);
    expect(notice.text).toContain('docs/runbook.md');
    expect(factsOf(notice)).toEqual({ Account: 'main', 'Order row': orderKey });
    sound(notice);
  });

  it('tells of a queue message that somebody else wrote', () => {
    const notice = foreignMessageNotice('m-1', context);
    expect(notice).toMatchObject({ id: 'account:all:foreign-message:m-1', channels: [] });
    expect(notice.text).toContain('Nothing was traded.');
    expect(factsOf(notice)).toEqual({ 'Queue message': 'm-1' });
    sound(notice);
  });

  it('is read in the zone of its reader', () => {
    expect(foreignMessageNotice('m-1', context).zone).toBe('Europe/Berlin');
    const plain = foreignMessageNotice('m-1', { ...context, config: TEST_CONFIG });
    expect(plain).not.toHaveProperty('zone');
  });
});
