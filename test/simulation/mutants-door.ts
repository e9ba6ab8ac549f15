/** Mutants. The door and the table: who is let in, what is stored, what a restored table may do. */
import { ok } from '../../functions/core/result.ts';
import type { Guard } from './guard.ts';

/** Each guard taken away, and within how many seeds from 1 it must be convicted. */
export const DOOR_MUTANTS: readonly Guard[] = [
  {
    name: 'the same id with another message passes for a repetition',
    breaks: /not answered 200/,
    withinSeeds: 20,
    against: ['id used for another message'],
    receive: (deps) => ({
      ...deps,
      orderLog: {
        ...deps.orderLog,
        receive: async (row, why, notice) => {
          const existing = await deps.orderLog.receive(row, why, notice);
          if (existing === 'created') return existing;
          return { ...existing, payloadHash: row.payloadHash };
        },
      },
    }),
  },
  {
    name: 'the signal is accepted when its row could not be stored',
    breaks: /answered 200 has a row/,
    withinSeeds: 20,
    against: ['store call fails'],
    receive: (deps) => ({
      ...deps,
      orderLog: {
        ...deps.orderLog,
        receive: (row, why, notice) =>
          deps.orderLog.receive(row, why, notice).catch(() => 'created' as const),
      },
    }),
  },
  {
    name: 'a secret is accepted after its time',
    breaks: /known by a secret in its time/,
    withinSeeds: 40,
    against: ['source secret rotated'],
    receive: (deps) => ({
      ...deps,
      guard: {
        admit: async (attempt) => {
          const admitted = await deps.guard.admit(attempt);
          if (!admitted.ok) return admitted;
          const { value } = admitted;
          // A signed message would be turned away for its own time.
          const atMs = (nowMs: number) => (value.proofIn === 'message' ? -Infinity : nowMs);
          return ok({
            ...value,
            prove: (evidence, nowMs) => value.prove(evidence, atMs(nowMs)),
          });
        },
      },
    }),
  },
  {
    name: 'what proves a sender is written to the log',
    breaks: /no secret is in a line of the log/,
    withinSeeds: 20,
    receive: (deps) => ({
      ...deps,
      guard: {
        admit: async (attempt) => {
          const admitted = await deps.guard.admit(attempt);
          if (!admitted.ok) return admitted;
          const { value } = admitted;
          return ok({
            ...value,
            prove: (evidence, nowMs) => {
              deps.log.info('proof', { evidence: String(evidence.body) });
              return value.prove(evidence, nowMs);
            },
          });
        },
      },
    }),
  },
  {
    name: 'the table is restored without the kill switch',
    breaks: /one order at most|leaves once|unplaced is not at/,
    withinSeeds: 20,
    against: ['store restored from a backup', 'signal replayed later'],
    restoresWithoutSwitch: true,
  },
];
