/**
 * Matches the paper orders that rest, once a minute, so that a fill is known within a minute or two
 * though nobody looks at the account. Where none rests it costs one query of an empty part of the
 * index, and nothing at all where no account trades on paper.
 */
import type { Config } from '../../core/config.ts';
import type { Clock, Log } from '../../core/ports.ts';
import { broughtUpToDate, type PaperDeps } from './paper-account.ts';
import { paperDeps, type PaperDeskOptions } from './paper-desks.ts';
import { restingAccounts } from './paper-store.ts';

/** No account is begun after this: the minute's other work needs its time too. */
const MATCHING_MS = 15_000;

/** What a run did. */
export interface PaperMatching {
  readonly looked: number;
  readonly failed: number;
}

/** Looks at every paper account with an open order; kept at module scope, as desks are. */
export function paperMatcher(
  options: Omit<PaperDeskOptions, 'half'>,
): () => Promise<PaperMatching> {
  const depsOf = paperDeps(options);
  const resting = (): Promise<readonly string[]> => restingAccounts(options.table);
  return () => matchPaper({ ...options, resting, depsOf });
}

/** What a look at the orders that rest works with. */
export interface PaperMatchingDeps {
  readonly config: Config;
  readonly clock: Clock;
  readonly log: Log;
  /** Accounts where an order rests. */
  resting(): Promise<readonly string[]>;
  depsOf(account: string): PaperDeps;
}

/** Looks once. */
export async function matchPaper(deps: PaperMatchingDeps): Promise<PaperMatching> {
  const { config, clock, log } = deps;
  const isPaper = (name: string): boolean => config.accounts[name]?.mode === 'paper';
  if (!Object.keys(config.accounts).some(isPaper)) return { looked: 0, failed: 0 };
  const accounts = (await deps.resting()).filter(isPaper);
  const nowMs = clock.nowMs();
  // Another account begins each minute, so that none waits for ever behind slow ones.
  const first = Math.floor(nowMs / 60_000) % Math.max(1, accounts.length);
  let [looked, failed] = [0, 0];
  for (const account of [...accounts.slice(first), ...accounts.slice(0, first)]) {
    if (clock.nowMs() >= nowMs + MATCHING_MS) break;
    looked += 1;
    try {
      await broughtUpToDate(deps.depsOf(account));
    } catch (error) {
      failed += 1;
      log.error('paper-not-matched', { account, error: String(error) });
    }
  }
  return { looked, failed };
}
