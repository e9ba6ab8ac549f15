/**
 * Flatten: sells what an account holds of the pairs that it trades, after a halt has stopped entries
 * and its open orders are cancelled. Each sale is an order row like any other, an exit with an id
 * that follows from the wish: carried out twice it is sold once, and the switch, the record and the
 * notices see it. Margin positions are not held, and stay.
 */
import { FLATTEN_SOURCE, flattenSource } from './flatten-source.ts';
import type { ParsedSignal } from '../message/parse-signal.ts';
import { sha256 } from '../hash.ts';
import type { OrderDeps } from '../execute/order-deps.ts';
import type { Balance, MarketSnapshots } from '../ports.ts';
import { receiveForAccounts } from '../receive/receive-signal.ts';
import type { Signal } from '../signal.ts';
import type { CancelRequest } from './switch-board.ts';

/** A request, and whether it is carried out once more later, for what may arrive until then. */
export type Flattening = CancelRequest & { readonly isEarly?: boolean };

/**
 * The sales: of each asset that is held and has a pair among the account's, on the first such pair.
 * Pure, and the same for the same request, whenever it is asked. What an early round sells does not
 * stand in the way of the last one, which sells what arrived in between.
 */
export function flattenSignals(
  pairs: readonly string[],
  balances: ReadonlyMap<string, Balance>,
  { askedAtMs, sales = String(askedAtMs), isEarly, why, by }: Flattening,
): readonly Signal[] {
  const round = isEarly === true ? ':early' : '';
  const sold = new Map<string, Signal>();
  for (const pair of pairs) {
    const [base = ''] = pair.split('/');
    if (sold.has(base) || !balances.get(base)?.total.gt('0')) continue;
    sold.set(base, {
      id: `${sales}:${base}${round}`,
      source: FLATTEN_SOURCE,
      sentAtMs: askedAtMs,
      symbol: pair,
      action: 'sell',
      type: 'market',
      reduceOnly: true,
      marketPosition: 'flat',
      comment: `flatten: ${why} (${by})`,
    });
  }
  return [...sold.values()];
}

/** The worker judges with fresh data of its own. */
const NO_SNAPSHOT: MarketSnapshots = {
  read: async () => undefined,
  write: async () => undefined,
};

/**
 * Records and queues the sales; returns the assets. Throws when something could not be stored; doing
 * it again is harmless.
 */
export async function flatten(
  account: string,
  request: Flattening,
  balances: ReadonlyMap<string, Balance>,
  deps: OrderDeps,
): Promise<readonly string[]> {
  const { config, clock, orders: orderLog } = deps;
  const pairs = config.accounts[account]?.rails?.pairs ?? [];
  const source = flattenSource(account);
  const admitted = { name: FLATTEN_SOURCE, source };
  const recording = { ...deps, config, orderLog, market: NO_SNAPSHOT };
  const signals = flattenSignals(pairs, balances, request);
  for (const signal of signals) {
    await receiveForAccounts(parsed(signal), admitted, clock.nowMs(), recording);
  }
  return signals.map(({ symbol }) => symbol.split('/')[0] ?? symbol);
}

function parsed(signal: Signal): ParsedSignal {
  const { id, symbol } = signal;
  return { signal, payloadHash: sha256(JSON.stringify([FLATTEN_SOURCE, id, symbol])) };
}
