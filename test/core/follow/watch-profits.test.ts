/** Take-profits of an entry, looked at once a minute. */
import { describe, expect, it } from 'vitest';
import { decimal } from '../../../functions/core/decimal.ts';
import type { OrderDeps } from '../../../functions/core/execute/order-deps.ts';
import { watchProfits } from '../../../functions/core/follow/watch-profits.ts';
import { entered, TWO } from './profit-entry.ts';
import { traded } from './stop-entry.ts';

const MINUTE = 60_000;

describe('the watch on take-profits', () => {
  it('records one order for each that the market has reached, once', async () => {
    const at = await entered();
    await at.watch();
    at.to('50999.9');
    await at.watch();
    expect(at.words()).toEqual([]);
    at.to('51000');
    await at.watch();
    await at.watch();
    expect(at.words()).toEqual(['1: sell 0.005, signal-1#profit1.1']);
    expect(at.sales()[0]?.signal).toMatchObject({
      type: 'market',
      reduceOnly: true,
      takes: { orderKey: at.ref.orderKey, number: 1, price: '51000' },
    });
    expect(at.sales()[0]?.signal.takes).not.toHaveProperty('evenAt');
    at.to('53000');
    await at.watch();
    expect(at.words()).toEqual([
      '1: sell 0.005, signal-1#profit1.1',
      '2: sell 0.003, signal-1#profit2.1',
    ]);
    expect(at.now().profits?.tries).toMatchObject([
      { number: 1, tries: 1 },
      { number: 2, tries: 1 },
    ]);
  });

  it('asks to move the stop to where the entry was filled', async () => {
    const at = await entered({ ...TWO, breakEven: true });
    at.to('53000');
    await at.watch();
    expect(at.sales().map(({ signal }) => signal.takes?.evenAt)).toEqual(['49000', '49000']);
  });

  it('sells shares of what is filled, and nothing that is no order', async () => {
    const at = await entered(TWO, '0.0003');
    at.to('53000');
    await at.watch();
    // Of the second 0.00009 are left, which Kraken would not trade.
    expect(at.words()).toEqual(['1: sell 0.00015, signal-1#profit1.1']);
  });

  it('of shares that come to all leaves nothing behind', async () => {
    const third = { share: '33.3' };
    const takeProfits = [
      { price: '51000', ...third },
      { price: '52000', ...third },
      { price: '53000', share: '33.4' },
    ];
    const at = await entered({ takeProfits });
    at.to('53000');
    await at.watch();
    const volumes = at.sales().map(({ signal }) => signal.size?.amount ?? '0');
    expect(volumes.reduce((sum, one) => sum.plus(one), decimal('0')).toFixed()).toBe('0.01');
  });

  it('hands an order over again that was lost before it was recorded', async () => {
    const at = await entered();
    at.to('51000');
    const { orders } = at.deps;
    const receive = () => Promise.reject(new Error('killed'));
    await watchProfits([at.now()], { ...at.deps, orders: { ...orders, receive } });
    expect(at.now().profits?.tries).toMatchObject([{ number: 1, tries: 1 }]);
    expect(at.words()).toEqual([]);
    at.to('50000');
    await at.clock.sleep(MINUTE);
    await at.watch();
    expect(at.words()).toEqual([]);
    at.to('51500');
    await at.watch();
    expect(at.words()).toEqual(['1: sell 0.005, signal-1#profit1.1']);
  });

  it('tries again a quarter of an hour after an order that sold nothing', async () => {
    const at = await entered();
    at.to('51000');
    await at.watch();
    // The account holds no coins that could be sold.
    await at.work(at.sales()[0]);
    expect(at.sales()[0]).toMatchObject({ state: 'rejected' });
    await at.clock.sleep(15 * MINUTE - 1_000);
    await at.watch();
    expect(at.words()).toHaveLength(1);
    await at.clock.sleep(1_000);
    await at.watch();
    expect(at.words()).toEqual([
      '1: sell 0.005, signal-1#profit1.1',
      '1: sell 0.005, signal-1#profit1.2',
    ]);
  });

  it('writes down on the entry what its sale traded, once', async () => {
    const at = await entered();
    const all = { total: decimal('0.01'), available: decimal('0.01') };
    at.exchange.balance.set('BTC', all);
    at.to('51000');
    await at.watch();
    await at.work(at.sales()[0]);
    const [sale] = at.sales();
    const [order] = at.exchange.book.get(sale?.clientOrderId ?? '') ?? [];
    if (order === undefined) throw new Error(`not sold: ${sale?.state} ${sale?.outcome}`);
    const filled = { ...order, ...traded('0.005', '255', '1'), status: 'closed' };
    at.exchange.book.set(sale?.clientOrderId ?? '', [filled]);
    await at.follow();
    await at.watch();
    await at.watch();
    const said = at.store.audit(at.ref).filter(({ why }) => why.includes('has traded'));
    expect(said.map(({ why }) => why)).toEqual(['take-profit 1 has traded: 0.005 for 255']);
    expect(at.now().profits?.tries).toMatchObject([{ number: 1, done: true }]);
  });

  it('records nothing while a switch stops every order, and does where it stops entries', async () => {
    const at = await entered();
    at.to('51000');
    await at.store.switches.trip('main', 'all', 'a test');
    await at.watch();
    expect(at.words()).toEqual([]);
    expect(at.now().profits).toBeUndefined();
    const other = await entered();
    other.to('51000');
    await other.store.switches.trip('main', 'entries', 'a test');
    await other.watch();
    expect(other.words()).toHaveLength(1);
  });

  it('sells no more than its own stops left of it', async () => {
    const at = await entered();
    at.stop('OSTOP', traded('0.0094', '423'));
    await at.follow();
    at.to('51000');
    await at.watch();
    expect(at.words()).toEqual(['1: sell 0.0006, signal-1#profit1.1']);
  });

  it('is over after five minutes on the way, and comes again at once', async () => {
    const at = await entered();
    at.to('51000');
    await at.watch();
    const [first] = at.sales();
    expect(first && first.expiresAtMs - first.receivedAtMs).toBe(5 * MINUTE);
    await at.clock.sleep(5 * MINUTE);
    await at.work(first);
    expect(at.sales()[0]).toMatchObject({ state: 'expired' });
    await at.watch();
    expect(at.words()).toHaveLength(2);
  });

  it('gives up after eight refusals, tells it once, and goes on with the others', async () => {
    const at = await entered();
    at.to('51000');
    for (let tries = 1; tries <= 9; tries += 1) {
      await at.watch();
      for (const sale of at.sales()) await at.work(sale);
      await at.clock.sleep(15 * MINUTE);
    }
    expect(at.sales()).toHaveLength(8);
    const told = at.notices().filter(({ id }) => id.startsWith('profit:'));
    expect(told.map(({ urgency }) => urgency)).toEqual(['page']);
    expect(told[0]?.title).toContain('take-profit 1 could not be sold');
    expect(at.now().profits?.tries).toMatchObject([{ number: 1, tries: 8, done: true }]);
    at.to('53000');
    await at.watch();
    expect(at.words().at(-1)).toBe('2: sell 0.003, signal-1#profit2.1');
  });

  it('ends with the position', async () => {
    const at = await entered();
    at.stop('OSTOP', { ...traded('0.01', '450'), status: 'closed' });
    await at.follow();
    expect(at.now()).toMatchObject({ profits: { tries: [], ended: true } });
    expect(at.now().dueAtMs).toBeUndefined();
    at.to('53000');
    await at.watch();
    expect(at.words()).toEqual([]);
  });

  it('of a source that is gone is told once, sells nothing, and goes on when it is back', async () => {
    const at = await entered();
    at.to('51000');
    await at.watch();
    await at.work(at.sales()[0]);
    const { trend } = at.deps.config.sources;
    if (trend === undefined) throw new Error('the source is there');
    const gone = { ...at.deps, config: { ...at.deps.config, sources: {} } };
    at.to('53000');
    await at.clock.sleep(15 * MINUTE);
    await watchProfits([at.now()], gone);
    await watchProfits([at.now()], gone);
    const told = () => at.notices().filter(({ id }) => id.startsWith('orphaned:'));
    expect(told()).toMatchObject([
      {
        urgency: 'page',
        title: 'buy BTC/USD on main: nothing sells at its take-profits',
        text: expect.stringContaining('50% at 51000, 30% at 53000') as string,
      },
    ]);
    expect(told()[0]?.text).toContain('The source trend is not in harpoon.yaml any more');
    expect(at.words()).toHaveLength(1);
    expect(at.log.lines.join()).not.toContain('profits-not-watched');
    expect(at.now()).toMatchObject({ profits: { orphaned: true, tries: [{ number: 1 }] } });
    await at.watch();
    expect(at.now().profits).not.toHaveProperty('orphaned');
    expect(at.words()).toHaveLength(3);
    await watchProfits([at.now()], gone);
    expect(told()).toHaveLength(2);
  });

  it('reads the order of a try once in a minute, also when its price is reached', async () => {
    const at = await entered();
    at.to('51000');
    await at.watch();
    await at.work(at.sales()[0]);
    await at.clock.sleep(15 * MINUTE);
    const reads: string[] = [];
    const { orders } = at.deps;
    const read: typeof orders.read = (ref) => {
      reads.push(ref.orderKey);
      return orders.read(ref);
    };
    const sold = at.sales()[0]?.orderKey;
    await watchProfits([at.now()], { ...at.deps, orders: { ...orders, read } });
    expect(reads).toEqual([sold]);
    expect(at.words()).toHaveLength(2);
  });

  it('goes on after an entry whose trouble is its own', async () => {
    const at = await entered();
    at.to('51000');
    let reads = 0;
    const books: OrderDeps['books'] = {
      ...at.deps.books,
      read: (ref) => {
        reads += 1;
        return reads === 1 ? Promise.reject(new Error('away')) : at.deps.books.read(ref);
      },
    };
    await watchProfits([at.now(), at.now()], { ...at.deps, books });
    expect(at.words()).toHaveLength(1);
  });

  it('asks nothing where no entry has take-profits', async () => {
    const at = await entered({});
    const pairs = () => Promise.reject(new Error('asked'));
    await watchProfits([at.now()], { ...at.deps, market: { ...at.deps.market, pairs } });
    expect(at.words()).toEqual([]);
  });
});
