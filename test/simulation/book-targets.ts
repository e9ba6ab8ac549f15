/** What the order of a target has to be, reckoned beside the product from what was executed. */
import type { Source } from '../../functions/core/config.ts';
import { decimal, ZERO, type Decimal } from '../../functions/core/decimal.ts';
import type { Order, OrderRow } from '../../functions/core/order.ts';
import type { Signal } from '../../functions/core/signal.ts';
import { BTC_USD } from '../fakes/exchange.ts';

/** Lots that rounding may take. */
const ROUNDING = '0.00000002';

/** What is known of a book. */
export interface Holding {
  readonly held: Decimal;
  readonly source: Source | undefined;
  readonly perUnit: string | undefined;
}

/** An amount with the sign of its side. */
export function signedBy(side: 'buy' | 'sell', amount: Decimal): Decimal {
  return side === 'buy' ? amount : ZERO.minus(amount);
}

/** How much the book is to hold for the message; undefined where the money of the moment says it. */
export function wantedOf(signal: Signal, { held, source, perUnit }: Holding): Decimal | undefined {
  const { target, leverage } = signal;
  const position = target?.position ?? 'flat';
  if (position === 'flat' || (position === 'short' && leverage === undefined)) return ZERO;
  const side = position === 'short' ? 'sell' : 'buy';
  const size = decimal(target?.size ?? '0');
  if (source?.size.kind === 'signal') return signedBy(side, size);
  const isThere = signedBy(side, held).gte(BTC_USD.orderMin);
  return isThere && perUnit !== undefined ? signedBy(side, size.times(perUnit)) : undefined;
}

/** What is wrong with an order of a target; undefined when nothing is. */
export function differenceFault(
  { signal }: OrderRow,
  { order, ...holding }: Holding & { readonly order: Order },
): string | undefined {
  const { held } = holding;
  const wanted = wantedOf(signal, holding);
  const after = held.plus(signedBy(order.side, decimal(order.volume)));
  const isOpposite = held.abs().gte(BTC_USD.orderMin) && after.abs().lte(ROUNDING);
  if (wanted === undefined) return undefined;
  // A target that turns around is left first, by an order of its own.
  const expected = held.times(wanted).lt('0') && isOpposite ? ZERO : wanted;
  if (after.minus(expected).abs().lte(ROUNDING)) return undefined;
  return `${held.toFixed()} and ${order.side} ${order.volume} is not ${expected.toFixed()}`;
}
