/** A strategy's book, the stops of its position and a message: what is planned from them. */
import { emptyBook, type Book } from '../../../functions/core/book.ts';
import type { Source } from '../../../functions/core/config.ts';
import { decimal } from '../../../functions/core/decimal.ts';
import { aimOf, planAim, type Planned } from '../../../functions/core/execute/aim.ts';
import type { OrderRow } from '../../../functions/core/order.ts';
import type { Replaced, RestingStop } from '../../../functions/core/resting.ts';
import type { Signal } from '../../../functions/core/signal.ts';
import { balancesOf, pairNamed, TABLE, TICKERS, tickerOf } from '../market-fixture.ts';
import { MAIN, orderRow, TEST_CONFIG, TREND } from '../order-fixture.ts';

export const REF = { on: 'kraken', account: 'main', source: 'trend', pair: 'BTC/USD' } as const;
export const PAIR = pairNamed('BTC/USD');
/** A source whose messages say their size. */
export const SIZED: Source = { ...TREND, size: { kind: 'signal' } };
/** When the message was sent and received. */
export const SENT_MS = 1_000;

/** A stop for so much, that the entry of the same name in small letters opened. */
export function stopOf(id: string, rest: string, more: Partial<RestingStop> = {}): RestingStop {
  const orderKey = id.toLowerCase();
  return {
    ...{ exchangeOrderId: id, name: `stop ${id}`, side: 'sell', orderKey, of: [orderKey] },
    ...{ traded: decimal('0'), rest: decimal(rest), terms: { type: 'stop-loss', price: '45000' } },
    ...more,
  };
}

/** An order that is cancelled in any case. */
export function going(id: string, rest = '0.01'): Replaced {
  return { exchangeOrderId: id, name: `order ${id}`, side: 'sell', rest: decimal(rest) };
}

/** What a case is of; the market is at 50000 unless it is given. */
export interface AimCase {
  readonly signal: Partial<Signal>;
  readonly row?: Partial<OrderRow>;
  readonly book?: Partial<Book>;
  readonly stops?: readonly RestingStop[];
  readonly goes?: readonly Replaced[];
  readonly bid?: string;
  readonly nowMs?: number;
}

/** The row of the message. */
export function aimingRow({ signal, row }: Pick<AimCase, 'signal' | 'row'>): OrderRow {
  return { ...orderRow({ id: 'next', sentAtMs: SENT_MS, ...signal }, TEST_CONFIG), ...row };
}

/** The aim of a row of this source. */
export const aimed = (row: OrderRow, source: Source = SIZED) =>
  aimOf(row, { pairs: TABLE, source, account: MAIN, keyId: 'key' });

/** What is planned, with more BTC free than any order sells. */
export function planned(given: AimCase): Planned {
  const { book, stops = [], goes = [], bid, nowMs = SENT_MS } = given;
  const row = aimingRow(given);
  const aim = aimed(row);
  if (aim?.ok !== true) throw new Error('the message has an aim');
  return planAim(row, aim.value, {
    ...{ source: SIZED, nowMs, stops, goes, balances: balancesOf({ BTC: '1', USD: '100000' }) },
    book: { ...emptyBook(REF), ...book },
    ticker: bid === undefined ? TICKERS.get(PAIR.name) : tickerOf(bid, bid, bid),
  });
}

/** The same, of a case that plans an order. */
export function plannedOrder(given: AimCase): Extract<Planned, { kind: 'planned' }> {
  const made = planned(given);
  if (made.kind !== 'planned') throw new Error(JSON.stringify(made));
  return made;
}

/** A message that the strategy is long by so much. */
export const long = (size: string): Partial<Signal> => ({ target: { position: 'long', size } });

/** A sale of Harpoon's own of 0.004 BTC, at a take-profit of the entry `entry`. */
export const taking = (more: Partial<Signal['takes']> = {}): Partial<Signal> => ({
  ...{ action: 'sell', reduceOnly: true, size: { unit: 'base', amount: '0.004' } },
  takes: { orderKey: 'entry', number: 1, price: '51000', ...more },
});
