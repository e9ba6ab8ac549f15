/** When an amend meets its order: what it waits for, and what refuses it before it goes out. */
import { describe, expect, it } from 'vitest';
import { decimal } from '../../../functions/core/decimal.ts';
import { GOOD_KEY } from '../../fakes/exchange.ts';
import { amending, LIMIT, LOST } from './amend-fixture.ts';

/** Why it waited last. */
const waitsFor = ({ log }: ReturnType<typeof amending>) =>
  log.lines.filter((line) => line.includes('"amend-waits"')).at(-1);

describe('an amend of a resting order', () => {
  it('waits while prices cannot be read, says so, and goes out afterwards', async () => {
    const all = amending();
    const { placed, ask, amend, exchange, waits, shown } = all;
    const row = await placed();
    await ask(row, { price: '49000' });
    const tickers = exchange.market.tickers.bind(exchange.market);
    exchange.market.tickers = () => Promise.reject(new Error('no prices just now'));
    await amend(row);
    expect(await waits()).toBe(1);
    expect(waitsFor(all)).toContain('"why":"no prices just now"');
    exchange.market.tickers = tickers;
    await amend(row);
    expect(await shown()).toEqual(['49000']);
  });

  it('is refused, with the reason, where the key may not trade any more', async () => {
    const { placed, ask, amend, exchange, waits, last, why } = amending();
    const row = await placed();
    await ask(row, { price: '49000' });
    exchange.info = { ...GOOD_KEY, permissions: ['query-funds'] };
    await amend(row);
    expect(await waits()).toBe(0);
    expect(why(row)).toMatch(/^amend refused: account-not-tradable: the trade key lacks/);
    expect(last()).toMatchObject({ title: 'buy BTC/USD on main: not changed' });
  });

  it('waits where somebody else moves the row of one before it, and says so', async () => {
    const all = amending();
    const { placed, ask, amend, exchange, store, waits, clock } = all;
    const row = await placed();
    const fate = { changed: false, told: LOST } as const;
    exchange.amendFates.push(fate, fate, fate, { ...fate, changed: true });
    await ask(row, { price: '49000' });
    await amend(row);
    await clock.sleep(1_000);
    await ask(row, { price: '48000' });
    store.orders.note = () => Promise.resolve('lost');
    await amend(row);
    expect(await waits()).toBe(1);
    expect(waitsFor(all)).toContain('somebody else moved the row');
  });
});

describe('while Kraken only takes cancels, an amend', () => {
  it('of an order that leaves a position waits', async () => {
    const { placed, ask, amend, exchange, waits, shown, store } = amending();
    exchange.balance.set('BTC', { total: decimal('1'), available: decimal('1') });
    const row = await placed({ action: 'sell', reduceOnly: true, ...LIMIT, price: '51000' });
    expect(store.row(row)).toMatchObject({ state: 'placed' });
    await ask(row, { price: '50500' });
    exchange.mode = 'cancel_only';
    await amend(row);
    expect(await waits()).toBe(1);
    exchange.mode = 'online';
    await amend(row);
    expect(await shown()).toEqual(['50500']);
  });

  it('of an order that enters is refused', async () => {
    const { placed, ask, amend, exchange, waits, why } = amending();
    const row = await placed();
    await ask(row, { price: '49000' });
    exchange.mode = 'cancel_only';
    await amend(row);
    expect(await waits()).toBe(0);
    expect(why(row)).toMatch(/^amend refused: pair-not-trading/);
  });
});
