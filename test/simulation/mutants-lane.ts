/** Mutants. The lane and its nonces: one user of a key at a time, and nonces that only rise. */
import type { LaneLease } from '../../functions/core/ports.ts';
import { LANE_NONCES } from '../../functions/core/protocol.ts';
import type { Guard } from './guard.ts';
import { withNonces } from './mutant-wraps.ts';

/** Each guard taken away, and within how many seeds from 1 it must be convicted. */
export const LANE_MUTANTS: readonly Guard[] = [
  {
    name: 'the lane is never busy',
    breaks: /holder of a lane|nonce/,
    withinSeeds: 30,
    execute: (deps, { memory }) => ({
      ...deps,
      lanes: {
        ...deps.lanes,
        take: async (keyId, owner) => {
          const lane = await deps.lanes.take(keyId, owner);
          if (typeof lane === 'object') memory.set(keyId, lane);
          const held = memory.get(keyId) as LaneLease | undefined;
          return lane === 'busy' && held !== undefined ? held : lane;
        },
      },
    }),
  },
  {
    name: 'a licence does not ask whose lane it is',
    breaks: /given to who holds the lane/,
    withinSeeds: 60,
    against: ['killed process goes on later'],
    focus: 'orders.prepare',
    speaks: true,
    licensesWithoutLane: true,
  },
  {
    name: 'an amend is licensed without asking whose lane it is',
    breaks: /given to who holds the lane/,
    withinSeeds: 60,
    against: ['killed process goes on later'],
    focus: 'orders.licenseAmend',
    amends: true,
    licensesWithoutLane: true,
  },
  {
    name: 'nonces come from the clock in seconds, without the floor of the lane',
    breaks: /no nonce is used twice|nonces of licences rise/,
    withinSeeds: 20,
    execute: (deps) => ({
      ...deps,
      lanes: {
        ...deps.lanes,
        take: async (keyId, owner) => {
          const lane = await deps.lanes.take(keyId, owner);
          if (typeof lane !== 'object') return lane;
          let next = Math.floor(deps.clock.nowMs() / 1_000) * 1_000_000;
          return { ...lane, nextNonce: () => String(next++) };
        },
      },
    }),
  },
  {
    name: 'a lane counts its nonces without the clock, and a restored one counts again',
    breaks: /no nonce is used twice|accepted nonces rise/,
    withinSeeds: 20,
    against: ['store restored from a backup'],
    execute: (deps) =>
      withNonces(deps, (_keyId, fence) => {
        // The count is part of the table, as the fence is, and goes back with it.
        let next = fence * LANE_NONCES;
        return () => String((next += 1));
      }),
  },
];
