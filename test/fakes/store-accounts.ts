/** What the store in memory keeps of keys and accounts: lanes, switches and running figures. */
import { decimal } from '../../functions/core/decimal.ts';
import { LANE_MS, LANE_NONCES } from '../../functions/core/protocol.ts';
import type {
  Clock,
  LaneLease,
  Lanes,
  SwitchReading,
  Switches,
  Tally,
} from '../../functions/core/ports.ts';
import { assert } from '../../functions/core/result.ts';
import { isTighter, switchOf } from '../../functions/core/halt/switch-board.ts';
import type { AtOnce } from './at-once.ts';
import { boardIn } from './switch-board-memory.ts';
import type { LaneRow, StoreMemory } from './store-memory.ts';

/** The lanes over a memory. */
export function lanesIn({ lanes }: StoreMemory, clock: Clock): AtOnce<Lanes> {
  return {
    take(keyId, owner) {
      const lane = lanes.get(keyId);
      if (lane === undefined) return 'not-armed';
      const nowMs = clock.nowMs();
      if (lane.untilMs >= nowMs && lane.owner !== owner) return 'busy';
      lane.owner = owner;
      lane.untilMs = nowMs + LANE_MS;
      lane.fence += 1;
      const first = Math.max(nowMs * 1_000, lane.nonce) + 1;
      lane.nonce = first + LANE_NONCES - 1;
      return leaseOf(keyId, lane, first);
    },
    release({ keyId, fence }) {
      const lane = lanes.get(keyId);
      if (lane?.fence === fence) lane.untilMs = clock.nowMs() - 1;
    },
  };
}

function leaseOf(keyId: string, lane: LaneRow, first: number): LaneLease {
  let next = first;
  const last = first + LANE_NONCES - 1;
  const { owner, fence, untilMs } = lane;
  return {
    keyId,
    owner,
    fence,
    untilMs,
    nextNonce() {
      assert(next <= last, 'an invocation uses no more nonces than it reserved');
      return String(next++);
    },
  };
}

/** The switches over a memory. */
export function switchesIn(memory: StoreMemory, clock: Clock): AtOnce<Switches> {
  const { switches } = memory;
  const board = boardIn(memory);
  return {
    read(account): SwitchReading {
      const both = [switches.get('global'), switches.get(account)];
      for (const blocks of ['all', 'entries'] as const) {
        const found = both.find((one) => one?.blocks === blocks);
        if (found !== undefined) return { kind: 'off', blocks, why: found.why };
      }
      return both.includes(undefined) ? { kind: 'not-armed' } : { kind: 'on' };
    },
    trip(account, blocks, why) {
      const scope = switchOf(account);
      const was = board.read(scope);
      if (!isTighter(blocks, was?.blocks)) return;
      board.turn(scope, was, { to: blocks, why, by: 'harpoon', atMs: clock.nowMs() });
    },
  };
}

/** The running figures over a memory. */
export function tallyIn({ failures, lastPlaced, equity }: StoreMemory): AtOnce<Tally> {
  const dayOf = (account: string, atMs: number): string =>
    `${account} ${new Date(atMs).toISOString().slice(0, 10)}`;
  return {
    failed(account) {
      const count = (failures.get(account) ?? 0) + 1;
      failures.set(account, count);
      return count;
    },
    placed(account, exchangeOrderId) {
      failures.set(account, 0);
      lastPlaced.set(account, exchangeOrderId);
    },
    lastPlaced: (account) => lastPlaced.get(account),
    equityAtDayStart: (account, atMs) => equity.get(dayOf(account, atMs)),
    recordEquity(account, atMs, value) {
      const name = dayOf(account, atMs);
      if (!equity.has(name)) equity.set(name, decimal(value.toFixed()));
    },
  };
}
