/** The switch board and the halts on record as one process sees them, behind calls that may fail. */
import type { HaltRequests } from '../../functions/core/halt/halt-requests.ts';
import { EVERY_ACCOUNT, type SwitchBoard } from '../../functions/core/halt/switch-board.ts';
import type { FakeStore } from '../fakes/store.ts';
import type { HaltPort } from './fault-kinds.ts';
import type { Monitor } from './monitor.ts';
import type { OrderBook } from './order-book.ts';
import type { Process } from './process.ts';
import type { StoreCalls } from './store-calls.ts';
import type { SwitchWitness } from './witness-switches.ts';

/** What halting and resuming go through. */
export interface SwitchPorts {
  readonly board: SwitchBoard;
  readonly halts: HaltRequests;
}

/** What the calls reach, and who watches. */
export interface SwitchTable {
  readonly store: FakeStore;
  readonly calls: StoreCalls;
  readonly monitor: Monitor;
  readonly witness: SwitchWitness;
  readonly book: () => OrderBook;
}

/** The ports as a process calls them. */
export function switchPorts(process: Process, table: SwitchTable): SwitchPorts {
  const { calls, store, witness } = table;
  const { board, halts } = store.acts;
  const { generation } = calls;
  const reading = <T>(port: HaltPort, make: () => T) =>
    calls.call(process, generation, { port, write: false, make });
  const writing = <T>(port: HaltPort, make: () => T) =>
    calls.call(process, generation, { port, write: true, make });
  return {
    board: {
      read: (scope) =>
        reading('board.read', () => {
          const state = board.read(scope);
          if (state !== undefined) witness.saw(scope, state.blocks);
          return state;
        }),
      turn: (scope, was, turn) =>
        writing('board.turn', () => {
          const result = board.turn(scope, was, turn);
          if (result === 'turned') turned(table, scope, turn.to);
          return result;
        }),
      resume: (scope, was, resumed) =>
        writing('board.resume', () => {
          const result = board.resume(scope, was, resumed);
          if (result === 'turned') turned(table, scope, 'nothing');
          return result;
        }),
      offerResume: (scope, offer) =>
        writing('board.offerResume', () => board.offerResume(scope, offer)),
      entries: (limit) => reading('board.read', () => board.entries(limit)),
      askCancel: (account, request) =>
        writing('board.askCancel', () => {
          const isNew = board.cancelAsked(account) === undefined;
          board.askCancel(account, request);
          if (isNew) witness.cancelAsked(account);
        }),
      cancelAsked: (account) =>
        reading('board.cancelAsked', () => {
          const asked = board.cancelAsked(account);
          if (asked?.flatten === true && process.task === 'cancelling') process.task = 'flattening';
          return asked;
        }),
      cancelDone: (account, request, outcome) =>
        writing('board.cancelDone', () => {
          const waited = board.cancelAsked(account) !== undefined;
          board.cancelDone(account, request, outcome);
          const isDone = waited && board.cancelAsked(account) === undefined;
          if (isDone && request.flatten) {
            table.monitor.flattens?.done(account, request, process.name);
          }
          if (isDone) witness.cancelDone(account, (...since) => table.book().isOpenSince(...since));
        }),
    },
    halts: {
      ask: (source, order) =>
        writing('halts.ask', () => {
          process.task = 'asking to halt';
          const request = halts.ask(source, order);
          table.monitor.flattens?.asked(order);
          witness.asked(source, request);
          return request;
        }),
      asked: (source) => reading('halts.asked', () => halts.asked(source)),
      done: (source, request) =>
        writing('halts.done', () => {
          const waited = halts.asked(source) !== undefined;
          halts.done(source, request);
          if (waited && halts.asked(source) === undefined) witness.carriedOut(source, request);
        }),
    },
  };
}

type Turn = Parameters<SwitchBoard['turn']>;

function turned({ monitor, witness }: SwitchTable, scope: Turn[0], to: Turn[2]['to']): void {
  const name = scope.kind === 'account' ? scope.account : EVERY_ACCOUNT.kind;
  monitor.switched(name, to);
  monitor.seen.add(to === 'nothing' ? 'switch resumed' : `switch turned to ${to}`);
  witness.saw(scope, to);
}
