/** Whatever looks get lost, come twice, late or at once: the sale of a halt is in the books once. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { replay } from '../../../functions/core/book.ts';
import { decimal, plain, ZERO, type Decimal } from '../../../functions/core/decimal.ts';
import { executeOrder } from '../../../functions/core/execute/execute-order.ts';
import type { OrderDeps } from '../../../functions/core/execute/order-deps.ts';
import { followOrder } from '../../../functions/core/follow/follow-order.ts';
import { rebuildBook } from '../../../functions/core/follow/rebuild-book.ts';
import { FLATTEN_SOURCE } from '../../../functions/core/halt/flatten-source.ts';
import { flatten } from '../../../functions/core/halt/flatten.ts';
import type { OrderRow } from '../../../functions/core/order.ts';
import type { FoundOrder } from '../../../functions/core/ports.ts';
import { bookOrders, shownOrders } from '../../../operator/cli/book-orders.ts';
import { TREND, world } from '../order-fixture.ts';

const OWNERS = ['trend', 'second', 'third'] as const;
const LOTS = 100_000_000;
const PRICE = '61234.5';

const amount = (lots: number): string => plain(decimal(String(lots)).div(String(LOTS)));

/** A look at the sale, and what becomes of the process that makes it. */
interface Look {
  /** How much of the sale has traded by then, in parts of a hundred. */
  readonly percent: number;
  /** Which version of the row it has read: the newest, or one of before. */
  readonly age: number;
  readonly fate: 'done' | 'killed before' | 'killed after' | 'twice at once';
}

const looks: fc.Arbitrary<readonly Look[]> = fc.array(
  fc.record({
    percent: fc.integer({ min: 0, max: 100 }),
    age: fc.constantFrom(0, 0, 0, 1, 2),
    fate: fc.constantFrom<Look['fate']>(
      'done',
      'done',
      'killed before',
      'killed after',
      'twice at once',
    ),
  }),
  { maxLength: 8 },
);

async function start(owned: readonly number[], beside: number) {
  const all = world({ account: { rails: { pairs: ['BTC/USD'] } } });
  const { config, deps, exchange, store, clock } = all;
  Object.assign(config.sources, { second: TREND, third: TREND });
  const shown = (row: OrderRow): FoundOrder => {
    const [order] = exchange.book.get(row.clientOrderId) ?? [];
    if (order === undefined) throw new Error('the order is there');
    return order;
  };
  const show = (row: OrderRow, lots: number, status: string): FoundOrder => {
    const filled = decimal(amount(lots));
    const cost = filled.times(PRICE).round(5, 0);
    const changes = { filled, cost, fee: cost.times('0.0026').round(5, 0), status };
    const order = { ...shown(row), ...changes };
    exchange.book.set(row.clientOrderId, [order]);
    return order;
  };
  for (const [at, owner] of OWNERS.entries()) {
    const row = await all.receive({
      owner,
      size: { unit: 'base', amount: amount(owned[at] ?? 0) },
    });
    await executeOrder(row, deps);
    await followOrder(store.row(row), show(store.row(row), owned[at] ?? 0, 'closed'), deps);
  }
  const held = owned.reduce((sum, one) => sum + one, beside);
  const both = decimal(amount(held));
  exchange.balance.set('BTC', { total: both, available: both });
  const request = { askedAtMs: clock.nowMs(), why: 'a crash', by: 'ada', flatten: true } as const;
  await flatten('main', request, await exchange.balances(), deps);
  const first = store.rows().find(({ signal }) => signal.source === FLATTEN_SOURCE);
  if (first === undefined) throw new Error('the sale is there');
  await executeOrder(first, deps);
  return { ...all, show, held, sale: () => store.row(first) };
}

/** The deps of a process that is killed before or after its one write. */
function killed(deps: OrderDeps, fate: Look['fate']): OrderDeps {
  const { orders } = deps;
  const note: typeof orders.note = async (row, change) => {
    if (fate === 'killed before') throw new Error('killed');
    await orders.note(row, change);
    throw new Error('killed');
  };
  return fate.startsWith('killed') ? { ...deps, orders: { ...orders, note } } : deps;
}

const sum = (amounts: readonly string[]): Decimal =>
  amounts.reduce((all, one) => all.plus(one), ZERO);

describe('the sale of a halt', () => {
  it('is in the books once, and they are made again as they are', async () => {
    const lots = fc.integer({ min: 200_000, max: 1_000_000 });
    const given = fc.tuple(fc.tuple(lots, lots, lots), fc.nat({ max: 900_000 }), looks);
    await fc.assert(
      fc.asyncProperty(given, async ([owned, beside, all]) => {
        const at = await start(owned, beside);
        const { store, deps, sale, show, held } = at;
        const versions = [sale()];
        let seen = 0;
        for (const { percent, age, fate } of all) {
          // What has traded never becomes less, though a look may show an older state.
          const traded = Math.max(seen, Math.floor((held * percent) / 100));
          const row = versions.at(-1 - age) ?? sale();
          const order = show(sale(), traded, 'open');
          seen = traded;
          const look = () => followOrder(row, order, killed(deps, fate)).catch(() => undefined);
          await (fate === 'twice at once' ? Promise.all([look(), look()]) : look());
          versions.push(sale());
        }
        await followOrder(sale(), show(sale(), held, 'closed'), deps);

        const refs = [...OWNERS, FLATTEN_SOURCE].map((source) => {
          return { on: 'kraken', account: 'main', source, pair: 'BTC/USD' } as const;
        });
        const books = refs.map((ref) => store.bookRow(ref));
        expect(books.map(({ book }) => book.quantity)).toEqual(['0', '0', '0', '0']);
        const sold = books.map(({ entries }) =>
          entries.filter(({ orderKey }) => orderKey === sale().orderKey),
        );
        const of = (name: 'volume' | 'cost' | 'fee', whose = sold) =>
          plain(sum(whose.flat().map((entry) => entry[name])));
        const { volume, cost, fee } = sale().fill ?? { volume: '', cost: '', fee: '' };
        expect([of('volume'), of('cost'), of('fee')]).toEqual([volume, cost, fee]);
        for (const [index, ref] of refs.entries()) {
          const { book, entries } = books[index] ?? store.bookRow(ref);
          if (index < OWNERS.length) {
            expect(of('volume', [sold[index] ?? []])).toBe(amount(owned[index] ?? 0));
          }
          expect(replay(ref, entries)).toEqual(book);
          const shown = await shownOrders(store.rows(), at.exchange);
          const orders = store.rows().flatMap((row) => bookOrders(row, { ref, shown }, 1));
          const { findings, moves } = rebuildBook(book, entries, orders, 1);
          expect([findings, moves]).toEqual([[], []]);
        }
      }),
      { numRuns: 60 },
    );
  }, 60_000);
});
