/** `harpoon template` */
import { authText } from '../config/auth-schema.ts';
import { templatesOf, SECRET_HERE } from '../message-template.ts';
import type { PureCommand } from './command.ts';
import { CONFIG_OPTION, sourceNamed } from './message-input.ts';

export const templateCommand: PureCommand = {
  needs: 'nothing',
  path: ['template'],
  summary: 'print the message that a source is to send, ready to be pasted',
  args: [['[source]', 'a source of harpoon.yaml (default: the only one there is)']],
  options: [CONFIG_OPTION],
  examples: ['harpoon template btc-trend'],
  json: ['source', 'templates: [{ title, hints: [sentence], text }]'],
  async run(input) {
    const judged = sourceNamed(input.args[0], input);
    const templates = templatesOf(judged, Date.now());
    const { name, source } = judged;
    const needsSecret = templates.some(({ text }) => text.includes(SECRET_HERE));
    return {
      json: { source: name, templates },
      lines: (paint) => [
        `Source ${name}: ${authText(source.auth)}. Address: https://YOUR-API/hook/${name}/TOKEN`,
        ...(needsSecret
          ? [
              `Put the value of its secret (${source.secret} in Secrets Manager) for ${SECRET_HERE}.`,
            ]
          : []),
        ...templates.flatMap(({ title, hints, text }) => [
          ...['', paint.strong(title), ...hints, ''],
          ...text.split('\n'),
        ]),
        '',
        `Try it before it fires: npx harpoon lint FILE --source ${name}`,
      ],
    };
  },
};
