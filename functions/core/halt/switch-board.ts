/**
 * Kill switches as people and rules turn them: one over all accounts and one for each. Every turn is
 * one transaction over the switch and an entry that says who turned it, when and why; entries are
 * linked by hashes, so that a switch that was turned past them shows.
 */
import type { AuditEntry } from '../order.ts';
import type { Notice } from '../notices/notice.ts';
import { sha256 } from '../hash.ts';

/** What a switch blocks: nothing, orders that add risk, or every order. */
export type Blocks = 'nothing' | 'entries' | 'all';

/** Which switch. */
export type SwitchScope =
  | { readonly kind: 'global' }
  | { readonly kind: 'account'; readonly account: string };

/** The switch over all accounts. */
export const EVERY_ACCOUNT: SwitchScope = { kind: 'global' };

/** The switch of one account. */
export function switchOf(account: string): SwitchScope {
  return { kind: 'account', account };
}

/** A switch as people read it: `every account`, `account main`. */
export function scopeName(scope: SwitchScope): string {
  return scope.kind === 'global' ? 'every account' : `account ${scope.account}`;
}

/** How a switch stands. */
export interface SwitchState {
  readonly blocks: Blocks;
  readonly why: string;
  /** Who turned it: a person's name, `source trend`, `harpoon`; `unknown` for a row written by hand. */
  readonly by: string;
  /** 0 for a row written by hand or by arming. */
  readonly atMs: number;
  /** Counts the turns. */
  readonly version: number;
  /** Hash of the newest entry. */
  readonly auditHash: string;
}

/** One turn of a switch. */
export interface SwitchTurn {
  readonly to: Blocks;
  readonly why: string;
  readonly by: string;
  readonly atMs: number;
  /** Told in the same transaction. */
  readonly notice?: Notice;
}

/** A turn on record. */
export interface SwitchEntry extends Omit<SwitchTurn, 'notice'>, Pick<AuditEntry, 'previousHash'> {
  readonly scope: SwitchScope;
  readonly from: Blocks | 'none';
  /** Of the switch, after the turn. */
  readonly version: number;
  readonly hash: string;
}

/** A permission to switch on again, asked for in the first of two steps. */
export interface ResumeCode {
  readonly code: string;
  /** Of the switch that was looked at. */
  readonly version: number;
  readonly untilMs: number;
}

/** A wish to cancel every open order of an account. Kept until it is carried out. */
export interface CancelRequest {
  readonly askedAtMs: number;
  /** Sell afterwards what the account holds of the pairs that it trades. */
  readonly flatten?: true;
  /** Names the sales, the same however often the wish is carried out; absent: `askedAtMs` does. */
  readonly sales?: string;
  readonly why: string;
  readonly by: string;
}

/** The switches, strongly consistent. */
export interface SwitchBoard {
  /** Undefined when the switch was never armed. */
  read(scope: SwitchScope): Promise<SwitchState | undefined>;
  /** Turns a switch that still stands as `was`; `lost`: it does not, read it again. */
  turn(
    scope: SwitchScope,
    was: SwitchState | undefined,
    turn: SwitchTurn,
  ): Promise<'turned' | 'lost'>;
  /** Turns, newest first, of all switches. */
  entries(limit: number): Promise<readonly SwitchEntry[]>;
  /** Keeps the code; an older one of the switch holds no more. */
  offerResume(scope: SwitchScope, offer: ResumeCode): Promise<void>;
  /** Turns to `nothing` if the code is the one that was offered for `was`, and uses it up. */
  resume(
    scope: SwitchScope,
    was: SwitchState,
    resumed: Omit<SwitchTurn, 'to'> & { readonly code: string },
  ): Promise<'turned' | 'lost' | 'wrong-code'>;
  /** Asks for a cancel; one that waits already stays as it is, unless this one flattens too. */
  askCancel(account: string, request: CancelRequest): Promise<void>;
  /** The cancel that waits; undefined when none does. */
  cancelAsked(account: string): Promise<CancelRequest | undefined>;
  /** Ends the cancel that was asked for then; a newer one stays. */
  cancelDone(account: string, request: CancelRequest, outcome: string): Promise<void>;
}

const RANK: Readonly<Record<Blocks, number>> = { nothing: 0, entries: 1, all: 2 };

/** Whether a switch that blocks this stops an order; `reducing`: it only leaves a position. */
export function stopsOrder(blocks: Blocks, reducing: boolean): boolean {
  return blocks === 'all' || (blocks === 'entries' && !reducing);
}

/** Whether a switch that blocks `from` blocks less than `to` would. */
export function isTighter(to: Blocks, from: Blocks | undefined): boolean {
  return from === undefined || RANK[to] > RANK[from];
}

/** The entry of a turn. */
export function switchEntry(
  scope: SwitchScope,
  was: SwitchState | undefined,
  { to, why, by, atMs }: SwitchTurn,
): SwitchEntry {
  const from = was?.blocks ?? 'none';
  const previousHash = was?.auditHash ?? '';
  const version = (was?.version ?? 0) + 1;
  const linked = { scope, from, to, why, by, atMs, version, previousHash } as const;
  return { ...linked, hash: hashOf(linked) };
}

function hashOf(entry: Omit<SwitchEntry, 'hash'>): string {
  const { scope, from, to, why, by, atMs, version, previousHash } = entry;
  const name = scope.kind === 'global' ? '' : scope.account;
  return sha256(JSON.stringify([previousHash, name, version, from, to, why, by, atMs]));
}

/**
 * Where the record of a switch does not hold; undefined when each turn follows from the one before
 * and the switch is as the newest left it. `entries`: those of this switch, newest first, as far
 * back as they were read.
 */
export function recordFault(
  state: SwitchState | undefined,
  entries: readonly SwitchEntry[],
): string | undefined {
  const [newest] = entries;
  const isAsLeft =
    newest === undefined ||
    (state?.auditHash === newest.hash && state.blocks === newest.to && state.why === newest.why);
  if (!isAsLeft) return 'the switch was written past its record';
  for (const [index, { hash, ...entry }] of entries.entries()) {
    if (hashOf(entry) !== hash) return `the turn at ${timeOf(entry)} was changed on record`;
    const before = entries[index + 1];
    if (before !== undefined && entry.previousHash !== before.hash) {
      return `the turn at ${timeOf(entry)} does not follow from the one on record before it`;
    }
  }
  return undefined;
}

function timeOf({ atMs }: { readonly atMs: number }): string {
  return new Date(atMs).toISOString();
}
