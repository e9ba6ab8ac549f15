/** The exchange as the person looks at it: everything but secrets. */
import { plain } from '../../../functions/core/decimal.ts';
import type { MarketMode } from '../../../functions/core/market/pair.ts';
import { heldOf } from './funds.ts';
import { listedPair } from './names.ts';
import type { Counters, KeyRecord, OrderRecord, PositionRecord, TradeRecord } from './state.ts';
import type { Delays, Turn } from './turn.ts';
import { balancesOf } from './wire.ts';

/** What `GET /control/state` shows. */
export interface ExchangeView {
  readonly nowMs: number;
  readonly mode: MarketMode;
  readonly delays: Delays;
  readonly counters: Counters;
  readonly keys: readonly Omit<KeyRecord, 'secret'>[];
  /** By account, then by asset id. */
  readonly balances: Readonly<
    Record<string, Readonly<Record<string, { readonly total: string; readonly held: string }>>>
  >;
  readonly markets: readonly {
    readonly pair: string;
    readonly name: string;
    readonly status: string | null;
    readonly bid: string;
    readonly ask: string;
    readonly last: string;
  }[];
  /** Every order, oldest first. */
  readonly orders: readonly OrderRecord[];
  readonly trades: readonly TradeRecord[];
  /** Every lot on margin, oldest first, also those that are closed. */
  readonly positions: readonly PositionRecord[];
}

/** A copy of the exchange's state without secrets. */
export function exchangeView(turn: Turn): ExchangeView {
  const { state, nowMs } = turn;
  const accounts = [...state.accounts.keys()].map((account) => {
    const rows = balancesOf(state, account).map(([asset, total]) => {
      return [asset, { total, held: plain(heldOf(state, account, asset)) }] as const;
    });
    return [account, Object.fromEntries(rows)] as const;
  });
  return structuredClone({
    nowMs,
    mode: state.mode,
    delays: { ...turn.delays },
    counters: state.counters,
    keys: [...state.keys.values()].map(withoutSecret),
    balances: Object.fromEntries(accounts),
    markets: [...state.markets].map(([pair, { bid, ask, last, status }]) => {
      return { pair, name: listedPair(pair).modern, status, bid, ask, last };
    }),
    orders: [...state.orders.values()],
    trades: [...state.trades.values()],
    positions: [...state.positions.values()],
  });
}

function withoutSecret(key: KeyRecord): Omit<KeyRecord, 'secret'> {
  const shown: Partial<KeyRecord> & Omit<KeyRecord, 'secret'> = { ...key };
  delete (shown as { secret?: string }).secret;
  return shown;
}
