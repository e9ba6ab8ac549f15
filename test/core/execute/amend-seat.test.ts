/** What an order is looked at with before it is changed, and why it cannot be looked at. */
import { describe, expect, it } from 'vitest';
import { isCheckedOnly, openSeat } from '../../../functions/core/execute/amend-seat.ts';
import { BTC_USD } from '../../fakes/exchange.ts';
import { KEY_ID } from '../order-fixture.ts';
import { amending } from './amend-fixture.ts';

describe('an order that is to be changed', () => {
  it.each([
    ['open', true],
    ['pending', true],
    ['closed', false],
    ['canceled', false],
  ])('and that Kraken shows as %s may be changed: %s', async (status, isOpen) => {
    const { placed, store, exchange, deps } = amending();
    const { clientOrderId, ...ref } = await placed();
    const [order] = exchange.book.get(clientOrderId) ?? [];
    if (order === undefined) throw new Error('the order is there');
    exchange.book.set(clientOrderId, [{ ...order, status }]);
    const seat = await openSeat(store.row(ref), deps);
    expect(seat).toMatchObject({ kind: 'open', isOpen, pair: { name: 'BTC/USD' } });
  });

  type World = ReturnType<typeof amending>;
  it.each<[string, (all: World) => unknown, RegExp]>([
    [
      'its pair is not listed',
      ({ exchange }) => {
        const other = { name: 'ETH/BTC', id: 'XETHXXBT', altname: 'ETHXBT', wsname: 'ETH/XBT' };
        exchange.market.pairs = () => Promise.resolve([{ ...BTC_USD, ...other }]);
      },
      /^Kraken does not list XBTUSD just now$/,
    ],
    [
      'it has no id of Kraken',
      ({ store }) => {
        const row = store.row.bind(store);
        store.row = (ref) => {
          const { exchangeOrderId: _none, ...rest } = row(ref);
          return rest;
        };
      },
      /a placed order has an id of Kraken$/,
    ],
  ])('cannot be looked at while %s, and the lane is given back', async (_what, trouble, why) => {
    const all = amending();
    const ref = await all.placed();
    trouble(all);
    const seat = await openSeat(all.store.row(ref), all.deps);
    expect(seat).toEqual({ kind: 'unavailable', why: expect.stringMatching(why) as string });
    expect(await all.deps.lanes.take(KEY_ID, 'next')).toMatchObject({ owner: 'next' });
  });

  it('cannot be looked at without its keys, and only the log says why', async () => {
    const { placed, store, deps, log } = amending();
    const ref = await placed();
    const desk = () => Promise.reject(new Error('not a key: sEcReT'));
    const seat = await openSeat(store.row(ref), { ...deps, desk });
    expect(seat).toEqual({
      ...{ kind: 'unavailable', why: 'the keys of account main cannot be read' },
    });
    expect(log.of('keys-unreadable')).toMatchObject([
      { account: 'main', error: 'Error: not a key: sEcReT' },
    ]);
  });
});

describe('nothing may be changed at Kraken', () => {
  it.each([
    ['validate', true],
    ['live', false],
  ] as const)('on an account in mode %s: %s', async (mode, is) => {
    const { receive, deps, setMode } = amending();
    setMode(mode);
    expect(isCheckedOnly(await receive(), deps.config)).toBe(is);
  });
});
