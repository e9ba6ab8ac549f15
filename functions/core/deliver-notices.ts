/** Delivers what waits in the outbox. At least once: a notice is marked after it was handed over. */
import type { Config } from './config.ts';
import type { Notice } from './notice.ts';
import type { Clock, Log, Outbox } from './ports.ts';

/** Notices handed over in one run. */
const NOTICES_MAX = 100;

/** A way to reach people. */
export interface Notifier {
  /** Hands one notice over to one channel; throws when it could not. */
  send(notice: Notice, channel: string): Promise<void>;
}

/** What delivering needs. */
export interface DeliverDeps {
  readonly config: Config;
  readonly clock: Clock;
  readonly log: Log;
  readonly outbox: Outbox;
  readonly notifier: Notifier;
}

/** One run over the outbox. A notice that fails stays and is tried again in the next run. */
export async function deliverNotices(deps: DeliverDeps): Promise<void> {
  const everyChannel = Object.keys(deps.config.channels);
  for (const notice of await deps.outbox.pending(NOTICES_MAX)) {
    const channels = notice.channels.length > 0 ? notice.channels : everyChannel;
    // Without a channel nobody hears of it; the log at least says so.
    if (channels.length === 0) deps.log.warn('notice-without-channel', { notice: notice.id });
    try {
      for (const channel of channels) await deps.notifier.send(notice, channel);
      await deps.outbox.delivered(notice, deps.clock.nowMs());
    } catch (error) {
      deps.log.error('notice-not-delivered', { notice: notice.id, error: String(error) });
    }
  }
}
