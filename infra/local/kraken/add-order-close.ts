/**
 * The attached close order of AddOrder: which it may be, and its prices. `iceberg` is left out, as
 * Kraken's own client does; a page of the documentation has it.
 *
 * Source: https://docs.kraken.com/api/docs/rest-api/add-order (`close[ordertype]`)
 */
import { plain, type Decimal } from '../../../functions/core/decimal.ts';
import { isTriggerType } from '../../../functions/core/paper/paper-rules.ts';
import { distanceText } from '../../../functions/core/message/price-text.ts';
import { assert, err, ok, type Result } from '../../../functions/core/result.ts';
import type { OrderType } from '../../../functions/core/signal.ts';
import { readPrices, readType, type RequestPrices } from './add-order-prices.ts';
import type { CloseRecord } from './state.ts';

/** A close order as it is asked for. */
export interface CloseRequest extends RequestPrices {
  readonly type: OrderType;
}

const NAMES = ['close[ordertype]', 'close[price]', 'close[price2]'] as const;

/** Reads it; the error is the name of the parameter. Undefined: none is asked for. */
export function readClose(
  params: ReadonlyMap<string, string>,
): Result<CloseRequest | undefined, string> {
  const [word, price, price2] = NAMES.map((name) => params.get(name) ?? '');
  if (word === '' && price === '' && price2 === '') return ok(undefined);
  const type = readType(word ?? '');
  if (type === undefined || !(type === 'limit' || isTriggerType(type))) return err(NAMES[0]);
  const given = new Map([
    ['price', price ?? ''],
    ['price2', price2 ?? ''],
  ]);
  const prices = readPrices(given, type);
  return prices.ok ? ok({ type, ...prices.value }) : err(`close[${prices.error}]`);
}

/** The close order as its parent keeps it. */
export function closeRecord({ type, ...prices }: CloseRequest): CloseRecord {
  const text = (price?: Decimal): string | undefined => price && plain(price);
  const first = prices.distance ? distanceText(prices.distance) : text(prices.price);
  const second = prices.distance2 ? distanceText(prices.distance2) : text(prices.price2);
  assert(first !== undefined, 'every close order has a price');
  return { type, price: first, ...(second === undefined ? {} : { price2: second }) };
}
