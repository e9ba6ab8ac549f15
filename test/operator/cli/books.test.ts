/** `harpoon books`: of a strategy on the local stack that bought, was followed, and lost its records. */
import { DeleteCommand, PutCommand, UpdateCommand } from '@aws-sdk/lib-dynamodb';
import { describe, expect, it, vi } from 'vitest';
import { bookEntryKey, bookKey, orderKey } from '../../../functions/adapters/dynamo/keys.ts';
import { dynamoBooks } from '../../../functions/adapters/dynamo/books.ts';
import { dynamoOrderLog } from '../../../functions/adapters/dynamo/order-log.ts';
import { bookEntries, rewriteBook } from '../../../functions/adapters/dynamo/rewrite-book.ts';
import { orderKeyOf } from '../../../functions/core/identity.ts';
import { PATIENCE, stackHere } from './stack-here.ts';

const YAML = `accounts:
  main:
    exchange: kraken-spot
    mode: paper
    rails: { pairs: [BTC/USD] }
sources:
  trend: { auth: tradingview, accounts: [main], size: signal, target: true }
  orders: { auth: tradingview, accounts: [main], size: signal }
`;

const REF = { on: 'kraken', account: 'main', source: 'trend', pair: 'BTC/USD' } as const;
const REBUILD = ['books', 'rebuild', 'main', 'trend', 'BTC/USD'];

const { harpoon, send, table } = stackHere(YAML);

interface Shown {
  readonly quantity: string;
  readonly fees: string;
  readonly cost: string;
  readonly inFlight: readonly string[];
}

async function books() {
  const { out } = await harpoon('books', '--json');
  return JSON.parse(out) as { books: Shown[]; external: object[]; notAsked: object[] };
}

/** Says where the strategy stands, and waits until its book is there. */
async function stand(id: string, size: string, prev: string): Promise<void> {
  const before = {
    prevMarketPosition: prev === '0' ? 'flat' : 'long',
    prevMarketPositionSize: prev,
  };
  await send('trend', { id, marketPosition: 'long', positionSize: size, ...before });
  await vi.waitFor(async () => {
    const shown = (await books()).books;
    expect(shown).toMatchObject([{ quantity: size, inFlight: [] }]);
  }, PATIENCE);
}

describe('harpoon books', () => {
  it('says that there is none yet', async () => {
    const { code, out } = await harpoon('books');
    expect([code, out]).toEqual([0, expect.stringContaining('No strategy has a book yet')]);
  });

  it('shows what a strategy owns, that its sender agrees, and what is held beside it', async () => {
    await stand('in', '0.01', '0');
    await stand('more', '0.015', '0.01');
    const { code, out, err } = await harpoon('books', '--account', 'main');
    expect([code, err]).toEqual([0, '']);
    expect(out).toMatch(/main +kraken +trend +BTC\/USD +0\.015 BTC/);
    expect(out).toMatch(/long 0\.015, agrees +none/);
    expect((await books()).external).toMatchObject([{ asset: 'BTC', books: '0.015' }]);
  });

  it('goes with the story of each order: what traded, and the book after it', async () => {
    const { out } = await harpoon('why', await firstOrder());
    expect(out).toContain('on main: placed, filled');
    expect(out).toMatch(/Filled +0\.01 BTC of 0\.01/);
    expect(out).toMatch(/Average price +\d/);
    expect(out).toMatch(/Book after it +trend owns 0\.01 BTC at /);
    expect((await harpoon('orders')).out).toContain('placed, filled');
  });
});

async function firstOrder(): Promise<string> {
  const { out } = await harpoon('orders', '--json');
  const { orders } = JSON.parse(out) as { orders: { id: string; signal: string }[] };
  return orders.find(({ signal }) => signal === 'in')?.id ?? '';
}

describe('harpoon books rebuild', () => {
  it('finds nothing to do where nothing was lost', async () => {
    const { code, out, err } = await harpoon(...REBUILD, '--write');
    expect([code, err]).toEqual([0, '']);
    expect(out).toContain('The book is what its entries and the exchange say.');
  });

  it('says what the log lacks and writes nothing, then writes it, then finds nothing', async () => {
    const [before] = (await books()).books;
    const last = (await bookEntries(table(), REF)).at(-1);
    const Key = bookEntryKey(REF, last?.version ?? 0);
    await table().client.send(new DeleteCommand({ TableName: table().name, Key }));
    const looked = await harpoon(...REBUILD);
    expect([looked.code, looked.err]).toEqual([1, '']);
    expect(looked.out).toContain('a buy of 0.005');
    expect(looked.out).toContain('Nothing was written.');
    expect(await bookEntries(table(), REF)).toHaveLength(1);
    const written = await harpoon(...REBUILD, '--write');
    expect([written.code, written.out]).toEqual([0, expect.stringContaining('Written.')]);
    const [after] = (await books()).books;
    expect(after).toMatchObject({ quantity: before?.quantity, fees: before?.fees });
    expect(after?.cost).toBe(before?.cost);
    const entries = await bookEntries(table(), REF);
    expect(entries).toHaveLength(2);
    expect((await harpoon(...REBUILD, '--write')).code).toBe(0);
    expect(await bookEntries(table(), REF)).toEqual(entries);
  });

  it('brings back a book that was lost or changed by hand', async () => {
    const [before] = (await books()).books;
    await table().client.send(
      new UpdateCommand({
        ...{ TableName: table().name, Key: bookKey(REF) },
        ...{ UpdateExpression: 'REMOVE book, version' },
      }),
    );
    expect((await books()).books).toMatchObject([{ quantity: '0' }]);
    const { code, out } = await harpoon(...REBUILD, '--write', '--json');
    expect([code, JSON.parse(out)]).toMatchObject([0, { agrees: true, written: true }]);
    const [after] = (await books()).books;
    expect(after).toMatchObject({ quantity: before?.quantity, cost: before?.cost });
    // The next order goes on from there.
    await stand('less', '0.004', '0.015');
  });

  it.each<[string[], number, string]>([
    [['man', 'trend', 'BTC/USD'], 3, 'Did you mean main?'],
    [['main', 'trand', 'BTC/USD'], 3, 'Did you mean trend?'],
    [['main', 'trend', 'ETH/USD'], 3, 'has no book of ETH/USD'],
    [['main', 'trend'], 2, "missing required argument 'pair'"],
  ])('of %j ends with code %i and says what to write', async (args, code, said) => {
    const run = await harpoon('books', 'rebuild', ...args);
    expect([run.code, run.err]).toEqual([code, expect.stringContaining(said)]);
  });
});

describe('harpoon books correct', () => {
  const CORRECT = ['books', 'correct', 'main', 'trend', 'BTC/USD'];

  it('asks what is left, and takes nothing that would make the strategy own more', async () => {
    const none = await harpoon(...CORRECT);
    expect([none.code, none.err]).toEqual([2, expect.stringContaining('--quantity 0')]);
    const more = await harpoon(...CORRECT, '--quantity', '5', '--write');
    expect([more.code, more.err]).toEqual([2, expect.stringContaining('from 0 to 0.004')]);
    const foreign = await harpoon('books', 'correct', 'main', 'nobody', 'BTC/USD');
    expect([foreign.code, foreign.err]).toEqual([3, expect.stringContaining('no source nobody')]);
  });

  it('says what it would be, then writes it, and the book still agrees with its entries', async () => {
    const [before] = (await books()).books;
    const looked = await harpoon(...CORRECT, '--quantity', '0.001');
    expect([looked.code, looked.out]).toEqual([0, expect.stringContaining('owns 0.001 BTC at')]);
    expect(looked.out).toContain('Nothing was written.');
    expect((await books()).books).toEqual([before]);
    const written = await harpoon(...CORRECT, '--quantity', '0.001', '--write');
    expect([written.code, written.out]).toEqual([0, expect.stringContaining('Written.')]);
    expect((await books()).books).toMatchObject([{ quantity: '0.001', fees: before?.fees }]);
    expect((await harpoon(...REBUILD)).code).toBe(0);
  });
});

/** An order of the strategy that rests far from the market. */
async function resting() {
  const order = { action: 'buy', type: 'limit', price: '20000', size: '0.01' };
  await send('orders', { id: 'rests', ...order });
  const ref = {
    account: 'main',
    orderKey: orderKeyOf({ source: 'orders', account: 'main', signalId: 'rests' }),
  };
  await vi.waitFor(async () => {
    expect(await dynamoOrderLog(table()).read(ref)).toMatchObject({ state: 'placed' });
  }, PATIENCE);
  return ref;
}

describe('an order that rests', () => {
  const ORDERS = { ...REF, source: 'orders' };
  const AGAIN = ['books', 'rebuild', 'main', 'orders', 'BTC/USD'];

  it('lets an order that it did not know of be in flight, unless that moved meanwhile', async () => {
    const ref = await resting();
    const inFlight = async () => (await dynamoBooks(table()).read(ORDERS)).inFlight;
    const forget = () =>
      table().client.send(
        new UpdateCommand({
          ...{ TableName: table().name, Key: bookKey(ORDERS) },
          ...{ UpdateExpression: 'DELETE inFlight :order' },
          ExpressionAttributeValues: { ':order': new Set([ref.orderKey]) },
        }),
      );
    expect(await inFlight()).toEqual([ref.orderKey]);
    await forget();
    const looked = await harpoon(...AGAIN);
    expect([looked.code, looked.out]).toEqual([
      1,
      expect.stringContaining('may still trade, and the book does not know of it.'),
    ]);
    const view = await dynamoBooks(table()).read(ORDERS);
    const row = await dynamoOrderLog(table()).read(ref);
    if (row === undefined) throw new Error('the row is there');
    const before = { ...row, version: row.version - 1 };
    expect(await rewriteBook(table(), view, { moves: [], hold: [before] })).toBe('lost');
    expect(await inFlight()).toEqual([]);
    expect(await harpoon(...AGAIN, '--write')).toMatchObject({ code: 0 });
    expect(await inFlight()).toEqual([ref.orderKey]);
  });

  it('holds as many as there are, in parts, and says when only some were written', async () => {
    const ref = { ...ORDERS, pair: 'ETH/USD' };
    const rows = Array.from({ length: 45 }, (_, at) => {
      return { account: 'main', orderKey: `held-${String(at).padStart(2, '0')}`, version: 3 };
    });
    for (const row of rows) {
      const Item = { ...orderKey(row), version: row.version };
      await table().client.send(new PutCommand({ TableName: table().name, Item }));
    }
    const view = await dynamoBooks(table()).read(ref);
    const inFlight = async () => [...(await dynamoBooks(table()).read(ref)).inFlight].sort();
    const keys = rows.map((row) => row.orderKey);
    const moved = rows.map((row, at) => (at < 44 ? row : { ...row, version: 2 }));
    expect(await rewriteBook(table(), view, { moves: [], hold: moved })).toBe('in part');
    expect(await inFlight()).toEqual(keys.slice(0, 40));
    expect(await rewriteBook(table(), view, { moves: [], hold: rows })).toBe('written');
    expect(await inFlight()).toEqual(keys);
    expect(await rewriteBook(table(), view, { moves: [], hold: [] })).toBe('written');
  });
});
