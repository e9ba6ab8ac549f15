/**
 * Halting: a person's command, an authenticated message or a rule turns kill switches off, and may
 * ask for a cancel of what is open. Halting is safe, so it is made easy: it never loosens a switch,
 * it may be repeated, and each part stands by itself. The switches come first; the cancels are
 * durable before anybody is told that they are under way.
 */
import { cancelRef } from './cancel-ref.ts';
import type { Config } from '../config.ts';
import { laneGroup } from '../execute/lane-group.ts';
import type { Clock, Log, OrderQueue } from '../ports.ts';
import {
  isTighter,
  scopeName,
  type SwitchBoard,
  type SwitchScope,
  type SwitchState,
} from './switch-board.ts';
import { haltedNotice } from '../notices/switch-notice.ts';

/** What halting works with. */
export interface HaltDeps {
  readonly config: Config;
  readonly clock: Pick<Clock, 'nowMs'>;
  readonly log: Log;
  readonly board: SwitchBoard;
  readonly queue: OrderQueue;
}

/** Who wants what stopped. */
export interface HaltOrder {
  readonly scopes: readonly SwitchScope[];
  /** `entries`: orders that add risk; `all`: also those that leave a position. */
  readonly level: 'entries' | 'all';
  /** Whether every open order of these accounts is cancelled as well, protective stops too. */
  readonly cancel: boolean;
  /** Whether what they hold is sold after the cancel, which it includes. */
  readonly flatten?: boolean;
  /**
   * Names the sales. What waits on record and may be carried out twice has one, so that the second
   * time sells nothing again; absent: each time is a wish of its own.
   */
  readonly sales?: string;
  readonly why: string;
  readonly by: string;
}

/** What became of one switch. */
export interface Halted {
  readonly scope: SwitchScope;
  /** What it blocks now: at least the level asked for. */
  readonly blocks: 'entries' | 'all';
  /** Whether it was this halt that turned it. */
  readonly turned: boolean;
}

/** What became of a halt. */
export interface HaltResult {
  readonly switches: readonly Halted[];
  /** Accounts whose open orders are about to be cancelled. */
  readonly cancelling: readonly string[];
}

/** Tries to turn one switch; each is lost only to somebody else who turned it meanwhile. */
const TRIES_MAX = 10;

/** Halts. Throws when a switch or a request could not be stored; halting again is harmless. */
export async function haltTrading(order: HaltOrder, deps: HaltDeps): Promise<HaltResult> {
  const switches: Halted[] = [];
  for (const scope of order.scopes) switches.push(await haltOne(scope, order, deps));
  const cancelling =
    order.cancel || order.flatten === true ? accountsOf(order.scopes, deps.config) : [];
  for (const account of cancelling) await askCancel(account, order, deps);
  return { switches, cancelling };
}

async function haltOne(
  scope: SwitchScope,
  { level, why, by }: HaltOrder,
  { board, clock, config, log }: HaltDeps,
): Promise<Halted> {
  for (let tries = 0; tries < TRIES_MAX; tries += 1) {
    const was = await board.read(scope);
    if (!isTighter(level, was?.blocks)) return { scope, blocks: blocksOf(was), turned: false };
    const turn = { to: level, why, by, atMs: clock.nowMs() };
    const notice = haltedNotice(scope, turn, config);
    if ((await board.turn(scope, was, { ...turn, notice })) === 'lost') continue;
    log.warn('trading-halted', { scope: scopeName(scope), blocks: level, by });
    return { scope, blocks: level, turned: true };
  }
  throw new Error(`the switch of ${scopeName(scope)} is being turned by others: halt again`);
}

function blocksOf(state: SwitchState | undefined): 'entries' | 'all' {
  return state?.blocks === 'all' ? 'all' : 'entries';
}

/** The accounts at which orders may be open: those that trade, for real or on paper. */
function accountsOf(scopes: readonly SwitchScope[], { accounts }: Config): readonly string[] {
  const isGlobal = scopes.some(({ kind }) => kind === 'global');
  return Object.entries(accounts)
    .filter(([name, { mode }]) => {
      const isMeant = scopes.some((one) => one.kind === 'account' && one.account === name);
      return mode !== 'validate' && (isGlobal || isMeant);
    })
    .map(([name]) => name);
}

async function askCancel(account: string, order: HaltOrder, deps: HaltDeps): Promise<void> {
  const { why, by, flatten, sales } = order;
  const askedAtMs = deps.clock.nowMs();
  await deps.board.askCancel(account, {
    ...{ askedAtMs, why, by },
    ...(flatten === true ? { flatten, ...(sales === undefined ? {} : { sales }) } : {}),
  });
  await queueCancel(account, `cancel-${account}-${askedAtMs}`, deps);
}

/** Hands a cancel to the worker, in a group of its own: it waits for no order. */
export async function queueCancel(
  account: string,
  dedup: string,
  { config, queue }: Pick<HaltDeps, 'config' | 'queue'>,
): Promise<void> {
  await queue.enqueue(cancelRef(account), `cancel-${laneGroup(config, account)}`, dedup);
}
