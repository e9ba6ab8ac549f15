/** Mutants. Selling what an account holds after a halt: once for each wish, as exits, on record. */
import { FLATTEN_SOURCE } from '../../functions/core/halt/flatten-source.ts';
import type { OrderRow } from '../../functions/core/order.ts';
import type { Guard } from './guard.ts';

/** Each guard taken away, and within how many seeds from 1 it must be convicted. */
export const FLATTEN_MUTANTS: readonly Guard[] = [
  {
    name: 'the id of a sale depends on who carries the flatten out',
    breaks: /sells once for each wish/,
    withinSeeds: 40,
    flattens: true,
    against: ['crash after a call', 'message delivered twice'],
    switches: (ports, process) => ({
      ...ports,
      board: {
        ...ports.board,
        cancelAsked: async (account) => {
          const asked = await ports.board.cancelAsked(account);
          return asked?.flatten === true ? { ...asked, sales: process } : asked;
        },
      },
    }),
  },
  {
    name: 'a halt that is carried out again is a wish of its own',
    breaks: /sells once for each wish/,
    withinSeeds: 60,
    flattens: true,
    against: ['crash after a call', 'store call fails', 'message delivered twice'],
    switches: (ports) => ({
      ...ports,
      halts: {
        ...ports.halts,
        asked: async (source) => {
          const asked = await ports.halts.asked(source);
          if (asked === undefined) return undefined;
          return { ...asked, orders: asked.orders.map(({ sales: _name, ...rest }) => rest) };
        },
      },
    }),
  },
  {
    name: 'a sale of a flatten is an order like any other',
    breaks: /pass a switch that blocks entries alone|is an exit/,
    withinSeeds: 20,
    flattens: true,
    cancel: (deps) => ({
      ...deps,
      orders: {
        ...deps.orders,
        receive: (row, why, notice) => deps.orders.receive(likeAny(row), why, notice),
      },
    }),
  },
  {
    name: 'a flatten is done before its sales are recorded',
    breaks: /on record to be sold before a flatten is done/,
    withinSeeds: 20,
    flattens: true,
    switches: (ports, process) => ({
      ...ports,
      board: {
        ...ports.board,
        cancelAsked: async (account) => {
          const asked = await ports.board.cancelAsked(account);
          const isSold = asked?.flatten === true && process.startsWith('worker');
          if (isSold) await ports.board.cancelDone(account, asked, 'to be sold');
          return asked;
        },
      },
    }),
  },
];

function likeAny(row: OrderRow): OrderRow {
  if (row.signal.source !== FLATTEN_SOURCE) return row;
  const { reduceOnly: _only, marketPosition: _flat, ...signal } = row.signal;
  return { ...row, signal };
}
