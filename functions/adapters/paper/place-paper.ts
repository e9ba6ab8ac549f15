/**
 * Places one paper order. Nothing is written before its one transaction: whatever fails until then
 * was never sent, and when the transaction itself is not answered, the outcome is unknown.
 */
import { allEnded } from '../../core/all-ended.ts';
import { placeOutcome } from '../../core/answer.ts';
import type { OrderName } from '../../core/identity.ts';
import type { Attempt } from '../../core/order.ts';
import { pairTable } from '../../core/market/pair-table.ts';
import { describeOrder, judgeOrder } from '../../core/paper/judge-paper.ts';
import { takeAtOnce } from '../../core/paper/match-paper.ts';
import { withOrder, type PaperNames, type PaperOrder } from '../../core/paper/paper-book.ts';
import { paperOrderId } from '../../core/paper/paper-key.ts';
import type { PlaceOutcome } from '../../core/ports.ts';
import { DEADLINE_REST_MS } from '../../core/protocol.ts';
import { addOrderForm } from '../kraken/add-order-form.ts';
import { broughtUpToDate, marketNow, type PaperDeps } from './paper-account.ts';
import type { KeptBook, PaperChange } from './paper-store.ts';

/** Kraken's words for a client order id that an order has already. */
const NOT_UNIQUE = 'EGeneral:Invalid arguments:cl_ord_id not unique';

/** The order as it is to be written, or what became of it without a write. */
type Draft =
  | { readonly kind: 'judged'; readonly outcome: PlaceOutcome }
  | {
      readonly kind: 'to-write';
      readonly kept: KeptBook;
      readonly change: PaperChange;
      readonly description: string;
    };

/** Places it, once. Never throws. */
export async function placePaper(
  attempt: Attempt,
  name: OrderName,
  deps: PaperDeps & { readonly account: string },
): Promise<PlaceOutcome> {
  const late: PlaceOutcome = { kind: 'never-sent', reason: 'its deadline was too near' };
  const inTime = () => deps.clock.nowMs() < attempt.deadlineMs - DEADLINE_REST_MS;
  if (!inTime()) return late;
  const id = paperOrderId(deps.account, name);
  let draft: Draft;
  try {
    // What Kraken's client refuses to send is not taken here either.
    addOrderForm(attempt, name);
    const { clientOrderId, userref } = name;
    const known = userref === undefined ? { clientOrderId } : { userref };
    draft = await draftOf(attempt, { id, ...known }, deps);
  } catch (error) {
    return { kind: 'never-sent', reason: reason(error) };
  }
  if (draft.kind === 'judged') return draft.outcome;
  if (!inTime()) return late;
  const { kept, change, description } = draft;
  try {
    const written = await deps.store.write(kept, change);
    if (written === 'taken') return refusedOutcome(NOT_UNIQUE);
    if (written === 'written') return { kind: 'placed', exchangeOrderId: id, description };
    return { kind: 'never-sent', reason: 'the paper account was changed meanwhile' };
  } catch (error) {
    return { kind: 'unknown', reason: reason(error) };
  }
}

/** What Kraken's error text means, read by the table that reads Kraken's own. */
export function refusedOutcome(text: string): PlaceOutcome {
  return placeOutcome({ kind: 'answered', errors: [text], result: undefined }, false);
}

async function draftOf(
  { order, validate }: Attempt,
  names: PaperNames,
  deps: PaperDeps,
): Promise<Draft> {
  const { prices, clock } = deps;
  const judged = (outcome: PlaceOutcome): Draft => ({ kind: 'judged', outcome });
  const kept = await broughtUpToDate(deps);
  // Before anything that could refuse: a refusal would say that no order of this id exists.
  if ((await deps.store.order(names.id)) !== undefined) return judged(refusedOutcome(NOT_UNIQUE));
  const pair = pairTable(await prices.market.pairs()).byAnyName(order.pair);
  if (pair === undefined) return judged(refusedOutcome('EQuery:Unknown asset pair'));
  const [mode, fees, quote] = await allEnded([
    prices.market.mode(),
    prices.fees(pair),
    marketNow(pair, deps),
  ]);
  const nowMs = clock.nowMs();
  const market = { pair, fees, quote };
  const { book } = kept;
  const asked = { ...market, order, mode, book, nowMs };
  const result = judgeOrder(asked, validate);
  if (!result.ok) return judged(refusedOutcome(result.error));
  const description = describeOrder(asked);
  if (validate) return judged({ kind: 'validated', description });
  const fresh: PaperOrder = { ...names, ...result.value };
  const taken = takeAtOnce(withOrder(book, fresh), fresh, market);
  const change = { book: taken.book, opened: taken.order };
  return { kind: 'to-write', kept, change, description };
}

function reason(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
