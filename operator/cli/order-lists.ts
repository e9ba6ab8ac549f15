/** `harpoon signals` and `harpoon orders` */
import { closesOf } from '../../functions/core/closes.ts';
import type { CloseFill } from '../../functions/core/fill.ts';
import { ORDER_STATES } from '../../functions/core/order-state.ts';
import { orderNow } from '../../functions/core/order-now.ts';
import { sideOf } from '../../functions/core/order-words.ts';
import type { OrderRow } from '../../functions/core/order.ts';
import { suggestion } from '../../functions/core/suggest.ts';
import { CliError, type BoundCommand, type Input } from './command.ts';
import { stateText } from './fill-words.ts';
import { openRows, recentRows } from './order-records.ts';
import { reasonOf, shortId, STATE_WORDS, subjectOf, utcMinute } from './order-words.ts';
import { tableLines, type Cell, type Paint } from './paint.ts';
import { LIMIT, LIMIT_MAX, limitOf } from './limit.ts';
import { isoTime, spanOf } from './times.ts';

const REASON_CHARACTERS = 80;

/** How to go on from a list. */
export const HINT = 'The whole story of one: npx harpoon why ID';

/** Days of the index that a person may ask for: each is a query. */
const SINCE_MAX_MS = 92 * 86_400_000;

const COMMON_OPTIONS: readonly (readonly [string, string])[] = [
  ['--since <time>', 'how far back, such as 2h or 7d (default: 24h, at most 92d)'],
  ['--limit <n>', `how many (default: ${LIMIT}, at most ${LIMIT_MAX})`],
];

export const signalsCommand: BoundCommand = {
  needs: 'installation',
  path: ['signals'],
  summary: 'the newest signals, and what became of each on every account',
  options: [['--source <name>', 'only those of this source'], ...COMMON_OPTIONS],
  examples: ['harpoon signals', 'harpoon signals --source btc-trend --since 7d'],
  json: [
    'signals: [{ id, source, symbol, action, sentAt, receivedAt,',
    '  orders: [{ id, account, state, reason }] }], newest first',
  ],
  async run(input, installation) {
    const { config } = installation;
    const source = input.text('source');
    const limit = limitOf(input);
    const rows = await recentRows(installation, {
      sinceMs: sinceOf(input),
      keep: ({ signal }) => source === undefined || signal.source === source,
      // A signal has a row for each account, and all of them are wanted.
      limit: limit * Math.max(1, Object.keys(config.accounts).length),
    });
    if (source !== undefined && rows.length === 0) known('source', source, config.sources);
    const signals = signalsOf(rows).slice(0, limit);
    return {
      json: { signals: signals.map(signalJson) },
      lines: (paint) =>
        signals.length === 0 ? [none('signal', input)] : [...signalLines(signals, paint), '', HINT],
    };
  },
};

export const ordersCommand: BoundCommand = {
  needs: 'installation',
  path: ['orders'],
  summary: 'the newest orders: each signal once for each of its accounts',
  options: [
    ['--account <name>', 'only those of this account'],
    ['--state <state>', 'only those in this state, such as placed or rejected'],
    ['--open', 'only those whose outcome is not settled, also older ones'],
    ...COMMON_OPTIONS,
  ],
  examples: ['harpoon orders --state rejected --since 7d', 'harpoon orders --open'],
  json: [
    'orders: [{ id, account, state, source, signal, pair, action, volume, fill, closes, receivedAt, krakenId, reason }],',
    '  newest first; id: the client order id; fill: null, or { status, volume, cost, fee } as last seen;',
    '  closes: the stops that Kraken opened from it, [{ krakenId, size, status, volume, cost, fee }]',
  ],
  async run(input, installation) {
    const [account, state] = [input.text('account'), input.text('state')];
    const limit = limitOf(input);
    const sinceMs = sinceOf(input);
    if (account !== undefined) known('account', account, installation.config.accounts);
    if (state !== undefined && !ORDER_STATES.some((one) => one === state)) {
      throw new CliError(
        'usage',
        `there is no state "${state.slice(0, 40)}". ${suggestion(state, ORDER_STATES)}`,
      );
    }
    const keep = (row: OrderRow) =>
      (account === undefined || row.account === account) &&
      (state === undefined || row.state === state);
    const rows = input.has('open')
      ? (await openRows(installation)).filter(keep).slice(0, limit)
      : await recentRows(installation, { sinceMs, keep, limit });
    return {
      json: { orders: rows.map(orderJson) },
      lines: (paint) =>
        rows.length === 0 ? [none('order', input)] : [...orderLines(rows, paint), '', HINT],
    };
  },
};

function none(what: 'signal' | 'order', input: Input): string {
  if (input.has('open')) {
    const isAll = input.text('account') === undefined && input.text('state') === undefined;
    return isAll ? 'Every order is settled.' : 'There is no such order that is not settled.';
  }
  return `There is no such ${what} of the last ${input.text('since') ?? '24h'}.`;
}

/** Refuses a name that is not configured. Throws CliError. */
export function known(what: string, name: string, all: Readonly<Record<string, unknown>>): void {
  if (Object.hasOwn(all, name)) return;
  const problem = `there is no ${what} ${name.slice(0, 40)}. ${suggestion(name, Object.keys(all))}`;
  throw new CliError('not-found', problem);
}

function sinceOf(input: Input): number {
  const sinceMs = spanOf(input.text('since') ?? '24h', '--since');
  if (sinceMs > SINCE_MAX_MS) throw new CliError('usage', '--since is at most 92d');
  return sinceMs;
}

/** The rows of one signal. */
export type SignalRows = readonly [OrderRow, ...OrderRow[]];

/** Rows by signal, in the order of their first ones; the accounts of a signal by name. */
export function signalsOf(rows: readonly OrderRow[]): readonly SignalRows[] {
  const signals = new Map<string, [OrderRow, ...OrderRow[]]>();
  for (const row of rows) {
    const name = JSON.stringify([row.signal.source, row.signal.id]);
    const found = signals.get(name);
    if (found === undefined) signals.set(name, [row]);
    else found.push(row);
  }
  for (const one of signals.values()) one.sort((a, b) => (a.account < b.account ? -1 : 1));
  return [...signals.values()];
}

/** Signals as a table, a line for each account. */
export function signalLines(signals: readonly SignalRows[], paint: Paint): readonly string[] {
  const rows = signals.flatMap((one) =>
    one.map((row, at): readonly Cell[] => [
      ...(at === 0 ? [utcMinute(row.receivedAtMs), row.signal.source] : ['', '']),
      ...[at === 0 ? subjectOf(row) : '', row.account, stateCell(row), shortId(row)],
      short(row.signal.id),
    ]),
  );
  const head = ['RECEIVED (UTC)', 'SOURCE', 'WHAT', 'ACCOUNT', 'STATE', 'ID', 'SIGNAL'];
  return tableLines(head, rows, paint);
}

/** Orders as a table. */
export function orderLines(orders: readonly OrderRow[], paint: Paint): readonly string[] {
  const rows = orders.map((row): readonly Cell[] => [
    ...[utcMinute(row.receivedAtMs), row.account, subjectOf(row)],
    ...[orderNow(row)?.volume ?? '-', stateCell(row), shortId(row)],
    short(reasonOf(row)),
  ]);
  const head = ['RECEIVED (UTC)', 'ACCOUNT', 'WHAT', 'VOLUME', 'STATE', 'ID', 'REASON'];
  return tableLines(head, rows, paint);
}

function stateCell(row: OrderRow): Cell {
  return { text: stateText(row), look: (paint) => paint[STATE_WORDS[row.state].look] };
}

function short(text: string): string {
  return text.length > REASON_CHARACTERS ? `${text.slice(0, REASON_CHARACTERS - 3)}...` : text;
}

function signalJson(rows: SignalRows) {
  const [{ signal, receivedAtMs }] = rows;
  const { id, source, symbol, action, sentAtMs } = signal;
  return {
    ...{ id, source, symbol, action, sentAt: isoTime(sentAtMs), receivedAt: isoTime(receivedAtMs) },
    orders: rows.map((row) => ({
      ...{ id: row.clientOrderId, account: row.account, state: row.state },
      reason: reasonOf(row) || null,
    })),
  };
}

function closeJson({ exchangeOrderId, size, status, volume, cost, fee }: CloseFill) {
  return { krakenId: exchangeOrderId, size, status, volume, cost, fee };
}

/** An order in JSON, as lists show it. */
export function orderJson(row: OrderRow): Readonly<Record<string, unknown>> {
  const { signal, account, state, decision, receivedAtMs, exchangeOrderId } = row;
  const { status, volume, cost, fee } = row.fill ?? {};
  return {
    ...{ id: row.clientOrderId, account, state, source: signal.source, signal: signal.id },
    ...{ pair: decision?.pair ?? null, action: sideOf(row) },
    ...{ volume: orderNow(row)?.volume ?? null, receivedAt: isoTime(receivedAtMs) },
    fill: status === undefined ? null : { status, volume, cost, fee },
    closes: closesOf(row).map(closeJson),
    ...{ krakenId: exchangeOrderId ?? null, reason: reasonOf(row) || null },
  };
}
