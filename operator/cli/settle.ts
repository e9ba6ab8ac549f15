/** `harpoon settle ID`, in two steps: first everything that is known, then a person's word on it. */
import { pairTable } from '../../functions/core/market/pair-table.ts';
import { againWords } from '../../functions/core/notices/again-words.ts';
import type { OrderRow } from '../../functions/core/order.ts';
import { isPaperKey } from '../../functions/core/paper/paper-key.ts';
import type { FoundOrder } from '../../functions/core/ports.ts';
import {
  placedDoubts,
  placedFault,
  settleAbsent,
  settlePlaced,
  shownOf,
  type SettleDeps,
} from '../../functions/core/reconcile/settle-by-hand.ts';
import { askExchange } from './ask-exchange.ts';
import { CliError, type BoundCommand, type Input, type Report } from './command.ts';
import type { Installation } from './installation.ts';
import { rowsNamed } from './order-records.ts';
import { STATE_WORDS, subjectOf } from './order-words.ts';
import { queryDepsOf } from './query-deps.ts';
import { settleJson, settleLines, type SettleView } from './settle-view.ts';
import { BY_OPTION, byOf, whyOf } from './switch-command.ts';

export const settleCommand: BoundCommand = {
  needs: 'installation',
  path: ['settle'],
  summary:
    'close an order in needs-human: say which order at Kraken it is, or that it is not there',
  args: [['<id>', 'a client order id or signal id; also its first 6 characters']],
  options: [
    ['--placed <kraken-id>', 'it is this order at Kraken; it is followed from now on'],
    ['--absent', 'it is not at Kraken; it ends as unplaced'],
    ['--write', 'write it down (default: only say what is known and what would happen)'],
    ['--why <text>', 'for the record; needed with --write'],
    BY_OPTION,
  ],
  examples: [
    'harpoon settle 6f1c2a9e-3b7d',
    'harpoon settle 6f1c2a9e-3b7d --placed OQCLML-BW3P3-BUCMWZ --write --why "seen at Kraken"',
    'harpoon settle 6f1c2a9e-3b7d --absent --write --why "in no list of Kraken"',
  ],
  json: [
    'written, order: { id, account, state, why, sent }, orders: [order at Kraken under its name],',
    'notAsked: null, or why Kraken could not be asked, doubts: [text]: in what it differs from what was sent',
  ],
  async run(input, installation) {
    const wish = wishOf(input);
    const row = await rowOf(input.args[0] ?? '', installation);
    const known = await lookAt(row, wish.placed, installation);
    const again = againWords(row, installation.config);
    const view: SettleView = { ...known, row, ...wish, ...(again === undefined ? {} : { again }) };
    if (wish.placed !== undefined) assertMayBePlaced(view, wish.placed);
    if (wish.absent) assertMayBeAbsent(view);
    return wish.isWritten ? write(view, input, installation) : reportOf(view);
  },
};

/** What a person wants to say, and whether it is written down. */
interface Wish {
  readonly placed?: string;
  readonly absent: boolean;
  readonly isWritten: boolean;
}

function wishOf(input: Input): Wish {
  const placed = input.text('placed')?.trim();
  const absent = input.has('absent');
  const isWritten = input.has('write');
  if (placed !== undefined && absent) {
    throw new CliError('usage', 'it is there or it is not: say --placed or --absent, not both');
  }
  if (isWritten && placed === undefined && !absent) {
    throw new CliError('usage', 'say what is to be written: --placed KRAKEN-ID or --absent');
  }
  return { ...(placed === undefined ? {} : { placed }), absent, isWritten };
}

/** The one row that the id names and that waits for a person. Throws CliError. */
async function rowOf(id: string, installation: Installation): Promise<OrderRow> {
  const rows = await rowsNamed(id.trim(), installation);
  const waiting = rows.filter(({ state }) => state === 'needs-human');
  const [row, ...others] = waiting;
  if (row !== undefined && others.length === 0) return row;
  if (row !== undefined) {
    const names = waiting.map(({ clientOrderId, account }) => `  ${clientOrderId} on ${account}`);
    const problem = `${waiting.length} orders that need you have an id that is or begins with this. Say which:`;
    throw new CliError('usage', [problem, ...names].join('\n'));
  }
  const [ended] = rows;
  if (ended === undefined) {
    const problem = `there is no order "${id.slice(0, 60)}". Those that need you: npx harpoon orders --state needs-human --since 32d`;
    throw new CliError('not-found', problem);
  }
  const { meaning, todo } = STATE_WORDS[ended.state];
  const problem = `${subjectOf(ended)} on ${ended.account} is ${ended.state} (${meaning}), and not in needs-human: there is nothing to settle. ${todo}`;
  throw new CliError('refused', problem);
}

/** What the exchange shows, or why it could not be asked. */
async function lookAt(
  row: OrderRow,
  placed: string | undefined,
  installation: Installation,
): Promise<Pick<SettleView, 'shown' | 'notAsked' | 'named' | 'doubts' | 'fault'>> {
  const { account, attempt } = row;
  const isPaper = installation.config.accounts[account]?.mode === 'paper';
  if (isPaperKey(attempt?.keyId ?? '') !== isPaper) {
    const notAsked = 'the account was changed between paper and Kraken since the order went out';
    return { notAsked, doubts: [] };
  }
  try {
    return await askExchange(account, installation, async (exchange, market) => {
      const deps = await queryDepsOf(installation);
      const shown = await shownOf(row, exchange, deps);
      if (placed === undefined) return { shown, doubts: [] };
      const [named] = await exchange.orders([placed]);
      if (named === undefined) return { shown, doubts: [] };
      const name = attempt?.order.pair ?? '';
      const pair = pairTable(await market.pairs()).byAnyName(name);
      if (pair === undefined) throw new Error(`Kraken does not list the pair ${name}`);
      const fault = placedFault(row, named, { pair, shown });
      const doubts = fault === undefined ? placedDoubts(row, named, pair) : [];
      return { shown, named, doubts, ...(fault === undefined ? {} : { fault }) };
    });
  } catch (error) {
    return { notAsked: error instanceof Error ? error.message : String(error), doubts: [] };
  }
}

function assertMayBePlaced({ named, notAsked, fault }: SettleView, placed: string): void {
  if (notAsked !== undefined) {
    const problem = `Kraken has to be asked for ${placed.slice(0, 40)}, and cannot be: ${notAsked}. Nothing was written.`;
    throw new CliError('failed', problem);
  }
  if (named === undefined) {
    const problem = `Kraken shows no order ${placed.slice(0, 40)} to the query key. Nothing was written.`;
    throw new CliError('refused', problem);
  }
  if (fault !== undefined) throw new CliError('refused', `${fault}. Nothing was written.`);
}

/** Whoever says so in the face of what is shown errs. */
export function assertMayBeAbsent({ shown, row }: Pick<SettleView, 'shown' | 'row'>): void {
  const { sight, orders = [] } = shown ?? {};
  if (sight?.kind === 'no-proof') {
    const ids = orders.map(({ exchangeOrderId }) => exchangeOrderId).join(', ');
    const opener = orders.find(({ refid }) => refid !== undefined)?.refid ?? 'KRAKEN-ID';
    const problem = `Kraken shows ${ids} under its name, and whose that is cannot be told: ${sight.why}. It may be there: try again in a minute, or npx harpoon settle ${row.clientOrderId} --placed ${opener}. Nothing was written.`;
    throw new CliError('refused', problem);
  }
  if (sight?.kind !== 'found' && sight?.kind !== 'contradiction') return;
  const what = sight.kind === 'found' ? sight.order.exchangeOrderId : sight.why;
  const problem = `Kraken shows an order under its name: ${what}. It is not absent: npx harpoon settle ${row.clientOrderId} --placed KRAKEN-ID. Nothing was written.`;
  throw new CliError('refused', problem);
}

async function write(view: SettleView, input: Input, installation: Installation): Promise<Report> {
  const { row, named, absent } = view;
  const word = { by: byOf(input), why: whyOf(input) };
  const deps: SettleDeps = await queryDepsOf(installation);
  const moved = absent
    ? await settleAbsent(row, word, deps)
    : await settlePlaced(row, shownOrder(named), word, deps);
  if (moved === 'lost') {
    const problem = `somebody else settled it in this moment, or a look-up did: nothing was written. See npx harpoon why ${row.clientOrderId}`;
    throw new CliError('refused', problem);
  }
  return reportOf({ ...view, row: moved });
}

function shownOrder(named: FoundOrder | undefined): FoundOrder {
  if (named === undefined) throw new TypeError('an order that is placed was shown');
  return named;
}

function reportOf(view: SettleView): Report {
  return { json: settleJson(view), lines: (paint) => settleLines(view, paint) };
}
