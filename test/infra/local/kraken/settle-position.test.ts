/** Positions that are paid off with what the account owns. */
import fc from 'fast-check';
import { afterEach, describe, expect, it } from 'vitest';
import { decimal, ZERO } from '../../../../functions/core/decimal.ts';
import { marginAccount, type MarginAccount } from './margin-client.ts';

let at: MarginAccount;
afterEach(() => at.close());

const SETTLE = { ordertype: 'settle-position' };

describe('settle-position', () => {
  it('of a long one pays what it had cost and leaves the coins, without a fee', async () => {
    at = await marginAccount();
    await at.place('buy', '0.1');
    at.moves('60000');
    const txid = await at.place('buy', '0.04', SETTLE);
    expect(await at.order(txid)).toMatchObject({
      ...{ status: 'closed', vol_exec: '0.04000000', cost: '2000.00000', fee: '0.00000' },
      ...{ price: '50000.00000', descr: { ordertype: 'settle-position', type: 'buy' } },
    });
    expect(await at.balances()).toEqual({ ZUSD: '7987.0000', XXBT: '0.0400000000' });
    expect(await at.lots()).toEqual(['buy 0.10000000 less 0.04000000']);
    const [settled, opened] = await at.trades();
    expect(settled).toMatchObject({ ordertype: 'settle-position', misc: 'closing' });
    expect(opened).toMatchObject({ net: '+0.00000', cprice: '50000.00000' });
  });

  it('of a short one gives the coins and leaves what they were sold for, oldest first', async () => {
    at = await marginAccount({ balances: { USD: '10000', XBT: '0.15' } });
    await at.place('sell', '0.1');
    at.moves('52000');
    await at.place('sell', '0.1', { leverage: '2' });
    await at.place('sell', '0.15', SETTLE);
    // 5,000 and half of 5,200, less the fees of the two sales.
    expect(await at.balances()).toEqual({ ZUSD: '17573.4800', XXBT: '0.0000000000' });
    expect(await at.lots()).toEqual(['sell 0.10000000 less 0.05000000']);
    expect(await at.trades()).toHaveLength(4);
  });

  it('of volume zero settles all of it', async () => {
    at = await marginAccount();
    await at.place('buy', '0.1');
    await at.place('buy', '0', SETTLE);
    expect(await at.lots()).toEqual([]);
    expect(await at.balances()).toMatchObject({ XXBT: '0.1000000000' });
  });

  it.each([
    ['the side has no position', 'sell', '0.1', 'EOrder:Unknown position'],
    ['more than is open', 'buy', '0.3', 'EOrder:Unknown position'],
    ['more than the balance pays', 'buy', '0.25', 'EOrder:Insufficient funds'],
  ])('is refused when %s', async (_title, side, volume, error) => {
    at = await marginAccount();
    await at.place('buy', '0.25');
    expect((await at.add(side, volume, SETTLE)).error).toEqual([error]);
    expect(await at.lots()).toEqual(['buy 0.25000000 less 0.00000000']);
  });

  it('that starts later is cancelled when the position is gone by then', async () => {
    at = await marginAccount();
    await at.place('buy', '0.1');
    const txid = await at.place('buy', '0.1', { ...SETTLE, starttm: '+60' });
    await at.place('sell', '0.1');
    at.clock.advance(60_000);
    expect(await at.order(txid)).toMatchObject({ status: 'canceled', reason: 'Unknown position' });
  });

  it('takes orders from the book that can no longer only reduce', async () => {
    at = await marginAccount();
    await at.place('buy', '0.1');
    const limit = { ordertype: 'limit', price: '51000', reduce_only: 'true' };
    const txid = await at.place('sell', '0.1', limit);
    await at.place('buy', '0.1', SETTLE);
    expect(await at.order(txid)).toMatchObject({ status: 'canceled' });
  });
});

it('whatever is traded, lots are the signed sum of fills and money moves by what is won', async () => {
  at = await marginAccount();
  const act = fc.record({
    side: fc.constantFrom('buy', 'sell'),
    volume: fc.integer({ min: 1, max: 500 }).map((n) => decimal(`${n}e-4`).toFixed()),
    leverage: fc.constantFrom('2', '5'),
    price: fc.integer({ min: 48_000, max: 52_000 }),
    kind: fc.constantFrom('plain', 'reduce', 'settle'),
  });
  await fc.assert(
    fc.asyncProperty(fc.array(act, { minLength: 1, maxLength: 12 }), async (acts) => {
      const one = await marginAccount();
      for (const { side, volume, leverage, price, kind } of acts) {
        one.moves(String(price));
        const more = {
          ...(kind === 'settle' ? SETTLE : {}),
          ...(kind === 'reduce' ? { reduce_only: 'true' } : {}),
        };
        await one.add(side, volume, { leverage, ...more });
      }
      const { positions, trades, orders, balances } = one.kraken.control.state();
      await one.close();
      const sideOf = new Map(orders.map(({ txid, side }) => [txid, side]));
      const signed = (side: string | undefined, amount: string) =>
        decimal(amount).times(side === 'buy' ? '1' : '-1');
      let [open, coins, dollars] = [ZERO, ZERO, decimal('10000')];
      for (const { txid, volume, cost, fee, margin } of trades) {
        const moved = signed(sideOf.get(txid), volume);
        dollars = dollars.minus(fee);
        if (margin?.settles === true) {
          coins = coins.plus(moved);
          open = open.minus(moved);
          dollars = dollars.minus(signed(sideOf.get(txid), cost));
        } else {
          open = open.plus(moved);
        }
        for (const { net } of margin?.closed ?? []) dollars = dollars.plus(net);
      }
      const lots = positions.map(({ side, volume, closedVolume }) =>
        signed(side, decimal(volume).minus(closedVolume).toFixed()),
      );
      expect(lots.reduce((sum, lot) => sum.plus(lot), ZERO).toFixed()).toBe(open.toFixed());
      expect(
        new Set(lots.filter((lot) => !lot.eq('0')).map((lot) => lot.gt('0'))).size,
      ).toBeLessThan(2);
      const [held] = Object.values(balances);
      expect(held?.['ZUSD']?.total).toBe(dollars.toFixed());
      expect(held?.['XXBT']?.total ?? '0').toBe(coins.toFixed());
    }),
    { numRuns: 60 },
  );
});
