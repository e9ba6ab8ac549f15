/** A notifier that writes each notice as a log line, one for each channel it is meant for. */
import type { Notifier } from '../core/deliver-notices.ts';
import type { Log } from '../core/ports.ts';

/** Notices as log lines. */
export function logNotifier(log: Log): Notifier {
  return {
    async send({ id, urgency, title, text }, channel) {
      log.info('notice', { channel, id, urgency, title, text });
    },
  };
}
