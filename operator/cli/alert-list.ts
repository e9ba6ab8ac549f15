/** `harpoon alerts list` */
import { checkedSentence, isLate, lateWarning, ruleJson, ruleLines } from './alert-rows.ts';
import { ruleViews } from './alert-rules.ts';
import type { BoundCommand } from './command.ts';
import { isoTime } from './times.ts';

const EMPTY =
  'There is no alert rule. Add one: npx harpoon alerts add "BTC/USD crosses above 100000"';

export const listCommand: BoundCommand = {
  needs: 'installation',
  path: ['alerts', 'list'],
  summary: 'list the rules of harpoon.yaml and the added ones',
  examples: ['harpoon alerts list', 'harpoon alerts list --on aws --json'],
  json: [
    'rules: [{ id, rule, from: file|added, state: new|armed|fired|done|expired|shadowed, firings,',
    '  lastFiredAt, mutedUntil, expiresAt, repeat, hysteresisPercent, cooldownMs, zone, notify, quiet, note, signal }]',
    'pricesCheckedAt: time or null; pricesAreLate: no look for more than 3 minutes',
  ],
  async run(_input, installation) {
    const [views, atMs] = await Promise.all([
      ruleViews(installation),
      installation.alerts.lastBeat(),
    ]);
    const check = { atMs, nowMs: installation.clock.nowMs() };
    const zone = installation.config.zone ?? 'UTC';
    const late = isLate(check);
    return {
      json: {
        rules: views.map(ruleJson),
        ...{ pricesCheckedAt: isoTime(atMs), pricesAreLate: late },
      },
      lines: (paint) => [
        `${checkedSentence(check)} Times are ${zone}.`,
        '',
        ...(views.length === 0 ? [EMPTY] : ruleLines(views, zone, paint)),
      ],
      ...(late ? { warnings: [lateWarning(check)] } : {}),
    };
  },
};
