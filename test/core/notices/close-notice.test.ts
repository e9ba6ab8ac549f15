import { describe, expect, it } from 'vitest';
import { emptyBook } from '../../../functions/core/book.ts';
import type { CloseFill } from '../../../functions/core/fill.ts';
import { closeNotice, unseenCloseNotice } from '../../../functions/core/notices/close-notice.ts';
import { guessedSaleNotice } from '../../../functions/core/notices/guessed-sale-notice.ts';
import type { OrderRow } from '../../../functions/core/order.ts';
import { TEST_CONFIG, TREND } from '../order-fixture.ts';
import { context, factsOf, sentRow } from './notice-fixture.ts';

const row = { ...sentRow(), version: 4 };
const BOOK = emptyBook({ on: 'kraken', account: 'main', source: 'trend', pair: 'BTC/USD' });
const telling = (tellFills: 'none' | 'ends' | 'all') => {
  const sources = { trend: { ...TREND, tellFills } };
  return { ...context, config: { ...context.config, sources } };
};

/** Half of a stop of 0.01 sold at 48000, unless it says otherwise. */
function stop(changed: Partial<CloseFill> = {}): CloseFill {
  return {
    ...{ exchangeOrderId: 'OSTOP', size: '0.01', volume: '0.005', cost: '240', fee: '0.6' },
    ...{ status: 'filled', seenAtMs: 1, ...changed },
  };
}

describe('the notice of a stop that went out with an entry', () => {
  it('tells what it sold, at what price, and what the strategy owns after it', () => {
    const notice = closeNotice(row, stop(), { ...BOOK, result: '-10.601' }, context);
    expect(notice).toMatchObject({ id: `fill:${row.clientOrderId}:5`, urgency: 'info' });
    expect(notice?.title).toMatch(/on main: its stop fired and is filled$/);
    expect(factsOf(notice)).toMatchObject({
      ...{ 'Stop filled': '0.005 BTC of 0.01', 'Average price': '48000 USD', Fee: '0.6 USD' },
      ...{ 'Result so far': '-10.61 USD, fees taken off' },
      ...{ 'Kraken order id of the stop': 'OSTOP' },
    });
    expect(notice?.text).not.toMatch(/still open|protects nothing/);
  });

  it.each([
    ['cancelled', '0.005', 'warning', 'its stop is cancelled, partly filled before'],
    ['expired', '0.005', 'warning', 'its stop has ended, partly filled before'],
    ['cancelled', '0', 'info', 'its stop is cancelled'],
    ['expired', '0', 'warning', 'its stop has ended'],
  ] as const)('that is %s with %s sold', (status, volume, urgency, words) => {
    const notice = closeNotice(row, stop({ status, volume, cost: '0' }), undefined, context);
    expect(notice).toMatchObject({ urgency });
    expect(notice?.title.endsWith(`: ${words}`)).toBe(true);
    expect(notice?.text).toMatch(/protects nothing any more/);
    expect(factsOf(notice)).not.toHaveProperty('Result so far');
    if (volume === '0') expect(factsOf(notice)).not.toHaveProperty('Average price');
  });

  it('that was made smaller says of how much', () => {
    const notice = closeNotice(row, stop({ cut: '0.006' }), undefined, context);
    expect(factsOf(notice)).toMatchObject({ 'Stop filled': '0.005 BTC of 0.006' });
  });

  it('in parts is told where the source wishes that, as information', () => {
    const part = stop({ status: 'open' });
    expect(closeNotice(row, part, undefined, context)).toBeUndefined();
    const notice = closeNotice(row, part, undefined, telling('all'));
    expect(notice).toMatchObject({ urgency: 'info', text: 'The rest of the stop is still open.' });
    expect(closeNotice(row, stop(), undefined, telling('none'))).toBeUndefined();
  });

  it('of a source that is gone is told at its end', () => {
    const gone = { ...context, config: { ...TEST_CONFIG, sources: {} } };
    expect(closeNotice(row, stop(), undefined, gone)).toBeDefined();
    expect(closeNotice(row, stop({ status: 'open' }), undefined, gone)).toBeUndefined();
  });

  it('that Kraken does not show calls a person, with what is unprotected', () => {
    const notice = unseenCloseNotice(row, '0.004', context);
    expect(notice).toMatchObject({ id: `no-close:${row.clientOrderId}:5`, urgency: 'page' });
    expect(notice.title).toMatch(/: Kraken shows no stop for 0.004 BTC of it$/);
    expect(factsOf(notice)).toMatchObject({ 'Without a stop': '0.004 BTC' });
    expect(notice.text).toContain('place a stop by hand');
  });
});

describe('the notice of a halt’s sale that was shared too early', () => {
  const of = (count: number): readonly OrderRow[] =>
    Array.from({ length: count }, (_, at) => ({ ...sentRow(), clientOrderId: `order-${at}` }));

  it.each([
    [1, 'order-0 of trend (received).'],
    [5, 'order-4 of trend (received).'],
    [6, 'order-4 of trend (received), 1 more.'],
    [9, 'order-4 of trend (received), 4 more.'],
  ])('names five of %i orders', (count, end) => {
    const notice = guessedSaleNotice(row, of(count), [BOOK], context);
    expect(notice).toMatchObject({ id: `fill:${row.clientOrderId}:5`, urgency: 'page' });
    const [named = ''] = notice.text.split('\n');
    expect(named.endsWith(end)).toBe(true);
    expect(named.match(/ of trend/g)).toHaveLength(Math.min(5, count));
  });
});
