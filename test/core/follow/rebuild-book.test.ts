/** A book that is made again is the one that was there, whatever was lost and can be asked for. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  afterFill,
  emptyBook,
  type Book,
  type BookEntry,
  type FillTerms,
} from '../../../functions/core/book.ts';
import { decimal, plain } from '../../../functions/core/decimal.ts';
import type { Fill } from '../../../functions/core/fill.ts';
import {
  REBUILT,
  rebuildBook,
  unheld,
  type BookOrder,
} from '../../../functions/core/follow/rebuild-book.ts';

const REF = { on: 'kraken', account: 'main', source: 'trend', pair: 'BTC/USD' } as const;
const AT_MS = 99;

/** Part of an order that traded. */
interface Part {
  readonly order: number;
  readonly volume: string;
  readonly cost: string;
  readonly fee: string;
}

type Side = FillTerms['side'];

/** What a book came to by the fills of orders, with those orders as the exchange shows them. */
function traded(sides: readonly Side[], parts: readonly Part[]) {
  const entries: BookEntry[] = [];
  const totals = new Map<number, Fill>();
  const live = parts.reduce<Book>((book, { order, volume, cost, fee }, index) => {
    const amounts = { volume: decimal(volume), cost: decimal(cost), fee: decimal(fee) };
    const side = sides[order] ?? 'buy';
    const move = afterFill(book, amounts, { side, orderKey: `o${order}`, atMs: index });
    entries.push(move.entry);
    const before = totals.get(order) ?? { volume: '0', cost: '0', fee: '0' };
    totals.set(order, {
      ...{ status: 'filled', seenAtMs: AT_MS },
      volume: plain(decimal(before.volume).plus(volume)),
      cost: plain(decimal(before.cost).plus(cost)),
      fee: plain(decimal(before.fee).plus(fee)),
    });
    return move.to;
  }, emptyBook(REF));
  const orders = [...totals].map(([order, shown]): BookOrder => {
    return { orderKey: `o${order}`, side: sides[order] ?? 'buy', isFollowed: false, shown };
  });
  return { live, entries, orders };
}

const ORDERS = 5;
const sides = fc.array(fc.constantFrom('buy' as const, 'sell' as const), {
  ...{ minLength: ORDERS, maxLength: ORDERS },
});
const parts = fc.array(
  fc.record({
    order: fc.nat({ max: ORDERS - 1 }),
    volume: fc.integer({ min: 1, max: 40 }).map((lots) => plain(decimal(String(lots)).div('8'))),
    cost: fc.integer({ min: 1, max: 9_000 }).map((cents) => plain(decimal(String(cents)).div('4'))),
    fee: fc.constantFrom('0', '0.25', '1'),
  }),
  { maxLength: 14 },
);

const money = (text: string | undefined): number => Number(text ?? NaN);

describe('a book that is made again', () => {
  it('is the live one from its log alone, and there is nothing to write', () => {
    fc.assert(
      fc.property(sides, parts, (some, all) => {
        const { live, entries, orders } = traded(some, all);
        const hidden = orders.map(({ shown: _shown, ...order }) => order);
        for (const known of [orders, hidden]) {
          const { book, moves } = rebuildBook(live, entries, known, AT_MS);
          expect(book).toEqual(live);
          expect(moves).toEqual([]);
        }
        expect(rebuildBook(live, entries, orders, AT_MS).findings).toEqual([]);
      }),
    );
  });

  it('has the same quantity and fees after any end of the log was lost, and the same cost and result where orders neither overlap nor turn a position around', () => {
    fc.assert(
      fc.property(sides, parts, fc.boolean(), fc.nat(), (some, drawn, overlap, cut) => {
        const all = overlap ? drawn : [...drawn].sort((a, b) => a.order - b.order);
        const { live, entries, orders } = traded(some, all);
        const left = entries.slice(0, cut % (entries.length + 1));
        const { book, moves } = rebuildBook(live, left, orders, AT_MS);
        expect([book.quantity, book.fees]).toEqual([live.quantity, live.fees]);
        const turns = entries.some(({ quantity, side, volume }) => {
          const after = decimal(quantity);
          const before = side === 'buy' ? after.minus(volume) : after.plus(volume);
          return after.times(before).lt('0');
        });
        // In parts an order may also turn it around by way of nothing.
        const viaNothing = entries.some(({ quantity, orderKey }, index) => {
          return quantity === '0' && entries[index + 1]?.orderKey === orderKey;
        });
        if (!overlap && !turns && !viaNothing) {
          expect(money(book.cost)).toBeCloseTo(money(live.cost), 9);
          expect(money(book.result)).toBeCloseTo(money(live.result), 9);
        }
        // What was written is then the whole of it: a second time changes nothing.
        const written = [...left, ...moves.map(({ entry }) => entry)];
        const again = rebuildBook(book, written, orders, AT_MS + 1);
        expect(again.moves).toEqual([]);
        expect(again.book).toEqual(book);
      }),
    );
  });

  it('is written under versions that no entry and no book had', () => {
    const { live, entries, orders } = traded(
      ['buy', 'buy'],
      [
        { order: 0, volume: '1', cost: '100', fee: '1' },
        { order: 1, volume: '2', cost: '240', fee: '2' },
      ],
    );
    const { moves, findings } = rebuildBook(live, entries.slice(0, 1), orders, AT_MS);
    expect(moves.map(({ entry }) => entry)).toEqual([
      {
        ...{ alone: true, version: 3, atMs: AT_MS, orderKey: 'o1', side: 'buy', quantity: '3' },
        ...{ volume: '2', cost: '240', fee: '2', alone: true },
      },
    ]);
    expect(findings).toEqual([
      { kind: 'gap', from: 2, to: 2 },
      { kind: 'missing', orderKey: 'o1', side: 'buy', volume: '2', cost: '240', fee: '2' },
    ]);
  });

  const ONE = traded(['buy'], [{ order: 0, volume: '1', cost: '100', fee: '1' }]);
  const FILL: Fill = { status: 'filled', volume: '1', cost: '100', fee: '1', seenAtMs: 5 };
  const order = (changed: Partial<BookOrder>): BookOrder => {
    return { orderKey: 'o0', side: 'buy', isFollowed: false, shown: FILL, ...changed };
  };

  it.each<[string, BookOrder, object[], number]>([
    ['nothing of an order that agrees', order({}), [], 0],
    [
      'that an order traded more, and books it',
      order({ shown: { ...FILL, volume: '1.5', cost: '150', fee: '1.5' } }),
      [
        { kind: 'missing', orderKey: 'o0', side: 'buy', volume: '0.5', cost: '50', fee: '0.5' },
        { kind: 'book', field: 'quantity', was: '1', is: '1.5' },
        { kind: 'book', field: 'cost', was: '100', is: '150' },
        { kind: 'book', field: 'result', was: '-1', is: '-1.5' },
        { kind: 'book', field: 'fees', was: '1', is: '1.5' },
      ],
      1,
    ],
    [
      'that an order which is followed traded more, and leaves that to its next look',
      order({
        isFollowed: true,
        recorded: { ...FILL, status: 'open' },
        shown: { ...FILL, volume: '1.5', cost: '150' },
      }),
      [{ kind: 'ahead', orderKey: 'o0', volume: '0.5', cost: '50', fee: '0' }],
      0,
    ],
    [
      'that less is shown than is on record, and keeps the record',
      order({ shown: { ...FILL, cost: '99' } }),
      [
        {
          ...{ kind: 'excess', orderKey: 'o0', log: { volume: '1', cost: '100', fee: '1' } },
          shown: { volume: '1', cost: '99', fee: '1' },
        },
      ],
      0,
    ],
    [
      'that the log has what the row of a followed order has not',
      { orderKey: 'o0', side: 'buy', isFollowed: true, shown: FILL },
      [
        { kind: 'ahead', orderKey: 'o0', volume: '1', cost: '100', fee: '1' },
        {
          ...{ kind: 'excess', orderKey: 'o0', log: { volume: '1', cost: '100', fee: '1' } },
          shown: { volume: '0', cost: '0', fee: '0' },
        },
      ],
      0,
    ],
    [
      'that an order is not shown, and keeps what is on record',
      { orderKey: 'o0', side: 'buy', isFollowed: false },
      [{ kind: 'not-shown', orderKey: 'o0' }],
      0,
    ],
  ])('says %s', (_what, one, findings, moves) => {
    const made = rebuildBook(ONE.live, ONE.entries, [one], AT_MS);
    expect(made.findings).toEqual(findings);
    expect(made.moves).toHaveLength(moves);
    if (moves === 0) expect(made.book).toEqual(ONE.live);
  });

  it('takes what the row has on record of an order that the exchange does not show any more', () => {
    const recorded = { ...FILL, volume: '2', cost: '200' };
    const hidden = { orderKey: 'o0', side: 'buy', isFollowed: false, recorded } as const;
    const { book, findings } = rebuildBook(ONE.live, ONE.entries, [hidden], AT_MS);
    expect(book.quantity).toBe('2');
    expect(findings.map(({ kind }) => kind).slice(0, 2)).toEqual(['not-shown', 'missing']);
  });

  it('says which orders of the log have no row, and keeps them', () => {
    const { book, findings } = rebuildBook(ONE.live, ONE.entries, [], AT_MS);
    expect([book, findings]).toEqual([ONE.live, [{ kind: 'not-shown', orderKey: 'o0' }]]);
  });

  it('follows its log where the book alone was changed, and says so in the log', () => {
    const claim = { position: 'flat', signalId: 'a', sentAtMs: 1 } as const;
    const bent = { ...ONE.live, quantity: '7', perUnit: '2', claim };
    const { book, moves, findings } = rebuildBook(bent, ONE.entries, ONE.orders, AT_MS);
    expect(book).toEqual({ ...ONE.live, version: 2, movedAtMs: AT_MS, claim });
    expect(moves.map(({ entry }) => entry)).toMatchObject([
      { version: 2, orderKey: REBUILT, volume: '0', cost: '0', fee: '0', quantity: '1' },
    ]);
    expect(findings).toEqual([
      { kind: 'book', field: 'quantity', was: '7', is: '1' },
      { kind: 'book', field: 'perUnit', was: '2', is: '-' },
    ]);
    const entries = [...ONE.entries, ...moves.map(({ entry }) => entry)];
    expect(rebuildBook(book, entries, ONE.orders, 0)).toEqual({ book, moves: [], findings: [] });
  });

  it('comes back whole when the book itself was lost', () => {
    const { book } = rebuildBook(emptyBook(REF), ONE.entries, ONE.orders, AT_MS);
    expect(book).toEqual({ ...ONE.live, version: 2, movedAtMs: AT_MS });
  });

  it.each([
    ['quantity', { quantity: '7' }],
    ['fees', { fees: '7' }],
  ])('is kept where the log has gaps and does not lead to its %s', (_field, bent) => {
    const live = { ...ONE.live, ...bent };
    const { book, moves, findings } = rebuildBook(live, [], ONE.orders, AT_MS);
    expect([book, moves]).toEqual([live, []]);
    expect(findings.at(-1)).toEqual({ kind: 'contradiction' });
  });

  it('names the gaps in its log', () => {
    const three = traded(
      ['buy'],
      ['1', '2', '3', '4', '5'].map((volume) => ({ order: 0, volume, cost: '1', fee: '0' })),
    );
    const left = three.entries.filter(({ version }) => version === 2 || version === 4);
    const { findings } = rebuildBook(three.live, left, three.orders, AT_MS);
    expect(findings.slice(0, 3)).toEqual([
      { kind: 'gap', from: 1, to: 1 },
      { kind: 'gap', from: 3, to: 3 },
      { kind: 'gap', from: 5, to: 5 },
    ]);
    const twice = [...left, ...left];
    expect(() => rebuildBook(three.live, twice, [], AT_MS)).toThrow('entries come by version');
  });

  it('books what is missing with the scale and the leverage of its order', () => {
    const shown = order({ perUnit: '2', leverage: '3' });
    const { book } = rebuildBook(emptyBook(REF), [], [shown], AT_MS);
    expect(book).toMatchObject({ quantity: '1', perUnit: '2', leverage: '3', version: 1 });
  });
});

it('orders that may still move a book are held by it', () => {
  const view = { book: emptyBook(REF), inFlight: ['a'] };
  expect(unheld(view, ['a', 'b'])).toEqual(['b']);
});
