/** `harpoon halt` */
import type { HaltResult } from '../../functions/core/halt/halt-trading.ts';
import { scopeName } from '../../functions/core/halt/switch-board.ts';
import { CliError, type BoundCommand, type Input } from './command.ts';
import {
  BY_OPTION,
  byOf,
  SCOPE_OPTION,
  scopeJson,
  scopeOf,
  scopeWords,
  toolsOf,
  whyOf,
} from './switch-command.ts';

export const haltCommand: BoundCommand = {
  needs: 'installation',
  path: ['halt'],
  summary: 'stop trading now; it holds for the very next order',
  options: [
    SCOPE_OPTION,
    ['--level <level>', 'entries: what adds risk, exits pass (default); all: every order'],
    ['--cancel', 'cancel every open order at Kraken too, also stops that protect a position'],
    ['--flatten', 'cancel, then sell at the market what the accounts hold of their pairs'],
    ['--why <text>', 'for the record; needed'],
    BY_OPTION,
  ],
  examples: [
    'harpoon halt --level all --why "the strategy has gone mad"',
    'harpoon halt --account main --cancel --why "news at 14:00"',
    'harpoon halt --account main --flatten --why "out of everything"',
  ],
  json: [
    'switches: [{ account: name, or null for the one over all, blocks: entries|all, turned }],',
    'cancelling: accounts whose open orders are about to be cancelled',
  ],
  async run(input, installation) {
    const scope = scopeOf(input, installation);
    const flatten = input.has('flatten');
    const cancel = flatten || input.has('cancel');
    const order = { scopes: [scope], level: levelOf(input), cancel, flatten };
    const who = { why: whyOf(input), by: byOf(input) };
    const result = await toolsOf(installation).halt({ ...order, ...who });
    const { switches, cancelling } = result;
    return {
      json: {
        switches: switches.map(({ scope: one, blocks, turned }) => ({
          ...scopeJson(one),
          ...{ blocks, turned },
        })),
        cancelling,
      },
      lines: (paint) => [
        ...switchWords(result).map(paint.bad),
        ...cancelWords(result, order),
        'An order that was licensed a moment ago may still trade for 10 s. Signals are recorded and never carried out later.',
        `To go on: npx harpoon resume${scopeWords(scope)}`,
      ],
    };
  },
};

/** Left out it is what a message that halts means too (docs/rails.md). */
function levelOf(input: Input): 'entries' | 'all' {
  const level = input.text('level') ?? 'entries';
  if (level === 'all' && input.has('flatten')) {
    throw new CliError('usage', '--level all would stop the sales of --flatten too: leave it out');
  }
  if (level === 'entries' || level === 'all') return level;
  throw new CliError('usage', `--level is entries or all, not "${level.slice(0, 40)}"`);
}

function switchWords({ switches }: HaltResult): readonly string[] {
  return switches.map(({ scope, blocks, turned }) => {
    const what =
      blocks === 'all'
        ? 'every order'
        : 'orders that add risk; exits pass (--level all stops them too)';
    const before = turned ? '' : ' It did so before; nothing was turned.';
    return `HALTED, ${scopeName(scope)}: stops ${what}.${before}`;
  });
}

function cancelWords(
  { cancelling }: HaltResult,
  { cancel, flatten }: { readonly cancel: boolean; readonly flatten: boolean },
): readonly string[] {
  if (!cancel) return ['Open orders at Kraken stay open; --cancel cancels them.'];
  if (cancelling.length === 0) return ['Nothing to cancel: no such account can have open orders.'];
  const names = cancelling.join(', ');
  return [
    `Asked for: every open order of ${names} at Kraken is cancelled, within about two minutes. npx harpoon status says whether it still waits.`,
    ...(flatten
      ? [`Then what ${names} holds of the pairs in its rails is sold at the market.`]
      : []),
  ];
}
