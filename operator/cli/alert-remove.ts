/** `harpoon alerts rm` */
import { knownRules, ruleOfId } from './alert-rules.ts';
import { CliError, type BoundCommand } from './command.ts';

export const removeCommand: BoundCommand = {
  needs: 'installation',
  path: ['alerts', 'rm'],
  summary: 'remove an added rule, with what is remembered of it',
  args: [['<id>', 'as `alerts list` shows it']],
  examples: ['harpoon alerts rm r71c2fa09b'],
  json: ['removed: the id', 'rule: its words'],
  async run({ args: [id = ''] }, { config, alerts }) {
    const known = await knownRules({ config, alerts });
    // An added one goes first here: one of the file under the same id is not what can be removed.
    const added = known.find(({ rule, from }) => rule.id === id && from === 'added');
    const { rule } = added ?? ruleOfId(id, known);
    if (added === undefined) {
      const remedy = `Take it out there (then deploy, or start anew), or mute it: npx harpoon alerts mute ${id} --for 7d`;
      throw new CliError('refused', `the rule ${id} is written in harpoon.yaml. ${remedy}`, { id });
    }
    if (!(await alerts.remove(id))) {
      throw new CliError('not-found', `somebody else has removed ${id} just now.`, { id });
    }
    // A rule that is added under this id later is another one; a mute would go on silently.
    const isOfFile = known.some((one) => one.rule.id === id && one.from === 'file');
    if (!isOfFile && (await alerts.mutes()).has(id)) await alerts.mute(id, 0);
    return {
      json: { removed: id, rule: rule.text },
      lines: () => [`Removed: ${id}  ${rule.text}`],
    };
  },
};
