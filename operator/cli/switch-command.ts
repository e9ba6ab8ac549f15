/** What `halt`, `resume` and `status` share: the tools over the installation, scopes, and who acts. */
import { userInfo } from 'node:os';
import { randomIds } from '../../functions/adapters/random-ids.ts';
import { sqsOrderQueue } from '../../functions/adapters/sqs/order-queue.ts';
import type { Log } from '../../functions/core/ports.ts';
import { suggestion } from '../../functions/core/suggest.ts';
import {
  EVERY_ACCOUNT,
  switchOf,
  type SwitchScope,
} from '../../functions/core/halt/switch-board.ts';
import { switchTools, type SwitchToolDeps, type SwitchTools } from '../switch.ts';
import { CliError, type Input } from './command.ts';
import type { Installation } from './installation.ts';

/** Words for the record are kept to a line of a phone's screen or two. */
const WHY_CHARACTERS_MAX = 200;

/** The report says what was done; a log would say it twice. */
const QUIET: Log = { info: () => undefined, warn: () => undefined, error: () => undefined };

/** The operations on the switches of an installation. */
export function toolsOf(
  { kind, config, table, clock }: Installation,
  openAt?: SwitchToolDeps['openAt'],
): SwitchTools {
  const url = kind === 'local' ? (process.env['HARPOON_QUEUE_URL'] ?? '') : '';
  return switchTools({
    ...{ config, table, clock, ids: randomIds, log: QUIET },
    // The local stack names its queue; on AWS the minute's job queues what a command asked for.
    ...(url === '' ? {} : { queue: sqsOrderQueue(url) }),
    ...(openAt === undefined ? {} : { openAt }),
  });
}

/** `--account`, or every account. Throws CliError for one that is not configured. */
export function scopeOf(input: Input, { config }: Installation): SwitchScope {
  const account = input.text('account');
  if (account === undefined) return EVERY_ACCOUNT;
  const names = Object.keys(config.accounts);
  if (names.includes(account)) return switchOf(account);
  const problem = `there is no account ${account.slice(0, 40)}. ${suggestion(account, names)}`;
  throw new CliError('not-found', problem);
}

/** `--why`, which the record needs. Throws CliError when it is missing or long. */
export function whyOf(input: Input): string {
  const why = (input.text('why') ?? '').trim();
  if (why === '') {
    throw new CliError('usage', 'say why, for the record and for who reads it: --why "TEXT"');
  }
  if (why.length > WHY_CHARACTERS_MAX) {
    throw new CliError('usage', `--why takes at most ${WHY_CHARACTERS_MAX} characters`);
  }
  return why;
}

/** `--by`, or the name of whoever is logged in here: for the record, not proved. */
export function byOf(input: Input): string {
  const given = (input.text('by') ?? '').trim().slice(0, 60);
  if (given !== '') return given;
  try {
    return userInfo().username;
  } catch {
    return 'somebody at a command line';
  }
}

/** A scope in JSON: the account, or null for the switch over all of them. */
export function scopeJson(scope: SwitchScope): { readonly account: string | null } {
  return { account: scope.kind === 'global' ? null : scope.account };
}

/** ` --account main`, or nothing: as a command line goes on. */
export function scopeWords(scope: SwitchScope): string {
  return scope.kind === 'global' ? '' : ` --account ${scope.account}`;
}

/** The options that every command on a switch takes. */
export const SCOPE_OPTION = [
  '--account <name>',
  'only this account (default: all of them)',
] as const;
export const BY_OPTION = [
  '--by <name>',
  'who does it, for the record (default: your login)',
] as const;
