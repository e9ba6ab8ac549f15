/**
 * What anybody may do to order rows, in any order: each command does it to the store and to the
 * model, and compares what the store says with what the model says.
 */
import fc from 'fast-check';
import { expect } from 'vitest';
import type { Notice } from '../../../functions/core/notices/notice.ts';
import {
  isWaiting,
  mayMove,
  ORDER_STATES,
  type OrderState,
} from '../../../functions/core/order-state.ts';
import type { OrderRow } from '../../../functions/core/order.ts';
import { AssertionError } from '../../../functions/core/result.ts';
import {
  agree,
  changing,
  laneOf,
  newRow,
  noticeOf,
  preparing,
  rowOf,
  target,
  type Real,
  type Wish,
} from './order-row.acts.ts';
import type { Asked, Blocks, Model, Version } from './order-row.model.ts';

type Command = fc.AsyncCommand<Model, Real>;

/** The rows that there may be. */
export const KEYS = ['0', '1', '2', '3'].map((digit) => digit.repeat(64));

/** The arbitrary lists of commands. */
export function orderRowCommands(): fc.Arbitrary<Iterable<Command>> {
  const key = fc.constantFrom(...KEYS);
  const age = fc.constantFrom(0, 0, 0, 0, 0, 0, 1, 2);
  // A choice of constants, unlike a small number, is drawn without a bias to its ends.
  const seldom = fc.constantFrom(...Array<boolean>(9).fill(false), true);
  const asked: fc.Arbitrary<Asked> = fc.record({
    ...{ age, isOtherBody: seldom, isLaneLost: seldom, reducing: fc.boolean() },
    add: fc.constantFrom(10, 10, 10, 10, 90, 90, 201),
  });
  const wish: fc.Arbitrary<Wish> = fc.record({
    to: fc.oneof(
      { weight: 3, arbitrary: fc.constantFrom(0, 1, 2, 3, 4, 5, 6) },
      { weight: 2, arbitrary: fc.constantFrom('queued' as const, 'unknown' as const) },
      { weight: 1, arbitrary: fc.constantFrom('note' as const, ...ORDER_STATES) },
    ),
    dueInMs: fc.option(fc.integer({ min: 0, max: 120_000 })),
    licence: fc.constantFrom('as it is' as const, 'given back' as const, 'second' as const),
  });
  const blocks = fc.constantFrom<NonNullable<Blocks>>('nothing', 'nothing', 'entries', 'all');
  const racer = fc.oneof(wish, asked);
  const rows = fc.oneof(
    { weight: 5, arbitrary: fc.tuple(key, asked).map((all) => prepare(...all)) },
    { weight: 4, arbitrary: fc.tuple(key, age, wish).map((all) => change(...all)) },
    { weight: 2, arbitrary: fc.tuple(key, racer, racer).map((all) => race(...all)) },
    {
      weight: 1,
      arbitrary: fc.tuple(key, fc.constantFrom('a', 'b')).map((all) => receive(...all)),
    },
  );
  const around = fc.oneof(
    fc.tuple(fc.constantFrom('global', 'account'), blocks).map((all) => flip(...all)),
    fc.constantFrom<'entries' | 'all'>('entries', 'entries', 'all').map((tripped) => trip(tripped)),
    fc.constantFrom(1_000, 1_000, 5_000, 5_000, 20_000, 61_000).map((ms) => wait(ms)),
  );
  return fc.commands([rows, rows, rows, rows, rows, around], { maxCommands: 30, size: 'max' });
}

/** Somebody receives a signal, the first time or again, with the same body or another. */
export function receive(key: string, body: string): Command {
  return named(
    `receive ${key[0]} ${body}`,
    () => true,
    async (model, real) => {
      const payloadHash = body.repeat(64);
      const row = { ...newRow(real, key, model.nowMs), payloadHash };
      const notice = noticeOf(real);
      const before = model.rows.get(key);
      const result = await real.store.orders.receive(row, 'received', notice);
      if (before !== undefined) {
        expect(result).toEqual(real.read.get(key)?.at(-1));
        return agree(model, real, key);
      }
      expect(result).toBe('created');
      const { expiresAtMs, dueAtMs } = row;
      const first: Version = { state: 'received', sends: 0, licences: 1, dueAtMs };
      model.rows.set(key, { payloadHash, expiresAtMs, versions: [first] });
      model.notices.add(notice.id);
      const written = await real.store.orders.read(row);
      expect({ ...written, auditHash: '' }).toEqual(row);
      if (written !== undefined) real.read.set(key, [written]);
      await agree(model, real, key);
    },
  );
}

function prepare(key: string, asked: Asked): Command {
  const isAsked = (model: Model): boolean => {
    const version = model.rows.get(key)?.versions.at(-1 - asked.age);
    return version !== undefined && version.sends < version.licences;
  };
  return named(`prepare ${key[0]} ${fc.stringify(asked)}`, isAsked, async (model, real) => {
    const row = model.rows.get(key);
    if (row === undefined) return;
    const expected = model.prepare(row, asked);
    const act = preparing(real, key, asked, await laneOf(real, asked.isLaneLost));
    const result = await act();
    expect(result.kind).toBe(expected);
    // A call whose answer got lost is made again, and is told what the first one did.
    if (result.kind === 'prepared') {
      expect(await act()).toEqual(result);
      won(model, real, key, { row: result.row, add: asked.add });
    }
    await agree(model, real, key);
  });
}

function change(key: string, age: number, wish: Wish): Command {
  const isThere = (model: Model): boolean =>
    model.rows.get(key)?.versions.at(-1 - age) !== undefined;
  return named(
    `change ${key[0]} of ${age} ago ${fc.stringify(wish)}`,
    isThere,
    async (model, real) => {
      const from = model.rows.get(key)?.versions.at(-1 - age);
      if (from === undefined) return;
      const { act, notice } = changing(real, key, age, wish);
      const to = target(wish, from.state);
      if (!mayBe(from.state, to)) {
        await expect(act()).rejects.toThrow(AssertionError);
      } else if (age > 0) {
        expect(await act()).toBe('lost');
      } else {
        const row = await act();
        expect(row).not.toBe('lost');
        expect(await act()).toEqual(row);
        if (row !== 'lost') won(model, real, key, { row, notice });
      }
      await agree(model, real, key);
    },
  );
}

/** Two holders of the newest version do what they want at the same time. */
function race(key: string, one: Wish | Asked, other: Wish | Asked): Command {
  const may = (newest: Version, wanted: Wish | Asked): boolean =>
    'add' in wanted
      ? isWaiting(newest.state) && newest.sends < newest.licences
      : mayBe(newest.state, target(wanted, newest.state));
  const isPossible = (model: Model): boolean => {
    const newest = model.rows.get(key)?.versions.at(-1);
    return newest !== undefined && may(newest, one) && may(newest, other);
  };
  return named(`race ${key[0]} ${fc.stringify([one, other])}`, isPossible, async (model, real) => {
    const row = model.rows.get(key);
    if (row === undefined) return;
    const lane = await laneOf(real, false);
    const racers = [one, other].map((wanted) => {
      if (!('add' in wanted)) {
        const { act, notice } = changing(real, key, 0, wanted);
        return { mayWin: true, act, won: { notice } };
      }
      const newest = { ...wanted, age: 0, isLaneLost: false };
      const mayWin = model.prepare(row, newest) === 'prepared';
      return { mayWin, act: preparing(real, key, newest, lane), won: { add: wanted.add } };
    });
    const results = await Promise.all(racers.map(({ act }) => act()));
    const winners = results.flatMap((result, at) => {
      const after = result === 'lost' ? undefined : 'kind' in result ? rowOf(result) : result;
      return after === undefined ? [] : [{ row: after, ...racers[at]?.won }];
    });
    expect(winners).toHaveLength(racers.some(({ mayWin }) => mayWin) ? 1 : 0);
    for (const winner of winners) won(model, real, key, winner);
    await agree(model, real, key);
  });
}

function flip(name: 'global' | 'account', blocks: NonNullable<Blocks>): Command {
  return named(`switch ${name} to ${blocks}`, always, async (model, real) => {
    await real.store.setSwitch(name === 'global' ? name : real.account, blocks, 'by the test');
    model.switches[name] = blocks;
  });
}

function trip(blocks: 'entries' | 'all'): Command {
  return named(`trip to ${blocks}`, always, async (model, real) => {
    await real.store.switches.trip(real.account, blocks, 'by the test');
    if (model.switches.account !== 'all') model.switches.account = blocks;
  });
}

function wait(ms: number): Command {
  return named(`wait ${ms} ms`, always, async (model, real) => {
    real.store.clock.advance(ms);
    model.nowMs += ms;
  });
}

function mayBe(from: OrderState, to: OrderState | 'note'): boolean {
  return to === 'note' || mayMove(from, to);
}

const always = (): boolean => true;

function named(name: string, check: Command['check'], run: Command['run']): Command {
  return { check: (model) => check(model), run, toString: () => name };
}

/** Somebody's write went through: so it is in the model. */
function won(
  model: Model,
  real: Real,
  key: string,
  written: { row: OrderRow; add?: number | undefined; notice?: Notice | undefined },
): void {
  const { state, sends, licences, dueAtMs } = written.row;
  const row = model.rows.get(key);
  if (row === undefined) return;
  if (written.add === undefined) row.versions.push({ state, sends, licences, dueAtMs });
  else model.prepared(row, written.add, dueAtMs);
  if (written.notice !== undefined) model.notices.add(written.notice.id);
  real.read.get(key)?.push(written.row);
}
