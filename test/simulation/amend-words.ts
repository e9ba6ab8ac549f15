/** What a sender may want of an order that it has: a new size, new prices, or what makes no sense. */
import type { Order } from '../../functions/core/order.ts';
import type { Random } from './random.ts';

/** Names under which a change says its values. */
export type Word = 'size' | 'price' | 'price2' | 'limitPrice' | 'triggerPrice';

/** Values by their names, decimal text. */
export type Values = Readonly<Partial<Record<Word, string>>>;

/** A change as its message says it. */
export interface SaidChange {
  readonly fields: Values;
  /** The same with distances reckoned out. */
  readonly values: Values;
}

const WAYS = ['size', 'price', 'price', 'both'] as const;

/** The last price of the simulated market. */
const LAST = 50_000;

/** A change of an order; of one that the sender does not know yet, a guess. */
export function changeSaid(order: Order | undefined, random: Random): SaidChange {
  const isFixed = order?.close !== undefined || order?.type.startsWith('trailing') === true;
  const way = isFixed && random.chance(800_000) ? 'size' : random.pick(WAYS);
  const values = {
    ...(way === 'size' ? {} : newPrices(order, random)),
    ...(way === 'price' ? {} : { size: newSize(random) }),
  };
  if (random.chance(20_000)) return { fields: { size: '500 USD' }, values: {} };
  const { price } = values;
  if (price === undefined || order?.type !== 'limit' || !random.chance(150_000)) {
    return { fields: values, values };
  }
  const distance = Number(price) - LAST;
  return { fields: { ...values, price: `${distance < 0 ? '' : '+'}${distance}` }, values };
}

/** Around what orders have; now and then more than one may be worth, or less than Kraken takes. */
function newSize(random: Random): string {
  if (random.chance(60_000)) return random.pick(['0.5', '0.00001']);
  return `0.0${String(random.between(40, 199)).padStart(3, '0')}`;
}

function newPrices(order: Order | undefined, random: Random): Values {
  const isBuy = (order?.side ?? 'buy') === 'buy';
  const type = order?.type ?? 'limit';
  const steps = random.between(2, 90);
  if (type === 'limit' || type === 'iceberg') {
    const isAbove = isBuy === random.chance(60_000);
    const price = String(isAbove ? LAST + steps : LAST - steps);
    return { [random.pick(['price', 'limitPrice'] as const)]: price };
  }
  // A stop lies where the market would go against the order, a profit where it would go its way.
  const isAbove = type.startsWith('take-profit') !== isBuy;
  const price = String(isAbove ? LAST + 50 + steps * 9 : LAST - 50 - steps * 9);
  const trigger: Values = { [random.pick(['price', 'triggerPrice'] as const)]: price };
  if (!type.endsWith('-limit') || random.chance(300_000)) return trigger;
  const price2 = String(LAST + random.between(-90, 90));
  const limit: Values = { [random.pick(['price2', 'limitPrice'] as const)]: price2 };
  return random.chance(400_000) ? limit : { ...trigger, ...limit };
}

/** Values by their places in an order; what is absent stays. */
export type Terms = Partial<Pick<Order, 'volume' | 'price' | 'price2'>>;

/** What the values mean for an order of the type, by their places. */
export function termsOf(
  { size, price, price2, limitPrice, triggerPrice }: Values,
  type: Order['type'],
): Terms {
  const isLimit = type === 'limit' || type === 'iceberg';
  const first = price ?? (isLimit ? limitPrice : triggerPrice);
  const second = price2 ?? (isLimit ? undefined : limitPrice);
  return {
    ...(size === undefined ? {} : { volume: size }),
    ...(first === undefined ? {} : { price: first }),
    ...(second === undefined ? {} : { price2: second }),
  };
}
