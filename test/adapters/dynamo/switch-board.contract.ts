/** What halting and resuming rely on of the switch board, as one suite for every store. */
import { beforeAll, describe, expect, it } from 'vitest';
import type { Amend } from '../../../functions/core/execute/amends.ts';
import {
  EVERY_ACCOUNT,
  switchOf,
  type SwitchBoard,
  type SwitchTurn,
} from '../../../functions/core/halt/switch-board.ts';
import { sentenceNotice } from './switch-board-notice.ts';
import type { StoreUnderTest } from './store.contract.ts';

const HALT: SwitchTurn = { to: 'entries', why: 'a drill', by: 'ada', atMs: 1_000 };
const RESUME = { why: 'it is over', by: 'ada', atMs: 2_000 };

let names = 0;

/** Runs the suite against what `make` connects to. */
export function switchBoardContract(name: string, make: () => Promise<StoreUnderTest>): void {
  describe(name, () => {
    let store: StoreUnderTest;
    let board: SwitchBoard;
    beforeAll(async () => {
      store = await make();
      ({ board } = store);
    });
    const armed = async (): Promise<string> => {
      names += 1;
      await store.arm(`acc-${names}`);
      return `acc-${names}`;
    };
    const halted = async (account: string, turn: Partial<SwitchTurn> = {}) => {
      const scope = switchOf(account);
      expect(await board.turn(scope, await board.read(scope), { ...HALT, ...turn })).toBe('turned');
      const state = await board.read(scope);
      if (state === undefined) throw new Error('the switch is there');
      return { scope, state };
    };

    it('shows an armed switch, and none that was never armed', async () => {
      const state = await board.read(switchOf(await armed()));
      expect(state).toMatchObject({ blocks: 'nothing', why: 'armed', version: 0 });
      expect(await board.read(switchOf('nobody'))).toBeUndefined();
    });

    it('turns a switch, and orders see it at once', async () => {
      const account = await armed();
      const { state } = await halted(account);
      expect(state).toMatchObject({ blocks: 'entries', why: 'a drill', by: 'ada', atMs: 1_000 });
      expect(await store.switches.read(account)).toEqual({
        ...{ kind: 'off', blocks: 'entries', why: 'a drill' },
      });
    });

    it('turns a switch that was never armed, which then blocks', async () => {
      names += 1;
      const { state } = await halted(`acc-${names}`, { to: 'all' });
      expect(state).toMatchObject({ blocks: 'all', version: 1 });
    });

    it('turns it for one of two who saw it in the same position', async () => {
      const scope = switchOf(await armed());
      const was = await board.read(scope);
      const turns = ['first', 'second'].map((why) => board.turn(scope, was, { ...HALT, why }));
      expect((await Promise.all(turns)).sort()).toEqual(['lost', 'turned']);
      expect(await board.turn(scope, was, HALT)).toBe('lost');
    });

    it('writes who turned it, when and why, newest first, each linked to the one before', async () => {
      const account = await armed();
      await halted(account);
      await halted(account, { to: 'all', why: 'worse', by: 'source trend', atMs: 1_001 });
      const entries = (await board.entries(100)).filter(
        ({ scope }) => scope.kind === 'account' && scope.account === account,
      );
      expect(entries).toMatchObject([
        { from: 'entries', to: 'all', why: 'worse', by: 'source trend', atMs: 1_001 },
        { from: 'nothing', to: 'entries', why: 'a drill', by: 'ada', atMs: 1_000 },
      ]);
      expect(entries[0]?.previousHash).toBe(entries[1]?.hash);
      expect(entries[1]?.previousHash).toBe('');
      expect((await board.read(switchOf(account)))?.auditHash).toBe(entries[0]?.hash);
    });

    it("puts a rule's own trip on record too", async () => {
      const account = await armed();
      await store.switches.trip(account, 'entries', 'three failures');
      expect(await board.read(switchOf(account))).toMatchObject({ by: 'harpoon', version: 1 });
      expect(
        (await board.entries(1_000)).filter(({ why }) => why === 'three failures'),
      ).toHaveLength(1);
    });

    it('tells in the same step, once', async () => {
      const account = await armed();
      const scope = switchOf(account);
      const was = await board.read(scope);
      const notice = sentenceNotice(`halted-${account}`);
      expect(await board.turn(scope, was, { ...HALT, notice })).toBe('turned');
      const lost = sentenceNotice(`not-told-${account}`);
      expect(await board.turn(scope, was, { ...HALT, why: 'again', notice: lost })).toBe('lost');
      const waiting = await store.deliveries.due(Date.UTC(2200, 0, 1), 1_000);
      const ids = waiting.map((entry) => entry.notice.id);
      expect(ids).toContain(notice.id);
      expect(ids).not.toContain(lost.id);
    });

    it('resumes with the code that was offered, and uses it up', async () => {
      const { scope, state } = await halted(await armed());
      await board.offerResume(scope, { code: 'c0de', version: state.version, untilMs: 2_000 });
      expect(await board.resume(scope, state, { ...RESUME, code: 'c0de' })).toBe('turned');
      const on = await board.read(scope);
      expect(on).toMatchObject({ blocks: 'nothing', why: 'it is over' });
      if (on === undefined) throw new Error('the switch is there');
      expect(await board.turn(scope, on, HALT)).toBe('turned');
      const again = await board.read(scope);
      if (again === undefined) throw new Error('the switch is there');
      expect(await board.resume(scope, again, { ...RESUME, code: 'c0de' })).toBe('wrong-code');
    });

    it.each([
      ['another code', { code: 'other' }, 0],
      ['a code whose time is over', { atMs: 2_001 }, 0],
      ['a code for the switch as it was before', {}, -1],
    ])('does not resume with %s', async (_name, changes, older) => {
      const { scope, state } = await halted(await armed());
      const version = state.version + older;
      await board.offerResume(scope, { code: 'c0de', version, untilMs: 2_000 });
      const resumed = { ...RESUME, code: 'c0de', ...changes };
      expect(await board.resume(scope, state, resumed)).toBe('wrong-code');
      expect((await board.read(scope))?.blocks).toBe('entries');
    });

    it('does not resume without a code, nor what was turned meanwhile', async () => {
      const account = await armed();
      const { scope, state } = await halted(account);
      expect(await board.resume(scope, state, { ...RESUME, code: 'c0de' })).toBe('wrong-code');
      await board.offerResume(scope, { code: 'c0de', version: state.version, untilMs: 2_000 });
      await halted(account, { to: 'all' });
      expect(await board.resume(scope, state, { ...RESUME, code: 'c0de' })).toBe('lost');
      expect((await board.read(scope))?.blocks).toBe('all');
    });

    it('keeps the switch over all accounts apart', async () => {
      const account = await armed();
      const was = await board.read(EVERY_ACCOUNT);
      expect(await board.turn(EVERY_ACCOUNT, was, HALT)).toBe('turned');
      expect((await board.read(switchOf(account)))?.blocks).toBe('nothing');
      expect(await store.switches.read(account)).toMatchObject({ kind: 'off' });
      const now = await board.read(EVERY_ACCOUNT);
      expect(await board.turn(EVERY_ACCOUNT, now, { ...HALT, to: 'nothing' })).toBe('turned');
      expect(await store.switches.read(account)).toEqual({ kind: 'on' });
    });

    it('keeps what a source asked to halt, until all of it is done', async () => {
      const account = await armed();
      const order = { scopes: [switchOf(account)], level: 'entries', cancel: false } as const;
      const { halts } = store;
      expect(await halts.asked(account)).toBeUndefined();
      const first = await halts.ask(account, { ...order, why: 'one', by: 'ada' });
      expect(await halts.asked(account)).toEqual(first);
      const wider = { scopes: [EVERY_ACCOUNT], level: 'all', cancel: true } as const;
      const both = await halts.ask(account, { ...wider, why: 'two', by: 'bob' });
      expect(both.orders).toMatchObject([
        { ...order, why: 'one' },
        { ...wider, why: 'two' },
      ]);
      // A weaker wish takes nothing back.
      const weaker = {
        ...wider,
        level: 'entries',
        cancel: false,
        why: 'three',
        by: 'ada',
      } as const;
      const third = await halts.ask(account, weaker);
      expect(third.orders).toMatchObject([order, { ...wider, why: 'three' }]);
      await halts.done(account, both);
      expect(await halts.asked(account)).toEqual(third);
      await halts.done(account, third);
      expect(await halts.asked(account)).toBeUndefined();
      const anew = await halts.ask(account, { ...order, why: 'four', by: 'ada' });
      expect(anew).toMatchObject({ orders: [order], version: third.version + 1 });
    });

    it('loses no halt of several at once', async () => {
      const account = await armed();
      const asks = ['one', 'two', 'three'].map((name) =>
        store.halts.ask(account, {
          ...{ scopes: [switchOf(name)], level: 'entries', cancel: false, why: name, by: 'ada' },
        }),
      );
      await Promise.all(asks);
      expect((await store.halts.asked(account))?.orders).toHaveLength(3);
    });

    it('keeps the first recall of an order that waits, until it is done', async () => {
      const { recalls } = store;
      const account = await armed();
      const recall = (orderKey: string, askedAtMs: number) => ({
        ...{ account, orderKey, source: 'trend', signalId: 'entry-1', askedAtMs },
      });
      const [one, two] = [recall('a'.repeat(64), 2), recall('b'.repeat(64), 1)];
      const mine = async () =>
        (await recalls.waiting(1_000)).filter((each) => each.account === account);
      expect(await recalls.asked(one)).toBeUndefined();
      await recalls.ask(one);
      await recalls.ask(recall('a'.repeat(64), 9));
      await recalls.ask(two);
      expect(await recalls.asked(one)).toEqual(one);
      expect(await mine()).toEqual([two, one]);
      await recalls.done(one);
      await recalls.done(one);
      expect(await recalls.asked(one)).toBeUndefined();
      expect(await mine()).toEqual([two]);
      await recalls.ask(recall('a'.repeat(64), 9));
      expect(await recalls.asked(one)).toMatchObject({ askedAtMs: 9 });
    });

    it('keeps the newest amend of an order, also when it is done', async () => {
      const { amends } = store;
      const account = await armed();
      const amend = (firedAtMs: number, wish: Amend['wish'], hash = `m${firedAtMs}`): Amend => ({
        ...{ account, orderKey: 'c'.repeat(64), source: 'trend', signalId: 'entry-1', hash, wish },
        ...{ firedAtMs, askedAtMs: firedAtMs, untilMs: firedAtMs + 100 },
      });
      const mine = async () =>
        (await amends.waiting(1_000)).filter((each) => each.account === account);
      const first = amend(10, { volume: '1' });
      expect(await amends.asked(first)).toBeUndefined();
      expect(await amends.ask(first)).toBe('asked');
      expect(await amends.ask(first)).toBe('repeated');
      expect(await amends.ask(amend(10, { volume: '2' }, 'other'))).toBe('clash');
      expect(await amends.ask(amend(9, { volume: '3' }))).toBe('older');
      // One that still waits goes out with the newer one; what both say, the newer one says.
      expect(await amends.ask(amend(20, { price: '5' }))).toBe('asked');
      expect((await amends.asked(first))?.wish).toEqual({ volume: '1', price: '5' });
      expect(await mine()).toMatchObject([{ firedAtMs: 20, hash: 'm20' }]);
      // A worker that is done with the older one ends nothing.
      await amends.done(first);
      expect(await amends.asked(first)).toMatchObject({ firedAtMs: 20 });
      await amends.done(amend(20, {}));
      await amends.done(amend(20, {}));
      expect(await amends.asked(first)).toBeUndefined();
      expect(await mine()).toEqual([]);
      expect(await amends.ask(amend(20, { price: '5' }))).toBe('repeated');
      expect(await amends.ask(amend(19, { price: '4' }))).toBe('older');
      // What is done, or is too old to go out, is no part of the next one.
      expect(await amends.ask(amend(30, { volume: '4' }))).toBe('asked');
      expect((await amends.asked(first))?.wish).toEqual({ volume: '4' });
      await amends.ask(amend(200, { price: '6' }));
      expect((await amends.asked(first))?.wish).toEqual({ price: '6' });
    });

    it('lets a cancel that flattens take the place of one that does not, and not the reverse', async () => {
      const account = await armed();
      const plain = { askedAtMs: 1, why: 'a drill', by: 'ada' };
      const flat = { ...plain, askedAtMs: 2, flatten: true } as const;
      await board.askCancel(account, plain);
      await board.askCancel(account, flat);
      expect(await board.cancelAsked(account)).toEqual(flat);
      await board.askCancel(account, { ...plain, askedAtMs: 3 });
      await board.askCancel(account, { ...flat, askedAtMs: 4 });
      expect(await board.cancelAsked(account)).toEqual(flat);
      // The cancel that gave way ends nothing.
      await board.cancelDone(account, plain, 'done');
      expect(await board.cancelAsked(account)).toEqual(flat);
      await board.cancelDone(account, flat, 'done');
      expect(await board.cancelAsked(account)).toBeUndefined();
      await board.askCancel(account, { ...plain, askedAtMs: 5 });
      expect(await board.cancelAsked(account)).toEqual({ ...plain, askedAtMs: 5 });
    });

    it('ends no cancel that flattens by one of the same millisecond that did not', async () => {
      const account = await armed();
      const plain = { askedAtMs: 1, why: 'a drill', by: 'ada' };
      const flat = { ...plain, flatten: true, sales: '1-trend' } as const;
      await board.askCancel(account, plain);
      await board.askCancel(account, flat);
      await board.cancelDone(account, plain, 'done');
      expect(await board.cancelAsked(account)).toEqual(flat);
      await board.cancelDone(account, flat, 'done');
      expect(await board.cancelAsked(account)).toBeUndefined();
    });

    it('keeps the first cancel that waits, until it is done', async () => {
      const account = await armed();
      const first = { askedAtMs: 1, why: 'a drill', by: 'ada' };
      const second = { ...first, askedAtMs: 2 };
      expect(await board.cancelAsked(account)).toBeUndefined();
      await board.askCancel(account, first);
      await board.askCancel(account, second);
      expect(await board.cancelAsked(account)).toEqual(first);
      await board.cancelDone(account, second, 'not this one');
      expect(await board.cancelAsked(account)).toEqual(first);
      await board.cancelDone(account, first, '2 cancelled');
      expect(await board.cancelAsked(account)).toBeUndefined();
      await board.askCancel(account, second);
      expect(await board.cancelAsked(account)).toEqual(second);
    });
  });
}
