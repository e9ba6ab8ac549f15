import { describe, expect, it } from 'vitest';
import { ORDER_STATES } from '../../functions/core/order-state.ts';
import { accountNotice, orderNotice, waitingNotice } from '../../functions/core/order-notice.ts';
import { orderRow, TEST_CONFIG } from './order-fixture.ts';

describe('what a person is told about an order', () => {
  const row = orderRow({ sentAtMs: 500_000 }, TEST_CONFIG);
  const context = { config: TEST_CONFIG, atMs: 1_000_000 };

  it('is one notice for each version of the row, through the channels of its source', () => {
    const notice = orderNotice(row, 'unplaced', 'not found', context);
    expect(notice).toMatchObject({
      id: `order:${row.clientOrderId}:${row.version + 1}`,
      urgency: 'page',
      channels: ['ops'],
      atMs: 1_000_000,
    });
  });

  it('goes to every channel when its source is gone', () => {
    const gone = { ...context, config: { ...TEST_CONFIG, sources: {} } };
    expect(orderNotice(row, 'placed', 'so', gone)?.channels).toEqual([]);
    expect(waitingNotice(row, 'so', gone).channels).toEqual([]);
    expect(waitingNotice(row, 'so', context).channels).toEqual(['ops']);
  });

  it('has no empty lines, whatever there is to do', () => {
    const texts = ORDER_STATES.map((state) => orderNotice(row, state, 'why', context)?.text);
    for (const text of texts.filter((one) => one !== undefined)) {
      expect(text.split('\n')).not.toContain('');
      expect(text).toContain(row.clientOrderId);
    }
  });

  it('is nothing while the order is on its way', () => {
    const silent = ORDER_STATES.filter((to) => orderNotice(row, to, '', context) === undefined);
    expect(silent).toEqual(['received', 'queued', 'prepared', 'unknown']);
  });

  it('says for how many minutes it waited', () => {
    const atMs = row.receivedAtMs + 3 * 60_000 + 59_000;
    expect(waitingNotice(row, 'so', { ...context, atMs }).text).toContain('waited 3 minutes: so');
  });

  it('about an account goes to every channel, at once', () => {
    const what = { id: 'x', title: 'T', text: 'why' };
    expect(accountNotice('main', what, 5)).toEqual({
      ...{ id: 'account:main:x', title: 'T', text: 'why' },
      ...{ atMs: 5, urgency: 'page', channels: [] },
    });
  });
});
