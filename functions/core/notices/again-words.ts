/** Whether Harpoon trades again by itself what an order that is not at the exchange was to trade. */
import type { Config } from '../config.ts';
import type { OrderRow } from '../order.ts';

/** In one sentence, for who would place it by hand; undefined: it does not. */
export function againWords({ signal }: OrderRow, { sources }: Config): string | undefined {
  if (signal.takes !== undefined) {
    return 'Its take-profit is tried again by another order while the market is there: place nothing by hand, or it may be sold twice.';
  }
  const { onDrift } = sources[signal.source] ?? {};
  if (onDrift === undefined || onDrift === 'notify') return undefined;
  return `Its source has onDrift: ${onDrift}, which trades by another order what is then missing: place nothing by hand, or it may be traded twice.`;
}
