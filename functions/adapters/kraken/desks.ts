/**
 * Opens trading desks: for an account the key half that this function may use, and Kraken as seen
 * through it. Also carries the public market data, which need no key.
 */
import { SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import type { Config } from '../../core/config.ts';
import type { Desk } from '../../core/execute/order-deps.ts';
import type { Clock, Log, MarketData } from '../../core/ports.ts';
import { assert } from '../../core/result.ts';
import { AWS_LIMITS } from '../aws-limits.ts';
import { accountKeys, type KeyHalf } from '../secrets/account-keys.ts';
import { cachedKeyInfos, cachedMarket } from './caches.ts';
import { krakenExchange } from './exchange.ts';
import { krakenMarketData } from './market-data.ts';
import { krakenSpotUrl } from './spot-url.ts';
import { Transport } from './transport.ts';

/** What desks are opened with. */
export interface DeskOptions {
  readonly config: Config;
  /** Which half of the keys this function may read; IAM allows it no other. */
  readonly half: KeyHalf;
  readonly clock: Clock;
  readonly log: Log;
}

/** Desks and market data for a function; kept at module scope, so that connections are reused. */
export function krakenDesks({ config, half, clock, log }: DeskOptions): {
  readonly market: MarketData;
  readonly desk: (account: string) => Promise<Desk>;
} {
  const url = krakenSpotUrl();
  // One set of connections for all: a desk lives for one order, a connection for many questions.
  const transport = new Transport({ url, nowMs: () => clock.nowMs() });
  const market = cachedMarket(krakenMarketData({ url, clock, log, transport }), clock);
  const keyOf = accountKeys(new SecretsManagerClient(AWS_LIMITS), clock, half);
  const infoOf = cachedKeyInfos(half, clock);
  return {
    market,
    async desk(account) {
      const secretName = config.accounts[account]?.secret;
      assert(secretName !== undefined, `account ${account} has a secret`);
      const key = await keyOf(secretName);
      return {
        keyId: key.keyId,
        keyInfo: (exchange) => infoOf(key.keyId, exchange),
        exchange: (lane) =>
          krakenExchange({
            url,
            key,
            nextNonce: () => lane.nextNonce(),
            clock,
            log,
            pairs: () => market.pairs(),
            transport,
          }),
      };
    },
  };
}
