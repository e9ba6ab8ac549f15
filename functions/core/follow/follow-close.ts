/**
 * One close order that the exchange opened from the fills of an entry: what traded of it since the
 * last look moves the strategy's book in the other direction than its entry, in the same transaction
 * that writes the look on the row of the entry. As for the entry itself, a look that is made twice or
 * comes late moves the book once.
 */
import type { FillTerms } from '../book.ts';
import { closedBy, closesOf, withClose } from '../closes.ts';
import { isDone } from '../profits.ts';
import { decimal, max, min, plain } from '../decimal.ts';
import { fillOf, hasEnded, tradedSince, type CloseFill, type Traded } from '../fill.ts';
import { closeNotice } from '../notices/close-notice.ts';
import type { CloseOrder, OrderRow } from '../order.ts';
import type { FoundOrder, RowChange } from '../ports.ts';
import { assert } from '../result.ts';
import { bookStep } from './book-step.ts';
import type { FollowDeps } from './follow-order.ts';

/** Whether the exchange says that a fill of the row's order opened this one. */
export function isCloseOf({ attempt, exchangeOrderId }: OrderRow, found: FoundOrder): boolean {
  if (exchangeOrderId === undefined || found.refid !== exchangeOrderId) return false;
  const order = attempt?.order;
  return order?.close !== undefined && found.side !== order.side && found.pair === order.pair;
}

/** Writes a look down; `lost`: somebody else changed the row or its book meanwhile, so look again. */
export async function followClose(
  row: OrderRow,
  found: FoundOrder,
  deps: FollowDeps,
): Promise<OrderRow | 'lost'> {
  assert(
    row.state === 'placed' && row.fill !== undefined,
    'an entry is looked at before its closes',
  );
  assert(isCloseOf(row, found), 'a look is at a close order of its row');
  const { exchangeOrderId } = found;
  const known = closesOf(row).find((one) => one.exchangeOrderId === exchangeOrderId);
  const atMs = deps.clock.nowMs();
  const size = plain(max(found.volume, decimal(known?.size ?? '0')));
  const seen: CloseFill = {
    ...fillOf(found, atMs),
    exchangeOrderId,
    size,
    ...keptOf(row, known, found),
  };
  const traded = tradedSince(known, seen);
  if (traded === undefined || (known !== undefined && hasEnded(known))) return row;
  if (known !== undefined && isSame(known, seen, traded)) return row;
  const closes = withClose(row.closes, seen);
  // It trades what its entry brought. Where the look at the entry lags, the next one shows both.
  if (!hasEnded(row.fill) && closedBy(closes).gt(row.fill.volume)) return row;
  const next: OrderRow = { ...row, closes };
  const book = await bookStep(next, { traded, terms: termsOf(row, seen) }, deps);
  const context = { config: deps.config, atMs };
  // That Kraken opened it is what the order asked for.
  const isOpened = known === undefined && seen.status === 'open' && seen.volume === '0';
  const notice = isOpened ? undefined : closeNotice(next, seen, book.moved?.to, context);
  const change: RowChange = {
    ...{ why: closeWords(seen), atMs, set: { closes }, book },
    dueAtMs: isDone(next) ? null : (row.dueAtMs ?? atMs),
    ...(notice === undefined ? {} : { notice }),
  };
  const { account, orderKey } = row;
  const { status, volume } = seen;
  deps.log.info('close-followed', { account, orderKey, exchangeOrderId, status, volume });
  return deps.orders.note(row, change);
}

/** What was changed of it: a look that lags shows it larger than it is. */
function keptOf(
  { attempt }: OrderRow,
  { cut, movedTo, size, changingUntilMs }: Partial<CloseFill> = {},
  found: FoundOrder,
): Pick<CloseFill, 'cut' | 'movedTo' | 'changingUntilMs'> {
  const now = size === undefined ? found.volume : min(found.volume, decimal(cut ?? size));
  const terms = movedTo ?? attempt?.order.close;
  const moved = (terms && byHand(terms, found)) ?? movedTo;
  return {
    ...(size === undefined || now.gte(size) ? {} : { cut: plain(now) }),
    ...(moved === undefined ? {} : { movedTo: moved }),
    ...(changingUntilMs === undefined ? {} : { changingUntilMs }),
  };
}

/** The stop where somebody moved it to a better price, so that it is not moved back. */
function byHand(terms: CloseOrder, { type, side, price }: FoundOrder): CloseOrder | undefined {
  if (terms.type !== 'stop-loss' || type !== 'stop-loss' || price === undefined) return undefined;
  const isBetter = side === 'sell' ? price.gt(terms.price) : price.lt(terms.price);
  return isBetter ? { ...terms, price: plain(price) } : undefined;
}

function isSame(known: CloseFill, seen: CloseFill, { volume, cost, fee }: Traded): boolean {
  const isStill =
    known.status === seen.status && known.size === seen.size && known.cut === seen.cut;
  const isThere = known.movedTo?.price === seen.movedTo?.price;
  return isStill && isThere && volume.eq('0') && cost.eq('0') && fee.eq('0');
}

/** What the fill is for the book: it goes the other way than its entry. */
function termsOf({ attempt, orderKey }: OrderRow, close: CloseFill): FillTerms {
  assert(attempt !== undefined, 'a placed order was licensed');
  const { side: opened, leverage } = attempt.order;
  return {
    ...{ side: opened === 'buy' ? 'sell' : 'buy', orderKey, atMs: close.seenAtMs },
    closeId: close.exchangeOrderId,
    ...(leverage === undefined ? {} : { leverage }),
  };
}

/** For the record of the row. */
function closeWords({ exchangeOrderId, size, status, volume, cost, fee }: CloseFill): string {
  const which = `its stop for ${size} (Kraken order id ${exchangeOrderId})`;
  if (volume === '0') return `${which} is ${status}`;
  const traded = `${volume} traded for ${cost}, fee ${fee}`;
  return `${which} is ${status === 'open' ? 'partly filled' : status}: ${traded}`;
}
