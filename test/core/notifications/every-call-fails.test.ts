/**
 * Notices on their way, and each call to the outside failing once, before and after its effect:
 * whichever it is, every notice reaches every channel, and none more than twice.
 */
import { describe, expect, it } from 'vitest';
import { deliverNotifications } from '../../../functions/core/notifications/deliver-notifications.ts';
import type { DeliverDeps } from '../../../functions/core/notifications/delivery-run.ts';
import { ids, world, DELIVERED } from './delivery-fixture.ts';

type When = 'before' | 'after' | 'crash';
const PORTS = ['deliveries', 'outbox', 'notifier', 'feed', 'painter'] as const;

/** The end of the process: nothing that it still had to do happens. */
const never = new Promise<never>(() => undefined);

interface Calls {
  count: number;
  crashed: boolean;
  readonly reached: () => void;
}

/** The same port, whose n-th call over all ports throws, or is the last that anybody makes. */
function failing<T extends object>(port: T, calls: Calls, at: number, when: When): T {
  const wrapped = Object.entries(port).map(([name, call]) => {
    const method = call as (...input: unknown[]) => Promise<unknown>;
    const fails = async (...input: unknown[]): Promise<unknown> => {
      if (calls.crashed) return never;
      const fail = calls.count === at;
      calls.count += 1;
      if (fail && when === 'before') throw new Error(`${name} failed`);
      if (fail && when === 'crash') {
        // The effect happens, and the process is gone before it hears of it.
        void method(...input);
        calls.crashed = true;
        calls.reached();
        return never;
      }
      const answer = await method(...input);
      if (fail) throw new Error(`${name} was done, and its answer lost`);
      return answer;
    };
    return [name, fails] as const;
  });
  return Object.fromEntries(wrapped) as T;
}

/** Delivers with the fault, then lets the scheduler work for five minutes. */
async function live(at: number, when: When) {
  // One channel never takes what is meant for it alone, so that a death is told, too.
  const all = world({
    answers: ({ channel, message }) =>
      channel === 'ops' && message.id === 'stranded'
        ? { kind: 'never', reason: 'no_service' }
        : DELIVERED,
  });
  const chart = { pair: 'BTC/USD', atMs: all.clock.nowMs(), levels: [], zone: 'UTC' };
  await all.put({ id: 'page', urgency: 'page', subject: 'order', chart });
  await all.put({ id: 'stranded', channels: ['ops'] });
  for (let alert = 0; alert < 6; alert += 1) await all.put({ subject: 'alert' });

  let reached: () => void = () => undefined;
  const crash = new Promise<void>((resolve) => (reached = resolve));
  const calls: Calls = { count: 0, crashed: false, reached: () => reached() };
  const faulty: DeliverDeps = { ...all.deps };
  for (const port of PORTS) {
    Object.assign(faulty, { [port]: failing(all.deps[port], calls, at, when) });
  }
  await Promise.race([deliverNotifications(faulty).catch(() => undefined), crash]);
  for (let minute = 0; minute < 5; minute += 1) {
    all.clock.advance(60_000);
    await deliverNotifications(all.deps);
  }
  return { reached: calls.count > at, all };
}

describe.each(['before', 'after', 'crash'] as const)('a call that fails (%s)', (when) => {
  it('loses no notice and repeats none more than once', async () => {
    let at = 0;
    for (; ; at += 1) {
      const { reached, all } = await live(at, when);
      if (!reached) break;
      const wanted = ['page', ...[3, 4, 5, 6, 7, 8].map((n) => `notice:${n}`)];
      const got = { ops: ids(all.to('ops')), me: ids(all.to('me')) };
      const times = (channel: 'ops' | 'me', id: string) =>
        got[channel].filter((each) => each === id).length;
      for (const channel of ['ops', 'me'] as const) {
        for (const id of wanted) {
          expect({ at, id, channel, times: times(channel, id) }).toSatisfy(
            (seen: { times: number }) => seen.times === 1 || seen.times === 2,
          );
        }
      }
      // One fault repeats at most one message on a channel.
      for (const channel of ['ops', 'me'] as const) {
        const messages = all.to(channel).map(({ id }) => id);
        const repeats = messages.length - new Set(messages).size;
        expect({ at, channel, repeats: repeats <= 1 }).toEqual({ at, channel, repeats: true });
      }
      expect({ at, told: got.me.includes('delivery:stranded:ops') }).toEqual({ at, told: true });
      const open = all.store.entries().filter(({ deliveries }) => {
        return deliveries.length === 0 || deliveries.some(({ state }) => state === 'waiting');
      });
      expect({ at, open }).toEqual({ at, open: [] });
    }
    expect(at).toBeGreaterThanOrEqual(20);
  });
});
