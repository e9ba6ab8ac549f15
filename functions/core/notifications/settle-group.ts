/** Records what a channel did with a message: for each of its notices, and before the next message. */
import { tellOfDeath, type DeadLetter } from './dead-letter.ts';
import type { DeliveryRun } from './delivery-run.ts';
import { messageOf, type Group } from './group-notices.ts';
import type { HeldEntry } from './held-entry.ts';
import type { SendOutcome } from './ports.ts';
import { ATTEMPTS_MAX, patienceMs, retryDelayMs } from './retry.ts';

type Failure = Exclude<SendOutcome, { readonly kind: 'delivered' }>;

/** Longest trouble that is kept in the record. */
const ERROR_LENGTH = 500;

/** Records the outcome. A death is told to the other channels first. Never throws. */
export async function settleGroup(
  channel: string,
  group: Group<HeldEntry>,
  outcome: SendOutcome,
  run: DeliveryRun,
): Promise<void> {
  if (outcome.kind === 'delivered') await settleDelivered(channel, group, run);
  else await settleFailed(channel, group, outcome, run);
}

async function settleDelivered(
  channel: string,
  group: Group<HeldEntry>,
  { deps, report }: DeliveryRun,
): Promise<void> {
  const atMs = deps.clock.nowMs();
  const { id: message } = messageOf(group);
  report.messages += 1;
  report.delivered += group.length;
  deps.log.info('message-delivered', { channel, message, notices: group.length });
  await Promise.all(
    group.map((entry) => {
      const attempts = entry.delivery(channel).attempts + 1;
      return entry.settle({ channel, state: 'delivered', attempts, dueAtMs: atMs, atMs });
    }),
  );
}

async function settleFailed(
  channel: string,
  group: Group<HeldEntry>,
  outcome: Failure,
  run: DeliveryRun,
): Promise<void> {
  const { report, deps } = run;
  const atMs = deps.clock.nowMs();
  const error = outcome.reason.slice(0, ERROR_LENGTH);
  const { id } = messageOf(group);
  const attemptsOf = (entry: HeldEntry) => entry.delivery(channel).attempts + 1;
  const spent = group.filter(
    (entry) => outcome.kind === 'never' || attemptsOf(entry) >= ATTEMPTS_MAX,
  );
  const attempts = Math.max(...group.map(attemptsOf));
  const letter = { messageId: id, channel, entries: spent, reason: error, attempts };
  // A death that could not be told is not recorded: it is tried again.
  const dead = (await isTold(letter, run)) ? spent : [];
  if (dead.length < group.length) deps.log.warn('message-later', { channel, message: id, error });
  await Promise.all(
    group.map((entry) => {
      const tried = { channel, attempts: attemptsOf(entry), atMs, error };
      if (dead.includes(entry)) {
        report.dead += 1;
        return entry.settle({ ...tried, state: 'dead', dueAtMs: atMs });
      }
      report.later += 1;
      const waitMs = retryDelayMs(id, tried.attempts, entry.notice.urgency);
      const dueAtMs = atMs + Math.max(waitMs, patienceMs(outcome));
      return entry.settle({ ...tried, state: 'waiting', dueAtMs });
    }),
  );
}

async function isTold(letter: DeadLetter, run: DeliveryRun): Promise<boolean> {
  if (letter.entries.length === 0) return true;
  try {
    await tellOfDeath(letter, run);
    return true;
  } catch (error) {
    const { channel, messageId: message } = letter;
    run.deps.log.error('death-not-told', { channel, message, error: String(error) });
    return false;
  }
}
