/** Changes one open paper order. Nothing is written before its one transaction. */
import { amendOutcome } from '../../core/amend-answer.ts';
import { pairTable } from '../../core/market/pair-table.ts';
import { amendPaper } from '../../core/paper/amend-paper.ts';
import { takeAtOnce } from '../../core/paper/match-paper.ts';
import { withOrder } from '../../core/paper/paper-book.ts';
import type { AmendOutcome, OrderChange } from '../../core/amending.ts';
import { DEADLINE_REST_MS } from '../../core/protocol.ts';
import { amendOrderForm } from '../kraken/amend-order-form.ts';
import { broughtUpToDate, marketNow, type PaperDeps } from './paper-account.ts';
import type { KeptBook, PaperChange } from './paper-store.ts';

/** The change as it is to be written. */
interface Draft {
  readonly kept: KeptBook;
  readonly made: PaperChange;
}

/** Changes it, or says what became of the wish. Never throws. */
export async function amendPaperOrder(
  id: string,
  change: OrderChange,
  deps: PaperDeps,
): Promise<AmendOutcome> {
  const late: AmendOutcome = { kind: 'not-reached', reason: 'its deadline was too near' };
  const inTime = () => deps.clock.nowMs() < change.deadlineMs - DEADLINE_REST_MS;
  if (!inTime()) return late;
  let draft: Draft | string;
  try {
    // What Kraken's client refuses to send is not taken here either.
    amendOrderForm(id, change);
    const kept = await broughtUpToDate(deps);
    const made = await changeOf(id, change, kept.book, deps);
    draft = typeof made === 'string' ? made : { kept, made };
  } catch (error) {
    return { kind: 'not-reached', reason: reason(error) };
  }
  if (typeof draft === 'string') return refusedAmend(draft);
  if (!inTime()) return late;
  try {
    const written = await deps.store.write(draft.kept, draft.made);
    return written === 'written'
      ? { kind: 'amended', description: 'on paper' }
      : { kind: 'not-reached', reason: 'the paper account was changed meanwhile' };
  } catch (error) {
    return { kind: 'unknown', reason: reason(error) };
  }
}

/** What Kraken's error text means, read by the table that reads Kraken's own. */
export function refusedAmend(text: string): AmendOutcome {
  return amendOutcome({ kind: 'answered', errors: [text], result: undefined });
}

/** The account after the change, or Kraken's error text. */
async function changeOf(
  id: string,
  change: OrderChange,
  book: PaperChange['book'],
  deps: PaperDeps,
): Promise<PaperChange | string> {
  const { prices, clock } = deps;
  const paper = book.open.find((one) => one.id === id);
  if (paper === undefined) {
    return (await deps.store.order(id)) === undefined
      ? 'EOrder:Invalid order'
      : 'EOrder:Unknown order';
  }
  const pair = pairTable(await prices.market.pairs()).byAnyName(paper.order.pair);
  if (pair === undefined) return 'EQuery:Unknown asset pair';
  const [mode, fees, quote] = await Promise.all([
    prices.market.mode(),
    prices.fees(pair),
    marketNow(pair, deps),
  ]);
  const market = { pair, fees, quote };
  const amended = amendPaper(paper, change, { ...market, mode, book, nowMs: clock.nowMs() });
  if (!amended.ok) return amended.error;
  const isOpen = ['open', 'pending'].includes(amended.value.status);
  const changed = withOrder(book, amended.value);
  if (!isOpen) return { book: changed, ended: [amended.value] };
  const taken = takeAtOnce(changed, amended.value, market);
  const isOver = !['open', 'pending'].includes(taken.order.status);
  return { book: taken.book, ended: isOver ? [taken.order] : [] };
}

function reason(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
