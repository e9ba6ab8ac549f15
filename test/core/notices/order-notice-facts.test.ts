import { describe, expect, it } from 'vitest';
import { orderNotice } from '../../../functions/core/notices/order-notice.ts';
import type { Order, OrderRow } from '../../../functions/core/order.ts';
import type { Refusal } from '../../../functions/core/refusal.ts';
import { orderRow } from '../order-fixture.ts';
import { context, factsOf, SENT_AT_MS, sentRow, ZONED } from './notice-fixture.ts';

const row = sentRow();
const placedRow: OrderRow = { ...row, exchangeOrderId: 'OABCDE-AAAAA-BBBBBB' };
const refusedRow: OrderRow = {
  ...orderRow({ sentAtMs: SENT_AT_MS, size: { unit: 'base', amount: '0.00001' } }, ZONED),
  refusal: {
    code: 'too-small',
    sentence: 'the size is below the smallest order of BTC/USD at Kraken, 0.0001 BTC.',
    numbers: { requested: '0.00001', rounded: '0.00001', minimum: '0.0001', sentAtMs: '5' },
  },
};
const told = (one: OrderRow) => factsOf(orderNotice(one, 'rejected', 'so', context));

describe('the numbers of an order', () => {
  it('has the numbers of what was sent, with what was asked for', () => {
    expect(factsOf(orderNotice(placedRow, 'placed', 'so', context))).toEqual({
      Side: 'buy',
      Volume: '0.01 BTC',
      Price: 'market, about 50005 USD',
      Value: '500.05 USD',
      Requested: '0.0100000099 BTC',
      Account: 'main',
      Source: 'trend',
      Symbol: 'KRAKEN:XBTUSD',
      'Signal age': '12 s',
      'Kraken order id': 'OABCDE-AAAAA-BBBBBB',
      'Client order id': placedRow.clientOrderId,
      'Signal id': 'signal',
    });
  });

  it('has the take-profits of an entry, with their shares', () => {
    const { decision } = placedRow;
    if (decision === undefined) throw new Error('it was decided');
    const takeProfits = [
      { price: '51000', share: '50' },
      { price: '53000', share: '30' },
    ];
    const entry = { ...placedRow, decision: { ...decision, takeProfits } };
    expect(factsOf(orderNotice(entry, 'placed', 'so', context))['Take-profits']).toBe(
      '50% at 51000 USD, 30% at 53000 USD',
    );
  });

  it('has the numbers of a refusal: what was asked for, and Kraken’s minimum', () => {
    expect(told(refusedRow)).toEqual({
      Side: 'buy',
      'Asked for': '0.00001 of KRAKEN:XBTUSD, market',
      Requested: '0.00001',
      'Rounded to': '0.00001',
      'Smallest volume': '0.0001',
      Reason: 'too-small',
      Account: 'main',
      Source: 'trend',
      'Signal age': '12 s',
      'Client order id': refusedRow.clientOrderId,
      'Signal id': 'signal',
    });
  });

  it.each([
    [{ unit: 'quote', amount: '100', currency: 'USD' }, '100 USD of KRAKEN:XBTUSD, limit at 49000'],
    [{ unit: 'percent', amount: '10' }, '10 % of the equity of KRAKEN:XBTUSD, limit at 49000'],
    [{ unit: 'risk', amount: '1' }, '1 % of the equity at risk of KRAKEN:XBTUSD, limit at 49000'],
    [undefined, 'KRAKEN:XBTUSD, limit at 49000'],
  ] as const)('says what a message asked for: %o', (size, words) => {
    const signal = { sentAtMs: SENT_AT_MS, type: 'limit', price: '49000' } as const;
    const asked = orderRow(size === undefined ? signal : { ...signal, size }, ZONED);
    expect(told(asked)['Asked for']).toBe(words);
  });

  it('never says that a signal is younger than nothing', () => {
    const early = { ...context, atMs: SENT_AT_MS - 700 };
    expect(factsOf(orderNotice(row, 'placed', 'so', early))['Signal age']).toBe('0 s');
  });

  /** A row whose order was sent like this. */
  const sent = (order: Partial<Order>): OrderRow => {
    const { attempt } = row;
    if (attempt === undefined) throw new Error('the row was sent');
    return { ...row, attempt: { ...attempt, order: { ...attempt.order, ...order } } };
  };

  it.each<[string, Partial<Order>, string]>([
    ['a market order: about what it costs', { type: 'market' }, 'market, about 50005 USD'],
    ['a limit: its price', { type: 'limit', price: '49000' }, 'limit 49000 USD'],
    [
      'a trigger with a limit: both',
      { type: 'stop-loss-limit', price: '48000', price2: '47900' },
      'stop-loss-limit 48000 USD then 47900 USD',
    ],
    ['a distance: no currency', { type: 'trailing-stop', price: '+2%' }, 'trailing-stop +2%'],
    [
      'a distance in money: no currency either',
      { type: 'trailing-stop-limit', price: '+500', price2: '-50' },
      'trailing-stop-limit +500 then -50',
    ],
  ])('say the price of %s', (_what, order, words) => {
    expect(told(sent(order))['Price']).toBe(words);
  });

  it('say in which currency the volume is', () => {
    expect(told(sent({ volume: '0.01' }))['Volume']).toBe('0.01 BTC');
    expect(told(sent({ volume: '500', volumeInQuote: true }))['Volume']).toBe('500 USD');
  });

  it.each([
    ['size', '0.5 BTC', '0.5 BTC'],
    ['12.5 % of what is held', '0.125 BTC', '0.125 BTC'],
    ['100 % of what is free', '5000 USD', '5000 USD'],
    ['divided by 50000', '0.1 BTC', undefined],
    ['free, less 1 % for the fee', '4950 USD', undefined],
  ])('say what was asked for before it was rounded: %s', (step, value, asked) => {
    const { decision } = row;
    if (decision === undefined) throw new Error('the row was decided');
    expect(told({ ...row, decision: { ...decision, steps: [{ step, value }] } })['Requested']).toBe(
      asked,
    );
  });

  it('name the symbol of the message where the pair is called otherwise', () => {
    expect(told(row)['Symbol']).toBe('KRAKEN:XBTUSD');
    expect(told(sentRow({ symbol: 'BTC/USD' }))).not.toHaveProperty('Symbol');
    // Of an order that was never made, what was asked for names it.
    expect(told(refusedRow)).not.toHaveProperty('Symbol');
  });

  const refused = (numbers: Refusal['numbers']) =>
    ({ code: 'above-max-order', sentence: 'so.', ...(numbers && { numbers }) }) as const;

  it('say the value once: of the order where there is one, else of the refusal', () => {
    const numbers = { value: '700', last: '50010', expireAtMs: '5' };
    expect(told({ ...row, refusal: refused(numbers) })).toMatchObject({
      ...{ Value: '500.05 USD', 'Live price': '50010' },
    });
    const none = told({ ...refusedRow, refusal: refused(numbers) });
    expect(none).toMatchObject({ Value: '700', 'Live price': '50010' });
    expect(none).not.toHaveProperty('expireAtMs');
  });

  it('of a refusal without numbers are its code alone', () => {
    const { Reason, ...others } = told({ ...row, refusal: refused(undefined) });
    expect(Reason).toBe('above-max-order');
    expect(others).toEqual(told(row));
  });

  it('leave out the price while nothing was decided', () => {
    const facts = told(orderRow({ sentAtMs: SENT_AT_MS }, ZONED));
    expect(Object.keys(facts)).toEqual([
      ...['Side', 'Asked for', 'Account', 'Source', 'Signal age', 'Client order id', 'Signal id'],
    ]);
  });

  it('say what was asked for while the order is decided and not yet written', () => {
    const { attempt: _unwritten, ...decided } = row;
    expect(told(decided)).toMatchObject({
      ...{ 'Asked for': 'KRAKEN:XBTUSD, market', Value: '500.05 USD' },
    });
    expect(told(decided)).not.toHaveProperty('Volume');
  });
});
