/**
 * The hands of tests and of the person on the exchange: prices, balances, keys, modes, delays,
 * faults. Everything but delays and faults is kept over a restart.
 */
import { plain } from '../../../functions/core/decimal.ts';
import type { MarketMode } from '../../../functions/core/market/pair.ts';
import type { ListedStatus } from './catalogue.ts';
import {
  amount,
  around,
  assetNamed,
  matchAll,
  milliseconds,
  pairNamed,
  putKey,
  quote,
  walk,
} from './commands.ts';
import type { FaultList, FaultRow, FaultSpec } from './faults.ts';
import type { Turn } from './turn.ts';
import { exchangeView, type ExchangeView } from './view.ts';

/** An API key as it is given to the exchange. */
export interface SimulatedKey {
  readonly key: string;
  /** Base64. */
  readonly secret: string;
  /** Keys with the same account share balances and orders; default: an account of its own. */
  readonly account?: string;
  /** Default: query-funds, query-open-trades, query-closed-trades, modify-trades, close-trades. */
  readonly permissions?: readonly string[];
  /** Default 0. */
  readonly nonceWindow?: string;
  /** Unix seconds outside which the key sees nothing; 0 or absent: no limit. */
  readonly queryFrom?: number;
  readonly queryTo?: number;
  /** First balances by asset, `{ USD: '10000' }`; used only when the account is new. */
  readonly balances?: Readonly<Record<string, string>>;
}

/** What a market may be set to. */
export interface QuoteSetting {
  readonly bid: string;
  readonly ask: string;
  readonly last: string;
  /** Volume that can be taken on each side before the next move; absent or null: any. */
  readonly liquidity?: string | null;
}

/** The controls. Pairs and assets may be spelled in every known way; bad input throws TypeError. */
export interface KrakenControl {
  /** Moves the price: bid and ask one tick around it, the last trade at it. Fills what is reached. */
  setPrice(pair: string, price: string, options?: { readonly liquidity?: string | null }): void;
  /** Sets bid, ask and last as they are given, for a feed of real tickers. */
  setQuote(pair: string, quote: QuoteSetting): void;
  setBalance(balance: {
    readonly key: string;
    readonly asset: string;
    readonly amount: string;
  }): void;
  setMode(mode: MarketMode): void;
  /** null: the row of AssetPairs has no status. */
  setPairStatus(pair: string, status: ListedStatus | null): void;
  /** Adds a key, or changes a known one; a known key keeps its last nonce. */
  addKey(key: SimulatedKey): void;
  setEngineDelay(delayMs: number): void;
  setReadLag(lagMs: number): void;
  addFault(fault: FaultSpec): FaultRow;
  faults(): readonly FaultRow[];
  clearFaults(): void;
  /** One step of the random walk of every price, if `wander` is on. */
  tick(): void;
  state(): ExchangeView;
}

/** A gentle random walk of prices. */
export interface Wander {
  readonly seed: string;
  /** Largest step in hundredths of a percent; default 10. */
  readonly stepBasisPoints?: number;
}

/** Delays that can be changed while the exchange runs. */
export interface ChangeableDelays {
  engineMs: number;
  readLagMs: number;
}

/** Builds the controls of a running exchange. `run` carries a command out as one turn. */
export function makeControl(running: {
  readonly run: (command: (turn: Turn) => void) => void;
  readonly view: () => Turn;
  readonly delays: ChangeableDelays;
  readonly faults: FaultList;
  readonly wander?: Wander;
}): KrakenControl {
  const { run, delays, faults, wander } = running;
  return {
    setPrice: (pair, price, options = {}) => {
      const row = pairNamed(pair);
      run((turn) => quote(turn, row, around(row, amount(price, 'price'), options.liquidity)));
    },
    setQuote: (pair, setting) => {
      const row = pairNamed(pair);
      run((turn) => quote(turn, row, setting));
    },
    setBalance: ({ key, asset, amount: text }) => {
      const to = plain(amount(text, 'amount'));
      const { id } = assetNamed(asset);
      run((turn) => {
        const account = turn.state.keys.get(key)?.account;
        if (account === undefined) throw new TypeError('the exchange knows no such key');
        turn.emit({ kind: 'balance', account, asset: id, amount: to });
      });
    },
    setMode: (mode) =>
      run((turn) => {
        turn.emit({ kind: 'mode', mode });
        matchAll(turn);
      }),
    setPairStatus: (pair, status) => {
      const row = pairNamed(pair);
      run((turn) => {
        turn.emit({ kind: 'pair-status', pair: row.id, status });
        matchAll(turn);
      });
    },
    addKey: (key) => run((turn) => putKey(turn, key)),
    setEngineDelay: (ms) => {
      delays.engineMs = milliseconds(ms);
    },
    setReadLag: (ms) => {
      delays.readLagMs = milliseconds(ms);
    },
    addFault: (fault) => faults.add(fault),
    faults: () => faults.list(),
    clearFaults: () => faults.clear(),
    tick: () => {
      if (wander === undefined) throw new TypeError('start the exchange with `wander` to tick it');
      run((turn) => walk(turn, wander));
    },
    state: () => exchangeView(running.view()),
  };
}
