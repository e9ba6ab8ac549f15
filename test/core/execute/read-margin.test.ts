/** Whose a position on margin is: the books and the orders of every source of the account. */
import { describe, expect, it } from 'vitest';
import { emptyBook, type BookRef, type BookView } from '../../../functions/core/book.ts';
import { readMargin } from '../../../functions/core/execute/read-margin.ts';
import type { OrderRow } from '../../../functions/core/order.ts';
import { BTC_USD } from '../../fakes/exchange.ts';
import { orderRow, TEST_CONFIG, TREND } from '../order-fixture.ts';

const ROW = orderRow({ id: 'settle' }, TEST_CONFIG);

interface Known {
  readonly quantity?: string;
  readonly leverage?: string;
  readonly inFlight?: readonly string[];
}

/** The claims, where this is known of sources, and orders have this leverage, `spot` or `not sent`. */
async function claims(
  sources: Readonly<Record<string, Known>>,
  orders: Readonly<Record<string, string>> = {},
): Promise<readonly string[]> {
  const view = (ref: BookRef): BookView => {
    expect(ref).toMatchObject({ on: 'kraken', account: 'main', pair: 'BTC/USD' });
    const { quantity = '0', leverage, inFlight = [] } = sources[ref.source] ?? {};
    const margin = leverage === undefined ? {} : { leverage };
    return { book: { ...emptyBook(ref), quantity, ...margin }, inFlight };
  };
  const rowOf = (orderKey: string): OrderRow | undefined => {
    const leverage = orders[orderKey];
    if (leverage === undefined) return undefined;
    const order = leverage === 'spot' ? {} : { leverage };
    const attempt = leverage === 'not sent' ? {} : { attempt: { order } };
    return { ...ROW, clientOrderId: `id of ${orderKey}`, ...attempt } as OrderRow;
  };
  const config = {
    ...TEST_CONFIG,
    sources: { trend: TREND, other: TREND, away: { ...TREND, accounts: ['second'] } },
  };
  const at = { pair: BTC_USD, keyId: 'key', validate: false };
  const read = await readMargin(ROW, at, { positions: () => Promise.resolve([]) }, {
    config,
    books: { read: (ref: BookRef) => Promise.resolve(view(ref)), all: () => Promise.resolve([]) },
    orders: { read: ({ orderKey }: OrderRow) => Promise.resolve(rowOf(orderKey)) },
  } as never);
  return read.claims;
}

describe('a position on margin', () => {
  it.each<[string, Parameters<typeof claims>, readonly string[]]>([
    ['is nobody’s where no source has any', [{}], []],
    [
      'is a source’s that owns some',
      [{ other: { quantity: '-0.1', leverage: '5' } }],
      ['other owns -0.1'],
    ],
    ['is not one’s that holds coins', [{ trend: { quantity: '0.1' } }], []],
    ['is not one’s that owned some', [{ trend: { leverage: '5' } }], []],
    ['is not one’s of another account', [{ away: { quantity: '1', leverage: '5' } }], []],
    [
      'may be one’s that has an order there',
      [{ trend: { inFlight: ['a', 'b'] } }, { a: 'spot', b: '2' }],
      ['trend has an order there, client order id id of b'],
    ],
    [
      'is not claimed by the settlement itself',
      [{ trend: { inFlight: [ROW.orderKey] } }, { [ROW.orderKey]: '2' }],
      [],
    ],
    [
      'is not claimed by what was never sent, or is gone',
      [{ trend: { inFlight: ['a', 'gone'] } }, { a: 'not sent' }],
      [],
    ],
  ])('%s', async (_what, given, expected) => {
    expect(await claims(...given)).toEqual(expected);
  });
});
