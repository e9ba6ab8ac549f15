/**
 * Desks of paper accounts. Nothing that this file imports knows how to read a secret or to sign a
 * call: a paper order cannot reach Kraken's private side.
 */
import type { Config } from '../../core/config.ts';
import type { Desk } from '../../core/order-deps.ts';
import { quotesOf } from '../../core/paper/paper-book.ts';
import { paperKeyId } from '../../core/paper/paper-key.ts';
import type { Clock, Log, MarketData } from '../../core/ports.ts';
import type { Table } from '../dynamo/client.ts';
import { krakenSpotUrl } from '../kraken/spot-url.ts';
import { paperExchange } from './paper-exchange.ts';
import { krakenPaperPrices, type PaperPrices } from './paper-prices.ts';
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
  const { config, half, table, clock } = options;
  let prices: PaperPrices | undefined;
  return (account) => {
    prices ??= krakenPaperPrices({ ...options, url: krakenSpotUrl() });
    const currencies = quotesOf(config.accounts[account]?.rails?.pairs ?? []);
    const store = dynamoPaperStore(table, account, currencies);
    const exchange = paperExchange({ account, half, store, prices, clock });
    return {
      keyId: paperKeyId(account, half),
      keyInfo: () => exchange.keyInfo(),
      exchange: () => exchange,
    };
  };
}
