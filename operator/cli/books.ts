/** `harpoon books` */
import { marketOfMode, type Book, type BookView } from '../../functions/core/book.ts';
import { booksOf } from '../../functions/adapters/dynamo/rewrite-book.ts';
import { clientOrderIdOf } from '../../functions/core/identity.ts';
import { askExchange } from './ask-exchange.ts';
import {
  agreesWithClaim,
  averageText,
  bookJson,
  claimWords,
  holdingsOf,
  moneyText,
  ownersOn,
  type AskedAccount,
  type Holding,
} from './book-view.ts';
import type { BoundCommand } from './command.ts';
import type { Installation } from './installation.ts';
import { known } from './order-lists.ts';
import { tableLines, type Cell, type Paint } from './paint.ts';

/** Characters of a client order id that `why` takes and a table has room for. */
const ID_CHARACTERS = 13;

export const booksCommand: BoundCommand = {
  needs: 'installation',
  path: ['books'],
  summary: 'what each strategy owns, what it made, and what the account holds beside it',
  options: [['--account <name>', 'only this account (default: all of them)']],
  examples: ['harpoon books', 'harpoon books --account main --json'],
  json: [
    'books: [{ on: kraken|paper, account, source, pair, quantity, averageCost, cost, result, fees, leverage,',
    '  claim: null or { position, size, signal, sentAt, agrees: true|false, or null where nobody can tell },',
    '  inFlight: client order ids, version, movedAt }],',
    'external: [{ account, asset, held, books, external }], notAsked: [{ account, why }]',
  ],
  async run(input, installation) {
    const { accounts } = installation.config;
    const wanted = input.text('account');
    if (wanted !== undefined) known('account', wanted, accounts);
    const looks: AccountBooks[] = [];
    // One account after the other: several may share a key, which one holds at a time.
    for (const account of wanted === undefined ? Object.keys(accounts) : [wanted]) {
      looks.push(await lookAt(account, installation));
    }
    const all = looks.flatMap(({ rows }) => rows);
    const external = looks.flatMap(({ holdings }) => holdings);
    const notAsked = looks.flatMap(({ account, why }) => (why ? [{ account, why }] : []));
    return {
      json: {
        books: all.map(({ view, agrees }) => bookJson(view, agrees)),
        ...{ external, notAsked },
      },
      lines: (paint) => [
        ...(all.length === 0
          ? ['No strategy has a book yet: the first fill of its orders opens it.']
          : bookLines(all, paint)),
        ...(external.length === 0 ? [] : ['', ...holdingLines(external, paint)]),
      ],
      warnings: [
        ...notAsked.map(({ account, why }) => `what ${account} holds is not known: ${why}`),
        ...external.filter(isShort).map(shortWarning),
      ],
    };
  },
};

interface BookRow {
  readonly view: BookView;
  readonly agrees: boolean | undefined;
}

/** One account's books, and what its exchange holds beside them. */
interface AccountBooks {
  readonly account: string;
  readonly rows: readonly BookRow[];
  readonly holdings: readonly Holding[];
  /** Why it could not be asked. */
  readonly why?: string;
}

async function lookAt(account: string, installation: Installation): Promise<AccountBooks> {
  const { config, table } = installation;
  const now = marketOfMode(config.accounts[account]?.mode ?? 'live');
  const owners = ownersOn(account, config).flatMap((source) =>
    (['kraken', 'paper'] as const).map((on) => ({ on, account, source })),
  );
  const views = (await Promise.all(owners.map((owner) => booksOf(table, owner)))).flat();
  if (views.length === 0) return { account, rows: [], holdings: [] };
  const asked = await ask(account, installation);
  const pairs = typeof asked === 'string' ? [] : asked.pairs;
  const rows = views.map((view) => {
    const { source, pair } = view.book;
    const known = pairs.find(({ name }) => name === pair);
    return { view, agrees: agreesWithClaim(view.book, config.sources[source], known) };
  });
  if (typeof asked === 'string') return { account, rows, holdings: [], why: asked };
  // What was bought on paper is not at Kraken, and the other way round.
  const here = views.filter(({ book }) => book.on === now);
  return { account, rows, holdings: holdingsOf(account, here, asked.balances) };
}

async function ask(account: string, installation: Installation): Promise<AskedAccount | string> {
  try {
    return await askExchange(account, installation, async (exchange, market) => {
      return { balances: await exchange.balances(), pairs: await market.pairs() };
    });
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
}

function bookLines(rows: readonly BookRow[], paint: Paint): readonly string[] {
  const head = ['ACCOUNT', 'ON', 'SOURCE', 'PAIR', 'OWNS', 'AVERAGE', 'RESULT', 'FEES'];
  const cells = rows.map(({ view: { book, inFlight }, agrees }): readonly Cell[] => {
    const { on, account, source, pair } = book;
    const [base = '', quote = ''] = pair.split('/');
    const orders = inFlight.map((key) => clientOrderIdOf(key).slice(0, ID_CHARACTERS));
    return [
      ...[account, on, source, pair, `${book.quantity} ${base}`, averageText(book)],
      ...[`${moneyText(book.result)} ${quote}`, `${moneyText(book.fees)} ${quote}`],
      claimCell(book, agrees),
      orders.length === 0 ? 'none' : orders.join(', '),
    ];
  });
  return tableLines([...head, 'SENDER SAYS', 'ORDERS IN FLIGHT'], cells, paint);
}

function claimCell(book: Book, agrees: boolean | undefined): Cell {
  const text = claimWords(book, agrees);
  return agrees === false ? { text, look: ({ warn }) => warn } : text;
}

function holdingLines(holdings: readonly Holding[], paint: Paint): readonly string[] {
  const rows = holdings.map((holding): readonly Cell[] => {
    const { account, asset, held, books, external } = holding;
    const look = ({ bad, faint }: Paint) => (isShort(holding) ? bad : faint);
    return [account, asset, held, books, { text: external, look }];
  });
  return tableLines(['ACCOUNT', 'ASSET', 'HOLDS', 'IN BOOKS', 'EXTERNAL'], rows, paint);
}

function isShort({ external }: Holding): boolean {
  return external.startsWith('-');
}

function shortWarning({ account, asset, held, books }: Holding): string {
  return `the books of ${account} own ${books} ${asset} and the account holds ${held}: what was sold or moved by hand is in no book, and an exit sells at most what is there`;
}
