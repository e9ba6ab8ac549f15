/** A world with an account on paper: its books, its lanes, and nobody who reads a key for it. */
import { paperKeyId } from '../../functions/core/paper/paper-key.ts';
import type { SimulatedExchange } from './exchange.ts';
import type { Mutant } from './experiment.ts';
import type { Monitor } from './monitor.ts';
import { PAPER_ACCOUNT, PaperTable } from './paper-table.ts';
import type { Surroundings } from './process.ts';
import type { SecretStore } from './secret-store.ts';
import type { SimulatedStore } from './store-ports.ts';
import { QUIET } from './witness-log.ts';

/** What the account needs of its world. */
interface PaperWorld {
  readonly monitor: Monitor;
  readonly store: SimulatedStore;
  readonly exchange: SimulatedExchange;
  readonly secrets: SecretStore;
  readonly mutant: Mutant | undefined;
}

/** Opens and arms the account; undefined where none trades on paper. */
export function openPaper(around: Surroundings, world: PaperWorld): PaperTable | undefined {
  const { monitor, store, exchange, secrets, mutant } = world;
  const { config } = monitor;
  if (config.accounts[PAPER_ACCOUNT]?.mode !== 'paper') return undefined;
  secrets.onKeyRead = (owner) => {
    if (owner === PAPER_ACCOUNT) monitor.broken('no key is read for an account on paper', owner);
  };
  const halves = (['trade', 'query'] as const).map((half) => paperKeyId(PAPER_ACCOUNT, half));
  store.store.arm(PAPER_ACCOUNT, ...halves);
  const table = new PaperTable(around, {
    ...{ config, monitor, log: QUIET, calls: store.calls },
    publicly: (value) => exchange.publicly(value),
    wrap: mutant?.paperStore?.bind(mutant),
  });
  store.beside.push(table);
  return table;
}
