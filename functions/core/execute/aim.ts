/**
 * What a signal that says where its strategy is to stand needs beside the facts of every order: its
 * book, settled, and the order that takes the book there.
 */
import {
  bookOf,
  type Book,
  type BookChange,
  type BookHold,
  type BookRef,
  type Claim,
} from '../book.ts';
import type { DecisionInput } from '../decide/decide-order.ts';
import type { Balances } from '../decide/equity.ts';
import { planTarget } from '../decide/plan-target.ts';
import type { Decimal } from '../decimal.ts';
import type { Pair } from '../market/pair.ts';
import type { OrderRow } from '../order.ts';
import type { Refusal } from '../refusal.ts';
import { ok, unreachable, type Result } from '../result.ts';
import { isReducing } from '../signal.ts';

/** The book that is aimed at, and what its sender says by it. */
export interface Aim {
  readonly ref: BookRef;
  readonly pair: Pair;
  readonly claim: Claim;
}

/** What becomes of an aim. */
export type Planned =
  | {
      readonly kind: 'planned';
      /** What the decision is made from in place of what the message said. */
      readonly input: Pick<DecisionInput, 'signal' | 'source' | 'plan'>;
      readonly hold: BookHold;
      /** What the sender says, also where the order is refused. */
      readonly says: BookChange;
      readonly isFirstLeg: boolean;
    }
  | { readonly kind: 'unneeded'; readonly why: string; readonly book?: BookChange }
  | { readonly kind: 'refused'; readonly refusal: Refusal; readonly book?: BookChange }
  | { readonly kind: 'stale' }
  | { readonly kind: 'unavailable'; readonly why: string };

/** The aim of a row; undefined where its signal is an order and no target. */
export function aimOf(
  row: OrderRow,
  {
    pairs,
    source,
    account,
    keyId,
  }: Pick<DecisionInput, 'pairs' | 'source' | 'account'> & { readonly keyId: string },
): Result<Aim, Refusal> | undefined {
  const { target, leg, id, sentAtMs, symbol, leverage, stop, restates } = row.signal;
  if (target === undefined) return undefined;
  const resolved = pairs.resolve(symbol, source.symbols);
  if (!resolved.ok) return resolved;
  const { pair } = resolved.value;
  const more = { ...(leverage === undefined ? {} : { leverage }), ...(stop ? { stop } : {}) };
  const saidAtMs = restates?.sentAtMs ?? sentAtMs;
  const claim = { ...target, signalId: leg?.of ?? id, sentAtMs: saidAtMs, ...more };
  const validate = account.mode === 'validate';
  return ok({ ref: bookOf(row, { pair: pair.name, keyId, validate }), pair, claim });
}

/** Plans the order of an aim, once its book is settled. */
export function planAim(
  row: OrderRow,
  { ref, pair, claim }: Aim,
  facts: Pick<DecisionInput, 'source' | 'nowMs'> & {
    readonly book: Book;
    readonly balances: Balances;
    readonly stops: Decimal;
  },
): Planned {
  const { book, balances, stops, source, nowMs } = facts;
  const sinceMs = Math.max(row.receivedAtMs, row.freedAtMs ?? 0);
  const says = { ref, claim };
  const plan = planTarget({
    signal: row.signal,
    source,
    pair,
    book,
    balances,
    stops,
    nowMs,
    sinceMs,
  });
  if (!plan.ok) return { kind: 'refused', refusal: plan.error, book: says };
  switch (plan.value.kind) {
    case 'waits':
      return { kind: 'unavailable', why: plan.value.why };
    case 'unneeded': {
      const { why, isOutdated } = plan.value;
      return { kind: 'unneeded', why, ...(isOutdated ? {} : { book: says }) };
    }
    case 'order': {
      const { signal, source: sizedBy, steps, opens, isFirstLeg } = plan.value;
      // At the door nobody knew whether it opens or closes; what opens may not be old.
      const youngestMs = Math.min(row.signal.sentAtMs, row.receivedAtMs);
      if (!isReducing(signal) && nowMs >= youngestMs + source.maxAgeMs) return { kind: 'stale' };
      const input = { signal, source: sizedBy, plan: { steps, ...(opens ? { opens } : {}) } };
      const hold = { ref, version: book.version, claim };
      return { kind: 'planned', input, hold, says, isFirstLeg };
    }
    default:
      return unreachable(plan.value);
  }
}
