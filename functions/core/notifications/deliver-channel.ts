/**
 * Delivers what waits for one channel: page first, one message after the other, at the channel's
 * pace. What became of each message is recorded before the next one is sent.
 */
import type { DeliveryRun } from './delivery-run.ts';
import { groupNotices, messageOf, type Group } from './group-notices.ts';
import type { HeldEntry } from './held-entry.ts';
import type { Message, SendOutcome } from './ports.ts';
import { patienceMs } from './retry.ts';
import { settleGroup } from './settle-group.ts';

/** Sends all of it, or puts off what does not fit into this run. Never throws. */
export async function deliverToChannel(
  channel: string,
  entries: readonly HeldEntry[],
  run: DeliveryRun,
): Promise<void> {
  for (const group of groupNotices(entries)) {
    const [first, ...others] = group.filter(({ isOurs }) => isOurs);
    if (first === undefined) continue;
    const ours: Group<HeldEntry> = [first, ...others];
    const outcome = await trySending(channel, ours, run);
    if (outcome === 'no-turn') await putOff(channel, ours, run);
    else await settleGroup(channel, ours, outcome, run);
  }
}

/** One attempt: a send, and a second where the channel asks for a patience that fits into the run. */
async function trySending(
  channel: string,
  group: Group<HeldEntry>,
  run: DeliveryRun,
): Promise<SendOutcome | 'no-turn'> {
  if (!Object.hasOwn(run.deps.config.channels, channel)) {
    return { kind: 'never', reason: `harpoon.yaml has no channel ${channel} any more` };
  }
  const pace = run.pace(channel);
  const message = messageOf(group);
  // Drawn before the turn is taken, which drawing would use up.
  const picture = await run.pictures.of(message.notices);
  const whole = picture === undefined ? message : { ...message, picture };
  if (!(await pace.turn())) return 'no-turn';
  const outcome = await send(whole, channel, run);
  const asksPatience = outcome.kind === 'later' && outcome.retryAfterMs !== undefined;
  return asksPatience && (await pace.turn()) ? send(whole, channel, run) : outcome;
}

async function send(message: Message, channel: string, run: DeliveryRun): Promise<SendOutcome> {
  const pace = run.pace(channel);
  try {
    const outcome = await run.deps.notifier.send(message, channel);
    if (outcome.kind === 'later') {
      const restMs = patienceMs(outcome);
      pace.failed(restMs);
      if (restMs > 0) run.deps.rests?.set(channel, run.deps.clock.nowMs() + restMs);
    } else pace.worked();
    return outcome;
  } catch (error) {
    pace.failed(0);
    return { kind: 'later', reason: String(error) };
  }
}

/** The channel has no turn left in this run; that is no attempt. */
async function putOff(channel: string, group: Group<HeldEntry>, run: DeliveryRun): Promise<void> {
  const dueAtMs = Math.max(run.deps.clock.nowMs(), run.pace(channel).freeAtMs);
  await Promise.all(group.map((entry) => entry.settle({ ...entry.delivery(channel), dueAtMs })));
}
