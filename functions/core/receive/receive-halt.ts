/**
 * A halt that came as a message. Whoever may trade for a source may also halt the source's
 * accounts; every account there is, only the source's own halt secret may.
 */
import type { Answer } from './receive-signal.ts';
import type { HaltWish } from './halt-message.ts';
import { queueHalt, type HaltRequests } from '../halt/halt-requests.ts';
import type { Clock, Log, OrderQueue } from '../ports.ts';
import { refusal, type Refusal } from '../refusal.ts';
import { err, ok, type Result } from '../result.ts';
import type { NamedSource } from './signal-request.ts';
import { EVERY_ACCOUNT, scopeName, switchOf, type SwitchScope } from '../halt/switch-board.ts';
import { stoppedOrders } from '../notices/blocked-orders.ts';

/** Who brought the halt: which source, and whether with its halt secret. */
export interface HaltSender extends NamedSource {
  readonly hasHaltSecret: boolean;
}

/** What receiving a halt works with. */
export interface ReceiveHaltDeps {
  readonly halts: HaltRequests;
  readonly queue: OrderQueue;
  readonly log: Log;
  readonly clock: Pick<Clock, 'nowMs'>;
}

/**
 * Puts the halt on record, hands it to the worker and answers 200 `halted`; or refuses what the
 * message may not name. Throws when something could not be stored; the sender then sends again,
 * which is harmless.
 */
export async function receiveHalt(
  wish: HaltWish,
  sender: HaltSender,
  { halts, queue, log, clock }: ReceiveHaltDeps,
): Promise<Result<Answer, Refusal>> {
  const scopes = scopesOf(wish, sender);
  if (!scopes.ok) return scopes;
  const { level, cancel, flatten } = wish;
  if (flatten && sender.source.allow?.flatten !== true) return err(mayNotFlatten(sender));
  const why = wish.why ?? 'a message said halt';
  const by = `source ${sender.name}`;
  // The name goes with the wish: a worker that carries it out a second time sells nothing again.
  const sells = flatten ? { flatten, sales: `${clock.nowMs()}-${sender.name}` } : {};
  const order = { scopes: scopes.value, level, cancel, ...sells, why, by };
  const request = await halts.ask(sender.name, order);
  log.warn('halt-asked', { source: sender.name, blocks: level, cancel, flatten });
  await queueHalt(sender.name, request, queue);
  const cancels = cancel || flatten ? ' Open orders are being cancelled.' : '';
  const ends = flatten ? `${cancels} Then what is held is sold.` : cancels;
  const message = `${scopes.value.map((scope) => `${sentenceOf(scope, level)}.`).join(' ')}${ends} Only a person can resume.`;
  const accounts = scopes.value.flatMap((scope) =>
    scope.kind === 'global'
      ? []
      : [
          {
            account: scope.account,
            status: 'halted' as const,
            message: `${sentenceOf(scope, level)}.`,
          },
        ],
  );
  return ok({ status: 200, body: { status: 'halted', message, signal: 'halt', accounts } });
}

function mayNotFlatten({ name }: HaltSender): Refusal {
  return refusal(
    'not-supported',
    `"flatten" sells what the accounts hold, which source ${name} may not ask for: leave it out to halt without selling; to allow it write flatten: true at sources.${name}.allow in harpoon.yaml.`,
  );
}

function sentenceOf(scope: SwitchScope, level: HaltWish['level']): string {
  return `${scopeName(scope)} is being halted: ${stoppedOrders(level)} within seconds`;
}

function scopesOf(
  { account, isGlobal }: HaltWish,
  { name, source, hasHaltSecret }: HaltSender,
): Result<readonly SwitchScope[], Refusal> {
  if (isGlobal && !hasHaltSecret) {
    const sentence = `"scope": "global" halts accounts that are not those of source ${name}, so it needs the source's halt secret: sign with that one, or leave "scope" out to halt ${source.accounts.join(', ')}.`;
    return err(refusal('not-supported', sentence));
  }
  if (isGlobal) return ok([EVERY_ACCOUNT]);
  if (account === undefined) return ok(source.accounts.map(switchOf));
  if (source.accounts.includes(account)) return ok([switchOf(account)]);
  const sentence = `"account" is ${account.slice(0, 40)}, and source ${name} may halt ${source.accounts.join(', ')}: write one of these, or leave "account" out.`;
  return err(refusal('account-not-tradable', sentence));
}
