/**
 * What is open at Kraken, asked with an account's query key, which cannot trade. The only command
 * that needs it goes on without: where the key may not be read, that is what is shown.
 */
import { openAtKraken } from '../../functions/core/halt/open-orders.ts';
import type { SwitchToolDeps } from '../switch.ts';
import { CliError } from './command.ts';
import type { Installation } from './installation.ts';
import { queryDepsOf } from './query-deps.ts';

/** A way to ask; it fails with a sentence for a person. */
export function askOpen(installation: Installation): NonNullable<SwitchToolDeps['openAt']> {
  return async (account) => {
    try {
      return await openAtKraken(account, await queryDepsOf(installation));
    } catch (error) {
      const said = error instanceof Error ? error.message : String(error);
      return Promise.reject(new CliError('failed', `${said}; look at Kraken`));
    }
  };
}
