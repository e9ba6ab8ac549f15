/** `harpoon books rebuild` */
import { dynamoBooks } from '../../functions/adapters/dynamo/books.ts';
import { bookEntries, rewriteBook } from '../../functions/adapters/dynamo/rewrite-book.ts';
import type { BookRef, BookView } from '../../functions/core/book.ts';
import {
  rebuildBook,
  unheld,
  type BookFinding,
  type BookOrderName,
  type RebuiltBook,
} from '../../functions/core/follow/rebuild-book.ts';
import { clientOrderIdOf } from '../../functions/core/identity.ts';
import type { OrderRow } from '../../functions/core/order.ts';
import { askExchange } from './ask-exchange.ts';
import { bookOrders, hasMoved, openIn, rowsOfBook, shownOrders } from './book-orders.ts';
import { BOOK_ARGS, bookRefOf } from './book-args.ts';
import { bookJson, ownsLine } from './book-view.ts';
import { CliError, type BoundCommand, type Report } from './command.ts';
import type { Installation } from './installation.ts';
import { rowsOfKeys } from './order-records.ts';

export const rebuildCommand: BoundCommand = {
  needs: 'installation',
  path: ['books', 'rebuild'],
  summary: 'make a book again from its entries and from what the exchange shows of its orders',
  args: BOOK_ARGS,
  options: [['--write', 'write down what is missing (default: only say it)']],
  examples: [
    'harpoon books rebuild main btc-trend BTC/USD',
    'harpoon books rebuild main btc-trend BTC/USD --write',
  ],
  json: [
    'agrees, written, book: as `harpoon books` shows it, after it,',
    'findings: [{ kind: missing|ahead|excess|not-shown|gap|book|contradiction, order: client order id, closeId: of its stop, ... }],',
    'unheld: client order ids of orders that may still move the book, and of which it did not know',
  ],
  async run(input, installation) {
    const ref = bookRefOf(input, installation.config);
    const { view, rebuilt, hold } = await rebuild(ref, installation);
    const isDue = rebuilt.moves.length > 0 || hold.length > 0;
    const isWritten = isDue && input.has('write');
    if (isWritten) await write(view, { rebuilt, hold }, installation);
    return reportOf({ view, rebuilt, hold, isDue, isWritten });
  },
};

/** A book that was made again, and the one that is there. */
interface Rebuild {
  readonly view: BookView;
  readonly rebuilt: RebuiltBook;
  /** Orders that may still move it, and of which it does not know. */
  readonly hold: readonly OrderRow[];
}

/** Times that it is begun anew where the book or one of its orders moves meanwhile. */
const TRIES_MAX = 3;

async function rebuild(ref: BookRef, installation: Installation): Promise<Rebuild> {
  for (let tries = 1; tries <= TRIES_MAX; tries += 1) {
    const made = await rebuildOnce(ref, installation);
    if (made !== 'moved') return made;
  }
  throw new CliError('failed', MOVED);
}

const MOVED =
  'the book or one of its orders moved meanwhile: nothing was written. Try again in a minute.';

const IN_PART =
  'the book or one of its orders moved meanwhile: some of it was written, and stands. Do the same again in a minute for the rest.';

/** `moved`: what was read at different times does not belong together. */
async function rebuildOnce(ref: BookRef, installation: Installation): Promise<Rebuild | 'moved'> {
  const { table, clock } = installation;
  const books = dynamoBooks(table);
  const before = await books.read(ref);
  const rows = await rowsOfBook(before, await bookEntries(table, ref), installation);
  const shown = await askExchange(ref.account, installation, (exchange) =>
    shownOrders(rows, exchange),
  ).catch((error: unknown) => {
    const why = error instanceof Error ? error.message : String(error);
    throw new CliError('failed', `its orders cannot be asked for: ${why}. Nothing was written.`);
  });
  // After the rows: an order that is held by mistake would be in flight for ever.
  const entries = await bookEntries(table, ref);
  const view = await books.read(ref);
  const now = await rowsOfKeys(rows, installation);
  if (hasMoved({ view, rows }, { view: before, rows: now })) return 'moved';
  if (entries.length + rows.length + view.inFlight.length + view.book.version === 0) {
    const { account, source, pair } = ref;
    const problem = `${source} has no book of ${pair.slice(0, 20)} on ${account}. All there are: npx harpoon books`;
    throw new CliError('not-found', problem);
  }
  const atMs = clock.nowMs();
  const orders = rows.flatMap((row) => bookOrders(row, { ref, shown }, atMs));
  const missing = unheld(view, openIn(rows, ref));
  const hold = rows.filter(({ orderKey }) => missing.includes(orderKey));
  return { view, rebuilt: rebuildBook(view.book, entries, orders, atMs), hold };
}

async function write(
  view: BookView,
  { rebuilt: { moves }, hold }: Pick<Rebuild, 'rebuilt' | 'hold'>,
  { table }: Installation,
): Promise<void> {
  const written = await rewriteBook(table, view, { moves, hold });
  if (written !== 'written') throw new CliError('failed', written === 'lost' ? MOVED : IN_PART);
}

function reportOf({
  view,
  rebuilt: { book, findings },
  hold,
  isDue,
  isWritten,
}: Rebuild & { readonly isDue: boolean; readonly isWritten: boolean }): Report {
  const isOpenQuestion = findings.some(({ kind }) => kind === 'excess' || kind === 'contradiction');
  const agrees = !isOpenQuestion && (!isDue || isWritten);
  const inFlight = [...view.inFlight, ...hold.map(({ orderKey }) => orderKey)];
  return {
    ...(agrees ? {} : { exit: 'failed' as const }),
    json: {
      ...{ agrees, written: isWritten, book: bookJson({ book, inFlight }, undefined) },
      findings: findings.map(findingJson),
      unheld: hold.map(({ clientOrderId }) => clientOrderId),
    },
    lines: (paint) => [
      ...findings.map((finding) => `- ${findingWords(finding)}`),
      ...hold.map((row) => `- ${named(row)} may still trade, and the book does not know of it.`),
      ...(findings.length + hold.length === 0
        ? [paint.good('The book is what its entries and the exchange say.')]
        : ['']),
      ownsLine(book, { isWish: isDue && !isWritten }),
      ...(isDue && !isWritten ? ['Nothing was written. To write it: the same with --write'] : []),
      ...(isWritten ? [paint.good('Written.')] : []),
    ],
  };
}

/** An order by the id that `why` takes. */
function named({ orderKey, closeId }: BookOrderName): string {
  const order = `order ${clientOrderIdOf(orderKey)}`;
  return closeId === undefined ? order : `the stop ${closeId} of ${order}`;
}

function findingWords(finding: BookFinding): string {
  switch (finding.kind) {
    case 'missing': {
      const { side, volume, cost, fee } = finding;
      return `${named(finding)}: a ${side} of ${volume} for ${cost}, fee ${fee}, is missing in the book; it gets an entry.`;
    }
    case 'ahead': {
      const { volume, cost, fee } = finding;
      return `${named(finding)}: ${volume} for ${cost}, fee ${fee}, traded since it was looked at; that is booked within a minute.`;
    }
    case 'excess': {
      const { log, shown } = finding;
      return `${named(finding)}: the book has ${log.volume} for ${log.cost}, fee ${log.fee}, and ${shown.volume} for ${shown.cost}, fee ${shown.fee}, is shown; the book is kept. Look at Kraken.`;
    }
    case 'not-shown':
      return `${named(finding)} is not shown; what is on record of it is kept.`;
    case 'gap': {
      const { from, to } = finding;
      const which = from === to ? `entry ${from} is` : `entries ${from} to ${to} are`;
      return `${which} not in the log.`;
    }
    case 'book':
      return `the book's ${finding.field} is ${finding.was}, and comes to ${finding.is}.`;
    case 'contradiction':
      return 'the log is not whole, and what is shown does not lead to what the book owns: the book is kept and nothing is written. Hold it against the trades of the account at Kraken.';
  }
}

function findingJson(finding: BookFinding): Readonly<Record<string, unknown>> {
  if (!('orderKey' in finding)) return finding;
  const { orderKey, ...rest } = finding;
  return { ...rest, order: clientOrderIdOf(orderKey) };
}
