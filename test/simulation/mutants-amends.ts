/** Mutants. Changes to orders: licensed, counted, stopped, looked up, and never forgotten. */
import type { AmendLicence, OrderChange } from '../../functions/core/amending.ts';
import type { OrderDeps } from '../../functions/core/execute/order-deps.ts';
import type { Guard } from './guard.ts';
import { withExchange } from './mutant-wraps.ts';

/** Each guard taken away, and within how many seeds from 1 it must be convicted. */
export const AMEND_MUTANTS: readonly Guard[] = [
  {
    name: 'an amend leaves without its licence',
    breaks: /leaves without a licence of its own/,
    withinSeeds: 10,
    amends: true,
    execute: (deps) => ({
      ...deps,
      orders: {
        ...deps.orders,
        licenseAmend: async (row, { asked }) => ({
          kind: 'prepared',
          row: { ...row, amended: { ...row.amended, asked } },
        }),
      },
    }),
  },
  {
    name: 'an amend does not say post-only again',
    breaks: /leaves as it was licensed/,
    withinSeeds: 20,
    amends: true,
    execute: (deps) => withAmend(deps, ({ postOnly: _dropped, ...change }) => change),
  },
  {
    name: 'an amend may arrive a minute after its licence',
    breaks: /leaves as it was licensed/,
    withinSeeds: 10,
    amends: true,
    execute: (deps) =>
      withAmend(deps, (change) => ({ ...change, deadlineMs: change.deadlineMs + 60_000 })),
  },
  {
    name: 'every amend passes a switch that blocks entries',
    breaks: /licensed while a switch blocks it/,
    withinSeeds: 40,
    amends: true,
    execute: (deps) => withLicence(deps, (licence) => ({ ...licence, reducing: true })),
  },
  {
    name: 'what an amend adds is not counted',
    breaks: /counted in its day|one of the hour|keeps the cooldown/,
    withinSeeds: 20,
    amends: true,
    execute: (deps) =>
      withLicence(deps, (licence) => ({ ...licence, risk: { atMs: licence.atMs } })),
  },
  {
    name: 'an amend whose answer got lost is taken for one that was refused',
    breaks: /at the exchange as its row says/,
    withinSeeds: 20,
    amends: true,
    against: ['order answer lost'],
    execute: (deps) =>
      withExchange(deps, (exchange) => ({
        ...exchange,
        amend: async (id, change) => {
          const outcome = await exchange.amend(id, change);
          if (outcome.kind !== 'unknown') return outcome;
          return { kind: 'refused', reason: outcome.reason, trips: false };
        },
      })),
  },
  {
    name: 'nobody looks again for an amend whose message got lost',
    breaks: /no amend waits for ever/,
    withinSeeds: 20,
    amends: true,
    against: ['enqueue fails'],
    amendsOf: (amends) => ({ ...amends, waiting: () => Promise.resolve([]) }),
  },
];

function withAmend(deps: OrderDeps, change: (asked: OrderChange) => OrderChange): OrderDeps {
  return withExchange(deps, (exchange) => ({
    ...exchange,
    amend: (id, asked) => exchange.amend(id, change(asked)),
  }));
}

function withLicence(deps: OrderDeps, change: (licence: AmendLicence) => AmendLicence): OrderDeps {
  const { orders } = deps;
  const licenseAmend: typeof orders.licenseAmend = (row, licence) =>
    orders.licenseAmend(row, change(licence));
  return { ...deps, orders: { ...orders, licenseAmend } };
}
