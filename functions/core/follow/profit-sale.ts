/** The order of Harpoon's own that sells a share of a position at a take-profit. */
import { orderKeyOf } from '../identity.ts';
import { averagePrice, hasEnded } from '../fill.ts';
import { decimal } from '../decimal.ts';
import { isFinal } from '../order-state.ts';
import type { OrderRow, ProfitTry } from '../order.ts';
import { assert } from '../result.ts';
import type { Signal } from '../signal.ts';

/** After an order for a take-profit was refused or stopped, another one waits so long. */
export const RETRY_MS = 15 * 60_000;

/** Decimals of a price to which a stop moves; the tick of its pair is coarser. */
const PRICE_DECIMALS = 10;

/** Key of the order of a try; its id follows from the entry, so that a try is one order. */
export function saleKeyOf({ account, signal }: OrderRow, tried: ProfitTry): string {
  return orderKeyOf({ source: signal.source, account, signalId: saleId(signal, tried) });
}

/** No sender's id has this sign: ids that hold it are named by their hash. */
function saleId({ id }: Signal, { number, tries }: ProfitTry): string {
  return `${id}#profit${number}.${tries}`;
}

/** What the order asks for. */
export function saleSignal(
  { signal: entry, orderKey, attempt, fill }: OrderRow,
  tried: ProfitTry,
  { volume, price }: { readonly volume: string; readonly price: string },
): Signal {
  assert(attempt !== undefined && fill !== undefined, 'a take-profit is of what was filled');
  const { side, leverage } = attempt.order;
  const evenAt = entry.breakEven === true ? averagePrice(fill, PRICE_DECIMALS) : undefined;
  const { number, atMs } = tried;
  return {
    ...{ id: saleId(entry, tried), source: entry.source, sentAtMs: atMs, symbol: entry.symbol },
    ...{ action: side === 'buy' ? 'sell' : 'buy', type: 'market', reduceOnly: true },
    size: { unit: 'base', amount: volume },
    takes: { orderKey, number, price, ...(evenAt === undefined ? {} : { evenAt }) },
    ...(leverage === undefined ? {} : { leverage }),
    ...(entry.owner === undefined ? {} : { owner: entry.owner }),
  };
}

/** Whether the order of a try sold some of its share, and will sell no more. */
export function hasSold({ fill }: OrderRow): boolean {
  return fill !== undefined && hasEnded(fill) && decimal(fill.volume).gt('0');
}

/** Whether it ended otherwise than because the market was not there any more when it was to go out. */
export function isRefused({ state }: OrderRow): boolean {
  return state !== 'unneeded' && state !== 'expired';
}

/** Whether the order of a try ended and sold nothing, and another one may go out. */
export function mayTryAgain(sale: OrderRow, nowMs: number): boolean {
  const { state, fill, receivedAtMs } = sale;
  if (!isRefused(sale)) return true;
  const isNothing =
    state === 'placed'
      ? fill !== undefined && hasEnded(fill) && decimal(fill.volume).eq('0')
      : isFinal(state) && state !== 'needs-human';
  return isNothing && nowMs >= receivedAtMs + RETRY_MS;
}
