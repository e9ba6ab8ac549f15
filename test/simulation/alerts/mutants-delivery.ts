/** Mutants of deliver-notifications: one of its guards taken away, by changing what it is given. */
import type { Notice } from '../../../functions/core/notices/notice.ts';
import type { DeliverDeps } from '../../../functions/core/notifications/delivery-run.ts';
import type { DeliveryLog } from '../../../functions/core/notifications/ports.ts';
import type { AlertMutant } from './mutant.ts';

/** Whatever is claimed for the first time is due now, on these channels. */
function withClaim(
  deps: DeliverDeps,
  channelsOf: (notice: Notice) => readonly string[],
): DeliverDeps {
  const claim: DeliveryLog['claim'] = async (entry, untilMs) => {
    const claimed = await deps.deliveries.claim(entry, untilMs);
    if (claimed === 'lost' || claimed.deliveries.length > 0) return claimed;
    const deliveries = channelsOf(claimed.notice).map((channel) => {
      return { channel, state: 'waiting', attempts: 0, dueAtMs: 0 } as const;
    });
    return { ...claimed, deliveries };
  };
  return { ...deps, deliveries: { ...deps.deliveries, claim } };
}

/** Each guard taken away, and within how many seeds from 1 it must be convicted. */
export const DELIVERY_MUTANTS: readonly AlertMutant[] = [
  {
    name: 'a notice is recorded before it is sent',
    breaks: /^what is recorded as delivered was taken/,
    withinSeeds: 10,
    deliver: (deps) => {
      const claim: DeliveryLog['claim'] = async (entry, untilMs) => {
        const claimed = await deps.deliveries.claim(entry, untilMs);
        if (claimed === 'lost') return 'lost';
        const atMs = deps.clock.nowMs();
        const names = Object.keys(deps.config.channels);
        const own = entry.notice.channels.length > 0 ? entry.notice.channels : names;
        const done = own.map((channel) => {
          return { channel, state: 'delivered', attempts: 1, dueAtMs: atMs, atMs } as const;
        });
        const recorded = await deps.deliveries.record(claimed, done);
        return recorded === 'lost' ? 'lost' : { ...recorded, deliveries: [] };
      };
      return { ...deps, deliveries: { ...deps.deliveries, claim } };
    },
  },
  {
    name: 'a failed attempt counts as delivered',
    breaks: /^what is recorded as delivered was taken/,
    withinSeeds: 20,
    against: ['channel fails'],
    deliver: (deps) => ({
      ...deps,
      notifier: {
        send: async (message, channel) => {
          await deps.notifier.send(message, channel);
          return { kind: 'delivered' };
        },
      },
    }),
  },
  {
    name: 'two runs send the same notice: a claim is not asked for',
    breaks: /^where nothing fails each notice comes once/,
    withinSeeds: 30,
    deliver: (deps, memory) => {
      // As if nobody had recorded anything: the claim of an older version is granted.
      const due: DeliveryLog['due'] = async (nowMs, limit) => {
        const entries = await deps.deliveries.due(nowMs, limit);
        const [first] = (memory.get('before') as typeof entries | undefined) ?? [];
        memory.set('before', entries);
        return first === undefined ? entries : [...entries, { ...first, version: -1 }];
      };
      const claim: DeliveryLog['claim'] = async (entry, untilMs) =>
        entry.version === -1
          ? { ...entry, deliveries: [], leaseUntilMs: untilMs }
          : deps.deliveries.claim(entry, untilMs);
      return { ...deps, deliveries: { ...deps.deliveries, due, claim } };
    },
  },
  {
    name: 'every channel gets everything',
    breaks: /^a notice goes to its own channels alone/,
    withinSeeds: 10,
    deliver: (deps) => withClaim(deps, () => Object.keys(deps.config.channels)),
  },
  {
    name: 'quiet hours are over at once',
    breaks: /^quiet hours hold back/,
    withinSeeds: 20,
    deliver: (deps) => {
      const due: DeliveryLog['due'] = (_, limit) =>
        deps.deliveries.due(Number.MAX_SAFE_INTEGER, limit);
      const own = withClaim(deps, ({ channels }) =>
        channels.length > 0 ? channels : Object.keys(deps.config.channels),
      );
      return { ...own, deliveries: { ...own.deliveries, due } };
    },
  },
  {
    name: 'a channel has no pace',
    breaks: /^a run sends one message a second/,
    withinSeeds: 10,
    deliver: (deps) => ({ ...deps, clock: { ...deps.clock, sleep: async () => undefined } }),
  },
  {
    name: 'a channel that asks for patience gets none',
    breaks: /^a channel that asks for patience/,
    withinSeeds: 20,
    against: ['channel asks for patience'],
    deliver: (deps) => ({
      ...deps,
      notifier: {
        send: async (message, channel) => {
          const outcome = await deps.notifier.send(message, channel);
          if (outcome.kind !== 'later') return outcome;
          return { ...outcome, retryAfterMs: Math.min(1_000, outcome.retryAfterMs ?? 1_000) };
        },
      },
    }),
  },
  {
    name: 'nobody hears of a death',
    breaks: /^a death is told/,
    withinSeeds: 20,
    against: ['channel refuses for good'],
    deliver: (deps) => ({ ...deps, outbox: { put: async () => undefined } }),
  },
  {
    name: 'a repeated message has a name of its own',
    breaks: /^a repeated message has the id/,
    withinSeeds: 20,
    against: ['channel answer lost'],
    deliver: (deps) => ({
      ...deps,
      notifier: {
        send: (message, channel) =>
          deps.notifier.send({ ...message, id: `${message.id} ${deps.clock.nowMs()}` }, channel),
      },
    }),
  },
];
