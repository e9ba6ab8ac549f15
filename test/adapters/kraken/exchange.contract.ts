/**
 * What the use cases rely on of an exchange, as one suite for every exchange: the one of their own
 * tests, the one of the simulation, and Kraken's client over real sockets against the embedded
 * Kraken.
 */
import { afterEach, describe, expect, it } from 'vitest';
import { plain } from '../../../functions/core/decimal.ts';
import type { OrderChange } from '../../../functions/core/amending.ts';
import { ExchangeError } from '../../../functions/core/exchange-error.ts';
import type { Order } from '../../../functions/core/order.ts';
import { DEADLINE_MS, DEADLINE_REST_MS } from '../../../functions/core/protocol.ts';
import { sameOrder } from '../../../functions/core/reconcile/same-order.ts';
import { BTC_USD } from '../../fakes/exchange.ts';
import { attachedCloseContract } from './attached-close.contract.ts';
import {
  attempt,
  type Abilities,
  type ExchangeUnderTest,
  type Make,
} from './exchange-under-test.ts';

const ID = '6b1e3a7c-52a4-5e0d-9f43-0f3f0a7c9d11';
const OTHER_ID = '6b1e3a7c-52a4-5e0d-9f43-0f3f0a7c9d12';
const LIMIT = { type: 'limit', price: '40000' } as const;
const SELL = { side: 'sell' } as const;
const HOUR_MS = 3_600_000;

/** Runs the suite against an exchange. */
export function exchangeContract(name: string, able: Abilities): void {
  describe(name, () => {
    let opened: ExchangeUnderTest[] = [];
    const open = async (make: Make = able.make): Promise<ExchangeUnderTest> => {
      const under = await make();
      opened.push(under);
      return under;
    };
    afterEach(async () => {
      for (const under of opened) await under.close();
      opened = [];
    });
    /** Places an order and tells its exchange order id. */
    const placed = async (
      under: ExchangeUnderTest,
      order: Partial<Order>,
      id = ID,
    ): Promise<string> => {
      const outcome = await under.exchange.place(attempt(under, order), { clientOrderId: id });
      if (outcome.kind !== 'placed') throw new Error(JSON.stringify(outcome));
      expect(outcome.description).not.toBe('');
      return outcome.exchangeOrderId;
    };
    const find = ({ exchange, nowMs }: ExchangeUnderTest, id = ID) =>
      exchange.find({ clientOrderId: id }, nowMs() - HOUR_MS);
    const traded = ({ exchange, nowMs }: ExchangeUnderTest) =>
      exchange.tradedOrders(nowMs() - 60_000, nowMs());

    it('shows its market', async () => {
      const { market } = await open();
      const pairs = await market.pairs();
      const btc = pairs.filter(({ name }) => name === 'BTC/USD');
      expect(btc).toMatchObject([{ altname: 'XBTUSD', base: 'BTC', quote: 'USD' }]);
      const ticker = (await market.tickers(btc)).get('BTC/USD');
      expect(ticker && ticker.bid.lte(ticker.ask)).toBe(true);
      expect(ticker && plain(ticker.last)).toBe('50000');
      expect(await market.mode()).toBe('online');
      expect(Math.abs(await market.skewMs())).toBeLessThan(1_000);
    });

    it('tells what the key may do', async () => {
      const { exchange } = await open();
      const info = await exchange.keyInfo();
      expect(info).toMatchObject({ nonceWindow: '0', seesAllTimes: true });
      expect([...info.permissions].sort()).toEqual([
        'modify-trades',
        'query-closed-trades',
        'query-funds',
        'query-open-trades',
      ]);
    });

    it('shows a resting order by our id, with every parameter, and by its own', async () => {
      const under = await open();
      under.exchange.warm();
      const exchangeOrderId = await placed(under, LIMIT);
      const found = await find(under);
      expect(found).toHaveLength(1);
      const [order] = found;
      expect(order).toMatchObject({
        ...{ exchangeOrderId, clientOrderId: ID, pair: 'XBTUSD', side: 'buy', type: 'limit' },
        status: 'open',
      });
      expect(Math.abs(under.nowMs() - (order?.openedAtMs ?? 0))).toBeLessThan(1_000);
      const amounts = [order?.volume, order?.price, order?.filled];
      expect(amounts.map((one) => one && plain(one))).toEqual(['0.01', '40000', '0']);
      expect(await under.exchange.orders([exchangeOrderId])).toEqual(found);
      expect(await traded(under)).toEqual([]);
    });

    it.each<[string, Partial<Order>]>([
      ['a market order', {}],
      ['a limit order that may not rest', { ...LIMIT, price: '60000', timeInForce: 'IOC' }],
    ])('shows %s as filled, by our id, by its own, and behind its trade', async (_, order) => {
      const under = await open();
      const exchangeOrderId = await placed(under, order);
      const found = await find(under);
      expect(found).toMatchObject([{ exchangeOrderId, clientOrderId: ID, status: 'closed' }]);
      expect(found[0] && plain(found[0].filled)).toBe('0.01');
      expect(found[0] && 'price' in found[0]).toBe(order.price !== undefined);
      expect(await under.exchange.orders([exchangeOrderId])).toEqual(found);
      expect(await traded(under)).toEqual([exchangeOrderId]);
    });

    it('shows nothing that is not there', async () => {
      const under = await open();
      await placed(under, {});
      expect(await find(under, OTHER_ID)).toEqual([]);
      expect(await under.exchange.orders([])).toEqual([]);
      expect(await under.exchange.orders(['OAAAAA-BBBBB-CCCCCC'])).toEqual([]);
      const atMs = under.nowMs();
      expect(await under.exchange.tradedOrders(atMs - HOUR_MS, atMs - 60_000)).toEqual([]);
    });

    it('shows every open order, whatever its id, and none that has ended', async () => {
      const under = await open();
      expect(await under.exchange.openOrders()).toEqual([]);
      await placed(under, {});
      const ids = [await placed(under, LIMIT, OTHER_ID)];
      const shown = await under.exchange.openOrders();
      expect(shown.map(({ exchangeOrderId }) => exchangeOrderId)).toEqual(ids);
      expect(shown).toMatchObject([{ side: 'buy', type: 'limit', status: 'open' }]);
    });

    it('takes no question about more than fifty orders', async () => {
      const { exchange } = await open();
      const many = Array.from({ length: 51 }, () => 'OAAAAA-BBBBB-CCCCCC');
      await expect(exchange.orders(many)).rejects.toThrow(ExchangeError);
    });

    it('checks an order without placing it', async () => {
      const under = await open();
      const outcome = await under.exchange.place(attempt(under, LIMIT, { validate: true }), {
        clientOrderId: ID,
      });
      expect(outcome.kind).toBe('validated');
      expect(await find(under)).toEqual([]);
    });

    it('does not take a second order of an id while the first is open', async () => {
      const under = await open();
      const first = await placed(under, LIMIT);
      const outcome = await under.exchange.place(attempt(under, LIMIT), { clientOrderId: ID });
      expect(outcome.kind).toBe('unknown');
      expect(await find(under)).toMatchObject([{ exchangeOrderId: first }]);
    });

    it('does not take the bytes of an order twice', async () => {
      const under = await open();
      const once = attempt(under, {});
      expect((await under.exchange.place(once, { clientOrderId: ID })).kind).toBe('placed');
      expect((await under.exchange.place(once, { clientOrderId: ID })).kind).toBe('unknown');
      expect(await find(under)).toHaveLength(1);
    });

    it('sends no order that is near its deadline', async () => {
      const under = await open();
      const late = attempt(under, {}, { deadlineMs: under.nowMs() + DEADLINE_REST_MS });
      expect((await under.exchange.place(late, { clientOrderId: ID })).kind).toBe('never-sent');
      expect(under.copies()).toBe(0);
      expect(await find(under)).toEqual([]);
    });

    it.each(able.unclear.map((trouble) => [trouble.name, trouble] as const))(
      'an order that %s: unknown, sent once, and a look-up tells',
      async (_, { make, isPlaced, isUnread }) => {
        const under = await open(make);
        const outcome = await under.exchange.place(attempt(under, LIMIT), { clientOrderId: ID });
        expect(outcome).toMatchObject({
          kind: 'unknown',
          reason: expect.stringMatching(/./) as string,
        });
        expect(await find(under)).toHaveLength(isPlaced ? 1 : 0);
        expect(under.copies()).toBe(isUnread === true ? 0 : 1);
      },
    );

    it.each(able.neverSent.map((trouble) => [trouble.name, trouble] as const))(
      'an order that %s: never sent',
      async (_, { make }) => {
        const under = await open(make);
        const outcome = await under.exchange.place(attempt(under, LIMIT), { clientOrderId: ID });
        expect(outcome).toMatchObject({
          kind: 'never-sent',
          reason: expect.stringMatching(/./) as string,
        });
        expect(under.copies()).toBe(0);
      },
    );

    describe('an amend', () => {
      const soon = ({ nowMs }: ExchangeUnderTest) => ({ deadlineMs: nowMs() + DEADLINE_MS });

      it('changes volume and price of a resting order, whose ids stay', async () => {
        const under = await open();
        const id = await placed(under, LIMIT);
        const change = { volume: '0.02', limitPrice: '39000', ...soon(under) };
        expect(await under.exchange.amend(id, change)).toMatchObject({ kind: 'amended' });
        const [found, more] = await find(under);
        expect(more).toBeUndefined();
        expect(found).toMatchObject({ exchangeOrderId: id, clientOrderId: ID, status: 'open' });
        const sent = attempt(under, { ...LIMIT, volume: '0.02', price: '39000' }).order;
        expect(found && sameOrder(sent, found, BTC_USD)).toEqual({ ok: true, value: true });
      });

      it('again, with the same values, is done already', async () => {
        const under = await open();
        const id = await placed(under, LIMIT);
        const change = { volume: '0.01', limitPrice: '39000', ...soon(under) };
        for (const _time of [1, 2]) {
          expect((await under.exchange.amend(id, change)).kind).toBe('amended');
        }
        expect(await find(under)).toHaveLength(1);
      });

      it('of an order that is filled, or never was, has nothing to change', async () => {
        const under = await open();
        const id = await placed(under, {});
        const change = { volume: '0.02', ...soon(under) };
        expect((await under.exchange.amend(id, change)).kind).toBe('gone');
        expect((await under.exchange.amend('OAAAAA-BBBBB-CCCCCC', change)).kind).toBe('gone');
      });

      it('that is near its deadline is not sent', async () => {
        const under = await open();
        const id = await placed(under, LIMIT);
        const deadlineMs = under.nowMs() + DEADLINE_REST_MS;
        const outcome = await under.exchange.amend(id, { limitPrice: '39000', deadlineMs });
        expect(outcome.kind).toBe('not-reached');
      });
    });

    it('throws for every question that is not answered, and asking again makes sense', async () => {
      const { exchange, market, nowMs } = await open(able.away);
      const questions = [
        () => exchange.balances(),
        () => exchange.find({ clientOrderId: ID }, nowMs()),
        () => exchange.tradedOrders(nowMs(), nowMs()),
        () => exchange.orders(['OAAAAA-BBBBB-CCCCCC']),
        () => exchange.keyInfo(),
        () => market.pairs(),
        () => market.tickers([BTC_USD]),
        () => market.mode(),
        () => market.skewMs(),
      ];
      for (const ask of questions) {
        const error: unknown = await ask().catch((thrown: unknown) => thrown);
        expect(error, String(ask)).toBeInstanceOf(ExchangeError);
        expect(error, String(ask)).toMatchObject({ retryable: true });
      }
    });

    attachedCloseContract(open, able);

    describe.runIf(able.hasMoney)('with money', () => {
      const amounts = async ({ exchange }: ExchangeUnderTest) => {
        const all = await exchange.balances();
        const [usd, btc] = [all.get('USD'), all.get('BTC')];
        if (usd === undefined || btc === undefined) throw new Error('both are on the account');
        return { usd, btc };
      };

      it('takes what an order costs, and gives what it bought', async () => {
        const under = await open();
        const before = await amounts(under);
        await placed(under, {});
        const after = await amounts(under);
        expect(before.usd.total.minus(after.usd.total).gte('500')).toBe(true);
        expect(plain(after.btc.total.minus(before.btc.total))).toBe('0.01');
      });

      it('holds back what a resting order would cost', async () => {
        const under = await open();
        const before = await amounts(under);
        await placed(under, LIMIT);
        const { usd } = await amounts(under);
        expect(plain(usd.total)).toBe(plain(before.usd.total));
        expect(before.usd.available.minus(usd.available).gte('400')).toBe(true);
      });
    });

    describe.runIf(able.checksOrders)('with rules', () => {
      it.each<[string, Partial<Order>]>([
        ['more than there is', { volume: '100' }],
        ['too little', { volume: '0.00000001' }],
        ['a pair that is not listed', { pair: 'NOSUCHPAIR' }],
        ['a price off the tick', { ...LIMIT, price: '40000.05' }],
      ])('refuses an order for %s for good', async (_, order) => {
        const under = await open();
        const outcome = await under.exchange.place(attempt(under, order), { clientOrderId: ID });
        expect(outcome).toMatchObject({ kind: 'refused', trips: false });
        expect(await find(under)).toEqual([]);
        expect(under.copies()).toBe(1);
      });

      it.each<[string, Partial<Order>]>([
        ['a market order', {}],
        ['a limit order', LIMIT],
        ['a post-only limit', { ...LIMIT, postOnly: true }],
        ['a limit that may not rest', { ...LIMIT, timeInForce: 'IOC' }],
        ['a limit that fills whole or not at all', { ...LIMIT, timeInForce: 'FOK' }],
        ['an iceberg', { ...LIMIT, type: 'iceberg', displayVolume: '0.001' }],
        ['a stop-loss', { ...SELL, type: 'stop-loss', price: '45000' }],
        [
          'a stop-loss by the index',
          { ...SELL, type: 'stop-loss', price: '45000', trigger: 'index' },
        ],
        ['a stop-loss buy', { type: 'stop-loss', price: '55000' }],
        ['a take-profit', { ...SELL, type: 'take-profit', price: '55000.5' }],
        [
          'a stop-loss-limit',
          { ...SELL, type: 'stop-loss-limit', price: '45000', price2: '44900' },
        ],
        [
          'a take-profit-limit',
          { ...SELL, type: 'take-profit-limit', price: '55000', price2: '54900' },
        ],
        ['a trailing stop by percent', { ...SELL, type: 'trailing-stop', price: '+2.5%' }],
        ['a trailing stop by an amount', { type: 'trailing-stop', price: '+500' }],
        [
          'a trailing stop with a limit',
          { ...SELL, type: 'trailing-stop-limit', price: '+500', price2: '-20.5' },
        ],
        ['a stop that fires at once', { ...SELL, type: 'stop-loss', price: '55000' }],
        [
          'a stop with a limit that fires at once',
          { ...SELL, type: 'stop-loss-limit', price: '55000', price2: '44900' },
        ],
        ['money that a market buy spends', { volume: '500', volumeInQuote: true }],
        ['an order against one of its own', { ...LIMIT, selfTrade: 'cancel-both' }],
      ])('recognises %s in a look-up', async (_, order) => {
        const under = await open();
        await under.exchange.place(attempt(under, { ...SELL, type: 'market' }), {
          clientOrderId: OTHER_ID,
        });
        const exchangeOrderId = await placed(under, order);
        const [found, more] = await find(under);
        expect(found?.exchangeOrderId).toBe(exchangeOrderId);
        expect(more).toBeUndefined();
        const sent = attempt(under, order).order;
        expect(found && sameOrder(sent, found, BTC_USD)).toEqual({ ok: true, value: true });
      });

      it('recognises an order that starts and one that ends', async () => {
        const under = await open();
        const soonMs = Math.ceil(under.nowMs() / 1_000) * 1_000 + 60_000;
        for (const [id, times] of [
          [ID, { startAtMs: soonMs }],
          [OTHER_ID, { timeInForce: 'GTD', expireAtMs: soonMs }],
        ] as const) {
          await placed(under, { ...LIMIT, ...times }, id);
          const [found] = await find(under, id);
          const sent = attempt(under, { ...LIMIT, ...times }).order;
          expect(found && sameOrder(sent, found, BTC_USD)).toEqual({ ok: true, value: true });
          expect(found && sameOrder(attempt(under, LIMIT).order, found, BTC_USD).ok).toBe(false);
        }
      });

      it.each<[string, Partial<Order>, Partial<OrderChange>, Partial<Order> | undefined]>([
        [
          'the trigger of a stop',
          { ...SELL, type: 'stop-loss', price: '45000' },
          { triggerPrice: '46000' },
          { price: '46000' },
        ],
        [
          'trigger and limit',
          { ...SELL, type: 'stop-loss-limit', price: '45000', price2: '44900' },
          { triggerPrice: '46000', limitPrice: '45900' },
          { price: '46000', price2: '45900' },
        ],
        [
          'the size of a trailing stop',
          { ...SELL, type: 'trailing-stop', price: '+2.5%' },
          { volume: '0.005' },
          { volume: '0.005' },
        ],
        ['a price off the tick', LIMIT, { limitPrice: '39000.05' }, undefined],
        ['more than there is', LIMIT, { volume: '100' }, undefined],
        ['too little', LIMIT, { volume: '0.00000001' }, undefined],
        ['a trigger of a limit order', LIMIT, { triggerPrice: '39000' }, undefined],
        [
          'a limit of a stop',
          { ...SELL, type: 'stop-loss', price: '45000' },
          { limitPrice: '1' },
          undefined,
        ],
      ])('amends, or refuses for good: %s', async (_, order, change, changed) => {
        const under = await open();
        const id = await placed(under, order);
        const deadlineMs = under.nowMs() + DEADLINE_MS;
        const outcome = await under.exchange.amend(id, { ...change, deadlineMs });
        const kind = changed === undefined ? 'refused' : 'amended';
        expect(outcome, JSON.stringify(outcome)).toMatchObject({ kind });
        const [found] = await find(under);
        const sent = attempt(under, { ...order, ...changed }).order;
        expect(found && sameOrder(sent, found, BTC_USD)).toEqual({ ok: true, value: true });
      });

      it('holds back what an amended order costs, and trades at once where its price crosses', async () => {
        const under = await open();
        const usd = async () => (await under.exchange.balances()).get('USD')?.available.toFixed(0);
        const id = await placed(under, LIMIT);
        const deadlineMs = under.nowMs() + DEADLINE_MS;
        const before = await usd();
        await under.exchange.amend(id, { volume: '0.02', deadlineMs });
        expect(Number(before) - Number(await usd())).toBeGreaterThanOrEqual(400);
        const crossing = { limitPrice: '50100', deadlineMs };
        const posted = await under.exchange.amend(id, { ...crossing, postOnly: true });
        expect(posted).toMatchObject({
          kind: 'refused',
          reason: expect.stringMatching(/Post only/) as string,
        });
        expect((await under.exchange.amend(id, crossing)).kind).toBe('amended');
        expect(await find(under)).toMatchObject([{ status: 'closed', exchangeOrderId: id }]);
      });

      it('does not send an amend that is not one', async () => {
        const under = await open();
        const id = await placed(under, LIMIT);
        const deadlineMs = under.nowMs() + DEADLINE_MS;
        for (const change of [
          {},
          { limitPrice: '+2%' },
          { volume: '-1' },
          { postOnly: true as const },
        ]) {
          const outcome = await under.exchange.amend(id, { ...change, deadlineMs });
          expect(outcome.kind, JSON.stringify(change)).toBe('not-reached');
        }
      });

      it('takes leverage to be checked, and is refused it for good', async () => {
        const under = await open();
        const order = { ...LIMIT, leverage: '2' };
        const checked = await under.exchange.place(attempt(under, order, { validate: true }), {
          clientOrderId: ID,
        });
        expect(checked.kind).toBe('validated');
        const outcome = await under.exchange.place(attempt(under, order), { clientOrderId: ID });
        expect(outcome).toMatchObject({ kind: 'refused', trips: false });
      });

      it('does not send an order that is not one', async () => {
        const under = await open();
        const outcome = await under.exchange.place(attempt(under, { type: 'limit' }), {
          clientOrderId: ID,
        });
        expect(outcome.kind).toBe('never-sent');
        expect(under.copies()).toBe(0);
      });
    });
  });
}
