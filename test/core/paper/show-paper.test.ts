import { describe, expect, it } from 'vitest';
import type { Order } from '../../../functions/core/order.ts';
import type { PaperOrder } from '../../../functions/core/paper/paper-book.ts';
import {
  isPaperKey,
  isPaperOrder,
  paperKeyId,
  paperOrderId,
} from '../../../functions/core/paper/paper-key.ts';
import { showOrder } from '../../../functions/core/paper/show-paper.ts';
import { placed } from './paper-fixture.ts';

/** What a look-up finds of an order, decimals as text. */
function shown(order: Partial<Order>, changed: Partial<PaperOrder> = {}) {
  const found = showOrder({ ...placed(order).order, ...changed });
  return JSON.parse(JSON.stringify(found)) as Record<string, unknown>;
}

const LIMIT = { type: 'limit', price: '49000' } as const;

describe('a paper order in a look-up', () => {
  it('has what was sent, and that nothing was executed', () => {
    expect(shown(LIMIT)).toStrictEqual({
      exchangeOrderId: 'PAPER-1',
      clientOrderId: 'PAPER-1',
      pair: 'XBTUSD',
      side: 'buy',
      type: 'limit',
      volume: '0.1',
      price: '49000',
      flags: ['fciq'],
      openedAtMs: 0,
      status: 'open',
      filled: '0',
    });
  });

  it('has what was executed, at which average, and what it cost', () => {
    expect(shown({})).toStrictEqual({
      exchangeOrderId: 'PAPER-1',
      clientOrderId: 'PAPER-1',
      pair: 'XBTUSD',
      side: 'buy',
      type: 'market',
      volume: '0.1',
      flags: ['fciq'],
      openedAtMs: 0,
      status: 'closed',
      filled: '0.1',
      cost: '5000',
      fee: '20',
      averagePrice: '50000',
    });
  });

  it.each<[Partial<Order>, Record<string, unknown>]>([
    [{ ...LIMIT, postOnly: true }, { flags: ['fciq', 'post'] }],
    [
      { volume: '5000', volumeInQuote: true },
      { flags: ['fciq', 'viqc'], volume: '0.1' },
    ],
    [
      { type: 'stop-loss', price: '51000' },
      { price: '51000', trigger: 'last' },
    ],
    [{ type: 'stop-loss', price: '51000', trigger: 'index' }, { trigger: 'index' }],
    [{ type: 'stop-loss-limit', price: '51000', price2: '+1%' }, { price2: '+1%' }],
    [
      { type: 'trailing-stop', price: '+2%' },
      { distance: '+2%', trigger: 'last' },
    ],
    [
      { ...LIMIT, startAtMs: 60_000 },
      { startAtMs: 60_000, status: 'pending' },
    ],
    [{ ...LIMIT, timeInForce: 'GTD', expireAtMs: 90_000 }, { expireAtMs: 90_000 }],
  ])('%o shows %o', (order, told) => {
    expect(shown(order)).toMatchObject(told);
  });

  it('has nothing that was not sent', () => {
    const { order } = placed(LIMIT);
    const unsaid = Object.entries(showOrder(order)).filter(([, value]) => value === undefined);
    expect(unsaid).toEqual([]);
  });

  it('has no price where it is a distance, and no distance where it is a price', () => {
    expect(shown({ type: 'trailing-stop', price: '+2%' })).not.toHaveProperty('price');
    expect(shown(LIMIT)).not.toHaveProperty('distance');
  });
});

describe('a name of paper', () => {
  const named = (clientOrderId: string, userref?: number) =>
    paperOrderId('main', { clientOrderId, ...(userref === undefined ? {} : { userref }) });

  it('is the same for the same client order id, however that is written', () => {
    const id = named('6d1b345e-2821-40e2-ad83-4ecb18a06876');
    expect(id).toMatch(/^PAPER-[0-9A-F]{20}$/);
    expect(named('6D1B345E282140E2AD834ECB18A06876')).toBe(id);
  });

  it('is another one for another order or account', () => {
    const other = paperOrderId('spare', { clientOrderId: 'a' });
    expect(new Set([named('a'), named('b'), other]).size).toBe(3);
  });

  it('goes by the userref where the order has one', () => {
    expect(named('a', 7)).toBe(named('b', 7));
    expect(new Set([named('a'), named('a', 7), named('a', 8)]).size).toBe(3);
  });

  it('is told from Kraken’s at sight', () => {
    expect(isPaperOrder(named('a'))).toBe(true);
    expect(isPaperOrder('OABCDE-AAAAA-PAPER-')).toBe(false);
    expect(paperKeyId('main', 'trade')).toBe('paper:main:trade');
    expect(isPaperKey(paperKeyId('main', 'query'))).toBe(true);
    expect(isPaperKey('fingerprint of paper:')).toBe(false);
  });
});
