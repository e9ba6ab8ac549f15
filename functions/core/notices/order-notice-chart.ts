/**
 * The picture of an order: the prices around the moment of its decision, with a line where it gets
 * in, where it gets out at a loss, and where at a profit, as far as the order and its signal say.
 */
import { parseDecimal } from '../decimal.ts';
import type { ChartLevel, ChartRequest } from './notice.ts';
import { orderNow } from '../order-now.ts';
import type { OrderRow } from '../order.ts';
import type { OrderType } from '../signal.ts';

/** What the price of each type means; a trailing stop's is a distance, so it has no line. */
const ROLES: Readonly<Record<OrderType, { role: ChartLevel['role']; label: string }>> = {
  market: { role: 'entry', label: 'about' },
  limit: { role: 'entry', label: 'limit' },
  iceberg: { role: 'entry', label: 'limit' },
  'stop-loss': { role: 'stop', label: 'stop' },
  'stop-loss-limit': { role: 'stop', label: 'stop' },
  'take-profit': { role: 'target', label: 'target' },
  'take-profit-limit': { role: 'target', label: 'target' },
  'trailing-stop': { role: 'stop', label: 'trails' },
  'trailing-stop-limit': { role: 'stop', label: 'trails' },
  'settle-position': { role: 'entry', label: 'about' },
};

/** The chart of a row; undefined for one that was never decided. */
export function orderChart(row: OrderRow, zone: string): ChartRequest | undefined {
  const { decision, attempt, signal, receivedAtMs } = row;
  if (decision === undefined) return undefined;
  const order = orderNow(row);
  const type = order?.type ?? signal.type;
  const { role, label } = ROLES[type];
  const own = isPrice(order?.price) ? order.price : undefined;
  const price = own ?? (role === 'entry' ? decision.atPrice : undefined);
  const levels: ChartLevel[] = [];
  if (price !== undefined) levels.push({ role, label, price });
  const { riskStop } = signal;
  const stopAt = order?.close?.price;
  if (isPrice(stopAt)) {
    levels.push({ role: 'stop', label: 'stop', price: stopAt });
  } else if (role === 'entry' && isPrice(riskStop)) {
    // Sizes the order; Harpoon does not place it.
    levels.push({ role: 'stop', label: 'stop, not set', price: riskStop });
  }
  levels.push(...targetsOf(row));
  return {
    pair: decision.pair,
    atMs: attempt?.preparedAtMs ?? receivedAtMs,
    price: decision.atPrice,
    levels,
    zone,
  };
}

/** Where an entry is sold at a profit; of an order that does so, where it was to. */
function targetsOf({ decision, signal }: OrderRow): readonly ChartLevel[] {
  const { takeProfits = [] } = decision ?? {};
  const { takes } = signal;
  const taken = takes === undefined ? [] : [{ number: takes.number, price: takes.price }];
  const all = [...takeProfits.map(({ price }, at) => ({ number: at + 1, price })), ...taken];
  return all.map(({ number, price }) => {
    const label = takeProfits.length === 1 ? 'target' : `target ${number}`;
    return { role: 'target', label, price };
  });
}

/** Whether it is a price, not a distance such as `-2%`. */
function isPrice(text: string | undefined): text is string {
  const price = text === undefined ? undefined : parseDecimal(text);
  return price?.ok === true && price.value.gt('0');
}
