/**
 * Which secrets a configuration needs, and who reads them. An account has two: Kraken's key pair
 * that trades and the pair that only queries, each a secret of its own because IAM grants whole
 * secrets and cannot split one by a key of its JSON.
 */
import type { Config } from '../functions/core/config.ts';

/** Names in Secrets Manager, sorted, each once. */
export interface SecretNames {
  /** `{"key","secret"}` of Kraken keys that may create orders; execute-order alone reads them. */
  readonly trade: readonly string[];
  /** `{"key","secret"}` of Kraken keys that may only query; reconcile-orders alone reads them. */
  readonly query: readonly string[];
  /** Secrets of senders; receive-signal alone reads them. */
  readonly sources: readonly string[];
  /** Addresses of Slack's webhooks; deliver-notifications alone reads them. */
  readonly channels: readonly string[];
}

/**
 * The secrets that the configuration names. Throws when the secret of a source or a channel is
 * also a Kraken key: a function that faces the internet would be granted that key.
 */
export function secretNames(config: Config): SecretNames {
  // A paper account may name the secret that it is to use later: until then nobody may read it.
  const accounts = Object.values(config.accounts).flatMap(({ mode, secret }) =>
    mode === 'paper' ? [] : (secret ?? []),
  );
  const names = {
    trade: sortedOnce(accounts.map((name) => `${name}/trade`)),
    query: sortedOnce(accounts.map((name) => `${name}/query`)),
    sources: sortedOnce(Object.values(config.sources).map(({ secret }) => secret)),
    channels: sortedOnce(
      Object.values(config.channels).flatMap((one) => ('slack' in one ? [one.slack] : [])),
    ),
  };
  const kraken = new Set([...names.trade, ...names.query]);
  const shared = [...names.sources, ...names.channels].filter((name) => kraken.has(name));
  if (shared.length > 0) {
    throw new Error(
      `${shared.join(', ')}: named as the secret of a source or a channel, but an account keeps its Kraken key` +
        ' there; give it a secret of its own in harpoon.yaml',
    );
  }
  return names;
}

function sortedOnce(names: readonly string[]): readonly string[] {
  return [...new Set(names)].sort();
}
