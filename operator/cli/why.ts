/** `harpoon why ID` */
import { bookEntries } from '../../functions/adapters/dynamo/rewrite-book.ts';
import type { Table } from '../../functions/adapters/dynamo/client.ts';
import { bookOf, type Book } from '../../functions/core/book.ts';
import type { OrderRow } from '../../functions/core/order.ts';
import { brokenLink } from '../../functions/core/audit.ts';
import { bookJson } from './book-view.ts';
import { CliError, type BoundCommand } from './command.ts';
import { followersOf } from './bracket-words.ts';
import { bookAfter } from './fill-words.ts';
import type { Installation } from './installation.ts';
import { notificationJson } from './notification-rows.ts';
import { signalsOf, type SignalRows } from './order-lists.ts';
import { auditOf, DAYS_BACK, PREFIX_MIN, rowsNamed } from './order-records.ts';
import { shortId, subjectOf, utcMinute } from './order-words.ts';
import { isoTime } from './times.ts';
import { storyLines, type OrderStory } from './why-story.ts';

/** Notifications among which those of an order are looked for. */
const NOTICES = 1_000;

const CANDIDATES_MAX = 20;

export const whyCommand: BoundCommand = {
  needs: 'installation',
  path: ['why'],
  summary:
    'the whole story of one signal: what came, what was decided, what became of it, what to do',
  args: [['<id>', `a signal id, client order id or Kraken order id; also its first ${PREFIX_MIN}`]],
  examples: ['harpoon why 6f1c2a9e-3b7d', 'harpoon why long-42 --json'],
  json: [
    'signal: { id, source, sentAt, receivedAt, symbol, action, ... as the message said it },',
    'orders: [{ row: the whole record, steps: [{ seq, at, from, to, why }],',
    '  recordFault: null, or where the record of the steps does not hold, notifications,',
    '  bookAfter: as `harpoon books` shows it, after what traded of it, or null,',
    '  followers: whole records of what its take-profits led to }]',
  ],
  async run({ args: [id = ''] }, installation) {
    const [rows, ...others] = signalsOf(await rowsNamed(id.trim(), installation));
    if (rows === undefined) throw new CliError('not-found', nothing(id));
    if (others.length > 0) throw severalSignals(id, [rows, ...others]);
    const stories = await storiesOf(await allAccounts(rows, installation), installation);
    const [{ signal, receivedAtMs }] = rows;
    const { sentAtMs, ...said } = signal;
    return {
      json: {
        signal: { ...said, sentAt: isoTime(sentAtMs), receivedAt: isoTime(receivedAtMs) },
        orders: stories.map(storyJson),
      },
      lines: (paint) => storyLines(stories, paint),
    };
  },
};

/** A client order id names one account's row; the story has all of them. */
async function allAccounts(rows: SignalRows, installation: Installation): Promise<SignalRows> {
  const { id, source } = rows[0].signal;
  const all = signalsOf(await rowsNamed(id, installation));
  return all.find(([one]) => one.signal.source === source && one.signal.id === id) ?? rows;
}

async function storiesOf(
  rows: SignalRows,
  { table, deliveries }: Installation,
): Promise<readonly OrderStory[]> {
  const newest = await deliveries.recent(NOTICES);
  return Promise.all(
    rows.map(async (row) => {
      const steps = await auditOf(table, row);
      const { clientOrderId, orderKey } = row;
      const told = newest.filter(
        ({ notice: { id } }) =>
          id.split(':').includes(clientOrderId) || id.startsWith(`${orderKey}-`),
      );
      const fault = brokenLink(steps, row.auditHash);
      const book = await bookAfterRow(row, table);
      const followers = await followersOf(row, table);
      return {
        ...{ row, steps, told, followers },
        ...(fault === undefined ? {} : { fault }),
        ...(book === undefined ? {} : { book }),
      };
    }),
  );
}

/** The strategy's book after what traded of the order; undefined while nothing did. */
async function bookAfterRow(row: OrderRow, table: Table): Promise<Book | undefined> {
  const { attempt, decision, fill, orderKey } = row;
  if (attempt === undefined || decision === undefined || fill === undefined) return undefined;
  const ref = bookOf(row, { ...attempt, pair: decision.pair });
  return bookAfter(orderKey, ref, await bookEntries(table, ref));
}

function nothing(id: string): string {
  const shown = id.slice(0, 60);
  if (id.trim().length < PREFIX_MIN) {
    return `there is no signal or order "${shown}". Give at least ${PREFIX_MIN} characters of an id; npx harpoon signals shows them.`;
  }
  return `there is no signal or order "${shown}": no signal of this id, and no order of the last ${DAYS_BACK} days whose ids begin so. npx harpoon signals shows what came; a message that was refused before it was a signal stands in npx harpoon notifications.`;
}

function severalSignals(id: string, signals: readonly SignalRows[]): CliError {
  const shown = signals.slice(0, CANDIDATES_MAX).map(([row]) => {
    const when = utcMinute(row.receivedAtMs);
    return `  ${row.clientOrderId}  ${when} UTC  ${subjectOf(row)} of ${row.signal.source}`;
  });
  const rest = signals.length > shown.length ? ['  ...'] : [];
  const problem = `${signals.length} signals have an id that is or begins with "${id.slice(0, 60)}". Say which:`;
  return new CliError('usage', [problem, ...shown, ...rest].join('\n'), {
    ids: signals.map(([row]) => shortId(row)),
  });
}

function storyJson({ row, steps, told, fault, book, followers }: OrderStory) {
  return {
    row,
    steps: steps.map(({ seq, atMs, from, to, why }) => ({ seq, at: isoTime(atMs), from, to, why })),
    recordFault: fault ?? null,
    bookAfter: book === undefined ? null : bookJson({ book, inFlight: [] }, undefined),
    followers,
    notifications: told.map(notificationJson),
  };
}
