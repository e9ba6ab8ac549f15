/**
 * What the use cases rely on of an order with an attached close, as one suite for every exchange: it
 * is known by its userref alone, which nobody keeps unique, and leaves a close order behind.
 */
import { describe, expect, it } from 'vitest';
import { plain } from '../../../functions/core/decimal.ts';
import type { Order } from '../../../functions/core/order.ts';
import { sameOrder } from '../../../functions/core/reconcile/same-order.ts';
import { BTC_USD } from '../../fakes/exchange.ts';
import { attempt, type ExchangeUnderTest } from './exchange-under-test.ts';

const NAME = { clientOrderId: '6b1e3a7c-52a4-5e0d-9f43-0f3f0a7c9d11', userref: 1_234_567 };
const CLOSE = { type: 'stop-loss', price: '45000' } as const;
const RESTING = { type: 'limit', price: '40000', close: CLOSE } as const;
const HOUR_MS = 3_600_000;

/** Runs the suite; `open` makes an exchange. */
export function attachedCloseContract(
  open: () => Promise<ExchangeUnderTest>,
  able: { readonly checksOrders: boolean },
): void {
  const placed = async (
    under: ExchangeUnderTest,
    order: Partial<Order>,
    name = NAME,
  ): Promise<string> => {
    const outcome = await under.exchange.place(attempt(under, order), name);
    if (outcome.kind !== 'placed') throw new Error(JSON.stringify(outcome));
    return outcome.exchangeOrderId;
  };
  const find = ({ exchange, nowMs }: ExchangeUnderTest, name = NAME) =>
    exchange.find(name, nowMs() - HOUR_MS);

  describe('an order with an attached close', () => {
    it('is shown by its userref, without our id, and has opened nothing yet', async () => {
      const under = await open();
      const exchangeOrderId = await placed(under, RESTING);
      const found = await find(under);
      expect(found).toMatchObject([{ exchangeOrderId, userref: NAME.userref, status: 'open' }]);
      expect(found.map((order) => ['clientOrderId' in order, 'refid' in order])).toEqual([
        [false, false],
      ]);
      expect(await find(under, { ...NAME, userref: 7 })).toEqual([]);
      expect(await find(under, { clientOrderId: NAME.clientOrderId } as typeof NAME)).toEqual([]);
    });

    it('leaves a close order of what was filled, with its userref and its own id', async () => {
      const under = await open();
      const parent = await placed(under, { close: CLOSE });
      const found = await find(under);
      const closes = found.filter(({ refid }) => refid !== undefined);
      expect(found.filter(({ refid }) => refid === undefined)).toMatchObject([
        { exchangeOrderId: parent, status: 'closed' },
      ]);
      expect(closes).toMatchObject([
        { refid: parent, side: 'sell', type: 'stop-loss', status: 'open' },
      ]);
      expect(closes.map(({ volume }) => plain(volume))).toEqual(['0.01']);
      const [close] = closes;
      expect(await under.exchange.orders([close?.exchangeOrderId ?? ''])).toEqual(closes);
      expect(await under.exchange.openOrders()).toEqual(closes);
      expect(await under.exchange.cancel(close?.exchangeOrderId ?? '')).toBe(1);
      expect(await under.exchange.openOrders()).toEqual([]);
    });

    it('is recognised in a look-up, and not with another close', async () => {
      const under = await open();
      for (const [at, close] of (able.checksOrders ? ALL : [CLOSE]).entries()) {
        const name = { ...NAME, userref: NAME.userref + at };
        const parent = await placed(under, { close }, name);
        const found = (await find(under, name)).find((order) => order.exchangeOrderId === parent);
        const sent = attempt(under, { close }).order;
        expect(found && sameOrder(sent, found, BTC_USD)).toEqual({ ok: true, value: true });
        const other = { ...sent, close: { ...close, price: `${close.price}1` } };
        expect(found && sameOrder(other, found, BTC_USD).ok).toBe(false);
      }
    });

    it.runIf(able.checksOrders)(
      'is not sent under our id, nor an order without one under a userref',
      async () => {
        const under = await open();
        const { clientOrderId } = NAME;
        for (const [order, name] of [
          [{ close: CLOSE }, { clientOrderId }],
          [{}, NAME],
        ] as const) {
          const outcome = await under.exchange.place(attempt(under, order), name);
          expect(outcome.kind).toBe('never-sent');
        }
      },
    );
  });
}

const ALL = [
  CLOSE,
  { type: 'stop-loss-limit', price: '45000', price2: '44900' },
  { type: 'trailing-stop', price: '+2.5%' },
] as const satisfies readonly NonNullable<Order['close']>[];
