/**
 * The kill switches for a person at a command line: halt, resume in two steps, and how they stand.
 * Everything goes through the table alone, so it works while no function runs; what is open at
 * Kraken is asked where the caller gives a way to ask.
 */
import { dynamoOrderLog } from '../functions/adapters/dynamo/order-log.ts';
import { dynamoSwitchBoard } from '../functions/adapters/dynamo/switch-board.ts';
import type { Table } from '../functions/adapters/dynamo/client.ts';
import type { Config } from '../functions/core/config.ts';
import {
  haltTrading,
  type HaltOrder,
  type HaltResult,
} from '../functions/core/halt/halt-trading.ts';
import { unsettledOrders } from '../functions/core/halt/open-orders.ts';
import type { Clock, Ids, Log, OrderQueue } from '../functions/core/ports.ts';
import {
  confirmResume,
  requestResume,
  type Resumed,
} from '../functions/core/halt/resume-trading.ts';
import {
  EVERY_ACCOUNT,
  recordFault,
  scopeName,
  switchOf,
  type CancelRequest,
  type ResumeCode,
  type SwitchEntry,
  type SwitchScope,
  type SwitchState,
} from '../functions/core/halt/switch-board.ts';

/** What the operations work on. */
export interface SwitchToolDeps {
  readonly config: Config;
  readonly table: Table;
  readonly clock: Clock;
  readonly ids: Ids;
  readonly log: Log;
  /** Absent: a cancel waits for reconcile-orders, which queues it within two minutes. */
  readonly queue?: OrderQueue;
  /** Sentences about what is open at Kraken; openAtKraken with the query key. Absent: not asked. */
  readonly openAt?: (account: string) => Promise<readonly string[]>;
}

/** What a person sees before switching on again. */
export type ResumeView =
  | { readonly kind: 'not-halted' }
  | {
      readonly kind: 'offered';
      readonly state: SwitchState;
      /** To be given back within five minutes. */
      readonly offer: ResumeCode;
      /** Orders whose outcome Harpoon does not know. */
      readonly unsettled: readonly string[];
      /** What is open at Kraken, or why it could not be asked, by account. */
      readonly open: Readonly<Record<string, readonly string[] | string>>;
    };

/** How the switches stand. */
export interface SwitchStatus {
  readonly switches: readonly {
    readonly scope: SwitchScope;
    /** Absent: never armed, which blocks too. */
    readonly state?: SwitchState;
    /** What does not hold of its record, among the turns that were read. */
    readonly fault?: string;
    /** A cancel that waits. */
    readonly cancel?: CancelRequest;
  }[];
  /** Who turned what, when and why; newest first. */
  readonly entries: readonly SwitchEntry[];
}

/** The operations of `harpoon halt`, `harpoon resume` and `harpoon status`. */
export interface SwitchTools {
  /** Throws for an account that is not in harpoon.yaml: nothing would be stopped. */
  halt(order: HaltOrder): Promise<HaltResult>;
  requestResume(scope: SwitchScope): Promise<ResumeView>;
  confirmResume(
    scope: SwitchScope,
    wish: { readonly code: string; readonly why: string; readonly by: string },
  ): Promise<Resumed>;
  status(entries?: number): Promise<SwitchStatus>;
}

/** The operations over a table. */
export function switchTools(deps: SwitchToolDeps): SwitchTools {
  const { config, table, clock } = deps;
  const board = dynamoSwitchBoard(table);
  const queue = deps.queue ?? { enqueue: async () => undefined };
  const names = Object.keys(config.accounts);
  const known = (scope: SwitchScope): SwitchScope => {
    if (scope.kind === 'global' || names.includes(scope.account)) return scope;
    const list = names.join(', ');
    throw new Error(`account ${scope.account} is not in harpoon.yaml; its accounts are ${list}`);
  };
  return {
    halt: (order) => {
      order.scopes.forEach(known);
      return haltTrading(order, { ...deps, board, queue });
    },
    async requestResume(scope) {
      const offered = await requestResume(known(scope), { ...deps, board });
      if (offered.kind === 'not-halted') return offered;
      const accounts = scope.kind === 'global' ? names : [scope.account];
      const orders = dynamoOrderLog(table);
      const unsettled = await unsettledOrders(accounts, { orders, clock });
      return { ...offered, unsettled, open: await openOf(accounts, deps) };
    },
    confirmResume: (scope, wish) => confirmResume(known(scope), wish, { ...deps, board }),
    async status(limit = 20) {
      const entries = await board.entries(limit);
      const scopes = [EVERY_ACCOUNT, ...names.map(switchOf)];
      const switches = await Promise.all(
        scopes.map(async (scope) => {
          const state = await board.read(scope);
          const cancel =
            scope.kind === 'global' ? undefined : await board.cancelAsked(scope.account);
          const own = entries.filter((entry) => scopeName(entry.scope) === scopeName(scope));
          const fault = recordFault(state, own);
          return {
            scope,
            ...(fault === undefined ? {} : { fault }),
            ...(state === undefined ? {} : { state }),
            ...(cancel === undefined ? {} : { cancel }),
          };
        }),
      );
      return { switches, entries };
    },
  };
}

/** One account after the other: they may share a key. */
async function openOf(
  accounts: readonly string[],
  { config, openAt }: SwitchToolDeps,
): Promise<Record<string, readonly string[] | string>> {
  const open: Record<string, readonly string[] | string> = {};
  for (const account of accounts) {
    if (config.accounts[account]?.mode !== 'live') continue;
    if (openAt === undefined) {
      open[account] = 'not asked: look at Kraken';
    } else {
      open[account] = await openAt(account).catch((error: unknown) => String(error));
    }
  }
  return open;
}
