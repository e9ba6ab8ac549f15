/**
 * The order as it is sent, from the signal and what was decided about it.
 *
 * A market buy for an amount of money goes out as a volume of the base, not as Kraken's quote volume
 * (`viqc`). A computed volume is checked here against Kraken's minimums and the rails, exists for
 * every type and side, and comes back the same in look-ups, by which our order is recognised; in
 * which unit Kraken shows the volume of a `viqc` order is not documented.
 * Source: https://docs.kraken.com/api/docs/rest-api/add-order
 */
import { decimal, plain, roundUp, type Decimal } from '../decimal.ts';
import type { OrderTimes } from './order-times.ts';
import type { Priced } from './order-price.ts';
import type { CloseOrder, Order } from '../order.ts';
import type { Pair } from '../market/pair.ts';
import { refusal, type Refusal } from '../refusal.ts';
import { err, ok, type Result } from '../result.ts';
import { isReducing, type Signal } from '../signal.ts';

/** An iceberg shows at least this part of its volume. Source: add-order, `displayvol`. */
const LARGEST_PART = '15';

/** What was decided about an order. */
export interface OrderParts {
  readonly volume: Decimal;
  readonly priced: Priced;
  readonly times: OrderTimes;
  readonly close: CloseOrder | undefined;
}

/** The order as it is sent, or why what it would show is not possible. */
export function orderOf(
  signal: Signal,
  pair: Pair,
  { volume, priced, times, close }: OrderParts,
): Result<Order, Refusal> {
  const { type, trigger, postOnly, leverage, selfTrade } = signal;
  const shown = displayVolume(signal, pair, volume);
  if (!shown.ok) return shown;
  const { price, price2 } = priced;
  return ok({
    pair: pair.altname,
    side: signal.action,
    type,
    volume: plain(volume),
    ...(price === undefined ? {} : { price }),
    ...(price2 === undefined ? {} : { price2 }),
    ...(trigger === undefined ? {} : { trigger }),
    ...(shown.value === undefined ? {} : { displayVolume: plain(shown.value) }),
    ...times,
    ...(postOnly === undefined ? {} : { postOnly }),
    // Kraken knows reduce-only for margin alone and refuses it on spot, where a sale reduces.
    ...(leverage === undefined ? {} : { leverage: plain(decimal(leverage)) }),
    ...(leverage !== undefined && reduces(signal) ? { reduceOnly: true } : {}),
    ...(selfTrade === undefined ? {} : { selfTrade }),
    ...(close === undefined ? {} : { close }),
  });
}

/** With leverage, what the limits let pass as an order that only leaves must not open anything. */
function reduces(signal: Signal): boolean {
  return signal.reduceOnly === true || isReducing(signal);
}

/** What an iceberg shows; Kraken's own minimum is checked here for its numbers. */
function displayVolume(
  { type, displayVolume: text }: Signal,
  pair: Pair,
  volume: Decimal,
): Result<Decimal | undefined, Refusal> {
  if (type !== 'iceberg') return ok(undefined);
  const [total, unit] = [plain(volume), pair.base];
  const least = roundUp(volume.div(LARGEST_PART), pair.lotDecimals);
  if (text === undefined) {
    const sentence = `an iceberg order needs what it shows of its ${total} ${unit}: write "displayVolume", at least ${plain(least)}.`;
    return err(refusal('missing-field', sentence));
  }
  const wanted = decimal(text);
  const shown = roundUp(wanted, pair.lotDecimals);
  const numbers = { displayVolume: text, volume: total, minimum: plain(least) };
  if (shown.lt(least)) {
    const sentence = `an iceberg order of ${total} ${unit} must show at least a fifteenth of it, and ${text} is less: write "displayVolume" of at least ${plain(least)}.`;
    return err(refusal('bad-size', sentence, numbers));
  }
  if (shown.lt(volume)) return ok(shown);
  const sentence = `an iceberg order shows a part of its volume, and ${text} is not less than all of its ${total} ${unit}: write a smaller "displayVolume", or "type": "limit".`;
  return err(refusal('bad-size', sentence, numbers));
}
