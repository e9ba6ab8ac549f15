/** `harpoon check`: what `npm run check` does. */
import { checkFile } from '../check.ts';
import type { PureCommand } from './command.ts';

export const checkCommand: PureCommand = {
  needs: 'nothing',
  path: ['check'],
  summary: 'check the configuration: a summary, or every fault with its line',
  args: [['[file]', 'the configuration (default: harpoon.yaml)']],
  examples: ['harpoon check', 'harpoon check other.yaml --json'],
  json: ['file', 'config: as compiled', 'missing: what is worth adding', 'faults: instead of both'],
  async run({ args }) {
    const { ok, json, text } = checkFile(args[0] ?? 'harpoon.yaml');
    const lines = text.trimEnd().split('\n');
    if (ok) return { json, lines: () => lines };
    return { exit: 'failed', json, lines: () => [], faults: lines };
  },
};
