/** What one look at the take-profits of an entry writes down, and what it asks for. */
import { describe, expect, it } from 'vitest';
import { emptyBook } from '../../../functions/core/book.ts';
import type { OrderDeps } from '../../../functions/core/execute/order-deps.ts';
import type { CloseFill, Fill } from '../../../functions/core/fill.ts';
import { watchProfits } from '../../../functions/core/follow/watch-profits.ts';
import type { OrderRow, ProfitRecord } from '../../../functions/core/order.ts';
import type { RowChange } from '../../../functions/core/ports.ts';
import { entered } from './profit-entry.ts';
import { REF } from './stop-entry.ts';

type Entered = Awaited<ReturnType<typeof entered>>;

const LEFT = 'its position was left before its other take-profits';
const NOTHING_LEFT = 'nothing of it is left to sell at a take-profit';

const tried = (number: number, done = true): ProfitRecord['tries'][number] => {
  return { number, tries: 1, atMs: 1, ...(done ? { done: true } : {}) };
};
const BOTH: ProfitRecord = { tries: [tried(1), tried(2)] };
const FIRST: ProfitRecord = { tries: [tried(1)] };
const PART: Fill = { status: 'open', volume: '0.01', cost: '490', fee: '0', seenAtMs: 1 };
const fired = (volume: string): CloseFill => {
  return { ...PART, exchangeOrderId: 'OSTOP', size: '0.01', status: 'filled', volume };
};

/** Looks at a row; `note`: what becomes of what it writes, which is kept here. */
async function looked(
  at: Entered,
  given: Partial<OrderRow> = {},
  more: { note?: 'lost'; isIn?: boolean; sale?: OrderRow; deps?: Partial<OrderDeps> } = {},
) {
  const row = { ...at.now(), ...given };
  const changes: RowChange[] = [];
  const { isIn = true, sale } = more;
  const deps: OrderDeps = {
    ...at.deps,
    books: {
      ...at.deps.books,
      read: async () => {
        const book = { ...emptyBook(REF), ...(isIn ? { profits: [row.orderKey] } : {}) };
        return { book, inFlight: [] };
      },
    },
    orders: {
      ...at.deps.orders,
      ...(sale === undefined ? {} : { read: async () => sale }),
      note: async (before, change) => {
        changes.push(change);
        return more.note ?? { ...before, ...change.set };
      },
    },
    ...more.deps,
  };
  await watchProfits([row], deps);
  const troubles = at.log.lines.filter((line) => line.includes('profits-not-watched'));
  return { changes, troubles, row };
}

describe('take-profits of an entry', () => {
  it.each<[string, Partial<OrderRow>, boolean, string | undefined]>([
    ['end when all have sold', { profits: BOTH }, true, NOTHING_LEFT],
    ['end when all have sold, and the rest too', { profits: BOTH }, false, NOTHING_LEFT],
    ['end when the position is left', { profits: FIRST }, false, LEFT],
    ['end when its stop sold it all', { closes: { orders: [fired('0.01')] } }, true, NOTHING_LEFT],
    [
      'wait for more of an entry that rests, though its stop sold all so far',
      { closes: { orders: [fired('0.01')] }, fill: PART },
      true,
      undefined,
    ],
    ['wait while some have not sold', { profits: FIRST }, true, undefined],
    [
      'wait while nothing of the entry traded',
      { fill: { ...PART, volume: '0' } },
      false,
      undefined,
    ],
  ])('%s', async (_what, given, isIn, why) => {
    const at = await entered();
    const { changes, troubles, row } = await looked(at, given, { isIn });
    expect(changes.map((change) => change.why)).toEqual(why === undefined ? [] : [why]);
    if (why === undefined) return;
    expect(changes[0]?.set?.profits).toEqual({ tries: [], ...row.profits, ended: true });
    expect(changes[0]).not.toHaveProperty('notice');
    expect(troubles).toEqual([]);
  });

  const over = { orders: [fired('0.002')] };
  it.each<[string, Partial<OrderRow>, 'as before' | 'now' | 'never']>([
    ['as before, while its stop rests', { profits: BOTH }, 'as before'],
    ['from now on, where it was not', { profits: BOTH, dueAtMs: undefined as never }, 'now'],
    ['never again, with its stop', { profits: BOTH, closes: over }, 'never'],
    ['as before, while one waits', { profits: FIRST, closes: over }, 'as before'],
  ])('leave the row due %s', async (_what, given, due) => {
    const at = await entered();
    at.to('53000');
    await at.clock.sleep(60_000);
    const { changes, row } = await looked(at, given);
    const expected = { 'as before': row.dueAtMs, now: at.clock.nowMs(), never: null };
    expect(changes.map(({ dueAtMs }) => dueAtMs)).toEqual([expected[due]]);
    expect(row.dueAtMs).not.toBe(at.clock.nowMs());
  });

  it('of a source that is gone are told of though none was tried before', async () => {
    const at = await entered();
    const config = { ...at.deps.config, sources: {} };
    const { changes, troubles } = await looked(at, {}, { deps: { config } });
    expect(changes.map(({ set }) => set)).toEqual([{ profits: { tries: [], orphaned: true } }]);
    expect(changes[0]?.notice?.id).toMatch(/^orphaned:/);
    expect(troubles).toEqual([]);
  });
});

describe('a look at take-profits', () => {
  const FILLED: Fill = { ...PART, status: 'filled', volume: '0.005', cost: '255' };

  it('that somebody was ahead of records nothing', async () => {
    const at = await entered();
    at.to('53000');
    const { changes, troubles } = await looked(at, {}, { note: 'lost' });
    expect([changes.length, troubles, at.words()]).toEqual([1, [], []]);
  });

  it('that somebody was ahead of with what was sold records nothing', async () => {
    const at = await entered();
    at.to('53000');
    const profits = { tries: [tried(1, false)] };
    const sale: OrderRow = { ...at.now(), fill: FILLED };
    const { changes, troubles } = await looked(at, { profits }, { note: 'lost', sale });
    expect(changes.map(({ why }) => why)).toEqual(['take-profit 1 has traded: 0.005 for 255']);
    expect([troubles, at.words()]).toEqual([[], []]);
    const said = at.log.lines.find((line) => line.includes('"profit-taken"'));
    expect(said).toContain(`"account":"main","orderKey":"${at.ref.orderKey}","number":1`);
  });

  it('writes nothing while its sale rests', async () => {
    const at = await entered();
    const profits = { tries: [tried(1, false)] };
    const { fill: _none, ...sale } = at.now();
    expect(await looked(at, { profits }, { sale })).toMatchObject({ changes: [], troubles: [] });
  });

  it('hands over the last of eight tries that was lost before it was recorded', async () => {
    const at = await entered();
    at.to('51000');
    const profits = { tries: [{ number: 1, tries: 8, atMs: at.clock.nowMs() }] };
    const { changes, troubles } = await looked(at, { profits });
    expect([changes, troubles]).toEqual([[], []]);
    expect(at.words()).toEqual(['1: sell 0.005, signal-1#profit1.8']);
  });

  it('gives each order a fingerprint of what it sells', async () => {
    const at = await entered();
    at.to('53000');
    await at.watch();
    expect(new Set(at.sales().map(({ payloadHash }) => payloadHash)).size).toBe(2);
  });

  it.each<[string, Partial<OrderRow>, number]>([
    ['of a pair that Kraken does not list', { decision: { pair: 'NO/PAIR' } as never }, 0],
    ['of a pair that has no price', {}, 1],
  ])('%s does nothing', async (_what, given, asked) => {
    const at = await entered();
    const { decision } = at.now();
    if (decision === undefined) throw new Error('it was decided');
    const row = { ...given, decision: { ...decision, ...given.decision } };
    const names: string[] = [];
    const tickers: OrderDeps['market']['tickers'] = async (pairs) => {
      names.push(...pairs.map(({ name }) => name));
      return new Map();
    };
    const market = { ...at.deps.market, tickers };
    const { changes, troubles } = await looked(at, row, { deps: { market } });
    expect([changes, troubles, names.length]).toEqual([[], [], asked]);
  });

  it('is not made at an entry that nobody has looked at', async () => {
    const at = await entered();
    const pairs = () => Promise.reject(new Error('asked'));
    const market = { ...at.deps.market, pairs };
    const { changes } = await looked(at, { fill: undefined as never }, { deps: { market } });
    expect(changes).toEqual([]);
  });

  it('says in the log at which entry it failed', async () => {
    const at = await entered();
    const { troubles } = await looked(at, { attempt: undefined as never });
    expect(troubles).toHaveLength(1);
    expect(troubles[0]).toContain(`"account":"main","orderKey":"${at.ref.orderKey}"`);
    expect(troubles[0]).toContain('a placed order was decided');
  });

  it.each<[string, string, number, number]>([
    ['does not ask for switches while no price is reached', '50000', 0, 0],
    ['records nothing on an account that is not armed', '51000', 1, 0],
  ])('%s', async (_what, price, reads, writes) => {
    const at = await entered();
    at.to(price);
    let asked = 0;
    const switches: OrderDeps['switches'] = {
      ...at.deps.switches,
      read: async () => {
        asked += 1;
        return { kind: 'not-armed' };
      },
    };
    const { changes, troubles } = await looked(at, {}, { deps: { switches } });
    expect([asked, changes.length, troubles]).toEqual([reads, writes, []]);
  });
});
