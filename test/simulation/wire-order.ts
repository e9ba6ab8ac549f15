/**
 * An order as the matching engine understands it, read from the fields that left for Kraken. It
 * shares no code with what wrote them: a term that the wire drops or twists is missing here.
 * Source: https://docs.kraken.com/api/docs/rest-api/add-order
 */
import type { Order } from '../../functions/core/order.ts';

/** Fields of AddOrder, by Kraken's names. */
type Wire = Readonly<Record<string, string | undefined>>;

/** Every term of an order, under the name of our own. */
const NAMES = {
  pair: 'pair',
  side: 'type',
  type: 'ordertype',
  volume: 'volume',
  price: 'price',
  price2: 'price2',
  trigger: 'trigger',
  displayVolume: 'displayvol',
  timeInForce: 'timeinforce',
  leverage: 'leverage',
  selfTrade: 'stptype',
} as const satisfies Partial<Record<keyof Order, string>>;

/** What Kraken reads out of the fields. */
export function orderOnWire(wire: Wire): Order {
  const terms: Record<string, string | number | boolean> = {};
  for (const [name, field] of Object.entries(NAMES)) {
    const text = wire[field];
    if (text !== undefined) terms[name] = text;
  }
  const flags = (wire['oflags'] ?? '').split(',');
  if (flags.includes('post')) terms['postOnly'] = true;
  if (flags.includes('viqc')) terms['volumeInQuote'] = true;
  if (wire['reduce_only'] === 'true') terms['reduceOnly'] = true;
  for (const [name, field] of [
    ['startAtMs', 'starttm'],
    ['expireAtMs', 'expiretm'],
  ] as const) {
    const text = wire[field];
    if (text !== undefined) terms[name] = Number(text) * 1_000;
  }
  const [type, price, price2] = ['ordertype', 'price', 'price2'].map(
    (one) => wire[`close[${one}]`],
  );
  if (type !== undefined) {
    const second = price2 === undefined ? {} : { price2 };
    return { ...terms, close: { type, price, ...second } } as unknown as Order;
  }
  return terms as unknown as Order;
}

/** A change to an order as Kraken reads it. Source: https://docs.kraken.com/api/docs/rest-api/amend-order */
export interface WireAmend {
  readonly exchangeOrderId: string;
  readonly volume?: string;
  readonly limitPrice?: string;
  readonly triggerPrice?: string;
  readonly postOnly: boolean;
  readonly deadlineMs: number;
}

/** What Kraken reads out of the fields of a change. */
export function amendOnWire(wire: Wire): WireAmend {
  const terms: Record<string, string> = {};
  for (const [name, field] of [
    ['volume', 'order_qty'],
    ['limitPrice', 'limit_price'],
    ['triggerPrice', 'trigger_price'],
  ] as const) {
    const text = wire[field];
    if (text !== undefined) terms[name] = text;
  }
  const postOnly = wire['post_only'] === 'true';
  const deadlineMs = Date.parse(wire['deadline'] ?? '');
  return { ...terms, exchangeOrderId: wire['txid'] ?? '', postOnly, deadlineMs };
}

/** The first term in which two orders are not the same; a flag that is off says nothing. */
export function differingTerm(sent: Order, arrived: Order): string | undefined {
  const [a, b] = [termsOf(sent), termsOf(arrived)];
  const names = new Set([...a.keys(), ...b.keys()]);
  return [...names].find((name) => a.get(name) !== b.get(name));
}

function termsOf(order: Order): ReadonlyMap<string, unknown> {
  return new Map(
    Object.entries(order)
      .filter(([, value]) => value !== undefined && value !== false)
      .map(([name, value]) => [name, name === 'close' ? JSON.stringify(value) : value]),
  );
}
