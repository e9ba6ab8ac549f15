/** `harpoon alerts test` */
import { randomUUID } from 'node:crypto';
import type { AlertRule } from '../../functions/core/alerts/rule.ts';
import type { Notice } from '../../functions/core/notices/notice.ts';
import { knownRules, ruleOfId } from './alert-rules.ts';
import { CliError, type BoundCommand } from './command.ts';

export const testCommand: BoundCommand = {
  needs: 'installation',
  path: ['alerts', 'test'],
  summary: 'send a test notification to the channels of a rule',
  args: [['<id>', 'as `alerts list` shows it']],
  examples: ['harpoon alerts test r71c2fa09b'],
  json: ['notification: its id, as `notifications` shows it', 'channels: where it goes'],
  async run({ args: [id = ''] }, { config, alerts, outbox, clock }) {
    const { rule } = ruleOfId(id, await knownRules({ config, alerts }));
    const channels = rule.channels.length > 0 ? rule.channels : Object.keys(config.channels);
    if (channels.length === 0) {
      throw new CliError('refused', 'harpoon.yaml has no channel. Add one under channels.');
    }
    const notice = testNotice(rule, { unique: randomUUID().slice(0, 8), atMs: clock.nowMs() });
    await outbox.put(notice);
    return {
      json: { notification: notice.id, channels },
      lines: () => [
        `A test goes to ${channels.join(', ')} within about a minute: ${notice.id}`,
        'What became of it: npx harpoon notifications --limit 1',
      ],
    };
  },
};

/** The notice: through the same outbox as a firing, and marked so that nobody takes it for one. */
export function testNotice(rule: AlertRule, at: { unique: string; atMs: number }): Notice {
  const note = rule.note === undefined ? [] : [`Note: ${rule.note}`];
  return {
    ...{ id: `test:${rule.id}:${at.unique}`, atMs: at.atMs, urgency: 'info' },
    ...{ channels: rule.channels, subject: 'alert', zone: rule.zone },
    title: `TEST, nothing happened: ${rule.text}`.slice(0, 140),
    text: [
      'Somebody tried whether notifications of this rule arrive. They do. No price has crossed anything, and nothing is traded.',
      ...note,
    ].join('\n'),
    facts: [{ label: 'Rule', value: rule.id }],
    command: 'npx harpoon alerts list',
  };
}
