/** What is read, and what is left alone, where an order follows from a book or from a position. */
import { describe, expect, it } from 'vitest';
import type { BookRef } from '../../../functions/core/book.ts';
import { decimal } from '../../../functions/core/decimal.ts';
import { executeOrder } from '../../../functions/core/execute/execute-order.ts';
import { gatherFacts } from '../../../functions/core/execute/gather-facts.ts';
import { REDUCING_MAX_AGE_MS } from '../../../functions/core/protocol.ts';
import type { Signal } from '../../../functions/core/signal.ts';
import { GOOD_KEY } from '../../fakes/exchange.ts';
import { stopEntry, stoppedPosition } from '../follow/stop-entry.ts';
import { orderRow, world } from '../order-fixture.ts';

const FLAT = { target: { position: 'flat' } } as const;
const SETTLES = { type: 'settle-position', leverage: '3' } as const;

/** The facts of a message, which books were read for it, and how often what is open on margin was. */
async function gathering(signal: Partial<Signal>, changes: Parameters<typeof world>[0] = {}) {
  const all = world(changes);
  const { deps, exchange } = all;
  const books: string[] = [];
  let positions = 0;
  const read = deps.books.read.bind(deps.books);
  const looking: typeof deps = {
    ...deps,
    books: {
      ...deps.books,
      read: (ref: BookRef) => {
        books.push(ref.on);
        return read(ref);
      },
    },
  };
  const reading = {
    ...exchange,
    positions: () => {
      positions += 1;
      return exchange.positions();
    },
  };
  const gather = async () => {
    const desk = await deps.desk('main');
    return gatherFacts(await all.receive(signal), { exchange: reading, desk }, looking);
  };
  return { ...all, gather, books, positions: () => positions };
}

describe('the facts of an order', () => {
  it('that says itself what it is are read without its book and without positions', async () => {
    const { gather, books, positions } = await gathering({});
    const facts = await gather();
    expect(facts).toMatchObject({ kind: 'gathered' });
    for (const name of ['planned', 'replaces', 'input.openOrders', 'input.margin']) {
      expect(facts).not.toHaveProperty(name);
    }
    expect(books).toEqual([]);
    expect(positions()).toBe(0);
  });

  it.each([
    ['live', 'kraken'],
    ['validate', 'validate'],
  ] as const)('that settles a position are read on its market: %s', async (mode, market) => {
    const { gather, books, positions } = await gathering(SETTLES, { account: { mode } });
    expect(await gather()).toMatchObject({ kind: 'gathered', input: { margin: { lots: [] } } });
    expect(books).toEqual([market]);
    expect(positions()).toBe(1);
  });

  it('are refused where the symbol means no pair', async () => {
    const { gather } = await gathering({ ...FLAT, symbol: 'KRAKEN:NOSUCHUSD' });
    expect(await gather()).toMatchObject({ kind: 'refused', refusal: { code: 'unknown-pair' } });
  });

  it('are refused for a key that may not trade before anything is looked at', async () => {
    const { gather, books, exchange } = await gathering(FLAT);
    exchange.info = { ...GOOD_KEY, permissions: ['query-funds'] };
    const code = 'account-not-tradable';
    expect(await gather()).toMatchObject({ kind: 'refused', refusal: { code } });
    expect(books).toEqual([]);
  });

  it('hold no start of the day where the rail that looks at it was taken away', async () => {
    const { gather, store, clock } = await gathering({});
    await store.tally.recordEquity('main', clock.nowMs(), decimal('1000'));
    expect(await gather()).not.toHaveProperty('input.equityAtDayStart');
  });
});

describe('a sale at a take-profit that is not needed any more', () => {
  it('leaves the stop where it is', async () => {
    const { receive, deps, store, exchange } = await stoppedPosition();
    const sale = await receive({
      ...{ action: 'sell', reduceOnly: true, size: { unit: 'base', amount: '0.01' } },
      takes: { orderKey: 'left', number: 1, price: '60000' },
    });
    await executeOrder(sale, deps);
    expect(store.row(sale)).toMatchObject({ state: 'unneeded' });
    expect(exchange.book.get('OSTOP')?.[0]).toMatchObject({ status: 'open' });
  });
});

describe('an exit of a book that holds nothing, while an entry may still buy,', () => {
  it('cancels the entry also where a switch blocks entries', async () => {
    const { receive, deps, parent, store } = await stopEntry();
    store.setSwitch('main', 'entries', 'a look first');
    await executeOrder(await receive(FLAT), deps);
    expect(parent()).toMatchObject({ status: 'canceled' });
  });

  it('cancels nothing where a switch blocks everything, and its strategy still wants out', async () => {
    const { receive, deps, parent, store, view } = await stopEntry();
    store.setSwitch('main', 'all', 'a look first');
    const exit = await receive(FLAT);
    await executeOrder(exit, deps);
    expect(store.row(exit)).toMatchObject({ state: 'suppressed' });
    expect(parent()).toMatchObject({ status: 'open' });
    expect((await view()).book.claim).toMatchObject({ position: 'flat' });
  });
});

describe('a late message that only wanted to leave some', () => {
  it('buys nothing for a book that holds less: it has expired', async () => {
    const { store, exchange, clock, config, deps } = world({
      source: { size: { kind: 'signal' } },
    });
    const target = {
      position: 'long',
      size: '0.004',
      prev: { position: 'long', size: '0.01' },
    } as const;
    const sentAtMs = clock.nowMs();
    // It may wait long, as it says that it leaves a part.
    const row = {
      ...orderRow({ target, sentAtMs }, config),
      expiresAtMs: sentAtMs + REDUCING_MAX_AGE_MS,
    };
    await store.orders.receive(row, 'received');
    clock.advance(60_000);
    await executeOrder(row, deps);
    expect(store.row(row)).toMatchObject({ state: 'expired' });
    expect(exchange.received).toEqual([]);
  });
});
