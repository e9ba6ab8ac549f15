/** What goes out to Kraken for an amend, when nothing goes out, and what an answer says of it. */
import { describe, expect, it } from 'vitest';
import type { AmendOutcome } from '../../../functions/core/amending.ts';
import type { PrepareResult } from '../../../functions/core/ports.ts';
import type { Signal } from '../../../functions/core/signal.ts';
import { MAIN } from '../order-fixture.ts';
import { amending, LIMIT, NOT_MADE, TWO_ROUNDS_MS } from './amend-fixture.ts';

/** An order that rests, of any type, and a way to change it at once. */
async function changing(
  signal: Partial<Signal> = LIMIT,
  rails: Partial<NonNullable<typeof MAIN.rails>> = {},
) {
  const types = [
    ...(['market', 'limit', 'iceberg', 'stop-loss', 'stop-loss-limit'] as const),
    ...(['trailing-stop', 'trailing-stop-limit'] as const),
  ];
  const all = amending({
    source: { allow: { types } },
    account: { rails: { pairs: ['BTC/USD'], ...MAIN.rails, ...rails } },
  });
  const row = await all.placed({ price: undefined, type: 'market', ...signal } as never);
  return { ...all, row, deadlineMs: all.clock.nowMs() + 10_000 };
}

describe('a change of the size', () => {
  const sized = { size: { unit: 'base', amount: '0.01' } } as const;
  it.each<[Partial<Signal>, object]>([
    [LIMIT, { limitPrice: '49500' }],
    [
      { ...LIMIT, postOnly: true },
      { limitPrice: '49500', postOnly: true },
    ],
    [{ type: 'iceberg', price: '49500', displayVolume: '0.001' }, { limitPrice: '49500' }],
    [{ type: 'stop-loss', price: '50500' }, { triggerPrice: '50500' }],
    [
      { type: 'stop-loss-limit', price: '50500', price2: '50600' },
      { triggerPrice: '50500', limitPrice: '50600' },
    ],
    [{ type: 'trailing-stop', price: '+2%' }, {}],
    [{ type: 'trailing-stop-limit', price: '+50', price2: '+10' }, {}],
    [{ type: 'market', startAtMs: Date.UTC(2026, 10, 22, 13) }, {}],
  ])('of %j goes out with the prices that it has: %j', async (signal, prices) => {
    const { row, ask, amend, exchange, waits, deadlineMs } = await changing({
      ...sized,
      ...signal,
    });
    await ask(row, { volume: '0.008' });
    await amend(row);
    const changes = exchange.amends.map(({ change }) => change);
    expect(changes).toStrictEqual([{ volume: '0.008', ...prices, deadlineMs }]);
    expect(await waits()).toBe(0);
  });
});

describe('the time of an amend', () => {
  it('that is too short for one more sending ends it, and nothing is asked for', async () => {
    const { row, ask, amend, exchange, store, clock, last, waits } = await changing();
    await ask(row, { price: '49000' }, { untilMs: clock.nowMs() + 4_500 });
    await amend(row);
    expect(exchange.amends).toEqual([]);
    expect(store.row(row).amended?.asked).toBeUndefined();
    expect(last()?.title).toBe('buy BTC/USD on main: not changed in time');
    expect(last()?.text).toMatch(/^Too little of its time was left to send it/);
    expect(await waits()).toBe(0);
  });

  it('is the deadline that Kraken is given, where it is the earlier one', async () => {
    const { row, ask, amend, exchange, clock } = await changing();
    const untilMs = clock.nowMs() + 4_501;
    await ask(row, { price: '49000' }, { untilMs });
    await amend(row);
    expect(exchange.amends.map(({ change }) => change.deadlineMs)).toEqual([untilMs]);
  });

  it('that is over after a copy got lost leaves the word to a look', async () => {
    const { row, ask, amend, exchange, clock, waits, whyWaits, last } = await changing();
    exchange.amendFates.push(NOT_MADE);
    await ask(row, { price: '49000' }, { untilMs: clock.nowMs() + 4_700 });
    await amend(row, clock.nowMs() + TWO_ROUNDS_MS);
    expect(exchange.amends).toHaveLength(1);
    expect(whyWaits()).toBe('too little of its time is left to send it again');
    expect(await waits()).toBe(1);
    await clock.sleep(120_000);
    await amend(row);
    expect(last()?.text).toMatch(/Kraken shows it without the change/);
  });
});

describe('a licence that is not given', () => {
  const refusing = async (answer: object) => {
    const all = await changing();
    all.store.orders.licenseAmend = () => Promise.resolve(answer as PrepareResult);
    await all.ask(all.row, { price: '49000' });
    await all.amend(all.row);
    expect(all.exchange.amends).toEqual([]);
    return all;
  };

  it.each(['lost', 'busy', 'lane-lost'])('as it is %s, is asked for again', async (kind) => {
    const { waits, whyWaits, last } = await refusing({ kind });
    expect(await waits()).toBe(1);
    expect(whyWaits()).toBe(`the licence was not given: ${kind}`);
    expect(last()?.title).toBe('buy BTC/USD on main: placed');
  });

  it.each([
    ['switched-off', /not changed, the kill switch is off$/, /^The kill switch is off\./],
    ['not-armed', /not changed$/, /^Account main is not armed: run npm run arm/i],
  ])('as the account is %s, ends it', async (kind, title, text) => {
    const { waits, last } = await refusing({ kind });
    expect(await waits()).toBe(0);
    expect(last()?.title).toMatch(title);
    expect(last()?.text).toMatch(text);
  });

  it('in words that nobody knows sends nothing and waits', async () => {
    const { waits, whyWaits } = await refusing({ kind: 'later' });
    expect(await waits()).toBe(1);
    expect(whyWaits()).toMatch(/unreachable case: "later"/);
  });

  it('as the day is full, ends it with the numbers of what it adds', async () => {
    const { row, ask, amend, exchange, last, why, waits } = await changing(LIMIT, {
      maxDaily: '600 USD',
    });
    await ask(row, { volume: '0.015' });
    await amend(row);
    expect(exchange.amends).toEqual([]);
    expect(await waits()).toBe(0);
    expect(why(row)).toMatch(/^amend refused: above-max-daily/);
    expect(last()?.text).toMatch(
      /account main come to 499\.\d+ USD, this one adds 242\.\d+ USD, .* 600 USD \(maxDaily\)/,
    );
  });

  it('after a copy got lost does not end it: a look tells what became of that', async () => {
    const { row, ask, amend, exchange, store, clock, waits, whyWaits, last } = await changing();
    exchange.amendFates.push(NOT_MADE);
    await ask(row, { price: '49000' });
    const sleep = clock.sleep.bind(clock);
    clock.sleep = (ms) => {
      store.setSwitch('main', 'all');
      return sleep(ms);
    };
    await amend(row);
    expect(exchange.amends).toHaveLength(1);
    expect(whyWaits()).toBe('the kill switch is off');
    expect(await waits()).toBe(1);
    await clock.sleep(120_000);
    await amend(row);
    expect(last()?.text).toMatch(/Kraken shows it without the change/);
  });
});

describe('the answer to an amend', () => {
  it('is in the log, with its order', async () => {
    const { row, ask, amend, log } = await changing();
    await ask(row, { price: '49000' });
    await amend(row);
    const of = { account: 'main', orderKey: row.orderKey };
    const reason = 'amend TFAKEA-AAAAA-BBBBBB';
    const why = `amend made: 0.01010101 at limit 49000: changed in place (${reason})`;
    expect(log.of('amend-answered')).toMatchObject([{ ...of, outcome: 'amended', reason }]);
    expect(log.of('amend-ended')).toMatchObject([{ ...of, kind: 'amended', why }]);
  });

  it.each<[AmendOutcome, string | RegExp]>([
    [{ kind: 'unknown', reason: 'HTTP 502' }, /^no clear answer: HTTP 502$/],
    [{ kind: 'not-reached', reason: 'ENOTFOUND' }, /^not sent: ENOTFOUND$/],
    [{ kind: 'strange', reason: 'new' } as never, /unreachable case: .*strange/],
  ])('%j settles nothing, and why it waits is told', async (told, why) => {
    const { row, ask, amend, exchange, store, waits, whyWaits } = await changing();
    const fate = { changed: false, told };
    exchange.amendFates.push(fate, fate, fate, fate);
    await ask(row, { price: '49000' });
    await amend(row);
    expect(await waits()).toBe(1);
    expect(whyWaits()).toMatch(why);
    expect(store.row(row).amended?.asked?.settledAtMs).toBeUndefined();
  });

  it.each([
    ['is written down', false, /^amend turned down \(EOrder:Insufficient funds\): whether a copy/],
    ['begins anew where somebody else moved the row', true, /^somebody else moved the row$/],
  ])('that turns down a later copy %s', async (_what, isLost, why) => {
    const { row, ask, amend, exchange, store, clock, waits, whyWaits } = await changing();
    const { dueAtMs } = store.row(row);
    const told = { kind: 'refused', reason: 'EOrder:Insufficient funds', trips: false } as const;
    exchange.amendFates.push(NOT_MADE, { changed: false, told });
    const note = store.orders.note.bind(store.orders);
    store.orders.note = async (of, change) => (isLost ? 'lost' : note(of, change));
    await ask(row, { price: '49000' });
    await amend(row, clock.nowMs() + TWO_ROUNDS_MS);
    expect(exchange.amends).toHaveLength(2);
    expect(whyWaits()).toMatch(why);
    expect(await waits()).toBe(1);
    // Whoever follows the order still finds it.
    expect(dueAtMs).toBeDefined();
    expect(store.row(row).dueAtMs).toBe(dueAtMs);
  });
});
