/**
 * Every authenticated message is a sign of life of its source, whatever becomes of it: a duplicate,
 * a stale one, a refused one. It goes on record beside what the message asks for, and never keeps
 * that from being done.
 */
import type { AuthenticMessage } from './authentic-message.ts';
import type { Log } from '../ports.ts';
import { mapMessage } from '../message/map-message.ts';
import { readMessage, withoutToken } from '../message/message.ts';
import { readTime } from '../message/read-time.ts';
import { isHeartbeat } from './receive-heartbeat.ts';
import type { NamedSource } from './signal-request.ts';
import type { HeardSources } from '../silence/source-watches.ts';

/** Records that the source was heard, if anybody watches for it. Never throws. */
export async function hearSource(
  message: AuthenticMessage,
  named: NamedSource,
  nowMs: number,
  { heard, log }: { readonly heard: HeardSources; readonly log: Log },
): Promise<void> {
  const atMs = livedAtMs(message, named, nowMs);
  if (atMs === undefined) return;
  try {
    await heard.hear(named.name, atMs);
  } catch (error) {
    log.warn('source-not-heard', { source: named.name, error: String(error) });
  }
}

/**
 * The time for which the message is a sign of life: when it says that it was fired, as far as that
 * can be read, so that a copy of an old message proves nothing; never later than now. Undefined: for
 * none. The halt secret may be in other hands than the source, and a heartbeat is recorded by who
 * receives it.
 */
export function livedAtMs(
  { root, signed, hasHaltSecret }: AuthenticMessage,
  { name, source }: NamedSource,
  nowMs: number,
): number | undefined {
  if (source.heartbeat === undefined || hasHaltSecret || isHeartbeat(root, source)) {
    return undefined;
  }
  const own = withoutToken(root, source.auth);
  const { map } = source;
  const message = map === undefined ? readMessage(own) : mapMessage(own, map, name);
  const fields = message.ok ? message.value.fields : undefined;
  const time = fields?.get('fireTime') ?? fields?.get('time');
  const firedAtMs = time === undefined ? undefined : readTime(time);
  const atMs = firedAtMs?.ok === true ? firedAtMs.value : (signed?.atMs ?? nowMs);
  return Math.min(atMs, nowMs);
}
