/**
 * The prices of AddOrder by order type, and what the types demand beside them. Relative prices are
 * read for trailing stops alone, which have no others; for every other type they are refused rather
 * than half done.
 *
 * Source: https://docs.kraken.com/api/docs/rest-api/add-order (`ordertype`, `price`, `price2`)
 */
import { parseDecimal, type Decimal } from '../../../functions/core/decimal.ts';
import { parsePriceText, type Distance } from '../../../functions/core/message/price-text.ts';
import { err, ok, type Result } from '../../../functions/core/result.ts';
import type { OrderType } from '../../../functions/core/signal.ts';

/** What a type has at `price` and at `price2`. */
interface Needs {
  readonly price: 'none' | 'price' | 'distance';
  readonly price2: 'none' | 'price' | 'distance';
}

/** Every order type. */
const NEEDS: Readonly<Record<OrderType, Needs>> = {
  market: { price: 'none', price2: 'none' },
  limit: { price: 'price', price2: 'none' },
  iceberg: { price: 'price', price2: 'none' },
  'stop-loss': { price: 'price', price2: 'none' },
  'take-profit': { price: 'price', price2: 'none' },
  'stop-loss-limit': { price: 'price', price2: 'price' },
  'take-profit-limit': { price: 'price', price2: 'price' },
  'trailing-stop': { price: 'distance', price2: 'none' },
  'trailing-stop-limit': { price: 'distance', price2: 'distance' },
  'settle-position': { price: 'none', price2: 'none' },
};

/** The prices of a request. */
export interface RequestPrices {
  /** Limit or trigger, and the limit behind a trigger. */
  readonly price?: Decimal;
  readonly price2?: Decimal;
  /** Of trailing stops. */
  readonly distance?: Distance;
  readonly distance2?: Distance;
}

/** The type that a word names. */
export function readType(word: string): OrderType | undefined {
  return Object.hasOwn(NEEDS, word) ? (word as OrderType) : undefined;
}

/** Reads the prices; the error is the name of the parameter. A price that has no use is ignored. */
export function readPrices(
  params: ReadonlyMap<string, string>,
  type: OrderType,
): Result<RequestPrices, 'price' | 'price2'> {
  let prices: RequestPrices = {};
  for (const [name, distanceName] of [
    ['price', 'distance'],
    ['price2', 'distance2'],
  ] as const) {
    const need = NEEDS[type][name];
    const text = params.get(name) ?? '';
    if (need === 'none') continue;
    if (need === 'price') {
      const price = parseDecimal(text);
      if (!price.ok || price.value.lte('0')) return err(name);
      prices = { ...prices, [name]: price.value };
      continue;
    }
    const distance = parsePriceText(text);
    if (!distance.ok || distance.value.kind !== 'distance') return err(name);
    if (name === 'price' && distance.value.sign !== '+') return err(name);
    prices = { ...prices, [distanceName]: distance.value };
  }
  return ok(prices);
}

/** What an iceberg shows: at least a fifteenth of its volume. No other type has it. */
export function readDisplayVolume(
  text: string,
  { type, volume }: { readonly type: OrderType; readonly volume: Decimal },
): Result<Decimal | undefined, 'displayvol'> {
  if (type !== 'iceberg') return text === '' ? ok(undefined) : err('displayvol');
  const shown = parseDecimal(text);
  if (!shown.ok || shown.value.times('15').lt(volume) || shown.value.gt(volume)) {
    return err('displayvol');
  }
  return ok(shown.value);
}
