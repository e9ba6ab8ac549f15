/** Mutants. Changes to orders: licensed, counted, stopped, looked up, and never forgotten. */
import type { AmendLicence, OrderChange } from '../../functions/core/amending.ts';
import type { OrderDeps } from '../../functions/core/execute/order-deps.ts';
import type { AskedAmend, OrderRow } from '../../functions/core/order.ts';
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
    name: 'a look that shows no change is believed while one may still come',
    breaks: /at the exchange as its row says/,
    withinSeeds: 80,
    amends: true,
    against: ['order answer lost', 'order reaches the engine late', 'reads lag'],
    execute: (deps) => withAsked(deps, (asked) => ({ ...asked, deadlineMs: 0 })),
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

/** Rows are read with another record of the change that went out. */
function withAsked(deps: OrderDeps, change: (asked: AskedAmend) => AskedAmend): OrderDeps {
  const read = async (ref: Parameters<typeof deps.orders.read>[0]) => {
    const row = await deps.orders.read(ref);
    const asked = row?.amended?.asked;
    if (row === undefined || asked === undefined) return row;
    return { ...row, amended: { ...row.amended, asked: change(asked) } } satisfies OrderRow;
  };
  return { ...deps, orders: { ...deps.orders, read } };
}
