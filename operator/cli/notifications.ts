/** `harpoon notifications` */
import type { BoundCommand } from './command.ts';
import { isDead, notificationJson, notificationLines } from './notification-rows.ts';
import { LIMIT, LIMIT_MAX, limitOf } from './limit.ts';

export const notificationsCommand: BoundCommand = {
  needs: 'installation',
  path: ['notifications'],
  summary: 'the newest notifications, and what became of each on every channel',
  options: [
    ['--limit <n>', `how many (default: ${LIMIT}, at most ${LIMIT_MAX})`],
    ['--dead', `only what some channel will never get, of the newest ${LIMIT_MAX}`],
  ],
  examples: ['harpoon notifications', 'harpoon notifications --limit 100 --dead'],
  json: [
    'notifications: [{ id, at, urgency: info|warning|page, subject, title, text, channels, notBefore,',
    '  deliveries: [{ channel, state: waiting|delivered|dead, attempts, at, nextAt, error }] }], newest first',
  ],
  async run(input, { config, deliveries, clock }) {
    const limit = limitOf(input);
    const wantsDead = input.has('dead');
    const newest = await deliveries.recent(wantsDead ? LIMIT_MAX : limit);
    const entries = (wantsDead ? newest.filter(isDead) : newest).slice(0, limit);
    const zone = config.zone ?? 'UTC';
    const none = wantsDead ? 'No notification was given up.' : 'There is no notification yet.';
    return {
      json: { notifications: entries.map(notificationJson) },
      lines: (paint) =>
        entries.length === 0
          ? [none]
          : [
              `Newest first. Times are ${zone}.`,
              ...entries.flatMap((entry) => [
                '',
                ...notificationLines(entry, { zone, nowMs: clock.nowMs(), paint }),
              ]),
            ],
    };
  },
};
