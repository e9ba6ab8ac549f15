/** `harpoon alerts mute` and `harpoon alerts unmute` */
import { knownRules, ruleOfId } from './alert-rules.ts';
import { CliError, type BoundCommand, type Input } from './command.ts';
import { isoTime, momentFrom, shortTime, spanOf } from './times.ts';

export const muteCommand: BoundCommand = {
  needs: 'installation',
  path: ['alerts', 'mute'],
  summary: 'mute a rule for a time: it counts, and neither tells nor trades',
  args: [['<id>', 'as `alerts list` shows it; also of a rule of harpoon.yaml']],
  options: [
    ['--for <time>', 'such as 30m, 2h or 7d'],
    ['--until <time>', 'such as 18:00, 2026-12-31 or "2026-12-31 18:00"'],
  ],
  examples: [
    'harpoon alerts mute r71c2fa09b --for 2h',
    'harpoon alerts mute eth-low --until 18:00',
  ],
  json: ['id', 'mutedUntil: time'],
  async run(input, { config, alerts, clock }) {
    const zone = config.zone ?? 'UTC';
    const nowMs = clock.nowMs();
    const untilMs = endOf(input, zone, nowMs);
    const { rule } = ruleOfId(input.args[0] ?? '', await knownRules({ config, alerts }));
    await alerts.mute(rule.id, untilMs);
    return {
      json: { id: rule.id, mutedUntil: isoTime(untilMs) },
      lines: () => [
        `Muted until ${shortTime(untilMs, zone)} ${zone}: ${rule.id}  ${rule.text}`,
        ...(rule.signal === undefined ? [] : ['It raises no signal either until then.']),
      ],
    };
  },
};

function endOf(input: Input, zone: string, nowMs: number): number {
  const [span, until] = [input.text('for'), input.text('until')];
  if (span !== undefined && until === undefined) return nowMs + spanOf(span, '--for');
  if (until !== undefined && span === undefined) {
    return momentFrom(until, { zone, nowMs, option: '--until' });
  }
  throw new CliError('usage', 'say either --for 2h or --until 18:00.');
}

export const unmuteCommand: BoundCommand = {
  needs: 'installation',
  path: ['alerts', 'unmute'],
  summary: 'let a muted rule speak again',
  args: [['<id>', 'as `alerts list` shows it']],
  examples: ['harpoon alerts unmute r71c2fa09b'],
  json: ['id', 'wasMuted: false when there was nothing to do'],
  async run({ args: [id = ''] }, { config, alerts, clock }) {
    const { rule } = ruleOfId(id, await knownRules({ config, alerts }));
    const mutedUntilMs = (await alerts.mutes()).get(rule.id) ?? 0;
    const wasMuted = mutedUntilMs > clock.nowMs();
    if (mutedUntilMs !== 0) await alerts.mute(rule.id, 0);
    const said = wasMuted ? 'Speaks again' : 'Was not muted';
    return {
      json: { id: rule.id, wasMuted },
      lines: () => [`${said}: ${rule.id}  ${rule.text}`],
    };
  },
};
