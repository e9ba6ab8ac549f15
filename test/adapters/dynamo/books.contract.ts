/**
 * What following orders relies on of the store's books, as one suite for every store: a book changes
 * only with the rows of its orders, once for each fill, and an order that was decided from it is
 * licensed only while it stands as it stood.
 */
import { randomUUID } from 'node:crypto';
import { beforeAll, describe, expect, it } from 'vitest';
import {
  afterFill,
  bookOf,
  emptyBook,
  type BookChange,
  type BookRef,
} from '../../../functions/core/book.ts';
import { decimal } from '../../../functions/core/decimal.ts';
import type { CloseFill, Fill } from '../../../functions/core/fill.ts';
import type { OrderRow } from '../../../functions/core/order.ts';
import type { LaneLease, Preparation } from '../../../functions/core/ports.ts';
import type { BookHold } from '../../../functions/core/book.ts';
import { orderRow, TEST_CONFIG } from '../../core/order-fixture.ts';
import type { StoreUnderTest } from './store.contract.ts';

/** Runs the suite against what `make` connects to. */
export function booksContract(name: string, make: () => Promise<StoreUnderTest>): void {
  describe(name, () => {
    let store: StoreUnderTest;
    beforeAll(async () => {
      store = await make();
    });

    const desk = async () => {
      const account = `books-${randomUUID()}`;
      await store.arm(account, account);
      const lane = await store.lanes.take(account, 'owner');
      if (typeof lane === 'string') throw new Error(lane);
      const ref: BookRef = { on: 'kraken', account, source: 'trend', pair: 'BTC/USD' };
      return { account, lane, ref };
    };
    const received = async (account: string): Promise<OrderRow> => {
      const given = orderRow({ id: randomUUID(), sentAtMs: store.clock.nowMs() }, TEST_CONFIG);
      const row = { ...given, account, orderKey: randomUUID() };
      await store.orders.receive(row, 'received');
      return reread(row);
    };
    const reread = async (row: OrderRow): Promise<OrderRow> => {
      const stored = await store.orders.read(row);
      if (stored === undefined) throw new Error('the row is there');
      return stored;
    };
    const licence = (
      row: OrderRow,
      lane: LaneLease,
      book: Omit<BookHold, 'ref'> = {},
    ): Preparation => {
      const atMs = store.clock.nowMs();
      const order = { pair: 'XBTUSD', side: 'buy', type: 'market', volume: '1' } as const;
      const { keyId, fence } = lane;
      return {
        attempt: {
          ...{ token: randomUUID(), nonce: lane.nextNonce(), deadlineMs: atMs + 10_000 },
          ...{ preparedAtMs: atMs, order, keyId, fence, validate: false },
        },
        decision: {
          ...{ pair: 'BTC/USD', pairReason: '', steps: [], notional: '1', atPrice: '1' },
          reducing: false,
        },
        ...{ lane, dueAtMs: atMs + 20_000, risk: { atMs } },
        book: { ref: bookOf(row, { pair: 'BTC/USD', keyId, validate: false }), ...book },
      };
    };
    const prepared = async (row: OrderRow, lane: LaneLease, book?: Omit<BookHold, 'ref'>) => {
      const result = await store.orders.prepare(row, licence(row, lane, book));
      if (result.kind !== 'prepared') throw new Error(result.kind);
      return result.row;
    };
    const placed = async (account: string, lane: LaneLease): Promise<OrderRow> => {
      const row = await prepared(await received(account), lane);
      const atMs = store.clock.nowMs();
      const change = { why: 'placed', atMs, set: { exchangeOrderId: 'O1' }, dueAtMs: atMs };
      const moved = await store.orders.move(row, 'placed', change);
      if (moved === 'lost') throw new Error(moved);
      return moved;
    };
    const filling = async (ref: BookRef, { orderKey }: OrderRow, volume: string) => {
      const { book } = await store.books.read(ref);
      const amounts = { volume: decimal(volume), cost: decimal('10'), fee: decimal('1') };
      const moved = afterFill(book, amounts, { side: 'buy', atMs: 7, orderKey });
      return { ref, moved: { from: book.version, ...moved } } satisfies BookChange;
    };
    const noted = (row: OrderRow, book: BookChange, dueAtMs: number | null = 1, why = 'filled') => {
      const fill: Fill = { status: 'open', volume: '1', cost: '10', fee: '1', seenAtMs: 7 };
      return store.orders.note(row, { why, atMs: 7, set: { fill }, dueAtMs, book });
    };

    it('begins empty, with nothing in flight', async () => {
      const { ref } = await desk();
      expect(await store.books.read(ref)).toMatchObject({ book: emptyBook(ref), inFlight: [] });
    });

    it('has an order in flight from its licence on', async () => {
      const { account, lane, ref } = await desk();
      const rows = [await received(account), await received(account)];
      for (const row of rows) await prepared(row, lane);
      const { inFlight, book } = await store.books.read(ref);
      expect(inFlight).toEqual(rows.map(({ orderKey }) => orderKey).sort());
      expect(book).toEqual(emptyBook(ref));
      const other = await store.books.read({ ...ref, pair: 'ETH/USD' });
      expect(other.inFlight).toEqual([]);
    });

    it('keeps what a stop of an entry traded on its row and in the book, in one step', async () => {
      const { account, lane, ref } = await desk();
      const row = await placed(account, lane);
      const { orderKey } = row;
      const bought = await noted(row, await filling(ref, row, '1'));
      if (bought === 'lost') throw new Error(bought);
      const { book } = await store.books.read(ref);
      const sold = { volume: decimal('0.4'), cost: decimal('3'), fee: decimal('1') };
      const terms = { side: 'sell', atMs: 8, orderKey, closeId: 'OSTOP' } as const;
      const moved = { from: book.version, ...afterFill(book, sold, terms) };
      const stop: CloseFill = {
        ...{ exchangeOrderId: 'OSTOP', size: '1', status: 'open', seenAtMs: 8 },
        ...{ volume: '0.4', cost: '3', fee: '1' },
      };
      const closes = { orders: [stop], unseen: '0.5' };
      const change = { why: 'its stop', atMs: 8, set: { closes }, dueAtMs: 1 };
      const look = { ...change, book: { ref, moved } };
      expect(await store.orders.note(bought, look)).toMatchObject({ closes });
      expect(await store.orders.read(row)).toMatchObject({ closes, fill: { volume: '1' } });
      const after = await store.books.read(ref);
      expect(after.book).toMatchObject({ quantity: '0.6', stopped: 'long', stoppedAtMs: 8 });
      expect(after.inFlight).toEqual([orderKey]);
      // The same look by somebody else: neither the row nor the book moves again.
      expect(await store.orders.note(bought, look)).not.toBe('lost');
      expect(await store.orders.note(bought, { ...look, why: 'again' })).toBe('lost');
      expect((await store.books.read(ref)).book).toEqual(after.book);
    });

    it.each(['rejected', 'unplaced', 'validated'] as const)(
      'has it in flight no more when it is %s',
      async (to) => {
        const { account, lane, ref } = await desk();
        const row = await prepared(await received(account), lane);
        await store.orders.move(row, to, { why: 'test', atMs: 1, dueAtMs: null });
        expect((await store.books.read(ref)).inFlight).toEqual([]);
      },
    );

    it.each(['placed', 'needs-human'] as const)(
      'has it in flight again when it was called absent and is %s after all',
      async (to) => {
        const { account, lane, ref } = await desk();
        const row = await prepared(await received(account), lane);
        const change = { why: 'test', atMs: 1, dueAtMs: 1 };
        const absent = await store.orders.move(row, 'unplaced', change);
        if (absent === 'lost') throw new Error(absent);
        expect((await store.books.read(ref)).inFlight).toEqual([]);
        expect(await store.orders.move(absent, to, change)).toMatchObject({ state: to });
        expect((await store.books.read(ref)).inFlight).toEqual([row.orderKey]);
      },
    );

    it('keeps it in flight while it is placed and followed, until it comes to its end', async () => {
      const { account, lane, ref } = await desk();
      const row = await placed(account, lane);
      const { orderKey } = row;
      expect((await store.books.read(ref)).inFlight).toEqual([orderKey]);
      expect(await store.orders.followed(1_000)).toContainEqual({ account, orderKey });
      const part = await noted(row, await filling(ref, row, '0.4'));
      if (part === 'lost') throw new Error(part);
      expect((await store.books.read(ref)).inFlight).toEqual([orderKey]);
      expect(await store.orders.followed(1_000)).toContainEqual({ account, orderKey });
      const change = await filling(ref, row, '0.6');
      const ended = await noted(part, { ...change, landed: orderKey }, null);
      expect(ended).toMatchObject({ state: 'placed', fill: { volume: '1' } });
      expect(ended).not.toHaveProperty('dueAtMs');
      const { book, inFlight } = await store.books.read(ref);
      expect(book).toMatchObject({ version: 2, quantity: '1', cost: '20', result: '-2' });
      expect(inFlight).toEqual([]);
      expect(await store.orders.followed(1_000)).not.toContainEqual({ account, orderKey });
      expect(await store.orders.due(Infinity, 1_000)).not.toContainEqual({ account, orderKey });
    });

    it('is moved once by a fill, whoever else writes it down at the same time', async () => {
      const { account, lane, ref } = await desk();
      const row = await placed(account, lane);
      const change = await filling(ref, row, '0.4');
      const results = await Promise.all([noted(row, change), noted(row, change, 1, 'seen too')]);
      expect(results.filter((result) => result === 'lost')).toHaveLength(1);
      expect((await store.books.read(ref)).book).toMatchObject({ version: 1, quantity: '0.4' });
    });

    it('is moved with those of other strategies, all of them or none', async () => {
      const { account, lane, ref } = await desk();
      const row = await placed(account, lane);
      const other = { ...ref, source: 'other' };
      const moveOf = (to: BookRef, from = 0): BookChange => {
        const terms = { side: 'buy', orderKey: row.orderKey, atMs: 1 } as const;
        const traded = { volume: decimal('1'), cost: decimal('5'), fee: decimal('0') };
        return { ref: to, moved: { from, ...afterFill(emptyBook(to), traded, terms) } };
      };
      const change = { why: 'seen', atMs: 1, dueAtMs: 1, book: moveOf(ref) };
      const stale = { ...change, others: [moveOf(other, 7)] };
      expect(await store.orders.note(row, stale)).toBe('lost');
      for (const one of [ref, other]) {
        expect((await store.books.read(one)).book.version).toBe(0);
      }
      const both = await store.orders.note(row, { ...change, others: [moveOf(other)] });
      expect(both).toMatchObject({ version: row.version + 1 });
      for (const one of [ref, other]) {
        expect((await store.books.read(one)).book).toMatchObject({ version: 1, quantity: '1' });
      }
    });

    it('takes no fill that was reckoned from an older book, and the row stays as it was', async () => {
      const { account, lane, ref } = await desk();
      const [first, second] = [await placed(account, lane), await placed(account, lane)];
      const old = await filling(ref, second, '0.3');
      await noted(first, await filling(ref, first, '0.4'));
      expect(await noted(second, old)).toBe('lost');
      expect(await reread(second)).toEqual(second);
      expect(await noted(second, await filling(ref, second, '0.3'))).toMatchObject({ version: 4 });
      expect((await store.books.read(ref)).book).toMatchObject({ version: 2, quantity: '0.7' });
    });

    it('licenses an order that was decided from it only while it stands as it stood', async () => {
      const { account, lane, ref } = await desk();
      const row = await placed(account, lane);
      const next = await received(account);
      await noted(row, await filling(ref, row, '0.4'));
      const stale = licence(next, lane, { version: 0 });
      expect(await store.orders.prepare(next, stale)).toEqual({ kind: 'lost' });
      expect((await reread(next)).state).toBe('received');
      expect((await store.books.read(ref)).inFlight).toEqual([row.orderKey]);
      expect(await prepared(next, lane, { version: 1 })).toMatchObject({ state: 'prepared' });
    });

    it('keeps what the sender says: of a licence, and of an order that is not to be', async () => {
      const { account, lane, ref } = await desk();
      const claim = { position: 'long', size: '1', signalId: 'a', sentAtMs: 1 } as const;
      const row = await prepared(await received(account), lane, { version: 0, claim });
      expect((await store.books.read(ref)).book.claim).toEqual(claim);
      const later = { position: 'flat', signalId: 'b', sentAtMs: 2 } as const;
      const other = await received(account);
      const change = { why: 'test', atMs: 1, dueAtMs: null, book: { ref, claim: later } };
      await store.orders.move(other, 'unneeded', change);
      expect((await store.books.read(ref)).book.claim).toEqual(later);
      // A fill takes nothing of it away.
      const look = await filling(ref, row, '0.4');
      const atMs = store.clock.nowMs();
      const moved = await store.orders.move(row, 'placed', { why: 'p', atMs, dueAtMs: atMs });
      if (moved === 'lost') throw new Error(moved);
      await noted(moved, look);
      expect((await store.books.read(ref)).book).toMatchObject({ quantity: '0.4', claim: later });
    });
  });
}
