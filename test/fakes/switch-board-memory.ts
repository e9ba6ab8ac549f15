/** The switch board in memory: each act checks and writes in one step, as a transaction does. */
import { withHalt, type HaltRequests } from '../../functions/core/halt/halt-requests.ts';
import {
  switchEntry,
  type SwitchBoard,
  type SwitchScope,
  type SwitchState,
  type SwitchTurn,
} from '../../functions/core/halt/switch-board.ts';
import type { AtOnce } from './at-once.ts';
import type { StoreMemory } from './store-memory.ts';

/** The board over a memory. */
export function boardIn(memory: StoreMemory): AtOnce<SwitchBoard> {
  const { switches, switchEntries, resumeCodes, cancels } = memory;
  const read = (scope: SwitchScope): SwitchState | undefined => {
    const row = switches.get(nameOf(scope));
    if (row === undefined) return undefined;
    return { by: 'unknown', atMs: 0, version: 0, auditHash: '', ...row };
  };
  const isAs = (scope: SwitchScope, was: SwitchState | undefined): boolean => {
    const now = read(scope);
    return now?.version === was?.version && now?.blocks === was?.blocks;
  };
  const turn = (scope: SwitchScope, was: SwitchState | undefined, turned: SwitchTurn) => {
    if (!isAs(scope, was)) return 'lost';
    const { to: blocks, why, by, atMs, notice } = turned;
    const entry = switchEntry(scope, was, turned);
    const version = (was?.version ?? 0) + 1;
    switches.set(nameOf(scope), { blocks, why, by, atMs, version, auditHash: entry.hash });
    switchEntries.push(entry);
    if (notice !== undefined) memory.put(notice);
    return 'turned';
  };
  return {
    read,
    turn,
    entries: (limit) => [...switchEntries].reverse().slice(0, limit),
    offerResume(scope, offer) {
      resumeCodes.set(nameOf(scope), offer);
    },
    resume(scope, was, { code, ...resumed }) {
      if (!isAs(scope, was)) return 'lost';
      const offer = resumeCodes.get(nameOf(scope));
      const isRight =
        offer?.code === code && offer.version === was.version && offer.untilMs >= resumed.atMs;
      if (!isRight) return 'wrong-code';
      resumeCodes.delete(nameOf(scope));
      return turn(scope, was, { ...resumed, to: 'nothing' });
    },
    askCancel(account, request) {
      const was = cancels.get(account);
      if (was === undefined || (request.flatten && !was.flatten)) cancels.set(account, request);
    },
    cancelAsked: (account) => cancels.get(account),
    cancelDone(account, request) {
      const now = cancels.get(account);
      const isSame = now?.askedAtMs === request.askedAtMs && now.flatten === request.flatten;
      if (isSame) cancels.delete(account);
    },
  };
}

/** What sources asked to halt, over a memory. */
export function haltsIn({ halts }: StoreMemory): AtOnce<HaltRequests> {
  return {
    ask(source, order) {
      const was = halts.get(source);
      const waiting = was?.waits === true ? was.request.orders : undefined;
      const version = (was?.request.version ?? 0) + 1;
      const request = { version, orders: withHalt(waiting, order) };
      halts.set(source, { waits: true, request });
      return request;
    },
    asked(source) {
      const was = halts.get(source);
      return was?.waits === true ? was.request : undefined;
    },
    done(source, request) {
      const was = halts.get(source);
      if (was?.request.version === request.version) halts.set(source, { ...was, waits: false });
    },
  };
}

function nameOf(scope: SwitchScope): string {
  return scope.kind === 'global' ? 'global' : scope.account;
}
