/** What the store in memory has counted, read and not claimed. */
import { ZERO } from '../../functions/core/decimal.ts';
import type { RiskCounts } from '../../functions/core/receive/preview-order.ts';
import type { AtOnce } from './at-once.ts';
import type { StoreMemory } from './store-memory.ts';

/** The counts over a memory; store-orders.ts counts under the same names. */
export function countsIn({ day, hour, opened }: StoreMemory): AtOnce<RiskCounts> {
  return {
    counted(account, { atMs, source }) {
      const iso = new Date(atMs).toISOString();
      const openedAtMs = opened.get(`${account} ${source}`);
      return {
        notional: day.get(`${account} ${iso.slice(0, 10)}`) ?? ZERO,
        orders: hour.get(`${account} ${iso.slice(0, 13)}`) ?? 0,
        ...(openedAtMs === undefined ? {} : { openedAtMs }),
      };
    },
  };
}
