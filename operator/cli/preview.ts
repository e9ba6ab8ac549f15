/** `harpoon preview` */
import { previewOrder, type OrderPreview } from '../../functions/core/receive/preview-order.ts';
import { suggestion } from '../../functions/core/suggest.ts';
import { judgeMessage, type JudgedSource, type Judgement } from '../judge-message.ts';
import { CliError, type BoundCommand, type Input, type Report } from './command.ts';
import type { Installation } from './installation.ts';
import { judgementLines } from './lint.ts';
import { sourceIn, textOf } from './message-input.ts';
import { previewJson, previewLines } from './preview-lines.ts';
import { queryDepsOf } from './query-deps.ts';

export const previewCommand: BoundCommand = {
  needs: 'installation',
  path: ['preview'],
  summary: 'what would become of a message now: size, limits and the very order; sends nothing',
  args: [
    ['<source>', 'the source that would send it'],
    ['<file>', 'a file with the message; - reads what is piped in'],
  ],
  options: [['--account <name>', 'only for this account of the source (default: all of them)']],
  examples: [
    'harpoon preview btc-trend message.json',
    'harpoon preview btc-trend - --account main',
  ],
  json: [
    'means, signal: the fields as they were read, or code and sentence where it would be refused,',
    'accounts: [{ account, mode, wouldGoOut, clientOrderId, code, sentence, unavailable,',
    '  unneeded: why there is nothing to trade, before: state of this very signal or null, answer: { status, message }, pair, pairReason, steps, cancels: what would be cancelled first, changes: what would be changed in place first, notional, atPrice,',
    '  rails: [{ rail, limit, seen, passes }], order: the fields of AddOrder, or null }]',
  ],
  async run(input, installation) {
    const [name, file = ''] = input.args;
    const source = sourceIn(installation.config, name);
    const accounts = accountsOf(source, input);
    const judgement = judgeMessage(textOf(file), source, installation.clock.nowMs());
    const { verdict } = judgement;
    if (verdict.kind !== 'signal') return withoutOrder(judgement);
    const { means, signal, payloadHash } = verdict;
    const given = { signal, payloadHash, config: installation.config, source: source.source };
    const previews = await previewsOf(given, accounts, installation);
    return {
      ...(previews.every(goesOut) ? {} : { exit: 'failed' as const }),
      json: { means, signal, accounts: previews.map(previewJson) },
      lines: (paint) => [
        ...judgementLines('', judgement, paint),
        ...previews.flatMap((preview) => ['', ...previewLines(preview, paint)]),
        '',
        'Nothing was sent, counted or recorded.',
      ],
    };
  },
};

function accountsOf({ name, source }: JudgedSource, input: Input): readonly string[] {
  const wanted = input.text('account');
  if (wanted === undefined) return source.accounts;
  if (source.accounts.includes(wanted)) return [wanted];
  const problem = `source ${name} has no account ${wanted.slice(0, 40)}. ${suggestion(wanted, source.accounts)}`;
  throw new CliError('not-found', problem);
}

/** One account after the other: several may share a key, which one holds at a time. */
async function previewsOf(
  given: Omit<Parameters<typeof previewOrder>[0], 'accountName' | 'account'>,
  accounts: readonly string[],
  installation: Installation,
): Promise<readonly OrderPreview[]> {
  const deps = await queryDepsOf(installation);
  const previews: OrderPreview[] = [];
  for (const accountName of accounts) {
    const account = given.config.accounts[accountName];
    if (account === undefined) throw new TypeError(`account ${accountName} is configured`);
    previews.push(await previewOrder({ ...given, accountName, account }, deps));
  }
  return previews;
}

/** Whether it comes to what its sender wants: an order, or nothing where nothing is wanted. */
function goesOut({ refusal, unavailable, door, before }: OrderPreview): boolean {
  const isStopped = refusal !== undefined || unavailable !== undefined || before !== undefined;
  return !isStopped && door.word === 'accepted';
}

/** A message that is refused before any account is looked at, or that asks for no order. */
function withoutOrder(judgement: Judgement): Report {
  const { verdict } = judgement;
  const isRefused = verdict.kind === 'refused';
  return {
    ...(isRefused ? { exit: 'failed' as const } : {}),
    json: {
      ...{ means: isRefused ? null : verdict.means, accounts: [] },
      ...(isRefused ? { code: verdict.code, sentence: verdict.sentence } : {}),
    },
    lines: (paint) => [
      ...judgementLines('', judgement, paint),
      '',
      isRefused ? 'Nothing was sent.' : 'It places no order, so there is none to show.',
    ],
  };
}
