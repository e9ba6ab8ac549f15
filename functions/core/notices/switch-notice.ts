/** What people are told about switches that somebody turned, and about cancelled orders. */
import { accountNotice } from './account-notice.ts';
import { blockedOrders, stoppedOrders } from './blocked-orders.ts';
import { sha256 } from '../hash.ts';
import type { Notice } from './notice.ts';
import { sentence } from './notice-sentence.ts';
import type { NoticeContext } from './order-notice.ts';
import {
  scopeName,
  type SwitchScope,
  type SwitchState,
  type SwitchTurn,
} from '../halt/switch-board.ts';

/** A switch that a person or a message has turned off. */
export function haltedNotice(
  scope: SwitchScope,
  { to, why, by, atMs }: SwitchTurn & { readonly to: 'entries' | 'all' },
  config: NoticeContext['config'],
): Notice {
  const stopped = `From now on, for ${scopeName(scope)}, ${stoppedOrders(to)} until a person resumes. Orders that rest at Kraken stay there unless they are cancelled.`;
  return accountNotice(
    scope.kind === 'global' ? 'all' : scope.account,
    {
      id: `halted:${idOf(scope, atMs, why)}`,
      title: `Trading halted for ${scopeName(scope)}: it blocks ${to}`,
      lines: [sentence(why), stopped],
      facts: facts(scope, by, { label: 'Blocks', value: blockedOrders(to) }),
    },
    { config, atMs },
  );
}

/** A switch that a person has turned on again. */
export function resumedNotice(
  scope: SwitchScope,
  was: SwitchState,
  { why, by, atMs }: Omit<SwitchTurn, 'to'>,
  config: NoticeContext['config'],
): Notice {
  return accountNotice(
    scope.kind === 'global' ? 'all' : scope.account,
    {
      id: `resumed:${idOf(scope, atMs, why)}`,
      title: `Trading resumed for ${scopeName(scope)}`,
      lines: [sentence(why), `It had blocked ${was.blocks}: ${was.why}`],
      facts: facts(scope, by, { label: 'Had blocked', value: was.blocks }),
    },
    { config, atMs },
  );
}

/** What became of a wish to cancel every open order of an account. */
export function cancelNotice(
  account: string,
  told: { readonly title: string; readonly text: string; readonly by: string; readonly id: string },
  context: NoticeContext,
): Notice {
  const { title, text, by, id } = told;
  const asked = { label: 'Asked for by', value: by };
  const facts = [{ label: 'Account', value: account }, asked];
  return accountNotice(account, { id, title, lines: [text], facts }, context);
}

function idOf(scope: SwitchScope, atMs: number, why: string): string {
  return sha256(JSON.stringify([scopeName(scope), atMs, why])).slice(0, 16);
}

function facts(scope: SwitchScope, by: string, more: { label: string; value: string }) {
  return [{ label: 'Holds for', value: scopeName(scope) }, more, { label: 'By', value: by }];
}
