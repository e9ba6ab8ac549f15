/**
 * Desks of paper accounts. Nothing that this file imports knows how to read a secret or to sign a
 * call: a paper order cannot reach Kraken's private side.
 */
import type { Config } from '../../core/config.ts';
import type { Desk } from '../../core/execute/order-deps.ts';
import { openingBook } from '../../core/paper/paper-book.ts';
import { paperKeyId } from '../../core/paper/paper-key.ts';
import type { Clock, Log, MarketData } from '../../core/ports.ts';
import type { Table } from '../dynamo/client.ts';
import { krakenSpotUrl } from '../kraken/spot-url.ts';
import type { PaperDeps } from './paper-account.ts';
import { paperExchange } from './paper-exchange.ts';
import { krakenPaperPrices, withFees, type PaperPrices } from './paper-prices.ts';
import { dynamoPaperStore } from './paper-store.ts';

/** What paper desks are opened with. */
export interface PaperDeskOptions {
  readonly config: Config;
  /** Which half of a key the desk stands for. */
  readonly half: 'trade' | 'query';
  readonly table: Table;
  readonly clock: Clock;
  readonly log: Log;
  /** Public market data; nothing else of Kraken is asked. */
  readonly market: MarketData;
}

/** Opens desks of paper accounts; kept at module scope, so that connections are reused. */
export function paperDesks(options: PaperDeskOptions): (account: string) => Desk {
  const deps = paperDeps(options);
  return (account) => paperDesk(account, options.half, deps(account));
}

/** One half of an account's desk. */
export function paperDesk(account: string, half: 'trade' | 'query', deps: PaperDeps): Desk {
  const exchange = paperExchange({ account, half, ...deps });
  return {
    keyId: paperKeyId(account, half),
    keyInfo: () => exchange.keyInfo(),
    exchange: () => exchange,
  };
}

/** What an account is looked at with; the connections are shared by all of them. */
export function paperDeps(options: Omit<PaperDeskOptions, 'half'>): (account: string) => PaperDeps {
  const { config, table, clock } = options;
  let prices: PaperPrices | undefined;
  return (account) => {
    prices ??= krakenPaperPrices({ ...options, url: krakenSpotUrl() });
    const settings = config.accounts[account];
    const store = dynamoPaperStore(table, account, openingBook(settings ?? {}));
    return { store, prices: withFees(prices, settings?.paper?.fees), clock };
  };
}
