/**
 * What the use cases rely on of the store, as one suite for every store: the one in memory that
 * their tests use, DynamoDB embedded, and AWS's own DynamoDB Local.
 */
import { beforeAll, describe, expect, it } from 'vitest';
import { brokenLink } from '../../../functions/core/audit.ts';
import { bookOf } from '../../../functions/core/book.ts';
import { decimal, plain } from '../../../functions/core/decimal.ts';
import type { Notice } from '../../../functions/core/notices/notice.ts';
import type { DeliveryLog } from '../../../functions/core/notifications/ports.ts';
import { ORDER_STATES } from '../../../functions/core/order-state.ts';
import type { AuditEntry, OrderRef, OrderRow } from '../../../functions/core/order.ts';
import type {
  Books,
  LaneLease,
  Lanes,
  OrderLog,
  Outbox,
  Preparation,
  RiskClaim,
  Switches,
  Tally,
} from '../../../functions/core/ports.ts';
import type { BookHold } from '../../../functions/core/book.ts';
import { LANE_MS } from '../../../functions/core/protocol.ts';
import type { HaltRequests } from '../../../functions/core/halt/halt-requests.ts';
import type { RiskCounts } from '../../../functions/core/receive/preview-order.ts';
import type { Amends } from '../../../functions/core/execute/amends.ts';
import type { Recalls } from '../../../functions/core/execute/recalls.ts';
import type { SwitchBoard } from '../../../functions/core/halt/switch-board.ts';
import type { FakeClock } from '../../fakes/clock.ts';

/** A store under test. */
export interface StoreUnderTest {
  readonly clock: FakeClock;
  readonly orders: OrderLog;
  readonly books: Books;
  readonly lanes: Lanes;
  readonly switches: Switches;
  readonly board: SwitchBoard;
  readonly halts: HaltRequests;
  readonly recalls: Recalls;
  readonly amends: Amends;
  readonly tally: Tally;
  readonly outbox: Outbox;
  readonly deliveries: DeliveryLog;
  readonly counts: RiskCounts;
  arm(account: string, ...keyIds: string[]): Promise<void>;
  /** `global`: the switch over all accounts. */
  setSwitch(account: string, blocks: 'nothing' | 'entries' | 'all', why: string): Promise<void>;
  audit(ref: OrderRef): Promise<readonly AuditEntry[]>;
}

/** Later than anything waits. */
const LATE_MS = Date.UTC(2200, 0, 1);

let names = 0;

/** Runs the suite against what `make` connects to. */
export function storeContract(name: string, make: () => Promise<StoreUnderTest>): void {
  describe(name, () => {
    let store: StoreUnderTest;
    beforeAll(async () => {
      store = await make();
    });

    const fresh = async (): Promise<{ row: OrderRow; lane: LaneLease; account: string }> => {
      names += 1;
      const account = `acc-${names}`;
      await store.arm(account, `key-${names}`);
      const lane = await store.lanes.take(`key-${names}`, `owner-${names}`);
      if (typeof lane === 'string') throw new Error(lane);
      return { account, lane, row: await received(account) };
    };
    const received = async (account: string): Promise<OrderRow> => {
      names += 1;
      const row = newRow(account, names, store.clock.nowMs());
      expect(await store.orders.receive(row, 'received')).toBe('created');
      return reread(row);
    };
    const reread = async (ref: OrderRef): Promise<OrderRow> => {
      const row = await store.orders.read(ref);
      if (row === undefined) throw new Error('the row is there');
      return row;
    };
    const preparation = (
      row: OrderRow,
      lane: LaneLease,
      changes: {
        risk?: Partial<RiskClaim>;
        reducing?: boolean;
        token?: string;
        book?: Omit<BookHold, 'ref'>;
      } = {},
    ): Preparation => {
      const atMs = store.clock.nowMs();
      return {
        attempt: {
          token: changes.token ?? `token-${row.orderKey}`,
          nonce: lane.nextNonce(),
          deadlineMs: atMs + 10_000,
          preparedAtMs: atMs,
          order: { pair: 'XBTUSD', side: 'buy', type: 'market', volume: '0.01' },
          keyId: lane.keyId,
          fence: lane.fence,
          validate: false,
        },
        decision: {
          pair: 'BTC/USD',
          pairReason: 'by the test',
          steps: [{ step: 'size', value: '0.01' }],
          notional: '500',
          atPrice: '50000',
          reducing: changes.reducing ?? false,
        },
        lane,
        dueAtMs: atMs + 20_000,
        risk: { atMs, ...changes.risk },
        book: {
          ref: bookOf(row, { pair: 'BTC/USD', keyId: lane.keyId, validate: false }),
          ...changes.book,
        },
      };
    };

    describe('a row', () => {
      it('is written once: the second writer gets the first row back', async () => {
        const { row } = await fresh();
        const again = await store.orders.receive({ ...row, payloadHash: 'b'.repeat(64) }, 'again');
        expect(again).toMatchObject({ payloadHash: row.payloadHash, version: 1 });
      });

      it('is written once by fifty writers at the same time', async () => {
        const row = newRow('acc-race', 0, store.clock.nowMs());
        const results = await Promise.all(
          Array.from({ length: 50 }, () => store.orders.receive(row, 'received')),
        );
        expect(results.filter((result) => result === 'created')).toHaveLength(1);
      });

      it('comes back as it was written', async () => {
        const { row } = await fresh();
        const { auditHash, ...rest } = row;
        expect(auditHash).toMatch(/^[0-9a-f]{64}$/);
        expect(rest).toEqual({ ...newRowLike(row) });
      });

      it('that does not exist is undefined', async () => {
        expect(await store.orders.read({ account: 'nobody', orderKey: '0' })).toBeUndefined();
      });

      it('changes for one of two who read the same version', async () => {
        const { row } = await fresh();
        const change = { why: 'test', atMs: store.clock.nowMs(), dueAtMs: null };
        const results = await Promise.all([
          store.orders.move(row, 'expired', change),
          store.orders.move(row, 'rejected', change),
        ]);
        expect(results.filter((result) => result === 'lost')).toHaveLength(1);
        expect((await reread(row)).version).toBe(2);
      });

      it('cannot be moved along an edge that the table does not have', async () => {
        const { row } = await fresh();
        const change = { why: 'test', atMs: 0, dueAtMs: null };
        await expect(store.orders.move(row, 'placed', change)).rejects.toThrow(
          'received to placed',
        );
        expect((await reread(row)).state).toBe('received');
        expect(ORDER_STATES).toContain('placed');
      });

      it('has an audit chain that verifies', async () => {
        const { row, lane } = await fresh();
        const prepared = await store.orders.prepare(row, preparation(row, lane));
        if (prepared.kind !== 'prepared') throw new Error(prepared.kind);
        const change = { why: 'lost', atMs: store.clock.nowMs(), dueAtMs: 5 };
        const unknown = await store.orders.move(prepared.row, 'unknown', change);
        if (unknown === 'lost') throw new Error('lost');
        await store.orders.note(unknown, { why: 'looked', atMs: store.clock.nowMs(), dueAtMs: 6 });
        const now = await reread(row);
        const audit = await store.audit(row);
        expect(audit.map(({ to }) => to)).toEqual(['received', 'prepared', 'unknown', 'unknown']);
        expect(brokenLink(audit, now.auditHash)).toBeUndefined();
        expect(brokenLink(audit.slice(1), now.auditHash)).toContain('missing');
      });
    });

    describe('PREPARE', () => {
      it('licenses one of twenty workers that hold the same row', async () => {
        const { row, lane } = await fresh();
        const results = await Promise.all(
          Array.from({ length: 20 }, (_, at) =>
            store.orders.prepare(row, preparation(row, lane, { token: `worker-${at}` })),
          ),
        );
        expect(results.filter(({ kind }) => kind === 'prepared')).toHaveLength(1);
        for (const { kind } of results) expect(['prepared', 'lost', 'busy']).toContain(kind);
      });

      it('does not license a row that used up its licences', async () => {
        const { row, lane } = await fresh();
        const first = await store.orders.prepare(row, preparation(row, lane));
        if (first.kind !== 'prepared') throw new Error(first.kind);
        expect(first.row).toMatchObject({ state: 'prepared', sends: 1, version: 2 });
        expect(await reread(row)).toEqual(first.row);
        const second = await store.orders.prepare(row, preparation(row, lane, { token: 'other' }));
        expect(second.kind).toBe('lost');
      });

      it('does not license an expired row', async () => {
        const { lane, account } = await fresh();
        names += 1;
        const nowMs = store.clock.nowMs();
        const expired = { ...newRow(account, names, nowMs), expiresAtMs: nowMs };
        await store.orders.receive(expired, 'received');
        const row = await reread(expired);
        expect((await store.orders.prepare(row, preparation(row, lane))).kind).toBe('lost');
      });

      it('does not license a row whose signal is another than the one that was read', async () => {
        const { row, lane } = await fresh();
        const other = { ...row, payloadHash: 'c'.repeat(64) };
        expect((await store.orders.prepare(other, preparation(other, lane))).kind).toBe('lost');
      });

      it.each([
        ['nothing', false, 'prepared'],
        ['nothing', true, 'prepared'],
        ['entries', false, 'switched-off'],
        ['entries', true, 'prepared'],
        ['all', false, 'switched-off'],
        ['all', true, 'switched-off'],
      ] as const)(
        'with a switch that blocks %s and reducing=%s says %s',
        async (blocks, reducing, kind) => {
          const { row, lane, account } = await fresh();
          await store.setSwitch(account, blocks, 'test');
          expect((await store.orders.prepare(row, preparation(row, lane, { reducing }))).kind).toBe(
            kind,
          );
        },
      );

      it('fails closed for an account that was never armed', async () => {
        const { lane } = await fresh();
        const row = await received('never-armed');
        expect((await store.orders.prepare(row, preparation(row, lane))).kind).toBe('not-armed');
      });

      it('of an amend is given for a placed order, once for each version of its row', async () => {
        const { row, lane, account } = await fresh();
        const placed = await store.orders.prepare(row, preparation(row, lane)).then((prepared) => {
          if (prepared.kind !== 'prepared') throw new Error(prepared.kind);
          const change = { why: 'placed', atMs: store.clock.nowMs(), dueAtMs: null };
          return store.orders.move(prepared.row, 'placed', change);
        });
        if (placed === 'lost') throw new Error('it is placed');
        const atMs = store.clock.nowMs();
        const order = {
          pair: 'XBTUSD',
          side: 'buy',
          type: 'limit',
          volume: '1',
          price: '2',
        } as const;
        const asked = { firedAtMs: 1, hash: 'h', order, before: order, adds: true };
        const licence = {
          ...{ asked: { ...asked, licensedAtMs: atMs, deadlineMs: atMs + 10_000 }, lane, atMs },
          ...{ why: 'amend asked for', reducing: false, risk: { atMs } },
        };
        await store.setSwitch(account, 'entries', 'by the test');
        expect(await store.orders.licenseAmend(placed, licence)).toEqual({ kind: 'switched-off' });
        const reducing = { ...licence, reducing: true };
        await store.setSwitch(account, 'all', 'by the test');
        expect(await store.orders.licenseAmend(placed, reducing)).toEqual({ kind: 'switched-off' });
        await store.setSwitch(account, 'nothing', 'by the test');
        const notional = { add: '3', cap: '2' };
        const tooMuch = { ...licence, risk: { atMs, notional } };
        expect((await store.orders.licenseAmend(placed, tooMuch)).kind).toBe('daily-cap');
        const counted = { ...licence, risk: { atMs, notional: { add: '2', cap: '2' } } };
        const first = await store.orders.licenseAmend(placed, counted);
        if (first.kind !== 'prepared') throw new Error(first.kind);
        expect(first.row).toEqual(await reread(row));
        expect(first.row).toMatchObject({ state: 'placed', amended: { asked: counted.asked } });
        expect((await store.audit(row)).at(-1)).toMatchObject({ why: 'amend asked for' });
        // Another change of the same row, by somebody who saw it before, and one that is full.
        const other = { ...licence, why: 'another amend' };
        expect((await store.orders.licenseAmend(placed, other)).kind).toBe('lost');
        expect((await store.orders.licenseAmend(first.row, counted)).kind).toBe('daily-cap');
        await store.lanes.release(lane);
        expect((await store.orders.licenseAmend(first.row, reducing)).kind).toBe('lane-lost');
      });

      it('fails for a holder whose lane was taken over', async () => {
        const { row, lane } = await fresh();
        store.clock.advance(LANE_MS + 1);
        const next = await store.lanes.take(lane.keyId, 'somebody else');
        expect(next).toMatchObject({ fence: lane.fence + 1 });
        const kept = { ...row, expiresAtMs: row.expiresAtMs };
        expect((await store.orders.prepare(kept, preparation(kept, lane))).kind).toBe('lane-lost');
      });

      it('fails for an older hold of the same holder, whose nonces are below the newer ones', async () => {
        const { row, lane } = await fresh();
        const newer = await store.lanes.take(lane.keyId, lane.owner);
        expect(newer).toMatchObject({ owner: lane.owner, fence: lane.fence + 1 });
        expect((await store.orders.prepare(row, preparation(row, lane))).kind).toBe('lane-lost');
      });

      it('fails for a holder whose lane is about to run out', async () => {
        const { row, lane } = await fresh();
        store.clock.advance(LANE_MS - 5_000);
        expect((await store.orders.prepare(row, preparation(row, lane))).kind).toBe('lane-lost');
      });

      it('never lets the sum of a day exceed its cap, exactly', async () => {
        const { row, lane, account } = await fresh();
        const risk = { notional: { add: '33.34', cap: '100' } };
        const kinds: string[] = [];
        for (const one of [row, await received(account), await received(account)]) {
          kinds.push((await store.orders.prepare(one, preparation(one, lane, { risk }))).kind);
        }
        expect(kinds).toEqual(['prepared', 'prepared', 'daily-cap']);
        const last = await received(account);
        const rest = { notional: { add: '33.32', cap: '100' } };
        const fits = await store.orders.prepare(last, preparation(last, lane, { risk: rest }));
        expect(fits.kind).toBe('prepared');
        const more = await received(account);
        const full = await store.orders.prepare(more, preparation(more, lane, { risk: rest }));
        expect(full).toEqual({ kind: 'daily-cap', counted: '100' });
      });

      it('keeps a cooldown between two orders of a source, for each source and account', async () => {
        const { row, lane, account } = await fresh();
        const elsewhere = await fresh();
        const risk = { cooldown: { source: 'trend', ms: 1_000 } };
        const ask = async (cooldown = risk.cooldown): Promise<unknown> => {
          const next = await received(account);
          const { row: _row, ...result } = {
            row: undefined,
            ...(await store.orders.prepare(next, preparation(next, lane, { risk: { cooldown } }))),
          };
          return result;
        };
        const openedAtMs = store.clock.nowMs();
        const first = await store.orders.prepare(row, preparation(row, lane, { risk }));
        expect(first.kind).toBe('prepared');
        store.clock.advance(999);
        expect(await ask()).toEqual({ kind: 'cooling-down', openedAtMs });
        expect(await ask({ source: 'other', ms: 1_000 })).toEqual({ kind: 'prepared' });
        const there = preparation(elsewhere.row, elsewhere.lane, { risk });
        expect((await store.orders.prepare(elsewhere.row, there)).kind).toBe('prepared');
        store.clock.advance(1);
        expect(await ask()).toEqual({ kind: 'prepared' });
        // It is the newest order that counts, not the first.
        expect(await ask()).toEqual({ kind: 'cooling-down', openedAtMs: openedAtMs + 1_000 });
      });

      it('lets one of two at the same time pass a cooldown', async () => {
        const { row, lane, account } = await fresh();
        const rows = [row, await received(account)];
        const risk = { cooldown: { source: 'trend', ms: 1_000 } };
        const results = await Promise.all(
          rows.map((one) => store.orders.prepare(one, preparation(one, lane, { risk }))),
        );
        expect(results.filter(({ kind }) => kind === 'prepared')).toHaveLength(1);
      });

      it('begins no cooldown for an order that got no licence', async () => {
        const { row, lane, account } = await fresh();
        const cooldown = { source: 'trend', ms: 1_000 };
        const risk = { cooldown, notional: { add: '2', cap: '1' } };
        expect((await store.orders.prepare(row, preparation(row, lane, { risk }))).kind).toBe(
          'daily-cap',
        );
        await store.setSwitch(account, 'entries', 'by the test');
        expect(
          (await store.orders.prepare(row, preparation(row, lane, { risk: { cooldown } }))).kind,
        ).toBe('switched-off');
        await store.setSwitch(account, 'nothing', 'by the test');
        expect(
          (await store.orders.prepare(row, preparation(row, lane, { risk: { cooldown } }))).kind,
        ).toBe('prepared');
      });

      it('refuses an order that alone exceeds the cap of a day', async () => {
        const { row, lane } = await fresh();
        const risk = { notional: { add: '100.01', cap: '100' } };
        expect((await store.orders.prepare(row, preparation(row, lane, { risk }))).kind).toBe(
          'daily-cap',
        );
      });

      it('counts the orders of an hour', async () => {
        const { row, lane, account } = await fresh();
        const risk = { count: { cap: 1 } };
        expect((await store.orders.prepare(row, preparation(row, lane, { risk }))).kind).toBe(
          'prepared',
        );
        const second = await received(account);
        const refused = await store.orders.prepare(second, preparation(second, lane, { risk }));
        expect(refused.kind).toBe('hourly-cap');
        expect((await reread(second)).state).toBe('received');
      });

      it('counts in a way that somebody who only looks can read, exactly', async () => {
        const { row, lane, account } = await fresh();
        const at = { atMs: store.clock.nowMs(), source: 'trend' };
        const looked = async (more: Partial<typeof at> = {}) => {
          const { notional, ...rest } = await store.counts.counted(account, { ...at, ...more });
          return { notional: plain(notional), ...rest };
        };
        const none = { notional: '0', orders: 0 };
        expect(await looked()).toEqual(none);
        const risk = {
          notional: { add: '9007199254740993.12345678', cap: '90071992547409930' },
          ...{ count: { cap: 5 }, cooldown: { source: 'trend', ms: 1_000 } },
        };
        const first = await store.orders.prepare(row, preparation(row, lane, { risk }));
        expect(first.kind).toBe('prepared');
        const openedAtMs = at.atMs;
        const one = { notional: '9007199254740993.12345678', orders: 1, openedAtMs };
        expect(await looked()).toEqual(one);
        expect(await looked({ source: 'other' })).toEqual({ ...one, openedAtMs: undefined });
        expect(await looked({ atMs: at.atMs + 86_400_000 })).toEqual({ ...none, openedAtMs });
      });
    });

    describe('a lane', () => {
      it('has one holder, and nonces that rise from holder to holder', async () => {
        const { lane } = await fresh();
        const last = [lane.nextNonce(), lane.nextNonce()].map(BigInt);
        expect(last[1]).toBe((last[0] ?? 0n) + 1n);
        expect(await store.lanes.take(lane.keyId, 'another')).toBe('busy');
        await store.lanes.release(lane);
        store.clock.advance(1);
        const next = await store.lanes.take(lane.keyId, 'another');
        if (typeof next === 'string') throw new Error(next);
        expect(BigInt(next.nextNonce())).toBeGreaterThan(last[1] ?? 0n);
      });

      it('gives rising nonces also when the clock stands still or goes back', async () => {
        const { lane } = await fresh();
        const nonces: bigint[] = [BigInt(lane.nextNonce())];
        for (const step of [0, -5_000, 0, -60_000]) {
          store.clock.advance(step);
          const again = await store.lanes.take(lane.keyId, lane.owner);
          if (typeof again === 'string') throw new Error(again);
          nonces.push(BigInt(again.nextNonce()));
        }
        store.clock.advance(65_000);
        expect(nonces).toEqual([...nonces].sort((a, b) => (a < b ? -1 : 1)));
        expect(new Set(nonces).size).toBe(nonces.length);
      });

      it('runs out by itself', async () => {
        const { lane } = await fresh();
        store.clock.advance(LANE_MS + 1);
        expect(await store.lanes.take(lane.keyId, 'another')).toMatchObject({ owner: 'another' });
      });

      it('released late takes nothing from its next holder', async () => {
        const { lane } = await fresh();
        store.clock.advance(LANE_MS + 1);
        await store.lanes.take(lane.keyId, 'another');
        await store.lanes.release(lane);
        expect(await store.lanes.take(lane.keyId, 'a third')).toBe('busy');
      });

      it('of a key that was never armed is closed', async () => {
        expect(await store.lanes.take('no-such-key', 'anybody')).toBe('not-armed');
      });

      it('refuses to give out more nonces than were reserved', async () => {
        const { lane } = await fresh();
        expect(() => {
          for (let at = 0; at < 1_000; at += 1) lane.nextNonce();
        }).toThrow('reserved');
      });
    });

    describe('switches', () => {
      it('read as not armed until they are written', async () => {
        expect(await store.switches.read('nobody-armed-me')).toEqual({ kind: 'not-armed' });
      });

      it('trip and never loosen a switch that blocks more', async () => {
        const { account } = await fresh();
        expect(await store.switches.read(account)).toEqual({ kind: 'on' });
        await store.switches.trip(account, 'entries', 'first');
        expect(await store.switches.read(account)).toMatchObject({
          blocks: 'entries',
          why: 'first',
        });
        await store.switches.trip(account, 'all', 'second');
        await store.switches.trip(account, 'entries', 'third');
        expect(await store.switches.read(account)).toMatchObject({ blocks: 'all', why: 'second' });
      });
    });

    describe('due rows', () => {
      it('come oldest first, and leave the list when they are final', async () => {
        const { row } = await fresh();
        const { dueAtMs = 0 } = row;
        const isDue = async (atMs: number): Promise<boolean> =>
          (await store.orders.due(atMs, 10_000)).some(({ orderKey }) => orderKey === row.orderKey);
        expect(await isDue(dueAtMs - 1)).toBe(false);
        expect(await isDue(dueAtMs)).toBe(true);
        await store.orders.move(row, 'expired', { why: 'old', atMs: 0, dueAtMs: null });
        expect(await isDue(dueAtMs + 1)).toBe(false);
      });
    });

    describe('the outbox', () => {
      const notice = (id: string): Notice => ({
        id,
        atMs: 1,
        urgency: 'info',
        channels: [],
        title: 'title',
        text: 'text',
      });
      const waiting = async (): Promise<string[]> =>
        (await store.deliveries.due(LATE_MS, 1_000)).map(({ notice }) => notice.id);

      it('holds a notice once, until it is delivered', async () => {
        await store.outbox.put(notice('twice'));
        await store.outbox.put({ ...notice('twice'), title: 'other' });
        expect((await waiting()).filter((id) => id === 'twice')).toHaveLength(1);
        const due = await store.deliveries.due(LATE_MS, 1_000);
        const entry = due.find((one) => one.notice.id === 'twice');
        if (entry === undefined) throw new Error('it waits');
        const delivered = { state: 'delivered', attempts: 1, dueAtMs: 2, atMs: 2 } as const;
        await store.deliveries.record(entry, [{ channel: 'ops', ...delivered }]);
        expect(await waiting()).not.toContain('twice');
        await store.outbox.put(notice('twice'));
        expect(await waiting()).not.toContain('twice');
      });

      it('gets the notice of a move together with the move, or not at all', async () => {
        const { row } = await fresh();
        const change = { why: 'x', atMs: 1, dueAtMs: null };
        await store.orders.move(row, 'expired', { ...change, notice: notice('won') });
        await store.orders.move(row, 'expired', { ...change, notice: notice('lost') });
        expect(await waiting()).toContain('won');
        expect(await waiting()).not.toContain('lost');
      });
    });

    it('the tally counts failures in a row and keeps the equity of the day', async () => {
      const { account } = await fresh();
      expect(await store.tally.failed(account)).toBe(1);
      expect(await store.tally.failed(account)).toBe(2);
      expect(await store.tally.lastPlaced(account)).toBeUndefined();
      await store.tally.placed(account, 'OAAAAA-BBBBB-CCCCCC');
      expect(await store.tally.failed(account)).toBe(1);
      expect(await store.tally.lastPlaced(account)).toBe('OAAAAA-BBBBB-CCCCCC');
      const day = Date.UTC(2026, 0, 2, 23);
      expect(await store.tally.equityAtDayStart(account, day)).toBeUndefined();
      await store.tally.recordEquity(account, day, decimal('0.1000000000000000055'));
      await store.tally.recordEquity(account, day, decimal('7'));
      const kept = await store.tally.equityAtDayStart(account, day);
      expect(kept && plain(kept)).toBe('0.1000000000000000055');
    });
  });
}

function newRow(account: string, at: number, nowMs: number): OrderRow {
  return {
    schema: 1,
    account,
    orderKey: String(at).padStart(64, '0'),
    state: 'received',
    version: 1,
    clientOrderId: '00000000-0000-5000-8000-000000000000',
    payloadHash: 'a'.repeat(64),
    signal: {
      id: `signal-${at}`,
      source: 'trend',
      sentAtMs: nowMs,
      symbol: 'BTC/USD',
      action: 'buy',
      type: 'market',
      comment: 'ünïcödé <!channel>',
      unknown: { a: '1.10' },
    },
    receivedAtMs: nowMs,
    expiresAtMs: nowMs + 60_000,
    sends: 0,
    licences: 1,
    dueAtMs: nowMs + 20_000,
    auditHash: '',
  };
}

function newRowLike(row: OrderRow): Omit<OrderRow, 'auditHash'> {
  const { auditHash: _hash, ...rest } = newRow(row.account, Number(row.orderKey), row.receivedAtMs);
  return rest;
}
