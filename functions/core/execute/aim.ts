/**
 * What a signal whose order follows from its strategy's book needs beside the facts of every order:
 * the book, settled, and the order that takes it where the signal wants it.
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
import { withOlder, withStep } from '../decide/same-second.ts';
import { leavesAll, meetsStops, planBeside } from '../decide/plan-beside.ts';
import { intentOf, planTarget, type Intent } from '../decide/plan-target.ts';
import type { Planned as Plan, TargetInput } from '../decide/plan-change.ts';
import { planCover, planTake, takesAll, type OwnInput } from '../decide/plan-own.ts';
import { roomBeside } from '../decide/room-beside.ts';
import { decimal, plain, ZERO } from '../decimal.ts';
import type { Pair, Ticker } from '../market/pair.ts';
import type { Replaced, RestingStop } from '../resting.ts';
import type { Guard } from './guard-rest.ts';
import type { OrderRow } from '../order.ts';
import type { Refusal } from '../refusal.ts';
import { ok, unreachable, type Result } from '../result.ts';
import { isReducing, type Signal } from '../signal.ts';

/** The book that is aimed at, and what its sender says by it. */
export interface Aim {
  readonly ref: BookRef;
  readonly pair: Pair;
  /** Absent where Harpoon asks by itself: what the sender said stands. */
  readonly claim?: Claim;
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
      /** Stops that have to become smaller, or to move, before it goes out; none: they stay. */
      readonly makesRoom: readonly Replaced[];
      /** The stop for what it may leave without one, where stops make room for it. */
      readonly guard?: Guard;
      /** From then on it is too old to open anything; absent: it leaves. */
      readonly staleFromMs?: number;
    }
  | { readonly kind: 'unneeded'; readonly why: string; readonly book?: BookChange }
  | { readonly kind: 'refused'; readonly refusal: Refusal; readonly book?: BookChange }
  | { readonly kind: 'stale' }
  | { readonly kind: 'unavailable'; readonly why: string };

/** The aim of a row; undefined where its signal says its order itself. */
export function aimOf(
  row: OrderRow,
  {
    pairs,
    source,
    account,
    keyId,
  }: Pick<DecisionInput, 'pairs' | 'source' | 'account'> & { readonly keyId: string },
): Result<Aim, Refusal> | undefined {
  const { target, leg, id, sentAtMs, symbol, leverage, restates, takes, covers } = row.signal;
  const { stop, takeProfits, breakEven } = row.signal;
  const isOwn = takes !== undefined || covers !== undefined;
  // One that is placed is only changed: what it meets was looked at before it went out.
  const isBeside = meetsStops(row.signal) && row.state !== 'placed';
  if (target === undefined && !isOwn && !isBeside) return undefined;
  const resolved = pairs.resolve(symbol, source.symbols);
  if (!resolved.ok) return resolved;
  const { pair } = resolved.value;
  const validate = account.mode === 'validate';
  const ref = bookOf(row, { pair: pair.name, keyId, validate });
  if (target === undefined) return ok({ ref, pair });
  const more = {
    ...(leverage === undefined ? {} : { leverage }),
    ...(stop ? { stop } : {}),
    ...(takeProfits ? { takeProfits } : {}),
    ...(breakEven ? { breakEven } : {}),
  };
  const saidAtMs = restates?.sentAtMs ?? sentAtMs;
  const claim = { ...target, signalId: leg?.of ?? id, sentAtMs: saidAtMs, ...more };
  return ok({ ref, pair, claim });
}

/** What the signal means for a book as it stands now. */
export function meaningOf(
  signal: Signal,
  at: Pick<TargetInput, 'pair' | 'book' | 'source'>,
): Intent {
  if (signal.covers !== undefined) return 'guards';
  if (meetsStops(signal)) return leavesAll(signal, at) ? 'leaves' : 'goes-on';
  if (signal.takes !== undefined) return takesAll(signal, at) ? 'leaves' : 'goes-on';
  return intentOf(signal, at);
}

function planOf(input: OwnInput): Plan {
  if (input.signal.covers !== undefined) return planCover(input);
  if (meetsStops(input.signal)) return planBeside(input);
  return input.signal.takes === undefined ? planTarget(input) : planTake(input);
}

/** Plans the order of an aim, once its book is settled. */
export function planAim(
  row: OrderRow,
  { ref, pair, claim }: Aim,
  facts: Pick<DecisionInput, 'source' | 'nowMs'> & {
    readonly book: Book;
    readonly balances: Balances;
    readonly stops: readonly RestingStop[];
    /** What is cancelled before it in any case. */
    readonly goes: readonly Replaced[];
    /** See SettledBook. */
    readonly freedAtMs?: number | undefined;
    readonly ticker?: Ticker | undefined;
  },
): Planned {
  const { book, balances, goes, freedAtMs = 0, source, nowMs, ticker } = facts;
  const stops = facts.stops.filter((stop) => isOfPosition(stop, book));
  const sinceMs = Math.max(row.receivedAtMs, row.freedAtMs ?? 0, freedAtMs);
  const staying = stops.filter(
    ({ exchangeOrderId }) => !goes.some((one) => one.exchangeOrderId === exchangeOrderId),
  );
  const said = claim === undefined ? {} : { claim: inItsSecond(claim, row.signal, book) };
  const says = { ref, ...said };
  const plan = planOf({
    ...{ signal: row.signal, source, pair, book, balances, nowMs, sinceMs },
    ...stopsFor(row.signal, staying),
    isUnderway: row.freedAtMs !== undefined,
    ticker,
  });
  if (!plan.ok) return { kind: 'refused', refusal: plan.error, book: says };
  switch (plan.value.kind) {
    case 'waits':
      return { kind: 'unavailable', why: plan.value.why };
    case 'unneeded': {
      const { why, isOutdated } = plan.value;
      const told = isOutdated ? overtaken(row.signal, ref, book) : says;
      return { kind: 'unneeded', why, ...(told ? { book: told } : {}) };
    }
    case 'order': {
      const { signal, source: sizedBy, steps, opens, leaves, isFirstLeg, room } = plan.value;
      // At the door nobody knew whether it opens or closes; what opens may not be old.
      const staleFromMs = Math.min(row.signal.sentAtMs, row.receivedAtMs) + source.maxAgeMs;
      const age = isReducing(signal) ? {} : { staleFromMs };
      if (nowMs >= (age.staleFromMs ?? Infinity)) return { kind: 'stale' };
      const how = { steps, ...(opens ? { opens } : {}), ...(leaves ? { leaves } : {}) };
      const input = { signal, source: sizedBy, plan: how };
      const hold = { ref, version: book.version, ...said };
      const makesRoom = room === undefined ? [] : roomBeside(staying, room, pair);
      const guard = guardOf(stops, [...goes, ...makesRoom], book);
      return { kind: 'planned', input, hold, says, isFirstLeg, makesRoom, ...guard, ...age };
    }
    default:
      return unreachable(plan.value);
  }
}

/**
 * Whether a stop closes what its book holds. One that would sell is none of a short: it protects what
 * the book does not know to be open, and makes room for nothing.
 */
function isOfPosition({ side }: RestingStop, { quantity }: Book): boolean {
  const held = decimal(quantity);
  return held.eq('0') || side === (held.gt('0') ? 'sell' : 'buy');
}

/** What stops rest for: those that the signal asks for, and those that others brought since. */
function stopsFor(
  { covers }: Signal,
  stops: readonly RestingStop[],
): Required<Pick<OwnInput, 'stops' | 'otherStops'>> {
  const asked = covers?.of;
  const isAsked = ({ of }: RestingStop): boolean =>
    asked === undefined || of.some((orderKey) => asked.includes(orderKey));
  const restOf = (some: readonly RestingStop[]) =>
    some.reduce((sum, { rest }) => sum.plus(rest), ZERO);
  return {
    stops: restOf(stops.filter(isAsked)),
    otherStops: restOf(stops.filter((stop) => !isAsked(stop))),
  };
}

/** The claim with what is known of its second; said again, the same message is no further step. */
function inItsSecond(claim: Claim, { restates }: Signal, { claim: before }: Book): Claim {
  const isAgain = restates !== undefined || before?.signalId === claim.signalId;
  const { sentAtMs } = claim;
  const second = isAgain ? before?.second : withStep(claim, { sentAtMs, before });
  return { ...claim, ...(second === undefined ? {} : { second }) };
}

/** A claim stays as it is, and knows of the older message of its second. */
function overtaken(
  { target, sentAtMs, restates }: Signal,
  ref: BookRef,
  { claim }: Book,
): BookChange | undefined {
  if (!target || !claim || restates || sentAtMs !== claim.sentAtMs) return undefined;
  const second = withOlder(target, claim);
  return second && { ref, claim: { ...claim, second } };
}

/**
 * The stop that would have to rest for all that stops rest for now, by the terms of the largest as it
 * is to be; none where no stop gives way.
 */
function guardOf(
  stops: readonly RestingStop[],
  gives: readonly Replaced[],
  { leverage, since }: Book,
): { readonly guard?: Guard } {
  const isGiving = stops.some(({ exchangeOrderId }) =>
    gives.some((one) => one.exchangeOrderId === exchangeOrderId),
  );
  const [first] = [...stops].sort((a, b) => b.rest.cmp(a.rest));
  if (!isGiving || first === undefined || since === undefined) return {};
  const volume = stops.reduce((sum, { rest }) => sum.plus(rest), ZERO);
  const { trigger, limit } =
    gives.find((one) => one.exchangeOrderId === first.exchangeOrderId)?.to ?? {};
  const terms = {
    ...first.terms,
    ...(trigger === undefined ? {} : { price: trigger }),
    ...(limit === undefined ? {} : { price2: limit }),
  };
  const margin = leverage === undefined ? {} : { leverage };
  const of = [...new Set(stops.flatMap((stop) => stop.of))];
  return { guard: { volume: plain(volume), side: first.side, terms, since, of, ...margin } };
}
