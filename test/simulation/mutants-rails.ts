/** Mutants. The rails and switches that PREPARE checks: age, caps, kill switches. */
import type { Guard } from './guard.ts';

const YEAR_MS = 365 * 24 * 3_600_000;

/** Each guard taken away, and within how many seeds from 1 it must be convicted. */
export const RAIL_MUTANTS: readonly Guard[] = [
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
    withinSeeds: 20,
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
    name: 'every order passes a switch that blocks entries',
    breaks: /while a switch blocks it/,
    withinSeeds: 20,
    against: ['kill switch flipped'],
    execute: (deps) => ({
      ...deps,
      orders: {
        ...deps.orders,
        prepare: (row, preparation) => {
          const decision = { ...preparation.decision, reducing: true };
          return deps.orders.prepare(row, { ...preparation, decision });
        },
      },
    }),
  },
  {
    name: 'PREPARE does not count for the daily cap',
    breaks: /counted in its day/,
    withinSeeds: 20,
    execute: (deps) => ({
      ...deps,
      orders: {
        ...deps.orders,
        prepare: (row, preparation) => {
          const { notional: _notional, ...risk } = preparation.risk;
          return deps.orders.prepare(row, { ...preparation, risk });
        },
      },
    }),
  },
  {
    name: 'the daily cap is checked without counting the order itself',
    breaks: /stays within its cap/,
    withinSeeds: 30,
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
    name: 'the hourly cap is not checked in PREPARE',
    breaks: /no more orders than its cap/,
    withinSeeds: 60,
    execute: (deps) => ({
      ...deps,
      orders: {
        ...deps.orders,
        prepare: (row, preparation) => {
          const count = { cap: Number.MAX_SAFE_INTEGER };
          const risk = { ...preparation.risk, count };
          return deps.orders.prepare(row, { ...preparation, risk });
        },
      },
    }),
  },
];
