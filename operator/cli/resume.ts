/** `harpoon resume`, in two steps */
import type { Resumed } from '../../functions/core/halt/resume-trading.ts';
import { scopeName, type SwitchScope } from '../../functions/core/halt/switch-board.ts';
import { printable } from '../config/fault.ts';
import type { ResumeView } from '../switch.ts';
import { CliError, type BoundCommand, type Input, type Report } from './command.ts';
import type { Installation } from './installation.ts';
import { askOpen } from './open-at.ts';
import { utc } from './order-words.ts';
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
import { isoTime } from './times.ts';

export const resumeCommand: BoundCommand = {
  needs: 'installation',
  path: ['resume'],
  summary: 'go on after a halt: first shows what stands open and gives a code, then takes it',
  options: [
    SCOPE_OPTION,
    ['--code <code>', 'the code of the first step; it holds for five minutes'],
    ['--why <text>', 'for the record; needed with --code'],
    BY_OPTION,
  ],
  examples: [
    'harpoon resume --account main',
    'harpoon resume --account main --code 1f0c22b7 --why "key renewed"',
  ],
  json: [
    'without --code: halted, and if so blocks, why, by, since, unsettled: [text],',
    '  open: { account: [text], or why it is not known }, code, codeHoldsUntil',
    'with --code: resumed, stillHalted: the other switches that stop orders',
  ],
  run: (input, installation) => {
    const scope = scopeOf(input, installation);
    const code = input.text('code');
    return code === undefined
      ? lookFirst(scope, installation)
      : turnOn(scope, { code: code.trim(), input }, installation);
  },
};

async function lookFirst(scope: SwitchScope, installation: Installation): Promise<Report> {
  const view = await toolsOf(installation, askOpen(installation)).requestResume(scope);
  if (view.kind === 'not-halted') {
    return {
      json: { ...scopeJson(scope), halted: false },
      lines: () => [
        `The switch of ${scopeName(scope)} stops nothing: there is nothing to resume.`,
        'All switches: npx harpoon status',
      ],
    };
  }
  const { state, offer, unsettled, open } = view;
  const { blocks, why, by, atMs } = state;
  return {
    json: {
      ...{ ...scopeJson(scope), halted: true, blocks, why, by, since: sinceJson(atMs) },
      ...{ unsettled, open, code: offer.code, codeHoldsUntil: isoTime(offer.untilMs) },
    },
    lines: (paint) => [
      paint.bad(
        `HALTED, ${scopeName(scope)}: ${blocks === 'all' ? 'every order' : 'orders that add risk'}`,
      ),
      `  since  ${atMs === 0 ? 'not on record' : utc(atMs)}`,
      `  by     ${printable(by)}`,
      `  why    ${printable(why)}`,
      ...stillOpen(view),
      '',
      `If it may go on, say so until ${utc(offer.untilMs)}:`,
      `  npx harpoon resume${scopeWords(scope)} --code ${offer.code} --why "TEXT"`,
    ],
  };
}

function sinceJson(atMs: number): string | null {
  return atMs === 0 ? null : isoTime(atMs);
}

function stillOpen({ unsettled, open }: Extract<ResumeView, { kind: 'offered' }>) {
  return [
    '',
    ...(unsettled.length === 0
      ? ['Orders whose outcome is not known: none.']
      : ['Orders whose outcome is not known:', ...unsettled.map((one) => `  ${printable(one)}`)]),
    ...Object.entries(open).flatMap(([account, orders]) => {
      if (typeof orders === 'string') {
        return [`Open at Kraken on ${account}: not known, ${printable(orders)}`];
      }
      if (orders.length === 0) return [`Open at Kraken on ${account}: nothing.`];
      return [`Open at Kraken on ${account}:`, ...orders.map((one) => `  ${printable(one)}`)];
    }),
  ];
}

async function turnOn(
  scope: SwitchScope,
  { code, input }: { readonly code: string; readonly input: Input },
  installation: Installation,
): Promise<Report> {
  const why = whyOf(input);
  const tools = toolsOf(installation);
  const result = await tools.confirmResume(scope, { code, why, by: byOf(input) });
  if (result !== 'resumed') throw refused(result, scope);
  const { switches } = await tools.status(1);
  const others = switches
    .filter(({ state }) => state?.blocks !== 'nothing')
    .map((one) => scopeName(one.scope));
  return {
    json: { ...scopeJson(scope), resumed: true, stillHalted: others },
    lines: (paint) => [
      paint.good(`Resumed: the switch of ${scopeName(scope)} stops nothing any more.`),
      'What was stopped meanwhile is not carried out later.',
    ],
    ...(others.length === 0
      ? {}
      : {
          warnings: [
            `still off: ${others.join(', ')}. Both an account's own and the one over every account must be on.`,
          ],
        }),
  };
}

function refused(result: Exclude<Resumed, 'resumed'>, scope: SwitchScope): CliError {
  const again = `Look again: npx harpoon resume${scopeWords(scope)}`;
  switch (result) {
    case 'not-halted':
      return new CliError('refused', `the switch of ${scopeName(scope)} stops nothing.`);
    case 'wrong-code':
      return new CliError('refused', `not resumed: this code is wrong, used, or too old. ${again}`);
    case 'turned-meanwhile':
      return new CliError('refused', `not resumed: somebody turned the switch meanwhile. ${again}`);
  }
}
