/**
 * What happens when a channel has given a message up. Somebody must hear of it: what no channel has
 * taken is told by the channels that were not asked, and that a channel is broken is told once a day
 * by the others. What nobody can be told is an error in the log, `notice-dead`, which an alarm watches.
 */
import type { Notice } from '../notices/notice.ts';
import { cut } from './clean-text.ts';
import type { DeliveryRun } from './delivery-run.ts';
import type { HeldEntry } from './held-entry.ts';

/** A message that a channel does not take. */
export interface DeadLetter {
  readonly messageId: string;
  readonly channel: string;
  readonly entries: readonly HeldEntry[];
  readonly reason: string;
  readonly attempts: number;
}

const COMMAND = 'npx harpoon notifications --dead';

/** Contents that are repeated; the command lists the rest. */
const REPEATED_MAX = 10;
const REPEATED_LENGTH = 600;

/** Tells the other channels, before the death is recorded. Throws when it could not be told. */
export async function tellOfDeath(letter: DeadLetter, run: DeliveryRun): Promise<void> {
  const { channel, entries, reason } = letter;
  const { log, config } = run.deps;
  for (const entry of entries) entry.doom(channel);
  const stranded = entries.filter((entry) => !entry.isAlive);
  log.warn('delivery-dead', { channel, message: letter.messageId, reason });
  // Word of a failed delivery is passed on once, or two broken channels would write for ever.
  const untold = stranded.filter(({ notice }) => notice.subject !== 'delivery');
  const told = new Set<HeldEntry>();
  // Notices of one message may have died on other channels before: each goes where it was not tried.
  for (const [tried, some] of byTried(untold)) {
    const untried = Object.keys(config.channels).filter((name) =>
      some.every(({ deadChannels }) => !deadChannels.includes(name)),
    );
    if (untried.length === 0) continue;
    await run.deps.outbox.put(contents(letter, some, { tried, untried }, run));
    for (const entry of some) told.add(entry);
  }
  for (const { notice } of stranded.filter((entry) => !told.has(entry))) {
    log.error('notice-dead', { notice: notice.id, channel, title: notice.title, reason });
  }
  if (stranded.length < entries.length) await tellBroken(letter, run);
}

/** Notices by the names of the channels that have given them up, joined by a plus. */
function byTried(entries: readonly HeldEntry[]): ReadonlyMap<string, readonly HeldEntry[]> {
  const groups = new Map<string, HeldEntry[]>();
  for (const entry of entries) {
    const tried = [...entry.deadChannels].sort().join('+');
    groups.set(tried, [...(groups.get(tried) ?? []), entry]);
  }
  return groups;
}

/** Nobody has what these notices say: it is told again, elsewhere. */
function contents(
  letter: DeadLetter,
  untold: readonly HeldEntry[],
  { tried, untried }: { readonly tried: string; readonly untried: readonly string[] },
  run: DeliveryRun,
): Notice {
  const { channel, messageId } = letter;
  const notices = untold.map(({ notice }) => notice);
  const [first] = notices;
  const many = notices.length > 1 ? ` and ${notices.length - 1} more` : '';
  const urgent = notices.some(({ urgency }) => urgency === 'page');
  const repeated = notices.slice(0, REPEATED_MAX).flatMap(({ title, text, facts = [], id }) => {
    const numbers = facts.map(({ label, value }) => `${label}: ${value}`).join('; ');
    const words = [title, numbers, text].map((line) => cut(line, REPEATED_LENGTH));
    return [...words, `It is ${id}.`].filter((line) => line !== '');
  });
  return {
    ...base(letter, untried, run),
    id: `delivery:${messageId}:${tried}`,
    urgency: urgent ? 'page' : 'warning',
    title: `Not delivered to ${channel}: ${cut(first?.title ?? messageId, 200)}${many}`,
    text: [`Channel ${channel} did not take this, so it comes to you here:`, ...repeated].join(
      '\n',
    ),
    ...(first?.chart === undefined ? {} : { chart: first.chart }),
  };
}

/** Others have taken the notices, so it is enough to hear of the channel once a day. */
async function tellBroken(letter: DeadLetter, run: DeliveryRun): Promise<void> {
  const { channel } = letter;
  const others = Object.keys(run.deps.config.channels).filter((name) => name !== channel);
  if (others.length === 0) return;
  const day = new Date(run.deps.clock.nowMs()).toISOString().slice(0, 10);
  await run.deps.outbox.put({
    ...base(letter, others, run),
    id: `delivery:${channel}:${day}`,
    urgency: 'warning',
    title: `Channel ${channel} takes no notifications`,
    text: `What it missed went to your other channels. You are told this once a day (UTC) while it lasts.`,
  });
}

function base(
  { channel, reason, attempts }: DeadLetter,
  channels: readonly string[],
  run: DeliveryRun,
) {
  const { config, clock } = run.deps;
  return {
    atMs: clock.nowMs(),
    channels,
    subject: 'delivery',
    command: COMMAND,
    facts: [
      { label: 'Channel', value: channel },
      { label: 'Why', value: reason },
      { label: 'Attempts', value: String(attempts) },
    ],
    ...(config.zone === undefined ? {} : { zone: config.zone }),
  } as const;
}
