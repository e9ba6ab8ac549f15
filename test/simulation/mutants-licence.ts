/** Mutants. The licence to send: who gets it, how often, and for which row. */
import type { Attempt } from '../../functions/core/order.ts';
import { PREPARED_STALE_MS } from '../../functions/core/protocol.ts';
import type { Guard } from './guard.ts';
import { forged, withExchange, withPrepare } from './mutant-wraps.ts';

const YEAR_MS = 365 * 24 * 3_600_000;

/** Each guard taken away, and within how many seeds from 1 it must be convicted. */
export const LICENCE_MUTANTS: readonly Guard[] = [
  {
    name: 'an unknown outcome is answered by sending again',
    breaks: /leaves once|nonce of its licence|licence is used once/,
    withinSeeds: 20,
    execute: (deps) =>
      withExchange(deps, (exchange, lane) => ({
        ...exchange,
        place: async (attempt, name) => {
          const outcome = await exchange.place(attempt, name);
          if (outcome.kind !== 'unknown') return outcome;
          return exchange.place({ ...attempt, nonce: lane.nextNonce() }, name);
        },
      })),
  },
  {
    name: 'a licence in progress runs out after 20 s, as idempotency helpers do it',
    breaks: /one order at most|unplaced is not at|leaves once|the row counts every send/,
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
    withinSeeds: 30,
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
    withinSeeds: 20,
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
    name: 'orders are sent without a deadline',
    breaks: /lane is held|unplaced is not at|every row ends/,
    withinSeeds: 30,
    against: ['order reaches the engine late'],
    execute: (deps) =>
      withExchange(deps, (exchange) => ({
        ...exchange,
        place: (attempt, name) =>
          exchange.place({ ...attempt, deadlineMs: attempt.deadlineMs + YEAR_MS }, name),
      })),
  },
  {
    name: 'a worker sends with the licence that another one left behind',
    breaks:
      /process that was licensed sends|licence is used once|confirmed licence|every row ends|every send/,
    withinSeeds: 30,
    against: ['crash after a call', 'message delivered twice'],
    focus: 'exchange.place',
    execute: (deps, { memory }) => {
      const found = (id: string): Attempt | undefined => memory.get(id) as Attempt | undefined;
      const sending = withExchange(deps, (exchange) => ({
        ...exchange,
        place: (attempt, name) => exchange.place(found(name.clientOrderId) ?? attempt, name),
      }));
      return {
        ...sending,
        orders: {
          ...deps.orders,
          read: async (ref) => {
            const row = await deps.orders.read(ref);
            if (row?.state !== 'prepared') return row;
            memory.set(row.clientOrderId, row.attempt);
            return { ...row, state: 'queued' };
          },
          prepare: async (row, preparation) => {
            const attempt = found(row.clientOrderId);
            if (attempt === undefined) return deps.orders.prepare(row, preparation);
            return forged(row, attempt);
          },
        },
      };
    },
  },
  {
    name: 'a nonce that is refused counts as refused before the engine',
    breaks: /one order at most|unplaced is not at/,
    withinSeeds: 30,
    against: ['order request repeated on the way', 'reads lag'],
    execute: (deps) =>
      withExchange(deps, (exchange) => ({
        ...exchange,
        place: async (attempt, name) => {
          const outcome = await exchange.place(attempt, name);
          const isNonce = outcome.kind === 'unknown' && /Invalid nonce/.test(outcome.reason);
          return isNonce ? { ...outcome, kind: 'refused-before-engine' } : outcome;
        },
      })),
  },
  {
    name: 'a row of a newer version is read as if it were of this one',
    breaks: /newer version is never licensed/,
    withinSeeds: 20,
    against: ['deployed in mid-flight', 'connection refused'],
    execute: (deps, { store }) => ({
      ...deps,
      orders: {
        ...deps.orders,
        read: (ref) =>
          deps.orders.read(ref).catch((error: unknown) => {
            if (/schema/.test(String(error))) return store.row(ref);
            throw error;
          }),
      },
    }),
  },
];
