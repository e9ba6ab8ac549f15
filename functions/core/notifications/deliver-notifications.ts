/**
 * Delivers what waits in the outbox, to every channel that it is meant for. At least once: a notice
 * is claimed, sent, and then recorded, so a crash in between repeats it and loses nothing; its id is
 * shown to the person. Channels work side by side, so that one that fails delays no other.
 */
import type { Config } from '../config.ts';
import type { Notice } from '../notices/notice.ts';
import { deliverToChannel } from './deliver-channel.ts';
import {
  startRun,
  type DeliverDeps,
  type DeliveryReport,
  type DeliveryRun,
} from './delivery-run.ts';
import { HeldEntry } from './held-entry.ts';
import type { Delivery, OutboxEntry } from './ports.ts';

/** Entries that are looked at together: what is many among them becomes a digest. */
const ROUND_MAX = 200;

/** Claims under way at a time. */
const CLAIMS_AT_ONCE = 10;

/** Longer than a run can take, so that nobody else begins what is still being sent. */
const LEASE_MS = 70_000;

/** Stands in the record of a notice that no channel is meant for. */
const NO_CHANNEL = 'log';

/** A claimed notice and the channels that are due. */
interface Claimed {
  readonly held: HeldEntry;
  readonly channels: readonly string[];
}

/** One run: rounds over what is due, until nothing is or the time is up. */
export async function deliverNotifications(deps: DeliverDeps): Promise<DeliveryReport> {
  const run = startRun(deps);
  for (;;) {
    const due = await deps.deliveries.due(deps.clock.nowMs(), ROUND_MAX);
    const claimed = await claimAll(due, run);
    if (claimed.length === 0) return run.report;
    const names = new Set(claimed.flatMap(({ channels }) => channels));
    await Promise.all(
      [...names].map((name) => {
        const mine = claimed.filter(({ channels }) => channels.includes(name));
        return deliverToChannel(
          name,
          mine.map(({ held }) => held),
          run,
        );
      }),
    );
  }
}

async function claimAll(due: readonly OutboxEntry[], run: DeliveryRun): Promise<Claimed[]> {
  const claimed: Claimed[] = [];
  for (let at = 0; at < due.length; at += CLAIMS_AT_ONCE) {
    if (run.deps.clock.nowMs() >= run.claimUntilMs) break;
    const some = due.slice(at, at + CLAIMS_AT_ONCE).map((entry) => claim(entry, run));
    claimed.push(...(await Promise.all(some)).filter((each) => each !== undefined));
  }
  return claimed;
}

/** Claims an entry; undefined when somebody else has it or it could not be claimed. */
async function claim(due: OutboxEntry, { deps }: DeliveryRun): Promise<Claimed | undefined> {
  const { config, clock, log, deliveries: store } = deps;
  const nowMs = clock.nowMs();
  const leaseUntilMs = nowMs + LEASE_MS;
  try {
    const entry = await store.claim(due, leaseUntilMs);
    if (entry === 'lost') return undefined;
    const { notice } = entry;
    const names = channelsOf(notice, config);
    const known = entry.deliveries.length > 0;
    const deliveries = known ? entry.deliveries : firstDeliveries(notice, names, nowMs);
    if (names.length === 0) {
      log.warn('notice-without-channel', { notice: notice.id, title: notice.title });
    }
    const channels = deliveries
      .filter(({ state, dueAtMs }) => state === 'waiting' && dueAtMs <= nowMs)
      .map(({ channel }) => channel);
    const held = new HeldEntry({ entry, deliveries, inHand: channels, leaseUntilMs }, deps);
    if (channels.length === 0) await held.write();
    return { held, channels };
  } catch (error) {
    log.warn('notice-not-claimed', { notice: due.notice.id, error: String(error) });
    return undefined;
  }
}

function channelsOf({ channels }: Notice, config: Config): readonly string[] {
  return channels.length > 0 ? [...new Set(channels)] : Object.keys(config.channels);
}

/** Quiet hours hold a notice back, but never a page. */
function firstDeliveries(
  { atMs, urgency, notBeforeMs = 0 }: Notice,
  names: readonly string[],
  nowMs: number,
): readonly Delivery[] {
  const dueAtMs = urgency === 'page' ? Math.min(atMs, nowMs) : Math.max(atMs, notBeforeMs);
  if (names.length === 0) {
    return [{ channel: NO_CHANNEL, state: 'delivered', attempts: 1, dueAtMs, atMs: nowMs }];
  }
  return names.map((channel) => ({ channel, state: 'waiting', attempts: 0, dueAtMs }));
}
