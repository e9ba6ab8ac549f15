/** Which book a command means. */
import { marketOfMode, type BookRef } from '../../functions/core/book.ts';
import type { Config } from '../../functions/core/config.ts';
import { likelyPair } from '../../functions/core/market/pair-name.ts';
import { suggestion } from '../../functions/core/suggest.ts';
import { ownersOn } from './book-view.ts';
import { CliError, type Input } from './command.ts';
import { known } from './order-lists.ts';

/** The arguments of such a command. */
export const BOOK_ARGS = [
  ['<account>', 'the account of the book'],
  ['<source>', 'the source whose strategy owns it'],
  ['<pair>', 'its pair, such as BTC/USD'],
] as const;

/** Reads them. Throws CliError. */
export function bookRefOf(
  { args: [account = '', source = '', pair = ''] }: Input,
  config: Config,
): BookRef {
  known('account', account, config.accounts);
  const owners = ownersOn(account, config);
  if (!owners.includes(source)) {
    const problem = `account ${account} has no source ${source.slice(0, 40)}. ${suggestion(source, owners)}`;
    throw new CliError('not-found', problem);
  }
  const on = marketOfMode(config.accounts[account]?.mode ?? 'live');
  return { on, account, source, pair: likelyPair(pair) ?? pair };
}
