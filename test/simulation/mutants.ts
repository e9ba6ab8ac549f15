/**
 * Mutants: one guard of the protocol taken away at a time, by wrapping what a use case is given.
 * The simulator has to convict each; a guard whose loss nobody notices is not tested.
 */
import type { LaneLease } from '../../functions/core/ports.ts';
import { PREPARED_STALE_MS, SETTLE_MS } from '../../functions/core/protocol.ts';
import type { Mutant } from './experiment.ts';
import { forged, withExchange, withPrepare, withRow } from './mutant-wraps.ts';

const YEAR_MS = 365 * 24 * 3_600_000;

/** A mutant, the promises that may be the first to break, and within how many seeds from 1. */
export interface Guard extends Mutant {
  readonly breaks: RegExp;
  readonly withinSeeds: number;
}

/** Every mutant, and within how many seeds from 1 it must be convicted. */
export const MUTANTS: readonly Guard[] = [
  {
    name: 'an unknown outcome is answered by sending again',
    breaks: /leaves once|nonce of its licence|licence is used once/,
    withinSeeds: 20,
    execute: (deps) =>
      withExchange(deps, (exchange, lane) => ({
        ...exchange,
        place: async (attempt, clientOrderId) => {
          const outcome = await exchange.place(attempt, clientOrderId);
          if (outcome.kind !== 'unknown') return outcome;
          return exchange.place({ ...attempt, nonce: lane.nextNonce() }, clientOrderId);
        },
      })),
  },
  {
    name: 'a licence in progress runs out after 20 s, as idempotency helpers do it',
    breaks: /one order at most|unplaced is not at|leaves once/,
    withinSeeds: 30,
    against: ['order answer lost', 'delete acknowledgement lost'],
    execute: (deps) => ({
      ...deps,
      orders: {
        ...deps.orders,
        read: async (ref) => {
          const row = await deps.orders.read(ref);
          if (row?.attempt === undefined) return row;
          const isOpen = row.state === 'prepared' || row.state === 'unknown';
          if (!isOpen || deps.clock.nowMs() < row.attempt.preparedAtMs + PREPARED_STALE_MS) {
            return row;
          }
          const change = { why: 'in progress for too long', atMs: deps.clock.nowMs() };
          const set = { sends: row.sends - 1 };
          const moved = await deps.orders.move(row, 'queued', { ...change, set, dueAtMs: null });
          return moved === 'lost' ? row : moved;
        },
      },
    }),
  },
  {
    name: 'PREPARE that lost to another worker counts as a licence',
    breaks: /without a confirmed licence/,
    withinSeeds: 150,
    against: ['message delivered twice'],
    execute: (deps) =>
      withPrepare(deps, (row, attempt, result) =>
        result.kind === 'lost' ? forged(row, attempt) : result,
      ),
  },
  {
    name: 'PREPARE that threw counts as a licence',
    breaks: /without a confirmed licence/,
    withinSeeds: 20,
    against: ['store acknowledgement lost'],
    execute: (deps) => ({
      ...deps,
      orders: {
        ...deps.orders,
        prepare: (row, preparation) =>
          deps.orders.prepare(row, preparation).catch(() => forged(row, preparation.attempt)),
      },
    }),
  },
  {
    name: 'a further licence forgets earlier sends',
    breaks: /leaves once, twice at most|row counts every send/,
    withinSeeds: 60,
    against: ['order answered with trouble before placing'],
    reconcile: (deps) => ({
      ...deps,
      orders: {
        ...deps.orders,
        move: (row, to, change) =>
          to === 'queued'
            ? deps.orders.move(row, to, {
                ...change,
                set: { ...change.set, sends: 0, licences: 1 },
              })
            : deps.orders.move(row, to, change),
      },
    }),
  },
  {
    name: 'orders do not expire',
    breaks: /prepared after it expired/,
    withinSeeds: 20,
    execute: (deps, { memory }) => ({
      ...deps,
      orders: {
        ...deps.orders,
        read: async (ref) => {
          const row = await deps.orders.read(ref);
          if (row === undefined) return row;
          memory.set(row.orderKey, row.expiresAtMs);
          return { ...row, expiresAtMs: row.expiresAtMs + YEAR_MS };
        },
      },
    }),
    receive: (deps) => ({
      ...deps,
      orderLog: {
        ...deps.orderLog,
        receive: (row, why, notice) =>
          deps.orderLog.receive({ ...row, expiresAtMs: row.expiresAtMs + YEAR_MS }, why, notice),
      },
    }),
  },
  {
    name: 'PREPARE does not look at the kill switches',
    breaks: /while a switch blocks it/,
    withinSeeds: 60,
    against: ['kill switch flipped'],
    execute: (deps, { store }) => ({
      ...deps,
      orders: {
        ...deps.orders,
        prepare: async (row, preparation) => {
          const result = await deps.orders.prepare(row, preparation);
          if (result.kind !== 'switched-off') return result;
          for (const name of ['global', row.account]) store.setSwitch(name, 'nothing');
          return deps.orders.prepare(row, preparation);
        },
      },
    }),
  },
  {
    name: 'absence is believed before reads have settled',
    breaks: /unplaced is not at the exchange|one order at most/,
    withinSeeds: 60,
    against: ['order answer lost', 'reads lag', 'reconcile runs twice'],
    reconcile: (deps) => {
      let isAbsent = false;
      const looking = withExchange(deps, (exchange) => ({
        ...exchange,
        find: async (clientOrderId, sinceMs) => {
          const found = await exchange.find(clientOrderId, sinceMs);
          isAbsent = found.length === 0;
          return found;
        },
      }));
      return withRow(looking, (row, { deadlineMs, ...attempt }) => ({
        ...row,
        attempt: {
          ...attempt,
          // Only what follows from absence is brought forward.
          get deadlineMs() {
            return isAbsent ? deadlineMs - SETTLE_MS : deadlineMs;
          },
        },
      }));
    },
  },
  {
    name: 'one sweep proves absence',
    breaks: /unplaced is not at the exchange|one order at most/,
    withinSeeds: 60,
    against: ['order answer lost', 'reads lag', 'order flickers in reads'],
    reconcile: (deps) =>
      withRow(deps, (row, attempt) => ({
        ...row,
        absences: row.absences ?? [{ atMs: attempt.preparedAtMs, control: 'none' }],
      })),
  },
  {
    name: 'no positive control',
    breaks: /unplaced is not at the exchange|one order at most/,
    withinSeeds: 60,
    against: ['order answer lost'],
    reconcile: (deps) =>
      withExchange(
        { ...deps, tally: { ...deps.tally, lastPlaced: async () => undefined } },
        (exchange) => ({
          ...exchange,
          keyInfo: async () => ({ ...(await exchange.keyInfo()), seesAllTimes: true }),
        }),
      ),
  },
  {
    name: 'only open orders are looked at',
    breaks: /unplaced is not at the exchange|one order at most/,
    withinSeeds: 30,
    reconcile: (deps) =>
      withExchange(deps, (exchange) => ({
        ...exchange,
        find: async (clientOrderId, sinceMs) => {
          const found = await exchange.find(clientOrderId, sinceMs);
          return found.filter(({ status }) => status === 'open');
        },
        tradedOrders: async () => [],
      })),
  },
  {
    name: 'PREPARE does not look at the lane, and the lane is never busy',
    breaks: /holder of a lane|nonce/,
    withinSeeds: 100,
    execute: (deps, { memory }) => ({
      ...deps,
      lanes: {
        ...deps.lanes,
        take: async (keyId, owner) => {
          const lane = await deps.lanes.take(keyId, owner);
          if (typeof lane === 'object') memory.set(keyId, lane);
          const held = memory.get(keyId) as LaneLease | undefined;
          return lane === 'busy' && held !== undefined ? held : lane;
        },
      },
    }),
  },
  {
    name: 'a worker counts nonces from its clock in seconds instead of the lane',
    breaks: /no nonce is used twice|nonces of licences rise/,
    withinSeeds: 20,
    execute: (deps) => ({
      ...deps,
      lanes: {
        ...deps.lanes,
        take: async (keyId, owner) => {
          const lane = await deps.lanes.take(keyId, owner);
          if (typeof lane !== 'object') return lane;
          let next = Math.floor(deps.clock.nowMs() / 1_000) * 1_000_000;
          return { ...lane, nextNonce: () => String(next++) };
        },
      },
    }),
  },
  {
    name: 'the same id with another message passes for a repetition',
    breaks: /not answered 200/,
    withinSeeds: 20,
    against: ['id used for another message'],
    receive: (deps) => ({
      ...deps,
      orderLog: {
        ...deps.orderLog,
        receive: async (row, why, notice) => {
          const existing = await deps.orderLog.receive(row, why, notice);
          if (existing === 'created') return existing;
          return { ...existing, payloadHash: row.payloadHash };
        },
      },
    }),
  },
  {
    name: 'the signal is accepted when its row could not be stored',
    breaks: /answered 200 has a row/,
    withinSeeds: 20,
    against: ['store call fails'],
    receive: (deps) => ({
      ...deps,
      orderLog: {
        ...deps.orderLog,
        receive: (row, why, notice) =>
          deps.orderLog.receive(row, why, notice).catch(() => 'created' as const),
      },
    }),
  },
  {
    name: 'orders are sent without a deadline',
    breaks: /lane is held|unplaced is not at|every row ends/,
    withinSeeds: 30,
    against: ['order reaches the engine late'],
    execute: (deps) =>
      withExchange(deps, (exchange) => ({
        ...exchange,
        place: (attempt, clientOrderId) =>
          exchange.place({ ...attempt, deadlineMs: attempt.deadlineMs + YEAR_MS }, clientOrderId),
      })),
  },
  {
    name: 'the daily cap is checked without counting the order itself',
    breaks: /stays within its cap/,
    withinSeeds: 300,
    execute: (deps) => ({
      ...deps,
      orders: {
        ...deps.orders,
        prepare: (row, preparation) => {
          const { risk } = preparation;
          if (risk.notional === undefined) return deps.orders.prepare(row, preparation);
          const notional = { ...risk.notional, cap: `${risk.notional.cap}0` };
          return deps.orders.prepare(row, { ...preparation, risk: { ...risk, notional } });
        },
      },
    }),
  },
  {
    name: 'the answer of the exchange is not written down and not reconciled',
    breaks: /every row ends/,
    withinSeeds: 20,
    reconcile: (deps) => ({ ...deps, orders: { ...deps.orders, due: async () => [] } }),
  },
];
