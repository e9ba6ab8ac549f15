/** Notifications as docs/cli.md shows them: delivered, on its way, given up. */
import type { Notice } from '../../../functions/core/notices/notice.ts';
import type { Delivery } from '../../../functions/core/notifications/ports.ts';

const AT_MS = Date.UTC(2026, 10, 22, 12);
const MINUTE_MS = 60_000;

/** Writes them. */
export async function seedNotifications(
  told: (notice: Notice, deliveries: readonly Delivery[]) => Promise<void>,
): Promise<void> {
  const mail = { channel: 'me', attempts: 1, dueAtMs: AT_MS, atMs: AT_MS + MINUTE_MS } as const;
  const slack = { channel: 'ops', dueAtMs: AT_MS + 9 * MINUTE_MS, atMs: AT_MS } as const;
  const gone = 'Slack answers 404: no_service';
  const busy = 'Slack answers 429';
  await told(noticeOf('alert:btc-fall.a5c21f09d3:1', 0, 'BTC/USD fell 5.2 % within 1h'), [
    { ...mail, state: 'delivered' },
    { ...slack, state: 'dead', attempts: 1, error: gone },
  ]);
  await told(noticeOf('prices:4:no-data', 2, 'Kraken’s prices cannot be read', 'warning'), [
    { ...mail, state: 'delivered' },
    { ...slack, state: 'waiting', attempts: 3, error: busy },
  ]);
}

function noticeOf(id: string, minute: number, title: string, urgency: Notice['urgency'] = 'info') {
  const atMs = AT_MS + minute * MINUTE_MS;
  return { ...{ id, atMs, urgency, title, channels: [], text: title }, subject: 'alert' } as const;
}
