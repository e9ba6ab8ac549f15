/** Which books are compared, when, and with what of which account. */
import { describe, expect, it } from 'vitest';
import type { Account } from '../../../functions/core/config.ts';
import { LANE_REST_MS } from '../../../functions/core/protocol.ts';
import { MAIN } from '../order-fixture.ts';
import { claimOf, madeUpBooks, type GivenBook } from './made-up-books.ts';
import { resting } from './stop-entry.ts';

/** It says that it is long, and owns nothing. */
const DRIFTS: GivenBook = { claim: claimOf({ position: 'long', size: '0.01' }) };
const OWNS: GivenBook = { quantity: '0.01', cost: '500' };

describe('books', () => {
  it('are compared in every fifth minute alone', async () => {
    const { watch, asked, clock } = madeUpBooks({ books: [DRIFTS] });
    const minutes: number[] = [];
    for (let minute = 0; minute <= 10; minute += 1) {
      asked.accounts.splice(0);
      await watch();
      if (asked.accounts.length > 0) minutes.push(minute);
      await clock.sleep(60_000);
    }
    expect(minutes).toEqual([0, 5, 10]);
  });

  it('that there are none of cost no call', async () => {
    const { deps, asked, watch } = madeUpBooks({});
    const pairs = () => Promise.reject(new Error('asked'));
    Object.assign(deps, { market: { ...deps.market, pairs } });
    await watch();
    expect(asked.accounts).toEqual([]);
  });

  it.each<[string, GivenBook, Partial<Account>]>([
    ['of Kraken, of an account on paper', { on: 'kraken' }, { mode: 'paper' }],
    ['of paper, of an account that trades', { on: 'paper' }, { mode: 'live' }],
    ['of what is only checked', { on: 'validate' }, { mode: 'validate' }],
    ['of an account that is not in harpoon.yaml', { account: 'gone' }, {}],
  ])('%s are left alone', async (_what, book, account) => {
    const accounts = { main: { ...MAIN, ...account } };
    const { watch, asked, told, warned } = madeUpBooks({
      ...{ books: [{ ...DRIFTS, ...book }], accounts },
    });
    await watch();
    expect([asked.accounts, told(), warned()]).toEqual([[], [], []]);
  });

  it('of another market are no part of what an account owns', async () => {
    const books = [OWNS, { ...OWNS, on: 'paper', source: 'other' } as const];
    const { watch, told } = madeUpBooks({ books, held: { main: { BTC: '0.01' } } });
    await watch();
    expect(told()).toEqual([]);
  });

  it('are held against their own account', async () => {
    const books = ['main', 'second'].map((account) => ({ ...OWNS, account }));
    const accounts = { main: MAIN, second: MAIN };
    const held = { main: { BTC: '0.01' }, second: { BTC: '0.01' } };
    const enough = madeUpBooks({ books, accounts, held });
    await enough.watch();
    expect([enough.asked.accounts, enough.told()]).toEqual([['main', 'second'], []]);
    const less = madeUpBooks({ books, accounts, held: { ...held, second: { BTC: '0.002' } } });
    await less.watch();
    expect(less.told()).toEqual(['Account second holds 0.002 BTC, and its strategies own 0.01']);
  });

  it('of each account come first in their turn', async () => {
    const names = ['a', 'b', 'c', 'd', 'e'];
    const books = names.map((account) => ({ ...OWNS, account }));
    const accounts = Object.fromEntries(names.map((name) => [name, MAIN]));
    const { watch, asked, clock } = madeUpBooks({ books, accounts });
    const firsts: (string | undefined)[] = [];
    for (let round = 0; round < names.length; round += 1) {
      asked.accounts.splice(0);
      await watch();
      expect(asked.accounts).toHaveLength(names.length);
      firsts.push(asked.accounts[0]);
      await clock.sleep(300_000);
    }
    expect(firsts.toSorted()).toEqual(names);
  });

  it('that agree leave no line in the log', async () => {
    const claim = claimOf({ position: 'long', size: '0.01' });
    const { watch, told, log } = madeUpBooks({ books: [{ ...OWNS, claim }] });
    await watch();
    expect([told(), log.lines]).toEqual([[], []]);
  });

  it.each<[string, GivenBook]>([
    ['whose source is not in harpoon.yaml any more', { source: 'gone' }],
    ['whose pair Kraken does not list any more', { pair: 'NO/PAIR' }],
  ])('%s are told of by nobody, and in no drift', async (_what, book) => {
    const { watch, told, warned } = madeUpBooks({ books: [{ ...DRIFTS, ...book }] });
    await watch();
    expect([told(), warned()]).toEqual([[], []]);
  });

  it('that cannot be compared are named in the log', async () => {
    const bent = { ...DRIFTS, quantity: 'much' };
    const { watch, warned } = madeUpBooks({ books: [bent, { source: 'other', ...DRIFTS }] });
    await watch();
    const [said] = warned();
    expect(said).toContain('"account":"main","source":"trend","pair":"BTC/USD","error"');
  });
});

describe('what is in flight', () => {
  it('keeps an account from being told that it holds too little', async () => {
    const books = [
      { ...OWNS, inFlight: ['on its way'] },
      { ...OWNS, source: 'other' },
    ];
    const { watch, told, warned } = madeUpBooks({ books, held: { main: { BTC: '0' } } });
    await watch();
    expect([told(), warned()]).toEqual([[], []]);
  });

  it('keeps no other book from being compared, though its row is gone', async () => {
    const books = [
      { ...DRIFTS, inFlight: ['its row is gone'] },
      { ...DRIFTS, source: 'other' },
    ];
    const { watch, told, asked } = madeUpBooks({ books });
    await watch();
    expect(told()).toEqual([expect.stringMatching(/^other on main/)]);
    expect(asked.ids).toEqual([]);
  });

  it('is asked for where it is a stop that rests, and only there', async () => {
    const row = (await resting()).now();
    const { closes: _stops, fill: _fill, ...entry } = row;
    const bare = { ...entry, orderKey: 'rests', exchangeOrderId: 'ORESTS' };
    const books = [{ ...DRIFTS, inFlight: [row.orderKey, 'rests'] }];
    const { watch, asked } = madeUpBooks({ books, rows: [row, bare] });
    await watch();
    expect(asked.ids).toEqual([['OSTOP']]);
  });

  /** How long is left of the lane and of the run when stops would be asked for, and whether they are. */
  it.each<[string, number, number, boolean]>([
    ['there is time', LANE_REST_MS + 1, LANE_REST_MS + 1, true],
    ['the lane is nearly over', LANE_REST_MS, Infinity, false],
    ['the run is nearly over', 60_000, LANE_REST_MS, false],
  ])('is asked for by whether %s', async (_what, lane, run, isAsked) => {
    const row = (await resting()).now();
    const books = [{ ...OWNS, inFlight: [row.orderKey] }];
    const { watch, asked, deps, clock } = madeUpBooks({ books, rows: [row] });
    const { lanes } = deps;
    const take: typeof lanes.take = async (...given) => {
      const lease = await lanes.take(...given);
      return typeof lease === 'string' ? lease : { ...lease, untilMs: clock.nowMs() + lane };
    };
    Object.assign(deps, { lanes: { ...lanes, take } });
    await watch(clock.nowMs() + run);
    expect(asked.ids).toEqual(isAsked ? [['OSTOP']] : []);
  });
});
