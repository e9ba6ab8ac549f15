/** `harpoon books correct` */
import { dynamoBooks } from '../../functions/adapters/dynamo/books.ts';
import { rewriteBook } from '../../functions/adapters/dynamo/rewrite-book.ts';
import { parseDecimal } from '../../functions/core/decimal.ts';
import { correctBook } from '../../functions/core/follow/correct-book.ts';
import { clientOrderIdOf } from '../../functions/core/identity.ts';
import { BOOK_ARGS, bookRefOf } from './book-args.ts';
import { bookJson, ownsLine } from './book-view.ts';
import { CliError, type BoundCommand } from './command.ts';

export const correctCommand: BoundCommand = {
  needs: 'installation',
  path: ['books', 'correct'],
  summary: 'make a book smaller, where what its strategy bought was sold past it',
  args: BOOK_ARGS,
  options: [
    ['--quantity <amount>', 'what the strategy still owns, in the base asset, such as 0'],
    ['--write', 'write it down (default: only say it)'],
  ],
  examples: [
    'harpoon books correct main btc-trend BTC/USD --quantity 0',
    'harpoon books correct main btc-trend BTC/USD --quantity 0 --write',
  ],
  json: ['written, book: as `harpoon books` shows it, after it'],
  async run(input, { config, table, clock }) {
    const ref = bookRefOf(input, config);
    const left = parseDecimal(input.text('quantity') ?? '');
    if (!left.ok) {
      const problem = 'say what the strategy still owns: --quantity 0, or another amount';
      throw new CliError('usage', problem);
    }
    const view = await dynamoBooks(table).read(ref);
    if (view.inFlight.length > 0) {
      const orders = view.inFlight.map(clientOrderIdOf).join(', ');
      const problem = `orders may still move the book: ${orders}. Cancel them, or wait until they have ended (harpoon why ORDER).`;
      throw new CliError('failed', problem);
    }
    const corrected = correctBook(view.book, left.value, clock.nowMs());
    if (!corrected.ok) throw new CliError('usage', corrected.error);
    const isWritten = input.has('write');
    const { to } = corrected.value;
    if (isWritten) {
      const moves = [corrected.value];
      if ((await rewriteBook(table, view, { moves, hold: [] })) === 'lost') {
        throw new CliError('failed', 'the book moved meanwhile: nothing was written. Look again.');
      }
    }
    return {
      json: { written: isWritten, book: bookJson({ book: to, inFlight: [] }, undefined) },
      lines: (paint) => [
        ownsLine(to, { isWish: !isWritten }),
        isWritten
          ? paint.good('Written.')
          : 'Nothing was written. To write it: the same with --write',
      ],
    };
  },
};
